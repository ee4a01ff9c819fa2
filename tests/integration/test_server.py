"""The embedded server of a home: who shares it, when it stops, what it survives."""

import asyncio
import os
import re
import signal
import stat
from pathlib import Path

import psycopg
import pytest
from homes import Start, alive, answers, ask, parent, postmaster, processes, run, until
from psycopg.conninfo import conninfo_to_dict

from knowledge.server import open_server


class TestSharing:
    async def test_a_server_starts_in_a_new_home_and_keeps_its_data_when_it_stops(self, home: Path) -> None:
        async with open_server(home) as server:
            run(server.conninfo, "create table kept as select 42 as it")
        assert not processes(home)
        async with open_server(home) as server:
            assert ask(server.conninfo, "select it from kept") == 42
        assert not processes(home)

    def test_processes_of_a_home_share_a_server_that_the_last_one_out_stops(self, start: Start, home: Path) -> None:
        first, second = start(), start()
        assert first.said() == second.said()
        pid = postmaster(home)
        first.leave()
        assert answers(second.said())
        assert postmaster(home) == pid
        second.leave()
        assert not processes(home)

    def test_first_starts_at_once_make_one_server(self, start: Start, home: Path) -> None:
        users = [start() for _ in range(4)]
        assert len({user.said() for user in users}) == 1
        assert answers(users[0].said())
        assert len([line for line in processes(home) if "keeper.py" in line]) == 1

    def test_processes_may_come_and_go_in_quick_succession(self, start: Start, home: Path) -> None:
        user = start()
        for _ in range(3):
            assert answers(user.said())
            next_user = start()
            user.leave()
            user = next_user
        assert answers(user.said())
        user.leave()
        assert not processes(home)

    async def test_no_keeper_is_left_in_the_process_table(self, home: Path) -> None:
        async with open_server(home) as server:
            keepers = [parent(postmaster(home))]
            os.kill(keepers[0], signal.SIGKILL)
            await server.ensure()
            keepers.append(parent(postmaster(home)))
        assert not any(alive(pid) for pid in keepers)

    async def test_one_process_may_open_the_same_home_twice(self, home: Path) -> None:
        async with open_server(home) as first:
            async with open_server(home) as second:
                assert answers(second.conninfo)
            assert answers(first.conninfo)
        assert not processes(home)

    def test_an_interrupt_for_whoever_started_it_does_not_reach_the_server(self, start: Start) -> None:
        first = start()
        first.said()
        second = start()
        second.said()
        os.killpg(first.process.pid, signal.SIGINT)
        first.leave()
        assert answers(second.said())

    def test_an_end_asked_of_all_processes_leaves_the_server_to_those_who_still_use_it(
        self, start: Start, home: Path
    ) -> None:
        conninfo = start().said()
        pid = postmaster(home)
        os.kill(parent(pid), signal.SIGTERM)
        os.kill(pid, signal.SIGTERM)
        until(lambda: not alive(pid))
        until(lambda: answers(conninfo))

    def test_the_server_stops_when_all_its_users_were_killed(self, start: Start, home: Path) -> None:
        for user in (start(), start()):
            assert answers(user.said())
            user.process.kill()
        until(lambda: not processes(home))

    def test_the_next_start_succeeds_after_one_that_was_killed_halfway(self, start: Start, home: Path) -> None:
        user = start()
        until((home / "postgres/keeper.lock").exists)
        user.kill()
        assert answers(start().said())


