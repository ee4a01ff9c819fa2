"""``/ask``: a question from anywhere, help, or how the catalog is doing."""

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.errors import new_reference
from bot.intake import at_once
from bot.reply import Reply, render_help, render_status
from bot.services import Services
from bot.thread import plain_text, wants_help
from knowledge.turns import NewTurn

COMMAND = "/ask"
_TAKEN = "I am looking into it."


def register(app: AsyncApp, services: Services) -> None:
    """Acknowledge to the asker alone; the question is posted and answered by a worker."""

    @app.command(COMMAND)
    async def handle_command(command: dict[str, Any], ack: AsyncAck) -> None:
        question = plain_text(str(command.get("text") or ""), bot_user=services.slack.identity.user)
        if wants_help(question):
            await _show(ack, render_help())
        elif question.lower() == "status":
            async with at_once():
                overview = await services.catalog.overview()
            await _show(ack, render_status(overview, services.now()))
        else:
            await services.intake.take(_question(command, question))
            await ack(response_type="ephemeral", text=_TAKEN)


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
