"""Questions turned round so that a phrase covers them: the topic first, a condition first, several in one (pure)."""

import re
from collections.abc import Iterator

from agent.direct.naming import COLUMN_NOUNS, NOUNS

ASKING = r"(?:whose|who|whom|what|which|whats|when|where|why|how|is|are|was|were|does|do|did|has|have|can|will|would)"
_POINTING = re.compile(
    r"\b(?P<its>its|their)\b|\b(?:it|(?:this|that)(?: one| thing)?|they|them|these)\b", re.IGNORECASE
)
_TOPIC_FIRST = re.compile(
    rf"(?P<topic>(?!{ASKING}\b)[^,:;?!]{{2,60}}?)(?: ?[,:;?!]+ ?| - )(?:and )?(?P<rest>{ASKING}\b.+)", re.IGNORECASE
)
_MOST_TOPIC_WORDS = 7
_PREPOSITIONS = ("of", "in", "for", "about")
"""What joins a topic to a question that does not point at it: ``orders: who is responsible``."""
_CONDITIONS_FIRST = tuple(
    re.compile(
        rf"(?:and )?(?P<condition>(?:if|when|in case|once|suppose) (?!{ASKING}\b).+?){mark}(?:then )?"
        rf"(?P<rest>(?:what|which|who|is|are|will|would|does|do|can) (?!if\b).+)",
        re.IGNORECASE,
    )
    for mark in (r"(?: ?[,:;] ?| - )", " ")
)
"""With a mark after the condition, else without."""
_SOON = (
    r" (?:tomorrow|today|tonight|soon|entirely|completely|altogether|for good"
    r"|(?:next|this|later this|in the next) (?:week|sprint|month|quarter|year|release))"
)
_PLAN_FIRST = re.compile(
    r"(?:so )?(?:(?P<who>i|we)(?:'m|m|'re| am| are|'d| would|'ll| will)? )?(?:just )?(?:about to|be|going to|gonna"
    r"|planning (?:to|on)|thinking (?:of|about)|trying to|like to|want to|wanna|need to|have to) (?P<plan>[^,:;?!.]+?)"
    rf"(?:{_SOON})?(?: ?[,:;?!.] ?| - )(?:so |and )?(?P<rest>{ASKING}\b.+)",
    re.IGNORECASE,
)
_COMPLAINT = (
    r"(?:(?:numbers|data|figures|values|rows) )?"
    r"(?:looks?|seems?|feels?|appears?|sounds?|is|are|was|were|has|have|keeps?|stopped|might|may|will|does|do|did)"
)
_STATED_FIRST = re.compile(
    rf"(?:(?:i|we)(?:'ve|'m| have| am)? )?(?:just )?(?:(?:heard|hear|think|see|saw|noticed|read)(?: that)? )?"
    rf"(?P<topic>(?!{ASKING}\b)[^,:;?!]{{2,60}}?) {_COMPLAINT} [^,:;?!]+?(?P<mark> ?[,:;?!.]+ ?| - | )(?:and |so )?"
    rf"(?P<rest>{ASKING}\b.+)",
    re.IGNORECASE,
)
"""Something said of the topic, then the question about it: ``orders looks old, when was it refreshed``."""
_POINTED_AT_LAST = re.compile(rf"(?P<topic>(?!{ASKING}\b)[^,:;?!]{{2,60}}?) (?P<rest>{ASKING} .+)", re.IGNORECASE)
"""As people speak, without a mark: ``stg orders what is that for``."""
_IN_BRACKETS = re.compile(r"(?P<name>[^()]*\S) ?\((?:(?:the|in|from|on|of) )*(?P<more>[^()]+)\)(?P<rest>[^()]*)")
_SHORT_OF_IS = re.compile(r"\b(what|who|where)s(?= )", re.IGNORECASE)
_BETWEEN = re.compile(
    rf"[?.!;]+ (?:and |also |plus )*|,? (?:and|also|plus|&)(?: also)? (?={ASKING}\b)|, (?={ASKING}\b)", re.IGNORECASE
)
_NAMES = re.compile(
    r"(?P<before>.*?)(?P<names>[^\s,]+(?: ?, ?[^\s,]+)?(?: ?,)? and [^\s,]+)(?P<after>.*)", re.IGNORECASE
)
_BETWEEN_NAMES = re.compile(r" ?,? and | ?, ?")
_BEGINS = re.compile(rf"{ASKING}\b", re.IGNORECASE)
_UNMARKED = re.compile(rf"(?<=\S) (?={ASKING}\b)", re.IGNORECASE)
_WITHIN = re.compile(r"(?:in|from|of) ", re.IGNORECASE)
_MOST_PARTS = 3
_FEWEST_WORDS = 3
"""Of a question that has no mark."""


