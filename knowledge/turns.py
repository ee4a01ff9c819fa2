"""Every question and its answer: stored once, begun once, finished once, exported for people."""

import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from psycopg.types.json import Jsonb

from knowledge.connection import Connection
from knowledge.database import Database
from knowledge.queries import load_queries
from knowledge.values import Surface, Turn

Outcome = Literal["answered", "refused", "failed", "help"]

_EXPORT_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTurn:
    """A question as it came in. It is recognised again by ``ts`` or, when it has none yet, by ``trigger_id``."""

    team: str
    channel: str
    asker: str
    surface: Surface
    question: str
    ts: str | None = None
    thread_ts: str | None = None
    trigger_id: str | None = None
    response_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTurn:
    """A question that was not there before."""

    turn_id: str
    thread_key: str
    """Names its thread: turns of one key are answered one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a turn ended. ``answer`` is what was shown."""

    outcome: Outcome
    answer: str
    answer_ts: str | None = None
    answer_json: Mapping[str, Any] | None = None
    model_calls: int = 0
    tokens: int | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What was found when a turn was to be closed."""

    answer_ts: str | None = None
    """The message that counts as its answer, if there is one."""
    was_open: bool = False
    """Whether it was closed now: true once in a turn's life, whatever crashes and is tried again."""


class Turns:
    """What people asked and were answered. Every method raises Unavailable when the database is not there."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load_queries("turns")

    async def take(self, news: Sequence[NewTurn], *, queue: str, task: str) -> list[StoredTurn | None]:
        """Store questions together with the jobs that answer them, in their order; None for what has a turn already.

        One statement, so that there is never one without the other. A job gets its turn's id, and the key of the
        turn's thread as its lock.
        """
        rows = await self._database.fetch(self._queries["store"], **_columns(news), queue=queue, task=task)
        return _in_order(rows, len(news))

    async def store(self, connection: Connection, new: NewTurn) -> StoredTurn | None:
        """Store a question that its asker waits for, without a job; None when it has its turn already."""
        facts = _columns([new]) | {"queue": None, "task": None}
        return _in_order(await (await connection.execute(self._queries["store"], facts)).fetchall(), 1)[0]

    async def load(self, turn_id: str) -> Turn | None:
        """The turn as it stands."""
        row = await self._database.fetch_one(self._queries["load"], turn_id=turn_id)
        return Turn(**row) if row else None

    async def by_answer(self, channel: str, answer_ts: str) -> str | None:
        """The turn whose answer stands in a message."""
        row = await self._database.fetch_one(self._queries["by_answer"], channel=channel, answer_ts=answer_ts)
        return row["turn_id"] if row else None

    async def question_posted(self, turn_id: str, ts: str) -> None:
        """A command's question was posted as the message ``ts``, the root of its thread."""
        await self._database.execute(self._queries["question_posted"], turn_id=turn_id, ts=ts)

    async def begin(self, turn_id: str, answer_ts: str) -> str:
        """The answer is begun as the message ``answer_ts``; returns the one that counts, the first that was stored."""
        row = await self._database.fetch_one(self._queries["begin"], turn_id=turn_id, answer_ts=answer_ts)
        return row["answer_ts"] if row else answer_ts

    async def move(self, turn_id: str, answer_ts: str) -> None:
        """The answer stands in the message ``answer_ts`` now, whatever was stored before."""
        await self._database.execute(self._queries["move"], turn_id=turn_id, answer_ts=answer_ts)

    async def finish(self, turn_id: str, ending: Ending) -> Closing:
        """Close a turn unless it is closed."""
        row = await self._database.fetch_one(
            self._queries["finish"],
            turn_id=turn_id,
            outcome=ending.outcome,
            answer=_storable(ending.answer),
            answer_ts=ending.answer_ts,
            answer_json=Jsonb(_storable(ending.answer_json)) if ending.answer_json is not None else None,
            model_calls=ending.model_calls,
            tokens=ending.tokens,
            seconds=ending.seconds,
        )
        if row is not None:
            return Closing(answer_ts=row["answer_ts"], was_open=True)
        # a statement of its own: one that waited for whoever closed the turn would not see what they stored
        row = await self._database.fetch_one(self._queries["answer_ts"], turn_id=turn_id)
        return Closing(answer_ts=row["answer_ts"] if row else None)

    async def export(self) -> AsyncIterator[dict[str, Any]]:
        """Every turn as a row of plain JSON values, oldest first, in pages, so that any number of them fits."""
        after: dict[str, Any] = {"after_at": None, "after_id": None}
        while True:
            rows = await self._database.fetch(self._queries["export"], **after, limit=_EXPORT_PAGE)
            for row in rows:
                yield {name: _plain(value) for name, value in row.items()}
            if len(rows) < _EXPORT_PAGE:
                return
            after = {"after_at": rows[-1]["asked_at"], "after_id": uuid.UUID(rows[-1]["turn_id"])}


def _columns(news: Sequence[NewTurn]) -> dict[str, Any]:
    return {name: [_storable(getattr(new, name)) for new in news] for name in NewTurn.__slots__}


def _in_order(rows: Sequence[Mapping[str, Any]], count: int) -> list[StoredTurn | None]:
    stored = {row["place"]: StoredTurn(turn_id=row["turn_id"], thread_key=row["thread_key"]) for row in rows}
    return [stored.get(place) for place in range(1, count + 1)]


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def _storable(value: Any) -> Any:
    """``value`` without what Postgres cannot store in text: NUL, and halves of surrogate pairs."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {key: _storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    return value
