"""What a message may be made of: text, markdown_text, blocks, attachments and metadata, alone and together."""

import json
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.playground.rules.blocks import MOST_MARKDOWN, check_blocks
from bot.playground.rules.refusal import Refusal

Json = dict[str, Any]

# Source: chat.postMessage and chat.update references.
MOST_TEXT = 40_000
MOST_UPDATED_TEXT = 4_000
MOST_ATTACHMENTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A message's content that Slack accepted; None means that it was not given."""

    text: str | None = None
    blocks: tuple[Json, ...] | None = None
    attachments: tuple[Json, ...] | None = None
    metadata: Json | None = None
    warnings: tuple[str, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        return not (self.text and self.text.strip()) and not self.blocks and not self.attachments


def read_content(arguments: Mapping[str, Any], *, markdown_text: bool = True) -> Content:
    """Check and read the content arguments that all writing methods share. Raises: Refusal."""
    text, markdown = arguments.get("text"), arguments.get("markdown_text")
    blocks = read_json(arguments.get("blocks"), "invalid_blocks_format")
    attachments = read_json(arguments.get("attachments"), "invalid_attachments")
    if markdown and markdown_text:
        if text or blocks:
            raise Refusal("markdown_text_conflict")
        blocks, text = _markdown_block(str(markdown)), str(markdown)
    if blocks is not None:
        check_blocks(blocks)
    if attachments is not None and (not isinstance(attachments, list) or len(attachments) > MOST_ATTACHMENTS):
        raise Refusal("too_many_attachments" if isinstance(attachments, list) else "invalid_attachments")
    text = None if text is None else str(text)
    truncated = text is not None and len(text) > MOST_TEXT
    return Content(
        text=text[:MOST_TEXT] if text is not None else None,
        blocks=None if blocks is None else with_block_ids(blocks),
        attachments=None if attachments is None else tuple(attachments),
        metadata=read_metadata(arguments.get("metadata")),
        warnings=("message_truncated",) if truncated else (),
    )


def with_block_ids(blocks: Iterable[Json]) -> tuple[Json, ...]:
    """The blocks as Slack keeps them: each with a ``block_id``, except markdown, whose id it ignores."""
    return tuple(
        block if block.get("block_id") or block["type"] == "markdown" else {**block, "block_id": secrets.token_hex(3)}
        for block in blocks
    )


def read_json(value: object, error: str) -> Any:
    """An argument that may come as JSON or as a string that holds JSON. Raises: Refusal(error)."""
    if not isinstance(value, str):
        return value
    if not value:
        return None
    try:
        return json.loads(value)
    except ValueError:
        raise Refusal(error) from None


def read_metadata(value: object) -> Json | None:
    """``{"event_type": …, "event_payload": {…}}``; an empty object means none. Raises: Refusal."""
    metadata = read_json(value, "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise Refusal("invalid_metadata_format")
    if not metadata or isinstance(metadata.get("entities"), list):
        return metadata
    well_formed = isinstance(metadata.get("event_type"), str) and metadata["event_type"]
    if not well_formed or not isinstance(metadata.get("event_payload"), dict):
        raise Refusal("invalid_metadata_schema")
    return {"event_type": metadata["event_type"], "event_payload": metadata["event_payload"]}


def is_ts(value: object) -> bool:
    """Whether it has the form of a message's timestamp; numbers and shortened ones do not."""
    return isinstance(value, str) and re.fullmatch(r"\d{10}\.\d{6}", value) is not None


def _markdown_block(markdown: str) -> list[Json]:
    if len(markdown) > MOST_MARKDOWN:
        raise Refusal("msg_too_long")
    return [{"type": "markdown", "text": markdown}]
