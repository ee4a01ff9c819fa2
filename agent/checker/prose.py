"""The names in an answer's prose: which words in it claim to be a model or column, and whether the catalog has them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from agent.checker.jinja import VALUE, render
from agent.checker.parsing import plain_name
from agent.checker.relations import relation_of
from agent.checker.sql import check_sql
from agent.checker.vocabulary import Problem, Vocabulary, nearest
from agent.checker.words import KnownWords, is_shouted

_SPAN = re.compile(r"(?<!`)(?:(`{1,2})(?!`)(?P<code>.{1,600}?)(?<!`)\1|```(?P<line>[^`\n]{1,600})```)(?!`)", re.DOTALL)
_IDENTIFIER = re.compile(r"[^\W\d][\w$]*(?:\.[^\W\d][\w$]*)*\Z|\$[\w$]+\Z")
_BARE = re.compile(r"(?<![\w.$/@:`\\-])(?:_{1,3}(?=\w+_(?!\w)))?[^\W\d_]\w*(?:\.\w+)*(?![\w/@(\\-])")
_ESCAPED = re.compile(r"\\(?=_)|(?<=[\w`])`\.`(?=\w)")
"""What Markdown needs and a name does not: ``net\\_amount``, and the quotes in the middle of `orders`.`amount`."""
_ELEMENT = re.compile(r"\[[\d'\"*]")
"""An element of an array, which is no quoted name."""
_CLAUSE = re.compile(
    r"\s*(?:where|group\s+by|order\s+by|partition\s+by|having|qualify|from|on|using|and|or|when"
    r"|(?:(?:left|right|full|inner|outer|cross|natural)\s+)*join)\b",
    re.IGNORECASE,
)
"""How a piece of a query begins that is no expression."""
_SELECTED_FROM = "select 1 from jinja_value"
_BEFORE_CLAUSE = {
    "from": "select 1",
    "on": f"{_SELECTED_FROM} join jinja_value",
    "using": f"{_SELECTED_FROM} join jinja_value",
}
"""What makes a query of a clause, by the clause's first word."""
_COMMAND = re.compile(r"\s*dbtf?\s+\w")
_SELECTED = re.compile(r"\s(?:-s|-m|--select|--models?|--exclude)(?:\s+|=)((?:[\w.+@*:/,]+(?:\s+(?!-)|$))+)")
_GRAPH = re.compile(r"@?(?:\d*\+)?(?P<name>[^\W\d]\w*)(?:\+\d*)?\Z")
"""A node with the operators by which dbt selects what is around it."""
_CALL = re.compile(r"\b(?:ref|source)\(\s*['\"][^()]*\)")
_QUERY = re.compile(r"\s*(?:select|with)\b.+\bfrom\b|\s*select\b", re.IGNORECASE | re.DOTALL)
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
_LAYERED = re.compile(r"(?:fct|fact|dim|stg|int|mart|raw|base|src|agg|rpt|vw)_", re.IGNORECASE)
LEFT_OUT = "(a query that I left out)"
_LONGEST_NAME = 200
_MOST_EXPRESSIONS = 300
_MOST_PROBLEMS = 20
"""After so many nobody reads on: looking for what is near takes its time in a large catalog."""
_TIME_ZONE = re.compile(r"[A-Z][A-Za-z]+(?:/[A-Z]\w+){1,2}\Z")
_COMPUTED = re.compile(r"[(=<>,+*/]|::|\s-\s|\|\||\b(?:is|in|and|or|not|as|between|like|case)\b")
"""What makes a snippet an expression rather than words."""
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
    for number, span in enumerate(_SPAN.finditer(text)):
        yield from _bare(text, last, span.start())
        yield from _in_code(text, span, is_read=number < _MOST_EXPRESSIONS)
        last = span.end()
    yield from _bare(text, last, len(text))


def find_queries(text: str) -> list[str]:
    """SQL statements in code style within a line of prose."""
    codes = [span["code"] or span["line"] for span in _SPAN.finditer(text)]
    return [code for code in codes if _QUERY.match(code)]


def without_broken_queries(text: str, vocabulary: Vocabulary) -> tuple[str, list[Problem]]:
    """``text`` without the queries in code style that must not be shown, and what is wrong with them.

    A query without one of its columns means something else, in the middle of a sentence as well.
    """
    broken: list[Problem] = []

    def judged(span: re.Match[str]) -> str:
        query = span["code"] or span["line"]
        problems = check_sql(query, vocabulary) if _QUERY.match(query) else []
        found = [problem for problem in problems if problem.breaks_sql and problem.kind != "unreadable"]
        broken.extend(found)
        return LEFT_OUT if found else span[0]

    return _SPAN.sub(judged, text), broken


