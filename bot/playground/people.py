"""What people do in the workspace: come and go, say things, change their minds, react, click, use commands."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.playground.announce import Announcer
from bot.playground.interaction import Interactions
from bot.playground.state import BOT_USER_ID, State
from bot.playground.typed import type_text
from bot.playground.values import Channel, CommandResult, Json, Message, User


class People:
    """Everybody in the workspace and what they can do. A channel or user argument takes the value or its id."""

    def __init__(self, state: State, interactions: Interactions, announcer: Announcer) -> None:
        self.state = state
        self.interactions = interactions
        self.announcer = announcer

    @property
    def bot(self) -> User:
        return self.state.bot

    def add_user(self, name: str, real_name: str = "", *, is_bot: bool = False) -> User:
        """A new person (or another app's bot), called ``@name``."""
        return self.state.add_user(name, real_name or name.title(), is_bot=is_bot)

    def add_channel(
        self,
        name: str,
        *,
        private: bool = False,
        bot_is_member: bool = True,
        members: Sequence[User | str] | None = None,
    ) -> Channel:
        """A new channel; without ``members`` everybody who is there now is in it."""
        people = [user.id for user in self.state.users.values() if not user.bot_id] if members is None else members
        bots = [BOT_USER_ID] if bot_is_member else []
        return self.state.add_channel(name, "group" if private else "channel", [*map(id_of, people), *bots])

    def open_dm(self, user: User | str) -> Channel:
        """The direct conversation of ``user`` with the app."""
        return self.state.open_dm(id_of(user))

    def open_group(self, *users: User | str) -> Channel:
        """A direct conversation of several people and the app."""
        people = [id_of(user) for user in users]
        name = "mpdm-" + "--".join(self.state.users[each].name for each in people) + "-1"
        return self.state.add_channel(name, "mpim", [*people, BOT_USER_ID])

    def archive(self, channel: Channel | str) -> Channel:
        return self.state.put_channel(replace(self.channel(channel), is_archived=True))

    async def invite(self, inviter: User | str, channel: Channel | str, user: User | str | None = None) -> None:
        """``/invite``: bring somebody, or the app itself, into a channel."""
        invited, place = id_of(user or BOT_USER_ID), self.channel(channel)
        if invited in place.members:
            return
        place = self.state.put_channel(replace(place, members=place.members | {invited}))
        text = f"<@{invited}> was added to #{place.name} by <@{id_of(inviter)}>."
        joined = self.state.new_message(place.id, invited, text=text, subtype="channel_join")
        self.announcer.joined(invited, place, id_of(inviter))
        self.announcer.posted(joined)

    def channel(self, channel: Channel | str) -> Channel:
        """The channel as it is now. Raises: LookupError."""
        return self.state.channels[id_of(channel)]

    def message(self, channel: Channel | str, ts: str) -> Message:
        """The message as it is now. Raises: LookupError."""
        found = self.state.find(id_of(channel), ts)
        if found is None:
            raise LookupError(f"no message {ts} in {id_of(channel)}")
        return found

    async def post(
        self,
        user: User | str,
        channel: Channel | str,
        text: str,
        thread_ts: str | None = None,
        *,
        raw: bool = False,
        **fields: Any,
    ) -> str:
        """Type a message and send it; returns its ts.

        Names become mentions and ``& < >`` are escaped, unless ``raw``. ``fields`` are further fields of Message.
        """
        place, author = self._place_for(user, channel), self.state.users[id_of(user)]
        if thread_ts and self.message(place, thread_ts).thread_ts:
            raise ValueError(f"{thread_ts} is a reply; a thread is named by its root")
        if author.bot_id:
            fields = {"bot_id": author.bot_id, "subtype": "bot_message"} | fields
        else:
            fields = {"client_msg_id": self.state.next_id("msg")} | fields
        message = self.state.new_message(
            place.id, author.id, text=text if raw else self.typed(text), thread_ts=thread_ts, **fields
        )
        self.announcer.posted(message)
        if self.announcer.mentions_absent_app(message):
            self.state.tell(
                message, f"@{self.bot.name} is not in this channel. Type /invite @{self.bot.name} to bring it in."
            )
        return message.ts

    async def edit(self, user: User | str, channel: Channel | str, ts: str, text: str, *, raw: bool = False) -> None:
        """Change what one said."""
        before = self.message(channel, ts)
        text = text if raw else self.typed(text)
        edited = replace(before, text=text, blocks=(), edited_at=self.state.next_ts(), edited_by=id_of(user))
        self.announcer.edited(self.state.put(edited), before)

    async def delete(self, user: User | str, channel: Channel | str, ts: str) -> None:
        """Take back what one said (an admin may take back anybody's)."""
        before = self.message(channel, ts)
        self.state.remove(before)
        self.announcer.deleted(before)

    async def react(self, user: User | str, channel: Channel | str, ts: str, reaction: str) -> None:
        """Add a reaction; any spelling goes through as it is given (``+1``, ``thumbsup``, ``+1::skin-tone-3``)."""
        if changed := self.state.add_reaction(self.message(channel, ts), id_of(user), reaction):
            self.announcer.reacted("reaction_added", id_of(user), reaction, changed)

    async def unreact(self, user: User | str, channel: Channel | str, ts: str, reaction: str) -> None:
        """Take a reaction back."""
        if changed := self.state.remove_reaction(self.message(channel, ts), id_of(user), reaction):
            self.announcer.reacted("reaction_removed", id_of(user), reaction, changed)

    async def command(self, user: User | str, channel: Channel | str, command: str, text: str = "") -> CommandResult:
        """Use a slash command and wait until Slack shows something; ``/invite @name`` is Slack's own."""
        if command == "/invite":
            return await self._invite_by_name(user, channel, text)
        place = self.channel(channel)
        return await self.interactions.command(id_of(user), place, command, text, self.typed_for_command)

    async def click(
        self,
        user: User | str,
        channel: Channel | str,
        ts: str,
        *,
        action_id: str,
        value: str | None = None,
    ) -> CommandResult:
        """Press a button. Raises: LookupError when the message shows no such button."""
        return await self.interactions.click(id_of(user), self.message(channel, ts), action_id, value)

    async def submit_view(self, user: User | str, values: Json | None = None) -> CommandResult:
        """Send the form that is open for ``user``; ``values``: action_id to text or chosen value."""
        return await self.interactions.submit_view(id_of(user), values or {})

    async def close_view(self, user: User | str) -> None:
        """Close the form that is open for ``user``."""
        await self.interactions.close_view(id_of(user))

    async def open_app_home(self, user: User | str, tab: str = "messages") -> None:
        """Open the app's home or its messages tab."""
        self.announcer.home_opened(id_of(user), self.open_dm(user), tab)

    async def stop(self, user: User | str, channel: Channel | str, thread_ts: str) -> None:
        """Press the Stop button that a processing session shows."""
        place = self.channel(channel)
        streams = [each for each in self.state.messages(place.id) if each.streaming and each.thread_ts == thread_ts]
        for message in streams:
            if message.stream:
                self.state.put(replace(message, stream=replace(message.stream, state="stopped_by_user")))
        self.announcer.stopped(id_of(user), place, thread_ts, [each.ts for each in streams])

    async def _invite_by_name(self, user: User | str, channel: Channel | str, text: str) -> CommandResult:
        invited = self._people().get(text.strip().removeprefix("@").lower())
        if invited is None:
            return CommandResult(error="user_not_found", shown=f"Nobody here is called {text.strip()}.")
        await self.invite(user, channel, invited)
        return CommandResult()

    def typed(self, text: str) -> str:
        """What Slack makes of ``text`` when it is typed into the composer."""
        return type_text(text, self._people(), self._channel_ids())

    def typed_for_command(self, text: str, *, labels: bool) -> str:
        return type_text(text, self._people() if labels else {}, self._channel_ids() if labels else {}, labels=labels)

    def _people(self) -> dict[str, str]:
        return {user.name.lower(): user.id for user in self.state.users.values()}

    def _channel_ids(self) -> dict[str, str]:
        return {each.name.lower(): each.id for each in self.state.channels.values() if each.kind != "im"}

    def _place_for(self, user: User | str, channel: Channel | str) -> Channel:
        """The channel, which a person enters by writing in it when it is public."""
        place = self.channel(channel)
        if place.is_archived:
            raise ValueError(f"#{place.name} is archived")
        if id_of(user) in place.members:
            return place
        if place.kind != "channel":
            raise ValueError(f"{id_of(user)} is not in {place.name}")
        return self.state.put_channel(replace(place, members=place.members | {id_of(user)}))


def id_of(thing: User | Channel | str) -> str:
    return thing if isinstance(thing, str) else thing.id
