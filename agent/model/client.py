"""One chat model: a call of it, however many requests that takes, its faults repaired or named."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import openai
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, SystemMessage
from langchain_core.runnables import Runnable
from langsmith import tracing_context
from pydantic import SecretStr

from agent.errors import ModelUnavailable
from agent.model.endpoint import Fault, Manner, normal_base_url, read_fault
from agent.model.hearing import LONGEST_REPLY, Hearing, bounded
from agent.model.price_list import Price
from agent.model.prices import cost_usd
from agent.model.providers import OPENAI, Maker, address_of, build_chat, maker_of, split_name
from agent.model.replies import Reply, growing_text, read_reply

NO_KEY = "not-needed"  # the client is not built without one; endpoints that need none do not look at it
LINGER_S = 2.0  # how long the counts of a stream may follow its end
_EARLY = frozenset({
    "length", "max_tokens", "model_context_window_exceeded", "content_filter", "content_filtered", "refusal",
    "safety", "recitation", "prohibited_content", "blocklist", "spii", "guardrail_intervened",
})  # fmt: skip
"""Endings that were not the model's own, in small letters."""

OnText = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelOptions:
    """Which model, where, and how long to wait for it."""

    model: str
    """``provider:name``, or the name alone of one at an OpenAI-compatible endpoint."""
    api_key: str | None = field(default=None, repr=False)
    """Of the OpenAI-compatible endpoint; the libraries of other makers find theirs in the environment."""
    base_url: str | None = None
    price: Price | None = None
    """What its tokens cost; None: the list price, where whoever serves it has one."""
    silence_s: float = 60
    """The longest wait for the first piece of a streamed answer, and between two."""
    call_s: float = 90
    """The longest wait for a whole answer, repeated requests included."""
    requests: int = 3
    """How many requests one call may make, the first one included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One call: what is said to the model, and what it may cost."""

    messages: Sequence[BaseMessage]
    tools: Sequence[Mapping[str, Any]] = ()
    """OpenAI's tool schemas; sent even when the model may not use them, so that the endpoint's caches work."""
    may_use_tools: bool = True
    spoken: tuple[str, str] | None = None
    """The tool by which a model may give its answer, and the argument that is the text."""
    requests: int | None = None
    """Fewer requests than the model's options allow."""
    timeout_s: float | None = None
    """Less time than the model's options allow."""


