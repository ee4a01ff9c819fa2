"""Commands run as their users run them: as processes, with nothing but settings."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Environment = dict[str, str]


def marty(
    *arguments: str, environment: Mapping[str, str], stdin: str | None = None
) -> subprocess.CompletedProcess[str]:
    folder = environment["HOME"]
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env={"PATH": os.environ["PATH"], **environment},
        cwd=folder,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def numbers(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The JSON that a command printed which went well."""
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def write_lines(path: Path, *lines: dict[str, Any] | str) -> str:
    """A file of JSON lines; a line that is text stands there as it is. Returns its path as a command takes it."""
    path.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in lines), "utf-8")
    return str(path)


async def interrupted(*arguments: str, **settings: str) -> tuple[str, str]:
    """What a command prints that is interrupted while it waits for an answer; ``{port}`` in settings: of whom."""
    process: asyncio.subprocess.Process | None = None

    async def never_answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert process is not None
        process.send_signal(signal.SIGINT)
        await process.wait()
        writer.close()

    async with await asyncio.start_server(never_answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        environment = {"PATH": os.environ["PATH"]} | {name: each.format(port=port) for name, each in settings.items()}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *arguments, env=environment, cwd=settings["HOME"],
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await process.communicate()
    assert process.returncode == 130
    return out.decode(), err.decode()
