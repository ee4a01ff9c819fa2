"""What people thought of an answer: one standing thumb a person, whatever order the events arrive in."""

import uuid
from decimal import Decimal

from knowledge.database import Database
from knowledge.queries import load_queries
from knowledge.values import Verdict


class Votes:
    """Thumbs on answers. Every method raises Unavailable when the database is not there.

    The thumb given last stands, unless that thumb was taken back later; ``event_ts`` is when Slack says it happened.
    Casting or withdrawing the same thing again changes nothing.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load_queries("votes")

    async def cast(self, turn_id: str, voter: str, verdict: Verdict, event_ts: Decimal) -> bool:
        """A thumb on the answer of a turn; False when there is no such turn."""
        try:
            uuid.UUID(turn_id)
        except ValueError:
            return False
        return await self._cast(voter, verdict, event_ts, turn_id=turn_id)

    async def cast_on(self, channel: str, answer_ts: str, voter: str, verdict: Verdict, event_ts: Decimal) -> bool:
        """A thumb on the answer in the message ``answer_ts``; False when no answer stands there."""
        return await self._cast(voter, verdict, event_ts, channel=channel, answer_ts=answer_ts)

    async def withdraw_on(self, channel: str, answer_ts: str, voter: str, verdict: Verdict, event_ts: Decimal) -> bool:
        """A thumb taken back; False when no answer stands in the message ``answer_ts``."""
        row = await self._database.fetch_one(
            self._queries["withdraw"],
            channel=channel, answer_ts=answer_ts, voter=voter, verdict=verdict, event_ts=event_ts,
        )  # fmt: skip
        return bool(row and row["found"])

    async def _cast(
        self, voter: str, verdict: Verdict, event_ts: Decimal, *, turn_id: str | None = None,
        channel: str | None = None, answer_ts: str | None = None,
    ) -> bool:  # fmt: skip
        row = await self._database.fetch_one(
            self._queries["cast"],
            turn_id=turn_id, channel=channel, answer_ts=answer_ts, voter=voter, verdict=verdict, event_ts=event_ts,
        )  # fmt: skip
        return bool(row and row["found"])
