"""How sure it is that the catalog answers a question at all, from what one search returns anyway (pure).

A fused score cannot say it: it only orders what was found. What says it is how near the nearest node's text is, how
much of what was asked for the nearest nodes also say in words, and how many words no node has at all.

Source: fitted for this: logistic regression on 7,500 questions, even odds, over 61 catalogs of 1 to 18,207 nodes (seven
dbt projects; schemas of Spider and BIRD, alone and up to thirty together). Answerable were people's questions,
descriptions of exposures, two or three words, and names of columns; not answerable were other catalogs' questions,
names of columns that no node has, small talk, and subjects next to the catalog's own. The choice of signals and the
lists of words were made with all of these in sight, so on a new project expect somewhat less than the rates below.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from knowledge.words import split_words

Role = Literal["asking", "telling", "optional"]

NEAREST = 5
"""How many of the nearest nodes are looked at: with one, what is second best but says it in words is missed."""

_ASKING_WORDS = """
add aggregate all also amount amounts answer any anybody anyone anything anywhere ascending ask average avg based best
between bigger biggest bottom break breakdown calculate calculated calculation called can change changed column
columns come comes common compare compute contain contained containing contains count counted counts current currently
data database dataset datasets date dates day days dbt define defined definition descending describe description
detail details did difference different display distinct documentation does doing each earliest equal every exact
exactly exist exists explain fastest fewer fewest field fields figure figures filter find first following found get
give given gives go got greater greatest group grouped happen has have having hello help hey hi hold holds hour hours
identify include included includes including info information involved join keep keeps kept kind kinds know known
knows largest last latest least less let like list listed look looking lot lowest made main make makes many max
maximum mean meaning means measure metric metrics middle min minimum minute minutes model models month monthly months
more most much name named names need needed needs newest next none now number numbers one ones only others our out
overall past per percent percentage percentages please possible previous print provide provided put quantity quarter
quarterly query question ratio recent record recorded records related respective respectively result results return
right row rows same say schema see select shall show shows since single smallest some something sort sorted source
sources specific specify sql stands stored sum summary table tables taken tell than thanks thing things think three
time times today together top total totals track two type types under unique use used uses using usually value values
versus view vs want wants week weekly weeks well when who whole whose within without word work worth would year yearly
years yesterday zero
"""
_ASKING = frozenset(_ASKING_WORDS.split())
"""How is asked, not what about. English: other languages' words of the kind, beyond their function words, count as what
is asked for, and make it less sure where no node has them."""
_PLAIN_WORDS = """
above abroad according accordingly achieved actually added affect affects again ago alive allowed alone along
alphabetical alphabetically already among appear appears apply approximately arrive arrived aside assigned attend
attended available away back bad became become becomes becoming began begin beginning behave behaves behind being
believe belong belongs below big born bought bring brings brought building buy buys came care carried caused certain
check checked choose chosen clearly close combine combined complete concern concerns conducted confuse confused consist
consists contribute contributes correlate correlated correlates corresponding cost costs create created curious
dashboard dashboards deal decide decided decline declined declines decrease decreased depend depending depends designed
develop developed developing develops differ done down downstream drives drop dropped dropping due during earn earned
earns eight either else end ended enough especially ever everybody everyone evolve evolved evolves evolving exceed
excluding exposure exposures fall far fast fed feeds five fluctuate four fresh freshness full further gave general goes
going gone good great grow growing guess happened happens heard heavier heaviest heavy held high higher highest
hopefully how however improve improved improves increase increased increases indicate initially instead interested
issued jump jumped jumps largely larger later leave leaves leaving led left length level likely likes lineage live
lived lives living long longer longest lose lost low lower man managed mart marts matter matters maybe men mention
mentioned mentions met might mine missing moment mostly move moved moves must never nine normally notice noticed
obtained occur occurred occurs of off offer offered offers often old older oldest once open opened order ordered
otherwise over own owned owner owns package packages paid part participated pay people perform performed perhaps person
persons phone pick place placed play played plays popular possess prefer prefers produce produced properly publish
published pull pulled quite rank ranked rather reach really receive received recently released relied relies rely
remain remainder remember report reporting reports respect roughly round run said seed seeds seem seems seen sell
selling sells semantic sent serve set seven several share shared short shorter shortest shown six size slow snapshot
snapshots sold somebody someone soon speak spend spent spike spiked split splits spoken spot spotted stale stand start
state stay still stop struggle struggling such suddenly supposed sure tag tagged tags take takes tall taller taught ten
tend tends terms their though throughout told took treated trend trending trends trust trusted truth try turn twice
typical understand unit until upon upstream varies various vary visit visited visits wait way weigh weighing went
whatever whats whether win wins wished woman women won wonder wondered wondering worked working works worried worry
wrote yet young younger youngest
"""
_PLAIN = frozenset(_PLAIN_WORDS.split())
"""Words that name something where the catalog has them, and where it has not, are only how somebody puts it."""

Evidence = Mapping[str, Any] | None
"""What one search says of its question's words (knowledge/sql/search.sql); None where it found nothing at all."""

