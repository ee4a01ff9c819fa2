"""How sentences tell who answers for a node, and who vouches for it or for the answer: patterns as in claim_phrases."""

from agent.reading.claim_phrases import BE, CODE, COLUMN, MORE, NODE, SUBJECT, THING

_OWNER = r"(?:owner|maintainer|steward|contact)s?"
_VOUCHED = r"(?:verified|certified|approved|endorsed|audited|vetted|blessed|guaranteed|signed)"
_SOMEBODY = rf"(?!\s*(?:an?|one|each|exactly|many|several)\b|\s*[{NODE}{COLUMN}{CODE}])"
_NAMED = r"(?-i:[A-Z][a-z]+)(?: (?-i:[A-Z][a-z]+))?"

_STOP = r"(?=\s*[.,;!)]|\s*$)"
_ASK = r"(?:reach|contact|see|consult|go to|turn to|write to|speak (?:to|with)|check with)"

_NOBODY = (
    r"(?!(?:It|This|That|These|The|Which|What|Who|Nothing|Nobody|Documentation|Description|Catalog|One"
    r"|Each|Every|Its|Here"
    r"|There|They|You|We|He|She|Dbt)\b)"
)
_SAYS = (
    r"(?:says|said|recommends?|recommended|confirms|confirmed|suggests|insists|thinks|believes|promises"
    r"|guarantees|swears"
    r"|vouches|can help|will help|knows|told)"
)
_WRITE_TO = (
    r"(?:ask|ping|contact|dm|e-?mail|message|reach(?: out to)?|talk (?:to|with)|speak (?:to|with)|check"
    r" with|write to|consult"
    r"|get in touch with)"
)
_WHO = r"(?:(?-i:[A-Z][a-z]+)(?: (?-i:[A-Z][a-z]+))?(?:['’]s team)?|the \w+ (?:team|group|squad|people|folks))"

