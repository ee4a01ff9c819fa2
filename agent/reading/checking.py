"""Checks what the model said, sends it back once, and makes a draft of what holds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from langchain_core.messages import AIMessage, HumanMessage

from agent.checker.checker import Verdict, check, gather_vocabulary, is_clean
from agent.checker.problems import explain, explain_withheld, flag_names
from agent.checker.prose import LEFT_OUT, without_broken_queries
from agent.checker.vocabulary import Problem, Vocabulary
from agent.direct.choosing import shown_first
from agent.draft import Draft
from agent.equipment import Equipment
from agent.model.replies import Reply
from agent.reading.brevity import in_two
from agent.reading.claims import Known
from agent.reading.clearing import Clearing, tell_states
from agent.reading.denials import denied_though_there
from agent.reading.details import Details, read_details, sentences_of
from agent.reading.edges import look_up_edges
from agent.reading.giving import GiveAnswer, given_in, said_in
from agent.reading.resting import Withheld, read_withheld
from agent.reading.said import Said
from agent.shown import code, listed, node_code
from agent.state import Recalled, Work
from agent.thinking import may_go_on
from agent.untrusted import first_sentence, first_sentences
from knowledge.dialects import dialect_of

MOST_CHOSEN = 5
MOST_NEAREST = 3
ASKED_ALREADY = "- You asked back in the turn before. Answer now, and say what you assume."
_DENIES = re.compile(
    r"\b(?:not (?:\w+ ){0,3}in (?:the|this|our) (?:catalog|project)"
    r"|(?:can|could|did|do|does)(?:n't| ?not) (?:find|have|see|know|contain|hold)"
    r"|(?:no|nothing|none)\b[^.]{0,80}\b(?:catalog|project)|outside (?:of )?the catalog|unable to find)",
    re.IGNORECASE,
)
"""How models say that they have no answer when they forget the words they were given for it."""
SEVERAL = "Only the first of {count} queries is shown."


async def check_reply(work: Work, reply: Reply, equipment: Equipment) -> Work:
    """A draft of the reply; or the work with the reply sent back to the model, once."""
    recalled = work.recalled or Recalled()
    raw = said_in(reply)
    given = given_in(reply) or (given_in(work.rejected) if work.rejected else None)
    whole = replace(raw, prose="\n".join([raw.prose, *sentences_of(given)]))
    vocabulary = await gather_vocabulary(
        whole,
        work.names,
        recalled.nodes,
        recalled.health.values(),
        dialect_of(recalled.adapter),
        equipment.library.catalog,
    )
    edges = await look_up_edges(whole.prose, work.names, equipment.library.catalog)
    known = Known(work.names, tuple(vocabulary.nodes.values()), edges)
    clearing = Clearing(known, equipment.instructions, vocabulary.dialect)
    said, cleared = clearing.clear(raw)
    if raw.prose and not (said.prose or said.queries or said.refused or cleared):
        said = replace(said, prose=await _told_instead(raw, vocabulary, recalled, equipment))
    whole = replace(said, prose="\n".join([said.prose, *sentences_of(given)]))
    verdict = check(said, vocabulary, equipment.known_words)
    in_parts = check(whole, vocabulary, equipment.known_words).problems if given else ()
    problems = dict.fromkeys([*verdict.problems, *in_parts])
    wrong = [f"- {explain(problem)}" for problem in problems if problem.is_worth_repair]
    wrong += [f"- {code(name)} is in the catalog." for name in denied_though_there(raw.prose, work.names)]
    asks_back = _only_asks(said) or (given is not None and bool(given.question) and not said.prose)
    wrong += [ASKED_ALREADY] if asks_back and not work.may_ask_back and not wrong else []
    if wrong and work.rejected is None and may_go_on(work, equipment):
        return _sent_back(work, reply, whole, wrong, equipment)
    work = replace(work, notices=(*work.notices, *cleared))
    held = _Held(said, verdict, vocabulary, clearing, is_cut=reply.cut_off)
    return replace(work, draft=held.draft(work, given, equipment))


@dataclass(frozen=True, slots=True)
class _Held:
    """A reply that is not sent back any more: what of it holds becomes the answer."""

    said: Said
    verdict: Verdict
    vocabulary: Vocabulary
    clearing: Clearing
    is_cut: bool

    def draft(self, work: Work, given: GiveAnswer | None, equipment: Equipment) -> Draft:
        """The draft: SQL that holds or none, no query that is broken, a mark where a sentence rests on what is gone."""
        said, verdict = self.said, self.verdict
        sql = said.queries[0] if said.queries and not any(problem.breaks_sql for problem in verdict.sql) else None
        prose, broken = without_broken_queries(said.prose, self.vocabulary)
        gone = None
        if broken or (sql is None and (said.queries or self.is_cut)):
            gone = read_withheld([*verdict.sql, *broken], said.queries, self.vocabulary)
        details = read_details(given, sql, self.vocabulary, lambda text: self._lets(text, gone, equipment))
        if not work.may_ask_back:
            details = replace(details, question="", options=())
        if broken:
            verdict = replace(verdict, prose=_without(verdict.prose, broken))
            work = replace(work, notices=(*work.notices, explain_withheld(broken)))
        said = replace(said, prose=gone.marked(prose) if gone else prose)
        return _draft(work, said, verdict, details, sql)

    def _lets(self, text: str, gone: Withheld | None, equipment: Equipment) -> bool:
        """Whether a sentence of the typed parts may be shown."""
        is_all_known = is_clean(text, self.vocabulary, equipment.known_words)
        return is_all_known and self.clearing.lets(text) and not (gone and gone.carries(text))


def _sent_back(work: Work, reply: Reply, said: Said, wrong: Sequence[str], equipment: Equipment) -> Work:
    """The work with the reply as the model's last word, and what is wrong with it as the next question."""
    prompt = equipment.prompts["repair"].format(problems="\n".join(wrong))
    again = AIMessage("\n\n".join([said.prose, *said.queries]))
    return replace(work, dialogue=(*work.dialogue, again, HumanMessage(prompt)), reply=None, rejected=reply)