_GREETING_WORDS = """
bye cheers dear evening good greetings hello help hey hi marty morning ok okay thank thanks yo
"""
_GREETINGS = frozenset(_GREETING_WORDS.split())
_TOKEN = re.compile(r"[^\W_][\w'’.-]*")
_QUOTED = re.compile(r"""(?<!\w)"([^"\n]{1,80})"|(?<!\w)'([^'\n]{1,80})'(?!\w)|“([^”]{1,80})”|‘([^’]{1,80})’""")
_SENTENCE_ENDS = ".?!:\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word of the question that is not merely how it is asked."""

    bearers: int
    """How many nodes have it."""
    is_optional: bool = False
    """Whether it says nothing where no node has it: a value, a plain word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Borne:
    """What one hit says of the question's telling and optional words: see knowledge/sql/search.sql."""

    rarity: float
    """Sum of the rarities of those that it has."""
    score: float
    """Its BM25 score for those alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What a search says about whether it found anything."""

    nearness: float | None
    """Cosine of the nearest node's text, by the offline embedder; None for another one, whose cosines mean something
    else, and without vectors."""
    borne_out: float
    """The share of what was asked for, words weighed by rarity, that the best of the nearest nodes has; 0 to 1."""
    said: float
    """The BM25 score of the best of the nearest nodes over the highest that any node could have; 0 to 1."""
    unknown: int
    """Words asked for that no node has anywhere."""
    by_meaning: bool
    """Whether the nearest nodes are those of the vectors; else they are the first of the lexical search."""


@dataclass(frozen=True, slots=True)
class _Fit:
    intercept: float
    nearness: float
    borne_out: float
    said: float
    unknown: float
    """Per natural logarithm of one more than the unknown words."""
    threshold: float


_NEARNESS = _Fit(-12.685, 18.503, 8.772, -7.459, -2.594, 0.254)
_ORDER = _Fit(-0.475, 0, 8.456, -4.53, -2.529, 0.209)
"""Of another embedder only the order of the nodes is used."""
_WORDS = _Fit(-1.633, 0, 4.67, 1.11, -1.564, 0.212)
"""
``said`` counts against: it is highest where a node's name has the words, and where the rest of what was asked for is
unknown, that is a question about something else of a thing that is known ("the shoe size of a customer"). A question
all of whose words a node has stays far above the threshold.

Each threshold refuses 4.5 % of the answerable questions it was fitted on. On projects left out of the fit it
recognises, in per cent, by nearness, order and words: names of columns that no node has 98, 95, 93; other catalogs'
questions 87, 81, 74; small talk 90, 82, 75; an unknown column of a known thing 60, 50, 46; subjects next to the
catalog's own 84, 79, 71. It refuses 4, 3, 3 of people's answerable questions, but 12 to 18 of short ones in words
other than the catalog's.
"""


def assurance(signals: Signals) -> float:
    """The probability that the catalog answers the question, where before asking either was as likely."""
    fit = _fit(signals)
    at = fit.intercept + fit.nearness * (signals.nearness or 0) + fit.borne_out * signals.borne_out
    at += fit.said * signals.said + fit.unknown * math.log1p(signals.unknown)
    return 1 / (1 + math.exp(-at))


