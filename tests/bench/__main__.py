"""`make bench`: measures speed and size and prints a table. Noisy machines: compare numbers of one run only."""

import argparse
import asyncio
import logging
import statistics
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.playground import Playground, open_playground
from bot.sample import write_sample
from bot.slack_manifest import load_manifest
from tests.bench import catalog, checker, columns, during, search, statements
from tests.bench.conversation import Askers, Waits
from tests.bench.process import Running, marty_run, peak_memory_mb
from tests.fakes.openai import Says, fake_openai

DIRECT = (
    "what is orders.net_amount?", "who owns orders?", "is customer_health healthy?", "what feeds orders?",
    "what columns has order_items?", "which model should I use for monthly recurring revenue?",
)  # fmt: skip
ROUNDS = 6
BURST = 200
GENERATED_MODELS = 3_000


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    value: str
    goal: str = ""


def ms(seconds: Sequence[float]) -> str:
    """p50 and p95 in milliseconds, and of how many."""
    if not seconds:
        return "none"
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return f"{statistics.median(ordered) * 1000:.0f} / {p95 * 1000:.0f} ms ({len(ordered)})"


async def main() -> None:
    """Measure what the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--artifacts",
        type=Path,
        help="also refresh and search this folder's project, read its columns' lineage, or check its SQL",
    )
    parser.add_argument("--only", choices=["slack", "catalog", "columns", "search", "checker"], help="measure one part")
    parser.add_argument("--questions", type=Path, help="check the gold_sql of this file of JSON lines (--only checker)")
    parser.add_argument("--dialect", help="read all of it in this one of sqlglot's dialects, whatever it says itself")
    parser.add_argument("--where", metavar="FIELD", help="check only questions of which this field is true")
    parser.add_argument("--planted", type=int, default=3, help="wrong names of each kind in each statement (3)")
    parser.add_argument("--worst", type=int, default=10, help="how many mistakes of the checker to print (10)")
    parser.add_argument("--large", action="store_true", help=f"also search {search.LARGE:,} passages")
    arguments = parser.parse_args()
    logging.getLogger().setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="marty-bench-", ignore_cleanup_errors=True) as folder:
        sample = write_sample(Path(folder) / "artifacts")
        if arguments.only in (None, "search"):
            for passages in (*search.SIZES, *[search.LARGE] * arguments.large):
                _print([Row(*row) for row in await search.measure(passages)])
        if arguments.only in (None, "checker"):
            _print_checker(arguments, sample)
        generated = Path(folder) / "generated"
        if arguments.only in (None, "catalog", "columns"):
            catalog.make("project", generated, GENERATED_MODELS)
        if arguments.only in (None, "columns"):
            _print_columns("generated", generated)
            if arguments.artifacts:
                _print_columns(arguments.artifacts.name, arguments.artifacts)
        if arguments.only in (None, "catalog"):
            _print(await _catalog_rows("sample", sample))
            _print(await _catalog_rows("generated", generated))
            if arguments.artifacts:
                _print(await _catalog_rows(arguments.artifacts.name, arguments.artifacts))
                _print(await _during_rows(Path(folder), sample, arguments.artifacts))
        if arguments.only in (None, "slack"):
            _print(await _slack_rows(Path(folder) / "home", sample))


def _print_columns(name: str, artifacts: Path) -> None:
    _print([Row(f"{name}: {what}", value, goal) for what, value, goal in columns.measure(artifacts)])


def _print_checker(arguments: argparse.Namespace, sample: Path) -> None:
    rows, mistakes = checker.measure(
        arguments.artifacts or sample,
        arguments.questions,
        dialect=arguments.dialect,
        only_where=arguments.where,
        planted=arguments.planted,
    )
    _print([Row(*row) for row in rows])
    for mistake in mistakes[: arguments.worst]:
        print(f"  {mistake}")


async def _slack_rows(home: Path, sample: Path) -> list[Row]:
    rows: list[Row] = []
    async with _workspace(home, sample) as (_, running):
        rows.append(Row("start to ready, cold (new home)", f"{running.ready_after_s:.1f} s"))
    async with _workspace(home, sample) as (askers, running):
        rows.append(Row("start to ready, warm", f"{running.ready_after_s:.1f} s", "< 4 s"))
        await askers.one_by_one(DIRECT)
        alone = await askers.one_by_one(DIRECT * ROUNDS)
        rows += _wait_rows("direct, one asker", alone)
        rows += _wait_rows("direct, 20 at once", await _crowd(askers, 20))
        burst = await askers.all_at_once([DIRECT[i % len(DIRECT)] for i in range(BURST)])
        rows.append(Row(f"burst of {BURST}: acknowledgement p50 / p99", _p99(burst.ack), "p99 < 250 ms"))
        rows.append(Row(f"burst of {BURST}: answered", ms(burst.answer)))
        counted = await statements.per_turn(home, lambda: askers.one_by_one(DIRECT))
        rows.append(Row("database statements per direct turn", f"{counted:.1f}", "≤ 15"))
        rows.append(Row("peak memory of the process", f"{peak_memory_mb(running.pid):.0f} MB"))
    async with fake_openai(Says(text="Use `orders`: one row per order."), repeat_last=True) as model:
        extra = {"OPENAI_BASE_URL": model.base_url, "LLM_MODEL": "instant"}
        async with _workspace(home, sample, extra) as (askers, _):
            questions = [f"how would you compare week {week} with the one before?" for week in range(1, 31)]
            await askers.one_by_one(questions[:3])
            rows += _wait_rows("model that answers instantly", await askers.one_by_one(questions[3:]), "p50 < 150 ms")
            counted = await statements.per_turn(home, lambda: askers.one_by_one(questions[:6]))
            rows.append(Row("database statements per model turn", f"{counted:.1f}", "≤ 15"))
    return rows


async def _during_rows(folder: Path, sample: Path, artifacts: Path) -> list[Row]:
    """What people notice of a first refresh of a large project."""
    facts = await during.measure(folder / "large", sample, artifacts, DIRECT)
    goals = {
        "start to the new catalog": "< 60 s",
        "vectors meanwhile, texts/s": "> 60",
        "peak memory of the process, MB": "< 700",
    }
    return [
        Row(f"{artifacts.name}: {what}", ms(fact.answer), "p95 < 1 s")
        if isinstance(fact, Waits)
        else Row(f"{artifacts.name}: {what}", f"{fact:.0f}", goals[what])
        for what, fact in facts
    ]


async def _crowd(askers: Askers, people: int) -> Waits:
    waits = Waits()
    for _ in range(3):
        waits.add(await askers.all_at_once([DIRECT[i % len(DIRECT)] for i in range(people)]))
    return waits


def _wait_rows(who: str, waits: Waits, answer_goal: str = "p50 < 300 ms") -> list[Row]:
    return [
        Row(f"{who}: first status p50 / p95", ms(waits.status), "p95 < 500 ms"),
        Row(f"{who}: posted answer p50 / p95", ms(waits.answer), answer_goal),
    ]


def _p99(seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    return (
        f"{statistics.median(ordered) * 1000:.0f} / {ordered[int(len(ordered) * 0.99)] * 1000:.0f} ms ({len(ordered)})"
    )


async def _catalog_rows(name: str, artifacts: Path) -> list[Row]:
    return [Row(f"{name}: {what}", value, goal) for what, value, goal in await catalog.measure(artifacts)]


@asynccontextmanager
async def _workspace(
    home: Path, sample: Path, extra: dict[str, str] | None = None
) -> AsyncGenerator[tuple[Askers, Running]]:
    playground: Playground
    async with open_playground(load_manifest()) as playground:
        workspace = playground.workspace
        person = workspace.add_user("ana", "Ana Ruiz")
        channel = workspace.add_channel("general")
        async with marty_run(playground, home, sample, extra) as running:
            yield Askers(workspace, channel, person), running


def _print(rows: Sequence[Row]) -> None:
    for row in rows:
        print(f"{row.what:<58} {row.value:<28} {row.goal}", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
