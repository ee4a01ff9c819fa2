"""What the words around a name say of it, as patterns."""

import re

NOUNS = (
    r"(?:models?|tables?|views?|columns?|fields?|metrics?|sources?|seeds?|snapshots?|exposures?|dashboards?|datasets?"
    r"|marts?|modelle?n?|tabellen?|spalten?|feld(?:er)?|ansicht(?:en)?|quellen?|metrik(?:en)?|kennzahl(?:en)?"
    r"|mod[eè]les?|colonn[ae]s?|champs?|m[eé]triques?|modelos?|tablas?|tabelas?|columnas?|colunas?|campos?|m[eé]tricas?"
    r"|modell[io]|tabell[ae]|kolom(?:men)?|velden|veld|bronnen)"
)
"""What is called a thing of the catalog, in a few languages."""
NOUN_BEFORE = re.compile(
    rf"\b(?:{NOUNS}|(?:models?|tables?|columns?|fields?)\s*:)\s+(?:(?:is|are)\s+)?(?:called\s+|named\s+)?\**\"?$",
    re.IGNORECASE,
)
NOUN_AFTER = re.compile(
    rf"\**\"?\s+(?:is\s+(?:an?|the|our)\s+(?:\w+\s+)?)?(?:dbt\s+)?{NOUNS}\b(?!'s|\s+(?:types?|values?|names?|propert))",
    re.IGNORECASE,
)
ROWS_AFTER = re.compile(
    r"\**\s+(?:has|holds|contains|stores|keeps)\s+(?:exactly\s+)?(?:one|a|1)\s+(?:row|record|line|entry)\b"
    r"|\**\s+(?:exists?\b|is\s+(?:there|available)\b)",
    re.IGNORECASE,
)
"""What is said of tables alone, and of what is there."""
_OTHER_NOUNS = (
    r"(?:values?|strings?|literals?|constants?|status(?:es)?|states?|codes?|options?|settings?|propert(?:y|ies)|configs?"
    r"|macros?|functions?|packages?|tests?|tags?|groups?|selectors?|commands?|flags?|hooks?|vars?|variables?|aliases"
    r"|alias|ctes?|files?|folders?|director(?:y|ies)|branch(?:es)?|environments?|databases?|schemas?|projects?|jobs?"
    r"|roles?|users?|warehouses?|materializations?)"
)
"""What else is written in code style and stands in no catalog."""
OTHER_BEFORE = re.compile(
    rf"(?:\b{_OTHER_NOUNS}\s+(?:(?:is|are|like|of|such\s+as|called|named)\s+)?|\b(?:equals?|equal\s+to|set\s+to|marked\s+as"
    r"|tagged(?:\s+as)?|labell?ed(?:\s+as)?|=|(?:name|call|rename|alias)\s+(?:it|them|this|that|the\s+\w+)(?:\s+as)?"
    r"|`\s+(?:is|are|can\s+be)\s+(?:always\s+)?(?:(?:one|any|either)\s+of|either)(?:\s+the)?"
    r"|you(?:['’]d|\s+would)?\s+call)\s*)\**\"?$",
    re.IGNORECASE,
)
OTHER_AFTER = re.compile(rf"\**\"?\s+(?:as\s+an?\s+)?(?:dbt\s+)?{_OTHER_NOUNS}\b", re.IGNORECASE)
RECKONED = re.compile(
    r"\b(?:sums?|summed|averages?|averaged|group(?:ed|s)?\s+by|sort(?:ed)?\s+by|order(?:ed)?\s+by|join(?:ed|s)?\s+on"
    r"|count\s+distinct|distinct|add\s+up|filter(?:ed|ing|s)?\s+(?:on|by)|partition(?:ed)?\s+by|rank(?:ed)?\s+by"
    r"|summiere|gruppiere\s+nach)\s+(?:the\s+|all\s+|up\s+)?\**$",
    re.IGNORECASE,
)
"""Right before what can only be a column."""
FILTERED = re.compile(
    r"\b(?:filter(?:ed|ing|s)?(?:\s+(?:it|them|rows))?(?:\s+(?:on|by|to|for|with|where))?"
    r"|(?:keep(?:ing|s)?|exclud(?:e|es|ing)|only)(?:\s+\w+){0,2}\s+(?:where|with)|where)\s+\**$",
    re.IGNORECASE,
)
"""Right before a condition."""
_PLACEHOLDER_WORDS = "col cols column columns expr expression field fields value values measure metric number"
PLACEHOLDERS = frozenset(_PLACEHOLDER_WORDS.split())
SHORT = 2
"""Characters of what stands for any column: ``sum(x)``."""
LISTED_BEFORE = re.compile(r"(?:`[^`\n]{1,80}`\s*(?:\([^()]{0,40}\)\s*)?(?:,?\s*(?:and|or|und|et|y)\b|[,/])\s*)+$")
EQUALS_BEFORE = re.compile(r"(?:=|<>|!=|\bin)\s*\(?\s*'[^`]*`\s*(?:,|\bor\b|\band\b)\s*$", re.IGNORECASE)
AFFIRMED_AFTER = re.compile(
    r"\**\s+(?:does|has|holds?|contains?|gives?|shows?|provides?|keeps?|tells?|can)\b(?!\s*(?:n['’]t|not\b|no\b))",
    re.IGNORECASE,
)
"""Whatever stood before it, something is said of it that only what exists can do."""
USED = re.compile(r"\b(?:use|using|used|from|join(?:s|ing)?|query(?:ing)?|select)\s+(?:the\s+)?\**$", re.IGNORECASE)
CHOSEN_BEFORE = re.compile(
    r"(?:^|[.!?:,;\n]\s*|\b(?:should|would|can|please|then|just|to)\s+)use\s+(?:the\s+)?\**\"?$", re.IGNORECASE
)
CHOSEN_AFTER = re.compile(
    r"\**\"?(?:\s*(?:[.,:;(—–]|\Z)|\s+(?:for|because|since|which|with|joined|instead|and\s+join)\b)", re.IGNORECASE
)
DENIED_BEFORE = re.compile(
    r"""(?ix)(?:
      \b(?:there\s+(?:is|are|'s)|has|have|with|found|contains|is|are|see)\s+no\b
    | \bno\s+(?:such\s+)?(?:dbt\s+)?(?:model|table|column|source|metric|field|node|view|seed|name|entry)s?\b
    | \b(?:could|can|did|does|do|was|were|am|is|are)\s*(?:not|n't)\s+(?:able\s+to\s+)?
        (?:find|locate|see|resolve|identify|have|contain|include|know|list|exist|define|document|expose|a\b)
    | \bcannot\s+(?:find|locate|see|resolve|identify) | \bunable\s+to\s+(?:find|locate|see)
    | \black(?:s|ing)?\b | \bneither\b | \bmissing\b | \bunknown\s+(?:model|table|column|name)?
    | \b(?:keine?n?|nicht|aucune?|pas\s+d[e'’]|ning[uú]na?|no\s+(?:hay|existe|encuentro|tiene)
        |n[aã]o\s+(?:h[aá]|existe|tem)|nenhuma?|geen|nessuna?|non\s+(?:esiste|trovo|c['’]è))\b
    )[^.;:!?]{0,60}$"""
)
DENIED_AFTER = re.compile(
    r"""(?ix)^[^.;:!?,]{0,60}?(?:
      (?:does|do|did)\s*(?:not|n't)\s+(?:exist|appear)
    | (?:is|are|was|were)\s*(?:not|n't)\s+
        (?:in|part|documented|a|an|known|present|defined|found|available|listed|there|one|something)\b
    | (?:could|can|was|were)\s*(?:not|n't)\s+(?:be\s+)?(?:found|located|resolved) | cannot\s+be\s+found
    | not\s+(?:found|in\s+the\s+catalog) | is\s+(?:unknown|missing)
    | (?:existiert|gibt\s+es|ist|steht|finde\s+ich)\s+(?:hier\s+|leider\s+)?nicht | fehlt\b | n['’](?:existe|est)\s+pas
    | no\s+(?:existe|est[aá]) | n[aã]o\s+(?:existe|est[aá]) | bestaat\s+niet | non\s+(?:esiste|è)
    )"""
)
