"""How long people wait in Slack: acknowledgement, first status, posted answer."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.playground import Channel, Message, User, Workspace

_PATIENCE_S = 120.0


@dataclass
class Waits:
    """Seconds from the question to what was seen, one entry a question."""

    status: list[float] = field(default_factory=list)
    answer: list[float] = field(default_factory=list)
    ack: list[float] = field(default_factory=list)

    def add(self, other: "Waits") -> None:
        """Take over another's entries."""
        self.status += other.status
        self.answer += other.answer
        self.ack += other.ack


@dataclass(frozen=True)
class Askers:
    """People in a channel who ask."""

    workspace: Workspace
    channel: Channel
    person: User

    async def one_by_one(self, questions: Sequence[str]) -> Waits:
        """The next question comes when the one before is answered."""
        waits = Waits()
        for question in questions:
            waits.add(await self._ask(question))
        return waits

    async def all_at_once(self, questions: Sequence[str]) -> Waits:
        """Everybody asks in the same moment, each in a thread of their own."""
        waits = Waits()
        for one in await asyncio.gather(*(self._ask(question) for question in questions)):
            waits.add(one)
        return waits

    async def _ask(self, question: str) -> Waits:
        workspace = self.workspace
        before = len(workspace.deliveries)
        asked = time.monotonic()
        asked_at = workspace.state.now()
        ts = await workspace.post(self.person, self.channel, f"@marty {question}")
        answer: Message = await workspace.answer_to(self.channel, ts, timeout_s=_PATIENCE_S)
        answered = time.monotonic() - asked
        if not answer.shown:
            raise RuntimeError("an empty answer")
        seen = [each.at for each in workspace.statuses.history if each.thread_ts == ts and each.status]
        acks = [
            (each.acked_at - each.sent_at[0]).total_seconds()
            for each in workspace.deliveries[before:]
            if each.acked_at and (each.payload.get("event") or {}).get("ts") == ts
        ]
        return Waits(status=[(min(seen) - asked_at).total_seconds()] if seen else [], answer=[answered], ack=acks[:1])
