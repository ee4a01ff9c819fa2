"""Background work that begins with something stored, in one statement: both are there, or neither."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb

from knowledge.database import Database
from knowledge.queries import load_queries


class WebhookEvents:
    """Events that a webhook has delivered, each of them perhaps more than once; known for seven days."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load_queries("background")

    async def take(self, event_id: str, *, queue: str, task: str, args: Mapping[str, Any], queueing_lock: str) -> bool:
        """Store an event together with its job; False when it is known already.

        A job of the same ``queueing_lock`` that waits already does the new one's work.

        Raises: Unavailable.
        """
        facts = {"queue": queue, "task": task, "args": Jsonb(dict(args)), "queueing_lock": queueing_lock}
        try:
            row = await self._database.fetch_one(self._queries["take_event"], event_id=event_id, **facts)
        except UniqueViolation:  # the same job was made meanwhile: now it can be seen
            row = await self._database.fetch_one(self._queries["take_event"], event_id=event_id, **facts)
        return bool(row and row["is_new"])


class RefreshNews:
    """How refreshes ended, for those who look after them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load_queries("background")

    async def spread(self, admins: Sequence[str], *, queue: str, task: str) -> str | None:
        """Make a job to tell each admin how the newest refresh ended, if that is news to them; returns how it did.

        News is a reason that they have not heard since the catalog was last current, nor within the last hour; or that
        what they have heard is over. Whichever process asks first makes the jobs. They get ``admin``, ``outcome`` and
        ``reason``.

        Raises: Unavailable.
        """
        async with self._database.transaction() as connection:
            await connection.execute(self._queries["one_at_a_time"])
            facts = {"admins": list(admins), "queue": queue, "task": task}
            row = await (await connection.execute(self._queries["spread_news"], facts)).fetchone()
        return row["outcome"] if row else None
