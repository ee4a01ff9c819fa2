"""The pieces of a stream, and what they add up to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.playground.rules.blocks import MOST_MARKDOWN, check_blocks
from bot.playground.rules.messages import read_json
from bot.playground.rules.refusal import Refusal

Json = dict[str, Any]

MOST_FIELD = 256
MOST_CHUNK_BLOCKS = 50
_STATES = ("pending", "in_progress", "complete", "error")


@dataclass(frozen=True, slots=True)
class Written:
    """What a stream has so far: its markdown as plain text, and everything as blocks."""

    text: str
    blocks: tuple[Json, ...]


def read_chunks(arguments: Mapping[str, Any]) -> list[Json]:
    """The chunks of a stream call, ``markdown_text`` among them as the first. Raises: Refusal."""
    chunks = read_json(arguments.get("chunks"), "invalid_chunks")
    if chunks is not None and not isinstance(chunks, list):
        raise Refusal("invalid_chunks")
    markdown = arguments.get("markdown_text")
    first = [{"type": "markdown_text", "text": markdown}] if markdown else []
    everything = [*first, *(chunks or [])]
    for chunk in everything:
        _check_chunk(chunk)
    return everything


def add_chunks(written: Written, chunks: Iterable[Json]) -> Written:
    """What stands in the message after ``chunks``. Raises: Refusal when they bring too many blocks."""
    text, blocks = written.text, list(written.blocks)
    for chunk in chunks:
        match chunk["type"]:
            case "markdown_text":
                text += chunk["text"]
                _add_markdown(blocks, chunk["text"])
            case "task_update":
                _add_task(blocks, chunk)
            case "plan_update":
                blocks = [block for block in blocks if block["type"] != "plan"]
                blocks.insert(0, {"type": "plan", "title": chunk["title"]})
            case "blocks":
                blocks += chunk["blocks"]
    if sum(block["type"] not in ("markdown", "task_card", "plan") for block in blocks) > MOST_CHUNK_BLOCKS:
        raise Refusal("msg_blocks_too_many")
    return Written(text, tuple(blocks))


def _check_chunk(chunk: object) -> None:
    if not isinstance(chunk, dict):
        raise Refusal("invalid_chunks")
    match chunk.get("type"):
        case "markdown_text":
            if not isinstance(chunk.get("text"), str):
                raise Refusal("invalid_chunks")
            if len(chunk["text"]) > MOST_MARKDOWN:
                raise Refusal("msg_too_long")
        case "task_update":
            _check_task(chunk)
        case "plan_update":
            _check_field(chunk, "title", required=True)
        case "blocks":
            if not isinstance(chunk.get("blocks"), list):
                raise Refusal("invalid_chunks")
            check_blocks(chunk["blocks"])
        case _:
            raise Refusal("invalid_chunks")


def _check_task(chunk: Json) -> None:
    for name in ("id", "title"):
        _check_field(chunk, name, required=True)
    for name in ("details", "output"):
        _check_field(chunk, name, required=False)
    if chunk.get("status") not in _STATES:
        raise Refusal("invalid_chunks")


def _check_field(chunk: Json, name: str, *, required: bool) -> None:
    value = chunk.get(name)
    if value is None and not required:
        return
    if not isinstance(value, str) or (required and not value) or len(value) > MOST_FIELD:
        raise Refusal("invalid_chunks", messages=[f"[ERROR] {name}: 1 to {MOST_FIELD} characters"])


def _add_markdown(blocks: list[Json], text: str) -> None:
    if blocks and blocks[-1]["type"] == "markdown":
        blocks[-1] = {"type": "markdown", "text": blocks[-1]["text"] + text}
    elif text:
        blocks.append({"type": "markdown", "text": text})


def _add_task(blocks: list[Json], chunk: Json) -> None:
    """A task's title, status and output are replaced by later chunks of the same id, its details grow."""
    card: Json = {"type": "task_card", "task_id": chunk["id"], "title": chunk["title"], "status": chunk["status"]}
    at = next((n for n, block in enumerate(blocks) if block.get("task_id") == chunk["id"]), None)
    before = blocks[at] if at is not None else {}
    details = _words(before.get("details")) + (chunk.get("details") or "")
    output = chunk.get("output") or _words(before.get("output"))
    card |= {key: _rich(words) for key, words in (("details", details), ("output", output)) if words}
    if sources := chunk.get("sources") or before.get("sources"):
        card["sources"] = sources
    if at is None:
        blocks.append(card)
    else:
        blocks[at] = card


def _rich(words: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": words}]}
    return {"type": "rich_text", "elements": [section]}


def _words(rich: Json | None) -> str:
    return rich["elements"][0]["elements"][0]["text"] if rich else ""
