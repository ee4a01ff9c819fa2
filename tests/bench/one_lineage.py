"""`python -m tests.bench.one_lineage HOME ARTIFACTS`: columns' lineage filled in behind a refresh, its cost as JSON."""

import asyncio
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from knowledge import DirectorySource, OfflineEmbedder, Refresher, open_database
from tests.bench.process import peak_memory_mb


async def main(home: Path, artifacts: Path) -> dict[str, Any]:
    """The catalog is there already; nothing but the SQL is read."""
    async with open_database("", home) as database:
        started, cpu_s = time.monotonic(), time.process_time()
        models = await Refresher(database, OfflineEmbedder()).fill_column_lineage(DirectorySource(artifacts))
        took_s, reader = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
        row = await database.fetch_one(
            "select count(*) filter (where fault is not null) as unread, "
            "(select count(*) from column_origin) as columns from column_reading"
        )
        return {
            "models": models,
            "wall_s": took_s,
            "cpu_s": time.process_time() - cpu_s,
            "reader_cpu_s": reader.ru_utime + reader.ru_stime,
            "peak_mb": peak_memory_mb("self"),
            "reader_peak_mb": reader.ru_maxrss / 1024,
            **(row or {}),
        }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))))
