"""How sentences tell how a node runs, how far its data goes and how much there is: patterns as in claim_phrases."""

from agent.reading.claim_phrases import BE, CODE, MORE, NODE, SUBJECT, THING

_IT = rf"(?:{NODE}|^it|^this {THING})"
_NOW = (
    r"(?:right now|at the moment|currently|as of (?:today|now|this \w+)|today|yesterday|last (?:night|week)"
    r"|(?:all|this) (?:morning|week|day|hour|month)|\w+ (?:minutes?|hours?|days?|weeks?) ago"
    r"|since (?:yesterday|last \w+|\w+day)|at \d{1,2}[:.]\d\d)"
)
_RUN = r"(?:dbt )?(?:runs?|builds?|refresh(?:es)?|loads?|jobs?|executions?|syncs?)"
_LOADED = r"(?:refreshed|updated|loaded|landed|synced|built|rebuilt|run|ran|touched)"
_BROKE = (
    r"(?:errored(?: out)?|crashed|crashes|broke(?: down)?|fell over|timed out|stalled|choked|got stuck|died|skipped"
    r"|failed|succeeded|completed|finished)"
)
_LATEST = r"(?:yesterday['’]s|today['’]s|last night['’]s|this morning['’]s|the (?:last|latest))"
_SPAN = (
    r"(?:an?|one|two|three|four|five|several|a few|some|about|around|\d+) (?:\w+ )?"
    r"(?:minutes?|hours?|days?|weeks?|months?)"
)
_UNTIL = r"(?:up to|through|until|till|as of) (?:and including )?(?:yesterday|today|now|this \w+|last \w+|20\d\d-)"
_ABOUT = r"(?:about |roughly |some |over |exactly |currently |now )*"
_FIGURE = r"[€$£~]?(?:\d{1,3}(?:[,.]\d{3})+|\d{3,}|\d+(?:\.\d+)? ?(?:k|million|billion|thousand|%))"
_PROMISES = r"(?:meets?|met|miss(?:es|ed)|breach(?:es|ed)|keeps|is (?:with)?in|is under)"
_MAY_BE = r"(?:(?: (?:might|may|could|should|must|would|will|can)(?: \w+ly| well)? be)|(?: (?:has|have) (?:\w+ )?been))"
_SOME = (
    r"(?: (?!for\b|to\b|of\b|where\b|with\b|from\b|what\b|that\b|which\b|as\b|on\b|in\b|by\b|per\b|the\b"
    r"|an?\b)[a-z-]+){0,3}"
)
"""A few words that lead nowhere else."""
_STATE = (
    r"(?:(?:un)?healthy|stale|fresh|broken|outdated|up[\s-]to[\s-]date|delayed|overdue|failing|red|green|dead|alive"
    r"|(?:un)?reliable|(?:un)?trustworthy|production[\s-](?:grade|ready|quality)|in (?:\w+ )?(?:health|shape)"
    r"|(?:no longer|not|well|poorly|actively) (?:supported|maintained|monitored)"
    r"|(?:un|well[\s-]|(?:fully|thoroughly|documented and) )tested|operational|in a good place"
    r"|working(?: (?:fine|well|as (?:expected|intended|it should)))?|(?:success|partial)\w* built|as fresh as \w+"
    r"|covered by (?:\w+ )?tests|waiting for (?:its|the|an?) (?:\w+ )?(?:sources?|upstream|load|run|parent))"
)
_AILMENTS = (
    r"(?:warnings?|errors?|failures?|issues?|problems?|trouble|hiccups?|alerts?|incidents?|outages?|tests"
    r"|(?:test )?coverage"
    r"|checks|SLAs?|monitors?)"
)
_WENT = (
    r"(?:went (?:through|fine|well|wrong)|came (?:through|back)|is (?:done|through)|passed|was (?:clean"
    r"|fine|ok|green|good))"
)
_ENDS = r"(?=\s*[.,;:!)]|\s*$| (?:lately|recently|and|but|so|because|since|these days|this \w+)\b)"
_TESTS = rf"(?:not_null|unique|accepted_values|relationships|uniqueness|freshness|{CODE}) (?:tests?|checks?)"

_FAULTY = r"(?:missing|duplicated?|bad|corrupt\w*|wrong|broken) (?:rows?|data|records?|values?|days?)"
_TESTS_OF = rf"tests? (?:of|on|for) (?:the )?{NODE}"