class Client:
    """One chat model. It learns what its endpoint does not understand, and leaves that out from then on."""

    def __init__(self, options: ModelOptions) -> None:
        self._options = options
        provider, self._name = split_name(options.model)
        self._maker: Maker = maker_of(provider)
        base_url = normal_base_url(options.base_url) if provider == OPENAI else ""
        self._manner = Manner(
            base_url=base_url, usage=self._maker.is_compatible, choice=self._maker.forbid_tools is not None
        )
        self._http = openai.DefaultAsyncHttpxClient(timeout=options.call_s) if self._maker.is_compatible else None
        self._chats: dict[Manner, BaseChatModel] = {}

    @property
    def name(self) -> str:
        """The model's name as it was given."""
        return self._options.model

    @property
    def longest_s(self) -> float:
        """The longest that a call takes."""
        return self._options.call_s

    async def aclose(self) -> None:
        """Close the connections to the endpoint."""
        if self._http is not None:
            await self._http.aclose()
        for chat in self._chats.values():
            if (close := getattr(chat, "aclose", None)) is not None:
                await close()

    async def prepare(self) -> None:
        """Load the model's library; nothing is sent. Raises: ModelUnavailable when there is none, or no credentials."""
        await self._chat(self._manner)

    async def call(self, ask: Ask, *, on_text: OnText | None = None) -> Reply:
        """Ask the model once, however many requests that takes.

        Args:    on_text: told the whole text so far whenever there is more; begins anew when a request is repeated.
        Raises:  ModelUnavailable, ``requests`` being how many were made.
        """
        options, manner, begun = self._options, self._manner, False
        limit = max(1, min(options.requests, options.requests if ask.requests is None else ask.requests))
        allowed_s = options.call_s if ask.timeout_s is None else min(options.call_s, ask.timeout_s)
        ends_at = asyncio.get_running_loop().time() + allowed_s
        for request in range(1, limit + 1):
            chat, heard = await self._chat(manner), Hearing(counts_anew=self._maker.is_compatible)
            try:
                with tracing_context(enabled=False):  # the environment alone must not send questions anywhere
                    await self._request(chat, ask, manner, heard, ends_at, on_text)
            except Exception as error:  # the boundary to libraries whose exceptions are known only once installed
                if heard.is_told:
                    raise
                fault = read_fault(error, manner)
                begun = begun or heard.message is not None
                left_s = ends_at - asyncio.get_running_loop().time()
                if fault.manner is None or request == limit or fault.pause_s >= left_s:
                    raise self._unavailable(fault, requests=request, begun=begun) from error
                manner = fault.manner
                await asyncio.sleep(fault.pause_s)
            else:
                self._manner = manner
                return self._reply(chat, ask, heard, requests=request, uncounted=begun)
        raise AssertionError("the last request returns or raises")

    def _reply(self, chat: BaseChatModel, ask: Ask, heard: Hearing, *, requests: int, uncounted: bool) -> Reply:
        if heard.message is None:
            raise AssertionError("a request that brings nothing raises")
        cut_off = heard.was_cut or (heard.ended or "").lower() in _EARLY
        names = [tool["function"]["name"] for tool in ask.tools]
        reply = read_reply(heard.message, tools=names, spoken=ask.spoken, cut_off=cut_off, requests=requests)
        if uncounted:  # an earlier request broke off within its reply, which nobody counted
            return replace(reply, tokens=None, cost_usd=None, model=self.name)
        cost = cost_usd(
            heard.message.usage_metadata,
            price=self._options.price,
            names=(heard.named, self._name),
            address=address_of(self._maker, chat),
        )
        return replace(reply, cost_usd=cost, model=self.name)

    async def _request(
        self, chat: BaseChatModel, ask: Ask, manner: Manner, heard: Hearing, ends_at: float, on_text: OnText | None
    ) -> None:
        """One HTTP request; what it brings is noted in ``heard`` as it comes."""
        asked = self._with_tools(chat, ask, manner)
        messages = self._suited(ask.messages, manner)
        if manner.stream:
            await self._stream(asked, messages, heard, ends_at, on_text, ask.spoken)
            return
        async with asyncio.timeout_at(ends_at):
            message = await asked.ainvoke(messages)
        heard.message = bounded(message)
        heard.note(message.response_metadata)

    async def _stream(
        self,
        asked: Runnable[Any, AIMessage],
        messages: list[BaseMessage],
        heard: Hearing,
        ends_at: float,
        on_text: OnText | None,
        spoken: tuple[str, str] | None,
    ) -> None:
        clock = asyncio.get_running_loop().time
        try:
            async with asyncio.timeout_at(min(ends_at, clock() + self._options.silence_s)) as limit:
                async for chunk in asked.astream(messages):
                    if not isinstance(chunk, AIMessageChunk):
                        continue
                    heard.take(chunk)
                    said = growing_text(heard.text, heard.given, spoken) if heard.has_grown() else ""
                    if on_text is not None and said:
                        heard.is_told = True
                        on_text(said[:LONGEST_REPLY])
                        heard.is_told = False
                    if len(said) > LONGEST_REPLY or heard.is_endless:
                        break
                    limit.reschedule(min(ends_at, clock() + (LINGER_S if heard.ended else self._options.silence_s)))
        except TimeoutError:
            if heard.message is None or heard.ended is None:
                raise
        heard.settle()
        if heard.message is None or (heard.ended is None and not heard.looks_whole):
            raise ValueError("the stream ended before the answer did")

    def _with_tools(self, chat: BaseChatModel, ask: Ask, manner: Manner) -> Runnable[Any, AIMessage]:
        if not (ask.tools and manner.tools):
            return chat
        forbidden = not ask.may_use_tools and manner.choice
        choice = {"tool_choice": self._maker.forbid_tools} if forbidden else {}
        if self._maker.is_compatible:  # as they are: to bind them would rewrite their schemas
            return chat.bind(tools=list(ask.tools), **choice)
        return chat.bind_tools(_without(list(ask.tools), self._maker.schema_omits), **choice)

    def _suited(self, messages: Sequence[BaseMessage], manner: Manner) -> list[BaseMessage]:
        """The messages as this maker takes them: a person speaks first, and what is to be cached says so."""
        if self._maker.is_compatible:
            return list(messages) if manner.system else _without_system(messages)
        system = [message for message in messages if isinstance(message, SystemMessage)]
        said = [message for message in messages if not isinstance(message, SystemMessage)]
        while said and isinstance(said[0], AIMessage):
            said = said[1:]
        if extras := self._maker.system_extras:
            system = [SystemMessage([{"type": "text", "text": each.text, **extras}]) for each in system]
        return [*system, *said]

    async def _chat(self, manner: Manner) -> BaseChatModel:
        """The library's client for requests put in ``manner``; built once, in a thread: that may load megabytes."""
        key = manner if self._maker.is_compatible else self._manner
        if key not in self._chats:
            try:
                self._chats[key] = await asyncio.to_thread(self._build, manner)
            except ImportError as error:
                raise ModelUnavailable("not_installed", remedy=self._maker.install) from error
            except Exception as error:  # the same boundary: each library has its own way to say what it misses
                raise ModelUnavailable("no_credentials", remedy=self._maker.credentials) from error
        return self._chats[key]

    def _build(self, manner: Manner) -> BaseChatModel:
        more: dict[str, Any] = {}
        if self._maker.is_compatible:
            more = {"http_async_client": self._http, "stream_usage": manner.stream and manner.usage}
        if self._maker.provider == OPENAI:
            more |= {"api_key": SecretStr(self._options.api_key or NO_KEY), "base_url": manner.base_url}
        return build_chat(self._maker, self._name, timeout_s=self._options.call_s, **more)

    def _unavailable(self, fault: Fault, *, requests: int, begun: bool) -> ModelUnavailable:
        return ModelUnavailable(
            fault.reason,
            status=fault.status,
            requests=requests,
            begun=begun,
            retry_after_s=fault.retry_after_s,
            remedy=self._maker.credentials,
        )


def _without_system(messages: Sequence[BaseMessage]) -> list[BaseMessage]:
    """The messages with the instructions at the head of what a person says first."""
    system = [message.text for message in messages if isinstance(message, SystemMessage)]
    said = [message for message in messages if not isinstance(message, SystemMessage)]
    first = next((place for place, message in enumerate(said) if isinstance(message, HumanMessage)), None)
    if first is None:
        return [HumanMessage("\n\n".join(system)), *said]
    return [*said[:first], HumanMessage("\n\n".join([*system, said[first].text])), *said[first + 1 :]]


def _without(schema: Any, words: frozenset[str]) -> Any:
    """``schema`` without the keys that are in ``words``, at any depth."""
    if isinstance(schema, Mapping):
        return {key: _without(value, words) for key, value in schema.items() if key not in words}
    return [_without(each, words) for each in schema] if isinstance(schema, list) else schema
