"""What one evaluation brought: saved for a later comparison, printed for people or programs, and read again."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from bot.console import say
from knowledge import NotFound, Unavailable

R = TypeVar("R")


def show_run(run: Mapping[str, Any], texts: Iterable[str], *, save: Path | None, as_json: bool) -> None:
    """Save the run where that is wished, then print it: as JSON, or else the texts.

    Raises: Unavailable when it cannot be saved.
    """
    text = json.dumps(run, ensure_ascii=False, indent=1)
    if save:
        try:
            save.write_text(text + "\n", "utf-8")
        except OSError as error:
            raise Unavailable(f"{save} cannot be written: {error.strerror}.") from error
    for each in [text] if as_json else texts:
        say(each)


def load_run(path: Path, parse: Callable[[bytes], R], *, written_by: str) -> R:
    """A saved run. Raises: NotFound when there is none that ``written_by`` wrote."""
    try:
        return parse(path.read_bytes())
    except OSError as error:
        raise NotFound(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise NotFound(f"{path} is not what `{written_by}` writes: {error}.") from error
