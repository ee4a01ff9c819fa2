"""Addresses at which the app may answer a command or a click, up to five times within half an hour."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.playground.announce import Announcer
from bot.playground.pings import find_pings
from bot.playground.rules.messages import Content, read_content
from bot.playground.rules.refusal import Refusal
from bot.playground.state import BOT_ID, BOT_USER_ID, State, new_secret
from bot.playground.values import Message

Json = dict[str, Any]

# Source: Slack's guide to handling user interaction, "message responses".
MOST_USES = 5
LIFE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an answer goes: whom it is shown to, and which message the person acted on, if any."""

    channel: str
    user: str
    source_ts: str | None = None


@dataclass(kw_only=True)
class _Issued:
    place: Place
    issued_at: datetime
    uses: int = 0


class ResponseUrls:
    """``origin`` is where the server listens; it is known once it does."""

    def __init__(self, state: State, announcer: Announcer) -> None:
        self.origin = ""
        self._state = state
        self._announcer = announcer
        self._issued: dict[str, _Issued] = {}

    def issue(self, place: Place) -> str:
        token = new_secret("answer")
        self._issued[token] = _Issued(place=place, issued_at=self._state.now())
        return f"{self.origin}/response/{token}"

    async def serve(self, request: web.Request) -> web.Response:
        """``POST`` to a response_url: ``ok``, or an error with HTTP 404."""
        try:
            issued = self._use(request.match_info["token"])
            try:
                body = await request.json()
            except ValueError:
                raise Refusal("invalid_payload") from None
            self.respond(issued.place, body if isinstance(body, dict) else {}, method="response_url")
        except Refusal as refusal:
            return web.json_response({"ok": False, "error": refusal.error, **refusal.extra}, status=404)
        return web.Response(text="ok")

    def respond(self, place: Place, body: Json, *, method: str) -> Message | None:
        """Show what the app answers: to one person unless it says ``in_channel``. Raises: Refusal."""
        source = self._state.find(place.channel, place.source_ts)
        if body.get("delete_original"):
            if source:
                self._state.remove(source)
            return None
        content = read_content({key: value for key, value in body.items() if key != "markdown_text"})
        if content.is_empty:
            raise Refusal("no_text")
        message = (
            self._replace(source, content)
            if source and body.get("replace_original")
            else self._post(place, body, content)
        )
        self._state.pings.extend(find_pings(body, channel=message.channel, ts=message.ts, method=method))
        return message

    def _post(self, place: Place, body: Json, content: Content) -> Message:
        public = body.get("response_type") == "in_channel"
        thread_ts = body.get("thread_ts")
        if thread_ts and self._state.find(place.channel, thread_ts) is None:
            raise Refusal("thread_not_found")
        message = self._state.new_message(
            place.channel,
            BOT_USER_ID,
            text=content.text or "",
            blocks=content.blocks or (),
            attachments=content.attachments or (),
            metadata=content.metadata,
            thread_ts=thread_ts,
            bot_id=BOT_ID,
            ephemeral_to=None if public else place.user,
            via_response_url=True,
        )
        if public:
            self._announcer.posted(message)
        return message

    def _replace(self, source: Message, content: Content) -> Message:
        changed = replace(
            source, text=content.text or "", blocks=content.blocks or (), attachments=content.attachments or ()
        )
        changed = self._state.put(changed)
        if changed.ephemeral_to is None:
            self._announcer.edited(changed, source)
        return changed

    def _use(self, token: str) -> _Issued:
        issued = self._issued.get(token)
        if issued is None:
            raise Refusal("invalid_url")
        if self._state.now() - issued.issued_at > LIFE:
            raise Refusal("expired_url")
        if issued.uses >= MOST_USES:
            raise Refusal("used_url")
        issued.uses += 1
        return issued
