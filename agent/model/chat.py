"""The language model as everything above knows it: one that answers, and another that stands in when it cannot."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace

from agent.errors import ModelUnavailable
from agent.model.breaker import ALONE, Breaker
from agent.model.client import Ask, Client, ModelOptions, OnText
from agent.model.replies import Reply

__all__ = ["Ask", "ChatModel", "ModelOptions", "OnText", "build_model"]

logger = logging.getLogger(__name__)

FIRST_SHARE = 0.6
"""Of the time for a call: what a model may take while another one could still stand in for it."""


class ChatModel:
    """The models in the order in which they are asked; one that failed rests while another answers."""

    def __init__(self, clients: Sequence[Client]) -> None:
        tolerated = 1 if len(clients) > 1 else ALONE
        self._seats = [(client, Breaker(tolerated=tolerated)) for client in clients]

    @property
    def name(self) -> str:
        """The name of the model that is asked first."""
        return self._seats[0][0].name

    async def aclose(self) -> None:
        """Close the connections to the endpoints."""
        for client, _ in self._seats:
            await client.aclose()

    async def prepare(self) -> list[tuple[str, ModelUnavailable]]:
        """Load the libraries of the models, so that no question waits for that; tells which cannot be used, and why."""
        faults: list[tuple[str, ModelUnavailable]] = []
        for client, _ in self._seats:
            try:
                await client.prepare()
            except ModelUnavailable as error:
                faults.append((client.name, error))
        return faults

    async def call(self, ask: Ask, *, on_text: OnText | None = None) -> Reply:
        """Ask the models, one after the other until one answers, within what ``ask`` allows for all of them.

        Args:    on_text: told the whole text so far whenever there is more; begins anew when a request is repeated.
        Raises:  ModelUnavailable with the reason of the model that should have answered; ``requests`` counts all.
        """
        clock = asyncio.get_running_loop().time
        allowed_s = max(client.longest_s for client, _ in self._seats) if ask.timeout_s is None else ask.timeout_s
        ends_at, spent, begun = clock() + allowed_s, 0, False
        failure: ModelUnavailable | None = None
        for place, (client, breaker) in enumerate(self._seats):
            if (spent and not _is_left(ask, spent)) or ends_at <= clock():
                break
            if not breaker.may_ask(clock()):
                failure = failure or breaker.why
                continue
            part = _part(ask, spent, ends_at - clock(), is_last=place == len(self._seats) - 1)
            try:
                reply = await client.call(part, on_text=on_text)
            except ModelUnavailable as error:
                breaker.failed(error, clock())
                facts = {"model": client.name, "reason": error.reason, "status": error.status}
                logger.warning("language model failed", extra=facts)
                failure = failure or error
                spent, begun = spent + error.requests, begun or error.begun
            else:
                breaker.worked()
                reply = replace(reply, requests=reply.requests + spent)
                return replace(reply, tokens=None, cost_usd=None) if begun else reply
        if failure is None:
            raise AssertionError("a model that is not asked has failed before")
        raise ModelUnavailable(
            failure.reason,
            status=failure.status,
            requests=spent,
            begun=begun,
            retry_after_s=failure.retry_after_s,
            remedy=failure.remedy,
        ) from failure


def _is_left(ask: Ask, spent: int) -> bool:
    return ask.requests is None or ask.requests > spent


def _part(ask: Ask, spent: int, left_s: float, *, is_last: bool) -> Ask:
    """What of ``ask`` the next model may use up: not all of it while another one may have to stand in."""
    requests = None if ask.requests is None else ask.requests - spent
    if is_last:
        return replace(ask, requests=requests, timeout_s=left_s)
    return replace(ask, requests=None if requests is None else max(1, requests - 1), timeout_s=left_s * FIRST_SHARE)


def build_model(*options: ModelOptions) -> ChatModel:
    """Build the model, and those that stand in for it, in their order; nothing is sent yet. The caller closes it."""
    return ChatModel([Client(each) for each in options])
