"""How sentences claim what only code may say, as patterns: a blank in them stands for any white space.

They are matched against sentences in which names in code style have been replaced: ``NODE`` by one sign, ``COLUMN`` and
``CODE`` by others, so that "`orders` is healthy" is told from "`orders.status` is healthy when …".
"""

import re

NODE, COLUMN, CODE = "\u2460", "\u2461", "\u2462"
"""A name that is a node's; one that is a column's; anything else in code style."""
THING = r"(?:models?|tables?|views?|dashboards?|exposures?|marts?|datasets?|pipelines?|snapshots?|seeds?)"

SUBJECT = (
    rf"(?:{NODE}(?:['’]s?)?(?: (?:dbt |mart )?{THING})?|(?:^|(?<=[\s,;(]))(?:it|both|everything)|^(?:they|this"
    rf"|that|(?:the )?data)"
    rf"|(?:the|this|that|your|our|these|those|all|both) (?:\w+ )?{THING}|(?:its?|all|the|their) (?:\w+ )?sources?"
    r"|(?<=,) which)"
)
BE = (
    r"(?:(?: (?:is|are|was|were|looks?|seems?|appears?|remains?|stays?|feels?|(?:has|have) (?:\w+ly )?been)"
    r"|['’]s|['’]re)"
    r"(?:n['’]t)?)\b"
)
_ADVERB = (
    r"(?:not|no longer|now|right now|still|also|both|all|always|very|quite|known to be|to be|being|100 ?%|just"
    r"|last|well"
    r"|monitored|documented|complete|stable|live|tested|and|or|as of \w+|today|\w+ly)"
)
MORE = rf"(?:\s+{_ADVERB},?)*"
_END = (
    r"(?=\s*(?:[.,;:!?)*_·|—–]|-\s|$)| (?:and|or|but|as|since|with|for|to|in|so|because|while|now|again|today"
    r"|right|at|of"
    r"|when|whenever|every|than|enough|until|this|on)\b)"
)
_STATE = (
    r"(?:healthy|unhealthy|in (?:good|perfect|tip-top|great|excellent|fine|bad|poor|working) (?:health|shape|order"
    r"|condition|state)"
    r"|up[\s-]to[\s-]date|out[\s-]of[\s-]date|fresh|stale|outdated|overdue|late|failing|broken(?! (?:down|up"
    r"|out|into|by))"
    r"|green|red|fully tested|well[\s-]tested|reliable|unreliable|trustworthy|trusted|safe to use|production[\s-]ready"
    r"|verified|certified|approved|(?:doing )?(?:fine|great|ok(?:ay)?|well))"
)
_TIME = (
    r"(?:at \d|on \w+day\b|on \d|today|yesterday|tonight|this (?:morning|night|week|hour)|last night|just now"
    r"|\d+\s*(?:s|m|h|min|hours?|minutes?|days?|seconds?)\b"
    r"|(?:an?|one|two|three|few|several|some) (?:few )?(?:minute|hour|day|moment|second)s?"
    r"|moments|recently|successfully|without|with (?:no|an?) (?:errors?|problems?|issues?)|20\d\d-)"
)
_DET = rf"(?:all|every|each|both|most|some|none|no|any|half|its|their|the|of|\d+|one|two|three|{NODE}(?:['’]s?)?)"
_TESTS = r"(?:(?:data|dbt|schema|unit|quality|generic|singular|\w+_\w+) )*(?:tests?|checks?)"
_PASSES = r"(?:pass(?:es|ed|ing)?|fail(?:s|ed|ing)?|succeed(?:s|ed)?|green|ok(?:ay)?|clean|successful|broken|red)\b"
_WENT = r"(?:succe\w+|fail\w*|pass\w*|complete\w*|finish\w*|broke\w*|went|ran|was (?:ok|fine|clean|at|on|green))"
_FAULTS = r"(?:\w+ )?(?:issues?|problems?|failures?|errors?|failing)"

_PRAISE = r"(?:healthy|fresh|up[\s-]to[\s-]date|tested|verified)"

