"""One step of thinking: a call of the model, within what is left of the budget."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.messages.tool import ToolCall as WireCall

from agent.briefing import Thread, brief
from agent.equipment import Equipment
from agent.errors import ModelUnavailable
from agent.model.chat import Ask, ChatModel
from agent.model.replies import Reply
from agent.reading.giving import NAME as GIVING
from agent.reading.giving import given_in
from agent.state import Failure, Recalled, State, Work
from agent.tools.boundary import run_call
from agent.tools.tool import Reach

MOST_CALLS = 6
"""Tools that one reply may call; the others are told to wait."""
LEAST_S = 3.0
"""With less time left a call is not begun."""
_LAST_SHARE = 0.3
"""Of the seconds; when no more than this is left, the model has to answer."""
LIMIT_NOTICE = "I stopped at my limit of steps for one question, so this may be incomplete."
CUT_NOTICE = "The language model stopped before its answer was complete."


def may_go_on(work: Work, equipment: Equipment) -> bool:
    """Whether another call of the model is within the budget."""
    budget = equipment.budget
    return (
        work.spent.calls < budget.model_calls
        and work.spent.estimated_tokens < budget.tokens
        and seconds_left(work, equipment) > LEAST_S
    )


def seconds_left(work: Work, equipment: Equipment) -> float:
    """Of the budget, by the event loop's clock."""
    return equipment.budget.seconds - (asyncio.get_running_loop().time() - work.started_s)


async def think(state: State, work: Work, equipment: Equipment, model: ChatModel) -> Work:
    """Call the model once more. Its reply, or why there is none, is in the result."""
    if not may_go_on(work, equipment):
        return _without_reply(work, "limit")
    is_correction = work.rejected is not None
    is_last = is_correction or _is_last(work, equipment)
    messages = [*_briefed(state, work, equipment), *work.dialogue]
    if is_last and work.dialogue and not is_correction:
        messages.append(HumanMessage(equipment.prompts["last_step"]))
    release = work.release
    ask = Ask(
        messages=messages,
        tools=equipment.schemas,
        may_use_tools=not is_last,
        spoken=(GIVING, "answer"),
        requests=equipment.budget.model_calls - work.spent.calls,
        timeout_s=seconds_left(work, equipment),
    )
    try:
        reply = await model.call(ask, on_text=release.feed if release else None)
    except ModelUnavailable as error:
        spent = work.spent.plus_failed(error.requests, begun=error.begun)
        work = replace(work, spent=spent, remedy=error.remedy)
        return _without_reply(work, error.reason)
    spent = work.spent.plus(reply, asked_chars=sum(len(message.text) for message in messages))
    if is_last and reply.calls and given_in(reply) is None:
        reply = replace(reply, calls=tuple(call for call in reply.calls if call.name == GIVING)[-1:])
        if given_in(reply) is None:
            reply = replace(reply, calls=())
        if (reply.text or reply.calls) and not is_correction:
            work = replace(work, notices=(*work.notices, LIMIT_NOTICE))
    if reply.cut_off and (not reply.calls or given_in(reply) is not None):
        work = replace(work, notices=(*work.notices, CUT_NOTICE))
    return replace(work, reply=reply, spent=spent)


async def use_tools(work: Work, reply: Reply, equipment: Equipment) -> Work:
    """Answer every call of the reply, so that the conversation stays one that endpoints accept."""
    reach = Reach(library=equipment.library, names=work.names)
    earlier = _earlier_calls(work.dialogue)
    results: list[BaseMessage] = []
    for place, call in enumerate(reply.calls):
        key = f"{call.name} {call.arguments}"
        if place >= MOST_CALLS:
            text = f"Not done: at most {MOST_CALLS} calls at once."
        elif key in earlier:
            text = "You called this before; its result stands above. Answer now."
        elif call.name == GIVING:
            text = "Not done: call it alone, with valid arguments, once the other results are there."
        else:
            text = await run_call(call, equipment.tools, reach)
        results.append(ToolMessage(text, tool_call_id=call.id))
    said = AIMessage(
        reply.text,
        tool_calls=[WireCall(name=call.name, args=dict(call.arguments or {}), id=call.id) for call in reply.calls],
    )
    return replace(work, dialogue=(*work.dialogue, said, *results), reply=None)


def without_words(work: Work, equipment: Equipment) -> Work:
    """After a reply without a word: ask for it again once, else give up."""
    if not may_go_on(work, equipment):
        return _without_reply(work, "limit")
    if work.prodded:
        return _without_reply(work, "nonsense")
    again = HumanMessage(equipment.prompts["empty_reply"])
    return replace(work, dialogue=(*work.dialogue, again), reply=None, prodded=True)


def _without_reply(work: Work, failure: Failure) -> Work:
    """What is left when the model says nothing more: the answer it was to correct, or none."""
    if work.rejected is not None:
        return replace(work, reply=work.rejected)
    return replace(work, reply=None, failure=failure)


def _is_last(work: Work, equipment: Equipment) -> bool:
    budget = equipment.budget
    return (
        budget.model_calls - work.spent.calls <= 1
        or seconds_left(work, equipment) <= budget.seconds * _LAST_SHARE
        or work.spent.estimated_tokens >= budget.tokens * (1 - _LAST_SHARE)
    )


def _briefed(state: State, work: Work, equipment: Equipment) -> list[BaseMessage]:
    own = f"{work.question.turn_id}:"
    remembered = [message for message in state.get("messages", []) if not (message.id or "").startswith(own)]
    said = {message.text for message in remembered}
    history = [message for message in work.question.history if message.text not in said]
    thread = Thread(remembered=remembered, earlier=state.get("earlier", []), history=history)
    return brief(equipment.prompts["system"], thread, work.text, work.recalled or Recalled())


def _earlier_calls(dialogue: Sequence[BaseMessage]) -> set[str]:
    return {
        f"{call['name']} {call['args']}"
        for message in dialogue
        if isinstance(message, AIMessage)
        for call in message.tool_calls
    }