class TestAccidents:
    def test_a_killed_server_is_started_again_and_has_lost_nothing(self, start: Start, home: Path) -> None:
        conninfo = start().said()
        run(conninfo, "create table kept as select generate_series(1, 100000) as it")
        os.kill(postmaster(home), signal.SIGKILL)
        until(lambda: answers(conninfo))
        assert ask(conninfo, "select count(*) from kept") == 100_000

    async def test_what_was_not_committed_when_it_was_killed_is_gone(self, home: Path) -> None:
        async with open_server(home) as server:
            with psycopg.connect(server.conninfo) as connection:
                connection.execute("create table lost as select 1 as it")
                os.kill(postmaster(home), signal.SIGKILL)
                await asyncio.to_thread(until, lambda: answers(server.conninfo))
                with pytest.raises(psycopg.OperationalError):
                    connection.commit()
            assert ask(server.conninfo, "select to_regclass('lost')") is None

    async def test_a_server_whose_keeper_was_killed_goes_with_it_and_comes_back_when_wanted(self, home: Path) -> None:
        async with open_server(home) as server:
            pid = postmaster(home)
            os.kill(parent(pid), signal.SIGKILL)
            await asyncio.to_thread(until, lambda: not alive(pid))
            assert answers(await server.ensure())
        assert not processes(home)

    @pytest.mark.parametrize("living", [os.getpid(), 1], ids=["of the same user", "of the system"])
    def test_a_stale_pid_file_may_name_another_living_process(self, start: Start, home: Path, living: int) -> None:
        user = start()
        assert answers(user.said())
        pid = postmaster(home)
        for victim in (user.process.pid, parent(pid), pid):
            os.kill(victim, signal.SIGKILL)
        until(lambda: not processes(home))
        for file in (*home.rglob("postmaster.pid"), *home.rglob(".s.PGSQL.*.lock")):
            file.write_text(re.sub(rf"^{pid}$", str(living), file.read_text(), flags=re.MULTILINE))
        assert answers(start().said())

    def test_a_long_log_is_cut_down_to_its_end(self, start: Start, home: Path) -> None:
        start().said()
        log = os.open(home / "postgres/log", os.O_RDWR | os.O_APPEND)
        os.write(log, b"a word\n" * 1_000_000 + b"the end\n")
        until(lambda: os.fstat(log).st_size < 2_000_000 and b"the end\n" in os.pread(log, 2_000_000, 0))
        os.close(log)


class TestManners:
    async def test_text_is_utf8_and_has_the_same_case_rules_on_every_machine(self, home: Path) -> None:
        async with open_server(home) as server:
            assert ask(server.conninfo, "show server_encoding") == "UTF8"
            assert ask(server.conninfo, "select upper('é')") == "É"
            query = "select datlocprovider::text || datlocale from pg_database where datname = current_database()"
            assert ask(server.conninfo, query) == "bC.UTF-8"

    async def test_nobody_connects_without_its_password_and_nothing_listens_on_a_port(self, home: Path) -> None:
        async with open_server(home) as server:
            assert ask(server.conninfo, "show listen_addresses") == ""
            with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
                psycopg.connect(server.conninfo, password="guessed")

    def test_its_own_files_are_closed_to_others_and_other_folders_stay_as_they_are(
        self, start: Start, base: Path, home: Path
    ) -> None:
        base.chmod(0o700)
        start().said()
        assert stat.S_IMODE(base.stat().st_mode) == 0o700
        for path in (home / "postgres").rglob("*"):
            assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path

    @pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
    def test_secrets_in_our_environment_stay_out_of_its_processes(self, start: Start, home: Path) -> None:
        start(environment={**os.environ, "SLACK_BOT_TOKEN": "xoxb-a-secret"}).said()
        for pid in (postmaster(home), parent(postmaster(home))):
            assert "xoxb-a-secret" not in Path(f"/proc/{pid}/environ").read_text()

    def test_variables_meant_for_another_server_do_not_confuse_it(self, start: Start, home: Path) -> None:
        other = {
            "PGHOST": "nowhere.invalid",
            "PGHOSTADDR": "192.0.2.1",
            "PGPORT": "1",
            "PGDATA": "/nowhere",
            "PGSSLMODE": "require",
            "PGUSER": "nobody",
            "PGOPTIONS": "-c nonsense=1",
            "LC_ALL": "xx_XX",
        }
        user = start(environment={**os.environ, **other})
        assert answers(user.said())
        user.leave()
        assert not processes(home)

    @pytest.mark.parametrize("name", ["x" * 120, "a, b", 'it\'s "quoted"', "größe %20 $HOME"])
    def test_a_home_may_have_any_path(self, start: Start, base: Path, name: str) -> None:
        user = start(home=base / name)
        assert answers(user.said())
        user.leave()
        assert not processes(base)
        assert not list(Path(str(conninfo_to_dict(user.said())["host"])).glob(".s*"))
