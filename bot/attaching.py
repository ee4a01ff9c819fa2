"""Puts the picture of a lineage below the answer: once at most, and never at the answer's cost."""

import asyncio
import logging

from agent.values import Graph
from bot.errors import BotError, NotDrawn
from bot.picture.words import describe, title
from bot.slack import Slack
from knowledge.values import Turn

logger = logging.getLogger(__name__)

_SCOPE = "files:write"
_PATIENCE_S = 30.0
_FILE_NAME = "lineage.png"


class Pictures:
    """Draws and uploads, one picture at a time: each needs tens of megabytes while it is drawn."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._drawing = asyncio.Semaphore(1)

    async def attach(self, turn: Turn, graph: Graph) -> None:
        """Draw a lineage and put it into the turn's thread; what goes wrong is logged.

        Nothing is tried where the app was installed without the scope for it.
        """
        scopes = self._slack.identity.scopes
        if (scopes and _SCOPE not in scopes) or turn.thread_ts is None:
            return
        try:
            async with asyncio.timeout(_PATIENCE_S):
                async with self._drawing:
                    content = await asyncio.to_thread(draw_picture, graph)
                await self._slack.share_file(
                    turn.channel, turn.thread_ts, name=_FILE_NAME, title=title(graph), alt=describe(graph),
                    content=content,
                )  # fmt: skip
        except (BotError, TimeoutError) as error:
            logger.warning("picture not attached", extra={"error": str(error) or type(error).__name__})


def draw_picture(graph: Graph) -> bytes:
    """The PNG of a graph, in a thread of its own.

    Raises: NotDrawn.
    """
    try:
        # read when the first picture is wanted: no start has to wait for it
        from bot.picture.drawing import draw
    except ImportError as error:
        raise NotDrawn("the library that draws pictures is not installed") from error
    return draw(graph)
