"""How long the catalog takes: a cold refresh, one with nothing new, vectors, search."""

import statistics
import tempfile
import time
from pathlib import Path

from knowledge import Catalog, DirectorySource, Refresher, Searcher, open_database, open_embedder

QUERIES = (
    "monthly recurring revenue", "customers who cancelled their subscription", "orders per day", "refund amount",
    "when was a parcel delivered", "how much did we spend on ads", "stock of green beans", "net amount",
    "support tickets by category", "lifetime value of a customer",
)  # fmt: skip
_ROUNDS = 10


async def measure(artifacts: Path) -> list[tuple[str, str, str]]:
    """Rows of (what, value, goal) for the project whose artifacts lie in ``artifacts``."""
    source = DirectorySource(artifacts)
    rows: list[tuple[str, str, str]] = []
    with tempfile.TemporaryDirectory(prefix="marty-bench-", ignore_cleanup_errors=True) as folder:
        async with open_database("", Path(folder)) as database, open_embedder() as embedder:
            refresher = Refresher(database, embedder)
            outcome = await refresher.refresh(source)
            nodes = (await Catalog(database).overview()).nodes
            rows.append((f"refresh, cold, {nodes} nodes", f"{outcome.duration_s:.2f} s", ""))
            cpu = time.process_time()
            outcome = await refresher.refresh(source)
            spent = (time.process_time() - cpu) * 1000
            rows.append(
                ("refresh, nothing new", f"{outcome.duration_s * 1000:.0f} ms, {spent:.0f} ms CPU", "< 100 ms CPU")
            )
            started = time.monotonic()
            texts = await refresher.fill_vectors()
            rows.append(("vectors", f"{texts / (time.monotonic() - started):.0f} texts/s", "> 60 texts/s"))
            rows.append(("hybrid search p50 / p95", await _search(Searcher(database, embedder)), "p95 < 25 ms"))
    return rows


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
