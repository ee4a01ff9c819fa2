"""Rebuilds the sample project for real: three nights of dbt on DuckDB, then the artifacts and the warehouse file.

Runs with any Python 3.11+ and needs nothing installed: dbt lives in an environment of its own, .example-venv.
"""

import os
import shutil
import subprocess
import tempfile
import venv
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import artifacts

HERE = Path(__file__).resolve().parent
PROJECT = HERE / "lanternfish"
ENVIRONMENT = HERE.parent / ".example-venv"
REQUIREMENTS = HERE / "requirements.txt"

NIGHTS_BEFORE = ("2026-08-31", "2026-11-17")
"""Earlier runs, all good: they give the snapshot its history and the skipped model the table of its last good night."""
LAST_NIGHT = "2026-11-20"

EXPECTED = {
    "fail": ["test.lanternfish.shipments_not_delivered_before_dispatch"],
    "skipped": [
        "exposure.lanternfish.carrier_scorecard",
        "model.lanternfish.delivery_times_weekly",
        "test.lanternfish.not_null_delivery_times_weekly_week_start",
    ],
    "warn": [
        "source.lanternfish.roastery.roast_batches",
        "test.lanternfish.relationships_stg_tickets_order_id__order_id__ref_stg_orders_",
    ],
    "error": ["source.lanternfish.ads.daily_spend"],
}


def main() -> None:
    programs = install()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "lanternfish"
        ignored = shutil.ignore_patterns("target", "logs", "*.duckdb", "dbt_packages")
        shutil.copytree(PROJECT, work, ignore=ignored)
        found = run_nights(programs, work)
        report = check(found)
        artifacts.clean(found, package="lanternfish")
        places = {folder, str(Path(folder).resolve()), str(HERE.parent), str(Path.home())}
        sizes = artifacts.store(found, PROJECT / "target", forbidden=[place for place in places if len(place) > 1])
        pack(programs, work, PROJECT / "lanternfish.duckdb")
    sizes["lanternfish.duckdb"] = (PROJECT / "lanternfish.duckdb").stat().st_size
    print("\n".join([*report, *(f"{name:20} {size / 1000:8.0f} kB" for name, size in sizes.items())]))


def install() -> Path:
    """Make .example-venv hold what requirements.txt pins; returns the folder of its programs."""
    programs = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
    installed = ENVIRONMENT / "requirements.txt"
    if not installed.exists() or installed.read_bytes() != REQUIREMENTS.read_bytes():
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
        pip = [programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--requirement", REQUIREMENTS], check=True)
        shutil.copyfile(REQUIREMENTS, installed)
    return programs


def run_nights(programs: Path, work: Path) -> dict[str, artifacts.Artifact]:
    """Build each night in turn; returns the artifacts of the last, with the build's own run results."""
    started_at = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    for night in (*NIGHTS_BEFORE, LAST_NIGHT):
        load = [programs / "python", HERE / "warehouse.py", "load", "lanternfish.duckdb", night, started_at.isoformat()]
        run(load, work, allowed=(0,))
        run([programs / "dbt", "build"], work, allowed=(0,) if night != LAST_NIGHT else (1,))
    results = (work / "target" / "run_results.json").read_bytes()
    run([programs / "dbt", "source", "freshness"], work, allowed=(1,))
    run([programs / "dbt", "docs", "generate"], work, allowed=(0,))
    (work / "target" / "run_results.json").write_bytes(results)  # docs generate wrote its own over them
    return artifacts.load(work / "target")


def run(command: list, work: Path, *, allowed: Iterable[int]) -> None:
    """Run one program in the project's folder, with an environment that says nothing about this machine."""
    quiet = {
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "DBT_USE_COLORS": "false",
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(work.parent),
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DBT_")}
    done = subprocess.run(command, cwd=work, env=kept | quiet, capture_output=True, text=True, check=False)
    shown = " ".join(Path(part).name if isinstance(part, Path) else part for part in command)
    print(f"{shown}: exit {done.returncode}", flush=True)
    if done.returncode not in allowed:
        raise SystemExit(done.stdout + done.stderr)


def check(found: dict[str, artifacts.Artifact]) -> list[str]:
    """Compare with the faults that were put in on purpose; one line for each, or the end."""
    seen = artifacts.unusual(found)
    if seen != EXPECTED:
        raise SystemExit(f"Another outcome than expected.\nexpected: {EXPECTED}\nfound:    {seen}")
    return [f"{status:8} {name}" for status, names in seen.items() for name in names]


def pack(programs: Path, work: Path, target: Path) -> None:
    """Put the warehouse beside the project, without the space that earlier nights took."""
    packed = work.parent / "packed.duckdb"
    run([programs / "python", HERE / "warehouse.py", "pack", "lanternfish.duckdb", packed], work, allowed=(0,))
    shutil.copyfile(packed, target)


if __name__ == "__main__":
    main()
