"""Artifacts from a Git repository."""

from knowledge.sources.git.source import GitSource

__all__ = ["GitSource"]
