"""All that is stored: the dbt project, and what people asked and said about it."""

from knowledge.catalog import Catalog
from knowledge.database import Database, open_database
from knowledge.embedding import Embedder, OfflineEmbedder, open_embedder
from knowledge.errors import KnowledgeError, NotFound, Refused, Unavailable
from knowledge.found import Filters, Found, Hit
from knowledge.history.history import Changed, Digest, History
from knowledge.names import Names
from knowledge.refresh import Refresher
from knowledge.refresh_news import RefreshNews
from knowledge.refresh_outcome import RefreshOutcome
from knowledge.search import Searcher
from knowledge.sources import DirectorySource, PlatformSource, Source, open_source
from knowledge.turns import Ending, NewTurn, StoredTurn, Turns
from knowledge.values import (
    Age,
    Artifacts,
    Change,
    Column,
    DataTest,
    Freshness,
    Health,
    HiddenNode,
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
    What,
)
from knowledge.votes import Votes
from knowledge.webhook_events import WebhookEvents

__all__ = [
    "Age",
    "Artifacts",
    "Catalog",
    "Change",
    "Changed",
    "Column",
    "DataTest",
    "Database",
    "Digest",
    "DirectorySource",
    "Embedder",
    "Ending",
    "Filters",
    "Found",
    "Freshness",
    "Health",
    "HiddenNode",
    "History",
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
    "PlatformSource",
    "Project",
    "RefreshNews",
    "RefreshOutcome",
    "Refresher",
    "Refused",
    "RunResult",
    "Searcher",
    "Source",
    "SourceState",
    "StoredTurn",
    "Summary",
    "TestState",
    "Turn",
    "Turns",
    "Unavailable",
    "Verdict",
    "Votes",
    "WebhookEvents",
    "What",
    "open_database",
    "open_embedder",
    "open_source",
]
