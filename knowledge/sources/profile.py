"""A throw-away dbt profile, enough to parse with: it reaches no warehouse."""

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_NOWHERE = {"host": "localhost", "port": 1, "user": "nobody", "password": "none"}
_STUBS: dict[str, dict[str, Any]] = {
    "duckdb": {"path": ":memory:"},
    "snowflake": {
        "account": "none",
        "user": "nobody",
        "password": "none",
        "database": "analytics",
        "warehouse": "none",
    },
    "bigquery": {"method": "oauth", "project": "analytics"},
    "databricks": {"host": "localhost", "http_path": "/none", "token": "none", "catalog": "analytics"},
    "redshift": {**_NOWHERE, "dbname": "analytics"},
    "postgres": {**_NOWHERE, "dbname": "analytics"},
    "trino": {"method": "none", "host": "localhost", "port": 1, "user": "nobody", "database": "analytics"},
}
"""What an adapter wants to see before it parses; none of it is used."""
_TARGET = "prod"
"""Projects name schemas by the target: this name is the likeliest to give production's."""


def write_profile(project: Path, folder: Path) -> str:
    """Write ``profiles.yml`` for the project: for its own adapter where that is installed, else for one that is.

    Returns: the profile's name: the project's own, where that is a plain word.
    """
    name = _setting(project / "dbt_project.yml", r"^profile\s*:") or "marty"
    adapter = _adapter(_setting(project / "profiles.yml", r"^\s+(?:-\s*)?type\s*:"))
    output = {"type": adapter, "schema": "analytics", "threads": 1, **_STUBS[adapter]}
    profile = {name: {"target": _TARGET, "outputs": {_TARGET: output}}}
    (folder / "profiles.yml").write_text(json.dumps(profile), "utf-8")  # JSON is YAML
    return name


def _setting(file: Path, pattern: str) -> str | None:
    """The plain value behind the first match, read without rendering Jinja."""
    text = file.read_text("utf-8", "replace") if file.is_file() else ""
    match = re.search(rf"{pattern}\s*[\"']?([\w.-]+)", text, re.MULTILINE)
    return match[1] if match else None


def _adapter(wanted: str | None) -> str:
    installed = list(_installed())
    return wanted if wanted in installed else next(iter(installed), "duckdb")


def _installed() -> Iterator[str]:
    for name in _STUBS:
        try:
            if importlib.util.find_spec(f"dbt.adapters.{name}"):
                yield name
        except ModuleNotFoundError:  # no dbt at all
            return
