"""The boundary to the tools: whatever the model asks for and whatever goes wrong, it gets a text."""

import logging
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from agent.model.replies import ToolCall
from agent.tools.tool import Reach, Tool
from knowledge import Unavailable

_log = logging.getLogger(__name__)


async def run_call(call: ToolCall, tools: Mapping[str, Tool[Any]], reach: Reach) -> str:
    """The result of one call, or what was wrong with it.

    Raises: Unavailable when the database is gone: no other tool would fare better.
    """
    tool = tools.get(call.name)
    if tool is None:
        return f"There is no tool {call.name}. There are: {', '.join(tools)}."
    if call.arguments is None:
        return "The arguments were not a JSON object. Call again with valid JSON."
    try:
        return await tool.run(tool.arguments.model_validate(call.arguments), reach)
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc'])) or 'arguments'}: {fault['msg']}" for fault in error.errors()[:3]]
        return f"These arguments do not fit {call.name}: {'; '.join(faults)}"
    except Unavailable:
        raise
    except Exception:
        _log.exception("a tool failed", extra={"tool": call.name})
        return f"{call.name} failed. Go on without it."
