"""What a person reads in a message: Slack's markup, Markdown and blocks turned into plain words.

Formatting marks vanish, what they enclose stays; mentions and channels show their names, links their labels.
"""

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

Names = Mapping[str, str]
Json = dict[str, Any]

TOKEN = re.compile(r"<([^<>\n]+)>")
_CODE = re.compile(r"```(.*?)```|`([^`\n]+)`", re.DOTALL)
_MRKDWN_MARKS = re.compile(r"(?<![\w\\])([*_~])(?=\S)([^\n]*?\S)\1(?!\w)")
_MARKDOWN_MARKS = re.compile(
    r"(?<!\\)(\*\*|~~|\*)(?=\S)(.+?)(?<=\S)(?<!\\)\1|(?<![\w\\])(__|_)(?=\S)(.+?)(?<=\S)(?<!\\)\3(?!\w)"
)
_MARKDOWN_LINK = re.compile(r"!?\[((?:[^\[\]\\]|\\.)*)\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$")


def words_of_mrkdwn(text: str, names: Names) -> str:
    """The words of a message's ``text`` or of a mrkdwn object."""
    return _outside_code(text, lambda part: _strip_marks(_MRKDWN_MARKS, _show_tokens(part, names)))


def words_of_markdown(text: str, names: Names) -> str:
    """The words of standard Markdown, as in a markdown block or a stream."""
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not mark[2].strip():
                fence = ""
            else:
                lines.append(html.unescape(line))
        elif mark:
            fence = mark[1]
        elif (shown := _markdown_line(line, names)) is not None:
            lines.append(shown)
    return "\n".join(lines).strip("\n")


def words_of_blocks(blocks: Iterable[Json], names: Names) -> str:
    """The words of Block Kit blocks, a line for each thing that stands on its own line."""
    return "\n".join(line for block in blocks for line in _lines_of_block(block, names) if line)


def _lines_of_block(block: Json, names: Names) -> Iterator[str]:
    match block.get("type"):
        case "section":
            yield _text_object(block.get("text"), names)
            yield from (_text_object(each, names) for each in block.get("fields") or ())
            yield _element(block.get("accessory") or {}, names)
        case "header" | "alert":
            yield _text_object(block.get("text"), names)
        case "markdown":
            yield words_of_markdown(str(block.get("text", "")), names)
        case "context":
            yield " ".join(_text_object(each, names) for each in block.get("elements") or ())
        case "actions" | "context_actions":
            yield " ".join(_element(each, names) for each in block.get("elements") or ())
        case "rich_text":
            yield words_of_rich_text(block, names)
        case "table" | "data_table":
            yield _text_object(block.get("caption"), names)
            yield from (" | ".join(_cell(cell, names) for cell in row) for row in block.get("rows") or ())
        case "container":
            yield _text_object(block.get("title"), names)
            yield _text_object(block.get("subtitle"), names)
            yield words_of_blocks(block.get("child_blocks") or (), names)
        case "task_card":
            yield str(block.get("title", ""))
            yield from (words_of_rich_text(block[key], names) for key in ("details", "output") if block.get(key))
            yield " ".join(str(each.get("text", "")) for each in block.get("sources") or ())
        case "plan":
            yield str(block.get("title", ""))
            yield words_of_blocks(block.get("tasks") or (), names)
        case "card":
            yield from (_text_object(block.get(key), names) for key in ("title", "subtitle", "body"))
            yield " ".join(_element(each, names) for each in block.get("actions") or ())
        case "carousel":
            yield words_of_blocks(block.get("elements") or (), names)
        case "image":
            yield str(block.get("alt_text", ""))
        case "input":
            yield _text_object(block.get("label"), names)


