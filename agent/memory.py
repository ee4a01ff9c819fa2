"""What a thread remembers, and the guard that keeps its store's own exceptions out of the agent."""

from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from langchain_core.messages import AIMessage, AnyMessage, BaseMessage, HumanMessage, RemoveMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
)

from agent.asking_back import offers
from agent.direct.recounting import is_recounting, to_recount
from agent.draft import Draft
from agent.state import State, Update
from agent.untrusted import cut, first_sentence
from agent.values import Answer
from agent.view import detail_lines, full_text
from knowledge import Unavailable

MOST_MESSAGES = 40
LONGEST_QUESTION = 2_000
LONGEST_ANSWER = 4_000
MOST_FOCUS = 5
MOST_EARLIER = 30
LONGEST_LINE = 140

T = TypeVar("T")


def remember(state: State, question: str, turn_id: str, answer: Answer, draft: Draft) -> Update:
    """The thread's memory with one more turn: the same turn once more takes its own place.

    A refusal, a greeting, a question back, or a list of what comes nearest leaves what the thread is about as it was.
    """
    sql = f"```sql\n{answer.sql}\n```" if answer.sql else ""
    told = full_text(replace(answer, shown_in=()))  # an address is nothing to remember
    said = "\n".join(filter(None, (told, answer.more, *detail_lines(answer), sql)))
    new: list[AnyMessage | RemoveMessage] = [
        HumanMessage(cut(question, LONGEST_QUESTION), id=f"{turn_id}:question"),
        AIMessage(cut(said, LONGEST_ANSWER), id=f"{turn_id}:answer"),
    ]
    old = [message for message in state.get("messages", []) if message.id not in {each.id for each in new}]
    surplus = old[: max(0, len(old) + len(new) - MOST_MESSAGES)]
    messages = [*(RemoveMessage(id=message.id or "") for message in surplus), *new]
    update = Update(
        messages=messages,
        offered=offers(answer.options),
        offered_for=question if answer.options else "",
        asked_back=answer.is_question,
    )
    if surplus:
        update["earlier"] = [*state.get("earlier", []), *in_short(surplus)][-MOST_EARLIER:]
    is_list = answer.path == "fallback" and "focus" in state
    if not answer.nodes or answer.refused or answer.is_question or is_list:
        return update
    update["focus"] = list(answer.nodes[:MOST_FOCUS])
    if not is_recounting(draft.kind):
        update["asked"], update["told"], update["column"] = draft.kind, to_recount(answer), draft.column
    return update


def in_short(messages: Sequence[BaseMessage]) -> list[str]:
    """Old turns in a line each: what was asked, and the first sentence of the answer."""
    lines: list[str] = []
    for message in messages:
        said = first_sentence(message.text, limit=LONGEST_LINE)
        if isinstance(message, AIMessage) and lines:
            lines[-1] += f" → {said}"
        else:
            lines.append(said)
    return lines


class GuardedMemory(BaseCheckpointSaver[str]):
    """A store of checkpoints whose failures are Unavailable, whichever driver it uses.

    The agent must not know the driver, so that this is the one place where any exception of it is taken.
    """

    def __init__(self, store: BaseCheckpointSaver[Any]) -> None:
        super().__init__(serde=store.serde)
        self._store = store

    @property
    def config_specs(self) -> list[Any]:
        return self._store.config_specs

    def get_next_version(self, current: str | None, channel: None) -> str:
        return self._store.get_next_version(current, channel)

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        return await _guarded(self._store.aget_tuple(config))

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        return await _guarded(self._store.aput(config, checkpoint, metadata, new_versions))

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        await _guarded(self._store.aput_writes(config, writes, task_id, task_path))

    async def adelete_thread(self, thread_id: str) -> None:
        await _guarded(self._store.adelete_thread(thread_id))

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002  # langgraph's own word
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        found = self._store.alist(config, filter=filter, before=before, limit=limit)
        while (checkpoint := await _guarded(anext(found, None))) is not None:
            yield checkpoint


async def _guarded(call: Awaitable[T]) -> T:
    try:
        return await call
    except Exception as error:
        raise Unavailable("The store of conversations does not answer.") from error
