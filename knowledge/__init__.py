"""All that is stored: the dbt project, and what people asked and said about it."""

from knowledge.catalog import Catalog
from knowledge.database import Database, open_database
from knowledge.embedding import Embedder, OfflineEmbedder, open_embedder
from knowledge.errors import KnowledgeError, NotFound, Refused, Unavailable
from knowledge.names import Names
from knowledge.refresh import Refresher, RefreshOutcome
from knowledge.search import Searcher
from knowledge.sources.directory import DirectorySource
from knowledge.turns import Ending, NewTurn, StoredTurn, Turns
from knowledge.values import (
    Artifacts,
    Column,
    DataTest,
    Freshness,
    Health,
    Hit,
    Kind,
    Layer,
    LineageStep,
    Node,
    Oddity,
    Overview,
    Owner,
    Project,
    RunResult,
    SourceState,
    Summary,
    TestState,
    Turn,
    Verdict,
    Vote,
)
from knowledge.votes import Votes

__all__ = [
    "Artifacts",
    "Catalog",
    "Column",
    "DataTest",
    "Database",
    "DirectorySource",
    "Embedder",
    "Ending",
    "Freshness",
    "Health",
    "Hit",
    "Kind",
    "KnowledgeError",
    "Layer",
    "LineageStep",
    "Names",
    "NewTurn",
    "Node",
    "NotFound",
    "Oddity",
    "OfflineEmbedder",
    "Overview",
    "Owner",
    "Project",
    "RefreshOutcome",
    "Refresher",
    "Refused",
    "RunResult",
    "Searcher",
    "SourceState",
    "StoredTurn",
    "Summary",
    "TestState",
    "Turn",
    "Turns",
    "Unavailable",
    "Verdict",
    "Vote",
    "Votes",
    "open_database",
    "open_embedder",
]
