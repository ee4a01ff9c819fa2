"""The words by which a question says where to look: before a value, after it, or by themselves."""

import re
from collections.abc import Mapping

from knowledge.facets import Facet
from knowledge.function_words import FUNCTION_WORDS
from knowledge.values import Kind, Layer


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _pattern(text: str) -> re.Pattern[str]:
    """White space in the pattern stands for nothing, a blank in brackets for itself."""
    return re.compile(text, re.IGNORECASE | re.VERBOSE)


NOUNS = _words(
    """
    model models table tables view views mart marts dataset datasets dashboard dashboards report reports metric metrics
    exposure exposures source sources seed seeds snapshot snapshots node nodes
    """
)
"""What has a tag, an owner, a schema."""
THINGS = NOUNS | _words("everything anything things all what assets")
"""What is owned, where the catalog is spoken of: people own posts and dogs in what the data tells."""
LINKS = _words("that which who is are being currently all")
"""May stand between it and "owned"."""
ARTICLES = _words("the our my a an their your dbt")
POINTING = _words("the this that our my")
"""Before a noun in the singular they name one: "the orders model" is no model of the group "orders"."""
TEAM = _words("team teams group squad guys folks department dept")
NOBODY = FUNCTION_WORDS | TEAM | _words("people data company customer customers user users someone anyone nobody")
"""Words that are no part of anybody's name."""
IN = _words("in from of within under inside into")
WITH = _words("with having has have carrying carries carry")
THAT = _words("that which do does did what")
"""Before an owner who "owns"."""

GAP = re.compile(r"[\s\"'`“”‘’*]*\Z")
"""What may stand between the words of one value, or between a value and a cue."""
NOT = re.compile(
    r"\b(?:not|no|without|except|excluding|exclude|besides|outside|never|non|than|instead|ignore|ignoring|skip|skipping"
    r"|\w+n['’]t|dont|isnt|arent)\b[^.?!,;]{0,24}\Z",
    re.IGNORECASE,
)
"""Before what is not wanted."""


def _before(cue: str) -> re.Pattern[str]:
    return _pattern(rf"(?<![\w-]) (?: {cue} ) [\s\"'`“”‘’*]* (?=\w)")


def _in_the(nouns: str) -> re.Pattern[str]:
    in_the = r"(?:in|from|of|within|under|inside|by) \s+ (?:the\s+|our\s+)? (?:dbt\s+)?"
    return _before(rf"{in_the} {nouns} (?:\s+(?:called|named))? (?=\s) | {nouns} \s* [:=]")


BEFORE_VALUES: Mapping[Facet, re.Pattern[str]] = {
    "tag": _before(
        r"""tagged (?:\s+(?:as|with|by))? (?=[\s\"'`“‘])
        | (?:with|having|has|have|carrying|carry|carries|under) \s+ (?:the\s+|a\s+)? tags?
          (?:\s+(?:called|named|of))? (?=\s)
        | tags? \s* [:=]"""
    ),
    "schema": _in_the("schemas?"),
    "package": _in_the("packages?"),
    "project": _in_the("projects?"),
}
"""Firmly: "tagged finance", "in schema finance"."""
BEFORE_OWNERS = _before(
    r"""(?:owned|maintained) \s+ by | belong(?:s|ing)? \s+ to | (?:in|from|of) \s+ (?:the\s+)? dbt \s+ group
    | (?:owner|group)s? \s* [:=]"""
)
AFTER_VALUES: Mapping[str, tuple[Facet, frozenset[str]]] = {
    "tag": ("tag", WITH),
    "tags": ("tag", WITH),
    "schema": ("schema", IN),
    "package": ("package", IN),
    "project": ("project", IN),
}
"""Firmly, with one of these before: "in the finance schema"."""

_NOUN = "|".join(sorted(NOUNS, key=len, reverse=True))
POSSESSIVE = _pattern(rf"(?:['’]s|(?<=s)['’]) (?=\s+ (?:(?!and\b|or\b|in\b|of\b)[\w-]+\s+){{0,2}}? (?:{_NOUN})\b)")
""" "Ana Ruiz's models"; also "Ana's staging models"."""
OWNS = _pattern(r"\b(?: owns? | maintains? | (?:is|are)\s+responsible\s+for | looks?\s+after )\b")

