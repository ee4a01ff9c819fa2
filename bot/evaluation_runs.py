"""What one evaluation brought: saved for a later comparison, printed for people or programs, and read again."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from bot.console import say
from bot.evaluation import EvaluationWish
from knowledge import NotFound, Unavailable

R = TypeVar("R")
C = TypeVar("C")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunKind(Generic[R, C]):
    """How the runs of one kind are written, read, compared and told. ``R``: a run. ``C``: what became of one set."""

    written_by: str
    """The command that saves them."""
    parse: Callable[[bytes], R]
    """Raises: ValueError."""
    to_json: Callable[[R], dict[str, Any]]
    to_text: Callable[[R, int], str]
    """Takes how many of the worst questions are listed."""
    compare: Callable[[R, R], Sequence[C]]
    comparison_json: Callable[[Sequence[C]], dict[str, Any]]
    comparison_text: Callable[[R, R, Sequence[C]], str]

    def load_baseline(self, wish: EvaluationWish) -> R | None:
        """The saved run to compare with, if one is wished. Raises: NotFound when it is none of this kind."""
        path = wish.baseline
        if path is None:
            return None
        try:
            return self.parse(path.read_bytes())
        except OSError as error:
            raise NotFound(f"{path} cannot be read: {error.strerror}.") from error
        except ValueError as error:
            raise NotFound(f"{path} is not what `{self.written_by}` writes: {error}.") from error

    def show(self, run: R, baseline: R | None, wish: EvaluationWish) -> None:
        """Save the run where that is wished, then print it: as JSON, or else as text.

        Raises: Unavailable when it cannot be saved.
        """
        as_json, texts = self.to_json(run), [self.to_text(run, wish.worst)]
        if baseline is not None:
            comparisons = self.compare(baseline, run)
            as_json["compared"] = self.comparison_json(comparisons)
            texts.append(self.comparison_text(baseline, run, comparisons))
        text = json.dumps(as_json, ensure_ascii=False, indent=1)
        if wish.save:
            _save(wish.save, text)
        for each in [text] if wish.as_json else texts:
            say(each)


def _save(path: Path, text: str) -> None:
    try:
        path.write_text(text + "\n", "utf-8")
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}.") from error
