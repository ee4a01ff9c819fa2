"""Tries the language model for real: one short call, as an admin's check wants it."""

from langchain_core.messages import HumanMessage

from agent.errors import ModelUnavailable
from agent.model.chat import Ask, ModelOptions, build_model

PATIENCE_S = 20.0


async def probe_model(options: ModelOptions) -> None:
    """Ask the model for one word.

    Raises: ModelUnavailable when that brings nothing; ``reason`` and ``status`` say why.
    """
    model = build_model(options)
    try:
        reply = await model.call(Ask(messages=[HumanMessage("Answer with the word OK.")], timeout_s=PATIENCE_S))
    finally:
        await model.aclose()
    if not reply.text:
        raise ModelUnavailable("nonsense", requests=reply.requests)
