"""One Web API call: its arguments, and the checks that many methods share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.playground.rules.messages import is_ts
from bot.playground.rules.refusal import Refusal
from bot.playground.state import State
from bot.playground.values import Channel, Message
from bot.playground.workspace import Workspace

Json = dict[str, Any]

# Source: conversations.* references; which scope lets an app see which kind of conversation.
READ_SCOPES: Mapping[str, str] = {
    "channel": "channels:read",
    "group": "groups:read",
    "im": "im:read",
    "mpim": "mpim:read",
}
HISTORY_SCOPES: Mapping[str, str] = {
    "channel": "channels:history",
    "group": "groups:history",
    "im": "im:history",
    "mpim": "mpim:history",
}


@dataclass(frozen=True, slots=True)
class ApiCall:
    """A call that has passed the token check."""

    method: str
    arguments: Json
    ws: Workspace
    origin: str

    @property
    def state(self) -> State:
        return self.ws.state

    def need_scope(self, *any_of: str) -> None:
        """Raises: Refusal(missing_scope)."""
        if not self.state.grants.has_any(any_of):
            raise missing_scope(self.state, any_of)

    def require(self, *names: str) -> None:
        """Raises: Refusal(invalid_arguments) naming what is missing."""
        missing = [name for name in names if self.arguments.get(name) in (None, "")]
        if missing:
            raise Refusal("invalid_arguments", messages=[f"[ERROR] missing required field: {name}" for name in missing])

    def flag(self, name: str) -> bool:
        """A boolean that may come as JSON or as a form field."""
        return str(self.arguments.get(name, "")).lower() in ("true", "1")

    def number(self, name: str, default: int, most: int) -> int:
        value = self.arguments.get(name, default)
        try:
            number = int(value)
        except (TypeError, ValueError):
            raise Refusal("invalid_limit") from None
        if not 1 <= number <= most:
            raise Refusal("invalid_limit")
        return number

    def channel(self, name: str = "channel") -> Channel:
        """The channel an argument names, if the app may know of it. Raises: Refusal."""
        channel = self.state.channels.get(str(self.arguments.get(name)))
        hidden = channel is not None and channel.kind != "channel" and not self.state.bot_is_in(channel)
        if channel is None or hidden:
            raise Refusal("channel_not_found")
        return channel

    def place_to_write(self) -> Channel:
        """The channel to write into: an id, ``#name``, or a user's id for their DM. Raises: Refusal."""
        named = str(self.arguments.get("channel") or "")
        if named in self.state.users and not self.state.users[named].bot_id:
            channel = self.state.open_dm(named)
        elif named in self.state.channels:
            channel = self.channel()
        else:
            names = {each.name: each for each in self.state.channels.values() if each.kind == "channel"}
            channel = names.get(named.removeprefix("#"))
        if channel is None:
            raise Refusal("channel_not_found")
        return channel

    def check_writable(self, channel: Channel, *, public_too: bool = False) -> None:
        """Raises: Refusal when the app cannot write there; ``public_too``: chat:write.public opens public channels."""
        if channel.is_archived:
            raise Refusal("is_archived")
        if channel.kind == "im" and not self.state.grants.has_messages_tab:
            raise Refusal("messages_tab_disabled")
        open_to_all = public_too and channel.kind == "channel" and "chat:write.public" in self.state.grants.scopes
        if not self.state.bot_is_in(channel) and not open_to_all:
            raise Refusal("not_in_channel")

    def thread(self, channel: Channel, name: str = "thread_ts") -> str | None:
        """The root's ts, or None when the argument is absent. Raises: Refusal for anything but a root's ts."""
        ts = self.arguments.get(name)
        if ts in (None, ""):
            return None
        if not is_ts(ts):
            raise Refusal("invalid_thread_ts", messages=[f"[ERROR] {ts} is not a valid thread_ts"])
        root = self.state.find(channel.id, ts)
        if root is None or root.ephemeral_to is not None:
            raise Refusal("thread_not_found")
        if root.thread_ts is not None:
            raise Refusal("cannot_reply_to_message", messages=[f"[ERROR] {ts} is a reply; use its thread_ts"])
        return root.ts

    def own_message(self, channel: Channel, *, refusal: str) -> Message:
        """The app's message that ``ts`` names. Raises: Refusal."""
        message = self.state.find(channel.id, self.arguments.get("ts"))
        if message is None or message.ephemeral_to is not None:
            raise Refusal("message_not_found")
        if message.user != self.state.bot.id:
            raise Refusal(refusal)
        return message


def missing_scope(state: State, any_of: tuple[str, ...]) -> Refusal:
    provided = ",".join(sorted(state.grants.scopes))
    return Refusal("missing_scope", needed=",".join(any_of), provided=provided)


@dataclass(frozen=True, slots=True)
class Method:
    """How a method is answered, and the scopes of which one is needed."""

    answer: Callable[[ApiCall], Json]
    scopes: tuple[str, ...] = ()
    app_token: bool = False


def page_of(items: list[Any], call: ApiCall, *, default: int, most: int) -> tuple[list[Any], str]:
    """One page of ``items`` and the cursor of the next, empty at the end. Raises: Refusal."""
    cursor = str(call.arguments.get("cursor") or "")
    if cursor and not (cursor.startswith("next:") and cursor[5:].isdigit()):
        raise Refusal("invalid_cursor")
    start, limit = int(cursor[5:] or 0), call.number("limit", default, most)
    following = f"next:{start + limit}" if start + limit < len(items) else ""
    return items[start : start + limit], following
