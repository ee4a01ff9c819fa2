"""What a tool is: a name, a description, typed arguments, and a text for an answer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from agent.library import Library
from agent.prompt import load_prompt
from knowledge import Names

LONGEST_RESULT = 7_000  # characters, some 1,800 tokens


@dataclass(frozen=True, slots=True)
class Reach:
    """What a tool may use while it answers one call."""

    library: Library
    names: Names


class Arguments(BaseModel):
    """Arguments of a tool: what the model adds of its own is ignored."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)


A = TypeVar("A", bound=Arguments)


@dataclass(frozen=True, slots=True)
class Tool(Generic[A]):
    """One tool. Its description for the model is the prompt of the same name."""

    name: str
    arguments: type[A]
    run: Callable[[A, Reach], Awaitable[str]]
    doing: str
    """What the asker is told meanwhile, in a few words."""

    def schema(self) -> Mapping[str, Any]:
        """The tool in OpenAI's form."""
        return schema_of(self.name, self.arguments)


def schema_of(name: str, arguments: type[Arguments]) -> Mapping[str, Any]:
    """A tool in OpenAI's form, its description being the prompt of its name."""
    parameters = arguments.model_json_schema()
    function = {
        "name": name,
        "description": load_prompt(name),
        "parameters": {
            "type": "object",
            "properties": {name: _plain(field) for name, field in parameters.get("properties", {}).items()},
            "required": parameters.get("required", []),
            "additionalProperties": False,
        },
    }
    return {"type": "function", "function": function}


def _plain(field: Mapping[str, Any]) -> dict[str, Any]:
    """A field's schema without the titles that pydantic adds: they cost tokens and say nothing."""
    return {key: value for key, value in field.items() if key != "title"}


def fitted(lines: list[str], *, what: str = "more omitted") -> str:
    """As many lines as a result may hold, and how many were left out."""
    kept: list[str] = []
    size = 0
    for line in lines:
        if size + len(line) > LONGEST_RESULT and kept:
            kept.append(f"({len(lines) - len(kept)} {what})")
            break
        kept.append(line[:LONGEST_RESULT])
        size += len(line) + 1
    return "\n".join(kept)
