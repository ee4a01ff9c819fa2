"""How sentences tell of lineage, as patterns. They are matched against text in which names stand as numbered marks.

``above`` is what feeds, ``below`` what is fed. Where one of them is missing, it is whatever the text is about. Each
repetition has an end, so that no text takes long.
"""

import re

OPEN, SHUT = "\u2770", "\u2771"
MARK = re.compile(rf"{OPEN}(\d+){SHUT}")

_THING = (
    r"(?:models?|tables?|views?|sources?|seeds?|snapshots?|dashboards?|exposures?|metrics?|columns?|marts?|modelle?n?"
    r"|tabellen?|mod[èe]les?|modelos?|tablas?|tabelas?|modell[io]|tabell[ae])"
)
_NAME = rf"{OPEN}\d+{SHUT}(?: (?:\w{{1,20}} )?{_THING}\b)?"
_ONE = rf"(?:(?:the|its|our|both|a|an|either) )?(?:(?:\w{{1,20}} )?{_THING} )?{_NAME}"
_AND = (
    r"(?:\s?,?\s?(?:and|or|nor|as well as|plus|then|&|und|oder|sowie|et|ou|y|e|o|en|(?:and |, ?)?(?:from there|then)"
    r"(?: on)? (?:in)?to)\s{1,2}|\s?,\s?(?:then )?)"
)
_ADVERB = (
    r"(?:(?:\w{1,20}ly|also|all|both|only|just|in turn|never|not|no longer|itself|often|in part|for its part)"
    r"[, ]\s?){0,4}"
)
_BE = r"(?:is|are|was|were|gets?|being|been)(?:n['’]t)?"
_DO = r"(?:(?:does|do|did)(?: not|n['’]t) |(?:can|will|may|must) (?:not )?)?"
_BUILT = (
    r"(?:(?:re)?built|made|created|fed|sourced|populated|constructed|assembled|generated|loaded|filled|produced|staged"
    r"|materiali[sz]ed|model?led|defined|powered|driven|backed)"
)
_MADE = rf"(?:{_BUILT}|derived|computed|calculated|drawn|taken|aggregated|based|copied|merged|summari[sz]ed|pulled)"
_FROM = (
    r"(?:from|by (?:joining|combining|merging|aggregating|reading|summing)|by|on top of|on|out of|off|of|using|with)"
)
_WHOLE = r"(?:(?:its|their|all|the|every)\s)?(?:\w{1,20} ){0,2}"
_RESTS = (
    rf"{_DO}{_ADVERB}(?:depends?|rel(?:y|ies)|builds?|rests?|draws?) {_ADVERB}(?:up)?on"
    rf"|{_DO}{_ADVERB}(?:sits?|stands?|lies) {_ADVERB}on top of|{_DO}{_ADVERB}originates? {_ADVERB}in"
    rf"|{_DO}{_ADVERB}(?:stems?|originates?|comes?|came|inherits?|flows?) {_ADVERB}(?:data )?(?:from|out of)"
)
_READS = (
    rf"{_DO}{_ADVERB}(?:reads?|selects?|draws?|pulls?|gets?|takes?|receives?|loads?) {_ADVERB}{_WHOLE}(?:from"
    rf"|on|via|through)"
    rf"|{_DO}{_ADVERB}(?:reads?|uses?|consumes?|queries|aggregates?|summari[sz]es?|rolls up)"
    rf"|{_DO}{_ADVERB}references?(?=(?: \w{{1,20}}){{0,2}} {OPEN}\d+{SHUT}(?! (?:by|on|via|through|with|using)\b))"
)
_CHILD_OF = (
    rf"{_BE} {_ADVERB}(?:an? |the )?(?:direct )?(?:downstream|child|children|descendants?) of"
    rf"|{_BE} (?:an? |the )?(?:\w{{1,20}} ){{0,2}}(?:aggregat\w{{1,5}}|snapshot|copy|summary|roll-?up) of"
    rf"|{_BE} (?:an? |the )?(?:\w{{1,20}} ){{0,2}}(?:view|layer|table|model) (?:built )?(?:on top of|over|from|on)"
)
_FED_BY = rf"(?:{_BE} {_ADVERB}{_MADE}(?: up)?,? {_ADVERB}{_FROM}|{_CHILD_OF}|{_RESTS}|{_READS})"
_FED = (
    rf"(?:(?:built|derived|computed|created|fed|sourced|calculated|aggregated|loaded) {_ADVERB}{_FROM}"
    r"|(?:an?|the) (?:\w{1,20} ){0,2}(?:aggregat\w{1,5}|snapshot|copy|summary|roll-?up) of)"
)
_BUILT_FROM = rf"(?:{_BE} {_ADVERB}{_BUILT}(?: up)?,? {_ADVERB}{_FROM}|{_CHILD_OF}|{_RESTS})"
_FEEDS = (
    rf"(?:{_DO}{_ADVERB}(?:feeds?(?: {_ADVERB}(?:into|to))?|flows? {_ADVERB}(?:in)?to|powers?|drives?|populates?"
    rf"|underlies|supplies|(?:ends? up|lands?) in|goes {_ADVERB}into|fills?|produces?)"
    rf"|{_BE} {_ADVERB}(?:used|consumed|referenced|read|queried|selected|needed|required) (?:by|in|for)"
    rf"|{_BE} {_ADVERB}(?:(?:directly )?upstream of|(?:an? |the )?(?:\w{{1,20}} )?"
    rf"(?:parents?|inputs?|basis|base|foundation|ancestors?|predecessors?|source) (?:of|for|to)))"
)
_JOINS = rf"{_DO}{_ADVERB}(?:joins?|combines?|merges?|unions?)"
_ARE = r"(?:wird|werden|wurden?|ist|sind|est|sont|é|são|è|sono|está|están|se|si|wordt|worden|is|zijn|baseia-se)"
_PARTICIPLE = (
    r"(?:gebaut|erstellt|gespeist|abgeleitet|erzeugt|berechnet|aufgebaut|befüllt|geladen|gefüllt"
    r"|construite?s?|créée?s?|alimentée?s?|dérivée?s?|calculée?s?|basée?s?|générée?s?"
    r"|constru[iyí]\w{1,5}|gener\w{1,5}|calcul\w{1,5}|cre[aó]\w{0,4}|deriv\w{1,5}|aliment\w{1,5}|bas[ao]\w{0,3}"
    r"|costruit[oaie]|gebouwd|gevoed|afgeleid|opgebouwd)"
)
_VON = (
    r"(?:aus|von|auf|durch|mit|à partir de|sur|depuis|de|par|a partir de|desde|sobre|en|em|da|dal|dalla|su|uit|op|door"
    r"|van)"
)
_WORDS = r"(?:(?:der|dem|den|die|das|la|le|les|el|los|il|lo|de|du|del|della|do|da|het)\s)?(?:\w{1,20} )?"
_SO = r"(?:(?:nicht|nie|nur|direkt|letztlich|ne|pas|no|non|não|niet|também|también|aussi|auch|anche) ){0,2}"
_FED_BY_ELSEWHERE = (
    rf"(?:{_SO}(?:{_ARE} {_SO}{_PARTICIPLE} {_SO}{_VON}"
    r"|(?:basiert|basieren|beruht|beruhen) {so}auf|(?:stammt|stammen|kommt|kommen) {so}(?:aus|von)|liest"
    r" {so}(?:aus|von)"
    r"|dép?end(?:ent)? {so}d[eu']|(?:provient|proviennent|vient|viennent) {so}d[eu]|repose(?:nt)? {so}sur"
    r"|depende[nm]? {so}d[eoa]|(?:proviene[n]?|viene[n]?|prov[eê]m|v[eê]m) {so}(?:de|da|do)|dipend(?:e|ono) {so}da"
    r"|hangt {so}af van|komt {so}(?:uit|van)|nutzt|verwendet|utilise(?:nt)?|utiliza[nm]?|usa[nm]?|gebruikt))"
).replace("{so}", _SO)
_FEEDS_ELSEWHERE = (
    rf"(?:{_SO}(?:speist|speisen|füttert|versorgt|befüllt|fließt in|alimente(?:nt)?|nourrit|alimenta[nm]?(?: a)?"
    r"|alimentano|voedt|voeden)(?: {so})?)"
).replace("{so}", _SO)
_ABOVE = (
    r"(?:upstream(?: (?:models?|tables?|sources?|nodes?|dependenc\w{1,5}))?|parents?|inputs?|dependencies|ancestors?"
    r"|sources?)"
)
_BELOW = (
    r"(?:downstream(?: (?:models?|tables?|nodes?|consumers?|dashboards?))?|children|child|consumers?|dependents?"
    r"|descendants?)"
)
_SAYS = r"(?:\s?[:=]\s?|,? (?:is|are|include|includes|being) (?:\w{1,20}ly )?)"
_HAS = r" (?:has|have) (?:(?:the|these|\w{1,20}) ){0,2}"
_NOTHING = (
    r"(?:nothing|nobody|no ?one|no (?:other |downstream |further )?(?:\w{1,20} )?(?:models?|tables?|dashboards?|nodes?"
    r"|one|children|dependents|consumers|descendants|downstream))"
)
_NONE_ABOVE = r"no (?:upstream\b(?: \w{1,20})?|parents?|inputs?|dependencies|ancestors?|sources?)"
_THAT = r"(?:,? (?:that|which)| is an? (?:\w{1,20} ){1,3}(?:that|which))?"
_ASIDE = r"(?:,|\s?[(–—-]|:)?"
_ARROW = r"\s{0,3}(?:→|-{1,3}>|=>|⇒|⟶|➜|➔)\s{0,3}"
_BACK = r"\s{0,3}(?:←|<-{1,3}|⇐|⟵)\s{0,3}"
_NOT_ITS_SUBJECT = (
    rf"(?! (?:{_BE}|{_DO}(?:feeds?|depends?|uses?|comes?|flows?|builds?|reads?)|has|have|holds?|tells?|gives?|does)\b)"
)
_LIST = rf"(?:{_ONE}(?:{_AND}{_ONE}{_NOT_ITS_SUBJECT}){{0,30}}+)"
_SUBJECTS = rf"(?:{_NAME}(?:{_AND}{_ONE}){{0,30}}+)"


