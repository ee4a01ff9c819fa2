"""Reads compiled SQL in a process of its own, a model at a time: whatever a model's SQL does to it, Marty goes on.

A script: JSON lines in (``Request``), JSON lines out (``Reply``). It gives way to other processes, bounds its memory
and the time that a model may take, and ends with its input.
"""

import gc
import os
import signal
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

_NICENESS = 10
_MEMORY_BYTES = 2 * 1024**3
_OBJECTS_PER_COLLECTION = 50_000
"""Syntax trees are many objects: looking through them as often as Python usually does costs a tenth of the time."""


class _TooLong(BaseException):
    """A model has had its time; no handler of the parser's takes it for a fault of the SQL."""


def main(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer requests until there are no more."""
    _use_package_without_front_door()
    import msgspec

    from knowledge.column_lineage.messages import Reply, Request

    _behave()
    decoder = msgspec.json.Decoder(Request)
    for line in requests:
        extract, fault = _read(decoder.decode(line))
        replies.write(msgspec.json.encode(Reply(extract=extract, fault=fault)) + b"\n")
        replies.flush()


def _read(request: Any) -> tuple[Any, str | None]:
    """What the SQL says, or why that cannot be told."""
    from knowledge.column_lineage.extraction import Unreadable, extract

    try:
        _limit(request.seconds)
        return extract(request.sql, request.dialect, request.tables, request.own_columns), None
    except Unreadable as error:
        return None, str(error)
    except _TooLong:
        return None, "it takes too long"
    except MemoryError:
        return None, "it takes too much memory"
    except Exception as error:  # a boundary: any fault of the parser's is a fault of this model's reading alone
        return None, type(error).__name__
    finally:
        _limit(0)


def _limit(seconds: float) -> None:
    """Raise ``_TooLong`` after so much time of the processor; 0: not any more."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)


def _behave() -> None:
    gc.set_threshold(_OBJECTS_PER_COLLECTION)
    sys.setrecursionlimit(3_000)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for Marty, which ends this by itself
    if hasattr(signal, "SIGVTALRM"):
        signal.signal(signal.SIGVTALRM, _end_model)
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    except (ImportError, ValueError, OSError):
        pass  # a system that has no such limit, or a lower one already


def _end_model(*_: object) -> None:
    raise _TooLong


def _use_package_without_front_door() -> None:
    """Make ``knowledge.column_lineage`` importable without all that ``knowledge`` loads: database, embedder, …"""
    package = ModuleType("knowledge")
    package.__path__ = [str(Path(__file__).parents[1])]
    sys.modules["knowledge"] = package


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