LAYER_WORDS: Mapping[str, Layer] = {
    **dict.fromkeys(("staging", "stg"), "staging"),
    **dict.fromkeys(("intermediate", "int"), "intermediate"),
    **dict.fromkeys(("raw", "source", "landing", "bronze"), "raw"),
    **dict.fromkeys(("mart", "marts", "data mart", "data marts"), "mart"),
}
_LAYER = r"(?:staging|stg|intermediate|int|raw|source|landing|bronze|(?:data\s+)?marts?)"
_ALONE = r"(?:staging|stg|intermediate|(?:data\s+)?marts)"
"""Those that hardly mean anything else, even without a noun."""
_LAYER_NOUN = r"(?:dbt\s+)? (?:models?|tables?|views?|layers?|nodes?|sources?|seeds?|datasets?|data)\b"
_LAYER_NOUNS = r"(?:dbt\s+)? (?:models|tables|views|layer|nodes|sources|seeds|datasets)\b"
_ENDS = r"(?=\s* (?:[?.!,;]|\Z|(?:for|about|on|with|that)\b))"
ONLY_LAYER: tuple[re.Pattern[str], ...] = (
    _pattern(
        rf"""(?<![\w-]) (?:only|just|exclusively) \s+ (?:(?:in|from|the|use|show|our)\s+)*
        (?: (?P<layer>{_LAYER}) \s+ {_LAYER_NOUNS} | (?P<alone>{_ALONE}) {_ENDS} )"""
    ),
    _pattern(rf"(?<![\w-]) (?: (?P<layer>{_LAYER}) \s+ {_LAYER_NOUNS} | (?P<alone>{_ALONE}) ) \s+ only\b"),
)
"""Firmly."""
SOME_LAYER: tuple[re.Pattern[str], ...] = (
    _pattern(rf"(?<![\w-]) (?P<layer>{_LAYER}) \s+ {_LAYER_NOUN}"),
    _pattern(r"(?<![\w-]) (?P<layer>stg|(?:data\s+)?marts?) (?![\w-])"),
    _pattern(rf"\b(?:in|from) \s+ (?:the\s+)? (?P<layer>staging|raw) {_ENDS}"),
    # Sources in the plural, but not those of truth, traffic or revenue.
    _pattern(
        r"\A\W* (?:which|what|list|show(?:\s+me)?|find) \s+ (?:(?:all|the|our|dbt)\s+)* (?P<layer>source)s\b"
        r" (?!\s+of\b)"
    ),
)
BEGUN_LAYER = _pattern(r"\A\W* (?P<layer>staging|stg|raw|intermediate) (?=(?P<rest>(?:\s+[\w.-]+){1,3})\W*\Z)")
"""A text that is no more than "raw orders"."""

KIND_WORDS: Mapping[str, Kind] = {
    "metric": "metric",
    "dashboard": "exposure",
    "exposure": "exposure",
    "report": "exposure",
    "semantic model": "semantic_model",
    "saved query": "saved_query",
    "seed": "seed",
    "snapshot": "snapshot",
    "source": "source",
    "model": "model",
}
_KIND = r"metrics?|dashboards?|exposures?|semantic\s+models?|saved\s+quer(?:y|ies)"
_KINDS = r"metrics|dashboards|exposures|semantic\s+models|saved\s+queries|seeds|snapshots|sources|models"
_ONE_KIND = r"metric|dashboard|exposure|semantic\s+model|saved\s+query|seed|snapshot|source|model"
_BEGINS = r"""\A\W* (?:(?:please|hi|hey|hello|marty|ok)\b\W*)* (?:(?:can|could|would)\s+(?:you|i|we)\s+)?
    (?:please\s+)?
    (?: (?:show|list|find|give|get|search|look|see|tell)\b (?:\s+(?:me|us|for|up))*
      | (?:i|we)\s+(?:need|want) (?:\s+to\s+see)? | (?:i\s*['’]?a?m\s+)? looking\s+for | which | what (?:\s+are)?
      | where (?:['’]s|\s+is|\s+are|\s+(?:can|do)\s+(?:i|we)\s+find) | (?:is|are)\s+there
      | (?:do|does)\s+(?:we|you|i|anyone)\s+have
    )? \s* (?:(?:a|the)\s+list\s+of\s+)? (?:(?:all|every|any|a|an|the|our|your|some|of|only|just|dbt)\s+)*"""
_VERBS = r"show|track|measure|cover|use|contain|depend|rest"
ASKED_KIND = _pattern(
    rf"""{_BEGINS} (?P<qualifier>(?:[\w-]+\s+){{0,2}}?) (?P<kind>{_KIND}) \s+
    (?: about|on|for|around|related\s+to|regarding|concerning|covering|showing|tracking|measuring|tagged|owned|using
      | (?:(?:that|which)\s+)? (?:{_VERBS})s? | (?:(?:that|which)\s+)? are\s+(?:about|on|for|built)
      | do\s+we\s+have | should\s+i | can\s+i\s+use
    )\b"""
)
"""Firmly: what a question begins with is what it asks for."""
LISTED_KIND = _pattern(
    rf"""{_BEGINS} (?P<qualifier>(?:[\w-]+\s+){{0,2}}?)
    (?P<kind> \b(?:{_KINDS}) | (?<=\bevery\s|..\bany\s|.\beach\s) (?:{_ONE_KIND}) )
    (?: \s+ (?:(?:do|that)\s+)? (?:we|you)\s+have | \s+ (?:(?:that|which)\s+)? (?:are\s+(?:there|available)|exist)
      | \s+ available | \s+ (?:here|there)
      | \s+ (?:in|of)\s+(?:the|this|our|my|your)\s+(?:dbt\s+)?(?:project|catalog|repo|repository) )*
    (?:\W*\b(?:please|now|currently|thanks))? \W*\Z"""
)
"""Firmly, where it is all that is said: "seeds", "list all sources"."""
LISTING = _words(
    """
    show list find give get search look looking see tell need want need us every any available exist exists here please
    hi hey hello marty ok thanks could would only just currently now project projects catalog repo
    repository dbt each overview
    """
)
"""Words that ask for all that has something, besides function words and the things themselves."""
NAMED_KIND = _pattern(rf"(?<![\w-]) (?P<kind>{_KIND}|reports?) \W*\Z")
TABLES = _pattern(r"\b(?:models?|tables?|views?|marts?|datasets?|sources?|columns?|fields?)\b")
"""What is asked for instead, where a dashboard is only named."""
