"""Fills in the lineage of columns behind a refresh, from the manifest's compiled SQL."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from mmap import mmap
from typing import Any

import msgspec

from knowledge.artifacts import parse_artifacts
from knowledge.artifacts.compiled import Compiled, read_compiled
from knowledge.column_lineage.book import RECIPE, Book, Due, Known
from knowledge.column_lineage.messages import Reply
from knowledge.column_lineage.reader import SqlReader
from knowledge.database import Database
from knowledge.dialects import dialect_of
from knowledge.hiding.hide import opaque_id
from knowledge.hiding.scrubbing import Scrubber
from knowledge.queries import load_queries
from knowledge.storing import Progress

Manifest = bytes | mmap
_STORED_AT_ONCE = 100
_STORED_AFTER_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DueProject:
    """A project the lineage of whose columns is not complete."""

    project_id: int
    source: str
    adapter: str | None
    generation: int
    generated_at: datetime | None
    """Of the manifest that its catalog was made from; with the generation it tells what the catalog is."""
    hides: bool


FindManifest = Callable[[DueProject], AbstractAsyncContextManager[Manifest | None]]


class Outdated(Exception):
    """Another refresh has changed the catalog meanwhile: what was read belongs to the one before."""


async def fill_column_lineage(
    database: Database, find: FindManifest, reader: SqlReader, progress: Progress, *, wait: bool
) -> int:
    """Read the SQL of every model that was not read from the same before; returns of how many.

    One process at a time does it. Models that cannot be read are noted as such: nothing of the SQL raises.

    Args:    find: the manifest that a project's catalog was made from, or None where it cannot be had any more.
             wait: for another process that is at it; else it is left to that one.
    Raises:  Unavailable when the database goes away, or no process can be had that reads SQL. What is stored stays.
    """
    queries = load_queries("column_lineage")
    done = 0
    async with database.lock("column lineage", wait=wait) as is_mine:
        if not is_mine:
            return 0
        for row in await database.fetch(queries["due_projects"], by=RECIPE):
            project = DueProject(**row)
            async with find(project) as manifest:
                compiled = await asyncio.to_thread(read_compiled, manifest) if manifest is not None else None
                if manifest is None or compiled is None or compiled.generated_at != project.generated_at:
                    continue
                filling = _Filling(database, project, compiled, reader, progress)
                try:
                    done += await filling.fill(manifest)
                except Outdated:
                    continue  # it is due again, by the refresh that came between
    return done


class _Filling:
    """One project's lineage being filled in."""

    def __init__(
        self, database: Database, project: DueProject, compiled: Compiled, reader: SqlReader, progress: Progress
    ) -> None:
        self._database = database
        self._project = project
        self._compiled = compiled
        self._reader = reader
        self._progress = progress
        self._queries = load_queries("column_lineage")
        self._rows: list[dict[str, Any]] = []
        self._stored_at = time.monotonic()

    async def fill(self, manifest: Manifest) -> int:
        """Raises: Outdated, Unavailable."""
        known = await self._known(manifest)
        book = Book(self._compiled, known, dialect_of(self._project.adapter))
        done = 0
        dues = book.due()
        while (due := await asyncio.to_thread(next, dues, None)) is not None:
            self._rows.append(book.take(due, await self._read(due)))
            done += 1
            self._progress("reading columns", done, None)
            if len(self._rows) >= _STORED_AT_ONCE or time.monotonic() - self._stored_at > _STORED_AFTER_S:
                await self._store()
        await self._store()
        await self._complete(book.seen)
        return done

    async def _read(self, due: Due) -> Reply:
        return await self._reader.read(due.request) if due.request else Reply(fault="it is too long")

    async def _known(self, manifest: Manifest) -> Known:
        rows = await self._database.fetch(self._queries["tables_of_project"], project_id=self._project.project_id)
        nodes = {row["unique_id"] for row in rows}
        hidden = await self._hidden()
        readings = await self._database.fetch(self._queries["readings"], project_id=self._project.project_id)
        scrub = await asyncio.to_thread(_scrubber, manifest, nodes) if self._project.hides else None
        return Known(
            columns={row["unique_id"]: row["columns"] for row in rows if row["columns_known"]},
            shown=lambda unique_id: unique_id if unique_id in nodes else hidden.get(unique_id),
            readings={row["unique_id"]: (row["basis"], row["columns"]) for row in readings},
            scrub=scrub,
        )

    async def _hidden(self) -> Mapping[str, str]:
        """unique_id → hash of each hidden node."""
        if not self._project.hides:
            return {}
        [secret] = await self._database.fetch(load_queries("refresh")["secret"], name="hidden")
        rows = await self._database.fetch(self._queries["hidden_nodes"], project_id=self._project.project_id)
        there = {row["unique_id"] for row in rows}
        hashes = {unique_id: opaque_id(unique_id, secret["value"]) for unique_id in self._compiled.tables}
        return {unique_id: opaque for unique_id, opaque in hashes.items() if opaque in there}

    async def _store(self) -> None:
        """Keep what was read since the last time. Raises: Outdated."""
        rows, self._rows = self._rows, []
        if rows:
            async with self._claimed() as execute:
                await execute("forget_readings", unique_ids=[row["unique_id"] for row in rows])
                await execute("store_readings", readings=msgspec.json.encode(rows).decode())
        self._stored_at = time.monotonic()

    async def _complete(self, seen: Sequence[str]) -> None:
        """Forget models that are no more, and note that nothing is missing. Raises: Outdated."""
        async with self._claimed() as execute:
            await execute("forget_other_readings", unique_ids=list(seen))
            await execute("complete_lineage", by=RECIPE)

    @asynccontextmanager
    async def _claimed(self) -> AsyncGenerator[Any]:
        """A transaction in which the catalog stays the one whose SQL was read, with what was hidden then.

        Raises: Outdated.
        """
        project_id = self._project.project_id
        async with self._database.transaction() as connection:

            async def execute(query: str, **parameters: Any) -> list[dict[str, Any]]:
                cursor = await connection.execute(self._queries[query], {"project_id": project_id, **parameters})
                return await cursor.fetchall() if cursor.description else []

            rows = await execute("claim_project")
            now = [(row["generation"], row["generated_at"], row["hides"]) for row in rows]
            if now != [(self._project.generation, self._project.generated_at, self._project.hides)]:
                raise Outdated
            yield execute


def _scrubber(manifest: Manifest, visible: set[str]) -> Callable[[str], str]:
    """What takes the names of hidden nodes and columns out of expressions."""
    nodes = parse_artifacts(manifest=manifest).nodes
    gone = [node for node in nodes if node.unique_id not in visible]
    there = [node for node in nodes if node.unique_id in visible]
    columns = [column.name for node in there for column in node.columns if column.hidden]
    return Scrubber(gone, columns, there).code
