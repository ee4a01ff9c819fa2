"""What every command does with its streams: results to stdout, the rest to stderr, questions from stdin."""

import asyncio
import sys
from collections.abc import AsyncGenerator


def say(text: str) -> None:
    """A result; it is there at once, for a program that waits for it."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def hint(text: str) -> None:
    """What is worth knowing beside the results."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


async def lines(only: str | None) -> AsyncGenerator[str]:
    """``only``, or standard input line by line as it comes."""
    if only is not None:
        yield only
        return
    while line := await asyncio.to_thread(sys.stdin.readline):
        yield line.rstrip("\r\n")
