"""Lets the model put the first results of a search into order: one call, whatever it answers."""

import re
import time
from collections.abc import Sequence
from dataclasses import replace

from langchain_core.messages import HumanMessage, SystemMessage

from agent.errors import ModelUnavailable
from agent.evaluation.record import RerankCosts
from agent.evaluation.values import Outcome, rerank_by
from agent.model.chat import Ask, ChatModel
from agent.model.replies import Reply
from agent.prompt import load_prompt
from agent.told import summary_line
from agent.untrusted import cut
from knowledge import Catalog, Summary

CANDIDATES = 20
"""How many results the model sees."""
_LONGEST_QUESTION = 1_500
_LIST = re.compile(r"\[[^\[\]]*\]")
_NUMBERS_ALONE = re.compile(r"^[\s\d,;.>*#-]+$")
_NUMBER_FIRST = re.compile(r"^\W*(\d+)\b")
_NUMBER = re.compile(r"\d+")


class Reranker:
    """Reranks one outcome after the other, and counts what that costs."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model
        self._calls = self._unread = 0
        self._tokens: int | None = None
        self._seconds = 0.0

    async def rerank(self, outcome: Outcome, catalog: Catalog) -> Outcome:
        """The outcome with the model's order of its first results; with its own where the model says nothing usable.

        Raises:  ModelUnavailable when the very first call fails: the endpoint, not the question, is the reason then.
        """
        candidates = await catalog.summaries(outcome.searched.found[:CANDIDATES])
        started = time.perf_counter()
        try:
            reply = await self._model.call(ask_for_order(outcome.question, candidates))
        except ModelUnavailable:
            if not self._calls:
                raise
            reply = Reply(text="")
        self._seconds += time.perf_counter() - started
        self._calls += 1
        if reply.tokens is not None:
            self._tokens = (self._tokens or 0) + reply.tokens
        numbers = read_order(reply.text, len(candidates))
        self._unread += not numbers
        order = [candidates[place - 1].unique_id for place in whole_order(numbers, len(candidates))]
        return replace(outcome, reranked=rerank_by(outcome.searched, order))

    def costs(self) -> RerankCosts:
        """What all of it has cost until now."""
        return RerankCosts(
            model=self._model.name,
            calls=self._calls,
            unread=self._unread,
            tokens=self._tokens,
            seconds=self._seconds,
        )


def ask_for_order(question: str, candidates: Sequence[Summary]) -> Ask:
    """The call: candidates in one line each, numbered from 1."""
    lines = [f"{number}. {summary_line(each)}" for number, each in enumerate(candidates, 1)]
    asked = "\n".join([f"Question: {cut(question, _LONGEST_QUESTION)}", "", "Candidates:", *lines])
    return Ask(messages=[SystemMessage(load_prompt("rerank")), HumanMessage(asked)])


def read_order(text: str, count: int) -> list[int]:
    """The numbers from 1 to ``count`` that an answer lists, each once; none when it lists nothing (pure).

    The last list in brackets counts before lines of numbers alone, and those before lines that begin with a number:
    numbers within sentences mean other things.
    """
    lines = text.splitlines()
    ways = [
        *reversed(_LIST.findall(text)),
        " ".join(line for line in lines if _NUMBERS_ALONE.match(line)),
        " ".join(found[1] for line in lines if (found := _NUMBER_FIRST.match(line))),
    ]
    return next((numbers for way in ways if (numbers := _numbers(way, count))), [])


def whole_order(numbers: Sequence[int], count: int) -> list[int]:
    """Every number from 1 to ``count``: the given ones first, then the others as they were (pure)."""
    return [*numbers, *(number for number in range(1, count + 1) if number not in numbers)]


def _numbers(text: str, count: int) -> list[int]:
    found = (int(number) for number in _NUMBER.findall(text) if len(number) <= len(str(count)))
    return [number for number in dict.fromkeys(found) if 1 <= number <= count]