def is_nothing(signals: Signals) -> bool:
    """Whether to say that nothing in the catalog answers the question, rather than answer from what is nearest."""
    return assurance(signals) < _fit(signals).threshold


def role_of(word: str, values: frozenset[str]) -> Role:
    """What a word of a question, in lower case, is for.

    Args:    values: see values_in.
    """
    if word in _ASKING or (len(word) == 1 and word.isascii()) or any(letter.isdigit() for letter in word):
        return "asking"
    return "optional" if word in _PLAIN or word in values else "telling"


def is_small_talk(words: Iterable[str]) -> bool:
    """Whether words in lower case, those that only make a sentence left out, ask for nothing: "hello", "of the"."""
    return _GREETINGS.issuperset(words)


def values_in(question: str) -> frozenset[str]:
    """Words that look like values, in lower case: in quotes, or with a capital within a sentence of small letters.

    Values are in the tables and not in the catalog: that no node has them tells nothing.
    """
    quoted = (next(filter(None, found.groups())) for found in _QUOTED.finditer(question))
    tokens = list(_TOKEN.finditer(question))
    is_sentence = 2 * sum(token[0][0].islower() for token in tokens) >= len(tokens)
    named = (token[0] for token in tokens if is_sentence and _is_named(question, token.start(), token[0]))
    return frozenset(word.lower() for text in (*quoted, *named) for word in split_words(text))


def signals_of(
    words: Sequence[Word], *, nodes: int, nearest: Iterable[Borne], nearness: float | None, by_meaning: bool
) -> Signals:
    """What a search says.

    Args:    words: the telling and optional words of the question.
             nodes: of the catalog.
             nearest: the first NEAREST by vector; without vectors all that the lexical search ranks.
             nearness: the cosine of the first of them, where the offline embedder made the vectors.
    """
    asked = [word for word in words if word.bearers or not word.is_optional] or words
    total = sum(rarity(word.bearers, nodes) for word in asked)
    if not total:
        return Signals(nearness=nearness, borne_out=0.5, said=0.5, unknown=0, by_meaning=by_meaning)
    best = list(nearest)
    return Signals(
        nearness=nearness,
        borne_out=max((each.rarity for each in best), default=0) / total,
        said=max((each.score for each in best), default=0) / (2.2 * total),
        unknown=sum(not word.bearers for word in asked),
        by_meaning=by_meaning,
    )


def signals_in(evidence: Evidence, subject: Mapping[int, Role], *, knows_cosine: bool) -> Signals:
    """What the evidence of one search says.

    Args:    subject: the telling and optional words by their numbers.
             knows_cosine: whether the offline embedder made the vectors.
    """
    told = [
        Word(bearers=bearers_of(number, evidence), is_optional=role == "optional") for number, role in subject.items()
    ]
    near = (evidence or {}).get("nearest") or []
    hits = near or (evidence or {}).get("matched") or []
    return signals_of(
        told,
        nodes=int((evidence or {}).get("nodes") or 0),
        nearest=[Borne(rarity=hit["rarity"], score=hit["score"]) for hit in hits],
        nearness=1 - near[0]["distance"] if near and knows_cosine else None,
        by_meaning=bool(near),
    )


def bearers_of(number: int, evidence: Evidence) -> int:
    """How many nodes have a word of the subject."""
    bearers: Mapping[str, int] = (evidence or {}).get("bearers") or {}
    return bearers.get(str(number), 0)


def rarity(bearers: int, nodes: int) -> float:
    """The weight of a word that so many of the nodes have, as in knowledge/sql/search.sql."""
    return math.log1p((nodes - bearers + 0.5) / (bearers + 0.5))


def _fit(signals: Signals) -> _Fit:
    if not signals.by_meaning:
        return _WORDS
    return _ORDER if signals.nearness is None else _NEARNESS


def _is_named(question: str, start: int, token: str) -> bool:
    before = question[:start].rstrip()
    return token[0].isupper() and "_" not in token and bool(before) and before[-1] not in _SENTENCE_ENDS
