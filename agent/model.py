"""The chat model at an OpenAI-compatible endpoint: one call, its faults repaired or named."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import openai
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from agent.endpoint import MISSHAPEN, Manner, normal_base_url, read_fault
from agent.errors import ModelUnavailable
from agent.replies import Reply, read_reply, visible_text

NO_KEY = "not-needed"  # the client is not built without one; endpoints that need none do not look at it
LONGEST_REPLY = 24_000  # characters; a model that has not stopped by then is going round in circles
LINGER_S = 2.0  # how long the counts of a stream may follow its end

OnText = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelOptions:
    """Which model, where, and how long to wait for it."""

    model: str
    api_key: str | None = field(default=None, repr=False)
    base_url: str | None = None
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
    requests: int | None = None
    """Fewer requests than the model's options allow."""
    timeout_s: float | None = None
    """Less time than the model's options allow."""


class ChatModel:
    """One chat model. It learns what its endpoint does not understand, and leaves that out from then on."""

    def __init__(self, options: ModelOptions) -> None:
        self._options = options
        self._http = openai.DefaultAsyncHttpxClient(timeout=options.call_s)
        self._manner = Manner(base_url=normal_base_url(options.base_url))

    @property
    def name(self) -> str:
        """The model's name at its endpoint."""
        return self._options.model

    async def aclose(self) -> None:
        """Close the connections to the endpoint."""
        await self._http.aclose()

    async def call(self, ask: Ask, *, on_text: OnText | None = None) -> Reply:
        """Ask the model once, however many requests that takes.

        Args:    on_text: told the whole text so far whenever there is more; begins anew when a request is repeated.
        Raises:  ModelUnavailable, ``requests`` being how many were made.
        """
        options, manner = self._options, self._manner
        limit = max(1, min(options.requests, options.requests if ask.requests is None else ask.requests))
        allowed_s = options.call_s if ask.timeout_s is None else min(options.call_s, ask.timeout_s)
        ends_at = asyncio.get_running_loop().time() + allowed_s
        for request in range(1, limit + 1):
            try:
                message, cut_off = await self._request(ask, manner, ends_at, on_text)
            except (openai.OpenAIError, TimeoutError, *MISSHAPEN) as error:
                fault = read_fault(error, manner)
                left_s = ends_at - asyncio.get_running_loop().time()
                if fault.manner is None or request == limit or fault.pause_s >= left_s:
                    raise ModelUnavailable(fault.reason, status=fault.status, requests=request) from error
                manner = fault.manner
                await asyncio.sleep(fault.pause_s)
            else:
                self._manner = manner
                names = [tool["function"]["name"] for tool in ask.tools]
                return read_reply(message, tools=names, cut_off=cut_off, requests=request)
        raise AssertionError("the last request returns or raises")

    async def _request(
        self, ask: Ask, manner: Manner, ends_at: float, on_text: OnText | None
    ) -> tuple[AIMessage, bool]:
        """One HTTP request. Returns the message, and whether the endpoint stopped before the model did."""
        chat = self._chat(manner)
        arguments: dict[str, Any] = {}
        if ask.tools and manner.tools:
            arguments["tools"] = list(ask.tools)
            if not ask.may_use_tools and manner.choice:
                arguments["tool_choice"] = "none"
        messages = list(ask.messages)
        if manner.stream:
            return await self._stream(chat, messages, arguments, ends_at, on_text)
        async with asyncio.timeout_at(ends_at):
            message = await chat.ainvoke(messages, **arguments)
        return message, message.response_metadata.get("finish_reason") == "length"

    async def _stream(
        self,
        chat: ChatOpenAI,
        messages: list[BaseMessage],
        arguments: dict[str, Any],
        ends_at: float,
        on_text: OnText | None,
    ) -> tuple[AIMessage, bool]:
        clock = asyncio.get_running_loop().time
        whole: AIMessageChunk | None = None
        ended: str | None = None
        try:
            async with asyncio.timeout_at(min(ends_at, clock() + self._options.silence_s)) as limit:
                async for chunk in chat.astream(messages, **arguments):
                    whole = chunk if whole is None else whole + chunk
                    ended = chunk.response_metadata.get("finish_reason") or ended
                    if on_text is not None and chunk.text:
                        on_text(visible_text(whole.text))
                    if len(whole.text) > LONGEST_REPLY:
                        break
                    limit.reschedule(min(ends_at, clock() + (LINGER_S if ended else self._options.silence_s)))
        except TimeoutError:
            if whole is None or ended is None:
                raise
        if whole is None or (ended is None and not _looks_whole(whole)):
            raise ValueError("the stream ended before the answer did")
        return whole, ended == "length"

    def _chat(self, manner: Manner) -> ChatOpenAI:
        return ChatOpenAI(
            model=self._options.model,
            api_key=SecretStr(self._options.api_key or NO_KEY),
            base_url=manner.base_url,
            http_async_client=self._http,
            max_retries=0,
            stream_usage=manner.stream and manner.usage,
            stream_chunk_timeout=None,
            use_responses_api=False,
        )


def _looks_whole(message: AIMessageChunk) -> bool:
    """Whether a stream that never said that it was done may have been: some endpoints do not say it."""
    return bool(message.tool_calls) or message.text.rstrip().endswith((".", "!", "?", "`", ")", ":", "*", "|", '"'))


def build_model(options: ModelOptions) -> ChatModel:
    """Build the model; nothing is sent yet. The caller closes it."""
    return ChatModel(options)
