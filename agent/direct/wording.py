"""A question as people type it, reduced to what is asked: no greeting, no politeness, no closing words."""

import re
import unicodedata

from rapidfuzz.distance import OSA

_QUOTES = str.maketrans({"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "´": "'", "–": "-", "—": "-"})
_EMOJI = re.compile(r":[a-z0-9_+'-]+:")
_SPELLED_OUT = (
    (re.compile(r"\b(what|who|where|how|when|which|why|that|there|it)'s(?= )", re.IGNORECASE), r"\1 is"),
    (re.compile(r"\b(what|who|where|how|when)s(?= )", re.IGNORECASE), r"\1 is"),
    (re.compile(r"\b(what|who|which|that|it)'ll(?= )", re.IGNORECASE), r"\1 will"),
    (re.compile(r"\babt(?= )", re.IGNORECASE), "about"),
    (re.compile(r"\b(?:w[au]t|wht|waht|hwat|whta)(?= )", re.IGNORECASE), "what"),
    (re.compile(r"\b(?:wich|whcih|whihc|wihch)(?= )", re.IGNORECASE), "which"),
    (re.compile(r"\bteh(?= )", re.IGNORECASE), "the"),
    (re.compile(r"\bppl(?= )", re.IGNORECASE), "people"),
    (re.compile(r"\bgonna(?= )", re.IGNORECASE), "going to"),
    (re.compile(r"\bwanna(?= )", re.IGNORECASE), "want to"),
    (
        re.compile(
            r" (?:actually|really|basically|literally|originally|ultimately|usually|normally|precisely)(?= \S)",
            re.IGNORECASE,
        ),
        "",
    ),
    (re.compile(r"\b(what|who|where|how)'re(?= )", re.IGNORECASE), r"\1 are"),
    (re.compile(r"\b(is|are|was|does|do|did)n'?t(?= )", re.IGNORECASE), r"\1"),
    (re.compile(r"\bi'm(?= )", re.IGNORECASE), "i am"),
    (
        re.compile(
            r" in (?:the|our|this) (?:dbt )?(?:project|catalog|warehouse)(?= since| last| this| today| yesterday)"
        ),
        "",
    ),
    (
        re.compile(r"\b(what|who|where|how|when|which|why) (?:exactly|actually|really|all)(?= )", re.IGNORECASE),
        r"\1",
    ),
)
_POINTED = re.compile(
    r"(?<![\w.])(\w+) ?(?:->|=>|>|→|::|/) ?(?!(?:what|who|which|where|how|when|is|are|the|does)\b)(\w+)(?![\w./])",
    re.IGNORECASE,
)
"""A table and its column as people note them: ``orders > status``."""
_ARROW = re.compile(r" ?(?:->|=>|→) ")
_COLUMN_AND_TABLE = re.compile(r"\b(?:column|field) `?(\w+)`? ?,? (?:table|model) `?(\w+)`?", re.IGNORECASE)
_WHERE_IN = re.compile(r"^where .* in (?:the|our) (?:data )?warehouse[?!. ]*$", re.IGNORECASE)
"""There the warehouse is what is asked about, not a way of ending a sentence."""
_POSSESSIVE = re.compile(r"(?<=[\w`\"])(?:'s|(?<=s)')(?= )|(?<=[\w`\"])'s$")

_OPENINGS = re.compile(
    r"""(?ix)^(?:
      (?:hi|hello|hey|hiya|yo|dear|good[ ](?:morning|afternoon|evening))
        (?:[ ](?:there|all|team|everyone|folks|guys|@?marty))? [ ]?[,!.:-]*[ ]+
    | @?marty [ ]?[,:!-][ ]* | @marty[ ]+
    | (?:please|pls|plz|so|and|ok|okay|also|then|well|but|just|actually|sorry|thanks) [ ]?[,:!.-]*[ ]+ (?!for[ ])
    | (?:i[ ](?:have|got)[ ])?(?:an?[ ]|another[ ]|one[ ])?
        (?:(?:quick|dumb|stupid|silly|small|short|basic|newbie|noob)[ ])*
        (?:(?:question|one|q|query|check)(?:[ ]?[,:!.-]+[ ]*|[ ]but[ ]) | to[ ]bother(?:[ ]you)?[ ]?[,:!.-]+[ ]*
        | question[ ](?:on|about|regarding|concerning|re)[ ])
    | (?:can|could|would|will)[ ](?:you|u|any(?:one|body)|some(?:one|body))[ ](?:please[ ]|pls[ ]|kindly[ ])?
        (?:tell|show|explain|give|remind|help)[ ](?:to[ ])?(?:me|us)[ ](?:understand[ ]|find[ ]out[ ])?(?:about[ ])?
    | (?:(?:can|could|would|will)[ ](?:you|u|any(?:one|body)|some(?:one|body))[ ](?:please[ ]|pls[ ])?)?
        (?:point|direct|refer)[ ](?:me|us)[ ](?:at|to|towards)[ ]
        (?=(?:the|who|whoever)[ ](?!right|best|docs|doc[ ]|documentation))
    | (?:can|could|would|will)[ ](?:you|u|anyone)[ ](?:please[ ]|pls[ ])?
        (?=(?:explain|describe|list|show|define|find|suggest|recommend|send|share|paste|post|print|point|link|pull
            |draw)[ ])
    | (?:do|does|did)[ ](?:you|u|any(?:one|body)|some(?:one|body))[ ](?:happen[ ]to[ ])?know[ ](?:if[ ]|whether[ ])?
    | (?:(?:can|could|would|will)[ ](?:you|u|any(?:one|body)|some(?:one|body))[ ]
        (?:please[ ]|pls[ ]|quickly[ ]|just[ ])?)?
        (?:confirm|check|verify|double[ ]check|clarify|look[ ]up|find[ ]out)[ ](?:for[ ](?:me|us)[ ])?
        (?:that[ ]|if[ ]|whether[ ]|(?=(?:who|what|which|where|how|when|the)[ ]))
    | (?:in[ ]a[ ]nutshell|in[ ]short|briefly|quickly)[ ]?,?[ ]
    | (?:(?:some(?:one|body)|a[ ]colleague)[ ](?:told[ ]me|said|says|mentioned)|(?:i|we)[ ](?:was|were)[ ]told
        |people[ ]say|apparently)[ ](?:that[ ])?
    | any(?:one|body)[ ]knows?[ ] | any[ ]idea[ ]
    | (?:(?:i|we)(?:[ ]am|[ ]are|[ ]was|[ ]were|'re)?[ ])?(?:just[ ])?
        (?:wondering|curious|trying[ ]to[ ](?:understand|find[ ]out|figure[ ]out))[ ](?:about[ ])?
    | (?:(?:i|we)(?:'d|[ ]would)?[ ])?(?:want|like|love|need)[ ]to[ ](?:know|understand|see|find[ ]out)[ ](?:about[ ])?
    | (?:(?:can|could|would|will)[ ](?:you|u|any(?:one|body)|some(?:one|body))[ ](?:please[ ])?)?
        let[ ](?:me|us)[ ]know[ ](?:if[ ]|whether[ ])?
    | (?:i[ ])?need[ ](?:some[ ])?help[ ](?:with[ ])?(?:understanding[ ])?
    | tell[ ](?:me|us)[ ](?!about[ ]|more[ ]) | remind[ ]me[ ] | explain[ ](?:to[ ])?(?:me|us)[ ]
    )"""
)
_TODAY = r"|today|this[ ]morning"
_CLOSING = r"""(?ix)(?:
      [ ,]+(?:please|pls|plz|(?:many[ ])?thanks(?:[ ](?:a[ ]lot|so[ ]much|in[ ]advance))?|thank[ ]you|thx|tia|ty
        |cheers|and|marty|right[ ]now|now|currently|at[ ]the[ ]moment
        |in[ ]a[ ]nutshell|in[ ]short|briefly|(?:is[ ](?:that|it|this)[ ])?(?:true|right|correct)
        |real[ ]quick|somewhere|asap|atm|rn|if[ ]possible|lol|out[ ]of[ ]curiosity|just[ ]curious
        |at[ ](?:any|all|every)[ ](?:depth|level)s?|(?:directly[ ]or[ ]indirectly)|transitively
        |to[ ](?:me|us)|(?:like|as[ ]if)[ ](?:i'?m|i[ ]am)[ ](?:new|five|5|a[ ]beginner)
        |in[ ](?:simple|plain)[ ](?:terms|words|english)
        |originally|ultimately|already|any[ ]?more|by[ ]now|at[ ]this[ ]point|as[ ]a[ ](?:metric|model|table|column)
        |again|btw|by[ ]the[ ]way|anyway|exactly|for[ ]me|these[ ]days|then|though|here{times}
        |in[ ](?:our|the|this)[ ](?:dbt[ ])?(?:project|catalog|warehouse|dwh|data[ ]warehouse|dbt)|in[ ]dbt
        |in[ ](?:our|the)[ ](?:data|metrics|models|marts|tables|schema|setup|company))
    | [ ]?,[ ]?(?:just[ ])?names(?:[ ]only)? | [ ?!.,;:…]+ )$"""
_CLOSINGS, _CLOSINGS_BUT_TIMES = (re.compile(_CLOSING.replace("{times}", times)) for times in (_TODAY, ""))

_QUESTION_WORDS = """
what which where when does have columns column fields field owner owners owns upstream downstream depends depend
describe explain definition meaning means mean fresh freshness healthy health tested tests status lineage feeds
feed model models table tables source sources dependencies built updated refreshed responsible maintains should
there contains contain comes from uses used using breaks break about find broken failing passing stale
deprecated computed calculated derived formula change changed changes added removed renamed dropped since yesterday
show query filter filters assume assumptions need replaces dashboard dashboards description documentation purpose
maintainer responsible calculation computation replacement successor reports affected impact schema structure
"""
VOCABULARY = frozenset(_QUESTION_WORDS.split())
_OTHER_WORDS = """
able aided added assume assumed bean beans bind bleak bread broke build buses cable cables cave chance chances charge
charged charges chat close closed code codes come cones cores cropped dean deed deeds defend deposit deprived derive
docs dogs doses dots dues effected fees feel feels feet fell filed filing filler find finds fine fined fled foes form
formulas freed fund funds fused gave goes hare hate hearth here hive homes kind lean leans lend lind linkage maintain
maintained mail mailing mans meal meals meant meat mens mess mind mode moder modes needs needy nested nests padded
pave paves rates rave report remove removes rename renamed replace replaced resort rested rests safe sailing sale sales
save scale seed seeds shop shops shot shots show shown shows shoes sing slow snow sourced stable stage staged stages
stake stale stare start state states stats style sued suing tablet tablets tale tasted tents tests texts that theme
then these they this three tied times towns trend update updates user users uses wave wealth weed were wheat while wind
woes yield yields late later rate rated lost last list lead leads load loads loaded order orders
"""
_RIGHT = frozenset(_OTHER_WORDS.split())
"""Words that are near those of questions, and nobody's slip."""
_SHORTEST_MENDED = 4
_NAME_LIKE = re.compile(r"[_.`\d]")


def tidy(question: str, *, keep_times: bool = False) -> str:
    """One line of plain words: quotes straight, greeting, politeness, emoji and closing marks gone, ``'s`` a word.

    Args: keep_times: leave "today" at the end; most questions are about now, and mean nothing by it.
    """
    text = unicodedata.normalize("NFKC", question).translate(_QUOTES)
    text = " ".join(_EMOJI.sub(" ", _without_pictures(text)).split())
    for pattern, spelled_out in _SPELLED_OUT:
        text = pattern.sub(spelled_out, text)
    text = _POINTED.sub(_dotted, text)
    text = _ARROW.sub(", ", text)
    text = _COLUMN_AND_TABLE.sub(r"\1 in \2", text)
    closings = _CLOSINGS_BUT_TIMES if keep_times else _CLOSINGS
    asked = _trimmed(text, _OPENINGS)
    if _WHERE_IN.search(asked):
        return asked.rstrip("?!. ")
    return _POSSESSIVE.sub(" 's", _trimmed(asked, closings))


def without_closing(text: str) -> str:
    """A part of a question, without the closing words that it has for itself."""
    return _trimmed(text, _CLOSINGS)


def without_opening(text: str) -> str:
    """A part of a question, without the politeness that it begins with."""
    return _trimmed(text, _OPENINGS)


def mend(text: str) -> str:
    """``text`` with slips in the words that questions are made of put right; names are left as they are."""
    return " ".join(_mended(word) for word in text.split(" "))


def _dotted(found: re.Match[str]) -> str:
    return f"{found[1]}.{found[2]}" if "_" in found[0] else found[0]


def _mended(word: str) -> str:
    lower = word.lower()
    if len(word) < _SHORTEST_MENDED or lower in VOCABULARY | _RIGHT or _NAME_LIKE.search(word):
        return word
    near = [known for known in sorted(VOCABULARY) if OSA.distance(lower, known, score_cutoff=1) <= 1]
    return near[0] if near else word


def _without_pictures(text: str) -> str:
    hidden = {"So", "Sk", "Cf", "Cc"}
    return "".join(
        " " if unicodedata.category(character) in hidden and character != "`" else character for character in text
    )


def _trimmed(text: str, pattern: re.Pattern[str]) -> str:
    """``text`` with every match at its end cut off, as long as something else is left."""
    while (shorter := pattern.sub("", text).strip()) and shorter != text:
        text = shorter
    return text
