"""What Marty says when DATABASE_URL leads nowhere, or to a server where it cannot live."""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
from homes import NewDatabase, run
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from knowledge.database import open_database
from knowledge.errors import Unavailable

SECRET = "s3cret:&p@ss"
NewRole = Callable[..., str]


async def sentence(url: str, home: Path) -> str:
    """What Marty says instead of opening ``url``: one sentence, without the password."""
    with pytest.raises(Unavailable) as caught:
        async with open_database(url, home):
            pass
    said = str(caught.value)
    assert not any(piece in said for piece in (SECRET, "s3", "cret", "ss@"))
    assert "\n" not in said
    assert said.endswith(".")
    return said


@pytest.fixture
def new_role(admin: psycopg.Connection) -> Generator[NewRole]:
    """Makes a user ``name`` with the password SECRET and ``options``, who is gone after the test."""
    made: list[str] = []

    def make(name: str, options: str = "login") -> str:
        made.append(name)
        admin.execute(sql.SQL("create role {} password {} ").format(sql.Identifier(name), SECRET) + sql.SQL(options))  # pyright: ignore[reportArgumentType]
        return name

    yield make
    for name in made:
        admin.execute(sql.SQL("drop role {}").format(sql.Identifier(name)))


@pytest.fixture
def empty(new_database: NewDatabase) -> str:
    return new_database()