async def _told_instead(said: Said, vocabulary: Vocabulary, recalled: Recalled, equipment: Equipment) -> str:
    """What code says of the nodes that a reply made nothing but claims about."""
    named = check(said, vocabulary, equipment.known_words).nodes
    nodes = [vocabulary.nodes[each] for each in named if each in vocabulary.nodes] or list(recalled.nodes[:1])
    return await tell_states(nodes, equipment.library, recalled.health)


def _draft(work: Work, said: Said, verdict: Verdict, details: Details, sql: str | None) -> Draft:
    """What holds of the answer, and what is to be said about the rest."""
    recalled = work.recalled or Recalled()
    notices = [*work.notices, *_about_the_rest(said, verdict, sql)]
    prose, more = in_two(said.prose)
    text = "\n\n".join(filter(None, (prose, details.question)))
    nodes = _named(said, verdict, details, sql, recalled)
    is_withheld = (bool(said.queries) and sql is None) or LEFT_OUT in said.prose
    if said.refused or not (text or sql) or (not nodes and sql is None and bool(_DENIES.search(text))):
        return replace(_refusal(text, nodes, recalled, notices), sql_withheld=is_withheld)
    asks = bool(details.question) or _only_asks(said)
    chosen = verdict.sql_nodes[:MOST_CHOSEN] if sql else nodes[:1]
    return Draft(
        text=text or "Here is the query.",
        more=more,
        nodes=nodes,
        chosen=() if asks else chosen,
        is_question=asks,
        options=details.options,
        sql=sql,
        sql_withheld=is_withheld,
        shown_in=() if asks else shown_first(work.text, recalled),
        path="model",
        sure=not verdict.problems and not work.notices,
        notices=tuple(dict.fromkeys(notices)),
        choice=details.choice,
        assumed=details.assumed,
    )


def _without(problems: Sequence[Problem], others: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(problem for problem in problems if problem not in others)


def _only_asks(said: Said) -> bool:
    """Whether all that it says is one question."""
    return not said.queries and said.prose.endswith("?") and first_sentence(said.prose) == said.prose


def _refusal(text: str, nodes: tuple[str, ...], recalled: Recalled, notices: list[str]) -> Draft:
    """That the catalog has no answer, in two sentences, and what comes nearest."""
    if not nodes and (near := recalled.nodes[:MOST_NEAREST]):
        nodes = tuple(node.unique_id for node in near)
        notices.append(f"Nearest in the catalog: {listed([node_code(node) for node in near])}.")
    return Draft(
        text=first_sentences(text, 2) or "I have no answer that holds against the catalog.",
        nodes=nodes,
        path="model",
        refused=True,
        notices=tuple(dict.fromkeys(notices)),
    )


def _about_the_rest(said: Said, verdict: Verdict, sql: str | None) -> list[str]:
    """Why SQL is missing, and which names do not hold."""
    told: list[str] = []
    if broken := [problem for problem in verdict.sql if problem.breaks_sql]:
        told.append(explain_withheld(broken))
    elif len(said.queries) > 1:
        told.append(SEVERAL.format(count=len(said.queries)))
    shown = [*verdict.prose, *(problem for problem in verdict.sql if sql is not None)]
    return told + flag_names(list(dict.fromkeys(shown)))


def _named(said: Said, verdict: Verdict, details: Details, sql: str | None, recalled: Recalled) -> tuple[str, ...]:
    """The nodes of the answer, most important first: those of its SQL, the chosen one, what its prose names."""
    withheld = said.queries and sql is None
    nodes = tuple(each for each in verdict.nodes if not withheld or each not in verdict.sql_nodes)
    nodes = nodes or _spoken_of(said.prose, recalled)
    used = [details.choice.use] if details.choice else []
    return tuple(dict.fromkeys([*(() if sql else used), *nodes, *used]))


def _spoken_of(prose: str, recalled: Recalled) -> tuple[str, ...]:
    """Candidates whose names stand in the prose without code style, where nothing is named in code style."""
    words: Sequence[str] = [word.strip("`'\".,:;()*").lower() for word in prose.split()]
    named = [node for node in recalled.nodes if node.name.lower() in words]
    return tuple(node.unique_id for node in sorted(named, key=lambda node: words.index(node.name.lower())))
