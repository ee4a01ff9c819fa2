"""The values that knowledge hands out: what a dbt project consists of, and how it is doing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, get_args

Kind = Literal["model", "source", "seed", "snapshot", "exposure", "metric", "semantic_model", "saved_query"]
TABLES: frozenset[Kind] = frozenset({"model", "source", "seed", "snapshot"})
"""What a query can select from."""
DESCRIBERS: frozenset[Kind] = frozenset(get_args(Kind)) - TABLES
"""What tells of tables and is none."""
Layer = Literal["mart", "intermediate", "staging", "raw", "other"]
Direction = Literal["upstream", "downstream"]

BUILT = frozenset({"success", "no-op", "reused"})
"""dbt's words for a build after which the node is as it should be: also when there was nothing to do."""
_BUILDABLE = frozenset({"model", "seed", "snapshot"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who answers for a node: dbt's owners are names and e-mail addresses, never Slack users."""

    name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column as documented, as found in the warehouse, or both (joined without regard to case)."""

    name: str
    description: str = ""
    data_type: str | None = None
    tags: tuple[str, ...] = ()
    key: bool = False
    """It is the primary key, or a part of it, by a constraint in the project's YAML."""
    documented: bool = True
    """Named in the project's YAML; False when only the warehouse has it."""
    missing: bool = False
    """Documented, but not among the warehouse's columns although those are known: SQL that uses it would fail."""
    hidden: bool = False
    """The project's YAML says that Marty must not know it. Never true of what is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One node's definition: what is searched and shown. Run state lives in Health, not here."""

    unique_id: str
    kind: Kind
    name: str
    package: str = ""
    label: str | None = None
    description: str = ""
    path: str | None = None
    relation: str | None = None
    """The table in the warehouse, quoted as dbt quotes it; None for ephemeral models, metrics, exposures."""
    database: str | None = None
    schema: str | None = None
    identifier: str | None = None
    """The table's own name: a model's alias, a source's identifier."""
    source_name: str | None = None
    loader: str | None = None
    """What loads a source into the warehouse, in the project's own words."""
    materialized: str | None = None
    unique_key: tuple[str, ...] = ()
    """By what dbt tells the rows of an incremental model or a snapshot apart: columns, or an expression."""
    layer: Layer = "other"
    access: str | None = None
    group: str | None = None
    owner: Owner | None = None
    tags: tuple[str, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict[str, Any])
    version: str | None = None
    latest_version: str | None = None
    deprecated_on: date | None = None
    contract: bool = False
    language: str | None = None
    subtype: str | None = None
    """An exposure's type (dashboard, …) or a metric's type (simple, ratio, …)."""
    url: str | None = None
    """An exposure's own address."""
    expression: str | None = None
    """How a metric is computed, or what a saved query asks for, in words and SQL as far as the artifact tells."""
    columns: tuple[Column, ...] = ()
    """In warehouse order where known, else as documented. A semantic model's are its entities, dimensions, measures."""
    columns_known: bool = False
    """True when the warehouse's column list is there: a name that is missing then does not exist."""
    depends_on: tuple[str, ...] = ()
    """unique_ids of direct parents, of the kinds above only."""
    page: str | None = None
    """Address of its page in dbt's own catalog or docs, else of its file: where the artifacts come from tells. Filled
    in when a node is read, and no part of its definition."""

    @property
    def is_latest(self) -> bool:
        return self.version is None or self.latest_version is None or self.version == self.latest_version


_BETWEEN_COLUMNS = ", "


def join_columns_tested(names: Iterable[str]) -> str | None:
    """The columns that a test is about, as ``DataTest.column`` has them."""
    return _BETWEEN_COLUMNS.join(names) or None


def split_columns(column: str | None) -> tuple[str, ...]:
    """Each of the columns that a test is about."""
    return tuple(column.split(_BETWEEN_COLUMNS)) if column else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DataTest:
    """A data or unit test, attached to the node it tests."""

    unique_id: str
    name: str
    """Short, as people say it: not_null, unique, relationships, or a singular test's name."""
    node: str
    column: str | None = None
    """Which column it tests; several that it tests together stand one after the other: ``order_id, line``."""
    severity: Literal["error", "warn"] = "error"
    parents: tuple[str, ...] = ()
    """unique_ids of all nodes that it reads, the tested one among them. Not stored."""

    @property
    def columns(self) -> tuple[str, ...]:
        return split_columns(self.column)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """The newest outcome of building or testing one node (``unique_id`` may be a test's)."""

    unique_id: str
    status: str
    """dbt's own word: success, error, skipped, pass, fail, warn, no-op, reused, partial success."""
    completed_at: datetime | None = None
    duration_s: float | None = None
    failures: int | None = None
    message: str | None = None
    earlier: tuple[datetime, ...] = ()
    """When else the node was built, where artifacts of several runs tell."""

    @property
    def builds(self) -> tuple[datetime, ...]:
        """All times at which this tells that the node was built."""
        if self.completed_at is None or self.status not in BUILT or self.unique_id.split(".")[0] not in _BUILDABLE:
            return self.earlier
        return (self.completed_at, *self.earlier)


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """The newest freshness check of one source table."""

    unique_id: str
    status: str
    """pass, warn, error or "runtime error"."""
    max_loaded_at: datetime | None = None
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """One dbt project in one environment, as its manifest introduces it."""

    name: str
    environment: str = ""
    """Tells the environments of one project apart."""
    environment_name: str | None = None
    """What people call the environment."""
    adapter: str | None = None
    dbt_version: str | None = None
    generated_at: datetime | None = None
    catalog_generated_at: datetime | None = None
    node_link: str | None = None
    """Address of a node's page, with ``{unique_id}`` and ``{kind}`` to be replaced."""
    code_link: str | None = None
    """Address of a node's file, with ``{path}`` to be replaced."""
    hidden: int = 0
    """How many nodes are kept out of the catalog."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """Something about the artifacts that an admin should know: ``where`` is the subject, ``reason`` says what of it."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenNode:
    """What is left of a node that must not be known: lineage passes through it without a name."""

    unique_id: str
    """``hidden.`` and a keyed hash of the real one."""
    kind: Kind
    depends_on: tuple[str, ...] = ()
    """Its parents, the hidden ones among them by their hashes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunState:
    """What runs found, without the definitions of what they ran: the newest outcome of each node, test and source."""

    results: tuple[RunResult, ...] = ()
    freshness: tuple[Freshness, ...] = ()
    oddities: tuple[Oddity, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifacts:
    """Everything that one set of artifacts says, parsed."""

    project: Project
    nodes: tuple[Node, ...]
    tests: tuple[DataTest, ...] = ()
    results: tuple[RunResult, ...] = ()
    freshness: tuple[Freshness, ...] = ()
    oddities: tuple[Oddity, ...] = ()
    catalog_fault: str | None = None
    """What is wrong with a catalog.json that is there and tells nothing of this project."""
    hidden: tuple[HiddenNode, ...] = ()
    fqns: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """unique_id → dbt's fully qualified name, where the manifest has one: package, folders, name."""
    same: frozenset[str] = frozenset()
    """unique_ids of nodes that are as an earlier reading found them, and of which there is no more here than this."""
    keys: frozenset[bytes] = frozenset()
    """By which a later reading knows what is the same then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One node in one line: enough to choose among candidates."""

    unique_id: str
    name: str
    kind: Kind
    layer: Layer = "other"
    description: str = ""
    """The first sentence of the description, in plain text."""
    package: str = ""
    version: str | None = None
    is_latest: bool = True
    deprecated_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TestState:
    """One test of a node with its newest outcome; ``status`` is None when it never ran."""

    name: str
    column: str | None
    severity: Literal["error", "warn"]
    status: str | None
    completed_at: datetime | None = None
    failures: int | None = None
    message: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return split_columns(self.column)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """A source table with its newest freshness check."""

    unique_id: str
    name: str
    """As people say it: source_name.table."""
    freshness: Freshness | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamFault:
    """A node that feeds another one and fails now."""

    node: Summary
    depth: int
    """How many steps up it is: 1 = a direct parent."""
    status: str | None
    """How its newest build ended, if it failed; None: it is built, and a test of severity error fails."""
    completed_at: datetime | None = None
    """When that build, or the newest of those tests, ended."""
    message: str | None = None
    """What the failed build said."""
    tests: tuple[str, ...] = ()
    """Its tests of severity error that fail, as people say them: ``not_null(order_id)``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How one node is doing: its builds, its tests, the sources that feed it (any depth), and what fails above it."""

    unique_id: str
    built: RunResult | None = None
    builds: tuple[datetime, ...] = ()
    """When it was built, newest first: the newest of all, of the days before the first and the last."""
    tests: tuple[TestState, ...] = ()
    sources: tuple[SourceState, ...] = ()
    upstream: tuple[UpstreamFault, ...] = ()
    """What fails up to two steps up, or further up where builds were skipped for it: the nearest and gravest few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One node that fails now."""

    node: Summary
    build: bool
    """Whether its newest build failed."""
    tests: tuple[str, ...] = ()
    """Its tests of severity error that failed, as people say them: ``not_null(order_id)``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When one node was built, or how its newest freshness check ended."""

    node: Summary
    materialized: str | None = None
    builds: tuple[datetime, ...] = ()
    """As in Health."""
    freshness: Freshness | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageStep:
    """One node of a lineage, ``depth`` steps away (1 = direct)."""

    node: Summary | None
    """None: a node that must not be known."""
    kind: Kind
    depth: int
    nearer: tuple[int, ...] = ()
    """Its neighbours on the side of the start, by their place in the same list: 0 is the start, 1 the first step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The catalog as a whole."""

    projects: tuple[Project, ...]
    counts: Mapping[str, int]
    """kind → number of nodes."""
    refreshed_at: datetime | None
    """When the catalog was last found equal to the newest artifacts."""
    last_refresh_failed: str | None = None
    """Why the newest refresh did not end well; None when it did."""

    @property
    def nodes(self) -> int:
        return sum(self.counts.values())

    @property
    def hidden(self) -> int:
        """How many nodes are kept out."""
        return sum(project.hidden for project in self.projects)


What = Literal["added", "removed", "renamed", "changed", "broke", "recovered"]
"""What became of a node, or of one of its fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing about one node that a refresh found different from what was known."""

    unique_id: str
    name: str
    """As people say it: a source's table after its source's name, a version other than the latest with its number."""
    kind: Kind
    layer: Layer | None = None
    """None where the catalog knows, as long as the node is there: what broke or recovered."""
    package: str | None = None
    """Filled in when changes are read, where another package has a node of that name and kind."""
    what: What
    field: str | None = None
    """Which field changed (``description``, ``column``, ``test``, …: knowledge/history/fields.py has them all), or what
    broke or recovered: ``build``, ``test``, ``freshness``."""
    item: str | None = None
    """Which of the field's many: a column's or test's name, a parent's unique_id. Of a rename, the old unique_id."""
    before: str | None = None
    after: str | None = None
    """Texts of at most about 300 characters. Of what a field has many of, None is where it was not or is no more."""
    changed_at: datetime | None = None
    """When the refresh found it; None as long as it is not recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """How fresh the catalog is."""

    refreshed_at: datetime | None = None
    """When it was last found equal to the newest artifacts."""
    failure: str | None = None
    """Why the newest refresh that has ended did not end well; None when it did."""


Surface = Literal["mention", "dm", "command", "terminal"]
Verdict = Literal["up", "down"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One question and, once there is one, its answer."""

    turn_id: str
    team: str
    channel: str
    asker: str
    surface: Surface
    question: str
    asked_at: datetime
    ts: str | None = None
    """The question's message; None for a command until its question is posted."""
    thread_ts: str | None = None
    """The root of the thread the answer belongs in; None while ``ts`` is."""
    trigger_id: str | None = None
    response_url: str | None = None
    answer_ts: str | None = None
    """The answer's message, from the moment it is begun."""
    finished_at: datetime | None = None
    follows: bool = False
    """Whether an earlier turn stands in the same thread: what was said before is remembered then."""
