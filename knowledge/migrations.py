"""Brings a database to what this version expects: our own steps and those of the job queue's schema."""

import hashlib
import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString, cast

import psycopg

from knowledge.connection import Connection
from knowledge.errors import Unavailable
from knowledge.queries import load_queries

_OURS = Path(__file__).parent / "sql" / "migrations"


@dataclass(frozen=True, slots=True)
class Migration:
    """One step, named once and for all; its SQL is read when it is needed."""

    name: str
    path: Path

    def sql(self) -> str:
        return self.path.read_text(encoding="utf-8")

    def checksum(self) -> str:
        return hashlib.sha256(self.sql().encode()).hexdigest()


async def migrate(connection: Connection, *, ours: Path = _OURS) -> None:
    """Take the steps that this database lacks, each in a transaction of its own together with its record.

    The caller holds the lock "migrations": one process at a time.

    Raises: Unavailable when the database was written by a newer Marty or belongs to somebody else; ValueError when a
    step was changed after it had been taken (a mistake of ours).
    """
    queries = load_queries("migrations")
    await connection.execute(queries["create_migration_table"])
    applied = {row["name"]: row["checksum"] for row in await _rows(connection, queries["applied_migrations"])}
    own, queue = _steps(ours), _queue()
    _require_known(applied, (*own, *queue))
    for migration in own:
        if migration.name in applied:
            _require_unchanged(migration, applied[migration.name])
        else:
            await _apply(connection, migration.sql(), [migration])
    missing = [migration for migration in queue if migration.name not in applied]
    if len(missing) == len(queue):  # its whole schema stands in one file, and the steps lead from older ones to it
        await _apply(connection, Migration("", _queue_folder() / "schema.sql").sql(), queue)
    else:
        for migration in missing:
            await _apply(connection, migration.sql(), [migration])


async def _apply(connection: Connection, sql: str, records: Iterable[Migration]) -> None:
    record = load_queries("migrations")["record_migration"]
    try:
        async with connection.transaction():
            await connection.execute(cast("LiteralString", sql))
            for migration in records:
                await connection.execute(record, {"name": migration.name, "checksum": migration.checksum()})
    except (psycopg.errors.DuplicateTable, psycopg.errors.DuplicateObject, psycopg.errors.DuplicateFunction) as error:
        what = error.diag.message_primary
        raise Unavailable(
            f"The database already holds another program's tables ({what}); give Marty a database of its own."
        ) from error


def _steps(folder: Path, prefix: str = "") -> list[Migration]:
    return [Migration(prefix + path.stem, path) for path in sorted(folder.glob("*.sql"))]


def _queue() -> list[Migration]:
    # Its package is read, not imported: knowledge runs no jobs.
    return _steps(_queue_folder() / "migrations", "procrastinate/")


def _queue_folder() -> Path:
    spec = importlib.util.find_spec("procrastinate")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("procrastinate", name="procrastinate")
    return Path(spec.origin).parent / "sql"


def _require_known(applied: Iterable[str], known: Iterable[Migration]) -> None:
    if strange := sorted(set(applied) - {migration.name for migration in known}):
        raise Unavailable(
            f"The database was written by a newer Marty ({strange[-1]}); start that version, or give this one another"
            " database."
        )


def _require_unchanged(migration: Migration, checksum: str) -> None:
    if migration.checksum() != checksum:
        raise ValueError(f"{migration.name} was changed after it had been applied; write a new migration instead")


async def _rows(connection: Connection, query: LiteralString) -> list[dict[str, str]]:
    return await (await connection.execute(query)).fetchall()
