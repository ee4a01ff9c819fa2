"""The question alone, of words that also say why it is asked (pure)."""

import re
from collections.abc import Iterator

from agent.direct.turning import ASKING, spelled_out
from agent.direct.wording import without_closing, without_opening

_MARK = re.compile(r" ?[,.!?;:]+ | - ")
_REASON = re.compile(
    r" (?=(?:because|bc|cause|cuz|so that|otherwise|in case|as|since|so|before|but|and|while|need|needed|asking|like"
    r"|as if)"
    r" (?:i|we|i'm|my|our|someone|somebody|the boss|it|them|that|this|for)\b)",
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
    rf"(?:and |or |also )?(?:{ASKING}|of|for(?! my )|in|among|from|given|with|at|on|by|per|between|considering|assuming"
    r"|if|when|during|since|until|under|including|excluding|out|calculate|count|find|list|show|give|state|name|provide|tell"
    r"|please|display|compare|identify|return|based|using|write|any)\b",
    re.IGNORECASE,
)
"""What begins so says of which things something is asked, or asks: it must not be left out."""
_ASKS = re.compile(
    rf"(?:and |so |but |also )?(?:{ASKING}|show|list|give|need (?:the|a|all)|describe|explain|anything|any|definition"
    r"|meaning)\b",
    re.IGNORECASE,
)
_STORY = re.compile(
    rf"(?:i|we|i'm|im|i'd|my|our|someone|somebody|people|sorry|new|just|trying|looking|working|the)\b.*? "
    rf"(?P<asked>(?!that\b|who\b)(?:{ASKING})\b.+)",
    re.IGNORECASE,
)
"""A story that runs into its question without a mark."""
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
    """The same, and where a story runs into its question without a mark, from each word that may begin it."""
    yield from without_setting(words)
    if (found := _STORY.fullmatch(words)) is not None:
        yield spelled_out(found["asked"]), words[: found.start("asked")]


def _parted(words: str) -> Iterator[tuple[str, str]]:
    """The only clause that asks, and the others; where none does, the one before the reason, or else the last."""
    clauses = [part.strip() for clause in _MARK.split(words) for part in _REASON.split(clause) if part.strip()]
    telling = [clause for clause in clauses if not _POLITE.fullmatch(clause)]
    asking = [clause for clause in telling if _ASKS.match(clause)]
    if not asking and len(clauses) > 1 and telling:
        asking = [telling[0] if len(telling) > 1 and _REASON.match(f" {telling[1]}") else telling[-1]]
    others = [clause for clause in clauses if clause not in asking]
    is_setting = others and not any(
        clause in telling and (_NO_SETTING.match(clause) or len(clause.split()) > _MOST_SETTING_WORDS)
        for clause in others
    )
    if len(asking) == 1 and is_setting and len(telling) <= _MOST_CLAUSES:
        yield without_opening(without_closing(spelled_out(asking[0]))), ", ".join(others)