@asynccontextmanager
async def server_that(serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]) -> AsyncGenerator[int]:
    """Something on a port of this machine that is no Postgres."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serve(reader, writer)
        writer.close()

    async with await asyncio.start_server(handle, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


class TestNoWayIn:
    @pytest.mark.parametrize(
        "url",
        [
            f"mysql://marty:{SECRET}@db/marty",
            f"postgresql://marty:{SECRET}@db:notaport/marty",
            f"postgresql://marty:{SECRET}@db/marty?schema=public",
            f"host=db password={SECRET} =",
            "postgresql://marty:s3/cret@db/marty",
            "postgresql://marty:100%@db/marty",
            "just words",
            " ",
        ],
    )
    async def test_an_address_that_cannot_be_read(self, url: str, tmp_path: Path) -> None:
        assert "postgresql://user:password@host:5432/database" in await sentence(url, tmp_path)

    async def test_a_port_where_nothing_listens(self, tmp_path: Path) -> None:
        async with server_that(lambda *_: None) as port:
            pass
        said = await sentence(f"postgresql://marty:{SECRET.replace('@', '%40')}@127.0.0.1:{port}/marty", tmp_path)
        assert f"No database answers at 127.0.0.1:{port}" in said

    async def test_something_else_that_listens(self, tmp_path: Path) -> None:
        async with server_that(lambda _, writer: writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port:
            said = await sentence(f"postgresql://marty@127.0.0.1:{port}/marty", tmp_path)
        assert "hangs up or is not Postgres" in said

    async def test_a_host_that_does_not_exist(self, tmp_path: Path) -> None:
        assert "host is unknown (db.invalid:5432)" in await sentence("postgresql://m@db.invalid/marty", tmp_path)

    async def test_a_socket_that_is_not_there(self, tmp_path: Path) -> None:
        said = await sentence(f"host={tmp_path} user=marty", tmp_path)
        assert "No database answers" in said

    async def test_a_wrong_password(self, empty: str, new_role: NewRole, tmp_path: Path) -> None:
        said = await sentence(make_conninfo(empty, user=new_role("guest"), password="guessed"), tmp_path)
        assert 'refused the user "guest" with this password' in said

    async def test_a_missing_database(self, empty: str, tmp_path: Path) -> None:
        assert 'no database "absent"' in await sentence(make_conninfo(empty, dbname="absent"), tmp_path)

    async def test_a_user_who_may_not_log_in(self, empty: str, new_role: NewRole, tmp_path: Path) -> None:
        said = await sentence(make_conninfo(empty, user=new_role("idle", "nologin"), password=SECRET), tmp_path)
        assert "may not log in" in said

    async def test_a_user_who_may_not_connect(self, empty: str, new_role: NewRole, tmp_path: Path) -> None:
        name = str(conninfo_to_dict(empty)["dbname"])
        run(empty, f"revoke connect on database {name} from public")
        said = await sentence(make_conninfo(empty, user=new_role("stranger"), password=SECRET), tmp_path)
        assert "GRANT CONNECT" in said

    async def test_a_server_without_a_connection_left(self, empty: str, new_role: NewRole, tmp_path: Path) -> None:
        user = new_role("crowd", "login connection limit 0")
        assert "no connection left" in await sentence(make_conninfo(empty, user=user, password=SECRET), tmp_path)


class TestNoPlaceForMarty:
    async def test_a_user_who_may_not_install_pgvector(self, empty: str, new_role: NewRole, tmp_path: Path) -> None:
        user = new_role("modest")
        run(empty, f"grant create on schema public to {user}")
        said = await sentence(make_conninfo(empty, user=user, password=SECRET), tmp_path)
        assert 'The user "modest" may not install pgvector' in said
        assert "CREATE EXTENSION vector;" in said
        run(empty, "drop owned by modest")

    async def test_a_user_who_may_not_create_tables(self, empty: str, new_role: NewRole, tmp_path: Path) -> None:
        said = await sentence(make_conninfo(empty, user=new_role("reader"), password=SECRET), tmp_path)
        assert 'GRANT CREATE ON SCHEMA "public" TO "reader";' in said

    async def test_tables_that_belong_to_another_user(
        self, database_url: str, new_role: NewRole, tmp_path: Path
    ) -> None:
        user = new_role("heir")
        run(database_url, f"grant create on schema public to {user}")
        said = await sentence(make_conninfo(database_url, user=user, password=SECRET), tmp_path)
        assert "connect as the user who made them" in said
        run(database_url, "drop owned by heir")

    async def test_a_user_without_a_schema(self, empty: str, new_role: NewRole, tmp_path: Path) -> None:
        user = new_role("lost")
        run(empty, f"alter role {user} set search_path = nowhere")
        said = await sentence(make_conninfo(empty, user=user, password=SECRET), tmp_path)
        assert "no schema to create tables in" in said

    async def test_pgvector_in_a_schema_out_of_sight(self, empty: str, new_role: NewRole, tmp_path: Path) -> None:
        run(empty, "create schema extensions")
        run(empty, "create extension vector schema extensions")
        said = await sentence(empty, tmp_path)
        assert 'SET search_path = "public", "extensions";' in said

    async def test_an_old_pgvector(self, empty: str, tmp_path: Path) -> None:
        run(empty, "create extension vector")
        run(empty, "update pg_extension set extversion = '0.6.2' where extname = 'vector'")
        said = await sentence(empty, tmp_path)
        assert "has pgvector 0.6.2; Marty needs 0.8 or newer" in said
        assert "ALTER EXTENSION vector UPDATE;" in said

    async def test_a_server_without_pgvector(self, empty: str, tmp_path: Path) -> None:
        pretend(
            empty, "pg_available_extensions", "select name, default_version from pg_catalog.{} where name <> 'vector'"
        )
        said = await sentence(empty, tmp_path)
        assert "has no pgvector; install its package there (postgresql-18-pgvector" in said

    async def test_a_server_with_an_old_package_of_pgvector(self, empty: str, tmp_path: Path) -> None:
        pretend(empty, "pg_available_extensions", "select name, '0.7.4' as default_version from pg_catalog.{}")
        said = await sentence(empty, tmp_path)
        assert "has pgvector 0.7.4" in said
        assert "install a newer package" in said

    async def test_an_old_postgres(self, empty: str, tmp_path: Path) -> None:
        run(empty, "create schema pretended")
        run(
            empty,
            """
            create function pretended.current_setting(name text) returns text language sql as $$
                select case name when 'server_version_num' then '140012' when 'server_version' then '14.12'
                       else pg_catalog.current_setting(name) end
            $$
            """,
        )
        run(
            empty, f"alter database {conninfo_to_dict(empty)['dbname']} set search_path = pretended, pg_catalog, public"
        )
        assert "runs on Postgres 14.12; Marty needs 15 or newer" in await sentence(empty, tmp_path)

    async def test_a_read_only_database(self, empty: str, tmp_path: Path) -> None:
        run(empty, f"alter database {conninfo_to_dict(empty)['dbname']} set default_transaction_read_only = on")
        assert "point DATABASE_URL at the primary" in await sentence(empty, tmp_path)

    async def test_a_database_in_another_encoding(self, empty: str, admin: psycopg.Connection, tmp_path: Path) -> None:
        admin.execute("create database latin template template0 encoding 'LATIN1' locale_provider libc locale 'C'")
        said = await sentence(make_conninfo(empty, dbname="latin"), tmp_path)
        assert "is encoded in LATIN1" in said
        admin.execute("drop database latin with (force)")


class TestAllIsWell:
    async def test_a_modest_user_suffices_once_pgvector_is_there(
        self, empty: str, new_role: NewRole, tmp_path: Path
    ) -> None:
        user = new_role("modest")
        run(empty, "create extension vector")
        run(empty, f"grant create on schema public to {user}")
        url = make_conninfo(empty, user=user, password=SECRET)
        async with open_database(url, tmp_path) as database:
            assert await database.fetch("select current_user::text as me") == [{"me": "modest"}]
        run(empty, "drop owned by modest")

    async def test_what_the_url_says_of_a_connection_is_not_overridden(self, empty: str, tmp_path: Path) -> None:
        url = make_conninfo(empty, application_name="mine", connect_timeout=7)
        async with open_database(url, tmp_path) as database:
            assert re.search(r"application_name=mine\b", database.conninfo)
            assert re.search(r"connect_timeout=7\b", database.conninfo)
            assert await database.fetch("show application_name") == [{"application_name": "mine"}]


def pretend(conninfo: str, relation: str, query: str) -> None:
    """Let ``relation`` of the catalog show what ``query`` selects, as it would on another server."""
    run(conninfo, "create schema pretended")
    run(conninfo, f"create view pretended.{relation} as {query.format(relation)}")
    run(
        conninfo,
        f"alter database {conninfo_to_dict(conninfo)['dbname']} set search_path = pretended, pg_catalog, public",
    )
