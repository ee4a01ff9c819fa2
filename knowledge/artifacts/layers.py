"""Which layer of the project a model belongs to, told by its folder or, failing that, by its name."""

import re

from knowledge.values import Kind, Layer

_FOLDER_WORDS: dict[str, Layer] = {
    **dict.fromkeys(("staging", "stg"), "staging"),
    **dict.fromkeys(("intermediate", "int"), "intermediate"),
    **dict.fromkeys(("mart", "marts", "datamart", "datamarts"), "mart"),
}
"""Words that tell the layer also as a part of a folder's name: ``data_marts``, ``stg_stripe``."""
_WHOLE_FOLDERS: dict[str, Layer] = {
    **dict.fromkeys(("stage", "prep"), "staging"),
    **dict.fromkeys(("presentation", "reporting", "gold"), "mart"),
    **dict.fromkeys(("raw", "landing", "bronze"), "raw"),
    "silver": "intermediate",
}
"""Words that tell it only alone, but for a number before them: ``annual_reporting`` is a subject."""
_TOP_FOLDERS: dict[str, Layer] = {"base": "staging"}
"""Deeper down, a base folder is either below staging anyway or about something called Base."""
_NAME_PREFIXES: dict[str, Layer] = {
    **dict.fromkeys(("stg", "staging", "base"), "staging"),
    **dict.fromkeys(("int", "intermediate"), "intermediate"),
    **dict.fromkeys(("fct", "fact", "dim", "mart", "rpt"), "mart"),
    "raw": "raw",
}
_WORD_BREAK = re.compile(r"[^a-z]+")


def layer_of(kind: Kind, name: str, path: str) -> Layer:
    """The layer of a node; ``path`` is its file below the models folder.

    The folder nearest to the file decides. Sources and seeds are raw wherever they lie; what is no table is "other".
    """
    if kind in ("source", "seed"):
        return "raw"
    if kind not in ("model", "snapshot"):
        return "other"
    return _by_folder(path.lower().split("/")[:-1]) or _by_name(name.lower()) or "other"


def _by_folder(folders: list[str]) -> Layer | None:
    for folder in reversed(folders):
        words = [word for word in _WORD_BREAK.split(folder) if word]
        if len(words) == 1 and words[0] in _WHOLE_FOLDERS:
            return _WHOLE_FOLDERS[words[0]]
        if found := next((word for word in words if word in _FOLDER_WORDS), None):
            return _FOLDER_WORDS[found]
    return _TOP_FOLDERS.get(folders[0]) if folders else None


def _by_name(name: str) -> Layer | None:
    """By the name's first word, or by the first after a double underscore: ``core__stg_claims``."""
    for part in name.split("__"):
        first = part.strip("_").split("_")[0]
        if first in _NAME_PREFIXES:
            return _NAME_PREFIXES[first]
    return None
