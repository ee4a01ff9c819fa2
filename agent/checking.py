"""Checks what the model said, sends it back once, and makes a draft of what holds."""

import re
from collections.abc import Sequence
from dataclasses import replace

from langchain_core.messages import AIMessage, HumanMessage

from agent.checker.checker import Verdict, check, gather_vocabulary
from agent.checker.parsing import dialect_of
from agent.checker.problems import explain, explain_withheld, flag_names
from agent.draft import Draft
from agent.equipment import Equipment
from agent.replies import Reply
from agent.said import Said, read_said
from agent.state import Recalled, Work
from agent.thinking import may_go_on

MOST_CHOSEN = 5
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
    said = read_said(reply.text)
    vocabulary = await gather_vocabulary(
        said,
        work.names,
        recalled.nodes,
        recalled.health.values(),
        dialect_of(recalled.adapter),
        equipment.library.catalog,
    )
    verdict = check(said, vocabulary, equipment.known_words)
    wrong = [problem for problem in verdict.problems if problem.is_worth_repair]
    if wrong and work.rejected is None and may_go_on(work, equipment):
        listed = "\n".join(f"- {explain(problem)}" for problem in wrong)
        asked = HumanMessage(equipment.prompts["repair"].format(problems=listed))
        return replace(work, dialogue=(*work.dialogue, AIMessage(reply.text), asked), reply=None, rejected=reply)
    return replace(work, draft=_draft(work, said, verdict, recalled))


def _draft(work: Work, said: Said, verdict: Verdict, recalled: Recalled) -> Draft:
    """What holds of the answer, and what is to be said about the rest."""
    notices = list(work.notices)
    sql = said.queries[0] if said.queries else None
    if broken := [problem for problem in verdict.sql if problem.breaks_sql]:
        sql = None
        notices.append(explain_withheld(broken))
    elif len(said.queries) > 1:
        notices.append(SEVERAL.format(count=len(said.queries)))
    shown = [*verdict.prose, *(problem for problem in verdict.sql if sql is not None)]
    notices += flag_names(list(dict.fromkeys(shown)))
    text = said.prose or ("Here is the query." if sql else "I have no answer that holds against the catalog.")
    nodes = verdict.nodes if not broken else tuple(each for each in verdict.nodes if each not in verdict.sql_nodes)
    nodes = nodes or _spoken_of(said.prose, recalled)
    chosen = verdict.sql_nodes[:MOST_CHOSEN] if sql else nodes[:1]
    refused = said.refused or not (said.prose or sql) or (not nodes and sql is None and bool(_DENIES.search(text)))
    return Draft(
        text=text,
        nodes=nodes,
        chosen=() if refused else chosen,
        sql=sql,
        path="model",
        refused=refused,
        sure=not verdict.problems and not work.notices,
        notices=tuple(dict.fromkeys(notices)),
    )


def _spoken_of(prose: str, recalled: Recalled) -> tuple[str, ...]:
    """Candidates whose names stand in the prose without code style, where nothing is named in code style."""
    words: Sequence[str] = [word.strip("`'\".,:;()*").lower() for word in prose.split()]
    named = [node for node in recalled.nodes if node.name.lower() in words]
    return tuple(node.unique_id for node in sorted(named, key=lambda node: words.index(node.name.lower())))
