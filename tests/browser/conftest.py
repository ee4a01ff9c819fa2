"""A workspace with a scripted bot in it, and people who sit in front of browsers."""

import shutil
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright
from scripted_bot import MANIFEST, ScriptedBot, scripted_bot
from visit import Visit

from bot.playground import Channel, Playground, User, open_playground

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests beside this file share one browser, and so one event loop."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncGenerator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(f"no browser on this machine: none of {', '.join(NAMES)} is in PATH")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def playground() -> AsyncIterator[Playground]:
    async with open_playground(MANIFEST) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def bot(playground: Playground) -> AsyncGenerator[ScriptedBot]:
    async with scripted_bot(playground) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, playground: Playground, general: Channel) -> AsyncGenerator[Visit]:
    """Opens pages; at the end none of them may have failed or asked another server for anything."""
    trouble: list[str] = []
    async with AsyncExitStack() as stack:

        async def open_page(
            user: User,
            *,
            width: int = 1280,
            height: int = 800,
            scheme: Literal["light", "dark"] = "light",
            path: str = "",
        ) -> Page:
            context = await browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            stack.push_async_callback(context.close)
            page = await context.new_page()
            page.on("pageerror", lambda error: trouble.append(str(error)))
            page.on("request", lambda request: note_foreign(request.url))
            await context.add_init_script(f"sessionStorage.setItem('user', '{user.id}')")
            await page.goto(playground.page_url + path)
            await page.locator("#channel header h1").wait_for()
            return page

        def note_foreign(url: str) -> None:
            if not url.startswith((playground.page_url, "data:")):
                trouble.append(f"a request to {url}")

        yield open_page
    assert trouble == []