def turn_round(words: str) -> Iterator[str]:
    """The same question with its parts in the order in which most people say them.

    ``orders, who owns it`` → ``who owns orders``
    ``what is status (orders)`` → ``what is status in orders``
    ``if we drop orders what breaks`` → ``what breaks if we drop orders``
    ``I'm about to rename orders, what is affected`` → ``what is affected if I rename orders``
    """
    if found := _IN_BRACKETS.fullmatch(words):
        between = "" if found["more"].lower() in {*NOUNS, *COLUMN_NOUNS} else " in"
        yield f"{found['name']}{between} {found['more']}{found['rest']}"
        yield f"{found['name']}{found['rest']}"
    elif found := _PLAN_FIRST.fullmatch(words):
        yield f"{spelled_out(found['rest'])} if {found['who'] or 'we'} {found['plan']}"
    elif found := next(filter(None, (pattern.fullmatch(words) for pattern in _CONDITIONS_FIRST)), None):
        yield f"{spelled_out(found['rest'])} {found['condition']}"
    elif found := _STATED_FIRST.fullmatch(words):
        yield from _about_topic(found["topic"], found["rest"], only_pointing=found["mark"] == " ")
    elif found := _TOPIC_FIRST.fullmatch(words):
        yield from _about_topic(found["topic"], found["rest"])
    elif found := _POINTED_AT_LAST.fullmatch(words):
        yield from _about_topic(found["topic"], found["rest"], only_pointing=True)


def _about_topic(topic: str, rest: str, *, only_pointing: bool = False) -> Iterator[str]:
    """The question with its topic where it points at it, or at its end."""
    topic, rest = topic.strip(), spelled_out(rest)
    if within := _WITHIN.match(topic):
        yield f"{rest} {topic}"
        topic = topic[within.end() :]
    if len(topic.split()) > _MOST_TOPIC_WORDS:
        return
    if (pointing := _POINTING.search(rest)) is not None:
        own = f"{topic} 's" if pointing["its"] else topic
        yield f"{rest[: pointing.start()]}{own}{rest[pointing.end() :]}"
    elif not only_pointing:
        yield from (f"{rest} {preposition} {topic}" for preposition in _PREPOSITIONS)


def split_questions(words: str) -> list[str]:
    """The two or three questions that are asked in one, or of two names; none when it is one, or more than that."""
    parts = [part.strip() for part in _BETWEEN.split(words)]
    if len(parts) == 1 and (found := _NAMES.fullmatch(words)):
        parts = [f"{found['before']}{name}{found['after']}" for name in _BETWEEN_NAMES.split(found["names"])]
    return [spelled_out(part) for part in parts] if 1 < len(parts) <= _MOST_PARTS and all(parts) else []


def asks_twice(words: str) -> bool:
    """Whether more than one part of it asks something: an answer to one of them would drop the other."""
    return sum(bool(_BEGINS.match(part)) for part in _BETWEEN.split(words)) > 1


def split_unmarked(words: str) -> Iterator[list[str]]:
    """The two questions that may run into one another, at each word that may begin the second.

    ``who owns orders where does it come from`` → ``who owns orders``, ``where does it come from``
    """
    for found in _UNMARKED.finditer(words):
        first, second = words[: found.start()], words[found.end() :]
        if min(len(first.split()), len(second.split())) >= _FEWEST_WORDS:
            yield [spelled_out(first), spelled_out(second)]


def spelled_out(words: str) -> str:
    """``whats`` as two words."""
    return _SHORT_OF_IS.sub(r"\1 is", words)
