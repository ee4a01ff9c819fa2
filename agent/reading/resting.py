"""Sentences of an answer that rest on SQL which was withheld: whoever reads them must see that it is not there (pure).

A sentence rests on it when it speaks of the query or of its result, or names what only the query has: columns and
tables that failed in it, names of its own. What does nothing but announce the query goes with it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from agent.checker.parsing import own_names
from agent.checker.snippets import CODE_STYLE, code_of
from agent.checker.vocabulary import Problem, Vocabulary
from agent.reading.claim_phrases import compiled
from agent.reading.sentences import GONE, following, lines_of, sentences_of_line, without_empty_heads
from agent.untrusted import folded

MARK = "(rests on the SQL that I left out)"
_NOUN = (
    r"(?:quer(?:y|ies)|sql|(?:sql |select )?statements?|select|snippets?|script|ctes?|subquer(?:y|ies)|window function)"
)
_NOT_OF_A_NODE = r"(?! (?:of|behind|that builds|which builds) (?:(?:the|this|that|our) )?(?:model )?`)"
_HANDLES = (
    r"(?:joins?|groups?|filters?|selects?|limits?|ranks?|sorts?|unions?|returns?|yields?|outputs?|produces?|buckets?"
    r"|deduplicates?)"
)
_RECKONS = (
    r"(?:sums?|counts?|aggregates?|averages?|computes?|calculates?|excludes?|orders|divides?|pulls?|gives?|takes?|uses"
    r"|reads|keeps?|works|assumes)"
)
_DID = (
    r"(?:join|sum|count|group|filter|select|aggregate|average|compute|calculate|exclude|limit|rank|sort|divide)"
    r"(?:m?ed|p?ed|t?ed|d)?"
)
_JOINED = r"(?:(?:inner|left|right|full|outer|cross|self) )"
_RESTING = compiled(
    rf"\b(?:the|this|that|these|those|my|above|below|following|same|whole|resulting) (?:\w+ ){{0,2}}?{_NOUN}\b"
    + _NOT_OF_A_NODE,
    rf"\b{_NOUN} (?:below|above|here|that follows|I (?:wrote|gave))\b",
    r"\b(?:run|execute|paste|copy|try) (?:this|it|that|these|them|the following)\b",
    r"\buse this\W*$|\b(?:as follows|see below|like (?:this|so))\W*$|\b(?:below|the following)\s*:\W*$",
    r"^\W*here(?: you (?:go|are|have it))?\W*$|^\W*(?:here(?:['’]s| is)|below is) (?:how|what|one|the|a|my)\b[^`]*$",
    r"^\W*(?:the|its) (?:final |whole )?result (?:is|has|will|shows|gives|contains|lists|tells)\b",
    r"\bthe (?:\w+ )?(?:output|result set)\b|\b(?:in|of) the result\b",
    rf"^\W*(?:this|that|it|which) (?:(?:also|then|\w+ly) )*{_HANDLES}\b",
    rf"^\W*(?:this|that) (?:(?:also|then|\w+ly) )*{_RECKONS}\b",
    (
        r"^\W*(?:this|that|it) (?:will|would|should) (?:also )?(?:give|return|show|yield|sum|count|compute"
        r"|produce|list|tell)\b"
    ),
    r"^\W*(?:note|mind) that (?:it|this)\b|\brunning (?:it|this|that)\b|\bcode (?:below|above|block)\b",
    (
        r"\b(?:I|we)(?:['’]ve| have)? (?:written|wrote|put together|prepared|drafted) (?:you )?(?:a|the|one)"
        rf" (?:\w+ )?{_NOUN}\b"
    ),
    rf"\b{_NOUN} (?:for (?:this|that|it) )?(?:follows|is below|comes next)\b",
    rf"\b(?:uses|with|by) (?:an?|the) (?:{_JOINED}(?:window function|cte|subquery|joins?)|window function)\b",
    rf"\bthe {_JOINED}?(?:join (?:is|uses|keeps|drops|on)\b|joins\b)|\bthe {_JOINED}join\b",
    r"\bthe (?:where|having|group by|order by|qualify|from|select|limit) (?:clause|condition|part|list)\b",
    r"\bthe (?:first|last|second|next) (?:line|step|column (?:is|holds|shows|gives))\b",
    r"^\W*(?:change|replace|adjust|adapt|tweak|edit|swap|modify) (?:it|the|that|this)\b",
    r"\byou(?: will|['’]ll| should| then| would)? (?:get|see|obtain)\b",
    rf"\b(?:I|we) (?:(?:also|then|only) )?{_DID} (?:`|by\b|on\b|the\b|up\b|out\b|all\b|over\b|it\b)",
    r"\b(?:die|diese[rnm]?|folgende|obige|cette|la|esta|essa|questa|de|deze|el|este) (?:\w+ )?"
    r"(?:abfrage|requ[êe]te|consulta|sentencia|query|interrogazione|sql)\b",
)
"""How sentences speak of a query, of what it does, and of what comes out of it."""
_GOES_ON = re.compile(r"\W*(?:it|this|that|they|then|each|every|one)\b", re.IGNORECASE)
"""After a sentence about the query: still about it."""
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s|\s*\||\s{0,3}(?:```|~~~)")
_WORD = re.compile(r"(?<![\w`.])[^\W\d]\w*(?:\.\w+)*")
_LAYOUT = " -*>#\t0123456789.|"
_MOST_ANNOUNCING = 12
"""Words of a sentence that may do nothing but say that a query comes."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """What is known of the SQL that is not shown. ``names``: in lower case, those that nothing but it has."""

    names: frozenset[str] = frozenset()

    def carries(self, sentence: str) -> bool:
        """Whether a sentence rests on it."""
        text = folded(sentence)
        return bool(_RESTING.search(text)) or any(name in self.names for name in _named(text))

    def marked(self, prose: str) -> str:
        """``prose`` with a mark in each sentence that rests on it, without those that only announce it."""
        lines = list(lines_of(prose))
        follows = following([line for line, _ in lines])
        kept: list[str] = []
        goes_on = False
        for (line, fenced), next_line in zip(lines, follows, strict=True):
            if fenced or not line.strip():
                kept.append(line)
                continue
            shown: list[str] = []
            for sentence in sentences_of_line(line):
                goes_on = self.carries(sentence) or (goes_on and bool(_GOES_ON.match(sentence)))
                shown.append(_shown(sentence, rests=goes_on, is_open=not _ITEM.match(next_line)))
            left = " ".join(filter(None, shown))
            kept.append(left if left.strip(_LAYOUT) or left == line else GONE)
        return re.sub(r"\n{3,}", "\n\n", "\n".join(without_empty_heads(kept))).strip()


def read_withheld(problems: Iterable[Problem], queries: Iterable[str], vocabulary: Vocabulary) -> Withheld:
    """What sentences may name of SQL that is not shown.

    Args: problems: why it is not. queries: the SQL.
    """
    failed = {each.name.lower() for each in problems if each.kind in {"table", "metric", "column"}}
    parsed = filter(None, map(vocabulary.read, queries))
    own = {name for each in parsed for name in own_names(each) if len(name) > 1 and not _is_known(name, vocabulary)}
    return Withheld(frozenset(failed | {name.rpartition(".")[2] for name in failed} | own))


def _is_known(name: str, vocabulary: Vocabulary) -> bool:
    return bool(vocabulary.names.exact(name)) or vocabulary.has_column(name)


def _named(text: str) -> Iterator[str]:
    """What a sentence names: whatever is in code style, word by word, and elsewhere what is written like a name."""
    for span in CODE_STYLE.finditer(text):
        for word in _WORD.findall(code_of(span)):
            yield from (word.lower(), word.lower().rpartition(".")[2])
    for word in _WORD.findall(CODE_STYLE.sub(" ", text)):
        if "_" in word or "." in word:
            yield from (word.lower(), word.lower().rpartition(".")[2])


def _shown(sentence: str, *, rests: bool, is_open: bool) -> str:
    """A sentence with its mark; empty when it only announces. ``is_open``: nothing stands where its colon points."""
    if rests:
        return "" if _only_announces(sentence) else _with_mark(sentence)
    return re.sub(r":([\s*_]*)$", r".\1", sentence) if is_open else sentence


def _only_announces(sentence: str) -> bool:
    """Whether a sentence says nothing but that the query comes: it names nothing, and is short or ends with a colon."""
    words = len(sentence.split())
    is_open = sentence.rstrip(" *_").endswith(":")
    begins = re.match(r"(?i)\W*(?:here|below|see|run|try|use|execute|copy|paste|the (?:query|sql)\W*$)\b", sentence)
    return "`" not in sentence and words <= _MOST_ANNOUNCING and (is_open or bool(begins))


def _with_mark(sentence: str) -> str:
    """The sentence with the mark before what ends it; in a row of a table, in its last cell."""
    end = re.search(r"[\s.:!?|*_\"')]*$", sentence)
    place = end.start() if end else len(sentence)
    closing = sentence[place:].replace(":", ".")
    opening = re.match(r"[\"')*_]*", closing)
    inside = opening[0] if opening else ""
    return f"{sentence[:place]}{inside} {MARK}{closing[len(inside) :]}"
