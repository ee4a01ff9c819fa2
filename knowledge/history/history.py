"""What refreshes have changed, and how far each channel has been told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from knowledge.connection import Connection
from knowledge.database import Database
from knowledge.queries import load_queries
from knowledge.values import Change, Kind, Layer, What
from knowledge.words import storable

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What a channel was told last."""

    change_id: int
    """The last change that was looked at."""
    posted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What a stretch of time changed."""

    changes: tuple[Change, ...] = ()
    """The most important first: the project's own, marts and what exposures rest on; of those alike the newest."""
    nodes: Mapping[What, int] = field(default_factory=dict[What, int])
    """How many nodes each ``what`` is about, those that were left out among them."""


async def record_changes(connection: Connection, refresh_id: int, project_id: int, changes: Sequence[Change]) -> None:
    """Store what a refresh changed. The first one of a project has nothing to compare with: record nothing then."""
    if changes:
        encoded = msgspec.json.encode(changes).decode()
        facts = {"refresh_id": refresh_id, "project_id": project_id, "changes": encoded}
        await connection.execute(load_queries("history")["record"], facts)


class History:
    """Changes as they were recorded. Every method raises Unavailable when the database is not there."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load_queries("history")

    async def since(
        self,
        at: datetime = _EVER,
        *,
        until: datetime | None = None,
        after: int = 0,
        up_to: int | None = None,
        kinds: Collection[Kind] = (),
        layers: Collection[Layer] = (),
        limit: int = 200,
    ) -> Changed:
        """What is different from what it was at ``at``: what broke and recovered since, or came and went, is not.

        Args:    until: the end of the stretch; None: now.
                 after, up_to: only changes recorded after the one of that id, and until that one.
                 kinds, layers: of nodes; none: of all.
                 limit: how many changes of each ``what`` are returned.
        """
        rows = await self._database.fetch(
            self._queries["net"],
            since=at,
            until=until,
            after=after,
            up_to=up_to,
            kinds=list(kinds),
            layers=list(layers),
            limit=limit,
        )
        nodes: dict[What, int] = {row["what"]: row.pop("nodes") for row in rows}
        return Changed(changes=tuple(Change(**row) for row in rows), nodes=nodes)

    async def of_node(
        self,
        unique_ids: Sequence[str],
        since: datetime | None = None,
        *,
        until: datetime | None = None,
        limit: int = 50,
    ) -> list[Change]:
        """All that became of nodes, whatever they were called before; newest first."""
        asked = [storable(each) for each in unique_ids]
        rows = await self._database.fetch(
            self._queries["of_node"], unique_ids=asked, since=since or _EVER, until=until, limit=limit
        )
        return [Change(**row) for row in rows]

    async def of_column(self, name: str, unique_ids: Sequence[str] | None = None) -> list[Change]:
        """When columns of that name were dropped or renamed, in these nodes or in any; newest first."""
        asked = [storable(each) for each in unique_ids] if unique_ids is not None else None
        rows = await self._database.fetch(self._queries["of_column"], name=storable(name), unique_ids=asked)
        return [Change(**row) for row in rows]

    async def named(self, name: str) -> str | None:
        """The last unique_id of the node that was last known by that name, be it gone or called otherwise now."""
        row = await self._database.fetch_one(self._queries["named"], name=storable(name))
        return row["unique_id"] if row else None

    async def watched_since(self) -> datetime | None:
        """When changes began to be recorded; None before the first refresh."""
        row = await self._database.fetch_one(self._queries["watched_since"])
        return row["at"] if row else None

    async def newest(self) -> int:
        """The id of the last change; 0 when there is none."""
        row = await self._database.fetch_one(self._queries["newest"])
        return row["change_id"] if row else 0

    async def last_digest(self, channel: str) -> Digest | None:
        """How far a channel has been told."""
        row = await self._database.fetch_one(self._queries["last_digest"], channel=channel)
        return Digest(**row) if row else None

    async def note_digest(self, channel: str, change_id: int) -> None:
        """A channel has been told of everything up to that change."""
        await self._database.execute(self._queries["note_digest"], channel=channel, change_id=change_id)

    async def forget_digest(self, channel: str, change_id: int) -> None:
        """A channel has not been told that after all."""
        await self._database.execute(self._queries["forget_digest"], channel=channel, change_id=change_id)
