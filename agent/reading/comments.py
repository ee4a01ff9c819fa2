"""Comments in SQL are prose: those that link, mention or claim are taken out, the statement stays as it is (pure)."""

from collections.abc import Callable

from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError


def harmless_sql(sql: str, dialect: str, is_harmless: Callable[[str], bool]) -> str:
    """``sql`` without the comments that are not harmless, all of them judged together first."""
    try:
        tokens = Dialect.get_or_raise(dialect or None).tokenize(sql)
    except (SqlglotError, ValueError):
        return sql
    starts = [0, *(token.end + 1 for token in tokens)]
    ends = [*(token.start for token in tokens), len(sql)]
    gaps = [sql[start:end] for start, end in zip(starts, ends, strict=True)]
    together = is_harmless("\n".join(gap for gap in gaps if gap.strip()))
    kept = [gap if not gap.strip() or (together and is_harmless(gap)) else _blank(gap) for gap in gaps]
    texts = [*(sql[token.start : token.end + 1] for token in tokens), ""]
    return "".join(gap + text for gap, text in zip(kept, texts, strict=True)).strip()


def _blank(gap: str) -> str:
    return "\n" if "\n" in gap else " "
