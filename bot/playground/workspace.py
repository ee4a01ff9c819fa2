"""The workspace as tests use it: what people do, plus waiting, reading what happened, and trouble on demand."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.playground.announce import Announcer
from bot.playground.delivery import Delivery, SocketMode
from bot.playground.events import event_payload
from bot.playground.faults import Faults
from bot.playground.files import Files
from bot.playground.interaction import Interactions
from bot.playground.people import People, id_of
from bot.playground.state import BOT_USER_ID, State
from bot.playground.statuses import Assistant, Statuses
from bot.playground.transcript import render_transcript
from bot.playground.values import Call, Channel, Json, Message, Ping, User
from bot.playground.views import Views

T = TypeVar("T")
_PATIENCE_S = 30.0
"""Longer than a busy machine takes for anything that tests wait for."""


class Workspace(People):
    """One workspace. ``statuses``, ``assistant``, ``faults`` and ``calls`` are described by their classes."""

    def __init__(self, state: State, sockets: SocketMode, interactions: Interactions, announcer: Announcer) -> None:
        super().__init__(state, interactions, announcer)
        self.sockets = sockets
        self.statuses = Statuses(state)
        self.assistant = Assistant()
        self.faults = Faults()
        self.files = Files()
        self.calls: list[Call] = []

    @property
    def pings(self) -> list[Ping]:
        """Every notification the app's words would have caused."""
        return self.state.pings

    @property
    def deliveries(self) -> list[Delivery]:
        """Every payload sent to the app: attempts, acknowledgement and what it carried."""
        return self.sockets.deliveries

    @property
    def views(self) -> Views:
        """Forms that are open and home tabs that were published."""
        return self.interactions.views

    def messages(self, channel: Channel | str, thread_ts: str | None = None) -> list[Message]:
        """What everybody sees: the whole channel, or one thread with its root, oldest first."""
        messages = self.state.messages(id_of(channel))
        return [each for each in messages if thread_ts is None or thread_ts in (each.ts, each.thread_ts)]

    def ephemerals(self, user: User | str, channel: Channel | str) -> list[Message]:
        """What only ``user`` sees there, oldest first."""
        return [each for each in self.state.everything(id_of(channel)) if each.ephemeral_to == id_of(user)]

    def calls_of(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    async def wait_for(
        self, condition: Callable[[], Awaitable[T | None] | T | None], *, timeout_s: float = _PATIENCE_S
    ) -> T:
        """Return the first true value of ``condition``. Raises: TimeoutError, with everything that was said."""
        try:
            return await self.state.changes.wait_for(condition, timeout_s)
        except TimeoutError:
            said = "\n\n".join(self.transcript(each) for each in self.state.channels)
            raise TimeoutError(f"not true within {timeout_s} s; what was said:\n{said}") from None

    async def answer_to(self, channel: Channel | str, ts: str, *, timeout_s: float = _PATIENCE_S) -> Message:
        """The first finished message of the app in the thread of ``ts``. Raises: TimeoutError."""

        def answer() -> Message | None:
            finished = (each for each in self.messages(channel, ts) if each.ts != ts and not each.streaming)
            return next((each for each in finished if each.user == BOT_USER_ID), None)

        return await self.wait_for(answer, timeout_s=timeout_s)

    def transcript(self, channel: Channel | str) -> str:
        """The conversation as a person would retell it."""
        return render_transcript(self.state, self.channel(channel))

    async def connected(self, *, timeout_s: float = _PATIENCE_S) -> None:
        """Wait until the app holds a connection."""
        await self.wait_for(lambda: len(self.sockets.connections), timeout_s=timeout_s)

    async def settled(self, *, timeout_s: float = _PATIENCE_S) -> None:
        """Wait until everything sent was acknowledged or given up."""
        await self.wait_for(lambda: all(each.settled for each in self.deliveries), timeout_s=timeout_s)

    async def redeliver(self, n_last: int = 1) -> None:
        """Send the last events once more, in the same envelopes."""
        await self.sockets.send_again([each for each in self.deliveries if each.type == "events_api"][-n_last:])

    async def deliver(self, event: Json) -> Delivery:
        """Send any event, subscribed or not, well-formed or not; a whole ``event_callback`` goes out as it is."""
        payload = event if event.get("type") == "event_callback" else event_payload(self.state, event)
        return self.sockets.deliver(payload)

    async def disconnect_sockets(self, reason: str = "refresh_requested") -> None:
        """Ask the app to reconnect, as Slack does every few hours."""
        await self.sockets.connections.disconnect(reason)

    async def cut_sockets(self) -> None:
        """Break the connections without a word."""
        self.sockets.connections.cut()
