"""The names in an answer's prose, and what the words around each say of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.checker.snippets import CODE_STYLE, code_of, names_in_expression, sole_name

_BARE = re.compile(r"(?<![\w.$/@:`\\-])(?:_{1,3}(?=\w+_(?!\w)))?[^\W\d_]\w*(?:\.\w+)*(?![\w/@(\\-])")
_ESCAPED = re.compile(r"\\(?=_)|(?<=[\w`])`\.`(?=\w)")
"""What Markdown needs and a name does not: ``net\\_amount``, and the quotes in the middle of `orders`.`amount`."""
_NOUNS = (
    r"(?:models?|tables?|views?|columns?|fields?|metrics?|sources?|seeds?|snapshots?|exposures?|dashboards?|datasets?"
    r"|marts?|modelle?n?|tabellen?|spalten?|feld(?:er)?|ansicht(?:en)?|quellen?|metrik(?:en)?|kennzahl(?:en)?"
    r"|mod[eè]les?|colonn[ae]s?|champs?|m[eé]triques?|modelos?|tablas?|tabelas?|columnas?|colunas?|campos?|m[eé]tricas?"
    r"|modell[io]|tabell[ae]|kolom(?:men)?|velden|veld|bronnen)"
)
"""What is called a thing of the catalog, in a few languages."""
_NOUN_BEFORE = re.compile(rf"\b{_NOUNS}\s+(?:(?:is|are)\s+)?(?:called\s+|named\s+)?\**\"?$", re.IGNORECASE)
_NOUN_AFTER = re.compile(
    rf"\**\"?\s+(?:is\s+(?:an?|the|our)\s+(?:\w+\s+)?)?(?:dbt\s+)?{_NOUNS}\b(?!'s|\s+(?:types?|values?|names?|propert))",
    re.IGNORECASE,
)
_OTHER_NOUNS = (
    r"(?:values?|strings?|literals?|constants?|status(?:es)?|states?|codes?|options?|settings?|propert(?:y|ies)|configs?"
    r"|macros?|functions?|packages?|tests?|tags?|groups?|selectors?|commands?|flags?|hooks?|vars?|variables?|aliases"
    r"|alias|ctes?|files?|folders?|director(?:y|ies)|branch(?:es)?|environments?|databases?|schemas?|projects?|jobs?"
    r"|roles?|users?|warehouses?|materializations?)"
)
"""What else is written in code style and stands in no catalog."""
_OTHER_BEFORE = re.compile(
    rf"(?:\b{_OTHER_NOUNS}\s+(?:(?:is|are|like|of|such\s+as|called|named)\s+)?|\b(?:equals?|equal\s+to|set\s+to|marked\s+as"
    r"|tagged(?:\s+as)?|labell?ed(?:\s+as)?|=)\s*)\**\"?$",
    re.IGNORECASE,
)
_OTHER_AFTER = re.compile(rf"\**\"?\s+(?:dbt\s+)?{_OTHER_NOUNS}\b", re.IGNORECASE)
_RECKONED = re.compile(
    r"\b(?:sums?|summed|averages?|averaged|group(?:ed|s)?\s+by|sort(?:ed)?\s+by|order(?:ed)?\s+by|join(?:ed|s)?\s+on"
    r"|count\s+distinct|distinct|add\s+up|summiere|gruppiere\s+nach)\s+(?:the\s+|all\s+|up\s+)?\**$",
    re.IGNORECASE,
)
"""Right before what can only be a column."""
_LISTED_BEFORE = re.compile(r"(?:`[^`\n]{1,80}`\s*(?:\([^()]{0,40}\)\s*)?(?:,?\s*(?:and|or|und|et|y)\b|[,/])\s*)+$")
_EQUALS_BEFORE = re.compile(r"(?:=|<>|!=|\bin)\s*\(?\s*'[^`]*`\s*(?:,|\bor\b|\band\b)\s*$", re.IGNORECASE)
_AFFIRMED_AFTER = re.compile(
    r"\**\s+(?:does|has|holds?|contains?|gives?|shows?|provides?|keeps?|tells?|can)\b(?!\s*(?:n['’]t|not\b|no\b))",
    re.IGNORECASE,
)
"""Whatever stood before it, something is said of it that only what exists can do."""
_LONGEST_NAME = 200
_WITHIN = 120
"""Characters on each side of a name that are kept with it."""
_MOST_EXPRESSIONS = 300
_USED = re.compile(r"\b(?:use|using|used|from|join(?:s|ing)?|query(?:ing)?|select)\s+(?:the\s+)?\**$", re.IGNORECASE)
_CHOSEN_BEFORE = re.compile(
    r"(?:^|[.!?:,;\n]\s*|\b(?:should|would|can|please|then|just|to)\s+)use\s+(?:the\s+)?\**\"?$", re.IGNORECASE
)
_CHOSEN_AFTER = re.compile(
    r"\**\"?(?:\s*(?:[.,:;(—–]|\Z)|\s+(?:for|because|since|which|with|joined|instead|and\s+join)\b)", re.IGNORECASE
)
_DENIED_BEFORE = re.compile(
    r"""(?ix)(?:
      \b(?:there\s+(?:is|are|'s)|has|have|with|found|contains|is|are|see)\s+no\b
    | \bno\s+(?:such\s+)?(?:dbt\s+)?(?:model|table|column|source|metric|field|node|view|seed|name|entry)s?\b
    | \b(?:could|can|did|does|do|was|were|am|is|are)\s*(?:not|n't)\s+(?:able\s+to\s+)?
        (?:find|locate|see|resolve|identify|have|contain|include|know|list|exist|define|document|expose|a\b)
    | \bcannot\s+(?:find|locate|see|resolve|identify) | \bunable\s+to\s+(?:find|locate|see)
    | \black(?:s|ing)?\b | \bneither\b | \bmissing\b | \bunknown\s+(?:model|table|column|name)?
    | \b(?:keine?n?|nicht|aucune?|pas\s+d[e'’]|ning[uú]na?|no\s+(?:hay|existe|encuentro|tiene)
        |n[aã]o\s+(?:h[aá]|existe|tem)|nenhuma?|geen|nessuna?|non\s+(?:esiste|trovo|c['’]è))\b
    )[^.;:!?]{0,60}$"""
)
_DENIED_AFTER = re.compile(
    r"""(?ix)^[^.;:!?,]{0,60}?(?:
      (?:does|do|did)\s*(?:not|n't)\s+(?:exist|appear)
    | (?:is|are|was|were)\s*(?:not|n't)\s+
        (?:in|part|documented|a|an|known|present|defined|found|available|listed|there|one|something)\b
    | (?:could|can|was|were)\s*(?:not|n't)\s+(?:be\s+)?(?:found|located|resolved) | cannot\s+be\s+found
    | not\s+(?:found|in\s+the\s+catalog) | is\s+(?:unknown|missing)
    | (?:existiert|gibt\s+es|ist|steht|finde\s+ich)\s+(?:hier\s+|leider\s+)?nicht | fehlt\b | n['’](?:existe|est)\s+pas
    | no\s+(?:existe|est[aá]) | n[aã]o\s+(?:existe|est[aá]) | bestaat\s+niet | non\s+(?:esiste|è)
    )"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name in prose, with the text around it."""

    name: str
    before: str
    after: str
    code: bool
    called: bool = False
    """Called by dbt's ``ref`` or ``source``."""
    alone: bool = True
    """Not one of the names in an expression."""

    @property
    def key(self) -> tuple[object, ...]:
        """Mentions with the same key are checked once."""
        how = (self.has_noun, self.is_reckoned, self.is_claimed, self.is_chosen, self.is_denied, self.is_other)
        return self.name, self.code, self.alone, *how

    @property
    def has_noun(self) -> bool:
        """Whether it is called a model, table, column or the like."""
        return self.called or bool(_NOUN_BEFORE.search(self._before_list) or _NOUN_AFTER.match(self.after))

    @property
    def _before_list(self) -> str:
        """What stands before the list of names that it may be one of."""
        return _LISTED_BEFORE.sub("", self.before) if self.code else self.before

    @property
    def is_reckoned(self) -> bool:
        """Whether it is summed, grouped by or the like, as a column is, whatever it is called."""
        return self.code and bool(_RECKONED.search(self.before))

    @property
    def is_claimed(self) -> bool:
        """Whether it is put to use as a name."""
        return self.has_noun or self.is_reckoned or bool(_USED.search(self.before))

    @property
    def is_chosen(self) -> bool:
        """Whether it is what the asker is told to use: that is a node, whatever it is called."""
        return bool(self.code and self.alone and _CHOSEN_BEFORE.search(self.before) and _CHOSEN_AFTER.match(self.after))

    @property
    def is_other(self) -> bool:
        """Whether it is called something of which no catalog tells: a value, a macro, a tag."""
        return not self.has_noun and bool(
            _OTHER_BEFORE.search(self._before_list)
            or _EQUALS_BEFORE.search(self.before)
            or _OTHER_AFTER.match(self.after)
        )

    @property
    def is_denied(self) -> bool:
        """Whether the sentence itself says that there is no such thing."""
        if _DENIED_BEFORE.search(self.before) and not _AFFIRMED_AFTER.match(self.after):
            return True
        return bool(_DENIED_AFTER.match(self.after))


def find_mentions(text: str) -> Iterator[Mention]:
    """Every identifier in code style, and every one outside it that only an identifier would be written like."""
    text = _ESCAPED.sub(lambda found: "." if "." in found[0] else "", text)
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
    for name, called in names_in_expression(inside) if is_read else ():
        yield Mention(name=name, before=before, after=after, code=True, called=called, alone=False)


def _bare(text: str, start: int, end: int) -> Iterator[Mention]:
    for found in _BARE.finditer(text, start, end):
        name = (found[0].strip("_") if found[0].startswith("_") else found[0]).rstrip("._")
        if ("_" in name or "." in name) and len(name) <= _LONGEST_NAME:
            before, after = _around(text, found)
            yield Mention(name=name, before=before, after=after, code=False)


def _around(text: str, found: re.Match[str]) -> tuple[str, str]:
    """What stands before and after, as far as it can say anything of a name."""
    return text[max(0, found.start() - _WITHIN) : found.start()], text[found.end() :][:_WITHIN]
