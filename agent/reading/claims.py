"""Sentences that claim what only code may say of a node: health, builds, tests, freshness, owner, deprecation, lineage.

The model does not see runs; what it says of them is a guess, or somebody's wish. Code says it beside every answer. What
a column means is no claim: "`orders.status` is healthy when …" stays. A claim is only one about a node: a name in code
style that the catalog has, "the model", "it". Read in English, and where it is said plainly in six other languages.
"""

import re
from dataclasses import dataclass

from agent.reading.claim_phrases import (
    BUILDS,
    CODE,
    COLUMN,
    DEPRECATIONS,
    ELSEWHERE,
    FENCED_WRITES,
    HEALTH,
    NODE,
    SUPPOSED,
    TESTS,
    THING,
    WRITES,
    compiled,
)
from agent.reading.denials import denied_though_there
from agent.reading.edges import Edges
from agent.reading.people_phrases import APPROVALS, OWNERS
from agent.reading.running_phrases import RUNNING
from agent.reading.sentences import GONE, LONGEST, lines_of, pieces, sentences_of_line, shorter, without_empty_heads
from agent.untrusted import folded
from knowledge import Names, Node

_SPAN = re.compile(r"(`{1,2})([^`\n]{1,300})\1")
_WORD = re.compile(r"(?<![\w.`])[A-Za-z]\w*(?![\w`])")
_VERB_OF_ONE = re.compile(r"\s+(?:is|has|was|looks|passes|runs)\b")
_NAMED_AS = re.compile(rf"\s+{THING}\b|\s*:")
_EMPHASIS = re.compile(rf"[*_]{{1,3}}(?=[\w{NODE}{COLUMN}{CODE}])|(?<=[\w{NODE}{COLUMN}{CODE}.])[*_]{{1,3}}")
_WALL = re.compile(r"\s{0,3}\|\s{0,3}")
_FEWEST_WORDS = 2
_FEWEST_BARE_WORDS = 4
"""Where nothing in it is in code style."""
_UNFINISHED = re.compile(
    r"\b(?:and|or|but|of|by|from|for|with|to|in|on|at|as|the|an?|its?|which|that|who|because|since|is|are|was|were|has|have"
    r"|built|owns|maintains|made|wrote|runs)\W{0,4}\Z",
    re.IGNORECASE,
)
"""How no sentence ends."""
_CLAIMS = compiled(*HEALTH, *TESTS, *BUILDS, *RUNNING, *OWNERS, *APPROVALS, *ELSEWHERE)
_DEPRECATION = compiled(*DEPRECATIONS)
_WRITES = compiled(*WRITES)
_FENCED_WRITES = compiled(*FENCED_WRITES)
_SUPPOSED = compiled(*SUPPOSED)
_NEGATED = re.compile(r"\b(?:not|no\s+longer|never|isn['’]t|aren['’]t)\b", re.IGNORECASE)
_DATE = re.compile(r"\b20\d\d(?:-\d\d(?:-\d\d)?)?\b")


@dataclass(frozen=True, slots=True)
class Known:
    """What is needed to tell a claim about a node from a sentence about a column."""

    names: Names
    nodes: tuple[Node, ...] = ()
    """Those at hand: what is said of their deprecation is compared with them."""
    edges: Edges | None = None
    """What of the lineage is so; None: sentences about it are not judged."""

    def claims(self, sentence: str) -> bool:
        """Whether a sentence claims what code says, or would have somebody change data."""
        if not sentence.strip():
            return False
        if self.edges is not None and self.edges.wrong(sentence):
            return True
        is_row = sentence.lstrip().startswith("|")
        forms = (sentence, _WALL.sub(": ", sentence).strip(": ")) if is_row else (sentence,)
        return any(self._claims(piece) for form in forms for piece in pieces(form))

    def _claims(self, sentence: str) -> bool:
        text, meant = self._read(sentence)
        if _WRITES.search(sentence):
            return True
        if denied_though_there(sentence, self.names):
            return True
        if any(not _SUPPOSED.search(text[: found.start()]) for found in _CLAIMS.finditer(text)):
            return True
        found = _DEPRECATION.search(text)
        return found is not None and not _SUPPOSED.search(text[: found.start()]) and self._is_wrong(text, found, meant)

    def without_claims(self, prose: str) -> tuple[str, list[str]]:
        """``prose`` without such clauses and sentences, and the sentences that were changed or left out."""
        kept: list[str] = []
        taken: list[str] = []
        for line, fenced in lines_of(prose):
            if fenced:
                (taken if _FENCED_WRITES.search(line) else kept).append(line)
                continue
            parts = []
            for sentence in sentences_of_line(line):
                shown = self._mended(sentence) if self.claims(sentence) else sentence
                parts.append(shown)
                if shown != sentence:
                    taken.append(sentence)
            shown = " ".join(filter(None, parts))
            if shown.strip(" -*>#\t0123456789.") or not line.strip():
                kept.append(shown)
            else:
                kept.append(GONE)
        return re.sub(r"\n{3,}", "\n\n", "\n".join(without_empty_heads(kept))).strip(), taken

    def _mended(self, sentence: str) -> str:
        """The sentence without the clauses that claim; empty when too little would be left."""
        for left in shorter(sentence) if len(sentence) <= LONGEST else ():
            if _is_a_sentence(left) and not self.claims(left):
                return left
        return ""

    def _read(self, sentence: str) -> tuple[str, list[str]]:
        """The sentence with its names replaced by what they are, and unique_ids of the nodes among them."""
        meant: list[str] = []

        def stand_in(found: re.Match[str]) -> str:
            name = found[2].strip()
            if nodes := self.names.exact(name):
                meant.append(nodes[0].unique_id)
                return NODE
            is_column = self.names.has_column(name.rpartition(".")[2])
            return COLUMN if is_column or "." in name else CODE

        def bare(found: re.Match[str]) -> str:
            nodes = self.names.exact(found[0]) if _is_a_name(found) else []
            meant.extend(each.unique_id for each in nodes[:1])
            return NODE if nodes else found[0]

        text = _WORD.sub(bare, _SPAN.sub(stand_in, folded(sentence)))
        return _EMPHASIS.sub("", text).strip(), meant

    def _is_wrong(self, text: str, found: re.Match[str], meant: list[str]) -> bool:
        """Whether the catalog does not say the same of the node's deprecation."""
        of = [node for node in self.nodes if not meant or node.unique_id in meant]
        says = _NEGATED.search(found[0]) is None
        for node in of:
            dates = _DATE.findall(text)
            own = node.deprecated_on.isoformat() if node.deprecated_on else ""
            if says == bool(own) and all(date in own for date in dates if says):
                return False
        return True


def _is_a_name(word: re.Match[str]) -> bool:
    """Whether a word outside of code style is used as a name: "shipments is", "orders:", "the orders model"."""
    after = word.string[word.end() :]
    return "_" in word[0] or bool(_NAMED_AS.match(after)) or (word[0].endswith("s") and bool(_VERB_OF_ONE.match(after)))


def _is_a_sentence(text: str) -> bool:
    """Whether what is left of a sentence is one."""
    fewest = _FEWEST_WORDS if "`" in text else _FEWEST_BARE_WORDS
    return len(text.split()) >= fewest and not _UNFINISHED.search(text)
