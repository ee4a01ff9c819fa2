"""How Slack says no."""

from collections.abc import Sequence
from typing import Any


class Refusal(Exception):
    """A Web API error: Slack's word for it, and what else the response carries."""

    def __init__(self, error: str, *, messages: list[str] | None = None, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra | ({"response_metadata": {"messages": messages}} if messages else {})


class Problems:
    """Everything that is wrong with a payload, each with the JSON pointer of its place."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def add(self, pointer: str, what: str) -> None:
        self.messages.append(f"[ERROR] {what} [json-pointer:{pointer}]")

    def check(self, holds: object, pointer: str, what: str) -> bool:
        """Note ``what`` unless ``holds``; returns whether it does."""
        if not holds:
            self.add(pointer, what)
        return bool(holds)

    def check_one_of(self, value: object, allowed: Sequence[str], pointer: str) -> bool:
        """The same for a value that must be one of ``allowed``."""
        return self.check(value in allowed, pointer, f"must be one of: {', '.join(allowed)}")
