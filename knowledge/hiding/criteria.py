"""The methods of dbt's node selection (``tag:``, ``path:``, …): whether one node meets one of them (pure).

Nothing here regards case: on some warehouses a schema's name is in capitals whatever the project says, and to leave
visible what was meant to be hidden is the worse mistake.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, get_args

from knowledge.hiding.globs import Matches, glob, has_wildcard, is_balanced, path_glob
from knowledge.values import Kind, Node

Fqn = Sequence[str]
Criterion = Callable[[Node, Fqn], bool]

_ID = re.compile(rf"(?:{'|'.join(get_args(Kind))})\.")
_FILE_ENDINGS = (".sql", ".py", ".csv", ".yml", ".yaml")
_ACCESS = ("private", "protected", "public")
_ELSEWHERE = {
    "state", "result", "source_status", "test_name", "test_type", "unit_test", "selector", "function", "macro",
}  # fmt: skip
"""Methods of dbt's that ask for what is no property of a node."""


def criterion(method: str | None, key: str, value: str) -> Criterion:
    """What ``method.key:value`` asks of a node; without a method dbt guesses from the value.

    Raises:  ValueError with the end of a sentence that says where it stands.
    Source:  dbt's reference of node selection, "Methods"; ``name``, ``schema`` and ``database`` are ours.
    """
    if not is_balanced(value):
        raise ValueError("has a bracket that is not closed, or with nothing in it")
    if method is None:
        return _guessed(value)
    if method == "config":
        return _config(key, value)
    if method not in _METHODS:
        raise ValueError(_unknown(method))
    if key:
        raise ValueError(f"has a key after `{method}`; only `config` takes one")
    return _METHODS[method](value)


def _unknown(method: str) -> str:
    if method in _ELSEWHERE:
        return f"has the method `{method}`, which says nothing about what a node is"
    return f"has the unknown method `{method}`; the known ones are {', '.join(sorted({*_METHODS, 'config'}))}"


def _guessed(value: str) -> Criterion:
    if "/" in value or "\\" in value:
        return _path(value)
    return _file(value) if value.lower().endswith(_FILE_ENDINGS) else _fqn(value)


def _name(value: str) -> Criterion:
    """A node's name in any form; its unique_id where the value has the form of one, for ``m*`` is no kind of id."""
    matches = glob(value)
    whole = glob(value) if _ID.match(value.casefold()) else None
    return lambda node, _fqn: any(map(matches, _names(node))) or bool(whole and whole(node.unique_id))


def _names(node: Node) -> Iterable[str]:
    yield node.name
    if node.source_name:
        yield f"{node.source_name}.{node.name}"
    if node.version:
        yield f"{node.name}.v{node.version}"
        yield f"{node.name}_v{node.version}"


def _fqn(value: str) -> Criterion:
    """dbt's default: the last parts of the fully qualified name, or its beginning with or without the package.

    dbt's wildcards begin to match at the package or the first folder; ours may stand for the name alone as well.
    """
    wanted = value.casefold().split(".")
    wild_at = next((at for at, part in enumerate(wanted) if has_wildcard(part)), len(wanted))
    rest = glob(".".join(wanted[wild_at:]))
    named = _name(value)

    def begins(flat: Sequence[str]) -> bool:
        if len(flat) < len(wanted) or flat[:wild_at] != wanted[:wild_at]:
            return False
        return wild_at == len(wanted) or rest(".".join(flat[wild_at:]))

    def meets(node: Node, fqn: Fqn) -> bool:
        if named(node, fqn):
            return True
        flat = ".".join(fqn or _likely_fqn(node)).casefold().split(".")
        return begins(flat) or begins(flat[1:])

    return meets


def _likely_fqn(node: Node) -> list[str]:
    """What dbt would call a node whose manifest does not say."""
    folders = PurePosixPath(node.path or "").parts[1:-1]
    version = f"v{node.version}" if node.version else None
    return [part for part in (node.package, *folders, node.source_name, node.name, version) if part]


def _path(value: str) -> Criterion:
    """A folder with all below it, or a file; ``*`` stays within one folder, ``**`` does not."""
    pattern = [part for part in value.replace("\\", "/").split("/") if part not in ("", ".")]
    if not pattern or ".." in pattern:
        raise ValueError("has a path that leads out of the project or to all of it")
    begins = path_glob(pattern)
    return lambda node, _fqn: node.path is not None and begins(node.path.split("/"))


