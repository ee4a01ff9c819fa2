"""Runs one program to its end, or ends it and all that it started."""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended and what it said."""

    status: int
    output: str
    complaints: str


async def run(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str],
    timeout_s: float,
    folder: Path | None = None,
    output: Path | None = None,
) -> Ended:
    """Run ``command``, without a shell and with nothing to read; its output goes to the file ``output`` if given.

    Raises:  OSError when it cannot be started, TimeoutError when it takes longer. Then, and when the caller is
             cancelled, nothing of it goes on.
    """
    with ExitStack() as stack:
        process = await asyncio.create_subprocess_exec(
            *command,
            env=environment,
            cwd=folder,
            stdin=DEVNULL,
            stdout=stack.enter_context(await asyncio.to_thread(output.open, "wb")) if output else PIPE,
            stderr=PIPE,
            start_new_session=True,
        )
        try:
            said, complaints = await asyncio.wait_for(process.communicate(), timeout_s)
        finally:
            await _end(process)
    return Ended(process.returncode or 0, _text(said), _text(complaints))


async def _end(process: Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        await process.wait()


def _text(said: bytes | None) -> str:
    return (said or b"").decode("utf-8", "replace")
