"""Who answers for a node: its group's owner, or the owner that its meta names."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from knowledge.artifacts.scalars import joined, word
from knowledge.values import Owner

_NAME_AND_ADDRESS = re.compile(r"(?P<name>[^<>]*)<(?P<email>[^<>@\s]+@[^<>@\s]+)>")
_ADDRESS = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_NO_LETTER = re.compile(r"[^a-z]")
_OWNER_WORDS = """
owner owners dataowner dataowners modelowner tableowner ownername owneremail ownerteam owningteam ownedby
technicalowner businessowner productowner maintainer maintainers maintainedby steward stewards datasteward datastewards
responsible team squad contact contacts pointofcontact poc
"""
_KEYS = _OWNER_WORDS.split()
"""What projects call whoever answers for a node, in letters alone, the plainest word first."""


class GroupEntry(msgspec.Struct):
    """A group as the manifest has it."""

    name: Any = None
    package_name: Any = None
    owner: Any = None


class Groups:
    """The owners of the project's groups, found by a group's name, one of the same package first."""

    def __init__(self, groups: Iterable[tuple[str, GroupEntry]]) -> None:
        self._by_package: dict[tuple[str, str], Owner | None] = {}
        self._by_name: dict[str, Owner | None] = {}
        for unique_id, group in groups:
            _, package, name = [*unique_id.split(".", 2), "", ""][:3]
            owner = owner_of(group.owner)
            self._by_package[word(group.package_name) or package, word(group.name) or name] = owner
            self._by_name.setdefault(word(group.name) or name, owner)

    def owner(self, package: str, group: str) -> Owner | None:
        return self._by_package.get((package, group)) or self._by_name.get(group)


def owner_of(value: object) -> Owner | None:
    """An owner written as an object, a name, an address, ``Name <address>`` or a list of those."""
    if isinstance(value, dict):
        name = joined(value.get("name")) or joined(value.get("team"))
        return _owner(name, joined(value.get("email")))
    if isinstance(value, list):
        owners = [owner for item in value if not isinstance(item, list) and (owner := owner_of(item))]
        named = [owner for owner in owners if owner.name]
        # An address without a name is another person, not the address of whoever has one.
        name = joined([owner.name or owner.email for owner in owners]) if named else None
        return _owner(name, joined([owner.email for owner in named or owners]))
    written = word(value)
    if written and (match := _NAME_AND_ADDRESS.fullmatch(written)):
        return _owner(word(match["name"]), match["email"])
    return _owner(None, written) if written and _ADDRESS.fullmatch(written) else _owner(written, None)


def owner_in(meta: Mapping[str, Any]) -> Owner | None:
    """The owner that a node's meta names: under ``owner`` or ``owners``, else under another word for that."""
    written = {_NO_LETTER.sub("", key.lower()): value for key, value in meta.items()}
    return next((owner for key in _KEYS if (owner := owner_of(written.get(key)))), None)


def _owner(name: str | None, email: str | None) -> Owner | None:
    return Owner(name=name, email=email) if name or email else None
