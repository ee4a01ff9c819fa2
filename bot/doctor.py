"""``marty doctor``: tries everything that Marty depends on, for real, and says what to do about what does not work."""

import re
import sys
from collections.abc import Sequence

from agent import probe_model
from agent.errors import AgentError
from agent.shown import count
from bot.doctor_project import check_project
from bot.errors import sentence_for_admin
from bot.evaluation_set import load_kept_set
from bot.finding import Finding, Findings
from bot.settings import Settings, SettingsError, load_settings
from bot.slack import open_client
from bot.slack_access import SlackAccessError, check_app_token, check_bot_token
from bot.slack_manifest import optional_scopes, required_scopes
from bot.thinking import model_options
from knowledge import KnowledgeError, open_embedder

_USER_ID = re.compile("[UW][A-Z0-9]{2,}")
_CHANNEL_ID = re.compile("[CG][A-Z0-9]{2,}")


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
    for checks in (_slack_bot, _slack_app, _people, check_project, _eval_set, _embedder, _model):
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


async def _people(settings: Settings) -> Findings:
    """Whether ids are ids; Slack takes names for none."""
    if settings.marty_admins:
        wrong = [each for each in settings.marty_admins if not _USER_ID.fullmatch(each)]
        yield _ids("MARTY_ADMINS", wrong, "a Slack user id (U… or W…): in Slack, open the profile, ⋮, Copy member ID.")
    if settings.changes_channel:
        wrong = [each for each in [settings.changes_channel] if not _CHANNEL_ID.fullmatch(each)]
        remedy = "a channel's id (C… or G…): in Slack, open the channel's details; it stands at their end."
        yield _ids("CHANGES_CHANNEL", wrong, remedy)


def _ids(name: str, wrong: Sequence[str], remedy: str) -> Finding:
    if not wrong:
        return Finding(name, "ok", "looks right")
    return Finding(name, "broken", f"`{'`, `'.join(wrong)}` is not {remedy}")


async def _eval_set(settings: Settings) -> Findings:
    if settings.eval_set is None:
        return
    try:
        cases = load_kept_set(settings.eval_set)
    except KnowledgeError as error:
        yield Finding("EVAL_SET", "warning", str(error).removeprefix("EVAL_SET: "))
        return
    if settings.marty_admins:
        yield Finding("EVAL_SET", "ok", f"{count(len(cases), 'question')}, asked again after each change")
    else:
        yield Finding("EVAL_SET", "warning", "nobody is told what it finds: set MARTY_ADMINS.")


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
    if not settings.has_model:
        sentence = "none: answers come from the catalog alone. Set OPENAI_API_KEY or OPENAI_BASE_URL for more."
        yield Finding("language model", "warning", sentence)
        return
    options = {each.model: each for each in model_options(settings)}
    for what, name in (("language model", settings.llm_model), ("fallback model", settings.llm_fallback_model)):
        if not name:
            continue
        if name not in options:
            yield Finding(what, "broken", f"{name} cannot be reached: set OPENAI_API_KEY or OPENAI_BASE_URL.")
            continue
        try:
            await probe_model(options[name])
        except AgentError as error:
            yield Finding(what, "broken", f"{name}: {sentence_for_admin(error) or 'cannot be used.'}")
        else:
            yield Finding(what, "ok", f"{name} answers")