def _shapes(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


FROM_A_NAME = _shapes(
    rf"(?P<below>{_SUBJECTS})(?P<verb>{_THAT} ?{_ADVERB}{_FED_BY}|{_ASIDE} ?{_ADVERB}{_FED}) (?:both"
    rf" )?(?P<above>{_LIST})",
    rf"(?P<above>{_SUBJECTS})(?P<verb>{_THAT} ?{_ADVERB}{_FEEDS}) (?:both )?(?P<below>{_LIST})",
    rf"(?P<below>{_SUBJECTS})(?P<verb>{_THAT} ?{_ADVERB}{_JOINS}) (?P<above>{_LIST}(?: (?:with|and|to) {_LIST})?)"
    r"(?! (?:on|by|via|using|through)\b)",
    rf"(?P<below>{_SUBJECTS}) (?P<verb>{_FED_BY_ELSEWHERE}) {_WORDS}(?P<above>{_LIST})",
    rf"(?P<below>{_SUBJECTS}) (?P<verb>(?:{_ARE}|hängt|hängen) {_SO}{_VON}) {_WORDS}(?P<above>{_LIST})"
    rf" {_SO}(?:{_PARTICIPLE}|ab)\b",
    rf"(?P<above>{_SUBJECTS}) (?P<verb>{_FEEDS_ELSEWHERE}) {_WORDS}(?P<below>{_LIST})",
    rf"(?P<below>{_NAME})['’]s? (?:\w{{1,20}} )?{_ABOVE}(?P<verb>{_SAYS})(?P<above>{_LIST})",
    rf"(?P<above>{_NAME})['’]s? (?:\w{{1,20}} )?{_BELOW}(?P<verb>{_SAYS})(?P<below>{_LIST})",
    rf"(?P<below>{_NAME})(?P<verb>{_HAS}){_ABOVE}(?:\s?[:(–—]\s?|,? )(?P<above>{_LIST})",
    rf"(?P<above>{_NAME})(?P<verb>{_HAS}){_BELOW}(?:\s?[:(–—]\s?|,? )(?P<below>{_LIST})",
    rf"(?P<above>{_SUBJECTS})(?P<verb>{_ARROW})(?P<below>{_LIST})",
    rf"(?P<below>{_SUBJECTS})(?P<verb>{_BACK})(?P<above>{_LIST})",
    rf"(?P<above>{_NAME}) {_BE} (?:what|where) (?P<below>{_ONE}) (?P<verb>(?:{_BE}|gets?|takes?|pulls?|comes?)"
    rf" (?:\w{{1,20}} ){{0,3}}{_FROM})\b",
    rf"(?P<above>{_SUBJECTS}) (?P<verb>{_DO}(?:flows?|goes|go|runs?|pass(?:es)?|propagates?|travels?) (?:through|via))"
    rf" (?P<below>{_LIST})",
)
"""What begins with a name: looked for at each name."""
ANYWHERE = _shapes(
    rf"\b(?:lineage|data|path|flow|chain)\b(?: \w{{1,20}}){{0,3}} (?P<verb>from) (?P<above>{_LIST}) (?:in)?to"
    rf" (?P<below>{_LIST})",
    rf"\b{_ABOVE} (?:of |from )(?P<below>{_ONE})(?P<verb>{_SAYS})(?P<above>{_LIST})",
    rf"\b{_BELOW} (?:of |from )(?P<above>{_ONE})(?P<verb>{_SAYS})(?P<below>{_LIST})",
    rf"\bfrom (?P<above>{_LIST}),? (?:dbt|we|the project) (?P<verb>(?:builds?|creates?|makes?|derives?))"
    rf" (?P<below>{_LIST})",
)
_PRONOUN = rf"(?:^|(?<=[\s,;(]))(?:it|they|which|(?:the|this|that) (?:\w{{1,20}} )?{_THING}(?! {OPEN}))"
OF_A_PRONOUN = _shapes(
    rf"{_PRONOUN} (?P<verb>{_BUILT_FROM}) (?P<above>{_LIST})",
    rf"{_PRONOUN} (?P<verb>{_FEEDS}) (?P<below>{_LIST})",
)
OF_NOTHING_NAMED = _shapes(
    rf"(?:^|(?<=[,(;:] )|(?<=[(|]))(?P<verb>(?:built|fed|sourced|loaded|created) {_ADVERB}{_FROM}) (?P<above>{_LIST})"
)
"""Of whatever the words before it are."""
READ_BY_A_PRONOUN = _shapes(rf"{_PRONOUN} (?P<verb>{_READS}) (?P<above>{_LIST})")
"""Of a query as well, so only where no query is spoken of."""
AND_ALSO = re.compile(
    rf",? and (?:also )?(?P<verb>{_ADVERB}(?:{_FED_BY}|{_FED}|{_JOINS})) (?P<above>{_LIST})(?! (?:on|by|via|using)\b)",
    re.IGNORECASE,
)
"""What else is said of the same one."""
IMPERATIVE = re.compile(
    r"\W{0,4}(?:use|read|select|take|get|pull|load|join|combine|aggregate|summari[sz]e|merge|union|build|draw)\b",
    re.IGNORECASE,
)
"""Behind one name, not of it: "with `a` use `b`"."""
REFERENCES = re.compile(r"\breferenc", re.IGNORECASE)
"""Of a column: as a foreign key does."""
HINT = re.compile(
    rf"{_ARROW}|{_BACK}|\b(?:up|down)stream|\b(?:{_ABOVE}|{_BELOW})\b|\b(?:{_BUILT}|{_MADE}|{_PARTICIPLE})\b"
    rf"|(?i:{_FED_BY}|{_FEEDS}|{_JOINS}|{_FED_BY_ELSEWHERE}|{_FEEDS_ELSEWHERE})"
    rf"|\b(?:h[äa]ng|flow|goes?|runs?|pass|propagat|travel|build|creat|mak|deriv|used|uses?|depend|nothing|no)",
    re.IGNORECASE,
)
"""Without any of these nothing is said of it."""
VIA = re.compile(rf",? (?:via|through|by way of|über|vía|par) (?P<via>{_LIST})", re.IGNORECASE)
FLOWS_ON = re.compile(rf",? (?:and )?(?:on )?(?:in)?to (?P<below>{_LIST})", re.IGNORECASE)
"""Behind "flows through"."""
FLOWS = re.compile(r"\b(?:through|via)\Z", re.IGNORECASE)
CHILDLESS = _shapes(
    rf"\b{_NOTHING} (?:else )?(?:{_DO}{_ADVERB}(?:depends? on|uses?|reads?(?: from)?|references?|consumes?)"
    rf"|(?:is |are )?downstream of) (?P<of>{_ONE})",
    rf"(?P<of>{_NAME}) (?:is|are) (?:not|never) used\b(?! (?:by|in|for|with|to|as|when)\b)",
    rf"(?P<of>{_NAME}) (?:feeds|is used by|has) (?!no upstream\b){_NOTHING}\b(?! to do\b)",
)
"""That nothing is fed."""
PARENTLESS = _shapes(
    rf"(?P<of>{_NAME}) (?:has|have) {_NONE_ABOVE}\b",
    rf"(?P<of>{_NAME}) (?:depends? on|is (?:built|fed|derived) (?:from|by)) (?:nothing|no other)\b",
    rf"(?P<of>{_NAME}) does(?: not|n['’]t) depend on any(?:thing| other| \w{{1,20}})\b",
)
"""That nothing feeds it."""
HEAD_ABOVE = _shapes(
    rf"\b{_ABOVE} (?:of |from |for )(?P<of>{_ONE})(?: (?:is|are|includes?))?\W{{0,6}}$",
    rf"(?P<of>{_NAME})['’]s? (?:\w{{1,20}} )?{_ABOVE}(?: (?:is|are|include))?\W{{0,6}}$",
    rf"(?P<of>{_NAME}){_HAS}{_ABOVE}\W{{0,6}}$",
    rf"(?P<of>{_NAME}) {_FED_BY}(?: \w{{1,20}}){{0,3}}\s?:\W{{0,4}}$",
)
HEAD_BELOW = _shapes(
    rf"\b{_BELOW} (?:of |from |for )(?P<of>{_ONE})(?: (?:is|are|includes?))?\W{{0,6}}$",
    rf"(?P<of>{_NAME})['’]s? (?:\w{{1,20}} )?{_BELOW}(?: (?:is|are|include))?\W{{0,6}}$",
    rf"(?P<of>{_NAME}){_HAS}{_BELOW}\W{{0,6}}$",
    rf"(?P<of>{_NAME}) {_FEEDS}(?: \w{{1,20}}){{0,3}}\s?:\W{{0,4}}$",
)
"""What announces a list of them, a name to each line."""
ITEM = re.compile(rf"\s{{0,12}}(?:[-*+•]|\d{{1,3}}[.)])\s{{1,4}}\W{{0,4}}?(?P<names>{_LIST})", re.IGNORECASE)
CELL_ABOVE = re.compile(
    rf"\W{{0,4}}(?:{_ABOVE}|(?:is )?(?:depends|rests) (?:up)?on|(?:is )?(?:built|fed|made|derived|reads?|comes)"
    rf" (?:from|by|on))\W{{0,4}}",
    re.IGNORECASE,
)
CELL_BELOW = re.compile(
    rf"\W{{0,4}}(?:{_BELOW}|(?:is )?feeds?(?: into)?|(?:is )?used (?:by|in))\W{{0,4}}", re.IGNORECASE
)
"""What heads a column of a table of them."""
DROPPING = re.compile(
    rf"\b(?:drop(?:ping|ped)?|remov(?:e|ing|ed)|delet(?:e|ing|ed)|renam(?:e|ing|ed)) {_ONE}"
    r"[^.!?\u2770]{0,120}?\b(?:break|affect|effect|impact|safe|harm|hurt|consequence|matter)\w{0,5}"
    rf"|{_NAME}[^.!?\u2770]{{0,120}}?\b(?:safe|safely|harmless|fine|ok(?:ay)?) (?:to |be )?"
    r"(?:drop|remove|delete|rename|dropped|removed|deleted|renamed)\b"
    rf"|{_NAME} (?:can|could|may|might) (?:\w{{1,20}} )?be (?:dropped|removed|deleted|renamed)\b"
    rf"|\b(?:safe|safely|harmless|fine|ok(?:ay)?) (?:to |be )?(?:drop|remove|delete|rename) {_ONE}",
    re.IGNORECASE,
)
"""What becomes of the rest without it."""
IN_A_QUERY = re.compile(
    r"\b(?:from|in|out of) (?:the|your|this|that|a) (?:\w{1,20} )?`?(?:group by|order by|where|select|query"
    r"|join|filter|cte|sql"
    r"|statement|clause|result)",
    re.IGNORECASE,
)
QUERY = re.compile(
    r"\b(?:quer(?:y|ies)|sql|statement|select|answer|number|figure|abfrage|consulta|requête)\b", re.IGNORECASE
)
"""What else may be said to read tables."""
DENIED = re.compile(
    r"\b(?:not|never|no longer|nicht|nie|pas|non|não|niet)\b(?! (?:only|just|solely|merely)\b)|\bno(?= \w)|n['’]t\b",
    re.IGNORECASE,
)
NEITHER = re.compile(r"\bneither (?:[^.;:,]{0,80}\bnor )?(?:(?:the|of) )?(?:\w{1,20} )?\Z", re.IGNORECASE)
DIRECT = re.compile(r"\b(?:direct|directly|immediately)\b", re.IGNORECASE)
DIRECT_BEHIND = re.compile(r"(?: \w{1,20})? (?:directly|immediately)\b", re.IGNORECASE)
ONE_DOES = re.compile(r"\b(?:is|was|gets|does|has|\w{1,20}[^s\W]s)\b", re.IGNORECASE)
CLAUSE_BEGINS = re.compile(
    r"(?:^|[.,;:(!?|]|\b(?:both|either|neither|and|that|because|since|as|when|while))\W{0,4}\Z", re.IGNORECASE
)
SUPPOSED = re.compile(
    r"(?:\b(?:if|whether|unless|suppose|ob|wenn|falls) (?:(?:the|a) )?(?:\w{1,20} )?|\b(?:what|which \w{1,20}) )\Z",
    re.IGNORECASE,
)
"""Right before it: then nothing is said."""
ASKED = re.compile(r"\W{0,4}(?:do|does|is|are|which|what|should|shall|would|did you mean)\b[^?]*\?\W*\Z", re.IGNORECASE)
COMPARED = re.compile(
    r"(?:^|,) ?(?:unlike|like|in contrast to|as opposed to|contrary to|similar to|compared (?:to|with))\b[^,;.]{0,80},",
    re.IGNORECASE,
)
KEYS = re.compile(r"\b(?:join|key|keys|match|matches|relat\w{2,8}|joined)\b", re.IGNORECASE)
"""Then an arrow leads from one key to another."""
