"""What is sent to the app: envelopes, acknowledgements, and what happens without them.

Each payload goes to one connection, in turn. An event that is not acknowledged in time, or whose connection breaks, is
sent again; events wait while nobody is connected. Commands and interactions get one chance.
"""

import asyncio
import json
import uuid
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.playground.connections import Connection, Connections

Json = dict[str, Any]


class Unacknowledged(Exception):
    """A command or interaction got no acknowledgement; ``error`` is Slack's word for it."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


@dataclass(kw_only=True, eq=False)
class Delivery:
    """One payload on its way to the app."""

    envelope_id: str
    type: str
    payload: Json
    sent_at: list[datetime] = field(default_factory=list)
    """One time for each attempt."""
    acked_at: datetime | None = None
    ack_payload: Json = field(default_factory=dict)
    given_up: bool = False
    acked: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    on_ack: Callable[[Json], None] | None = field(default=None, repr=False)

    @property
    def settled(self) -> bool:
        return self.given_up or self.acked.is_set()


class SocketMode:
    """Sends payloads over the app's connections. ``deliveries`` keeps everything that was ever sent."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        ack_timeout_s: float,
        retry_delays_s: Sequence[float],
        is_enabled: bool,
    ) -> None:
        self.connections = Connections(is_enabled=is_enabled, on_text=self._read_ack)
        self.deliveries: list[Delivery] = []
        self._by_envelope: dict[str, Delivery] = {}
        self._now = now
        self._ack_timeout_s = ack_timeout_s
        self._retry_delays_s = tuple(retry_delays_s)
        self._tasks: set[asyncio.Task[None]] = set()

    def deliver(self, payload: Json) -> Delivery:
        """Send an event for as long as it takes, in the background."""
        delivery = self._new("events_api", payload)
        self._in_background(self._insist(delivery))
        return delivery

    async def request(self, kind: str, payload: Json, on_ack: Callable[[Json], None] | None = None) -> Json:
        """Send a command or an interaction once and return what its acknowledgement carried.

        Args:   on_ack: called with it as it arrives, before anything else the app sends is looked at.
        Raises: Unacknowledged.
        """
        delivery = self._new(kind, payload)
        delivery.on_ack = on_ack
        connection = self.connections.next()
        if connection is None or not await self._send(delivery, connection):
            delivery.given_up = True
            raise Unacknowledged("dispatch_failed" if connection is None else "operation_timeout")
        return delivery.ack_payload

    async def send_again(self, deliveries: Sequence[Delivery]) -> None:
        """Send the same envelopes once more, as Slack does now and then."""
        for delivery in deliveries:
            await self._send(delivery, await self.connections.wait())

    async def send_frame(self, frame: str) -> None:
        """Send any text to one connection."""
        await (await self.connections.wait()).socket.send_str(frame)

    async def close(self) -> None:
        """End all deliveries and connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.connections.close()

    def _new(self, kind: str, payload: Json) -> Delivery:
        delivery = Delivery(envelope_id=str(uuid.uuid4()), type=kind, payload=payload)
        self.deliveries.append(delivery)
        self._by_envelope[delivery.envelope_id] = delivery
        return delivery

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _insist(self, delivery: Delivery) -> None:
        for delay_s in (0.0, *self._retry_delays_s):
            if delivery.sent_at:
                await asyncio.sleep(delay_s)
            if delivery.acked.is_set() or await self._send(delivery, await self.connections.wait()):
                return
        delivery.given_up = True

    async def _send(self, delivery: Delivery, connection: Connection) -> bool:
        """Send once; whether it was acknowledged in time."""
        envelope = _envelope(delivery, attempt=len(delivery.sent_at))
        delivery.sent_at.append(self._now())
        try:
            await connection.socket.send_json(envelope)
        except ConnectionError:
            return False
        waits = [asyncio.ensure_future(each.wait()) for each in (delivery.acked, connection.lost)]
        await asyncio.wait(waits, timeout=self._ack_timeout_s, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        return delivery.acked.is_set()

    def _read_ack(self, text: str) -> None:
        try:
            ack = json.loads(text)
        except ValueError:
            return
        delivery = self._by_envelope.get(str(ack.get("envelope_id"))) if isinstance(ack, dict) else None
        if delivery and not delivery.settled:
            delivery.acked_at, delivery.ack_payload = self._now(), ack.get("payload") or {}
            delivery.acked.set()
            if delivery.on_ack:
                delivery.on_ack(delivery.ack_payload)


def _envelope(delivery: Delivery, attempt: int) -> Json:
    envelope: Json = {"envelope_id": delivery.envelope_id, "type": delivery.type, "payload": delivery.payload}
    if delivery.type != "events_api":
        return envelope | {"accepts_response_payload": True}
    reason = "timeout" if attempt else ""
    return envelope | {"accepts_response_payload": False, "retry_attempt": attempt, "retry_reason": reason}
