"""Has SQL read by a process of its own, which is ended and replaced when it takes too long or dies."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from knowledge.column_lineage.messages import Reply, Request
from knowledge.errors import Unavailable

_WORKER = Path(__file__).with_name("worker.py")
_LONGEST_REPLY_BYTES = 64 * 1024**2
_MOST_DEATHS = 5
"""Models in a row at which two processes died each."""
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR")
"""Of the environment, which has secrets in it that a reader of SQL need not know."""


class SqlReader:
    """One process at a time, started when it is first needed; to be used by one task."""

    def __init__(self, *, patience_s: float = 30.0, worker: Path = _WORKER) -> None:
        """``patience_s``: of the clock on the wall; the time of the processor is limited by each request."""
        self._patience_s = patience_s
        self._worker = worker
        self._process: Process | None = None
        self._deaths = 0

    async def read(self, request: Request) -> Reply:
        """What one model's SQL says; a process that dies of it, or is killed by others, is replaced.

        Raises:  Unavailable when one process after the other dies: that is no fault of the SQL.
        """
        for _ in range(2):
            if (reply := await self._ask(request)) is not None:
                self._deaths = 0
                return reply
        self._deaths += 1
        if self._deaths >= _MOST_DEATHS:
            raise Unavailable(
                "The process that reads SQL ends as soon as it is started: see that there is memory for it."
            )
        return Reply(fault="reading it fails")

    async def _ask(self, request: Request) -> Reply | None:
        """The reply; None when the process dies."""
        try:
            process = self._process or await self._start()
            assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 (they are pipes)
            process.stdin.write(msgspec.json.encode(request) + b"\n")
            async with asyncio.timeout(self._patience_s):
                await process.stdin.drain()
                line = await process.stdout.readline()
        except TimeoutError:
            await self._end()
            return Reply(fault="it takes too long")
        except (OSError, ValueError):  # it has gone, or says more than anybody would read
            line = b""
        if not line.endswith(b"\n"):
            await self._end()
            return None
        return msgspec.json.decode(line, type=Reply)

    async def _start(self) -> Process:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(self._worker),
            env={name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ},
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            limit=_LONGEST_REPLY_BYTES,
        )
        return self._process

    async def _end(self) -> None:
        if (process := self._process) is not None:
            self._process = None
            with suppress(ProcessLookupError):
                process.kill()
            await asyncio.shield(process.wait())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self._end()
