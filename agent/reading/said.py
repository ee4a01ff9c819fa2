"""What the model wrote, taken apart: prose to show, SQL, whether it says that it has no answer.

The model's text is untrusted. Links, mentions and imitations of what only code may say are gone from the prose.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from agent.checker.parsing import parse
from agent.untrusted import without_links

REFUSAL = "NO ANSWER:"
"""The model begins with this when the catalog has no answer (prompts/system.md tells it to)."""

_FENCE = re.compile(
    r"^ {0,3}(`{3,}+|~{3,}+)[ \t]*+([\w+-]*+)[^\n]*+\n(.*?)(?:^ {0,3}\1[`~]*+[ \t]*$|\Z)", re.DOTALL | re.MULTILINE
)
_SQL_LANGUAGE_WORDS = """
sql jinja jinja2 dbt postgres postgresql snowflake bigquery duckdb tsql mysql sqlite spark redshift trino
"""
_SQL_LANGUAGES = frozenset(_SQL_LANGUAGE_WORDS.split())
_STATEMENT = re.compile(
    r"(?:--[^\n]*\n\s*|/\*.*?\*/\s*|\{[{%#].*?[}%#]\}\s*|\(\s*)*"
    r"(?:select|with|insert|update|delete|drop|create|alter|truncate|merge|grant|copy|call|explain)\b",
    re.IGNORECASE | re.DOTALL,
)
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_QUERY_LINE = re.compile(r"^(?:select|with)\b", re.IGNORECASE | re.MULTILINE)
_QUERY_BODY = re.compile(r"\bfrom\b|\bas\s*\(", re.IGNORECASE)
_GOES_ON = re.compile(
    r"\s*(?:[),]|(?:where|group\s+by|having|qualify|window|order\s+by|limit|union|intersect|except|"
    r"(?:(?:left|right|full|inner|outer|cross|natural|lateral)\s+)*join)\b)",
    re.IGNORECASE,
)
"""How a paragraph begins that belongs to the statement before it."""
_CTE = re.compile(r"\bas\s*\(", re.IGNORECASE)
_MOST_AHEAD = 20
"""Paragraphs of one text that are tried as more of a statement before them: each try takes its time."""
_WRITE_LINE = re.compile(
    r"^(?:drop\s+(?:table|view|schema|database)|delete\s+from|truncate\s+(?:table\s+)?\w|insert\s+into|update\s+[\w.\"]+\s+set|"
    r"alter\s+table|create\s+(?:or\s+replace\s+)?(?:table|view|schema)|grant\s+\w+)\b[^\n]*",
    re.IGNORECASE | re.MULTILINE,
)
_MARKS = r"[\s>*_#~✅✔☑⚠️❌🟢🟡🔴🟠•:-]*"
_LABELLED = re.compile(
    rf"^{_MARKS}(?:trust(?:\s+line)?|confidence(?:\s+level)?|verified|checked|inferred|health(?:\s+status)?|"
    rf"owner(?:s|ed\s+by)?|lineage|(?:up|down)stream(?:\s+\w+)?|fed\s+by|feeds|used\s+by|parents|children|"
    rf"depend(?:s\s+on|encies|ents)|sources?|citations?|links?){_MARKS}(?:[:=—–]|$)",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
"""Of people a model knows nothing but what it was told: whom to ask, code says."""
_VERIFIED = re.compile(rf"^{_MARKS}(?:verified|approved|certified|checked)\s+by\b|\bconfidence\s*[:=]", re.IGNORECASE)
_TRUST_WORDS = re.compile(
    r"\b(?:healthy|not healthy|unhealthy|tests?\s+pass|built|sources?\s+fresh|owner|contract|deprecated)\b",
    re.IGNORECASE,
)
_PARTING = re.compile(r"\s*[·|•∙●▪]\s*")
_TRUST_CELL = re.compile(
    r"\W*(?:(?:health|tests?|owner|freshness|trust|confidence|contract|last (?:build|run)|built|quality)(?: status)?"
    r"|un?healthy|healthy|green|red|fresh|stale|pass(?:ing|ed)?|fail(?:ing|ed)?|verified|checked|certified"
    r"|\d+ ?(?:of|/) ?\d+(?: tests?)?(?: pass\w*)?|(?:built|owner) [^|]{1,40})\W*",
    re.IGNORECASE,
)
_FEWEST_CELLS = 2
_BLANKS = re.compile(r"\s{2,}")
_SIGNS = re.compile(
    "[\u2705\u2611\u2714\u274c\u274e\u2b50\u2713\U0001f7e0-\U0001f7eb\U0001f534\U0001f535\U0001f512\U0001f6e1\U0001f3c5"
    "\U0001f947\U0001f31f\U0001f4af\U0001f197]\ufe0f?"
)
"""Ticks, coloured dots, locks and medals: what they vouch for nobody has checked."""
_SIGN_NAMES = re.compile(r"(?<![\w:`]):[a-z0-9][a-z0-9_+-]{1,40}:(?![\w:`])")
"""As Slack names them: ``:white_check_mark:``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The model's answer in parts. ``queries``: SQL in the order in which it stood."""

    prose: str
    queries: tuple[str, ...] = ()
    refused: bool = False


