"""``marty demo``: a local Slack workspace in the browser, the sample project in the catalog, the bot between them."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pydantic import SecretStr

from bot.console import hint
from bot.playground import Channel, Playground, User, open_playground
from bot.process import Marty, open_marty, until_stopped
from bot.sample import sample_questions, write_sample
from bot.settings import Settings
from bot.slack_manifest import load_manifest

FIXED = {
    "slack_bot_token": None,
    "slack_app_token": None,
    "slack_api_url": "http://127.0.0.1/api/",
    "database_url": SecretStr(""),
    "dbt_host": "",
    "dbt_token": None,
    "dbt_account_id": None,
    "dbt_prod_env_id": (),
    "dbt_artifacts": "",
    "dbt_artifacts_token": None,
    "dbt_parse_deps": False,
    "dbt_webhook_secret": None,
    "refresh_cron": "*/10 * * * *",
    "catalog_exclude": "",
    "marty_admins": (),
    "changes_channel": "",
    "port": 0,
}
"""Settings that the demo takes neither from the environment nor from ``.env``."""
_ANSWER_TIMEOUT_S = 180.0


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo."""

    playground: Playground
    marty: Marty
    channel: Channel
    person: User


async def run_demo(settings: Settings, *, once: bool) -> int:
    """Run until Ctrl-C; with ``once``, ask the sample's questions, print the conversation and return 0 or 1."""

    async def serve() -> int:
        async with open_demo(settings) as demo:
            if once:
                return await _ask_once(demo)
            _welcome(settings, demo)
            await asyncio.Event().wait()
        return 0

    return await until_stopped(serve())


@asynccontextmanager
async def open_demo(settings: Settings) -> AsyncGenerator[Demo]:
    """The workspace, and Marty in it with the sample catalog loaded."""
    home = settings.marty_home / "demo"
    artifacts = write_sample(home / "artifacts")
    async with open_playground(load_manifest()) as playground:
        workspace = playground.workspace
        ana = workspace.add_user("ana", "Ana Ruiz")
        ben = workspace.add_user("ben", "Ben Okafor")
        channel = workspace.add_channel("data-questions", members=[ana, ben], bot_is_member=True)
        workspace.add_channel("random", members=[ana, ben], bot_is_member=False)
        wired = settings.model_copy(
            update={
                "slack_bot_token": SecretStr(playground.bot_token),
                "slack_app_token": SecretStr(playground.app_token),
                "slack_api_url": playground.api_url,
                "marty_home": home,
                "dbt_artifacts": str(artifacts),
                "marty_admins": (ana.id, ben.id),
            }
        )
        async with open_marty(wired) as marty:
            await _catalog_ready(marty)
            yield Demo(playground, marty, channel, ana)


async def _catalog_ready(marty: Marty) -> None:
    """Wait for the refresh that every start begins with."""
    while not (await marty.knowledge.catalog.overview()).nodes:  # noqa: ASYNC110 (any process may fill it)
        await asyncio.sleep(0.05)


async def _ask_once(demo: Demo) -> int:
    workspace = demo.playground.workspace
    unanswered = 0
    for question in sample_questions():
        ts = await workspace.post(demo.person, demo.channel, f"@marty {question}")
        try:
            await workspace.answer_to(demo.channel, ts, timeout_s=_ANSWER_TIMEOUT_S)
        except TimeoutError:
            unanswered += 1
            hint(f"no answer: {question}")
    sys.stdout.write(workspace.transcript(demo.channel).rstrip() + "\n")
    return 1 if unanswered else 0


def _welcome(settings: Settings, demo: Demo) -> None:
    questions = "\n".join(f"  @marty {question}" for question in sample_questions())
    thinking = (
        f"Answers are thought out with {settings.models[0]}."
        if settings.has_model
        else "No language model is set (OPENAI_API_KEY or OPENAI_BASE_URL): answers come from the catalog alone."
    )
    sys.stdout.write(
        f"\nMarty is in the local workspace: {demo.playground.page_url}\n\nTry in #data-questions:\n{questions}\n\n"
        f"{thinking}\nCtrl-C stops everything.\n"
    )
    sys.stdout.flush()
