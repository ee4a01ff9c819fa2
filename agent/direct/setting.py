"""The question alone, of words that also say why it is asked (pure)."""

import re
from collections.abc import Iterator

from agent.direct.turning import ASKING, spelled_out
from agent.direct.wording import without_closing, without_opening

_MARK = re.compile(r" ?[,.!?;:]+ | - ")
_REASON = re.compile(
    r" (?=(?:because|bc|cause|cuz|so that|otherwise|in case|as|since|so|before|but|and|while|need|needed|asking|like"
    r"|as if) (?:i|we|i'm|my|our|someone|somebody|the boss|it|them|that|this|for)\b|for (?:my|our)\b"
    r"|or (?:is|was|has|does|should|do|can|are) (?:it|i|we|that|this|they)\b)",
    re.IGNORECASE,
)
"""Where a sentence goes on with why it is asked: ``is orders fresh before I send it``."""
_WISHED = re.compile(
    r".*?(?: and|,|-|:|;|\.| so| because| but)(?: i| we)?(?: am| are)?(?: just| really)? "
    r"(?:need|want|have|trying|like|love|try) to (?:know|find out|figure out|check|understand|see|make sure|confirm) "
    r"(?:about )?(?P<asked>.+)",
    re.IGNORECASE,
)
_NO_SETTING = re.compile(
    rf"(?:and |or |also )?(?:{ASKING}|of|for(?! my | our )|in|among|from|given|with|at|on|by|per|between|considering"
    r"|assuming|if|when|during|since|until|under|including|excluding|out|calculate|count|find|list|show|give|state|name|provide|tell"
    r"|please|display|compare|identify|return|based|using|write|any)\b",
    re.IGNORECASE,
)
"""What begins so says of which things something is asked, or asks: it must not be left out."""
_ASKS = re.compile(
    rf"(?:and |so |but |also )?(?:{ASKING}|show|list|give|need (?:the|a|all)|describe|explain|anything|anybody|anyone"
    r"|any|definition|meaning)\b",
    re.IGNORECASE,
)
_FIGURES = re.compile(
    r"\b(?:vs|versus|per|average|avg|sum|compared?|breakdown|by (?:day|week|month|quarter|year|channel|country))\b",
    re.IGNORECASE,
)
"""What is said of figures."""
_BEGINS = re.compile(r"(?<=\S) (?=(?:who|whom|whose|what|which|where|when|why|how|if|whether)\b)", re.IGNORECASE)
"""Where a story may run into its question without a mark."""
_POLITE = re.compile(
    r"(?:can|could|would) (?:you|u|someone|anyone|anybody|somebody) (?:please )?help(?: me| us)?(?: out)?|help"
    r"|(?:are|is) (?:you|anyone|anybody|someone) (?:there|around|here)|do you have a (?:sec|second|minute|moment)"
    r"|how (?:are you|is it going|are things)(?: doing| today)?|what is up|is this the right (?:place|channel).*"
    r"|(?:does|do) (?:anyone|anybody|somebody|someone|you) know"
    r"|(?:can|could|would) (?:you|u|someone|anyone|anybody|somebody) (?:please )?(?:check|confirm|verify|have a look"
    r"|take a look|look into (?:it|this|that))(?: please)?",
    re.IGNORECASE,
)
"""What has the form of a question and asks nothing."""
_AFTERTHOUGHT = re.compile(
    r"(?:from|in|on|by|for|like|at|to) (?:which|what|whom)(?: \S+){0,4}"
    r"|which (?:source system|one|ones|team|table|schema|system)|(?:and )?if (?:so|not|yes).*|or (?:not|no)|yes or no"
    r"|i mean|any (?:objections?|ideas?|thoughts?|clue|hints?)|right|correct|true|thoughts|\S+ or \S+"
    r"|or (?:is|was|has|does|should|do|can|are) (?:it|i|we|that|this|they)\b.*",
    re.IGNORECASE,
)
"""What only says once more what is asked."""
_MOST_SETTING_WORDS = 24
_MOST_CLAUSES = 6


def without_setting(words: str) -> Iterator[tuple[str, str]]:
    """The question alone, of words that also say why it is asked.

    ``sorry to bother, who owns orders`` → ``who owns orders``
    ``can I trust orders? board meeting in 1h`` → ``can I trust orders``

    Returns: each with what else was said, where a name may stand that the question only points at.
    """
    if found := _WISHED.fullmatch(words):
        yield without_opening(spelled_out(found["asked"])), words[: found.start("asked")]
    yield from _parted(words)


def asking_parts(words: str) -> Iterator[tuple[str, str]]:
    """The same, and where a story runs into its question without a mark, from the first word that may begin it."""
    yield from without_setting(words)
    begin = _BEGINS.search(words)
    if begin is not None and not (_ASKS.match(words) or _FIGURES.search(words[: begin.start()])):
        yield spelled_out(words[begin.end() :]), words[: begin.start()]


def _parted(words: str) -> Iterator[tuple[str, str]]:
    """The only clause that asks, and the others; where none does, the one before the reason, or first and last."""
    clauses = [part.strip() for clause in _MARK.split(words) for part in _REASON.split(clause) if part.strip()]
    telling = [clause for clause in clauses if not _POLITE.fullmatch(clause) and not _AFTERTHOUGHT.fullmatch(clause)]
    asking = [clause for clause in telling if _ASKS.match(clause)]
    if not asking and len(clauses) > 1:
        is_asked_first = len(telling) > 1 and _REASON.match(f" {telling[1]}")
        asking = telling[:1] if is_asked_first else [*telling[:1], *telling[1:][-1:]]
    elif len(asking) > 1:
        return
    for asked in asking:
        others = [clause for clause in clauses if clause != asked]
        if others and len(telling) <= _MOST_CLAUSES and not any(_narrows(each) for each in others if each in telling):
            yield without_opening(without_closing(spelled_out(asked))), ", ".join(others)


def _narrows(clause: str) -> bool:
    """Whether it says of what something is asked, so that it must not be left out."""
    is_long = len(clause.split()) > _MOST_SETTING_WORDS
    return is_long or _NO_SETTING.match(clause) is not None or _FIGURES.search(clause) is not None
