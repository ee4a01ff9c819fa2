"""dbt's artifacts, from JSON to values; nothing here touches a disk, a network or a database."""

from knowledge.artifacts.keys import split_keys
from knowledge.artifacts.parse import parse_artifacts, parse_run_state

__all__ = ["parse_artifacts", "parse_run_state", "split_keys"]
