"""One fact of a node's definition: its tags, its access, its file, its versions."""

from collections.abc import Callable, Mapping

from agent.direct.phrasebook import Kind
from agent.direct.subject import Subject
from agent.draft import Draft
from agent.shown import code, code_as_written, column_code, listed, node_code
from agent.untrusted import one_line


def tell_particular(kind: Kind, subject: Subject) -> Draft:
    """The fact that ``kind``, one of PARTICULARS, asks for."""
    only = (subject.node.unique_id,)
    return Draft(text=_TELLERS[kind](subject), nodes=only, chosen=only, at_hand=(subject.node,), kind=kind)


def _tags(subject: Subject) -> str:
    tags = subject.column.tags if subject.column else subject.node.tags
    name = column_code(subject.node, subject.column.name) if subject.column else node_code(subject.node)
    if not tags:
        return f"{name} has no tags."
    return f"{name} has the tag{'s' if len(tags) > 1 else ''} {listed([code(tag) for tag in tags], limit=25)}."


def _access(subject: Subject) -> str:
    node = subject.node
    facts = [f"the access {code(node.access)}"] if node.access else []
    facts += [f"the group {code(node.group)}" if node.group else "no group"]
    if node.kind == "model":
        facts += ["an enforced contract" if node.contract else "no enforced contract"]
    return f"{node_code(node)} has {listed(facts)}."


def _file(subject: Subject) -> str:
    node, name = subject.node, node_code(subject.node)
    package = f"of the package {code(node.package)}" if node.package else ""
    if not node.path:
        return (
            f"{name} is {package}; the artifacts do not name its file." if package else f"No file of {name} is known."
        )
    return f"{name} is defined in {code_as_written(node.path)}" + (f", {package}." if package else ".")


def _versions(subject: Subject) -> str:
    node, name = subject.node, code(subject.node.name)
    others = [each for each in subject.namesakes if each.kind == node.kind and each.package == node.package]
    versions = sorted({each.version for each in (node, *others) if each.version}, key=_by_number)
    if not versions:
        return f"{name} has no versions."
    known = f"{name} has version{'s' if len(versions) > 1 else ''} {listed(list(map(one_line, versions)))}"
    return f"{known}; the latest is {one_line(node.latest_version)}." if node.latest_version else f"{known}."


def _by_number(version: str) -> tuple[int, str]:
    return (int(version), "") if version.isdecimal() else (0, version)


_TELLERS: Mapping[Kind, Callable[[Subject], str]] = {
    "tags": _tags,
    "access": _access,
    "file": _file,
    "version": _versions,
}
PARTICULARS = frozenset(_TELLERS)
"""The kinds of question that this answers."""
