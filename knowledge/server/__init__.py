"""The Postgres that Marty brings along: started by the first process of a home, stopped by the last."""

from knowledge.server.embedded import EmbeddedServer, open_server

__all__ = ["EmbeddedServer", "open_server"]
