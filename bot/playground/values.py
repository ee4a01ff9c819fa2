"""The things of a workspace, as values: people, channels, messages and what happened to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bot.playground.plain import words_of_blocks, words_of_mrkdwn

Json = dict[str, Any]
Kind = Literal["channel", "group", "im", "mpim"]
StreamState = Literal["streaming", "stopped", "expired", "stopped_by_user"]


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person, or another app's bot (then with ``bot_id``)."""

    id: str
    name: str
    real_name: str
    bot_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    id: str
    name: str
    kind: Kind
    members: frozenset[str] = frozenset()
    is_archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A message that is being written, or was."""

    started_at: datetime
    state: StreamState = "streaming"


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message as it stands now; a change makes a new value under the same ``ts``."""

    channel: str
    ts: str
    user: str
    text: str = ""
    """As Slack keeps it: ``&lt;``, ``<@U…>``, ``*bold*``."""
    thread_ts: str | None = None
    """The root's ts when this is a reply, else None (Slack's JSON gives a root with replies its own ts here)."""
    bot_id: str | None = None
    subtype: str | None = None
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    files: tuple[Json, ...] = ()
    """What is attached, as Slack's JSON of it."""
    metadata: Json | None = None
    stream: Stream | None = None
    ephemeral_to: str | None = None
    edited_at: str | None = None
    edited_by: str | None = None
    reactions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Reaction name to the ids of those who reacted, first come first."""
    client_msg_id: str | None = None
    via_response_url: bool = False
    names: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """Ids to the names that mentions show."""

    @property
    def streaming(self) -> bool:
        return self.stream is not None and self.stream.state == "streaming"

    @property
    def edited(self) -> bool:
        return self.edited_at is not None

    @property
    def shown(self) -> str:
        """The words a person reads: the blocks where there are any, else the text; folded parts included."""
        body = words_of_blocks(self.blocks, self.names) if self.blocks else words_of_mrkdwn(self.text, self.names)
        extra = [
            words_of_mrkdwn(str(each.get("text") or each.get("fallback") or ""), self.names)
            for each in self.attachments
        ]
        attached = [f"[file: {each.get('title')}]" for each in self.files]
        return "\n".join(part for part in (body, *extra, *attached) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """The line under a thread that says what the app is doing; an empty ``status`` means it went away."""

    channel: str
    thread_ts: str
    status: str
    at: datetime
    loading_messages: tuple[str, ...] = ()
    because: Literal["set", "posted", "timeout"] = "set"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """A notification that something written by the app would have caused."""

    kind: Literal["user", "group", "channel", "here", "everyone"]
    target: str
    """The id of the user or group, or the broadcast's own name."""
    channel: str
    ts: str
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One Web API call of the app, as it arrived; tokens are left out."""

    method: str
    arguments: Json
    response: Json
    status: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResult:
    """What the person who used a command or a button sees at once."""

    error: str | None = None
    """Slack's word (``operation_timeout``, ``dispatch_failed``, ``invalid_command``), or None."""
    shown: str = ""
    """The words of the acknowledgement, or the sentence in which Slack shows the error."""
    message: Message | None = None
    """The message that the acknowledgement made, if it made one."""
    payload: Json = field(default_factory=dict)
    """The acknowledgement's payload as it arrived."""

    @property
    def ok(self) -> bool:
        return self.error is None
