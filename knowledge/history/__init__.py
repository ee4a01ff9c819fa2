"""What refreshes changed: found, recorded, told."""

from knowledge.history.history import Changed, Digest, History, record_changes

__all__ = ["Changed", "Digest", "History", "record_changes"]
