"""Keeps an answer short: what a model says beyond its first few sentences is for who wants to know more (pure)."""

import re

from agent.reading.said import finished_parts

SHORT = 700
"""Characters: three long sentences, or one and a short list."""
_NEARLY = 150
"""So much more is not worth folding."""
_ROWS = re.compile(r"(?:^ *\|[^\n]*\n)+\Z", re.MULTILINE)
"""Of a table, those that a text ends with."""


def is_short(text: str) -> bool:
    """Whether the beginning of an answer, as far as it is there, may still stand before the fold."""
    return len(text.rstrip()) <= SHORT


def in_two(prose: str) -> tuple[str, str]:
    """What answers, and the rest; cut between sentences, lines or in front of a table. The rest is mostly empty."""
    if len(prose) <= SHORT + _NEARLY:
        return prose, ""
    end = place = 0
    for part in finished_parts(prose):
        place += len(part)
        if end and not is_short(prose[:place]):
            break
        if not part.rstrip(" \t").endswith(":"):
            end = place  # what a colon announces stays with it
    if prose[end:].lstrip(" ").startswith("|"):
        end = len(_ROWS.sub("", prose[:end]))
    end = end or len(prose)
    return prose[:end].rstrip(), prose[end:].strip()