def words_of_rich_text(element: Json, names: Names) -> str:
    """The words of a rich_text block or of one of its elements."""
    match element.get("type"):
        case "rich_text":
            return "\n".join(words_of_rich_text(each, names) for each in element.get("elements") or ())
        case "rich_text_list":
            return "\n".join("• " + words_of_rich_text(each, names) for each in element.get("elements") or ())
        case "user":
            return "@" + names.get(str(element.get("user_id")), str(element.get("user_id")))
        case "channel":
            return "#" + names.get(str(element.get("channel_id")), str(element.get("channel_id")))
        case "broadcast":
            return "@" + str(element.get("range"))
        case "emoji":
            return ":" + str(element.get("name")) + ":"
        case "text" | "link":
            return str(element.get("text") or element.get("url") or "")
        case _:
            return "".join(words_of_rich_text(each, names) for each in element.get("elements") or ())


def _element(element: Json, names: Names) -> str:
    if element.get("type") == "feedback_buttons":
        sides = (element.get("positive_button") or {}, element.get("negative_button") or {})
        return " ".join(f"[{_text_object(side.get('text'), names)}]" for side in sides)
    text = _text_object(element.get("text") or element.get("placeholder"), names)
    return f"[{text}]" if text else str(element.get("alt_text", ""))


def _cell(cell: Json, names: Names) -> str:
    if cell.get("type") == "rich_text":
        return words_of_rich_text(cell, names)
    return str(cell.get("text", cell.get("value", "")))


def _text_object(text: Json | str | None, names: Names) -> str:
    if isinstance(text, dict):
        words = str(text.get("text", text.get("alt_text", "")))
        return words_of_mrkdwn(words, names) if text.get("type") == "mrkdwn" else words
    return text or ""


def _markdown_line(line: str, names: Names) -> str | None:
    stripped = line.strip()
    if stripped.startswith("|"):
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", stripped.strip("|"))]
        if all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            return None
        return " | ".join(_markdown_inline(cell, names) for cell in cells)
    if re.fullmatch(r"([-*_]\s*){3,}", stripped):
        return None
    line = re.sub(r"^ {0,3}#{1,6}\s+(.*?)\s*#*$", r"\1", line)
    line = re.sub(r"^ {0,3}>\s?", "", line)
    line = re.sub(r"^(\s*)[-*+]\s+", r"\1• ", line)
    return _markdown_inline(line, names)


def _markdown_inline(line: str, names: Names) -> str:
    def show(part: str) -> str:
        part = _MARKDOWN_LINK.sub(r"\1", _show_tokens(part, names))
        return re.sub(r"\\([\\`*_{}\[\]()#+\-.!|<>~&:@/])", r"\1", _strip_marks(_MARKDOWN_MARKS, part))

    return _outside_code(line, show)


def _outside_code(text: str, show: Callable[[str], str]) -> str:
    """Apply ``show`` to what is not code; decode entities everywhere."""
    parts: list[str] = []
    end = 0
    for code in _CODE.finditer(text):
        block = code[1]
        parts += [show(text[end : code.start()]), block.strip("\n") if block is not None else code[2]]
        end = code.end()
    return html.unescape("".join([*parts, show(text[end:])]))


def _strip_marks(marks: re.Pattern[str], text: str) -> str:
    for _ in range(4):  # bold within italic within struck through
        stripped = marks.sub(lambda found: found[2] or (found[4] if found.re.groups > 2 else ""), text)
        if stripped == text:
            break
        text = stripped
    return text


def _show_tokens(text: str, names: Names) -> str:
    return TOKEN.sub(lambda found: _show_token(found, names), text)


def _show_token(found: re.Match[str], names: Names) -> str:
    target, _, label = found[1].partition("|")
    if target.startswith("@"):
        return "@" + names.get(target[1:], label.removeprefix("@") or target[1:])
    if target.startswith("#"):
        return "#" + (label or names.get(target[1:], target[1:]))
    if target.startswith("!"):
        return label or "@" + target[1:].partition("^")[0]
    if re.match(r"(https?|mailto|tel|slack):", target):
        return label or target
    return found[0]
