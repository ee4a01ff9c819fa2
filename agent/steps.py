"""The steps of the graph: each takes the state and returns what it changes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from langgraph.runtime import Runtime

from agent import thinking
from agent.asking_back import with_choice
from agent.checker.checker import build_vocabulary, is_clean
from agent.direct.answering import Direct
from agent.direct.choosing import shown_first
from agent.direct.help import answer_about_itself
from agent.direct.recounting import kind_of
from agent.direct.remarks import say_missing
from agent.direct.subject import Finder, Missing
from agent.equipment import Equipment
from agent.fallback import fall_back
from agent.finishing import cite, finish
from agent.memory import remember
from agent.reading.checking import check_reply
from agent.reading.claims import Known
from agent.reading.clearing import Clearing
from agent.reading.edges import Edges
from agent.reading.release import Release
from agent.recall import read_question
from agent.recall import recall as look_up
from agent.state import Recalled, State, Update, Work
from agent.values import Delta, Progress
from agent.view import shown_in_line
from knowledge.dialects import dialect_of

Emit = Callable[[Any], None]
"""Sends an event to whoever asked."""


class Steps:
    """The nodes of the graph, over what the agent was built with."""

    def __init__(self, equipment: Equipment) -> None:
        self._equipment = equipment

    async def recall(self, state: State, runtime: Runtime[None]) -> Update:
        """Read the question; then search, unless it may be a lookup that needs no search."""
        work = state["work"]
        if not work.tried_directly:
            text = with_choice(work.text, state)
            work = replace(work, text=text, may_ask_back=not state.get("asked_back"))
            if (about_itself := answer_about_itself(work.text)) is not None:
                return Update(work=replace(work, draft=about_itself, caveat=None))
            runtime.stream_writer(Progress("is reading the catalog…"))
            work = replace(
                work,
                readings=read_question(work.text, self._equipment.phrasebook, self._equipment.wordbook, work.names),
            )
            if work.readings and all(reading.kind != "choice" for reading in work.readings):
                return Update(work=work)
        recalled = await look_up(work.text, state, work.names, work.readings, self._equipment.library)
        return Update(work=replace(work, recalled=recalled))

    async def direct(self, state: State) -> Update:
        """Answer from the catalog alone, when that settles the question."""
        work = state["work"]
        finder = Finder(
            names=work.names, library=self._equipment.library, focus=_focus(state), column=state.get("column", "")
        )
        way = Direct(
            library=self._equipment.library,
            finder=finder,
            recalled=work.recalled,
            asked_before=kind_of(state.get("asked")),
            told=state.get("told"),
            has_model=self._equipment.model is not None,
            link_hosts=self._equipment.link_hosts,
        )
        found = await way.answer(work.readings)
        work = replace(work, tried_directly=True)
        if isinstance(found, Missing):
            return Update(work=replace(work, missing=found, draft=say_missing(found) if found.sure else None))
        return Update(work=replace(work, draft=found))

    async def think(self, state: State, runtime: Runtime[None]) -> Update:
        """Call the model once more; what of its answer holds already is shown while it grows."""
        work = state["work"]
        if self._equipment.model is None:
            raise AssertionError("there is no model to think with")
        runtime.stream_writer(Progress("is correcting names…" if work.rejected else "is thinking…"))
        if work.release is None:
            work = replace(work, release=_release(work, self._equipment, runtime.stream_writer))
        work = await thinking.think(state, work, self._equipment, self._equipment.model)
        if work.reply is not None and not work.reply.calls and not work.reply.text:
            work = thinking.without_words(work, self._equipment)
        return Update(work=work)

    async def tools(self, state: State, runtime: Runtime[None]) -> Update:
        """Use the tools that the model asks for."""
        work = state["work"]
        if work.reply is None:
            raise AssertionError("nobody asked for a tool")
        wanted = [
            self._equipment.tools[call.name].doing for call in work.reply.calls if call.name in self._equipment.tools
        ]
        runtime.stream_writer(Progress(wanted[0] if wanted else "is looking around…"))
        return Update(work=await thinking.use_tools(work, work.reply, self._equipment))

    async def check(self, state: State, runtime: Runtime[None]) -> Update:
        """Check every name of the reply; the model may correct itself once."""
        work = state["work"]
        if work.reply is None:
            raise AssertionError("there is no reply to check")
        runtime.stream_writer(Progress("is checking names…"))
        return Update(work=await check_reply(work, work.reply, self._equipment))

    async def fallback(self, state: State) -> Update:
        """Answer from the catalog alone because no model can."""
        return Update(work=replace(state["work"], draft=fall_back(state["work"])))

    async def answer(self, state: State) -> Update:
        """Add what the answer rests on, and remember the turn."""
        work = state["work"]
        if work.draft is None:
            raise AssertionError("there is nothing to answer with")
        whole = await finish(work, work.draft, self._equipment)
        memory = remember(state, work.text, work.question.turn_id, whole, work.draft)
        return Update(memory, work=replace(work, answer=whole))


def _focus(state: State) -> list[str]:
    """What the thread is about: the last answer's nodes, else what was named before Marty was in it."""
    if focus := state.get("focus"):
        return focus
    work = state["work"]
    said = (each for message in reversed(work.question.history) for each in work.names.mentioned(message.text))
    return [each.unique_id for each in said][:1]


def _release(work: Work, equipment: Equipment, emit: Emit) -> Release:
    recalled = work.recalled or Recalled()
    vocabulary = build_vocabulary(work.names, recalled.nodes, recalled.health.values(), dialect_of(recalled.adapter))
    clearing = Clearing(Known(work.names, recalled.nodes, Edges(work.names)), equipment.instructions)
    return Release(
        is_clean=lambda part: is_clean(part, vocabulary, equipment.known_words) and clearing.lets(part),
        repeats=equipment.instructions.repeated,
        emit=lambda part: emit(Delta(part)),
        before=shown_in_line(cite(shown_first(work.text, recalled), recalled, equipment.link_hosts)),
    )
