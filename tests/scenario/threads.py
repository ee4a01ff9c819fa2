"""What stands in a thread of the workspace."""

from bot.playground import Channel, Message, Workspace


def replies(ws: Workspace, channel: Channel, ts: str) -> list[Message]:
    """What Marty said in a thread, for everybody."""
    return [each for each in ws.messages(channel, ts) if each.ts != ts and each.bot_id]