OWNERS = (
    rf"\b{_OWNER} (?:of|for) (?:the|this|that) {THING}(?: is| are|\s*[:=—–])",
    rf"(?:{NODE}|^it|^this)(?: {THING})? belongs to {_NAMED}",
    (
        rf"\b{_NAMED}(?:['’]s (?:team|group|squad))?{BE} (?:behind|on call for|on duty for|in charge of)"
        rf" (?:the )?(?:{NODE}|it\b|this\b)"
    ),
    rf"\b(?:person|people|one|team) to (?:ask|contact|talk to|call|ping){BE}{_SOMEBODY}",
    rf"(?:^|[,;:(] ?|\band |\bmanager |\bcolleague )(?-i:{_NOBODY}[A-Z][a-z]+) {_SAYS}\b",
    rf"(?:^|[,;] )according to {_NAMED}\s*,",
    rf"\b(?:ownership|owned by|owners?|stewards?|data steward)\s*(?:[:=→—–-]|is|are)\s*{_NAMED}",
    rf"(?:^|[,;:] )(?:please |just )*(?:drop|send|give) {_NAMED} (?:a|an|some) \w+",
    rf"(?:^|[,;:] )(?:please |just )*(?:write|call|text) {_NAMED}(?=\s*[.,;!]|\s*$| (?:if|when|about|for|first)\b)",
    rf"\b(?:which|that) {_NAMED} (?:owns?|maintains?|built|wrote|manages?|runs?|looks after)\b",
    rf"\b{_WRITE_TO} {_WHO}(?=\s*[.,;!)]|\s*$| (?:for|about|if|to|or|and|with|when|first|before)\b)",
    (
        rf"{_WHO}(?: \([^()]{{1,60}}\))? (?:\w+ly )?(?:takes? care of|looks? after|is (?:the|your) (?:\w+"
        r" )?(?:contact|owner|maintainer))"
    ),
    rf"\b(?:contact|responsible) person\b.{{0,10}} {_NAMED}",
    rf"(?:{NODE}|^it|^this {THING}){BE}(?: \w+ly)? (?:written|created|made|authored|designed|invented|kept) by {_WHO}",
    (
        rf"(?:{NODE}|^it|^this {THING}) (?:sits|lies|rests|stays|is) (?:with|in the hands of|in)"
        rf" {_WHO}(?:['’]s? hands)?{_STOP}"
    ),
    (
        rf"^{_NAMED} (?:\w+ (?:and|or) )?(?:created|maintains?|owns?|built|wrote|runs?)(?: and \w+)? (?:it"
        rf"|this|that|them|{NODE})\b"
    ),
    rf"(?:{NODE}|^it|^this|^that){BE} (?-i:[A-Z][a-z]+)['’]s? (?:{THING}|baby|work|job|domain|responsibility|area)\b",
    rf"^{_NAMED} (?:\w+ly )?(?:built|wrote|created|made|designed|authored|runs|handles|covers) (?:the )?{NODE}",
    (
        rf"(?:^|[,;:] )(?:please |just )*{_ASK} {_NAMED}"
        r"(?=\s*[.,;!]|\s*$| (?:for|about|if|to|or|and|with|when)\b)"
    ),
    rf"^\W*(?:contact|cc|poc|ask|owners?|author|expert|reviewers?)\s*[:=→—–]\s*{_NAMED}",
    rf"^\W*(?:cc|poc) {_NAMED}\W*$",
    rf"\b{_NAMED}{BE} (?:your|the|our) (?:person|contact|expert|go-to|point person)\b",
    (
        rf"{SUBJECT} (?:falls?|is|sits?) (?:under|within|in) (?-i:[A-Z])\w+['’]s?"
        r" (?:remit|hands|purview|area|domain|responsibility)\b"
    ),
    (
        rf"\b(?!(?:the|an?|each|every|which|that|this|one)\b)\w+ (?:team|group|squad) (?:\w+ly )?"
        rf"(?:owns?|maintains?|manages?|looks after) (?:it|this|that|them|{NODE})\b"
    ),
    r"(?:^|[,(—–-]\s*|\band )(?:\w+ly )?(?:owned|maintained|managed) by (?-i:(?:the )?[A-Z])",
    r"[,(—–-]\s*owner\s*[:=]?\s*(?-i:[A-Z])",
    rf"^[^{COLUMN}]* is the (?:owner|maintainer|steward)(?:\s*[.,;!]|$| of (?:{NODE}|it|this)\b)",
    rf"{SUBJECT}{BE}{MORE} (?:owned|maintained|managed|looked after|stewarded|run) by\b{_SOMEBODY}",
    rf"\b{_OWNER} (?:of|for) (?:{NODE}|it|this|the {THING})(?: is| are|\s*[:=—–])",
    rf"(?:\b(?:its|their|(?:the|this) {THING}['’]s)|{NODE}['’]s?) (?:\w+ )?{_OWNER}(?: is| are|\s*[:=])",
    rf"^[^{COLUMN}]*\bowner is\b{_SOMEBODY}",
    rf"^(?!.*\bper\b).*\b(?:owns?|maintains?|manages?|looks? after) (?:the )?(?:{NODE}|this {THING})",
    rf"{SUBJECT} belongs? to (?:the )?(?:\w+ ){{1,3}}(?:team|group|squad|department|guild)\b",
    rf"\b(?:responsible|accountable|point of contact|contact person|go-to person) (?:for {NODE}|is\b|:)",
    (
        r"(?:^(?:please |just )*(?:contact|call|e-?mail|message|dm)|(?:^(?:please |just )*|(?-i:\b(?=[A-Z])))"
        r"(?:ask|ping|reach out to|talk to)) "
        r"(?-i:(?:the )?[A-Z][a-z]+(?: [A-Z][a-z]+)*)(?: team| group| people)?(?=\s*(?:[.,;!?]|$)| (?:for|about"
        r"|if|to|or|and)\b)"
    ),
    r"[,;:] (?:please |just |then )*(?:contact|e-?mail|dm|ping|reach out to|talk to) (?-i:(?:the )?[A-Z][a-z]+)",
    rf"(?-i:\b[A-Z]\w+){BE} (?:\w+ly )?in charge of (?:{NODE}|it\b|(?:this|the) {THING})",
    r"^\W*(?:in charge|maintainer|steward|responsible|reviewer|approver)\s*(?:→|[-=]>|[:=—–])",
    r"\b(?:questions?|requests?|issues|bugs?)(?: \w+){0,3} (?:go|goes|belong) to (?-i:(?:the )?[A-Z])",
    r"(?-i:\b[A-Z]\w+)(?: \w+){0,3}? (?:owns?|maintains?|manages?|looks? after) (?:it|this|them)\b",
)
"""Who answers for it, and whom to ask."""
_SEALS = r"(?:badge|stamp|label|seal|mark|star|rating|certificate|status)"
_LOOKED = r"(?:verified|checked|tested|ran|run|executed|validated|confirmed|queried|double-checked|reviewed)"

_PROVEN = r"(?:certified|verified|trusted|approved|gold[\s-]standard|vetted|audited)"
_OURS = r"(?:data|query|sql|result|numbers?|figures?|warehouse|table|rows?)"

_JUDGES = (
    r"(?:finance|legal|audit|security|the (?:\w+ )?(?:CFO|CEO|CTO|team|company|board|auditors?)"
    r"|every(?:one|body)|(?-i:[A-Z][a-z]+))"
)