def check_prose(
    text: str, vocabulary: Vocabulary, known: KnownWords, own: frozenset[str] = frozenset()
) -> list[Problem]:
    """Everything that ``text`` names and the catalog does not have.

    Args: own: lower-case names that the answer's own SQL brings in: aliases and CTEs.
    """
    problems: dict[Problem, None] = {}
    for query in find_queries(text):
        for problem in check_sql(query, vocabulary):
            if problem.kind not in {"unreadable", "write"}:
                problems.setdefault(problem)
    alike = {mention.key: mention for mention in find_mentions(text)}
    for mention in alike.values():
        problem = check_mention(mention, vocabulary, known, own)
        if problem is not None:
            problems.setdefault(problem)
        if len(problems) >= _MOST_PROBLEMS:
            break
    return list(problems)


def check_mention(mention: Mention, vocabulary: Vocabulary, known: KnownWords, own: frozenset[str]) -> Problem | None:
    """What is wrong with one name; None when it is known, is no name, or is said not to exist."""
    name = mention.name
    if vocabulary.names.exact(name) or name in known or name.lower() in own:
        return None
    problem = _dotted(mention, vocabulary, known, own) if "." in name else _single(mention, vocabulary)
    return None if problem is None or mention.is_denied else problem


def _single(mention: Mention, vocabulary: Vocabulary) -> Problem | None:
    name, lower = mention.name, mention.name.lower()
    if vocabulary.columns(name) or (
        not mention.is_claimed and (lower in vocabulary.words or _is_known(lower, vocabulary))
    ):
        return None
    parts = [part for part in lower.split("__") if part]
    if len(parts) > 1 and all(
        vocabulary.columns(part) or vocabulary.names.exact(part) or "_" not in part for part in parts
    ):
        return None  # a semantic layer's path, customer__region
    if mention.is_other:
        return None
    is_constant = is_shouted(name) and not (mention.has_noun or mention.is_chosen or _LAYERED.match(name))
    is_named = mention.code and (mention.has_noun or mention.is_reckoned)
    if is_constant or not ("_" in name.strip("_") or is_named or mention.is_chosen):
        return None
    near = (*vocabulary.nearest_tables(name), *vocabulary.names.similar_columns(name))
    return Problem(kind="name", name=name, nearest=tuple(dict.fromkeys(near))[:3])


def _is_known(name: str, vocabulary: Vocabulary) -> bool:
    """Whether it is a column's name, or the plural of a name."""
    one = name.removesuffix("s")
    return (
        vocabulary.columns(name)
        or bool(vocabulary.names.exact(name))
        or (one != name and (vocabulary.columns(one) or bool(vocabulary.names.exact(one))))
    )


def _dotted(mention: Mention, vocabulary: Vocabulary, known: KnownWords, own: frozenset[str]) -> Problem | None:
    name = mention.name
    node, _, column = name.rpartition(".")
    first = node.split(".")[0]
    if vocabulary.tables(name):
        return None
    if not vocabulary.tables(node) and (mention.code or "_" in name) and _is_elsewhere(name, vocabulary):
        return None if mention.is_other else Problem(kind="name", name=name, nearest=vocabulary.nearest_tables(column))
    if not vocabulary.tables(node) and (known.is_package(first) or first.lower() in vocabulary.words):
        return None
    if not mention.code and "_" not in name and not column.islower():
        return None  # two sentences without a blank between them
    if tables := vocabulary.tables(node):
        relation = relation_of(tables)
        if column.lower() in relation.columns or (relation.open and not relation.documented_only) or column == "*":
            return None
        kind = (
            "column" if not relation.documented_only else "elsewhere" if vocabulary.columns(column) else "undocumented"
        )
        return Problem(kind=kind, name=name, within=tables[0].name, nearest=nearest(column, list(relation.columns)))
    if found := vocabulary.names.exact(node):
        nodes = [vocabulary.nodes[each.unique_id] for each in found if each.unique_id in vocabulary.nodes]
        offered = [each.name for one in nodes for each in one.columns]
        if column.lower() in {each.lower() for each in offered} or not offered:
            return None
        return Problem(kind="name", name=name, within=found[0].name, nearest=nearest(column, offered))
    if (first.lower() in own or len(first) == 1) and (vocabulary.columns(column) or column.lower() in own):
        return None
    if not mention.code and "_" not in name:
        return None  # an abbreviation, a domain, the end of a sentence
    return Problem(kind="name", name=name, nearest=vocabulary.nearest_tables(column) + vocabulary.nearest_tables(node))


