"""Tells a channel what was removed, broke or recovered since it was told last: once, whoever does it."""

import logging
from collections.abc import Mapping
from dataclasses import replace

from bot.digest_text import STATES, News, change_id_of, digest_metadata, render_detail, render_digest
from bot.errors import BotError, SlackRefused
from bot.slack import Message, Slack
from knowledge import Database, Digest, History, KnowledgeError
from knowledge.values import What

logger = logging.getLogger(__name__)

_READ = 1_000
_CHANNEL_MESSAGES = 200
_INVITE = "invite Marty to the channel (`/invite`), or correct CHANGES_CHANNEL"
_REMEDIES = {
    "not_in_channel": _INVITE,
    "channel_not_found": _INVITE,
    "is_archived": "name a channel in CHANGES_CHANNEL that is not archived",
    "missing_scope": "reinstall the Slack app with the scopes of `marty manifest`",
    "restricted_action": "ask a workspace admin to let apps post in the channel",
}


class Digester:
    """Posts the digests of one channel; any number of processes may be about the same.

    One process at a time, under a lock. A digest is noted before it is posted, so that no death of a process can make
    it come twice; the note is taken back when Slack does not take the message, so that it comes the next time. Should
    Slack have taken it all the same without a word, it is found then by its metadata, where the channel may be read.
    """

    def __init__(self, slack: Slack, database: Database, channel: str) -> None:
        self._slack = slack
        self._database = database
        self._history = History(database)
        self._channel = channel

    async def tell(self) -> None:
        """Post a digest if there is anything to tell. What goes wrong is logged, and tried again the next time."""
        try:
            async with self._database.lock("digest", wait=False) as is_mine:
                if is_mine:
                    await self._tell()
        except SlackRefused as error:
            logger.warning(
                "digest not posted",
                extra={
                    "channel": self._channel,
                    "reason": str(error),
                    "remedy": _REMEDIES.get(error.code, "run `marty doctor`"),
                },
            )
        except (BotError, KnowledgeError) as error:
            logger.warning("digest not posted", extra={"channel": self._channel, "reason": str(error)})

    async def _tell(self) -> None:
        newest = await self._history.newest()
        last = await self._history.last_digest(self._channel)
        if last is None:  # what was before anybody asked for digests is no news
            await self._history.note_digest(self._channel, newest)
            return
        if newest <= last.change_id:
            return
        if (unnoted := await self._find_unnoted(last)) is not None:
            last = await self._catch_up(last, unnoted)
        news = await self._news(last, newest)
        if newest > last.change_id:
            await self._history.note_digest(self._channel, newest)
        if news is not None:
            await self._post(news, newest)

    async def _post(self, news: News, newest: int) -> None:
        reply, metadata = render_digest(news), digest_metadata(newest)
        try:
            ts = await self._slack.post(self._channel, text=reply.text, blocks=reply.blocks, metadata=metadata)
        except BotError:
            await self._history.forget_digest(self._channel, newest)
            raise
        await self._post_detail(ts, news)
        logger.info("digest posted", extra={"channel": self._channel, "nodes": sum(news.nodes.values())})

    async def _catch_up(self, last: Digest, unnoted: Message) -> Digest:
        """Note a digest that went out without being noted, and give it the detail that it may lack."""
        told = change_id_of(unnoted) or last.change_id
        await self._history.note_digest(self._channel, told)
        news = await self._news(last, told)
        if news is not None and not unnoted.get("reply_count"):
            await self._post_detail(str(unnoted["ts"]), news)
        return replace(last, change_id=told)

    async def _post_detail(self, ts: str, news: News) -> None:
        for detail in render_detail(news):
            await self._slack.post(self._channel, text=detail.text, blocks=detail.blocks, thread_ts=ts)

    async def _news(self, last: Digest, newest: int) -> News | None:
        """What became of nodes since the last digest, the most important first; None when their state is as it was."""
        changed = await self._history.since(after=last.change_id, up_to=newest, limit=_READ)
        told = [change for change in changed.changes if change.what in STATES]
        if not told:
            return None
        nodes: Mapping[What, int] = {what: changed.nodes[what] for what in STATES if what in changed.nodes}
        return News(since=last.posted_at, changes=told, nodes=nodes)

    async def _find_unnoted(self, last: Digest) -> Message | None:
        """A digest that went out after the last one that is noted; None when there is none, or none to be seen."""
        oldest = f"{last.posted_at.timestamp():.6f}"
        try:
            messages = await self._slack.read_channel(self._channel, oldest=oldest, limit=_CHANNEL_MESSAGES)
        except BotError as error:
            logger.info("channel not readable", extra={"error": str(error)})
            return None
        ours = [each for each in messages if each.get("bot_id") == self._slack.identity.bot]
        return next((each for each in ours if (change_id_of(each) or 0) > last.change_id), None)
