"""What the agent is built with once and uses in every turn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.checker.words import KnownWords, load_known_words
from agent.direct.phrasebook import Phrasebook, load_phrasebook
from agent.direct.wordbook import Wordbook, load_wordbook
from agent.library import Library
from agent.model.chat import ChatModel
from agent.prompt import load_prompt
from agent.reading.giving import NAME as GIVING
from agent.reading.giving import schema as answer_schema
from agent.reading.instructions import Instructions
from agent.tools import TOOLS
from agent.tools.tool import Tool


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What one question may cost; at a limit the agent answers with what it has."""

    model_calls: int = 6
    """Requests to the endpoint, failed ones included."""
    tokens: int = 80_000
    """Of all calls together, as the endpoint counts them, else estimated."""
    seconds: float = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """The parts that the graph's nodes share."""

    library: Library
    model: ChatModel | None
    budget: Budget
    help_channel: str
    """Where people ask what the catalog does not hold; empty: nowhere that is known."""
    phrasebook: Phrasebook
    wordbook: Wordbook
    known_words: KnownWords
    prompts: Mapping[str, str]
    instructions: Instructions
    """All that the model is told besides the catalog and the thread: not to be recited."""
    link_hosts: tuple[str, ...]
    """Hosts that an exposure's own address may be linked to; empty: any."""
    tools: Mapping[str, Tool[Any]]
    schemas: Sequence[Mapping[str, Any]]


def build_equipment(
    library: Library,
    model: ChatModel | None,
    budget: Budget,
    *,
    help_channel: str = "",
    link_hosts: tuple[str, ...] = (),
) -> Equipment:
    """Load prompts, phrases and words, and lay the tools out."""
    prompts = {name: load_prompt(name) for name in ("system", "repair", "last_step", "empty_reply")}
    told = [*prompts.values(), *(load_prompt(name) for name in (*(tool.name for tool in TOOLS), GIVING))]
    return Equipment(
        library=library,
        model=model,
        budget=budget,
        help_channel=help_channel,
        phrasebook=load_phrasebook(),
        wordbook=load_wordbook(),
        known_words=load_known_words(),
        prompts=prompts,
        instructions=Instructions(told),
        link_hosts=link_hosts,
        tools={tool.name: tool for tool in TOOLS},
        schemas=[*(tool.schema() for tool in TOOLS), answer_schema()],
    )
