"""How long people wait for direct answers while a large catalog is read and its vectors are made."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from bot.playground import open_playground
from bot.slack_manifest import load_manifest
from knowledge import Database, open_database
from tests.bench.conversation import Askers, Waits
from tests.bench.process import marty_run, peak_memory_mb

_VECTORS_S = 40.0
_PAUSE_S = 0.2


async def measure(home: Path, sample: Path, artifacts: Path, questions: Sequence[str]) -> list[tuple[str, object]]:
    """Facts by what they are: seconds, megabytes, waits. ``home`` serves ``sample`` first, then ``artifacts`` too."""
    async with open_playground(load_manifest()) as playground:
        workspace = playground.workspace
        askers = Askers(workspace, workspace.add_channel("general"), workspace.add_user("ana", "Ana Ruiz"))
        async with marty_run(playground, home, sample):
            await askers.one_by_one(questions)
    async with open_database("", home, pool_size=2) as database, open_playground(load_manifest()) as playground:
        workspace = playground.workspace
        askers = Askers(workspace, workspace.add_channel("general"), workspace.add_user("ana", "Ana Ruiz"))
        known, started = await _projects(database), time.monotonic()

        async def is_old() -> bool:
            return await _projects(database) == known

        async with marty_run(playground, home, artifacts) as running:
            reading = await _while(is_old, askers, questions)
            read_s, before = time.monotonic() - started, await _embedded(database)
            names = await database.fetch("select name from node where kind = 'model' order by layer, name limit 60")
            asked = [f"who owns {row['name']}?" for row in names[::10]] + [f"what feeds {names[-1]['name']}?"]
            began = time.monotonic()

            async def is_soon() -> bool:
                return time.monotonic() - began < _VECTORS_S

            embedding = await _while(is_soon, askers, asked)
            rate = (await _embedded(database) - before) / (time.monotonic() - began)
            peak_mb = peak_memory_mb(running.pid)
    return [
        ("start to the new catalog", read_s),
        ("direct answers while it is read", reading),
        ("direct answers while vectors are made", embedding),
        ("vectors meanwhile, texts/s", rate),
        ("peak memory of the process, MB", peak_mb),
    ]


async def _while(going_on: Callable[[], Awaitable[bool]], askers: Askers, questions: Sequence[str]) -> Waits:
    waits = Waits()
    place = 0
    while await going_on():
        waits.add(await askers.one_by_one([questions[place % len(questions)]]))
        place += 1
        await asyncio.sleep(_PAUSE_S)
    return waits


async def _projects(database: Database) -> set[int]:
    return {row["project_id"] for row in await database.fetch("select project_id from project")}


async def _embedded(database: Database) -> int:
    row = await database.fetch_one("select count(*) as vectors from embedding")
    return row["vectors"] if row else 0