def _file(value: str) -> Criterion:
    """A file's name, with or without its ending."""
    matches = glob(value)

    def meets(node: Node, _fqn: Fqn) -> bool:
        path = PurePosixPath(node.path) if node.path else None
        return path is not None and (matches(path.name) or matches(path.stem))

    return meets


def _one_of(field: Callable[[Node], str | None], known: Sequence[str] = ()) -> Callable[[str], Criterion]:
    """A method that compares one field, whose values are all ``known`` where those are given."""

    def build(value: str) -> Criterion:
        matches = glob(value)
        if known and not any(map(matches, known)):
            raise ValueError(f"has a value that is none of {', '.join(known)}")
        return lambda node, _fqn: matches(field(node))

    return build


def _package(value: str) -> Criterion:
    if value.casefold() == "this":
        raise ValueError("has `package:this`, which is clear on a command line only: write the package's name")
    return _one_of(lambda node: node.package)(value)


def _tag(value: str) -> Criterion:
    matches = glob(value)
    return lambda node, _fqn: any(map(matches, node.tags))


def _source(value: str) -> Criterion:
    """``source``, ``source.table`` or ``package.source.table``."""
    parts = value.split(".")
    if len(parts) > 3:
        raise ValueError("has more than package, source and table")
    package, source, table = map(glob, ["*"] * (3 - max(len(parts), 2)) + parts + ["*"] * (len(parts) == 1))
    return lambda node, _fqn: (
        node.kind == "source" and table(node.name) and source(node.source_name) and package(node.package)
    )


def _of_kind(kind: Kind) -> Callable[[str], Criterion]:
    """A method for one kind of node: ``name`` or ``package.name``."""

    def build(value: str) -> Criterion:
        parts = value.split(".")
        if len(parts) > 2:
            raise ValueError("has more than package and name")
        package, name = map(glob, ["*"] * (2 - len(parts)) + parts)
        return lambda node, _fqn: node.kind == kind and name(node.name) and package(node.package)

    return build


def _version(value: str) -> Criterion:
    ages: Mapping[str, Callable[[Node], bool]] = {
        "latest": lambda node: node.version is not None and node.is_latest,
        "old": lambda node: not node.is_latest and _age(node.version) < _age(node.latest_version),
        "prerelease": lambda node: not node.is_latest and _age(node.version) > _age(node.latest_version),
        "none": lambda node: node.version is None,
    }
    if value.casefold() not in ages:
        raise ValueError(f"has a value that is none of {', '.join(ages)}")
    meets = ages[value.casefold()]
    return lambda node, _fqn: node.kind == "model" and meets(node)


def _age(version: str | None) -> tuple[float, str]:
    """Numbers before words, as dbt orders versions."""
    written = version or ""
    return (float(written), "") if written.replace(".", "", 1).isdigit() else (float("inf"), written)


def _config(key: str, value: str) -> Criterion:
    """A configuration, as far as it is known here: below ``meta`` any key."""
    matches = glob(value)
    if key.startswith("meta.") or key == "meta":
        path = key.split(".")[1:]
        return lambda node, _fqn: _has(_below(node.meta, path), matches)
    if key not in _CONFIGS:
        raise ValueError(f"asks for a configuration that is none of meta.…, {', '.join(_CONFIGS)}")
    return lambda node, _fqn: _has(_CONFIGS[key](node), matches)


def _below(value: Any, path: Sequence[str]) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _has(found: Any, matches: Matches) -> bool:
    """Whether a value is it, a list has it, or an object has it as a key."""
    if isinstance(found, str | None):
        return matches(found)
    return any(_has(each, matches) for each in found) if isinstance(found, Iterable) else matches(str(found))


_CONFIGS: Mapping[str, Callable[[Node], Any]] = {
    "materialized": lambda node: node.materialized,
    "tags": lambda node: node.tags,
    "group": lambda node: node.group,
    "access": lambda node: node.access,
    "contract.enforced": lambda node: node.contract,
}
_METHODS: Mapping[str, Callable[[str], Criterion]] = {
    "access": _one_of(lambda node: node.access, _ACCESS),
    "database": _one_of(lambda node: node.database),
    "exposure": _of_kind("exposure"),
    "file": _file,
    "fqn": _fqn,
    "group": _one_of(lambda node: node.group),
    "metric": _of_kind("metric"),
    "name": _name,
    "package": _package,
    "path": _path,
    "resource_type": _one_of(lambda node: node.kind, get_args(Kind)),
    "saved_query": _of_kind("saved_query"),
    "schema": _one_of(lambda node: node.schema),
    "semantic_model": _of_kind("semantic_model"),
    "source": _source,
    "tag": _tag,
    "version": _version,
}