HEALTH = (
    rf"{NODE} (?:healthy|unhealthy)\b",
    r"^\W*all (?:is )?(?:green|good|healthy|clear)\b",
    rf"{SUBJECT}{BE}{MORE} {_STATE}{_END}",
    rf"{NODE}\s*(?:[:=(—–-]|\bstatus\b)+\s*(?:{_ADVERB} )*{_STATE}{_END}",
    (
        rf"\b(?:healthy|unhealthy|fresh|stale|up-to-date|broken|failing|verified|certified|trusted|approved)"
        rf" (?:and \w+ )?"
        rf"(?:{NODE}|model|table|view|dashboard)"
    ),
    (
        r"\b(?:health|freshness|build|tests?)(?: status| state)?(?: is| are|\s*[:=]) (?:\w+ly )?"
        r"(?:good|ok(?:ay)?|fine|great|green|healthy|fresh|perfect|bad|passing|failing|successful|100)\b"
    ),
    rf"(?:{NODE}|\bit) (?:has|have|shows?) no {_FAULTS}\b",
    rf"\bno {_FAULTS} (?:with|on|in|for) (?:{NODE}|it\b|this\b)",
    rf"\b{_PRAISE},? and {_PRAISE}\b",
    (
        r"\b(?:its|the|their|all) (?:\w+ )?(?:gates?|data|quality|pipelines?|loads?|builds?)"
        rf"{BE}{MORE} (?:green|healthy|fresh|stale|failing|passing)\b"
    ),
    (
        r"^\W*[\w /]{1,30}\s*(?:→|[-=]>|[:=])\s*\W*(?:(?:all )?(?:\w+ )?(?:green|healthy|passing|failing)"
        r"|\d+ ?(?:of|/) ?\d+(?: \w+){0,2}|\d+ (?:passing|passed|green))\W*$"
    ),
    rf"^\W*(?:{NODE}\W*)?\d+ ?/ ?\d+\W*$",
    r"\b(?:scores?|rated|rates?|rating\s*[:=]?) \W*\d+(?:[.,]\d)? ?(?:stars?\b|/|out of)",
    r"\b\d ?(?:/|out of) ?\d+ stars?\b",
)
"""How it is doing as a whole, and how fresh it is."""
TESTS = (
    r"\b\d+ ?(?:/|of|out of) ?\d+ (?:\w+ )?(?:tests?|checks?)\b(?! flag)",
    r"\b(?:tests?|checks?)\s*:\s*(?:all\b|\d+|pass|fail|ok\b|green)",
    r"^(?:the )?tests? (?:all |currently |now )?(?:pass|fail)(?:es|ed|ing)?\b(?! (?:per|by)\b)",
    rf"{NODE} (?:has|have) never (?:failed|broken)\b",
    (
        rf"(?:^|[,;:(—–]\s*|\b(?:and|but|with|while|because|since|as) |{NODE} (?:has |have |with )?)(?:{_DET}"
        rf" )+{_TESTS} "
        rf"(?:(?:on|of|for|in) (?:{NODE}|it|them|the \w+) )?"
        rf"(?:(?:are|is|have|has|were|was|do|does|all|both|currently|now|still|not|also|\w+ly|been) )*{_PASSES}"
        r"(?! (?:per|by|within|in each)\b)"
    ),
    rf"{_TESTS} (?:on|of|for) (?:{NODE}|this {THING}) (?:\w+ ){{0,3}}?{_PASSES}",
    (
        rf"(?:{SUBJECT}|\band) (?:(?:has|have|is|are) )?(?:\w+ly |now |also )*(?:pass(?:es|ed|ing)?|fail(?:s"
        rf"|ed|ing)?) "
        rf"(?:{_DET} )+{_TESTS}"
    ),
    (
        r"\b(?:has|have|with|there are|shows?) (?:no|zero|\d+|one|two|several|some) (?:failing|failed|passing|passed) "
        r"(?:tests?|checks?)\b"
    ),
)
BUILDS = (
    rf"{NODE} (?:succeeded|failed)\s*(?:[.,;!]|$)",
    rf"(?:^|[,(]\s*|\band )(?:\w+ly |just )*(?:(?:re)?built|refreshed|updated) (?:\w+ly )*{_TIME}",
    (
        rf"\b(?:last|latest|most recent|newest|today['’]s) (?:\w+ )?(?:build|run|refresh|load|execution) "
        rf"(?:\w+ly |was |has |is )*(?:{_WENT}|{_TIME})"
    ),
    rf"{SUBJECT}{BE}{MORE} (?:(?:re)?built|refreshed|updated|loaded|run|materiali[sz]ed|synced){MORE} {_TIME}",
    (
        rf"{SUBJECT} (?:\w+ly )?(?:fails?|failed|ran|builds|runs|is failing) (?:(?:to (?:build|run)|its)\b"
        rf"|{_TIME}|fine\b"
        r"|cleanly\b|\w+fully\b)"
    ),
)
DEPRECATIONS = (
    rf"{SUBJECT}{BE}{MORE} (?:(?:being )?phased out|end[\s-]of[\s-]life|on its way out|about to (?:be \w+|go))\b",
    rf"{SUBJECT}{BE}{MORE} (?:scheduled|slated|due|marked) for (?:removal|deletion|deprecation|retirement)\b",
    rf"{SUBJECT} (?:(?:will|is going to) go|goes|is going) away\b",
    rf"{SUBJECT}{BE}{MORE} (?:no longer (?:supported|maintained)|unmaintained|unsupported|dead)\b(?=\s*[.,;!]|\s*$)",
    rf"{SUBJECT} (?:will|is going to) (?:\w+ )?be (?:retired|deprecated|removed|sunset|discontinued)\b",
    rf"{SUBJECT}{BE}{MORE} (?:deprecated|retired|superseded|discontinued|obsolete|decommissioned|sunset)\b",
    rf"\b(?:deprecated|retired|obsolete) (?:{NODE}|model\b|table\b)",
    rf"{NODE}\s*[:(—–-]+\s*(?:deprecated|retired|obsolete)\b",
)
_IS = (
    r"(?:ist|sind|war|wurden?|est|sont|a été|ont été|está|están|es|son|fue|ha sido|é|são|foi|è|sono|è stat[oa]|is|zijn"
    r"|werd)"
)
_STATE_ELSEWHERE = (
    r"(?:gesund|fehlerfrei|(?:top)?aktuell|frisch|veraltet|defekt|zuverlässig|geprüft|verifiziert"
    r"|zertifiziert|freigegeben|grün"
    r"|saine?s?|à jour|fiables?|vérifiée?s?|certifiée?s?|approuvée?s?|obsolètes?|saludables?|al día|actualizad[oa]s?"
    r"|confiables?|verificad[oa]s?|certificad[oa]s?|aprobad[oa]s?|san[oa]s?|saudáve(?:l|is)|atualizad[oa]s?"
    r"|confiáve(?:l|is)|aprovad[oa]s?|aggiornat[oaie]|affidabil[ei]|verificat[oaie]|certificat[oaie]|gezond"
    r"|betrouwbaar|gecontroleerd|geverifieerd|gecertificeerd|bijgewerkt|up-to-date)"
)
_THING_ELSEWHERE = (
    rf"(?:{NODE}|\b(?:modell|tabelle|modèle|table|modelo|tabla|tabela|modello|tabella|model|tabel|es|sie|il|elle|het"
    r"|daten|données|datos|dados|dati|gegevens))"
)
_OWNER_ELSEWHERE = (
    r"(?:eigentümer(?:in)?|besitzer(?:in)?|verantwortliche?r?|ansprechpartner(?:in)?|propriétaire|responsable|dueñ[oa]"
    r"|propietari[oa]|proprietári[oa]|responsável|proprietari[oa]|eigenaar|eigenaresse|beheerder)"
)
ELSEWHERE = (
    (
        rf"{_THING_ELSEWHERE} {_IS}(?: \w+){{0,2}}? {_STATE_ELSEWHERE}"
        r"(?=\s*(?:[.,;:!?)·—–]|$)| (?:und|et|y|e|en|oder|ou|o|of|mais|pero|aber|mas|ma|maar)\b)"
    ),
    (
        r"\b(?:alle|sämtliche|tous les|toutes les|todos los|todas las|todos os|todas as|tutti i|tutte le)"
        r" (?:\d+ )?(?:\w+-?)?(?:tests?|testes|prüfungen|checks|pruebas|contrôles|controlli)\b(?: \w+){0,3}? "
        r"(?:bestanden|bestehen|grün|erfolgreich|laufen|passent|réussi\w*|verts?|pasan|pasaron|pasado|verdes?|passam"
        r"|passaram|passano|superati|slagen|geslaagd|groen|ok)\b"
    ),
    (
        r"\b\d+ (?:von|sur|de|di|van)(?: los| las| den| les)? \d+ (?:\w+-?)?"
        r"(?:tests?|testes|prüfungen|pruebas|controlli)\b"
    ),
    (
        rf"\b{_OWNER_ELSEWHERE}(?: (?:von|de|del|du|di|van) (?:{NODE}|\w+ \w+))?\s*(?: {_IS}|[:=—–])\s*"
        r"(?-i:(?:\w+ )?[A-Z])"
    ),
    rf"{NODE} (?:gehört|appartient|pertenece|pertence|appartiene)\b",
    (
        r"(?:^|[,;:] )\W*(?:wende dich an|fragt? bitte|frag|contactez|contacte|demandez à|contacta a|pregunta a"
        r"|fale com|contatta|chiedi a|neem contact op met|vraag) (?-i:(?:\w+ )?[A-Z][a-z]+)"
    ),
    (
        rf"{_THING_ELSEWHERE} {_IS} (?:(?!(?:aus|auf|su|op|uit)\b)[^\W{NODE}{COLUMN}{CODE}][\w:]* ){{0,5}}?"
        r"(?:(?:neu )?gebaut|aktualisiert|construite?|actualisée?"
        r"|mise? à jour|construid[oa]|actualizad[oa]|construíd[oa]|atualizad[oa]|costruit[oa]|aggiornat[oa]|gebouwd"
        r"|bijgewerkt)\b(?! (?:à partir|a partir|sur|depuis|avec|desde|sobre|con|da|dal|dalla|su|op|uit|met|aus"
        r"|auf|mit)\b)"
    ),
    (
        r"\b(?:geprüft|verifiziert|bestätigt|freigegeben|zertifiziert) (?:von|durch)\b"
        r"|\b(?:vérifiée?|certifiée?|approuvée?|validée?) par\b"
        r"|\b(?:verificad[oa]|certificad[oa]|aprobad[oa]|aprovad[oa]|validad[oa]) por\b"
        r"|\b(?:verificat[oa]|certificat[oa]|approvat[oa]) da\b"
        r"|\b(?:geverifieerd|goedgekeurd|gecontroleerd|gecertificeerd) door\b"
        r"|\bvon (?:\w+ ){1,3}(?:geprüft|verifiziert|freigegeben|zertifiziert)\b"
    ),
    r"^\W*(?:sicherheit|vertrauen\w*|konfidenz|confiance|confianza|confiança|fiducia|vertrouwen|zekerheid)\s*[:=—–→]",
)
"""The same in German, French, Spanish, Portuguese, Italian and Dutch, where it is said plainly."""
WRITES = (
    r"`\s*(?:drop \w+|delete from|truncate \w+|insert into|update \S+ set|alter \w+|merge into|grant \w+)\b",
    r"(?-i:\b(?:DROP (?:TABLE|VIEW|SCHEMA|DATABASE)|DELETE FROM|TRUNCATE \w+|INSERT INTO|ALTER TABLE)\b)",
)
"""Statements in a sentence that would change data."""
FENCED_WRITES = (
    r"\b(?:drop (?:table|view|schema|database)|delete from|truncate \w+|insert into|update \S+ set|alter table)\b",
)
SUPPOSED = (
    (
        r"\b(?:if|when|whenever|whether|where|once|until|unless|whose|whom|ensure|assume|assuming|provided|check that"
        r"|make sure|verify that|says|tells|shows?|means|how|why) (?:that )?(?:\w+ )?$"
    ),
)
"""Right before a claim: then nothing is claimed."""


def compiled(*phrases: str) -> re.Pattern[str]:
    """One pattern for any of the phrases, whatever their case and the white space between their words."""
    joined = "|".join(f"(?:{phrase})" for phrase in phrases)
    return re.compile(joined.replace(" ?", r"\s?").replace(" ", r"\s+"), re.IGNORECASE)
