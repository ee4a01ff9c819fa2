"""Getting one answer to its asker, exactly once: whichever of Slack's ways works, and where others left it."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from bot.errors import BotError, SlackRefused, SlackUnreachable
from bot.markdown import safe_markdown
from bot.recovery import find_answer
from bot.reply import TURN_EVENT, Block, Reply, metadata_of
from bot.slack import Slack
from bot.stream import Pace, Stream
from knowledge.turns import Turns
from knowledge.values import Turn

T = TypeVar("T")
logger = logging.getLogger(__name__)

_BAD_BLOCKS = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "block_mismatch",
     "markdown_text_conflict", "invalid_arguments", "invalid_metadata_format", "metadata_too_large"}
)  # fmt: skip
_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})


class ThreadAnswer:
    """One answer in a thread: streamed, posted whole, or finished in the message where somebody else began it."""

    def __init__(self, slack: Slack, pace: Pace, turns: Turns, turn: Turn, *, maybe_begun: bool) -> None:
        """``maybe_begun``: a try before this one may have got a message out without storing its ts."""
        self._slack = slack
        self._turns = turns
        self._turn = turn
        self._maybe_begun = maybe_begun
        self._metadata = metadata_of(TURN_EVENT, turn.turn_id)
        self._stream = Stream(slack, pace, turn, self._claim)
        self.ts = turn.answer_ts
        """The answer's message, stored or not yet; None until there is one."""

    def add(self, text: str) -> None:
        """More of the answer, shown while it grows; a message that is taken over is rewritten once instead."""
        if self._turn.answer_ts is None and not self._maybe_begun:
            self._stream.add(text)

    async def finish(self, reply: Reply) -> None:
        """Show the final message.

        Raises: SlackRefused when nobody will ever see it; SlackBusy, SlackUnreachable when to be tried again later.
        """
        stream = self._stream
        await stream.end()
        self.ts = stream.ts or self.ts
        if stream.ts and not stream.dead and reply.markdown.startswith(stream.sent) and await self._complete(reply):
            return
        if self.ts is None and (stream.lost or self._maybe_begun):
            self.ts = await find_answer(self._slack, self._turns, self._turn)
        if self.ts is None:
            self.ts = await self._post(reply)
        else:
            await self._rewrite(self.ts, reply)

    async def settle(self, stored_ts: str | None) -> None:
        """The turn is closed with its answer in the message ``stored_ts``: should ours be another one, remove it."""
        if self.ts is not None and stored_ts not in {None, self.ts}:
            await self._remove(self.ts)

    def cancel(self) -> None:
        """Leave everything as it is: this process goes away."""
        self._stream.cancel()

    async def _complete(self, reply: Reply) -> bool:
        """End the stream with the rest of the text; False when the message has to be rewritten instead."""
        rest = safe_markdown(reply.markdown[len(self._stream.sent) :])
        try:
            await self._slack.stop_stream(
                self._turn.channel, self.ts or "", text=rest or None, blocks=reply.extras, metadata=self._metadata
            )
        except (SlackRefused, SlackUnreachable) as error:
            logger.info("stream not completed", extra={"error": str(error)})
            return False
        return True

    async def _post(self, reply: Reply) -> str:
        """Post the whole answer as one message; when no reply comes, look for it before posting again."""

        async def post(blocks: Sequence[Block]) -> str:
            turn = self._turn
            return await self._slack.post(
                turn.channel, text=reply.text, thread_ts=turn.thread_ts, blocks=blocks, metadata=self._metadata
            )

        try:
            return await with_or_without_blocks(post, reply.blocks)
        except SlackUnreachable as error:
            if not error.maybe_done:
                raise
            found = await find_answer(self._slack, self._turns, self._turn)
            return found or await with_or_without_blocks(post, reply.blocks)

    async def _rewrite(self, ts: str, reply: Reply) -> None:
        """Make the message that is there read as the final answer; should it be gone, post the answer anew."""

        async def update(blocks: Sequence[Block]) -> None:
            await self._slack.update(self._turn.channel, ts, text=reply.text, blocks=blocks, metadata=self._metadata)

        try:
            await self._slack.stop_stream(self._turn.channel, ts)
        except SlackRefused:
            logger.debug("no stream to stop")  # it has ended already, or was posted whole
        try:
            await with_or_without_blocks(update, reply.blocks)
        except SlackRefused as error:
            if error.code not in _GONE:
                raise
            self.ts = await self._post(reply)
            await self._turns.move(self._turn.turn_id, self.ts)

    async def _claim(self, ts: str) -> str:
        """Store that the answer is begun as ``ts``; when another process began it before, ours goes away."""
        self.ts = ts
        stored = await self._turns.begin(self._turn.turn_id, ts)
        if stored != ts:
            await self._remove(ts)
        return stored

    async def _remove(self, ts: str) -> None:
        logger.info("answer was begun elsewhere")
        try:
            await self._slack.delete(self._turn.channel, ts)
        except BotError as error:
            logger.warning("second answer not removed", extra={"error": str(error)})


class PrivateAnswer:
    """An answer that its asker alone sees, through the address that came with the command."""

    def __init__(self, slack: Slack, turn: Turn, *, invitation: str) -> None:
        """``invitation``: in mrkdwn, how to have the answer in the channel next time."""
        self._slack = slack
        self._turn = turn
        self._invitation = invitation
        self.ts: str | None = None

    def add(self, text: str) -> None:
        """Nothing: such an answer cannot grow."""

    async def finish(self, reply: Reply) -> None:
        """Show the answer and the invitation. Raises as ThreadAnswer.finish does."""
        hint = {"type": "context", "elements": [{"type": "mrkdwn", "text": self._invitation}]}

        async def respond(blocks: Sequence[Block]) -> None:
            message = {"text": f"{reply.text}\n{self._invitation}"}
            await self._slack.respond(
                self._turn.response_url or "", message | {"blocks": [*blocks, hint]} if blocks else message
            )

        await with_or_without_blocks(respond, reply.blocks)

    async def settle(self, stored_ts: str | None) -> None:
        """Nothing: there is no message to be found again."""

    def cancel(self) -> None:
        """Nothing is under way."""


async def with_or_without_blocks(send: Callable[[Sequence[Block]], Awaitable[T]], blocks: Sequence[Block]) -> T:
    """Send with blocks; should Slack reject them, once more as text alone, so that no answer is lost."""
    try:
        return await send(blocks)
    except SlackRefused as error:
        if error.code not in _BAD_BLOCKS:
            raise
        logger.warning("blocks refused", extra={"code": error.code})
        return await send(())
