"""Emoji by Slack's names; the page reads the same file."""

import json
from functools import cache
from pathlib import Path


@cache
def known_names() -> dict[str, str]:
    """Name to character; ``page/emoji.json`` holds them all."""
    return json.loads((Path(__file__).parent / "page" / "emoji.json").read_text(encoding="utf-8"))
