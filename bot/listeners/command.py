"""``/ask``: a question from anywhere, help, how the catalog is doing, or for admins: a refresh of it."""

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.age import is_late
from bot.errors import new_reference
from bot.intake import at_once
from bot.reply import Reply, render_help, render_status
from bot.services import Services
from bot.thread import plain_text, wants_help
from bot.upkeep_queue import RefreshJob
from bot.upkeep_texts import Wish, not_allowed, read_wish
from knowledge.turns import NewTurn

COMMAND = "/ask"
_TAKEN = "I am looking into it."
_REFRESHING = "I am on it."


def register(app: AsyncApp, services: Services) -> None:
    """Acknowledge to the asker alone; the question is posted and answered by a worker."""

    @app.command(COMMAND)
    async def handle_command(command: dict[str, Any], ack: AsyncAck) -> None:
        question = plain_text(str(command.get("text") or ""), bot_user=services.slack.identity.user)
        if wants_help(question):
            await _show(ack, render_help())
        elif question.lower() == "status":
            await _show(ack, await _status(services, for_admin=command.get("user_id") in services.admins))
        elif (wish := read_wish(question)) is not None:
            await ack(response_type="ephemeral", text=await _refresh(services, command, wish))
        else:
            await services.intake.take(_question(command, question))
            await ack(response_type="ephemeral", text=_TAKEN)


async def _status(services: Services, *, for_admin: bool) -> Reply:
    async with at_once():
        overview = await services.catalog.overview()
    now, refreshed_at = services.now(), overview.refreshed_at
    late = refreshed_at is not None and is_late(services.refresh_trigger, refreshed_at, now)
    return render_status(overview, now, late=late, for_admin=for_admin)


async def _refresh(services: Services, command: dict[str, Any], wish: Wish) -> str:
    """Leave the refresh to a worker; what to say to whoever asked, in mrkdwn."""
    if command.get("user_id") not in services.admins:
        return not_allowed(services.admins, str(command.get("team_id") or ""))
    job = RefreshJob(
        full=wish.full,
        accept_shrink=wish.accept_shrink,
        channel=str(command.get("channel_id") or ""),
        response_url=str(command.get("response_url") or ""),
    )
    async with at_once():
        await services.upkeep_queue.ask(job)
    return _REFRESHING


def _question(command: dict[str, Any], question: str) -> NewTurn:
    return NewTurn(
        team=str(command.get("team_id") or ""),
        channel=str(command.get("channel_id") or ""),
        asker=str(command.get("user_id") or ""),
        surface="command",
        question=question,
        trigger_id=str(command.get("trigger_id") or new_reference()),
        response_url=str(command.get("response_url") or ""),
    )


async def _show(ack: AsyncAck, reply: Reply) -> None:
    await ack(response_type="ephemeral", text=reply.text, blocks=list(reply.blocks))
