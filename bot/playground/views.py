"""The forms of people: what is open, what a trigger may still open, and the home tabs."""

import time
from dataclasses import dataclass
from typing import Any

from bot.playground.rules.refusal import Refusal
from bot.playground.state import APP_ID, State, new_secret

Json = dict[str, Any]

_LIFE_S = 3.0  # Source: views.open, "expired_trigger_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trigger:
    user: str
    expires: float


class Views:
    """The forms that are open, the home tabs that were published, and the triggers that may open more."""

    def __init__(self, state: State) -> None:
        self.open: dict[str, list[Json]] = {}
        """User id to the stack of their forms, the visible one last."""
        self.homes: dict[str, Json] = {}
        self._state = state
        self._triggers: dict[str, _Trigger] = {}

    def new_trigger(self, user: str) -> str:
        trigger = new_secret("trigger")
        self._triggers[trigger] = _Trigger(user=user, expires=time.monotonic() + _LIFE_S)
        return trigger

    def use_trigger(self, trigger_id: object) -> str:
        """The user whose act the trigger stems from. Raises: Refusal."""
        trigger = self._triggers.get(str(trigger_id))
        if trigger is None:
            raise Refusal("invalid_trigger_id")
        if time.monotonic() > trigger.expires:
            raise Refusal("expired_trigger_id")
        del self._triggers[str(trigger_id)]
        return trigger.user

    def show(self, user: str, view: Json, *, on_top: bool = False) -> Json:
        """Open a form for ``user``, alone or on top of the one that is open."""
        shown = {**view, "id": self._state.next_id("V"), "hash": self._state.next_ts(), "app_id": APP_ID}
        shown |= {"root_view_id": shown["id"], "previous_view_id": None, "state": {"values": {}}}
        self.open[user] = [*(self.open.get(user, []) if on_top else []), shown]
        self._state.changes.publish("view", user=user)
        return shown

    def replace(self, view_id: str, view: Json) -> Json | None:
        """Put another content into an open form; None when there is none of that id."""
        for user, stack in self.open.items():
            for number, each in enumerate(stack):
                if view_id in (each["id"], each.get("external_id")):
                    stack[number] = {**each, **view, "hash": self._state.next_ts()}
                    self._state.changes.publish("view", user=user)
                    return stack[number]
        return None

    def close(self, user: str, *, everything: bool = False) -> None:
        self.open[user] = [] if everything else self.open.get(user, [])[:-1]
        self._state.changes.publish("view", user=user)

    def visible(self, user: str) -> Json | None:
        stack = self.open.get(user, [])
        return stack[-1] if stack else None

    def publish_home(self, user: str, view: Json) -> Json:
        shown = {**view, "id": self._state.next_id("V"), "hash": self._state.next_ts()}
        self.homes[user] = shown
        self._state.changes.publish("home", user=user)
        return shown
