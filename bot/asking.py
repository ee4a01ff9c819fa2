"""``marty ask``: questions and answers in the terminal, each a conversation of its own."""

import asyncio
import json
from pathlib import Path

from agent import Answer, answer_to_json
from bot.answer_text import answer_text
from bot.attaching import draw_picture
from bot.console import hint, lines, say
from bot.errors import NotDrawn
from bot.parts import open_knowledge
from bot.settings import Settings
from bot.terminal import require_catalog
from bot.terminal_turns import TerminalTurns
from bot.thinking import open_agent


async def ask(settings: Settings, question: str | None, *, as_json: bool, picture: Path | None = None) -> int:
    """Answer ``question``, or each line of standard input when it is None. Returns the exit code.

    Args: picture: where the lineage is saved, when the answer is about one.
    """
    async with open_knowledge(settings) as knowledge:
        await require_catalog(settings, knowledge)
        async with open_agent(settings, knowledge, by_hand=True) as agent:
            turns = TerminalTurns(knowledge.database, agent)
            async for text in lines(question):
                answer = await turns.ask(text)
                say(json.dumps(answer_to_json(answer), ensure_ascii=False) if as_json else answer_text(answer))
                if picture is not None:
                    await _save_picture(answer, picture)
    return 0


async def _save_picture(answer: Answer, place: Path) -> None:
    """Raises: NotDrawn."""
    if answer.graph is None:
        hint("This answer has no picture: only lineage is drawn.")
        return
    content = await asyncio.to_thread(draw_picture, answer.graph)
    try:
        await asyncio.to_thread(place.write_bytes, content)
    except OSError as error:
        raise NotDrawn(f"The picture cannot be written to {place}: {error.strerror or 'it is no file'}.") from error
