"""The way of a question: recall → (direct | think ⇄ tools) → check → answer. Nodes and edges only."""

from typing import Any, Literal

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from agent import steps
from agent.equipment import Equipment
from agent.state import State, Update

Graph = CompiledStateGraph[State, None, State, State]


def build_graph(equipment: Equipment, memory: BaseCheckpointSaver[Any] | None) -> Graph:
    """Compile the graph; with a memory it is keyed by ``thread_id``."""

    async def recall(state: State, runtime: Runtime[None]) -> Update:
        return await steps.recall(state, equipment, runtime.stream_writer)

    async def direct(state: State) -> Update:
        return await steps.direct(state, equipment)

    async def think(state: State, runtime: Runtime[None]) -> Update:
        return await steps.think(state, equipment, runtime.stream_writer)

    async def tools(state: State, runtime: Runtime[None]) -> Update:
        return await steps.tools(state, equipment, runtime.stream_writer)

    async def check(state: State, runtime: Runtime[None]) -> Update:
        return await steps.check(state, equipment, runtime.stream_writer)

    async def fallback(state: State) -> Update:
        return steps.fallback(state)

    async def answer(state: State) -> Update:
        return await steps.answer(state, equipment)

    # The ways on are coroutines too: langgraph would run plain functions in threads.
    async def after_recall(state: State) -> Literal["answer", "direct", "think", "fallback"]:
        if state["work"].draft is not None:
            return "answer"
        return "direct" if state["work"].readings and not state["work"].tried_directly else _to_model(equipment)

    async def after_direct(state: State) -> Literal["answer", "recall", "think", "fallback"]:
        if state["work"].draft is not None:
            return "answer"
        return "recall" if state["work"].recalled is None else _to_model(equipment)

    async def after_think(state: State) -> Literal["tools", "check", "think", "fallback"]:
        work = state["work"]
        if work.reply is None:
            return "fallback" if work.failure else "think"
        return "tools" if work.reply.calls else "check"

    async def after_check(state: State) -> Literal["answer", "think"]:
        return "answer" if state["work"].draft is not None else "think"

    graph = StateGraph(State)
    for name, node in [("recall", recall), ("direct", direct), ("think", think), ("tools", tools), ("check", check)]:
        graph.add_node(name, node)
    graph.add_node("fallback", fallback)
    graph.add_node("answer", answer)
    graph.add_edge(START, "recall")
    graph.add_conditional_edges("recall", after_recall)
    graph.add_conditional_edges("direct", after_direct)
    graph.add_conditional_edges("think", after_think)
    graph.add_edge("tools", "think")
    graph.add_conditional_edges("check", after_check)
    graph.add_edge("fallback", "answer")
    graph.add_edge("answer", END)
    return graph.compile(checkpointer=memory)


def _to_model(equipment: Equipment) -> Literal["think", "fallback"]:
    return "fallback" if equipment.model is None else "think"
