"""Events that dbt's webhook has delivered, each stored together with the job that it makes."""

from collections.abc import Mapping
from typing import Any

from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb

from knowledge.database import Database
from knowledge.queries import load_queries


class WebhookEvents:
    """Events that a webhook has delivered, each of them perhaps more than once; known for seven days."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load_queries("webhook_events")

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
