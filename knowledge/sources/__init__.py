"""Where artifacts come from."""

from knowledge.sources.directory import DirectorySource

__all__ = ["DirectorySource"]
