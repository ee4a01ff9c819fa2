"""The way of a question: recall → (direct | think ⇄ tools) → check → answer. Nodes and edges only."""

from typing import Any, Literal

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agent.equipment import Equipment
from agent.reading.giving import given_in
from agent.state import State
from agent.steps import Steps

Graph = CompiledStateGraph[State, None, State, State]


def build_graph(equipment: Equipment, memory: BaseCheckpointSaver[Any] | None) -> Graph:
    """Compile the graph; with a memory it is keyed by ``thread_id``."""
    steps = Steps(equipment)
    graph = StateGraph(State)
    graph.add_node("recall", steps.recall)
    graph.add_node("direct", steps.direct)
    graph.add_node("think", steps.think)
    graph.add_node("tools", steps.tools)
    graph.add_node("check", steps.check)
    graph.add_node("fallback", steps.fallback)
    graph.add_node("answer", steps.answer)
    graph.add_edge(START, "recall")
    graph.add_conditional_edges(
        "recall", after_recall, {"model": _model(equipment), "direct": "direct", "answer": "answer"}
    )
    graph.add_conditional_edges(
        "direct", after_direct, {"model": _model(equipment), "recall": "recall", "answer": "answer"}
    )
    graph.add_conditional_edges("think", after_think)
    graph.add_edge("tools", "think")
    graph.add_conditional_edges("check", after_check)
    graph.add_edge("fallback", "answer")
    graph.add_edge("answer", END)
    return graph.compile(checkpointer=memory)


# The ways on are coroutines, though they wait for nothing: langgraph would run plain functions in threads.
async def after_recall(state: State) -> Literal["answer", "direct", "model"]:
    """A greeting is answered; what may be a lookup is tried as one; the rest is for the model."""
    work = state["work"]
    if work.draft is not None:
        return "answer"
    return "direct" if work.readings and not work.tried_directly else "model"


async def after_direct(state: State) -> Literal["answer", "recall", "model"]:
    """What was no lookup is searched for, unless that has been done."""
    work = state["work"]
    if work.draft is not None:
        return "answer"
    return "recall" if work.recalled is None else "model"


async def after_think(state: State) -> Literal["tools", "check", "think", "fallback"]:
    """A reply is checked or acted upon; without one the model is asked once more, or given up."""
    work = state["work"]
    if work.reply is None:
        return "fallback" if work.failure else "think"
    return "tools" if work.reply.calls and given_in(work.reply) is None else "check"


async def after_check(state: State) -> Literal["answer", "think"]:
    """What holds is the answer; what does not goes back to the model."""
    return "answer" if state["work"].draft is not None else "think"


def _model(equipment: Equipment) -> Literal["think", "fallback"]:
    return "fallback" if equipment.model is None else "think"
