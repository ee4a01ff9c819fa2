"""Asks the agent the questions of a set, and examines each answer against the catalog once it is whole."""

import re
import time
from collections.abc import Collection, Iterable, Sequence

from agent.agent import Agent
from agent.checker.checker import check, gather_vocabulary
from agent.checker.parsing import parse, table_names
from agent.checker.problems import explain
from agent.checker.vocabulary import Problem, Vocabulary
from agent.checker.words import load_known_words
from agent.evaluation.answers import AnswerOutcome, Examined, outcome_of
from agent.evaluation.values import Case
from agent.library import Library
from agent.reading.said import Said, is_imitation
from agent.reliance import look_up_trust
from agent.values import Answer, Answered, Question
from agent.view import detail_lines
from knowledge import Node
from knowledge.dialects import dialect_of

_VAGUE = frozenset({"undocumented", "elsewhere"})
"""Columns that may exist in the warehouse: nothing says that they are wrong."""
_MOST_NODES = 60
_WORD = re.compile(r"[A-Za-z_$][\w$]*(?:\.[\w$]+)*")


class Examiner:
    """Examines the answers of one agent by the catalog that the agent has, and by the same clock."""

    def __init__(self, agent: Agent, library: Library) -> None:
        self._agent = agent
        self._library = library
        self._known_words = load_known_words()

    async def ask(self, case: Case, *, known: Collection[str], with_context: bool = False) -> AnswerOutcome:
        """What is answered, in a conversation of its own, and how it holds.

        Args:    known: those of the case's nodes that the catalog has.
        Raises:  Unavailable when the database does not answer.
        """
        name = f"evaluation:{case.where}"
        question = Question(text=case.text(with_context=with_context), thread_id=name, turn_id=name)
        started = time.perf_counter()
        [answer] = [event.answer async for event in self._agent.ask(question) if isinstance(event, Answered)]
        seconds = time.perf_counter() - started
        return outcome_of(case, answer, await self.examine(answer), seconds=seconds, known=known)

    async def examine(self, answer: Answer) -> Examined:
        """Read again what the catalog says about everything that the answer names."""
        queries = (answer.sql,) if answer.sql else ()
        said = Said(prose="\n".join([answer.text, answer.more, *detail_lines(answer)]), queries=queries)
        nodes = await self._cited(answer)
        vocabulary = await self._vocabulary(said, nodes)
        verdict = check(said, vocabulary, self._known_words)
        return Examined(
            wrong_names=tuple(each for each in _names(verdict.prose) if each.lower() not in _described(nodes)),
            sql_faults=tuple(explain(problem) for problem in verdict.sql if problem.breaks_sql),
            sql_tables=frozenset(_tables(answer.sql or "", vocabulary)),
            wrong_trust=tuple(await self._wrong_trust(answer)),
        )

    async def _cited(self, answer: Answer) -> list[Node]:
        named = [*answer.nodes, *(each.unique_id for each in (*answer.citations, *answer.shown_in, *answer.options))]
        ids = list(dict.fromkeys(named))[:_MOST_NODES]
        return list(await self._library.catalog.nodes(ids)) if ids else []

    async def _vocabulary(self, said: Said, nodes: Sequence[Node]) -> Vocabulary:
        catalog = self._library.catalog
        health = await catalog.health([node.unique_id for node in nodes]) if nodes else {}
        dialect = dialect_of(await catalog.adapter())
        return await gather_vocabulary(said, await catalog.names(), nodes, health.values(), dialect, catalog)

    async def _wrong_trust(self, answer: Answer) -> list[str]:
        """Lines that differ from the catalog's, that are missing under an answer, or that its text imitates."""
        nodes = await self._library.catalog.nodes([each.unique_id for each in answer.trust]) if answer.trust else []
        real = {each.unique_id: (each.status, each.line) for each in await look_up_trust(nodes, self._library)}
        wrong = [each.unique_id for each in answer.trust if real.get(each.unique_id) != (each.status, each.line)]
        rests = answer.nodes and not answer.refused and not answer.is_question and answer.path != "direct"
        if rests and not answer.trust:
            wrong.append(answer.nodes[0])
        if answer.path == "model" and any(is_imitation(line) for line in f"{answer.text}\n{answer.more}".splitlines()):
            wrong.append("the answer's own text")
        return wrong


def _tables(sql: str, vocabulary: Vocabulary) -> Iterable[str]:
    """unique_ids of every table that the SQL may mean, namesakes included."""
    parsed = parse(sql, vocabulary.dialect) if sql else None
    for name in table_names(parsed) if parsed else ():
        yield from (node.unique_id for node in vocabulary.tables(name))


def _names(problems: Iterable[Problem]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(problem.name for problem in problems if problem.kind not in _VAGUE))


def _described(nodes: Iterable[Node]) -> frozenset[str]:
    """What the descriptions of the nodes say that an answer rests on is quoted from them, not made up."""
    texts = (text for node in nodes for text in (node.description, *(column.description for column in node.columns)))
    return frozenset(word.lower() for text in texts for word in _WORD.findall(text))
