"""Slack's Web API as Marty uses it: each method once, with bounded patience, its faults as errors of ours."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SlackBusy, SlackUnreachable
from bot.slack_access import BotIdentity
from bot.slack_faults import check_http, translated

logger = logging.getLogger(__name__)

_CALL_TIMEOUT_S, _CONNECT_TIMEOUT_S = 15, 5
_PATIENCE_S = 40.0
"""How long one call may wait for its turn altogether, Retry-After included."""
_SHORT_PATIENCE_S = 3.0
"""The same for what is only nice to have."""
_BACKOFF_S = (0.5, 1.0, 2.0, 4.0)
_LOOPBACK = ("localhost", "127.", "::1", "0.0.0.0")  # noqa: S104 (compared with, not bound to)

Message = dict[str, Any]


def proxy_for(url: str) -> str | None:
    """The proxy that the environment names for ``url``; None for loopback and what NO_PROXY excludes.

    The SDK would send everything through the proxy, loopback addresses included.
    """
    address = urlsplit(url)
    host = address.hostname or ""
    if host.startswith(_LOOPBACK) or proxy_bypass(host):
        return None
    proxies = getproxies()
    return proxies.get(address.scheme) or proxies.get("https") or proxies.get("http")


@asynccontextmanager
async def open_client(token: str | None, api_url: str) -> AsyncGenerator[AsyncWebClient]:
    """An SDK client with one HTTP session of its own.

    The SDK's own retries are off: it repeats a chat.postMessage whose reply was lost, and waits for any Retry-After.
    """
    timeout = aiohttp.ClientTimeout(total=_CALL_TIMEOUT_S, connect=_CONNECT_TIMEOUT_S)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        client = AsyncWebClient(token, base_url=api_url.rstrip("/") + "/", session=session, retry_handlers=[])
        client.proxy = proxy_for(api_url)
        yield client


class Slack:
    """What Marty says to Slack. Every method raises SlackRefused, SlackBusy or SlackUnreachable."""

    def __init__(
        self, client: AsyncWebClient, identity: BotIdentity, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._clock = clock
        self.identity = identity

    async def post(
        self, channel: str, *, text: str, thread_ts: str | None = None, blocks: Sequence[Message] = (),
        metadata: Mapping[str, Any] | None = None,
    ) -> str:  # fmt: skip
        """Post a message; returns its ts. Not repeated when it may have been posted although no reply came."""

        def call() -> Awaitable[Any]:
            return self._client.chat_postMessage(
                channel=channel, text=text, thread_ts=thread_ts, blocks=list(blocks) or None,
                metadata=dict(metadata) if metadata else None, unfurl_links=False, unfurl_media=False,
            )  # fmt: skip

        return _ts("chat.postMessage", await self._call("chat.postMessage", call, repeatable=False))

    async def update(
        self, channel: str, ts: str, *, text: str, blocks: Sequence[Message] = (),
        metadata: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """Make a message of ours read as given."""
        await self._call(
            "chat.update",
            lambda: self._client.chat_update(
                channel=channel,
                ts=ts,
                text=text,
                blocks=list(blocks) or None,
                metadata=dict(metadata) if metadata else None,
            ),
        )

    async def delete(self, channel: str, ts: str) -> None:
        """Take a message of ours back."""
        await self._call("chat.delete", lambda: self._client.chat_delete(channel=channel, ts=ts))

    async def start_stream(self, channel: str, thread_ts: str, *, text: str, team: str, user: str) -> str:
        """Begin a message that grows; returns its ts. Gives up at once when Slack limits it."""
        reply = await self._call(
            "chat.startStream",
            lambda: self._client.chat_startStream(
                channel=channel, thread_ts=thread_ts, markdown_text=text,
                recipient_team_id=team or None, recipient_user_id=user,
            ),
            repeatable=False, patience_s=0,
        )  # fmt: skip
        return _ts("chat.startStream", reply)

    async def append_stream(self, channel: str, ts: str, text: str) -> None:
        """Add text to a growing message. Not repeated: the rest of the text comes with the end anyway."""
        await self._call(
            "chat.appendStream",
            lambda: self._client.chat_appendStream(channel=channel, ts=ts, markdown_text=text),
            repeatable=False, patience_s=0,
        )  # fmt: skip

    async def stop_stream(
        self, channel: str, ts: str, *, text: str | None = None, blocks: Sequence[Message] = (),
        metadata: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """End a growing message; ``text`` is added to it and ``blocks`` stand below."""
        await self._call(
            "chat.stopStream",
            lambda: self._client.chat_stopStream(
                channel=channel, ts=ts, markdown_text=text, blocks=list(blocks) or None,
                metadata=dict(metadata) if metadata else None,
            ),
        )  # fmt: skip

    async def share_file(
        self, channel: str, thread_ts: str, *, name: str, title: str, alt: str, content: bytes
    ) -> None:
        """Put a file into a thread, once at most: not repeated when it may be there although no reply came.

        ``alt`` says in words what a picture shows, in a thousand characters at most.
        """
        place = await self._call(
            "files.getUploadURLExternal",
            lambda: self._client.files_getUploadURLExternal(filename=name, length=len(content), alt_txt=alt),
        )
        await self._upload(str(place["upload_url"]), content)
        await self._call(
            "files.completeUploadExternal",
            lambda: self._client.files_completeUploadExternal(
                files=[{"id": str(place["file_id"]), "title": title}], channel_id=channel, thread_ts=thread_ts
            ),
            repeatable=False,
        )

    async def _upload(self, url: str, content: bytes) -> None:
        """Send a file's bytes to the address that was given for them. Nobody sees it yet."""

        async def call() -> Mapping[str, Any]:
            async with self._session.post(url, data=content, proxy=proxy_for(url)) as reply:
                check_http("upload_url", reply.status, reply.headers, await reply.text())
                return {}

        await self._call("upload_url", call, repeatable=False)

    async def set_status(self, channel: str, thread_ts: str, status: str) -> None:
        """Show under a thread what Marty is doing; an empty ``status`` takes it away."""
        await self._call(
            "assistant.threads.setStatus",
            lambda: self._client.assistant_threads_setStatus(channel_id=channel, thread_ts=thread_ts, status=status),
            patience_s=_SHORT_PATIENCE_S,
        )

    async def set_prompts(self, channel: str, prompts: Sequence[Mapping[str, str]], *, title: str) -> None:
        """Offer questions in a direct conversation."""
        await self._call(
            "assistant.threads.setSuggestedPrompts",
            lambda: self._client.assistant_threads_setSuggestedPrompts(
                channel_id=channel, title=title, prompts=[dict(prompt) for prompt in prompts]
            ),
            patience_s=_SHORT_PATIENCE_S,
        )

    async def whisper(self, channel: str, user: str, text: str, *, thread_ts: str | None = None) -> None:
        """Show a sentence to one person alone."""
        await self._call(
            "chat.postEphemeral",
            lambda: self._client.chat_postEphemeral(channel=channel, user=user, text=text, thread_ts=thread_ts),
            repeatable=False, patience_s=_SHORT_PATIENCE_S,
        )  # fmt: skip

    async def read_thread(self, channel: str, thread_ts: str, *, limit: int) -> list[Message]:
        """The messages of a thread, the root first, ``limit`` at most, with their metadata."""
        reply = await self._call(
            "conversations.replies",
            lambda: self._client.conversations_replies(
                channel=channel, ts=thread_ts, limit=limit, include_all_metadata=True
            ),
            patience_s=_SHORT_PATIENCE_S,
        )
        return list(reply.get("messages") or [])

    async def read_channel(self, channel: str, *, oldest: str, limit: int) -> list[Message]:
        """The newest messages of a channel since ``oldest``, with their metadata."""
        reply = await self._call(
            "conversations.history",
            lambda: self._client.conversations_history(
                channel=channel, oldest=oldest, limit=limit, include_all_metadata=True
            ),
            patience_s=_SHORT_PATIENCE_S,
        )
        return list(reply.get("messages") or [])

    async def respond(self, response_url: str, message: Mapping[str, Any]) -> None:
        """Answer a command or a click through the address that came with it; seen by the person alone."""
        body = {"response_type": "ephemeral", "replace_original": False, **message}

        async def call() -> Mapping[str, Any]:
            async with self._session.post(response_url, json=body, proxy=proxy_for(response_url)) as reply:
                check_http("response_url", reply.status, reply.headers, await reply.text())
                return {}

        await self._call("response_url", call)

    @property
    def _session(self) -> aiohttp.ClientSession:
        assert self._client.session is not None  # noqa: S101 (open_client gives every client one)
        return self._client.session

    async def _call(
        self, method: str, call: Callable[[], Awaitable[Any]], *, repeatable: bool = True,
        patience_s: float = _PATIENCE_S,
    ) -> Any:  # fmt: skip
        """Make one call, again when Slack asks for it or did not answer, until ``patience_s`` is used up."""
        deadline = self._clock() + patience_s
        attempt = 0
        while True:
            try:
                return await translated(method, call)
            except SlackBusy as busy:
                wait_s = busy.retry_after_s
                if self._clock() + wait_s > deadline:
                    raise
            except SlackUnreachable as unreachable:
                wait_s = _BACKOFF_S[min(attempt, len(_BACKOFF_S) - 1)]
                if (unreachable.maybe_done and not repeatable) or self._clock() + wait_s > deadline:
                    raise
            attempt += 1
            logger.debug("slack call repeated", extra={"method": method, "attempt": attempt, "wait_s": wait_s})
            await asyncio.sleep(wait_s)


def _ts(method: str, reply: Mapping[str, Any]) -> str:
    if not reply["ts"]:
        raise SlackUnreachable(method, maybe_done=True)
    return str(reply["ts"])
