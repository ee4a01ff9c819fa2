"""Fills the raw schemas of a DuckDB warehouse for one night, and packs the finished file; runs beside dbt.

python warehouse.py load WAREHOUSE NIGHT STARTED_AT     (2026-11-20, 2026-11-21T04:00:00)
python warehouse.py pack WAREHOUSE PACKED
"""

import csv
import sys
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).parent))

from generator import World

LAST_LOADED = {
    "raw_shop": timedelta(minutes=25),
    "raw_refill": timedelta(minutes=40),
    "raw_parcels": timedelta(hours=3, minutes=5),
    "raw_helpdesk": timedelta(hours=5),
    "raw_roastery": timedelta(days=2, hours=13),
    "raw_ads": timedelta(days=9, hours=4),
}
"""How long before the build each system was copied: two of them too long ago."""

BLOCK_SIZE_BYTES = 16_384
"""DuckDB's smallest; its usual 256 KB would leave most of a small file empty."""


def load(warehouse: Path, night: date, started_at: datetime) -> None:
    """Replace the raw tables with what the source systems knew that night."""
    with duckdb.connect() as connection, tempfile.TemporaryDirectory() as folder:
        connection.execute(f"attach '{warehouse}' as lake (block_size {BLOCK_SIZE_BYTES}, storage_version 'v1.2.0')")
        connection.execute("use lake")
        for schema in LAST_LOADED:
            connection.execute(f"create schema if not exists {schema}")
        connection.execute((Path(__file__).parent / "raw_tables.sql").read_text(encoding="utf-8"))
        for table, rows in World().known_on(night).items():
            path = Path(folder) / f"{table}.csv"
            _write_csv(path, rows)
            loaded_at = started_at - LAST_LOADED[table.split(".")[0]]
            connection.execute(
                f"insert into {table} by name select *, ?::timestamp as _loaded_at"
                " from read_csv(?, header = true, all_varchar = true, nullstr = '')",
                [loaded_at, str(path)],
            )


def _write_csv(path: Path, rows: list[dict]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def pack(warehouse: Path, packed: Path) -> None:
    """Copy the warehouse into a file without the space that replaced tables left behind."""
    packed.unlink(missing_ok=True)
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"attach '{warehouse}' as lanternfish (read_only)")
        connection.execute(f"attach '{packed}' as packed (block_size {BLOCK_SIZE_BYTES}, storage_version 'v1.2.0')")
        connection.execute("copy from database lanternfish to packed")


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    if command == "load":
        load(Path(arguments[0]), date.fromisoformat(arguments[1]), datetime.fromisoformat(arguments[2]))
    else:
        pack(Path(arguments[0]), Path(arguments[1]))
