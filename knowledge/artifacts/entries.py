"""What all entries of a manifest have in common, and the part of a node that comes from it."""

from typing import Any

import msgspec

from knowledge.artifacts.owners import Groups, owner_in
from knowledge.artifacts.scalars import meta, text, word, words
from knowledge.values import Kind, Node

KINDS: tuple[Kind, ...] = (
    "model", "source", "seed", "snapshot", "exposure", "metric", "semantic_model", "saved_query",
)  # fmt: skip


class Config(msgspec.Struct):
    """The configuration that applies to an entry; much of it stands beside it as well."""

    enabled: Any = None
    materialized: Any = None
    tags: Any = None
    meta: Any = None
    group: Any = None
    access: Any = None
    contract: Any = None
    severity: Any = None


class DependsOn(msgspec.Struct):
    """What an entry is made from."""

    nodes: Any = None


class Entry(msgspec.Struct):
    """The keys that entries of every kind share. dbt 2 leaves out what is null, older versions have fewer."""

    name: str
    package_name: str | None = None
    original_file_path: str | None = None
    description: str | None = None
    label: str | None = None
    tags: Any = None
    meta: Any = None
    source_meta: Any = None
    group: Any = None
    config: Config | None = None
    depends_on: DependsOn | None = None

    @property
    def enabled(self) -> bool:
        return self.config is None or self.config.enabled is not False

    @property
    def settings(self) -> Config:
        return self.config or Config()

    @property
    def parents(self) -> list[str]:
        """The ids of what it is made from, of any kind, in dbt's order."""
        nodes = self.depends_on.nodes if self.depends_on else None
        return [text(parent) for parent in nodes if isinstance(parent, str)] if isinstance(nodes, list) else []


def kind_of(unique_id: str) -> Kind | None:
    """The kind that an id names: dbt begins each with the resource's type."""
    prefix = unique_id.partition(".")[0]
    return next((kind for kind in KINDS if kind == prefix), None)


def node_from(unique_id: str, kind: Kind, entry: Entry, groups: Groups) -> Node:
    """A node with everything that does not depend on its kind; of its parents, those that are no nodes as well."""
    config = entry.settings
    everything = meta(entry.source_meta, entry.meta, config.meta)
    package = word(entry.package_name) or ""
    group = word(entry.group) or word(config.group)
    return Node(
        unique_id=unique_id,
        kind=kind,
        name=word(entry.name) or unique_id,
        package=package,
        label=word(entry.label),
        description=text(entry.description),
        path=slashed(entry.original_file_path) or None,
        group=group,
        owner=(groups.owner(package, group) if group else None) or owner_in(everything),
        tags=words(entry.tags, config.tags),
        meta=everything,
        depends_on=tuple(sorted({*entry.parents} - {unique_id})),
    )


def slashed(path: str | None) -> str:
    """A path inside the project, with slashes also where dbt ran on Windows."""
    return (word(path) or "").replace("\\", "/")
