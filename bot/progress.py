"""Progress in a terminal: a bar for a stage whose size is known, a spinner for any other."""

import sys

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.progress_bar import ProgressBar
from rich.text import Text

_WAITING = "waiting"
_LABELS = {_WAITING: "another refresh is running; waiting"}
_LABELS_AFTERWARDS = {_WAITING: "the other refresh has ended"}


class Bars:
    """One line a stage on stderr; where that is no terminal, nothing but that it waits."""

    def __init__(self, console: Console | None = None) -> None:
        console = console or Console(stderr=True)
        columns = (
            SpinnerColumn(finished_text="✓"),
            TextColumn("{task.description}"),
            _Bar(),
            _Count(),
            TimeElapsedColumn(),
        )
        self._is_shown = console.is_terminal
        self._progress = Progress(*columns, console=console, disable=not console.is_terminal)
        self._tasks: dict[str, TaskID] = {}
        self._stage: str | None = None

    def show(self, stage: str, done: int, total: int | None) -> None:
        """The callback of refresh and fill_vectors: a stage that another follows is over."""
        if stage != self._stage:
            self._finish()
            self._begin(stage)
            self._stage = stage
        self._progress.update(self._tasks[stage], completed=done, total=total, has_bar=total is not None)

    def _begin(self, stage: str) -> None:
        label = _LABELS.get(stage, stage)
        if stage in self._tasks:  # it was there for the source before
            self._progress.reset(self._tasks[stage], description=label)
        else:
            self._tasks[stage] = self._progress.add_task(label, total=None, has_bar=False)
        if stage == _WAITING and not self._is_shown:
            sys.stderr.write(f"{label}\n")
            sys.stderr.flush()

    def _finish(self) -> None:
        """A stage may have found less to do than it had foreseen, or nothing."""
        if self._stage is None:
            return
        task = self._progress.tasks[self._progress.task_ids.index(self._tasks[self._stage])]
        total = task.total or 1
        label = _LABELS_AFTERWARDS.get(self._stage, self._stage)
        self._progress.update(
            task.id,
            description=label,
            total=total,
            completed=total,
            has_bar=bool(task.fields["has_bar"] and task.total),
        )

    def __enter__(self) -> "Bars":
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._finish()
        self._progress.stop()


class _Bar(ProgressColumn):
    """A bar, for stages that have one."""

    def __init__(self) -> None:
        super().__init__()
        self._bar = BarColumn()

    def render(self, task: Task) -> ProgressBar | Text:
        return self._bar.render(task) if task.fields["has_bar"] else Text("")


class _Count(MofNCompleteColumn):
    """So many of so many, for stages that have a bar."""

    def render(self, task: Task) -> Text:
        return super().render(task) if task.fields["has_bar"] else Text("")
