"""A conversation as text: who said what, threads indented below their roots, reactions and statuses noted."""

import textwrap

from bot.playground.state import State
from bot.playground.values import Channel, Message


def render_transcript(state: State, channel: Channel) -> str:
    """The whole channel, what only one person saw included."""
    everything = state.everything(channel.id)
    lines = [
        f"Direct message with {state.names.get(channel.name, channel.name)}"
        if channel.kind == "im"
        else f"#{channel.name}"
    ]
    for message in everything:
        if message.thread_ts is None:
            lines += _lines(state, message, indent="")
            for reply in everything:
                if reply.thread_ts == message.ts:
                    lines += _lines(state, reply, indent="    ")
    return "\n".join(lines)


def _lines(state: State, message: Message, indent: str) -> list[str]:
    notes = [f"only to {state.names.get(message.ephemeral_to, '')}"] if message.ephemeral_to else []
    notes += ["still writing"] * message.streaming + ["edited"] * message.edited
    name = state.names.get(message.user, message.user)
    head = f"{name} ({', '.join(notes)}): " if notes else f"{name}: "
    body = textwrap.indent(message.shown, indent + "  ").strip()
    reactions = [
        f"{indent}  :{reaction}: {', '.join(state.names.get(user, user) for user in users)}"
        for reaction, users in message.reactions.items()
    ]
    return [indent + head + body, *reactions]
