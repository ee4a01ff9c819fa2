"""The question alone, of words that also say why it is asked (pure)."""

import re
from collections.abc import Iterator

from agent.direct.turning import ASKING, spelled_out
from agent.direct.wording import without_closing, without_opening

_MARK = re.compile(r" ?[,.!?;:]+ | - ")
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
    rf"(?:{ASKING}|show|list|give|need (?:the|a|all)|describe|explain|anything|any|definition|meaning)\b", re.IGNORECASE
)
_MOST_SETTING_WORDS = 14
_MOST_CLAUSES = 4


def without_setting(words: str) -> Iterator[tuple[str, str]]:
    """The question alone, of words that also say why it is asked.

    ``sorry to bother, who owns orders`` → ``who owns orders``
    ``can I trust orders? board meeting in 1h`` → ``can I trust orders``

    Returns: each with what else was said, where a name may stand that the question only points at.
    """
    if found := _WISHED.fullmatch(words):
        yield without_opening(spelled_out(found["asked"])), words[: found.start("asked")]
    clauses = [clause.strip() for clause in _MARK.split(words) if clause.strip()]
    asking = [clause for clause in clauses if _ASKS.match(clause)]
    others = [clause for clause in clauses if clause not in asking]
    is_setting = others and not any(
        _NO_SETTING.match(each) or len(each.split()) > _MOST_SETTING_WORDS for each in others
    )
    if len(asking) == 1 and is_setting and len(clauses) <= _MOST_CLAUSES:
        yield without_opening(without_closing(spelled_out(asking[0]))), others[0]
