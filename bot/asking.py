"""``marty ask``: questions and answers in the terminal, stored as turns like those in Slack."""

import getpass
import json
import uuid

from agent import Agent, Answer, Answered, Question, answer_to_json, full_text
from bot.parts import Knowledge, open_knowledge
from bot.settings import Settings
from bot.terminal import lines, require_catalog, say
from bot.thinking import open_agent
from knowledge import Ending, NewTurn, NotFound, Turns

_CHANNEL = "terminal"
"""What stands for team and channel in the turns of this surface."""


async def ask(settings: Settings, question: str | None, *, as_json: bool) -> int:
    """Answer ``question``, or each line of standard input when it is None. Returns the exit code."""
    async with open_knowledge(settings) as knowledge:
        await require_catalog(settings, knowledge)
        async with open_agent(settings, knowledge) as agent:
            async for text in lines(question):
                answer = await _one_turn(knowledge, agent, text)
                say(json.dumps(answer_to_json(answer), ensure_ascii=False) if as_json else _shown(answer))
    return 0


async def _one_turn(knowledge: Knowledge, agent: Agent, text: str) -> Answer:
    """Ask and answer one question in a thread of its own, stored like any other turn."""
    turns = Turns(knowledge.database)
    new = NewTurn(
        team=_CHANNEL, channel=_CHANNEL, asker=_user(), surface="terminal", question=text, ts=uuid.uuid4().hex
    )
    async with knowledge.database.transaction() as connection:
        stored = await turns.store(connection, new)
    if stored is None:
        raise NotFound("The question could not be stored.")
    question = Question(text=text, thread_id=stored.thread_key, turn_id=stored.turn_id)
    [answer] = [event.answer async for event in agent.ask(question) if isinstance(event, Answered)]
    await turns.finish(
        stored.turn_id,
        Ending(
            outcome="refused" if answer.refused else "answered",
            answer=full_text(answer),
            answer_json=answer_to_json(answer),
            model_calls=answer.model_calls,
            tokens=answer.tokens,
            seconds=answer.seconds,
        ),
    )
    return answer


def _shown(answer: Answer) -> str:
    """What a person reads: the answer, its SQL, how far it can be trusted."""
    sql = f"```sql\n{answer.sql}\n```" if answer.sql else ""
    trust = "\n".join(each.line for each in answer.trust)
    word = answer.confidence.capitalize() if answer.confidence else ""
    return "\n\n".join(part for part in (full_text(answer), sql, " · ".join(filter(None, (word, trust)))) if part)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
