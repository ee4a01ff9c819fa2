"""How a database becomes what this version expects, whoever else is about it at the same time."""

import asyncio
import sys
from importlib import resources
from pathlib import Path

import psycopg
import pytest
from homes import NewDatabase, ask, run, until
from procrastinate import App, PsycopgConnector

from knowledge.connection import connect
from knowledge.database import open_database
from knowledge.errors import Unavailable
from knowledge.migrations import migrate

MIGRATE = """
import asyncio, sys
from pathlib import Path
from knowledge.connection import connect
from knowledge.migrations import migrate

async def main():
    connection = await connect(sys.argv[1])
    await migrate(connection, ours=Path(sys.argv[2]))

asyncio.run(main())
"""
TABLES = "select count(*) from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"


async def prepare(conninfo: str, home: Path) -> None:
    async with open_database(conninfo, home):
        pass


async def take(conninfo: str, steps: Path) -> None:
    connection = await connect(conninfo)
    try:
        await migrate(connection, ours=steps)
    finally:
        await connection.close()


@pytest.fixture
def steps(tmp_path: Path) -> Path:
    """Two migrations of our own."""
    folder = tmp_path / "steps"
    folder.mkdir()
    (folder / "0001_first.sql").write_text("create table first (number int);\ninsert into first values (1);")
    (folder / "0002_second.sql").write_text("insert into first values (2);")
    return folder


async def test_each_step_is_taken_once(new_database: NewDatabase, steps: Path) -> None:
    conninfo = new_database()
    for _ in range(2):
        await take(conninfo, steps)
    (steps / "0003_third.sql").write_text("insert into first values (3);")
    await take(conninfo, steps)
    assert ask(conninfo, "select array_agg(number order by number) from first") == [1, 2, 3]


async def test_a_database_opened_by_several_at_once_is_prepared_once(new_database: NewDatabase, tmp_path: Path) -> None:
    conninfo = new_database()
    await asyncio.gather(*(prepare(conninfo, tmp_path) for _ in range(4)))
    assert ask(conninfo, "select extname from pg_extension where extname = 'vector'") == "vector"
    assert ask(conninfo, "select count(*) from marty_migration where name like 'procrastinate/%'")


async def test_a_step_killed_before_it_was_recorded_leaves_no_trace_and_is_taken_next_time(
    new_database: NewDatabase, steps: Path
) -> None:
    conninfo = new_database()
    whole = (steps / "0002_second.sql").read_text()
    (steps / "0002_second.sql").write_text(f"""
        {whole}
        create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(600); end $$;
        create trigger slow before insert on marty_migration for each row execute function slow();
    """)
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", MIGRATE, conninfo, str(steps))
    sleeping = "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()"
    await asyncio.to_thread(until, lambda: ask(conninfo, sleeping))
    process.kill()
    await process.wait()
    run(conninfo, "select pg_terminate_backend(pid, 10000) from pg_stat_activity where wait_event = 'PgSleep'")
    assert ask(conninfo, "select array_agg(number) from first") == [1]
    (steps / "0002_second.sql").write_text(whole)
    await take(conninfo, steps)
    assert ask(conninfo, "select array_agg(number order by number) from first") == [1, 2]


async def test_a_step_changed_after_it_was_taken_is_an_error_for_developers(
    new_database: NewDatabase, steps: Path
) -> None:
    conninfo = new_database()
    await take(conninfo, steps)
    (steps / "0001_first.sql").write_text("create table first (number bigint);")
    with pytest.raises(ValueError, match="0001_first was changed after it had been applied"):
        await take(conninfo, steps)


async def test_a_database_of_a_newer_version_is_left_alone(new_database: NewDatabase, steps: Path) -> None:
    conninfo = new_database()
    await take(conninfo, steps)
    (steps / "0002_second.sql").unlink()
    with pytest.raises(Unavailable, match="written by a newer Marty"):
        await take(conninfo, steps)


async def test_another_programs_tables_are_left_alone(new_database: NewDatabase, tmp_path: Path) -> None:
    conninfo = new_database()
    run(conninfo, "create table node (theirs int)")
    with pytest.raises(Unavailable, match=r"another program's tables .*node.* a database of its own"):
        await prepare(conninfo, tmp_path)
    assert ask(conninfo, "select count(*) from node") == 0


async def test_the_queue_of_an_older_version_is_brought_up_step_by_step(
    new_database: NewDatabase, steps: Path, tmp_path: Path
) -> None:
    old, fresh = new_database(), new_database()
    first = resources.files("procrastinate") / "sql/migrations/00.00.00_01_initial.sql"
    run(old, first.read_text())
    run(old, "create table marty_migration (name text primary key, checksum text not null, applied_at timestamptz)")
    run(old, "insert into marty_migration values ('procrastinate/00.00.00_01_initial', '')")
    for conninfo in (old, fresh):
        await take(conninfo, steps)
    columns = """
        select array_agg(table_name || '.' || column_name || ' ' || data_type order by table_name, column_name)
        from information_schema.columns
        where table_name like 'procrastinate%'
    """
    assert ask(old, columns) == ask(fresh, columns)
    app = App(connector=PsycopgConnector(conninfo=old))
    async with app.open_async():
        await app.configure_task("note").defer_async()


def test_our_migrations_stand_on_their_own(new_database: NewDatabase) -> None:
    conninfo = new_database()
    run(conninfo, "create extension vector")
    for path in sorted((Path(migrate.__code__.co_filename).parent / "sql/migrations").glob("*.sql")):
        with psycopg.connect(conninfo) as connection:
            connection.execute(path.read_bytes())
    assert ask(conninfo, TABLES)