APPROVALS = (
    rf"(?:{NODE}|^it|^this(?: {THING})?){BE} (?-i:[a-z]+)-(?:approved|certified|verified|audited|endorsed)\b",
    r"^\W*(?:this|it|that) is (?:\w+ )?(?:certified|verified|trusted|approved|audited) (?:data|information|numbers?)\b",
    (
        r"\byou have my word\b|^\W*guaranteed (?:correct|right|accurate|true)\b|\bI(?: have|['’]ve)?"
        r" (?:double-)?checked everything\b"
    ),
    r"^\W*(?:verified|approved|certified|reviewed|audited|endorsed)(?: (?:on|at|in) [\w-]+| today| yesterday)?\W*$",
    rf"\b(?:confirmed|approved|checked|validated|reviewed|endorsed|blessed|verified|certified|audited) by {_NAMED}",
    rf"{SUBJECT} (?:got|has|received|earned) (?:\w+ )?(?:\d|five|four) ?stars?\b",
    (
        rf"\b{_JUDGES} (?:has |have |already )?(?:approved|approves|trusts?|relies on|rely on|vetted|audited"
        rf"|cleared) (?:the )?{NODE}"
    ),
    (
        rf"{SUBJECT} (?:has |have )?(?:got|received|been given|has) (?:the |its |an? )?(?:green light|go-ahead"
        r"|approval|blessing|sign-off)\b"
    ),
    (
        rf"(?:^|\b)(?:this|the|my) (?:answer|query|sql|result|number|figure){BE}{MORE} (?:audited|right"
        r"|correct|accurate|certain)\b"
    ),
    (
        rf"{SUBJECT}{BE}{MORE} (?:officially |formally )?(?:approved|endorsed|blessed|audited"
        r"|official)\b(?=\s*[.,;!]|\s*$| by\b)"
    ),
    r"\bI(?: am|['’]m) (?:\w+ )?(?:sure|certain|confident|positive)\b|\bI (?:can )?(?:guarantee|promise|vouch|swear)\b",
    r"\bconfidence\s*[:=]|\b(?:100|99) ?% (?:right|true|sure|safe)\b",
    (
        rf"{SUBJECT} (?:carries|has|holds|wears|bears|got) (?:the |an? |our )?"
        rf"(?:gold|silver|bronze|certified|verified|quality|trust)\w* (?:\w+ )?{_SEALS}\b"
    ),
    rf"{SUBJECT}{BE}{MORE} (?:an? |the |our )?(?:\w+ )?{_PROVEN} (?:\w+ )?(?:{THING}|source)\b",
    (
        rf"^(?:this|it|the (?:answer|query|sql|number|result))(?:{BE}| (?:has|have) been){MORE} (?:double[\s-])?"
        r"(?:checked|verified|reviewed|validated|confirmed|tested|audited) (?:by|against|with)\b"
    ),
    r"\b(?-i:[A-Z])\w+ (?:team )?(?:has |have )?signed (?:this|it|that) off\b",
    (
        rf"\bI(?: have|['’]ve)? (?:just |also |already )?{_LOOKED} (?:it|this|that|them|(?:the|your|my) {_OURS})\b"
        r"(?! (?:in|against|with) the (?:catalog|project|lineage))"
    ),
    r"\bwhen I (?:ran|tested|executed|tried|checked) (?:it|this|that)\b",
    r"\btrust me\b",
    (
        rf"(?:^|\b(?:this|the|my) (?:answer|query|sql|result|reply|number)|{SUBJECT})\W*(?:{BE})?{MORE}\s*"
        r"(?:verified|approved|certified|endorsed|reviewed|signed off|audited|guaranteed|checked|blessed) by\b"
    ),
    r"\bconfidence(?: level| score)?(?: is|\s*[:=])\s*\W*(?:\d|high|full|very|verified|checked|absolute|total)",
    r"\bI(?: am|['’]m) (?:\d+ ?%|absolutely|completely|totally) (?:sure|certain|confident)\b",
    r"\b(?:100|99) ?% (?:accurate|correct|reliable|certain|verified|confiden\w+)\b",
    r"\b(?:very high|high|full|complete|absolute|total|utmost) (?:confidence|certainty|reliability)\b",
    (
        r"\b(?:reliability|certainty|trust(?: level| score)?|quality score|confidence(?: level| score)?)"
        r"(?: is|\s*(?:→|[-=]>|[:=—–]))\s*\W*"
        r"(?:\d|high|full|very|A\b|verified|checked|absolute|total|excellent|perfect)"
    ),
    r"^\W*trust (?:level|score|rating)\b",
    (
        rf"\b{_VOUCHED}(?: off)?(?: on)? "
        rf"(?:{NODE}|(?:this|the|that|my) (?:\w+ )?(?:{THING}|answer|query|sql|number|result))"
    ),
    (
        rf"^\W*{_VOUCHED}(?: off)?\b"
        rf"(?=\W*(?:by\b|answer|result|query|sql\b|{NODE}|use\b)|\s*[*_]*\s*[·|•—–:])"
    ),
    (
        rf"(?:{NODE}|\b(?:it|she|he|they|which|this)){BE}{MORE} {_VOUCHED}(?: off)?"
        r"(?=\s*(?:[.,;!?)]|$)| (?:and|by|for)\b)"
    ),
)
"""How far the answer itself can be relied on."""
