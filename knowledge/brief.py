"""The one line that stands for a description where there is no room for all of it."""

import re

_READ = 2_000
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKUP = re.compile(r"</?[A-Za-z][^>]{0,200}>|\{[%{#].{0,500}?[%}#]\}", re.DOTALL)
_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t].*$", re.MULTILINE)
_LINE_MARK = re.compile(r"^[ \t]*(?:#{1,6}|>|[-*+](?=[ \t])|\d{1,3}[.)](?=[ \t]))[ \t]*", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<![\w\\])[*_]{1,3}(?=\w)|(?<=[\w.,!?:)])[*_]{1,3}(?!\w)|[`~]+")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_END = re.compile(r"[.!?](?=\s)|[。！？]")
_ABBREVIATION = re.compile(r"(?:no|nr|vs|cf|ca|incl|approx|resp|mrs?|dr|st|inc|[a-z](?:\.[a-z])*)\.", re.IGNORECASE)


def first_sentence(markdown: str, *, longest: int = 200) -> str:
    """The first sentence of a description in plain text, on one line; a longer one is cut at a word's end.

    A heading counts only when there is nothing else.
    """
    text = _MARKUP.sub(" ", _LINK.sub(r"\1", markdown[:_READ]))
    plain = _first_paragraph(_HEADING.sub("\n", text)) or _first_paragraph(text)
    sentence = _up_to_its_end(plain)
    if len(sentence) <= longest:
        return sentence
    return sentence[: longest - 1].rsplit(" ", 1)[0].rstrip(",;:–- ") + "…"


def _first_paragraph(text: str) -> str:
    paragraphs = _BLANK_LINE.split(_LINE_MARK.sub("", text))
    return next((line for part in paragraphs if (line := " ".join(_EMPHASIS.sub("", part).split()))), "")


def _up_to_its_end(plain: str) -> str:
    for end in _END.finditer(plain):
        last_word = plain[: end.end()].rsplit(" ", 1)[-1].lstrip("(\"'")
        if not _ABBREVIATION.fullmatch(last_word):
            return plain[: end.end()]
    return plain
