"""``marty doctor``: tries everything that Marty depends on, for real, and says what to do about what does not work."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Literal

from agent import probe_model
from agent.errors import AgentError
from bot.errors import sentence_for_admin
from bot.parts import build_sources
from bot.settings import Settings, SettingsError, load_settings
from bot.slack import open_client
from bot.slack_access import SlackAccessError, check_app_token, check_bot_token
from bot.slack_manifest import optional_scopes, required_scopes
from bot.thinking import model_options
from knowledge import Artifacts, Catalog, KnowledgeError, PlatformSource, Source, open_database, open_embedder

State = Literal["ok", "warning", "broken"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found. ``sentence`` says what to do when the state is not ``ok``."""

    what: str
    state: State
    sentence: str


Findings = AsyncGenerator[Finding]


async def report() -> int:
    """Print every finding as it is made. Returns 1 when something is broken, else 0."""
    broken = False
    async for finding in examine():
        broken = broken or finding.state == "broken"
        sys.stdout.write(f"{finding.state:<8} {finding.what}: {finding.sentence}\n")
        sys.stdout.flush()
    return 1 if broken else 0


async def examine() -> Findings:
    """Check everything, one after the other; a broken part does not keep the others from being checked."""
    try:
        settings = load_settings()
    except SettingsError as error:
        for line in str(error).splitlines():
            yield Finding("settings", "broken", line)
        return
    yield Finding("settings", "ok", "can be read")
    for checks in (_slack_bot, _slack_app, _artifacts, _database, _embedder, _model):
        async for finding in checks(settings):
            yield finding


async def _slack_bot(settings: Settings) -> Findings:
    if settings.slack_bot_token is None:
        yield Finding(
            "Slack bot token", "broken", "SLACK_BOT_TOKEN is not set: copy the Bot User OAuth Token (xoxb-…)."
        )
        return
    try:
        async with open_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_base()) as client:
            identity = await check_bot_token(client)
    except SlackAccessError as error:
        yield Finding("Slack bot token", "broken", str(error))
        return
    yield Finding("Slack bot token", "ok", f"@{identity.user_name} in {identity.team_name}")
    if not identity.scopes:
        yield Finding("Slack scopes", "warning", "Slack did not say which scopes the token has.")
        return
    missing = sorted(required_scopes() - identity.scopes)
    if missing:
        remedy = "update the app's manifest (marty manifest) and reinstall it to the workspace."
        yield Finding("Slack scopes", "broken", f"{', '.join(missing)} not granted: {remedy}")
    else:
        absent = ", ".join(sorted(optional_scopes() - identity.scopes))
        yield Finding("Slack scopes", "ok", f"all there; optional and absent: {absent}" if absent else "all there")


async def _slack_app(settings: Settings) -> Findings:
    if settings.slack_app_token is None:
        remedy = "generate an app-level token (xapp-…) with connections:write."
        yield Finding("Slack app token", "broken", f"SLACK_APP_TOKEN is not set: {remedy}")
        return
    try:
        async with open_client(None, settings.slack_api_base()) as client:
            await check_app_token(client, settings.slack_app_token.get_secret_value())
    except SlackAccessError as error:
        yield Finding("Slack app token", "broken", str(error))
    else:
        yield Finding("Slack app token", "ok", "opens a socket")


async def _artifacts(settings: Settings) -> Findings:
    try:
        sources = build_sources(settings)
    except KnowledgeError as error:
        yield Finding("dbt artifacts", "broken", str(error))
        return
    for source in sources:
        async for finding in _artifacts_of(source):
            yield finding


async def _artifacts_of(source: Source) -> Findings:
    """Fetch and read everything, as a first refresh would; on the platform, see that it could."""
    try:
        if isinstance(source, PlatformSource):
            yield Finding("dbt platform", "ok", await source.check())
            return
        async with source.fetch(None) as delivery:
            found = await asyncio.to_thread(delivery.read) if delivery else None
    except KnowledgeError as error:
        yield Finding("dbt artifacts", "broken", str(error))
        return
    if not isinstance(found, Artifacts):
        yield Finding("dbt artifacts", "broken", "there is no manifest.")
        return
    models = sum(node.kind == "model" for node in found.nodes)
    name = " ".join(filter(None, (found.project.name, found.project.environment_name)))
    yield Finding("dbt artifacts", "ok", f"{len(found.nodes)} nodes, {models} of them models, in {name}")
    for oddity in found.oddities[:10]:
        yield Finding("dbt artifacts", "warning", f"{oddity.where} {oddity.reason}")


async def _database(settings: Settings) -> Findings:
    url = settings.database_url.get_secret_value()
    try:
        async with open_database(url, settings.marty_home, pool_size=2) as database:
            if url:
                yield Finding("database", "ok", "answers, with pgvector")
            else:
                where = f"embedded, in {settings.marty_home}: right for one machine; back it up, or set DATABASE_URL."
                yield Finding("database", "warning", where)
            overview = await Catalog(database).overview()
    except KnowledgeError as error:
        yield Finding("database", "broken", str(error))
        return
    if overview.nodes:
        yield Finding("catalog", "ok", f"{overview.nodes} nodes")
    else:
        yield Finding("catalog", "warning", "is empty: run `marty refresh`, or `marty run`, which refreshes at start.")


async def _embedder(settings: Settings) -> Findings:
    try:
        key = settings.openai_api_key
        async with open_embedder(
            settings.embedding_model, base_url=settings.openai_base_url, api_key=key.get_secret_value() if key else None
        ) as embedder:
            await embedder.embed(["monthly recurring revenue"])
    except KnowledgeError as error:
        yield Finding("embedder", "broken", str(error))
    else:
        yield Finding("embedder", "ok", settings.embedding_model)


async def _model(settings: Settings) -> Findings:
    options = model_options(settings)
    if options is None:
        sentence = "none: answers come from the catalog alone. Set OPENAI_API_KEY or OPENAI_BASE_URL for more."
        yield Finding("language model", "warning", sentence)
        return
    try:
        await probe_model(options)
    except AgentError as error:
        yield Finding("language model", "broken", sentence_for_admin(error) or "cannot be used.")
    else:
        yield Finding("language model", "ok", f"{settings.llm_model} answers")
