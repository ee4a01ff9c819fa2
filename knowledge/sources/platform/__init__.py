"""Artifacts from the dbt platform: its Admin API, and what its runs wrote."""

from knowledge.sources.platform.source import PlatformSource

__all__ = ["PlatformSource"]
