"""What new artifacts would change in the catalog, and the guards that look at it before anything is stored."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from knowledge.changes import (
    Changes,
    Definitions,
    compare,
    require_catalog,
    require_kinds,
    require_most,
    require_newer,
    require_same_project,
)
from knowledge.database import Database
from knowledge.queries import load_queries
from knowledge.values import Artifacts


@dataclass(frozen=True, slots=True)
class Served:
    """What the catalog holds of a source's project; ``project_id`` 0: nothing."""

    project_id: int = 0
    name: str = ""
    environment: str = ""
    cursor: Any = None
    made_with: str | None = None
    hides: bool = False


async def guarded_changes(
    database: Database,
    whole: Artifacts,
    new: Definitions,
    served: Served,
    known: Mapping[str, Any] | None,
    *,
    full: bool,
    accept_shrink: bool,
) -> Changes:
    """What the artifacts change of the project that they speak of.

    Args:    served: what the same source brought until now.
             known: what the catalog has of that project, if anything.
             full: every node that stays counts as changed.
    Raises:  Refused by a guard.
    """
    queries = load_queries("refresh")
    if known is None:
        if served.project_id and not accept_shrink:
            rows = await database.fetch(queries["definition_hashes"], project_id=served.project_id, besides="[]")
            require_same_project(served.name, whole, [row["unique_id"] for row in rows])
        return compare({}, new, whole.nodes, full=False)
    require_newer(known["generated_at"], whole.project.generated_at)
    besides = msgspec.json.encode(whole.same).decode()
    rows = await database.fetch(queries["definition_hashes"], project_id=known["project_id"], besides=besides)
    stored = {row["unique_id"]: row["definition_hash"] for row in rows}
    changes = await asyncio.to_thread(compare, stored, new, whole.nodes, full=full)
    if not accept_shrink:
        if whole.catalog_fault:
            row = await database.fetch_one(queries["has_warehouse_columns"], project_id=known["project_id"])
            require_catalog(whole.catalog_fault, has_columns=bool(row and row["has_any"]))
        require_most(len(stored) + len(whole.same), changes)
        kinds = {row["unique_id"]: row["kind"] for row in rows}
        require_kinds(kinds, new, changes, before=known["dbt_version"], after=whole.project.dbt_version)
    return changes
