"""An answer while it grows, on a terminal's stderr: what is said so far, and what the agent does meanwhile."""

from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from agent import Delta, Event, Progress
from agent.untrusted import without_controls

_BELOW = 3
"""Lines that stay free under a text that fills the screen."""


class Growing:
    """Shows the events of one turn; where stderr is no terminal, nothing."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)
        self._said, self._doing = "", "is reading the catalog…"
        self._live = Live(self._shown(), console=self._console, transient=True, refresh_per_second=8)

    def show(self, event: Event) -> None:
        """What comes while the answer is made."""
        if isinstance(event, Delta):
            self._said += without_controls(event.text)
        elif isinstance(event, Progress):
            self._doing = event.text
        self._live.update(self._shown())

    def _shown(self) -> RenderableType:
        """The end of the text, as much as the screen holds: what scrolled away could not be taken back."""
        spinner = Spinner("dots", text=Text(f"Marty {self._doing}"))
        if not self._said:
            return spinner
        lines = Text(self._said).wrap(self._console, self._console.width)
        room = max(1, self._console.height - _BELOW)
        return Group(Text("\n").join(lines[-room:]), spinner)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()
