"""Log lines: machines can read them, a turn can be followed, no secret is in them."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from bot.log import bound, set_up_logging


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    set_up_logging(level="INFO", style="json", stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_json_line_has_time_level_logger_message_and_the_facts(lines: io.StringIO) -> None:
    with bound(turn="t1"):
        logging.getLogger("bot.http").info("listening", extra={"port": 8080})
    line = json.loads(lines.getvalue())
    assert list(line)[:4] == ["time", "level", "logger", "message"]
    assert (line["message"], line["port"], line["turn"]) == ("listening", 8080, "t1")


def test_what_was_bound_ends_with_its_block(lines: io.StringIO) -> None:
    with bound(turn="t1"):
        pass
    logging.getLogger("x").info("later")
    assert "t1" not in lines.getvalue()


@pytest.mark.parametrize(
    "secret",
    [
        "xoxb-123456789-abcdef",
        "xapp-1-A0-123-abcdef",
        "xoxe.xoxb-1-abcdefgh",
        "sk-proj-abcdefgh1234",
        "dbtc_abcdefgh123",
        "postgresql://marty:hunter2@db/marty",
        "host=db password=hunter2 user=marty",
    ],
)
def test_a_secret_in_a_message_or_a_traceback_is_not_written(lines: io.StringIO, secret: str) -> None:
    try:
        raise RuntimeError(f"could not use {secret}")
    except RuntimeError:
        logging.getLogger("x").exception("failed with %s", secret, extra={"what": secret})
    for part in ("hunter2", "abcdef"):
        assert part not in lines.getvalue()
    json.loads(lines.getvalue())
