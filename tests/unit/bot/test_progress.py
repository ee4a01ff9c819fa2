"""What a terminal shows of a refresh."""

import io
import re

import pytest
from rich.console import Console

from bot.progress import Bars


def shown(*steps: tuple[str, int, int | None], fails: bool = False) -> list[str]:
    """The lines that stand there at the end."""
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=100, color_system=None)
    try:
        with Bars(console) as bars:
            for step in steps:
                bars.show(*step)
            if fails:
                raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    last = screen.getvalue().split("\x1b[2K")[-1]  # each picture begins by wiping out the one before
    return re.sub(r"\x1b\[[?\d;]*[A-Za-z]", "", last).splitlines()


def test_a_stage_that_another_follows_is_finished_and_so_is_the_last_one() -> None:
    looking, comparing, storing = shown(("looking", 0, None), ("comparing", 0, 65), ("storing", 3, 12))
    assert "✓ looking" in looking
    assert "65/65" in comparing
    assert "✓ storing" in storing
    assert "12/12" in storing


def test_a_stage_whose_size_is_not_known_has_a_spinner_and_no_bar() -> None:
    [line] = shown(("reading", 0, None), fails=True)
    assert "✓" not in line
    assert "━" not in line
    assert "/" not in line


def test_what_was_interrupted_does_not_look_finished() -> None:
    looking, storing = shown(("looking", 0, None), ("storing", 3, 12), fails=True)
    assert "✓ looking" in looking
    assert "✓" not in storing
    assert "3/12" in storing


def test_the_stages_of_a_second_source_begin_anew() -> None:
    steps = [("looking", 0, None), ("storing", 9, 9), ("looking", 0, None)]
    looking, storing = shown(*steps, fails=True)
    assert "✓" not in looking
    assert "9/9" in storing
    assert all("✓" in line for line in shown(*steps))


def test_waiting_for_another_refresh_is_said_and_that_it_has_ended() -> None:
    [line] = shown(("waiting", 0, None), fails=True)
    assert "another refresh is running; waiting" in line
    assert "✓ the other refresh has ended" in shown(("waiting", 0, None), ("looking", 0, None))[0]


def test_without_a_terminal_nothing_but_the_wait_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(file=io.StringIO(), force_terminal=False)
    with Bars(console) as bars:
        for step in [("waiting", 0, None), ("looking", 0, None), ("storing", 1, 2)]:
            bars.show(*step)
    assert capsys.readouterr().err == "another refresh is running; waiting\n"