def read_said(text: str) -> Said:
    """Take the model's text apart."""
    prose, queries = _without_queries(text)
    refused = prose.lstrip("*_ \n").upper().startswith(REFUSAL)
    if refused:
        prose = re.sub(re.escape(REFUSAL), "", prose, count=1, flags=re.IGNORECASE)
    prose = harmless(prose)
    prose = "\n".join(line for line in prose.split("\n") if not is_imitation(line))
    return Said(prose=re.sub(r"\n{3,}", "\n\n", prose).strip(), queries=tuple(queries), refused=refused)


def statements_in(text: str) -> tuple[str, ...]:
    """The SQL of a text that should be nothing else: what its fences hold, or all of it, blank lines and all."""
    bare = text.strip()
    if not _FENCE.search(text) and _STATEMENT.match(bare):
        return (bare,)
    return tuple(_without_queries(text)[1]) or ((bare,) if bare else ())


def harmless(text: str) -> str:
    """``text`` without links, mentions, e-mail addresses and signs that vouch for something."""
    return _EMAIL.sub("(address left out)", _SIGN_NAMES.sub("", _SIGNS.sub("", without_links(text))))


def is_imitation(line: str) -> bool:
    """Whether a line says, in the place and manner of code, how far an answer can be trusted."""
    line = _BLANKS.sub(" ", line)
    if _LABELLED.match(line) or _VERIFIED.search(line):
        return True
    if sum(bool(_TRUST_CELL.fullmatch(cell)) for cell in _PARTING.split(line) if cell) >= _FEWEST_CELLS:
        return True
    return len({found.lower() for found in _TRUST_WORDS.findall(line)}) >= 2 and line.count("·") + line.count("|") >= 1


def finished_parts(text: str) -> Iterator[str]:
    """The lines and sentences of ``text`` that will not change any more while it grows, up to its first code fence."""
    fence = re.search(r"^ {0,3}(?:```|~~~)", text, re.MULTILINE)
    body = text[: fence.start()] if fence else text
    start = 0
    for end in (found.end() for found in re.finditer(r"\n+|(?<=[.!?:])[ \t]+", body)):
        part = body[start:end]
        if part.count("`") % 2 == 0:
            yield part
            start = end
    if fence and body[start:].strip():
        yield body[start:]


def _without_queries(text: str) -> tuple[str, list[str]]:
    """The prose, and the SQL that stood in it; fences of other languages stay where they are."""
    queries: list[str] = []

    def take(found: re.Match[str]) -> str:
        language, body = found[2].lower(), found[3].strip()
        if language in _SQL_LANGUAGES or (language in {"", "text", "plaintext"} and _STATEMENT.match(body)):
            queries.append(body)
            return ""
        return found[0]

    parts = _outside_fences(_FENCE.sub(take, text))
    prose = "".join(part if fenced else _take_loose(part, queries) for part, fenced in parts)
    return prose, [query for query in queries if query]


def _take_loose(text: str, queries: list[str]) -> str:
    """``text`` without the statements that stand in it as paragraphs, or ends of paragraphs, of their own."""
    kept = []
    paragraphs = deque(_PARAGRAPH.split(text))
    ahead = _MOST_AHEAD
    while paragraphs:
        paragraph = paragraphs.popleft()
        start = _QUERY_LINE.search(paragraph)
        length, looked = (
            _paragraphs_of_query(paragraph[start.start() :], islice(paragraphs, ahead)) if start else (0, 0)
        )
        ahead -= looked
        if start and length:
            rest = [paragraphs.popleft() for _ in range(length - 1)]
            queries.append("\n\n".join([paragraph[start.start() :], *rest]).strip())
            paragraph = paragraph[: start.start()]
        queries += (found[0].strip() for found in _WRITE_LINE.finditer(paragraph))
        kept.append(_WRITE_LINE.sub("", paragraph))
    return "\n\n".join(kept)


def _paragraphs_of_query(begun: str, following: Iterable[str]) -> tuple[int, int]:
    """How many paragraphs, the one where it begins included, a statement takes: CTEs like to stand apart; 0: none.

    It ends with the first paragraph that completes it, and goes on with those that only another clause begins.

    Returns: that, and how many of ``following`` were looked at.
    """
    query, looked = begun, 0
    complete = int(_reads(query))
    for paragraph in following:
        if not (_GOES_ON.match(paragraph) if complete else _is_open(query)):
            break
        query, looked = f"{query}\n\n{paragraph}", looked + 1
        if query.count("(") == query.count(")") and _reads(query):  # reading takes its time
            complete = looked + 1
    return complete, looked


def _reads(text: str) -> bool:
    return bool(_QUERY_BODY.search(text)) and parse(text.strip(), "") is not None


def _is_open(text: str) -> bool:
    """Whether more has to come: within brackets, or behind a CTE."""
    return text.count("(") > text.count(")") or _CTE.search(text) is not None


def _outside_fences(text: str) -> Iterator[tuple[str, bool]]:
    last = 0
    for fence in _FENCE.finditer(text):
        yield text[last : fence.start()], False
        yield fence[0], True
        last = fence.end()
    yield text[last:], False
