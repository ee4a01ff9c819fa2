"""Block Kit as Slack checks it: which blocks a surface takes, and the limits of each."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from bot.playground.rules.elements import (
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    check_element,
    check_image,
)
from bot.playground.rules.refusal import Problems, Refusal
from bot.playground.rules.tables import MOST_CHARACTERS, cell_characters, check_data_table, check_table
from bot.playground.rules.texts import check_list, check_string, check_text

Json = dict[str, Any]
Surface = Literal["message", "modal", "home"]

# Source: Block Kit reference, limits of each block.
MOST_BLOCKS: Mapping[Surface, int] = {"message": 50, "modal": 100, "home": 100}
MOST_MARKDOWN = 12_000  # characters over all markdown blocks of one payload
_NOT_IN_VIEWS = ("markdown", "table", "data_table", "context_actions", "task_card", "plan")


def check_blocks(blocks: object, *, surface: Surface = "message") -> None:
    """Raise Refusal for what Slack would refuse: ``invalid_blocks`` with places, or ``msg_blocks_too_long``."""
    problems = Problems()
    checked = check_list(blocks, "/blocks", problems, least=0, most=MOST_BLOCKS[surface])
    for number, block in enumerate(checked):
        _check_block(block, f"/blocks/{number}", problems, surface)
    everything = list(_nested(checked))
    _check_unique_ids(everything, problems)
    _check_tables(everything, problems)
    if problems.messages:
        raise Refusal("invalid_blocks", messages=problems.messages)
    if sum(len(block["text"]) for block in everything if block["type"] == "markdown") > MOST_MARKDOWN:
        raise Refusal("msg_blocks_too_long", messages=[f"[ERROR] markdown exceeds {MOST_MARKDOWN} characters"])


def _check_block(block: object, pointer: str, problems: Problems, surface: Surface) -> None:
    if not isinstance(block, dict):
        problems.add(pointer, "must provide an object")
        return
    check_string(block.get("block_id"), f"{pointer}/block_id", problems, longest=255, required=False)
    kind = block.get("type")
    check = _CHECKS.get(str(kind))
    if check is None or (surface != "message" and kind in _NOT_IN_VIEWS):
        problems.add(f"{pointer}/type", f"unsupported type: {kind}")
        return
    check(block, pointer, problems)


def _section(block: Json, pointer: str, problems: Problems) -> None:
    fields = block.get("fields")
    check_text(block.get("text"), f"{pointer}/text", problems, longest=3000, required=fields is None)
    if fields is not None:
        for number, field in enumerate(check_list(fields, f"{pointer}/fields", problems, most=10)):
            check_text(field, f"{pointer}/fields/{number}", problems, longest=2000)
    if (accessory := block.get("accessory")) is not None:
        check_element(accessory, f"{pointer}/accessory", problems, allowed=IN_SECTION)


def _header(block: Json, pointer: str, problems: Problems) -> None:
    check_text(block.get("text"), f"{pointer}/text", problems, longest=150, plain_only=True)


def _markdown(block: Json, pointer: str, problems: Problems) -> None:
    check_string(block.get("text"), f"{pointer}/text", problems, longest=10**9)


def _context(block: Json, pointer: str, problems: Problems) -> None:
    for number, element in enumerate(check_list(block.get("elements"), f"{pointer}/elements", problems, most=10)):
        place = f"{pointer}/elements/{number}"
        if isinstance(element, dict) and element.get("type") == "image":
            check_image(element, place, problems)
        else:
            check_text(element, place, problems, longest=2000)


def _actions(block: Json, pointer: str, problems: Problems) -> None:
    for number, element in enumerate(check_list(block.get("elements"), f"{pointer}/elements", problems, most=25)):
        check_element(element, f"{pointer}/elements/{number}", problems, allowed=IN_ACTIONS)


def _context_actions(block: Json, pointer: str, problems: Problems) -> None:
    for number, element in enumerate(check_list(block.get("elements"), f"{pointer}/elements", problems, most=5)):
        check_element(element, f"{pointer}/elements/{number}", problems, allowed=IN_CONTEXT_ACTIONS)


def _container(block: Json, pointer: str, problems: Problems) -> None:
    if block.get("rich_text_title") is None:
        check_text(block.get("title"), f"{pointer}/title", problems, longest=150, plain_only=True)
    check_text(block.get("subtitle"), f"{pointer}/subtitle", problems, longest=150, required=False)
    folded = block.get("default_collapsed")
    problems.check(
        not folded or block.get("is_collapsible"), f"{pointer}/default_collapsed", "requires is_collapsible to be true"
    )
    for number, child in enumerate(check_list(block.get("child_blocks"), f"{pointer}/child_blocks", problems, most=10)):
        place = f"{pointer}/child_blocks/{number}"
        nested = isinstance(child, dict) and child.get("type") == "container"
        if problems.check(not nested, f"{place}/type", "unsupported type: container"):
            _check_block(child, place, problems, "message")


def _card(block: Json, pointer: str, problems: Problems) -> None:
    for key, longest in (("title", 150), ("subtitle", 150), ("body", 200)):
        check_text(block.get(key), f"{pointer}/{key}", problems, longest=longest, required=False)
    for number, element in enumerate(block.get("actions") or ()):
        check_element(element, f"{pointer}/actions/{number}", problems, allowed=("button",))


def _carousel(block: Json, pointer: str, problems: Problems) -> None:
    for number, card in enumerate(check_list(block.get("elements"), f"{pointer}/elements", problems, most=10)):
        _card(card, f"{pointer}/elements/{number}", problems)


def _alert(block: Json, pointer: str, problems: Problems) -> None:
    check_text(block.get("text"), f"{pointer}/text", problems, longest=3000)
    levels = ("default", "info", "warning", "error", "success")
    problems.check_one_of(block.get("level", "default"), levels, f"{pointer}/level")


def _task_card(block: Json, pointer: str, problems: Problems) -> None:
    check_string(block.get("task_id"), f"{pointer}/task_id", problems, longest=255)
    check_string(block.get("title"), f"{pointer}/title", problems, longest=256)
    states = ("pending", "in_progress", "complete", "error")
    problems.check_one_of(block.get("status"), states, f"{pointer}/status")


def _plan(block: Json, pointer: str, problems: Problems) -> None:
    check_string(block.get("title"), f"{pointer}/title", problems, longest=256)
    for number, task in enumerate(block.get("tasks") or ()):
        _task_card(task, f"{pointer}/tasks/{number}", problems)


def _rich_text(block: Json, pointer: str, problems: Problems) -> None:
    known = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
    elements = check_list(block.get("elements"), f"{pointer}/elements", problems, most=1000)
    for number, element in enumerate(elements):
        kind = element.get("type") if isinstance(element, dict) else None
        problems.check_one_of(kind, known, f"{pointer}/elements/{number}/type")


def _input(block: Json, pointer: str, problems: Problems) -> None:
    check_text(block.get("label"), f"{pointer}/label", problems, longest=2000, plain_only=True)
    check_text(block.get("hint"), f"{pointer}/hint", problems, longest=2000, plain_only=True, required=False)
    check_element(block.get("element"), f"{pointer}/element", problems, allowed=IN_INPUT)


def _divider(block: Json, pointer: str, problems: Problems) -> None:
    """A divider has nothing that could be wrong."""


_CHECKS: Mapping[str, Callable[[Json, str, Problems], None]] = {
    "section": _section,
    "header": _header,
    "markdown": _markdown,
    "context": _context,
    "actions": _actions,
    "context_actions": _context_actions,
    "container": _container,
    "card": _card,
    "carousel": _carousel,
    "alert": _alert,
    "task_card": _task_card,
    "plan": _plan,
    "rich_text": _rich_text,
    "input": _input,
    "divider": _divider,
    "image": check_image,
    "table": check_table,
    "data_table": check_data_table,
}


def _nested(blocks: list[Any]) -> list[Json]:
    """All blocks that are objects, those inside containers included."""
    found = [block for block in blocks if isinstance(block, dict)]
    inner = [each for block in found for each in _nested(block.get("child_blocks") or [])]
    return found + inner


def _check_unique_ids(blocks: list[Json], problems: Problems) -> None:
    block_ids = [block["block_id"] for block in blocks if block.get("block_id")]
    problems.check(len(block_ids) == len(set(block_ids)), "/blocks", "block_id must be unique within a message")
    for block in blocks:
        elements = [*(block.get("elements") or ()), block.get("accessory"), block.get("element")]
        action_ids = [each["action_id"] for each in elements if isinstance(each, dict) and each.get("action_id")]
        unique = len(action_ids) == len(set(action_ids))
        problems.check(unique, f"/blocks/{block.get('block_id', '')}", "action_id must be unique within a block")


def _check_tables(blocks: list[Json], problems: Problems) -> None:
    tables = [block for block in blocks if block.get("type") in ("table", "data_table")]
    problems.check(sum(each["type"] == "table" for each in tables) <= 1, "/blocks", "only_one_table_allowed")
    if sum(cell_characters(each) for each in tables) > MOST_CHARACTERS:
        problems.add("/blocks", f"cells must hold less than {MOST_CHARACTERS + 1} characters over all tables")
