"""What the lineage of columns costs behind a first refresh, in a process of its own, read by one worker."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PER_MODELS = 3_000
"""The goal is told for so many."""


def measure(artifacts: Path) -> list[tuple[str, str, str]]:
    """Rows of (what, value, goal) for the project whose artifacts lie in ``artifacts``."""
    with tempfile.TemporaryDirectory(prefix="marty-bench-", ignore_cleanup_errors=True) as folder:
        _run("one_refresh", folder, artifacts)
        facts = _run("one_lineage", folder, artifacts)
    if not facts["models"]:
        return [("lineage of columns", "no compiled SQL", "")]
    models, share = facts["models"], PER_MODELS / facts["models"]
    cpu = f"{facts['reader_cpu_s'] * share:.0f} + {facts['cpu_s'] * share:.0f} s"
    memory = f"{facts['reader_peak_mb']:.0f}, {facts['peak_mb']:.0f} MB"
    found = f"{facts['columns']:,} columns; {facts['unread']} not read"
    return [
        (f"lineage of columns, {models:,} models", f"{models / facts['wall_s']:.0f} models/s, {found}", ""),
        (f"per {PER_MODELS:,} models", f"{facts['wall_s'] * share:.0f} s", "< 60 s"),
        (f"per {PER_MODELS:,} models, CPU of reader + Marty", cpu, ""),
        ("peak memory of reader, Marty", memory, ""),
    ]


def _run(module: str, home: str, artifacts: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", f"tests.bench.{module}", home, str(artifacts)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
