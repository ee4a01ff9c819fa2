"""What the agent is built with once and uses in every turn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.checker.words import KnownWords, load_known_words
from agent.direct.phrasebook import Phrasebook, load_phrasebook
from agent.library import Library
from agent.model import ChatModel
from agent.prompt import load_prompt
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
    phrasebook: Phrasebook
    known_words: KnownWords
    prompts: Mapping[str, str]
    tools: Mapping[str, Tool[Any]]
    schemas: Sequence[Mapping[str, Any]]


def build_equipment(library: Library, model: ChatModel | None, budget: Budget) -> Equipment:
    """Load prompts, phrases and words, and lay the tools out."""
    return Equipment(
        library=library,
        model=model,
        budget=budget,
        phrasebook=load_phrasebook(),
        known_words=load_known_words(),
        prompts={name: load_prompt(name) for name in ("system", "repair", "last_step", "empty_reply")},
        tools={tool.name: tool for tool in TOOLS},
        schemas=[tool.schema() for tool in TOOLS],
    )
