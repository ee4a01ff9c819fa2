"""How one sentence relates two nodes, whichever feeds the other: patterns for what stands between and before them.

They hear what edge_phrases does not: with two nodes of which neither feeds the other, nothing of it can be so.
"""

import re

_THING = (
    r"(?:models?|tables?|views?|sources?|seeds?|snapshots?|dashboards?|exposures?|metrics?|columns?"
    r"|marts?|data|rows|figures|numbers)"
)
_ADVERB = r"(?:(?:\w{1,20}ly|also|all|then|later|in turn|itself|just|in the end) ){0,2}"
_BE = r"(?:is|are|was|were|gets?|got)"
_GETS = r"(?:owes|gets|takes|draws|pulls|receives|obtains|fetches|derives|collects)"
_MADE_INTO = (
    r"(?:transformed|turned|rolled up|merged|folded|condensed|copied|collapsed|poured|piped|moved|cleaned"
    r"|shaped|refined"
    r"|combined|summari[sz]ed|aggregated)"
)
_SHOWN = r"(?:shown|displayed|visuali[sz]ed|plotted|charted|reported|surfaced|presented|rendered|drawn)"
_RECKONED = r"(?:computed|measured|calculated|evaluated|aggregated|counted|defined)"
_BASIS = (
    r"(?:raw material|basis|base|root|origin|seed|start|starting point|foundation|backbone|input|parent|ancestor"
    r"|child|descendant|offspring|successor|predecessor|upstream|downstream|source|consumer|feeder)s?"
)
_STEPS = r"(?:one|two|three|four|\d+|several|a few|some) (?:hops?|steps?|levels?|models?|layers?|nodes?|joins?)"
_PLACE = r"(?:above|below|behind|beneath|under|before|after|upstream of|downstream of|away from|from)"
_VERBS = (
    rf"{_GETS}(?: \w{{1,20}}){{1,3}} (?:from|to|out of|off)",
    rf"{_BE} (?:where|what)",
    rf"(?:{_BE} )?(?:an?|the|its|one) (?:\w{{1,20}} )?{_BASIS} (?:of|for|behind|to)",
    r"(?:has|have) (?:its|their) (?:roots?|origins?|start|beginnings?|source) in",
    r"(?:begins?|starts?|ends?|originates?) (?:with|in|at|from|as)",
    r"hangs? (?:off|from|on)|flows? (?:on )?(?:in)?to|ends up (?:as|in)|becomes?|turns into|grows out of|leads? to",
    rf"{_BE} {_ADVERB}{_MADE_INTO} (?:in)?to",
    (
        r"(?:affects?|influences?|impacts?|breaks?)|shows? up in|propagates? to|trickles? (?:down )?(?:in)?to"
        r"|cascades? (?:in)?to"
    ),
    rf"{_BE} {_ADVERB}(?:affected|influenced|broken|changed|impacted|driven|hit) by",
    r"(?:would|will|might|could) (?:break|fail|be empty|be wrong|suffer)(?: without| with| if)?",
    (
        r"(?:refs?|calls?|invokes?|wraps?|mirrors?|replicates?|snapshots?|enriches|extends|augments|cleans"
        r"|dedupes|deduplicates|filters)"
    ),
    r"(?:shows?|visuali[sz]es|displays?|plots?|charts?|presents?|reports? on|renders?|surfaces?|monitors?)",
    rf"{_BE} {_ADVERB}{_SHOWN} (?:on|in|by|through|via)",
    rf"{_BE} {_ADVERB}{_RECKONED} (?:over|on|upon|across|from|off|out of)",
    (
        r"(?:sits?|stands?|lies|rests?|builds?|is built|is layered|is stacked) (?:on|upon|on top of|over|atop"
        r"|behind|under|between)"
    ),
    rf"(?:is|are|sits?|lies|comes) {_STEPS} (?:away )?{_PLACE}",
    (
        r"(?:is|are|comes?|sits?|lies|stands?) (?:right |just |directly )?(?:above|below|behind|beneath"
        r"|upstream of|downstream of)"
    ),
    (
        r"(?:is|are) (?:made|built|put together|stitched together|composed|compiled|distilled|extracted"
        r"|harvested) (?:\w{1,20} )?(?:from|of|out of|with|by)"
    ),
)
BETWEEN = re.compile(
    rf"(?: {_THING})?,? ?(?:(?:that|which|it|and) )?{_ADVERB}(?:{'|'.join(_VERBS)})"
    rf"(?: (?:the|its|our|an?|both|all))?(?: \w{{1,20}})?(?: {_THING})? ?",
    re.IGNORECASE,
)
"""All that stands between two names."""
ASIDE = re.compile(
    r" ?\((?:built |made |derived |taken |coming |fed )?(?:from|by|via|off|out of) (?:the )?", re.IGNORECASE
)
HAS = re.compile(r" ?(?:has|have|counts|lists) (?:the )?", re.IGNORECASE)
AS_ITS = re.compile(
    rf" ?(?:as|among|for) (?:its|the|an?|one of its) (?:\w{{1,20}} )?{_BASIS}|{_BASIS}\b", re.IGNORECASE
)
"""Behind the second name, where the first one "has" it."""
BEFORE = re.compile(
    rf"(?:^|[,;:.] ?)(?:(?:right |just |directly )?(?:behind|above|below|beneath|under|upstream|downstream)"
    rf"|{_STEPS} {_PLACE}|(?:the )?(?:lineage|origin|history|story|path|trail) of"
    r"|(?:to|when) (?:build|make|create|compute|run)(?:ing)?|(?:dbt|we|the project|it) (?:\w{1,20}ly"
    r" )?(?:builds?|makes?|creates?|derives?|computes?)"
    r"|if|when(?:ever)?|once|(?:any )?changes? (?:in|to|of)|(?:an? )?(?:errors?|failures?|bugs?|delays?) (?:in|of)"
    rf"|(?:there (?:is|are) )?{_STEPS} (?:stand |lie |sit )?between)(?: the)?(?: {_THING})? ?$",
    re.IGNORECASE,
)
"""Before the first of two names."""
THEN = re.compile(
    r",? ?(?:(?:fails?|breaks?|changes?|is (?:late|stale|wrong|dropped|removed|renamed)|goes (?:down|wrong|missing)),?"
    r"(?: then)?|stands?|is|sits?|lies|comes?|begins? (?:with|in|at)|starts? (?:with|in|at)|ends? (?:with|in|at)"
    r"|leads? (?:back )?to|goes back to|from|out of|with|using|,|, (?:dbt|we|the project) (?:reads?|uses?"
    r"|needs?|runs?|takes?)"
    r"|shows? up in|propagates? (?:in)?to|reach(?:es)?|affects?|breaks?|flows? (?:in)?to|and)(?: the)? ?",
    re.IGNORECASE,
)
"""Between them then."""
ADVICE = re.compile(
    r"(?:^|[.:;!?] ?|\b(?:then|and|to|you (?:can|could|should|may|might|need to|have to)|please) )"
    r"(?:join|use|take|start|enrich|compare|count|filter|combine|look|add|select|group|sum|merge|match"
    r"|link|read|query|pick"
    r"|prefer|choose|get|pull|draw|extend|build|compute|calculate)\b|\b(?:your|this|the|a|my) query\b"
    r"|\b(?:rather|instead|unlike"
    r"|versus|vs)\b|\b(?:I|we) (?:would |should )?(?:join|take|use|compare|combine)\b",
    re.IGNORECASE,
)
"""What is told to be done in a query is no lineage."""
