"""Logging: text for people, JSON lines for machines, the turn and thread bound to every line, secrets never."""

import json
import logging
import re
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

_bound: ContextVar[Mapping[str, object]] = ContextVar("bound")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_SECRETS = re.compile(
    r"(xox[a-z]?(?:\.xox[a-z])?-|xapp-|dbt[cu]_|sk-)[\w.-]{6,}"  # tokens of Slack, dbt and OpenAI
    r"|(?<=://)[^/@\s:]*:[^/@\s]+(?=@)"  # user:password in an address
    r"|(?<=password=)\S+"
)


@contextmanager
def bound(**facts: object) -> Generator[None]:
    """Add ``facts`` to every log line written inside, in this task."""
    token = _bound.set({**_bound.get({}), **facts})
    try:
        yield
    finally:
        _bound.reset(token)


def set_up_logging(*, level: str, style: Literal["text", "json"] | None, stream: TextIO | None = None) -> None:
    """Send every log line to ``stream`` (stderr by default), as text on a terminal and JSON elsewhere."""
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    style = style or ("text" if out.isatty() else "json")
    handler.setFormatter(TextFormatter() if style == "text" else JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("slack_bolt", "slack_sdk", "procrastinate", "apscheduler", "httpx", "openai", "aiohttp.access"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))


def without_secrets(text: str) -> str:
    """``text`` with tokens and passwords replaced; the last net, not the first."""
    return _SECRETS.sub("[secret]", text)


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    own = {key: value for key, value in vars(record).items() if key not in _STANDARD}
    return {**_bound.get({}), **own}


class JsonFormatter(logging.Formatter):
    """``time``, ``level``, ``logger``, ``message``, then the facts."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_facts(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return without_secrets(json.dumps(line, ensure_ascii=False, default=str))


class TextFormatter(logging.Formatter):
    """``12:00:00 INFO message  fact=value``, in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        clock = time.strftime("%H:%M:%S", time.gmtime(record.created))
        facts = "".join(f"  {key}={value}" for key, value in _facts(record).items())
        text = f"{clock} {record.levelname:<7} {record.getMessage()}{facts}"
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        return without_secrets(text)
