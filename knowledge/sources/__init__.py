"""Where artifacts come from."""

from knowledge.sources.choosing import open_source
from knowledge.sources.directory import DirectorySource
from knowledge.sources.platform.source import PlatformSource
from knowledge.sources.source import Cursor, Delivery, Source

__all__ = ["Cursor", "Delivery", "DirectorySource", "PlatformSource", "Source", "open_source"]