def _is_elsewhere(name: str, vocabulary: Vocabulary) -> bool:
    """Whether a dotted name says that a table lies in a database, schema or source of the catalog, and none does."""
    first, *rest = name.lower().split(".")
    if first in vocabulary.places:
        return any(part not in vocabulary.words for part in rest)
    return bool(_LAYERED.match(rest[-1])) and not vocabulary.names.exact(rest[-1])


def _in_code(text: str, span: re.Match[str], *, is_read: bool) -> Iterator[Mention]:
    """The names in one snippet; ``is_read``: also when it is an expression."""
    code = span["code"] or span["line"]
    inside, before, after = code.strip(), text[max(0, span.start() - 120) : span.start()], text[span.end() :][:120]
    if _IDENTIFIER.match(plain_name(inside)) and not _ELEMENT.search(inside):
        yield Mention(name=plain_name(inside), before=before, after=after, code=True)
        return
    for name, called in _names_in_expression(inside) if is_read else ():
        yield Mention(name=name, before=before, after=after, code=True, called=called, alone=False)


def _names_in_expression(code: str) -> Iterator[tuple[str, bool]]:
    """The columns and tables in a piece of SQL or Jinja, and which are tables; nothing when it is neither."""
    if _QUERY.match(code) or len(code) > 2000 or _TIME_ZONE.match(code):
        return
    if _COMMAND.match(code) or _GRAPH.match(code):
        yield from ((name, True) for name in _selected(code))
        return
    rendered = render(_CALL.sub(lambda found: f"{{{{ {found[0]} }}}}", code) if "{{" not in code else code)
    yield from ((called.name, True) for called in (*rendered.tables.values(), *rendered.others))
    is_clause = bool(_CLAUSE.match(rendered.sql))
    if not (is_clause or _COMPUTED.search(rendered.sql)) or "--" in rendered.sql:
        return
    try:
        expression = _parse_piece(rendered.sql, is_clause=is_clause)
    except (SqlglotError, RecursionError):
        return
    for table in expression.find_all(exp.Table) if is_clause else ():
        name = plain_name(".".join(part.name for part in table.parts))
        if VALUE not in name and table.name not in rendered.tables and _IDENTIFIER.match(name):
            yield name, True
    for column in expression.find_all(exp.Column):
        name = ".".join(part.name for part in column.parts)
        if column.this.args.get("quoted") and not column.table:
            continue  # many write a text in the quotes of a name
        if VALUE not in name and column.name not in rendered.tables and _IDENTIFIER.match(name):
            yield name, False


def _parse_piece(code: str, *, is_clause: bool) -> exp.Expr:
    """A piece of a query as one that can be parsed."""
    if not is_clause:
        return sqlglot.parse_one(f"select {code}")
    word = code.split(None, 1)[0].lower()
    if word == "partition":
        return sqlglot.parse_one(f"select sum({VALUE}) over ({code})")
    if word in {"and", "or", "when"}:
        return sqlglot.parse_one(" ".join(["select", *code.split(None, 1)[1:]]))
    return sqlglot.parse_one(f"{_BEFORE_CLAUSE.get(word, _SELECTED_FROM)} {code}")


def _selected(code: str) -> Iterator[str]:
    """The nodes that one of dbt's commands, or a selector alone, calls by name."""
    if _COMMAND.match(code):
        asked = [token for found in _SELECTED.finditer(code) for token in re.split(r"[\s,]+", found[1])]
    else:
        asked = [code] if code.endswith("+") else []
    for token in asked:
        if (found := _GRAPH.match(token)) is not None:
            yield found["name"]


def _bare(text: str, start: int, end: int) -> Iterator[Mention]:
    for found in _BARE.finditer(text, start, end):
        name = (found[0].strip("_") if found[0].startswith("_") else found[0]).rstrip("._")
        if ("_" in name or "." in name) and len(name) <= _LONGEST_NAME:
            before, after = text[max(0, found.start() - 120) : found.start()], text[found.end() :][:120]
            yield Mention(name=name, before=before, after=after, code=False)
