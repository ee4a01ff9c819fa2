"""`python -m tests.bench.one_refresh HOME ARTIFACTS`: one refresh in this process, and what it cost, as JSON."""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from knowledge import Catalog, Database, DirectorySource, OfflineEmbedder, Refresher, open_database
from tests.bench.process import peak_memory_mb


async def main(home: Path, artifacts: Path) -> dict[str, Any]:
    """Refresh once and look at the clock, the processor and the memory."""
    async with open_database("", home) as database:
        before, cpu = await _bytes_to_embed(database), time.process_time()
        outcome = await Refresher(database, OfflineEmbedder()).refresh(DirectorySource(artifacts))
        cpu = time.process_time() - cpu
        if outcome.reason:
            raise RuntimeError(outcome.reason)
        return {
            "wall_s": outcome.duration_s,
            "cpu_s": cpu,
            "peak_mb": peak_memory_mb("self"),
            "to_embed": await _bytes_to_embed(database) - before,
            "nodes": (await Catalog(database).overview()).nodes,
            "outcome": f"+{outcome.added} ~{outcome.changed} -{outcome.removed}, {outcome.results} results",
        }


async def _bytes_to_embed(database: Database) -> int:
    """The size of all texts that have no vector."""
    row = await database.fetch_one(
        "select coalesce(sum(size), 0)::bigint as bytes from (select distinct text_hash, octet_length(text) as size "
        "from passage where not exists (select from embedding where embedding.text_hash = passage.text_hash)) as texts"
    )
    return row["bytes"] if row else 0


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))))
