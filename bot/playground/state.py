"""What the workspace holds: people, channels and messages, and the clock that names messages."""

import itertools
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.playground.changes import Changes
from bot.playground.grants import Grants
from bot.playground.values import Channel, Kind, Message, Ping, User

TEAM_ID = "T0PLAYGROUND"
APP_ID = "A0PLAYGROUND"
BOT_USER_ID = "U0PLAYBOT00"
BOT_ID = "B0PLAYBOT00"
SLACKBOT_ID = "USLACKBOT"


class State:
    """One workspace with one installed app. Every change is published."""

    def __init__(self, grants: Grants, *, now: Callable[[], datetime], team_name: str) -> None:
        self.grants = grants
        self.now = now
        self.team_name = team_name
        self.changes = Changes()
        bot = User(id=BOT_USER_ID, name=grants.bot_name.lower().replace(" ", ""), real_name=grants.name, bot_id=BOT_ID)
        self.users: dict[str, User] = {bot.id: bot}
        self.channels: dict[str, Channel] = {}
        self.pings: list[Ping] = []
        self._messages: dict[str, dict[str, Message]] = {}
        self._names: dict[str, str] = {bot.id: bot.real_name, SLACKBOT_ID: "Slackbot"}
        self._last_ts_us = 0
        self._numbers = itertools.count(1)

    @property
    def bot(self) -> User:
        return self.users[BOT_USER_ID]

    def next_ts(self) -> str:
        """A timestamp later than any before: it names a message or an event."""
        now_us = int(self.now().timestamp() * 1_000_000)
        self._last_ts_us = max(now_us, self._last_ts_us + 1)
        return f"{self._last_ts_us // 1_000_000}.{self._last_ts_us % 1_000_000:06d}"

    def next_id(self, prefix: str) -> str:
        """An id of Slack's form, in order, that no other thing has."""
        return f"{prefix}0PG{next(self._numbers):07d}"

    def add_user(self, name: str, real_name: str, *, is_bot: bool = False) -> User:
        user = User(id=self.next_id("U"), name=name, real_name=real_name, bot_id=self.next_id("B") if is_bot else None)
        self.users[user.id] = user
        self._names[user.id] = real_name
        self.changes.publish("user", user=user.id)
        return user

    def add_channel(self, name: str, kind: Kind, members: Iterable[str]) -> Channel:
        prefix = {"channel": "C", "group": "G", "mpim": "G", "im": "D"}[kind]
        channel = Channel(id=self.next_id(prefix), name=name, kind=kind, members=frozenset(members))
        if kind != "im":
            self._names[channel.id] = name
        self._messages[channel.id] = {}
        return self.put_channel(channel)

    def put_channel(self, channel: Channel) -> Channel:
        self.channels[channel.id] = channel
        self.changes.publish("channel", channel=channel.id)
        return channel

    def open_dm(self, user: str) -> Channel:
        """The direct conversation between ``user`` and the app, made at first use."""
        for channel in self.channels.values():
            if channel.kind == "im" and user in channel.members:
                return channel
        return self.add_channel(user, "im", (user, BOT_USER_ID))

    def bot_is_in(self, channel: Channel) -> bool:
        return BOT_USER_ID in channel.members

    def put(self, message: Message) -> Message:
        """Store a message, new or changed."""
        message = replace(message, names=self._names)
        self._messages[message.channel][message.ts] = message
        self.changes.publish("message", channel=message.channel, ts=message.ts)
        return message

    def new_message(self, channel: str, user: str, **fields: Any) -> Message:
        """Store a new message under the next timestamp."""
        return self.put(Message(channel=channel, ts=self.next_ts(), user=user, **fields))

    def tell(self, about: Message, text: str) -> Message:
        """A word from Slack itself to the author of a message, seen by nobody else."""
        seen_by = {"thread_ts": about.thread_ts, "ephemeral_to": about.user}
        return self.new_message(about.channel, SLACKBOT_ID, text=text, **seen_by)

    def find(self, channel: str, ts: object) -> Message | None:
        return self._messages.get(channel, {}).get(ts) if isinstance(ts, str) else None

    def add_reaction(self, message: Message, user: str, reaction: str) -> Message | None:
        """The message with the reaction; None when ``user`` had given it already."""
        users = message.reactions.get(reaction, ())
        if user in users:
            return None
        return self.put(replace(message, reactions={**message.reactions, reaction: (*users, user)}))

    def remove_reaction(self, message: Message, user: str, reaction: str) -> Message | None:
        """The message without the reaction; None when ``user`` had not given it."""
        users = message.reactions.get(reaction, ())
        if user not in users:
            return None
        left = {**message.reactions, reaction: tuple(each for each in users if each != user)}
        return self.put(replace(message, reactions={name: those for name, those in left.items() if those}))

    def remove(self, message: Message) -> None:
        """Take a message away; a root with replies leaves a tombstone, as Slack does."""
        if message.thread_ts is None and self.replies(message):
            tombstone = Message(channel=message.channel, ts=message.ts, user=SLACKBOT_ID, subtype="tombstone")
            self.put(replace(tombstone, text="This message was deleted."))
            return
        del self._messages[message.channel][message.ts]
        self.changes.publish("removed", channel=message.channel, ts=message.ts, thread_ts=message.thread_ts)

    def replies(self, root: Message) -> list[Message]:
        """The replies that everybody in the channel sees."""
        return [each for each in self.messages(root.channel) if each.thread_ts == root.ts]

    def messages(self, channel: str) -> list[Message]:
        """Everything said in a channel, oldest first, without what only one person sees."""
        return [each for each in self._messages[channel].values() if each.ephemeral_to is None]

    def everything(self, channel: str) -> list[Message]:
        return list(self._messages[channel].values())

    @property
    def names(self) -> Mapping[str, str]:
        return self._names


def new_secret(prefix: str) -> str:
    return f"{prefix}-{secrets.token_hex(16)}"