RUNNING = (
    rf"{SUBJECT}(?: data)?(?:{BE}|{_MAY_BE}){_SOME} {_STATE}{_ENDS}",
    (
        rf"{SUBJECT} (?:has|have|had|shows?|gives?|raises?|got|comes with)(?: had)?(?: (?:no|any|some|full"
        rf"|good|\w+)){{0,3}} {_AILMENTS}{_ENDS}"
    ),
    (
        rf"{SUBJECT} (?:(?:\w+ly|last) )*(?:{_WENT}|rebuilt|succeeded|warns?|{_BROKE})(?: (?:its|the|all"
        rf"|without|with|at)\b|{_ENDS})"
    ),
    rf"\b{_RUN} (?:of|for) (?:the )?{NODE} (?:(?:\w+ly) )*{_WENT}\b|\b{_TESTS_OF} {_WENT}\b",
    (
        rf"\b(?:an?|one|some|every|each|no|two) (?:tests?|checks?) (?:of|on|for) (?:the )?{NODE} (?:\w+"
        r" )?(?:warns?|fails?|pass(?:es)?|is|are)\b"
    ),
    (
        rf"{SUBJECT} (?:has|have|had)(?:n['’]t| not| never) (?:\w+ )?(?:failed|broken|crashed|missed|received"
        r"|arrived|landed|run)\b"
    ),
    (
        rf"{SUBJECT} (?:\w+ly )?(?:updates?|refreshes|reloads?|rebuilds?|validates?|syncs?|loads?|builds?)"
        r" (?:\w+ly |on |at )*(?:cleanly|fine|without)\b"
    ),
    (
        rf"{SUBJECT} (?:stopped|started|keeps|kept|began|resumed) (?:updating|failing|loading|running"
        r"|refreshing|building)\b"
    ),
    (
        r"\b(?:latest|newest|last|most recent) (?:rows?|records?|entry|entries|data|date|day) (?:in|of)"
        rf" {NODE} (?:is|are|was|were)\b"
    ),
    rf"\b(?:bug|glitch|defect|fault|error)s? (?:in|with) (?:the )?{NODE}",
    rf"{SUBJECT} (?:has|have|contains?|misses|lacks) (?:\w+ )?(?:{_FAULTY}|(?:duplicates|gaps|holes) {_NOW})",
    (
        r"\b(?:all|every|its) (?:\w+ )?(?:assertions?|expectations?|constraints?|quality gates?)"
        rf"(?: (?:on|of|for) {NODE})? (?:\w+ )?(?:holds?|pass(?:es)?|is|are|succeeds?)\b"
    ),
    (
        rf"{SUBJECT} (?:meets|passes|fulfils|satisfies) (?:all|every|its|the) (?:\w+ )?(?:gates?|checks?"
        r"|criteria|standards?|bars?)\b"
    ),
    rf"{SUBJECT}{BE}{MORE} \d+ ?% (?:complete|full|filled|healthy|fresh|green)",
    rf"\b{_RUN} (?:of|for) (?:the )?{NODE}{BE}{MORE} (?:late|delayed|stuck|running|pending|done|green|red|ok(?:ay)?)\b",
    rf"{SUBJECT}(?: data)?{BE}{MORE} (?:only |just |about |some )?{_SPAN} old\b",
    rf"\b(?:you['’]re|you are|one is) (?:\w+ly )?safe with (?:the )?{NODE}|\bvouch for (?:the )?{NODE}",
    rf"\b(?:some(?:body|one)|we|they|(?-i:[A-Z][a-z]+)) (?:just |\w+ly )?(?:broke|fixed|repaired) (?:the )?{NODE}",
    rf"(?:can|may|should) (?:(?:\w+ly|always) )*(?:rely|count|depend|bank) on (?:the )?(?:{NODE}|this {THING})(?!['’])",
    rf"(?:can|may|should|please) (?:(?:\w+ly|always) )*trust (?:the )?(?:{NODE}|this {THING})(?!['’])",
    (
        rf"(?:{_IT}|\bpipeline\b)(?: \w+){{0,4}} (?:rock[\s-]solid|like clockwork|humming|smoothly|without a hitch"
        r"|flawless(?:ly)?|bullet[\s-]?proof|battle[\s-]tested)\b"
    ),
    r"\bnever misses a beat\b",
    (
        r"\b(?:nothing|something|anything) (?:is |seems )?(?:\w+ly )?(?:wrong|broken|off|amiss) (?:with|in)"
        rf" (?:the )?{NODE}"
    ),
    (
        r"\b(?:no worries|(?:need not|needn['’]t|don['’]t (?:need to|have to)|do not) worry|no need to worry)"
        rf" about (?:the )?{NODE}"
    ),
    rf"\b(?:data|rows|records) (?:arrived|landed|came|arrives) (?:late|early|on time|too late)\b|{_IT},? it works\b",
    r"\beverything (?:looks|is|seems) (?:\w+ )?(?:good|fine|ok(?:ay)?|healthy|normal)\b",
    rf"{SUBJECT} (?:\w+ly )?{_LOADED}\b(?: \w+){{0,2}} {_NOW}",
    (
        rf"{SUBJECT}{BE}(?: (?!for\b|to\b|of\b|where\b|with\b|from\b|what\b)\w+){{0,4}} {_NOW}"
        r"(?=\s*[.,;!)]|\s*$)"
    ),
    (
        rf"{SUBJECT} (?:has|have|had|got) (?:its|their|an?) (?:\w+ )?(?:{_RUN}|update)\b"
        r"(?! (?:date|time|key|id|column)|s?tamp)"
    ),
    rf"{SUBJECT} (?:has|have)(?:n['’]t| not)? (?:\w+ )?been {_LOADED} (?:since|for|in)\b",
    (
        rf"(?:{NODE}|the data(?: in {NODE})?|^it) (?:has|holds|contains|includes|covers|goes|runs|reaches|is)"
        rf" (?:\w+ ){{0,2}}{_UNTIL}"
    ),
    rf"{SUBJECT} (?:\w+ly )?(?:lags?|trails?)(?: behind)?(?: by)?(?: {_SPAN}|\s*[.,;!])",
    rf"{SUBJECT}(?:{BE}| runs?){MORE} {_SPAN} (?:behind|late|old|stale)\b",
    (
        rf"{_IT} (?:has |have )?(?:\w+ly )?{_BROKE}"
        rf"(?=\s*[.,;!]|\s*$| (?:on|in|during|with|because|due|after|twice|again)\b| {_NOW})"
    ),
    (
        rf"{SUBJECT}{BE}{MORE} (?:(?:down|blocked|stuck|offline|unavailable|degraded)\b"
        rf"(?! (?:to|into|by the)\b)|(?:paused|skipped)(?=\s*[.,;!]|\s*$| {_NOW}))"
    ),
    rf"\b{_RUN} (?:of|for) (?:the )?{NODE}(?: \w+){{0,2}} {_BROKE}\b",
    rf"\b{_LATEST} {_RUN} (?:\w+ )?{_BROKE}\b",
    rf"\b{_TESTS} (?:\w+ly )?(?:(?:is|are|has|have) )?(?:pass|fail)(?:es|ed|ing)?\b",
    rf"\b(?:zero|no) (?:test )?(?:failures?|incidents?|outages?|alerts?)\b(?: \w+){{0,2}} (?:for|on|with|in) {NODE}",
    rf"\b(?:incident|outage|known issue|open issue)s? (?:with|on|for|in|affecting) (?:the )?{NODE}",
    rf"{_IT} {_PROMISES} (?:its |the |all |an? )*(?:SLAs?|contract|service level)\b",
    rf"{_IT} (?:has|enforces|comes with) (?:an? |its )?(?:enforced|data|dbt|model) contract\b",
    rf"{_IT} (?:has )?passed (?:CI|review|QA|all|every|its)\b",
    r"\bdata quality (?:is\b|looks|score|rating|\s*[:=])",
    r"^\W*(?:freshness|uptime|SLA|data quality|last (?:build|run|refresh|load))\s*[:=—–]",
    rf"{_IT} (?:has|had) (?:an? )?[\d.,]+ ?% (?:success|pass|failure|uptime)",
    rf"(?:{_IT} (?:has|holds|contains)|\bthere (?:are|were)) {_ABOUT}{_FIGURE} (?:rows|records|entries)\b",
    rf"\b(?:as of|right now|today|currently)\b.{{0,40}} (?:there (?:are|were)|we have|you have) {_ABOUT}{_FIGURE}",
    (
        rf"\b(?:result|answer|total|figure|sum|count) (?:is|was|came? to|comes to|would be) {_ABOUT}{_FIGURE}"
        r"(?! (?:times|rows?|columns?|digits|characters))"
    ),
)
"""How it is doing, how far its data goes, and figures: of the data a model sees nothing."""
