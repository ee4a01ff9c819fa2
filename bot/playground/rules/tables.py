"""Tables: rows, columns, cells."""

from typing import Any

from bot.playground.rules.refusal import Problems
from bot.playground.rules.texts import check_list, check_string

Json = dict[str, Any]

MOST_COLUMNS = 20
MOST_CHARACTERS = 10_000  # over all cells of a message
CELLS = ("raw_text", "raw_number", "rich_text")


def check_table(block: Json, pointer: str, problems: Problems) -> None:
    """``table``: at most 100 rows."""
    _check_rows(block, pointer, problems, least=1, most=100)
    if block.get("column_settings") is not None:
        check_list(block["column_settings"], f"{pointer}/column_settings", problems, most=MOST_COLUMNS)


def check_data_table(block: Json, pointer: str, problems: Problems) -> None:
    """``data_table``: a caption, a header row and at most 100 rows below it."""
    check_string(block.get("caption"), f"{pointer}/caption", problems, longest=2000)
    rows = _check_rows(block, pointer, problems, least=2, most=101)
    header = rows[0] if rows and isinstance(rows[0], list) else []
    for number, cell in enumerate(header):
        rich = isinstance(cell, dict) and cell.get("type") == "rich_text"
        problems.check(not rich, f"{pointer}/rows/0/{number}", "header cells must not be rich_text")
    page_size = block.get("page_size", 5)
    fits = isinstance(page_size, int) and 1 <= page_size <= 100
    problems.check(fits, f"{pointer}/page_size", "must be between 1 and 100")


def cell_characters(block: Json) -> int:
    """How many characters a table's cells hold."""
    rows = [row for row in block.get("rows") or () if isinstance(row, list)]
    return sum(len(str(cell.get("text", ""))) for row in rows for cell in row if isinstance(cell, dict))


def _check_rows(block: Json, pointer: str, problems: Problems, *, least: int, most: int) -> list[Any]:
    rows = check_list(block.get("rows"), f"{pointer}/rows", problems, least=least, most=most)
    for row_number, row in enumerate(rows):
        place = f"{pointer}/rows/{row_number}"
        for number, cell in enumerate(check_list(row, place, problems, most=MOST_COLUMNS)):
            _check_cell(cell, f"{place}/{number}", problems)
    return rows


def _check_cell(cell: object, pointer: str, problems: Problems) -> None:
    if not isinstance(cell, dict):
        problems.add(pointer, "must provide an object")
        return
    kind = cell.get("type")
    if not problems.check_one_of(kind, CELLS, f"{pointer}/type"):
        return
    if kind == "raw_text":
        check_string(cell.get("text"), f"{pointer}/text", problems, longest=MOST_CHARACTERS)
    elif kind == "rich_text":
        check_list(cell.get("elements"), f"{pointer}/elements", problems, most=1000)
