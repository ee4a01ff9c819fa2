"""Thinking: a question goes in, events and one checked answer come out.

What is exported here is loaded when it is first used: LangGraph and the model's client cost a second or two, which a
command that only searches, or only needs our errors, should not pay.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.agent import Agent
    from agent.equipment import Budget
    from agent.errors import AgentError, ModelUnavailable
    from agent.model.chat import ChatModel, ModelOptions, build_model
    from agent.model.probe import probe_model
    from agent.values import Answer, Answered, Citation, Confidence, Delta, Event, Message, Progress, Question, Trust
    from agent.view import answer_to_json, detail_lines, full_text, trust_lines

_MODULES = {
    "agent.agent": ("Agent",),
    "agent.equipment": ("Budget",),
    "agent.errors": ("AgentError", "ModelUnavailable"),
    "agent.model.chat": ("ChatModel", "ModelOptions", "build_model"),
    "agent.model.probe": ("probe_model",),
    "agent.values": (
        "Answer", "Answered", "Citation", "Confidence", "Delta", "Event", "Message", "Progress", "Question", "Trust",
    ),
    "agent.view": ("answer_to_json", "detail_lines", "full_text", "trust_lines"),
}  # fmt: skip
_HOMES = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "Agent",
    "AgentError",
    "Answer",
    "Answered",
    "Budget",
    "ChatModel",
    "Citation",
    "Confidence",
    "Delta",
    "Event",
    "Message",
    "ModelOptions",
    "ModelUnavailable",
    "Progress",
    "Question",
    "Trust",
    "answer_to_json",
    "build_model",
    "detail_lines",
    "full_text",
    "probe_model",
    "trust_lines",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
