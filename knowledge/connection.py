"""One connection to Postgres, or the sentence that says why there is none and what to do about it."""

import getpass
import re
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import DictRow, dict_row
from psycopg_pool import PoolClosed, PoolTimeout

from knowledge.errors import Unavailable

Connection = AsyncConnection[DictRow]

# Seconds, the last one milliseconds: within a minute it is noticed that the other end has vanished without a word.
_DEFAULTS: dict[str, Any] = {
    "application_name": "marty",
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}

# Signs in the words of libpq and Postgres, which give no code while a connection is being made. A server may speak
# another language than English: then its own words have to do. More telling signs first, since libpq tries addresses
# one after the other and reports all of them.
_SIGNS: tuple[tuple[str, str], ...] = (
    (
        r"password authentication failed|no password supplied|empty password",
        'The database at {where} refused the user "{user}" with this password; correct both in DATABASE_URL.',
    ),
    (
        r'database ".*" does not exist',
        'There is no database "{database}" at {where}; create it, or correct its name in DATABASE_URL.',
    ),
    (
        r'role ".*" does not exist',
        'The database at {where} knows no user "{user}"; create it, or correct its name in DATABASE_URL.',
    ),
    (
        r"local user with ID",
        "DATABASE_URL names no user, and this process's own has no name; write postgresql://user:password@host/database.",
    ),
    (
        r"is not permitted to log in",
        'The user "{user}" may not log in to the database at {where}; ALTER ROLE … LOGIN lets it in.',
    ),
    (
        r"permission denied for database",
        'The user "{user}" may not connect to the database "{database}" at {where}; GRANT CONNECT lets it in.',
    ),
    (
        r"not currently accepting connections",
        'The database "{database}" at {where} is closed to connections; point DATABASE_URL at another.',
    ),
    (
        r"no pg_hba\.conf entry",
        (
            'The pg_hba.conf of the database at {where} lets no "{user}" in from here in this way; add a line to it, or'
            " try sslmode=require in DATABASE_URL."
        ),
    ),
    (
        r"(peer|ident|gssapi|certificate|ldap|pam|radius) authentication failed",
        'The database at {where} refused the user "{user}"; see in its pg_hba.conf which way to log in it asks for.',
    ),
    (
        r"does not support SSL|SSL error|certificate verify failed|root certificate|SSL is required",
        "No encrypted connection to the database at {where} came about; correct sslmode, sslrootcert in DATABASE_URL.",
    ),
    (
        r"too many (clients|connections)|remaining connection slots|reserved for",
        "The database at {where} has no connection left; raise its max_connections, or stop other programs.",
    ),
    (
        r"starting up|shutting down|in recovery mode|not yet accepting connections",
        "The database at {where} is starting or stopping; try again soon.",
    ),
    (
        r"invalid response|expected authentication request|closed the connection unexpectedly",
        "What answers at {where} hangs up or is not Postgres; correct host and port in DATABASE_URL, or see its log.",
    ),
    (
        r"resolve host|translate host name|name or service not known",
        "The database's host is unknown ({where}); correct its name in DATABASE_URL.",
    ),
    (
        r"timeout|timed out",
        "The database at {where} did not answer in time; check host, port and any firewall in between.",
    ),
    (
        r"connection refused|no such file or directory|no route to host|unreachable|is the server running",
        "No database answers at {where}; start it, or correct host and port in DATABASE_URL.",
    ),
)


def complete_conninfo(url: str) -> str:
    """``url`` (a URL or libpq's key=value form) with our defaults for what it leaves open.

    Raises: Unavailable when it is neither. It is not quoted: it may hold a password.
    """
    given = _parsed(url)
    if not given or _misread(given):
        raise Unavailable(
            "DATABASE_URL cannot be read; it looks like postgresql://user:password@host:5432/database, and characters"
            " such as @ : / # % in a password are written in %-code (@ is %40)."
        )
    return make_conninfo(url, **{name: value for name, value in _DEFAULTS.items() if name not in given})


def _parsed(url: str) -> Mapping[str, Any] | None:
    try:
        return conninfo_to_dict(url)
    except (psycopg.Error, UnicodeError):
        return None  # rather than an error with a cause, for the parser's words may quote the URL


def _misread(given: Mapping[str, Any]) -> bool:
    """Whether the URL came apart at a character of its password, so that a piece of that passes for something else."""
    strange = "@" in str(given.get("host", "")).lstrip("@") or "@" in str(given.get("dbname", ""))
    return strange or not all(port.isdigit() for port in str(given.get("port", 5432)).split(",") if port)


async def connect(conninfo: str) -> Connection:
    """A connection of its own, in autocommit, rows as dictionaries.

    Raises: Unavailable, saying what to do.
    """
    try:
        return await Connection.connect(conninfo, autocommit=True, row_factory=dict_row)
    except psycopg.Error as error:
        raise _explained(error, conninfo) from error


def _explained(error: psycopg.Error, conninfo: str) -> Unavailable:
    facts = {name: str(value) for name, value in conninfo_to_dict(conninfo).items()}
    named = _named(facts)
    for sign, sentence in _SIGNS:
        if re.search(sign, str(error), re.IGNORECASE):
            return Unavailable(sentence.format(**named))
    words = " ".join(str(error).split())
    if password := facts.get("password"):
        words = words.replace(password, "…")
    return Unavailable(f"No connection to the database at {named['where']}: {words}")


def is_gone(error: psycopg.Error) -> bool:
    """Whether ``error`` means that there is no database to talk to now, rather than that a statement was wrong."""
    if isinstance(error, PoolTimeout | PoolClosed):
        return True
    if isinstance(error, psycopg.InterfaceError):
        return "closed" in str(error)
    if not isinstance(error, psycopg.OperationalError | psycopg.InternalError):
        return isinstance(error, psycopg.errors.ReadOnlySqlTransaction)
    # Without a code it comes from libpq: the connection broke. Source: Postgres' errcodes, classes 08, 53, 57P, 58.
    code = error.sqlstate
    return code is None or code[:2] in ("08", "53", "58") or code[:3] == "57P"


def gone(error: psycopg.Error) -> Unavailable:
    """The sentence for a database that was there and is not now."""
    sentences: dict[type[psycopg.Error], str] = {
        psycopg.errors.DiskFull: "The database's disk is full; make room on it.",
        psycopg.errors.OutOfMemory: "The database has run out of memory; give it more.",
        psycopg.errors.ReadOnlySqlTransaction: "The database has become read-only; point DATABASE_URL at the primary.",
        PoolTimeout: "The database does not answer, or all connections to it are busy; see whether it runs.",
    }
    return Unavailable(sentences.get(type(error), "The connection to the database broke; see whether it runs."))


def _named(facts: dict[str, str]) -> dict[str, str]:
    hosts = (facts.get("host") or facts.get("hostaddr") or "localhost").split(",")
    ports = facts.get("port", "5432").split(",")
    where = ", ".join(f"{host}:{ports[min(index, len(ports) - 1)] or 5432}" for index, host in enumerate(hosts))
    user = facts.get("user") or _own_name()
    return {"where": where, "user": user, "database": facts.get("dbname") or user}


def _own_name() -> str:
    """The user that libpq takes when none is named."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "?"
