"""What the catalog costs: refreshes of four kinds, vectors, search. Each kind of refresh in a process of its own."""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from knowledge import Refresher, Searcher, open_database, open_embedder
from tests.bench import statements

QUERIES = (
    "monthly recurring revenue", "customers who cancelled their subscription", "orders per day", "refund amount",
    "when was a parcel delivered", "how much did we spend on ads", "stock of green beans", "net amount",
    "support tickets by category", "lifetime value of a customer",
)  # fmt: skip
_ROUNDS = 10
_MOST_EMBEDDED_S = 60.0


async def measure(artifacts: Path) -> list[tuple[str, str, str]]:
    """Rows of (what, value, goal) for the project whose artifacts lie in ``artifacts``."""
    rows: list[tuple[str, str, str]] = []
    with tempfile.TemporaryDirectory(prefix="marty-bench-", ignore_cleanup_errors=True) as folder:
        bench = _Bench(Path(folder))
        async with statements.counting(bench.home) as count:
            bench.serve(artifacts)
            cold = bench.refresh("refresh, cold", rows, count)
            bench.refresh("refresh, nothing new", rows, count, "< 100 ms CPU, no row written")
            bench.serve_made("changed")
            bench.refresh("refresh, 1 % of nodes changed", rows, count, f"< {cold * 0.1:.2f} s (10 % of cold)")
            bench.serve_made("rerun")
            bench.refresh("refresh, run state only", rows, count)
        async with open_database("", bench.home) as database, open_embedder() as embedder:
            rows.append(("vectors", await _embedded(Refresher(database, embedder)), "> 60 texts/s"))
            rows.append(("hybrid search p50 / p95", await _search(Searcher(database, embedder)), "p95 < 25 ms"))
    return rows


def make(what: str, *arguments: object) -> None:
    """Write artifacts in another process (tests.bench.generated)."""
    subprocess.run([sys.executable, "-m", "tests.bench.generated", what, *map(str, arguments)], check=True)


@dataclass(frozen=True, slots=True)
class _Bench:
    """A home, and the folder from which its catalog is refreshed."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def artifacts(self) -> Path:
        return self.folder / "artifacts"

    def serve(self, artifacts: Path) -> None:
        """Put other artifacts where the refresh looks; what is the same file stays the same file."""
        self.artifacts.mkdir(exist_ok=True)
        for path in artifacts.glob("*.json*"):
            shutil.copy2(path, self.artifacts)

    def serve_made(self, what: str) -> None:
        made = self.folder / what
        make(what, self.artifacts, made)
        shutil.rmtree(self.artifacts)
        self.serve(made)

    def refresh(self, what: str, rows: list[tuple[str, str, str]], count: Callable[[], int], goal: str = "") -> float:
        """Add the row of one refresh in a process of its own; returns its seconds."""
        before = count()
        command = [sys.executable, "-m", "tests.bench.one_refresh", str(self.home), str(self.artifacts)]
        facts = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        value = (
            f"{facts['wall_s']:.2f} s, {facts['cpu_s']:.2f} s CPU, {facts['peak_mb']:.0f} MB, "
            f"{count() - before} statements, {facts['to_embed']:,} bytes to embed; {facts['outcome']}"
        )
        rows.append((f"{what}, {facts['nodes']} nodes", value, goal))
        return facts["wall_s"]


async def _embedded(refresher: Refresher) -> str:
    """How fast missing texts get their vectors, looked at for a minute at the most."""
    started, texts = time.monotonic(), 0

    def count(_stage: str, done: int, _total: int | None) -> None:
        nonlocal texts
        texts = done
        if time.monotonic() - started > _MOST_EMBEDDED_S:
            raise _EnoughError

    with suppress(_EnoughError):
        await refresher.fill_vectors(on_progress=count)
    return f"{texts / (time.monotonic() - started):.0f} texts/s ({texts})"


class _EnoughError(Exception):
    """Looked at long enough."""


async def _search(searcher: Searcher) -> str:
    took: list[float] = []
    for query in QUERIES * _ROUNDS:
        started = time.monotonic()
        await searcher.search(query)
        took.append(time.monotonic() - started)
    ordered = sorted(took[len(QUERIES) :])
    return (
        f"{statistics.median(ordered) * 1000:.1f} / {ordered[int(len(ordered) * 0.95)] * 1000:.1f} ms ({len(ordered)})"
    )
