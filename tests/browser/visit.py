"""How a test sits down in front of a browser."""

from typing import Literal, Protocol

from playwright.async_api import Page

from bot.playground import User


class Visit(Protocol):
    """Opens the page as that person."""

    async def __call__(
        self,
        user: User,
        *,
        width: int = 1280,
        height: int = 800,
        scheme: Literal["light", "dark"] = "light",
        path: str = "",
    ) -> Page: ...
