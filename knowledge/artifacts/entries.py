"""What all entries of a manifest have in common, and the part of a node that comes from it."""

import re
from dataclasses import dataclass
from sys import intern
from typing import Any, get_args

import msgspec

from knowledge.artifacts.owners import Groups, owner_in
from knowledge.artifacts.scalars import asks_to_hide, meta, text, word, words
from knowledge.values import Kind, Node

_KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
_ADDED = re.compile(r"\.(?:v\d[\w.]*|[0-9a-f]{10})$")
"""What an id has after the name: a model's version, a generic test's hash."""


class Config(msgspec.Struct):
    """The configuration that applies to an entry; much of it stands beside it as well."""

    enabled: Any = None
    materialized: Any = None
    unique_key: Any = None
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

    name: Any = None
    package_name: Any = None
    fqn: Any = None
    original_file_path: Any = None
    description: Any = None
    label: Any = None
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
    def all_tags(self) -> tuple[str, ...]:
        return words(self.tags, self.settings.tags)

    def called(self, unique_id: str) -> str:
        return called(self.name, unique_id)

    @property
    def full_name(self) -> tuple[str, ...]:
        """dbt's fully qualified name; empty where there is none."""
        return tuple(filter(None, map(word, self.fqn))) if isinstance(self.fqn, list) else ()

    @property
    def parents(self) -> list[str]:
        return parents_in(self.depends_on)


@dataclass(frozen=True, slots=True)
class Outline:
    """What has to be known of a node to tell what others make of it, and whether it is the same as before."""

    name: str
    source_name: str | None
    missing: tuple[str, ...]
    """Ids of what it is made from although there is no such node."""
    written: bytes
    """A digest of all that is read of it if it is a table."""


def kind_of(unique_id: str) -> Kind | None:
    """The kind that an id names: dbt begins each with the resource's type."""
    return _KINDS.get(unique_id.partition(".")[0])


def package_in(unique_id: str) -> str:
    """The package that an id names."""
    return unique_id.partition(".")[2].partition(".")[0]


def node_from(
    unique_id: str, kind: Kind, entry: Entry, groups: Groups, *, description: str | None = None, **particulars: Any
) -> Node:
    """A node with what entries of every kind have and the ``particulars`` of its own, more fields of Node.

    Of its parents, those that are no nodes are there as well.
    Args:    description: the node's, where that is not simply the entry's.
    """
    config = entry.settings
    everything = meta(entry.source_meta, entry.meta, config.meta)
    if asks_to_hide(entry.source_meta, entry.meta, config.meta):
        everything["marty"] = {"hide": True}  # whatever another of them says under the same key
    package = word(entry.package_name) or package_in(unique_id)
    group = word(entry.group) or word(config.group)
    return Node(
        unique_id=unique_id,
        kind=kind,
        name=entry.called(unique_id),
        package=package,
        label=word(entry.label),
        description=text(entry.description) if description is None else description,
        path=slashed(entry.original_file_path) or None,
        group=group,
        owner=(groups.owner(package, group) if group else None) or owner_in(everything),
        tags=entry.all_tags,
        meta=everything,
        depends_on=tuple(sorted({*entry.parents} - {unique_id})),
        **particulars,
    )


def slashed(path: object) -> str:
    """A path inside the project, with slashes also where dbt ran on Windows."""
    return (word(path) or "").replace("\\", "/")


def parents_in(depends_on: DependsOn | None) -> list[str]:
    """The ids of what an entry is made from, of any kind, in dbt's order."""
    nodes = depends_on.nodes if depends_on else None
    return [intern(text(parent)) for parent in nodes if isinstance(parent, str)] if isinstance(nodes, list) else []


def called(name: object, unique_id: str) -> str:
    """An entry's name; where it has none, the one that its id contains."""
    return word(name) or _name_in(unique_id)


def _name_in(unique_id: str) -> str:
    kind, _, rest = unique_id.partition(".")
    _, _, name = rest.partition(".")
    if kind in ("source", "unit_test"):  # the source or the model comes before the name
        name = name.partition(".")[2] or name
    return _ADDED.sub("", name) or unique_id
