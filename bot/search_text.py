"""Search results as lines for a terminal and as JSON for programs, with what every score is made of (pure)."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from knowledge import Filters, Found, Hit

_INDENT = " " * 10
_VOICES = {
    "text": "words of its texts",
    "vector": "meaning",
    "name": "its name",
    "column": "a column's name",
    "column_vector": "a column's meaning",
    "described": "rests on it",
    "listed": "has what was asked for",
}
_REASONS = {
    **dict.fromkeys(("intermediate", "staging", "raw"), "what is built from it comes first"),
    **dict.fromkeys(("metric", "exposure"), "people trust it already"),
    **dict.fromkeys(("semantic_model", "saved_query"), "what it describes comes first"),
    "package": "the project's own come first",
    "used": "other models build on it",
    "exposed": "a dashboard, metric or semantic model rests on it",
    "documented": "it has a description",
    "failing": "its newest build or a test failed",
    "source": "tables of another source fit better together",
    "named": "its name is written out, so it comes first",
    "version": "put beside its other versions, the latest first",
}
"""What a prior's name alone does not say."""
_NOTHING = "Nothing found."


def found_lines(found: Found, *, explain: bool) -> str:
    """A line a result; with ``explain``, what was understood before them, and below each what its score is made of."""
    lines = [*_understood(found)] if explain else []
    width = max((len(hit.name) for hit in found.hits), default=0)
    for hit in found.hits:
        column = f"  (column {hit.column})" if hit.column else ""
        lines.append(f"{hit.score:8.4f}  {hit.name:<{width}}  {hit.kind}{column}")
        lines += _reasons(hit) if explain else []
    return "\n".join(lines if found.hits else [*lines, _NOTHING])


def found_json(query: str, found: Found, *, explain: bool) -> dict[str, Any]:
    """The same for programs."""
    results = [
        {"unique_id": hit.unique_id, "name": hit.name, "kind": hit.kind, "score": round(hit.score, 6)}
        | ({"column": hit.column} if hit.column else {})
        | ({"explain": _explain_json(hit)} if explain else {})
        for hit in found.hits
    ]
    verdict = {
        "is_nothing": found.is_nothing,
        "unheard": list(found.unheard),
        "unknown": [{"facet": each.facet, "said": each.said, "nearest": list(each.nearest)} for each in found.unknown],
    }
    understood = (
        {
            "only": _said(found.only),
            "likes": _said(found.likes),
            "corrected": dict(found.corrected),
            "assurance": found.assurance,
        }
        if explain
        else {}
    )
    return {"query": query, "results": results} | verdict | understood


def _understood(found: Found) -> Iterator[str]:
    if found.corrected:
        yield _one_line(f"Read: {', '.join(f'{said} as {meant}' for said, meant in found.corrected.items())}")
    for what, filters in (("Kept to", found.only), ("Higher stands", found.likes)):
        if said := _said(filters):
            parts = (_one_line(f"{name} {', '.join(values)}") for name, values in said.items())
            yield f"{what}: {'; '.join(parts)}"
    if found.assurance is not None:
        yield f"Sure that the catalog answers this: {found.assurance:.0%}"
    if found.unheard:
        yield _one_line(f"Nothing in the catalog mentions: {', '.join(found.unheard)}")


def _said(filters: Filters) -> dict[str, list[str]]:
    return {name: list(values) for name, values in asdict(filters).items() if values}


def _reasons(hit: Hit) -> Iterator[str]:
    """The voices, most points first, then the priors."""
    for voice, part in sorted(hit.voices.items(), key=lambda each: -each[1].points):
        matched = f"  {part.matched.replace('_', ' ')}" if part.matched else ""
        column = f" (column {hit.column})" if voice == "column" and hit.column else ""
        yield f"{_INDENT}+ {part.points:.4f}  {_VOICES.get(voice, voice)}, rank {part.rank}{matched}{column}"
    for reason, factor in hit.priors.items():
        why = f": {_REASONS[reason]}" if reason in _REASONS else ""
        yield f"{_INDENT}× {factor:<6.4g}  {_one_line(reason)}{why}"


def _one_line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _explain_json(hit: Hit) -> dict[str, Any]:
    voices = {voice: asdict(part) | {"points": round(part.points, 6)} for voice, part in hit.voices.items()}
    return {"voices": voices, "priors": dict(hit.priors)}
