"""How refreshes ended, for those who look after them: stored as told together with the jobs that tell."""

from collections.abc import Sequence

from knowledge.database import Database
from knowledge.queries import load_queries


class RefreshNews:
    """How refreshes ended, for those who look after them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load_queries("refresh_news")

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
