"""What Marty asks of a Postgres: version, encoding, rights, and pgvector; each lack with the way to mend it."""

from typing import Any

import psycopg

from knowledge.connection import Connection
from knowledge.errors import Unavailable
from knowledge.queries import load_queries

POSTGRES = 150_000
VECTOR = (0, 8)


async def require_server(connection: Connection) -> None:
    """See that the server and this user's rights will do.

    Raises: Unavailable with what an administrator has to do.
    """
    facts = await _facts(connection)
    database, role, schema = facts["database"], facts["role"], facts["schema"]
    if facts["version"] < POSTGRES:
        raise Unavailable(
            f"The database runs on Postgres {facts['version_text']}; Marty needs {POSTGRES // 10_000} or newer."
        )
    if facts["standby"] or facts["read_only"]:
        raise Unavailable(
            f'The database "{database}" is read-only (a replica?); point DATABASE_URL at the primary, with a user that'
            " may write."
        )
    if facts["encoding"] != "UTF8":
        raise Unavailable(
            f'The database "{database}" is encoded in {facts["encoding"]}; make one with CREATE DATABASE … ENCODING'
            " 'UTF8' TEMPLATE template0; and point DATABASE_URL at it."
        )
    if schema is None:
        raise Unavailable(
            f'The user "{role}" has no schema to create tables in; ALTER ROLE "{role}" SET search_path = …; gives one.'
        )
    if not facts["may_create"]:
        raise Unavailable(
            f'The user "{role}" may not create tables in the database "{database}"; ask an administrator to run GRANT'
            f' CREATE ON SCHEMA "{schema}" TO "{role}"; there.'
        )


async def require_vector(connection: Connection) -> None:
    """See that pgvector is there and new enough, bringing it into the database where that is allowed.

    The caller holds the lock "migrations": two cannot install it at once.

    Raises: Unavailable with what an administrator has to do.
    """
    facts = await _facts(connection)
    if facts["vector_version"] is None:
        await _install_vector(connection, facts)
        facts = await _facts(connection)
    _require_version(facts["vector_version"], facts)
    if not facts["vector_visible"]:
        raise Unavailable(
            f'pgvector lies in the schema "{facts["vector_schema"]}", which the user "{facts["role"]}" does not see;'
            f' run ALTER ROLE "{facts["role"]}" SET search_path = "{facts["schema"]}", "{facts["vector_schema"]}";.'
        )


async def _install_vector(connection: Connection, facts: dict[str, Any]) -> None:
    if facts["vector_available"] is None:
        raise Unavailable(
            f'The Postgres server of the database "{facts["database"]}" has no pgvector; install its package there'
            f" (postgresql-{facts['version'] // 10_000}-pgvector, or the image pgvector/pgvector), version"
            f" {_text(VECTOR)} or newer."
        )
    _require_version(facts["vector_available"], facts)
    try:
        await connection.execute(load_queries("database")["create_vector"])
    except psycopg.errors.InsufficientPrivilege as error:
        raise Unavailable(
            f'The user "{facts["role"]}" may not install pgvector; ask an administrator to run CREATE EXTENSION vector;'
            f' in the database "{facts["database"]}".'
        ) from error


def _require_version(version: str, facts: dict[str, Any]) -> None:
    if _number(version) >= VECTOR:
        return
    if _number(facts["vector_available"] or "0") >= VECTOR:
        remedy = f'ask an administrator to run ALTER EXTENSION vector UPDATE; in the database "{facts["database"]}"'
    else:
        remedy = "install a newer package of it on the server, then run ALTER EXTENSION vector UPDATE; where it is used"
    raise Unavailable(f"The database server has pgvector {version}; Marty needs {_text(VECTOR)} or newer: {remedy}.")


async def _facts(connection: Connection) -> dict[str, Any]:
    cursor = await connection.execute(load_queries("database")["server_facts"])
    [facts] = await cursor.fetchall()
    return facts


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())


def _text(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
