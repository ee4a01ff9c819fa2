"""Slash commands, buttons and forms: what the app is sent, and what its acknowledgement shows the person."""

from typing import Any, Protocol

from bot.playground import payloads
from bot.playground.delivery import SocketMode, Unacknowledged
from bot.playground.response_urls import Place, ResponseUrls
from bot.playground.rules.refusal import Refusal
from bot.playground.state import State
from bot.playground.values import Channel, CommandResult, Message
from bot.playground.views import Views

Json = dict[str, Any]


class Typing(Protocol):
    """Turns what was typed into what a command's ``text`` holds."""

    def __call__(self, text: str, *, labels: bool) -> str: ...


class Interactions:
    """Everything that the app must acknowledge to a waiting person."""

    def __init__(self, state: State, sockets: SocketMode, response_urls: ResponseUrls, views: Views) -> None:
        self._state = state
        self._sockets = sockets
        self._response_urls = response_urls
        self.views = views

    async def command(self, user: str, channel: Channel, command: str, text: str, typed: Typing) -> CommandResult:
        """Run a slash command; the acknowledgement's text becomes a message, by default for ``user`` alone."""
        known = self._state.grants.commands.get(command)
        if known is None or not self._state.grants.has_any(("commands",)):
            return CommandResult(error="invalid_command", shown=f"{command} is not a valid command.")
        place = Place(channel=channel.id, user=user)
        payload = payloads.command_payload(
            channel=channel,
            user=self._state.users[user],
            command=command,
            text=typed(text.strip(), labels=known.should_escape),
            response_url=self._response_urls.issue(place),
            trigger_id=self.views.new_trigger(user),
        )
        outcome = CommandResult()

        def show(ack: Json) -> None:
            nonlocal outcome
            outcome = self._show_ack(place, command, ack)

        try:
            await self._sockets.request("slash_commands", payload, on_ack=show)
        except Unacknowledged as failure:
            return _failed(command, failure.error)
        return outcome

    def _show_ack(self, place: Place, command: str, ack: Json) -> CommandResult:
        if not (ack.get("text") or ack.get("blocks") or ack.get("attachments")):
            return CommandResult(payload=ack)
        try:
            message = self._response_urls.respond(place, ack, method=command)
        except Refusal as refusal:
            return _failed(command, refusal.error)
        return CommandResult(shown=message.shown if message else "", message=message, payload=ack)

    async def click(self, user: str, message: Message, action_id: str, value: str | None) -> CommandResult:
        """Press the element with ``action_id`` (and ``value``). Raises: LookupError."""
        action = payloads.find_action(message.blocks, action_id, value)
        if not self._state.grants.is_interactive:
            return CommandResult(error="not_configured", shown="This app is not configured for interactive responses.")
        place = Place(channel=message.channel, user=user, source_ts=message.ts)
        payload = payloads.block_actions_payload(
            self._state,
            channel=self._state.channels[message.channel],
            user=self._state.users[user],
            message=message,
            action=action | {"action_ts": self._state.next_ts()},
            response_url=self._response_urls.issue(place),
            trigger_id=self.views.new_trigger(user),
        )
        return await self._interact(payload)

    async def submit_view(self, user: str, values: Json) -> CommandResult:
        """Send the visible form. Raises: LookupError when none is open."""
        view = self._visible(user)
        state = payloads.view_state(view, values)
        result = await self._interact(self._about_view("view_submission", user, view | {"state": state}))
        if result.ok:
            self._follow(user, view, result.payload)
        return result

    async def close_view(self, user: str) -> None:
        """Close the visible form; the app hears of it if it asked to."""
        view = self._visible(user)
        self.views.close(user)
        if view.get("notify_on_close"):
            await self._interact(self._about_view("view_closed", user, view))

    def _follow(self, user: str, view: Json, ack: Json) -> None:
        """What the acknowledgement of a form says should become of it."""
        match ack.get("response_action"):
            case "errors":
                self.views.replace(view["id"], {"errors": ack.get("errors", {})})
            case "update":
                self.views.replace(view["id"], ack["view"])
            case "push":
                self.views.show(user, ack["view"], on_top=True)
            case "clear":
                self.views.close(user, everything=True)
            case _:
                if (visible := self.views.visible(user)) and visible["id"] == view["id"]:
                    self.views.close(user)

    def _about_view(self, kind: str, user: str, view: Json) -> Json:
        return payloads.view_payload(kind, self._state.users[user], view, self.views.new_trigger(user))

    async def _interact(self, payload: Json) -> CommandResult:
        try:
            return CommandResult(payload=await self._sockets.request("interactive", payload))
        except Unacknowledged as failure:
            shown = "Something went wrong: the app did not respond"
            return CommandResult(error=failure.error, shown=shown)

    def _visible(self, user: str) -> Json:
        if (view := self.views.visible(user)) is None:
            raise LookupError(f"no form is open for {user}")
        return view


def _failed(command: str, error: str) -> CommandResult:
    return CommandResult(error=error, shown=f'{command} failed with the error "{error}"')
