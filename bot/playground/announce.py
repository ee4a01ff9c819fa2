"""Which events the app gets to hear of: those it subscribed to, may see, and of channels it is in."""

import re
from collections.abc import Callable
from typing import Any

from bot.playground import events
from bot.playground.delivery import SocketMode
from bot.playground.state import BOT_USER_ID, State
from bot.playground.values import Channel, Message

Json = dict[str, Any]


class Announcer:
    """Turns what happened in the workspace into deliveries."""

    def __init__(self, state: State, sockets: SocketMode) -> None:
        self._state = state
        self._sockets = sockets

    def posted(self, message: Message) -> None:
        channel = self._state.channels[message.channel]
        if _mentions_bot(message):
            self._mention(channel, message)
        self._message(channel, lambda: events.message_event(self._state, channel, message))

    def edited(self, message: Message, before: Message) -> None:
        """An edit; one that leaves a mention of the app in place is a mention again, under a new event_id."""
        channel = self._state.channels[message.channel]
        self._message(channel, lambda: events.changed_event(self._state, channel, message, before))
        if _mentions_bot(message) and message.user != BOT_USER_ID:
            self._mention(channel, message)

    def deleted(self, before: Message) -> None:
        """A deletion; the root of a thread turns into a tombstone, which Slack reports as a change."""
        channel = self._state.channels[before.channel]
        if left := self._state.find(before.channel, before.ts):
            self._message(channel, lambda: events.changed_event(self._state, channel, left, before))
            return
        self._message(channel, lambda: events.deleted_event(self._state, channel, before))

    def mentions_absent_app(self, message: Message) -> bool:
        """Whether somebody calls the app in a channel that it is not in."""
        return _mentions_bot(message) and not self._state.bot_is_in(self._state.channels[message.channel])

    def reacted(self, kind: str, user: str, reaction: str, message: Message) -> None:
        channel = self._state.channels[message.channel]
        self._send(kind, channel, lambda: events.reaction_event(self._state, kind, user, reaction, message))

    def joined(self, user: str, channel: Channel, inviter: str | None) -> None:
        kind = "member_joined_channel"
        self._send(kind, channel, lambda: events.member_event(self._state, kind, user, channel, inviter))

    def home_opened(self, user: str, channel: Channel, tab: str) -> None:
        self._send("app_home_opened", channel, lambda: events.home_event(self._state, user, channel.id, tab))

    def stopped(self, user: str, channel: Channel, thread_ts: str, streams: list[str]) -> None:
        kind = "agent_session_stopped"
        self._send(kind, channel, lambda: events.stopped_event(self._state, user, channel.id, thread_ts, streams))

    def _mention(self, channel: Channel, message: Message) -> None:
        if channel.kind != "im":
            self._send("app_mention", channel, lambda: events.mention_event(self._state, channel, message))

    def _message(self, channel: Channel, build: Callable[[], Json]) -> None:
        self._send(events.MESSAGE_EVENTS[channel.kind], channel, build)

    def _send(self, kind: str, channel: Channel, build: Callable[[], Json]) -> None:
        if self._state.grants.receives(kind) and self._state.bot_is_in(channel):
            self._sockets.deliver(events.event_payload(self._state, build()))


def _mentions_bot(message: Message) -> bool:
    said = message.subtype in (None, "file_share", "thread_broadcast", "bot_message")
    return said and re.search(rf"<@{BOT_USER_ID}(\|[^>]*)?>", message.text) is not None
