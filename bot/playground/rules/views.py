"""Forms and home tabs: what a view may hold."""

from typing import Any

from bot.playground.rules.blocks import check_blocks
from bot.playground.rules.messages import read_json
from bot.playground.rules.refusal import Problems, Refusal
from bot.playground.rules.texts import check_string, check_text

Json = dict[str, Any]


def read_view(value: object, *, kind: str) -> Json:
    """A view of ``kind`` (``modal`` or ``home``). Raises: Refusal."""
    view = read_json(value, "invalid_arguments")
    if not isinstance(view, dict):
        raise Refusal("invalid_arguments", messages=["[ERROR] missing required field: view"])
    problems = Problems()
    problems.check_one_of(view.get("type"), (kind,), "/view/type")
    check_string(view.get("callback_id"), "/view/callback_id", problems, longest=255, required=False)
    metadata = view.get("private_metadata", "")
    problems.check(
        isinstance(metadata, str) and len(metadata) <= 3000, "/view/private_metadata", "at most 3000 characters"
    )
    if kind == "modal":
        _check_frame(view, problems)
    if problems.messages:
        raise Refusal("invalid_arguments", messages=problems.messages)
    check_blocks(view.get("blocks"), surface="modal" if kind == "modal" else "home")
    return view


def _check_frame(view: Json, problems: Problems) -> None:
    check_text(view.get("title"), "/view/title", problems, longest=24, plain_only=True)
    for button in ("submit", "close"):
        check_text(view.get(button), f"/view/{button}", problems, longest=24, plain_only=True, required=False)
    asks = any(isinstance(block, dict) and block.get("type") == "input" for block in view.get("blocks") or ())
    problems.check(not asks or view.get("submit"), "/view/submit", "submit is required when an input is within blocks")
