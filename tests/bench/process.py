"""A real ``marty run`` in a process of its own, against a local Slack workspace in this one."""

import asyncio
import json
import os
import sys
import time
from collections import deque
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.playground import Playground

_READY_WITHIN_S = 120.0


@dataclass(frozen=True, slots=True)
class Running:
    """A process that is ready."""

    pid: int
    ready_after_s: float


def peak_memory_mb(pid: int | str) -> float:
    """A process's largest resident size so far. Source: proc(5), VmHWM."""
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not tell a process's peak memory")


@asynccontextmanager
async def marty_run(
    playground: Playground, home: Path, artifacts: Path, extra: Mapping[str, str] | None = None
) -> AsyncGenerator[Running]:
    """Start, wait until `/readyz` says so, and stop at the end."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "SLACK_BOT_TOKEN": playground.bot_token,
        "SLACK_APP_TOKEN": playground.app_token,
        "SLACK_API_URL": playground.api_url,
        "MARTY_HOME": str(home),
        "DBT_ARTIFACTS": str(artifacts),
        "PORT": "0",
        "LOG_FORMAT": "json",
        **(extra or {}),
    }
    started = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env=environment, stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    try:
        port = await asyncio.wait_for(_port(process.stderr), _READY_WITHIN_S)
        rest = asyncio.create_task(_rest(process.stderr))
        await asyncio.wait_for(_ready(port, rest), _READY_WITHIN_S)
        yield Running(process.pid, time.monotonic() - started)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _port(stream: asyncio.StreamReader) -> int:
    said: list[str] = []
    async for line in stream:
        said.append(line.decode())
        try:
            facts = json.loads(line)
        except ValueError:
            continue
        if facts.get("message") == "listening":
            return facts["port"]
    raise RuntimeError("marty run ended:\n" + "".join(said))


async def _rest(stream: asyncio.StreamReader) -> str:
    """The end of what the process says until it ends."""
    said: deque[str] = deque(maxlen=20)
    async for line in stream:
        said.append(line.decode())
    return "".join(said)


async def _ready(port: int, rest: asyncio.Task[str]) -> None:
    async with aiohttp.ClientSession() as session:
        while not rest.done():
            with suppress(aiohttp.ClientConnectionError):
                async with session.get(f"http://127.0.0.1:{port}/readyz") as reply:
                    if reply.status == 200:
                        return
            await asyncio.sleep(0.02)
    raise RuntimeError("marty run ended:\n" + rest.result())
