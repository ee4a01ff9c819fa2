"""``marty chat`` as people use it: at a terminal, and with questions piped into it."""

import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from commands import Environment, marty

PROMPT = "› "
_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r")


class Seat:
    """A terminal with a chat in it."""

    def __init__(self, process: subprocess.Popen[bytes], screen: int) -> None:
        self.process = process
        self._screen = screen
        self.seen = ""

    def type(self, line: str) -> None:
        os.write(self._screen, f"{line}\n".encode())

    def press(self, key: bytes) -> None:
        os.write(self._screen, key)

    def interrupt(self, until: str, *, times: int = 1) -> None:
        """What Ctrl-C does at a terminal that is the process's own, as this one is not; until the words have come.

        Again, should that be needed: between two waits for a key readline does not notice a signal.
        """
        for _ in range(20):
            self.process.send_signal(signal.SIGINT)
            if self._sees(until, times=times, within_s=3):
                return
        raise AssertionError(self.seen)

    def wait_for(self, words: str, *, times: int = 1, within_s: float = 60) -> str:
        """Read on until the words have come so often; what was written so far."""
        assert self._sees(words, times=times, within_s=within_s), self.seen
        return self.seen

    def _sees(self, words: str, *, times: int, within_s: float) -> bool:
        limit = time.monotonic() + within_s
        while self.seen.count(words) < times and time.monotonic() < limit:
            if select.select([self._screen], [], [], 0.2)[0]:
                assert self._read(), self.seen
        return self.seen.count(words) >= times

    def leave(self) -> int:
        """The exit code, once everything is read."""
        while self._read():
            pass
        return self.process.wait(timeout=60)

    def _read(self) -> bool:
        try:
            content = os.read(self._screen, 4096)
        except OSError:  # the other side is closed
            return False
        self.seen += _CODES.sub("", content.decode("utf-8", "replace"))
        return bool(content)


@contextmanager
def seated(environment: Environment) -> Generator[Seat]:
    screen, other = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "chat"],
        env={"PATH": os.environ["PATH"], "TERM": "xterm", "LOG_LEVEL": "ERROR", **environment},
        cwd=environment["HOME"], stdin=other, stdout=other, stderr=other, start_new_session=True,
    )  # fmt: skip
    os.close(other)
    try:
        yield Seat(process, screen)
    finally:
        process.kill()
        process.wait()
        os.close(screen)


def outcomes(environment: Environment) -> list[tuple[str, str, int]]:
    """Question, outcome and number of the thread of every turn, in their order."""
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        return connection.execute(
            "select question, outcome, dense_rank() over (order by first) from (select *, min(asked_at) over "
            "(partition by thread_ts) as first from turn where surface = 'terminal') as turn order by asked_at"
        ).fetchall()


def test_a_conversation_remembers_until_a_new_one_is_begun(filled: Environment) -> None:
    with seated(filled) as seat:
        seat.wait_for(PROMPT)
        seat.type("who owns orders?")
        seat.wait_for("is owned by Joris Amsing")
        seat.wait_for(PROMPT, times=2)
        seat.type("what columns does it have?")
        seat.wait_for("`net_amount`")
        seat.wait_for(PROMPT, times=3)
        seat.type("new")
        seat.wait_for("A new conversation")
        seat.type("what columns does it have?")
        seat.wait_for("Which one do you mean?")
        seat.wait_for(PROMPT, times=5)
        seat.type("exit")
        assert seat.leave() == 0
    assert [(outcome, thread) for _, outcome, thread in outcomes(filled)] == [
        ("answered", 1),
        ("answered", 1),
        ("refused", 2),
    ]


def test_the_end_of_input_ends_the_chat(filled: Environment) -> None:
    with seated(filled) as seat:
        seat.wait_for(PROMPT)
        seat.press(b"\x04")
        assert seat.leave() == 0


def test_ctrl_c_stops_the_answer_or_drops_the_line_and_the_chat_goes_on(filled: Environment) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        with seated(filled | {"OPENAI_BASE_URL": url}) as seat:
            seat.wait_for(PROMPT)
            seat.type("which model should I use for lifetime value by region?")
            connection, _ = silent.accept()
            with connection:
                seat.interrupt("Stopped. Ask on")
            seat.wait_for(PROMPT, times=2)
            seat.press(b"half a question")
            seat.wait_for("half a question")
            seat.interrupt(PROMPT, times=3)
            seat.type("who owns orders?")
            seat.wait_for("is owned by Joris Amsing")
            seat.type("exit")
            assert seat.leave() == 0
    assert [outcome for _, outcome, _ in outcomes(filled)] == ["failed", "answered"]


def test_piped_questions_are_one_conversation(filled: Environment) -> None:
    done = marty("chat", environment=filled, stdin="who owns orders?\n\nis it tested?\nNEW\nis it tested?\nexit\nx\n")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert PROMPT not in done.stdout
    assert "`orders` has 7 tests, 7 of them pass:" in done.stdout
    assert "Which one do you mean?" in done.stdout
    assert [thread for _, _, thread in outcomes(filled)] == [1, 1, 2]


def test_piped_questions_are_answered_as_json_lines_for_other_programs(filled: Environment) -> None:
    done = marty("chat", "--json", environment=filled, stdin="who owns orders?\nwhat columns does it have?\n")
    assert done.returncode == 0, done.stderr
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["nodes"] == second["nodes"] == ["model.lanternfish.orders"]
    assert {"answer", "trust", "confidence", "path", "tokens", "seconds"} <= set(second)


def test_an_empty_catalog_ends_the_chat_with_a_sentence(database_url: str, tmp_path: Path) -> None:
    environment = {"DATABASE_URL": database_url, "MARTY_HOME": str(tmp_path / "home"), "HOME": str(tmp_path)}
    done = marty("chat", environment=environment, stdin="who owns orders?\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert "The catalog is empty" in done.stderr
    with seated(environment) as seat:
        seat.wait_for("The catalog is empty")
        assert seat.leave() == 1
        assert "Traceback" not in seat.seen
