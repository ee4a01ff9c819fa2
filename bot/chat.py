"""``marty chat``: a conversation in the terminal, with the memory that a thread in Slack has."""

import json
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from agent import answer_to_json
from bot.answer_text import answer_text
from bot.console import hint, lines, say
from bot.errors import sentence_for_admin
from bot.growing import Growing
from bot.loop_thread import LoopThread
from bot.parts import open_knowledge
from bot.settings import Settings
from bot.terminal import require_catalog
from bot.terminal_turns import TerminalTurns, new_thread
from bot.thinking import open_agent
from knowledge import KnowledgeError

_PROMPT = "› "
_ENDS = frozenset({"exit", "quit"})
_BEGINS_ANEW = "new"
_GREETING = "Ask about your dbt project. `new` begins a new conversation; `exit` or Ctrl-D ends the chat."
_STOPPED = "Stopped. Ask on, or end the chat with `exit` or Ctrl-D."
_NEW = "A new conversation: what was said before is not remembered in it."


class Chat:
    """Answers one line after the other, in one thread until a new one is begun."""

    def __init__(self, turns: TerminalTurns, *, as_json: bool = False) -> None:
        self._turns = turns
        self._as_json = as_json
        self._thread = new_thread()

    @property
    def separator(self) -> str:
        """What stands after an answer."""
        return "" if self._as_json else "\n"

    def begin_anew(self) -> None:
        self._thread = new_thread()

    async def answer(self, question: str) -> None:
        """Print the answer; what comes of it meanwhile is shown on stderr, where that is a terminal."""
        with Growing() as growing:
            answer = await self._turns.ask(question, thread=self._thread, on_event=growing.show)
        said = json.dumps(answer_to_json(answer), ensure_ascii=False) if self._as_json else answer_text(answer)
        say(said + self.separator)


async def chat_lines(settings: Settings, *, as_json: bool) -> int:
    """Answer every line of standard input, in one conversation. Returns the exit code."""
    async with _open_chat(settings, as_json=as_json) as conversation:
        async for line in lines(None):
            match line.strip():
                case "":
                    continue
                case word if word.lower() in _ENDS:
                    break
                case word if word.lower() == _BEGINS_ANEW:
                    conversation.begin_anew()
                case question:
                    await conversation.answer(question)
    return 0


def chat(settings: Settings) -> int:
    """Talk with whoever sits at the terminal, until they end it. Returns the exit code.

    The prompt has the main thread: only there can a line be edited, recalled and dropped with Ctrl-C.
    """
    with suppress(ImportError):  # not everywhere
        import readline  # noqa: F401  # pyright: ignore[reportUnusedImport]  # input() uses it once it is there

    with LoopThread() as loop:
        stack = AsyncExitStack()
        try:
            conversation = loop.run(stack.enter_async_context(_open_chat(settings, as_json=False)))
            hint(_GREETING)
            _converse(loop, conversation)
        finally:
            loop.run(stack.aclose())
    return 0


def _converse(loop: LoopThread, conversation: Chat) -> None:
    while (line := _line()) is not None and line.lower() not in _ENDS:
        if line.lower() == _BEGINS_ANEW:
            conversation.begin_anew()
            hint(_NEW)
        elif line:
            _answer(loop, conversation, line)


def _answer(loop: LoopThread, conversation: Chat, question: str) -> None:
    """Answer; neither Ctrl-C nor a database that is away for a while ends the chat."""
    try:
        loop.run(conversation.answer(question))
    except KeyboardInterrupt:
        hint(_STOPPED)
    except KnowledgeError as error:
        hint(sentence_for_admin(error) or "")


def _line() -> str | None:
    """What was typed, empty when it was dropped with Ctrl-C; None at the end of input."""
    is_shown = sys.stdout.isatty()
    if not is_shown:
        sys.stderr.write(_PROMPT)
        sys.stderr.flush()
    try:
        return input(_PROMPT if is_shown else "").strip()
    except KeyboardInterrupt:
        hint("")
        return ""
    except EOFError:
        hint("")
        return None


@asynccontextmanager
async def _open_chat(settings: Settings, *, as_json: bool) -> AsyncGenerator[Chat]:
    """Raises: NotFound when the catalog is empty."""
    async with open_knowledge(settings) as knowledge:
        await require_catalog(settings, knowledge)
        async with open_agent(settings, knowledge, by_hand=True) as agent:
            yield Chat(TerminalTurns(knowledge.database, agent), as_json=as_json)
