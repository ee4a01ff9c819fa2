"""The names in an answer's prose, and what the words around each say of it."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from agent.checker import mention_phrases as phrases
from agent.checker.set_apart import humps, set_apart
from agent.checker.snippets import CODE_STYLE, code_of, names_in_expression, sole_name

_BARE = re.compile(r"(?<![\w.$/@:`\\-])(?:_{1,3}(?=\w+_(?!\w)))?[^\W\d_]\w*(?:\.\w+)*(?![\w/@(\\-])")
_ESCAPED = re.compile(r"\\(?=_)|(?<=[\w`])`\.`(?=\w)")
"""What Markdown needs and a name does not: ``net\\_amount``, and the quotes in the middle of `orders`.`amount`."""
_WIDE = re.compile(r"[\uff01-\uff5e]+")
"""Letters as wide as Chinese ones."""
_LONGEST_NAME = 200
_MOST_EXPRESSIONS = 300
_WITHIN = 120
"""Characters on each side of a name that are kept with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name in prose, with the text around it."""

    name: str
    before: str
    after: str
    code: bool
    called: bool = False
    """Called by dbt's ``ref`` or ``source``."""
    reckoned: bool = False
    """Taken by an aggregate."""
    alone: bool = True
    """Not one of the names in an expression."""

    @property
    def key(self) -> tuple[object, ...]:
        """Mentions with the same key are checked once."""
        how = (
            self.has_noun,
            self.has_rows,
            self.is_reckoned,
            self.is_claimed,
            self.is_chosen,
            self.is_denied,
            self.is_other,
        )
        return self.name, self.code, self.alone, *how

    @property
    def has_noun(self) -> bool:
        """Whether it is called a model, table, column or the like."""
        return self.called or bool(
            phrases.NOUN_BEFORE.search(self._before_list) or phrases.NOUN_AFTER.match(self.after)
        )

    @property
    def _before_list(self) -> str:
        """What stands before the list of names that it may be one of."""
        return phrases.LISTED_BEFORE.sub("", self.before) if self.code else self.before

    @property
    def is_reckoned(self) -> bool:
        """Whether it is summed, grouped by or the like, as a column is, whatever it is called."""
        filtered = not self.alone and phrases.FILTERED.search(self.before)
        return self.reckoned or (self.code and bool(filtered or phrases.RECKONED.search(self.before)))

    @property
    def has_rows(self) -> bool:
        """Whether it is said to have rows, as tables do."""
        return self.code and self.alone and bool(phrases.ROWS_AFTER.match(self.after)) and not self.is_other

    @property
    def is_claimed(self) -> bool:
        """Whether it is put to use as a name."""
        return self.has_noun or self.has_rows or self.is_reckoned or bool(phrases.USED.search(self.before))

    @property
    def is_chosen(self) -> bool:
        """Whether it is what the asker is told to use: that is a node, whatever it is called."""
        return bool(
            self.code
            and self.alone
            and phrases.CHOSEN_BEFORE.search(self.before)
            and phrases.CHOSEN_AFTER.match(self.after)
        )

    @property
    def is_other(self) -> bool:
        """Whether it is called something of which no catalog tells: a value, a macro, a tag."""
        return not self.has_noun and bool(
            phrases.OTHER_BEFORE.search(self._before_list)
            or phrases.EQUALS_BEFORE.search(self.before)
            or phrases.OTHER_AFTER.match(self.after)
        )

    @property
    def is_denied(self) -> bool:
        """Whether the sentence itself says that there is no such thing."""
        if phrases.DENIED_BEFORE.search(self.before) and not phrases.AFFIRMED_AFTER.match(self.after):
            return True
        return bool(phrases.DENIED_AFTER.match(self.after))


def find_mentions(text: str) -> Iterator[Mention]:
    """Every identifier in code style, and every one outside it that only an identifier would be written like."""
    text = _ESCAPED.sub(lambda found: "." if "." in found[0] else "", text)
    text = _WIDE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    last = 0
    for number, span in enumerate(CODE_STYLE.finditer(text)):
        yield from _bare(text, last, span.start())
        yield from _in_code(text, span, is_read=number < _MOST_EXPRESSIONS)
        last = span.end()
    yield from _bare(text, last, len(text))


def _in_code(text: str, span: re.Match[str], *, is_read: bool) -> Iterator[Mention]:
    """The names in one snippet; ``is_read``: also when it is an expression."""
    inside, (before, after) = code_of(span).strip(), _around(text, span)
    if (name := sole_name(inside)) is not None:
        yield Mention(name=name, before=before, after=after, code=True)
        return
    for part in names_in_expression(inside) if is_read else ():
        yield Mention(
            name=part.name,
            before=before,
            after=after,
            code=True,
            called=part.is_called,
            reckoned=part.is_reckoned
            and part.name.lower() not in phrases.PLACEHOLDERS
            and len(part.name) > phrases.SHORT,
            alone=False,
        )


def _bare(text: str, start: int, end: int) -> Iterator[Mention]:
    for name, found in set_apart(text, start, end):
        before, after = _around(text, found)
        yield Mention(name=name, before=before, after=after, code=not humps(name), called=True)
    for found in _BARE.finditer(text, start, end):
        name = (found[0].strip("_") if found[0].startswith("_") else found[0]).rstrip("._")
        if ("_" in name or "." in name) and len(name) <= _LONGEST_NAME:
            before, after = _around(text, found)
            yield Mention(name=name, before=before, after=after, code=False)


def _around(text: str, found: re.Match[str]) -> tuple[str, str]:
    """What stands before and after, as far as it can say anything of a name."""
    return text[max(0, found.start() - _WITHIN) : found.start()], text[found.end() :][:_WITHIN]
