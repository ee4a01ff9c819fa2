"""Text that others wrote (dbt descriptions, owners, test names, the model), made harmless before it is shown.

Nothing here decides how Slack or a terminal escapes: it takes out what nobody may put into an answer, which is
mentions, links and layout that imitates ours.
"""

import re
import unicodedata

_SLACK_LINK = re.compile(r"<(?:https?|mailto|tel|slack)[^<>|\s]*(?:\|([^<>]*))?>", re.IGNORECASE)
_SLACK_MENTION = re.compile(r"<[!@#][^<>|]*(?:\|([^<>]*))?>")
_HTML_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HTML_TAG = re.compile(r"</?[a-zA-Z][^<>@]*>")
_IMAGE = re.compile(r"!\[([^\[\]]*)\](?:\([^()\s]*(?:\([^()]*\)[^()]*)*(?:\s+\"[^\"]*\")?\)|\[[^\[\]]*\])")
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()]*(?:\([^()]*\)[^()]*)*\)")
_REFERENCE_LINK = re.compile(r"\[([^\[\]]+)\]\[[^\[\]]*\]")
_REFERENCE_TARGET = re.compile(r"^ {0,3}\[[^\[\]]+\]:[^\n]*$", re.MULTILINE)
_ADDRESS = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]{1,15}://|\bwww\.|\bmailto:)[^\s<>()\[\]`\"']*[^\s<>()\[\]`\"'.,;:!?]", re.IGNORECASE
)
_LOUD = re.compile(r"(?<![\w.])[@＠](?=[\w!-])")
_HEADING = re.compile(r"^ {0,3}#{1,6}\s+", re.MULTILINE)
_RULE = re.compile(r"^ {0,3}([-*_=])(?:\s*\1){2,}\s*$", re.MULTILINE)
_LAYOUT = str.maketrans(dict.fromkeys("<>[]`*~|", ""))
_KEPT_CONTROLS = "\n\t"


def one_line(text: str, *, limit: int = 100) -> str:
    """``text`` as a name in a plain line: no markup, no mention, no address, at most ``limit`` characters."""
    plain = " ".join(without_links(text).translate(_LAYOUT).split())
    return cut(_LOUD.sub("", plain), limit)


def prose(text: str, *, limit: int = 600) -> str:
    """A description as one paragraph of Markdown: inline code stays, links leave their text, lists become lines."""
    body = _RULE.sub("", _HEADING.sub("", without_links(text)))
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", body)]
    return cut(" ".join(part for part in paragraphs if part), limit)


def without_links(markdown: str) -> str:
    """``markdown`` without mentions, links, images and HTML; the text that they showed stays, code fences too."""
    text = _SLACK_MENTION.sub(lambda found: found[1] or "", without_controls(markdown))
    text = _HTML_TAG.sub("", _SLACK_LINK.sub(lambda found: found[1] or "", _HTML_COMMENT.sub("", text)))
    for pattern in (_IMAGE, _LINK, _REFERENCE_LINK):
        text = pattern.sub(r"\1", text)
    return _LOUD.sub("", _without_addresses(_REFERENCE_TARGET.sub("", text)))


def cut(text: str, limit: int) -> str:
    """``text``, or as many of its first words as fit into ``limit`` characters with an ellipsis."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    shorter = kept.rsplit(" ", 1)[0] if " " in kept[limit // 2 :] else kept
    return shorter.rstrip(" ,;:.") + "…"


def first_sentence(text: str, *, limit: int = 200) -> str:
    """The first sentence of a description, harmless, on one line."""
    plain = prose(text, limit=2000)
    found = re.search(r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)(?<!etc\.)\s+(?=[A-Z`\"(])", plain)
    return cut(plain[: found.start()] if found else plain, limit)


def _without_addresses(text: str) -> str:
    return _ADDRESS.sub("(link left out)", text)


def without_controls(text: str) -> str:
    """Without control and direction characters: they hide text, or show it in another order than it is read."""
    return "".join(
        character
        for character in text.replace("\r\n", "\n").replace("\r", "\n")
        if character in _KEPT_CONTROLS or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}
    )
