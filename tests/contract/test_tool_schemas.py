"""What the model is told of the tools changes only on purpose: prompts and schemas are part of the product."""

import json
from pathlib import Path

from agent.reading import giving
from agent.tools import TOOLS
from tests.fakes.openai import find_fault

SNAPSHOT = Path(__file__).with_name("tool_schemas.json")
SCHEMAS = [*(tool.schema() for tool in TOOLS), giving.schema()]


def test_the_tools_are_as_they_were_agreed() -> None:
    """After a change on purpose: ``python -m tests.contract.test_tool_schemas`` writes the snapshot anew."""
    assert json.loads(SNAPSHOT.read_text(encoding="utf-8")) == SCHEMAS


def test_an_endpoint_accepts_them() -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "hi"}], "tools": SCHEMAS}
    assert find_fault(body) is None


def test_every_tool_says_what_it_is_doing_and_is_described() -> None:
    for tool in TOOLS:
        assert tool.doing.startswith("is ")
        assert len(tool.schema()["function"]["description"]) > 40


if __name__ == "__main__":
    text = json.dumps(SCHEMAS, indent=2, ensure_ascii=False)
    SNAPSHOT.write_text(f"{text}\n", encoding="utf-8")
