"""Whatever way a model calls tools in, and whatever it thinks aloud, the reply is plain."""

from typing import Any

import pytest
from langchain_core.messages import AIMessage

from agent.model.replies import ToolCall, read_reply, visible_text

TOOLS = ["get_nodes"]


def _calls(message: AIMessage) -> tuple[ToolCall, ...]:
    return read_reply(message, tools=TOOLS).calls


def _call(**facts: Any) -> Any:
    return {"name": "get_nodes", "args": {"names": ["a"]}, "id": "1", **facts}


def test_a_call_keeps_its_id_name_and_arguments() -> None:
    assert _calls(AIMessage("", tool_calls=[_call()])) == (
        ToolCall(id="1", name="get_nodes", arguments={"names": ["a"]}),
    )


def test_calls_without_ids_and_with_the_same_id_get_their_own() -> None:
    calls = _calls(AIMessage("", tool_calls=[_call(id=None), _call(id="x"), _call(id="x")]))
    assert [call.id for call in calls] == ["call_0", "x", "call_2"]


@pytest.mark.parametrize(
    ("arguments", "read"),
    [
        ('{"a": 1}', {"a": 1}),
        ('Sure: {"a": 1} there', {"a": 1}),
        ("", {}),
        (None, {}),
        ('{"a": ', None),
        ('"{\\"a\\": 1}"', {"a": 1}),
        ('{"a": ' + "[" * 9_000 + "]" * 9_000 + "}", None),
        ("[1]", None),
        ('"text"', None),
    ],
)
def test_arguments_that_do_not_parse_are_read_as_far_as_they_can_be(arguments: Any, read: Any) -> None:
    invalid: Any = {"name": "get_nodes", "args": arguments, "id": "1", "error": None, "type": "invalid_tool_call"}
    [call] = _calls(AIMessage("", invalid_tool_calls=[invalid]))
    assert call.arguments == read


def test_the_old_way_of_calling_is_understood() -> None:
    old = {"function_call": {"name": "get_nodes", "arguments": '{"names": []}'}}
    assert _calls(AIMessage("", additional_kwargs=old))[0].arguments == {"names": []}


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "get_nodes", "arguments": {"names": ["a"]}}',
        '```json\n{"tool": "get_nodes", "parameters": {"names": ["a"]}}\n```',
        '{"name": "get_nodes", "arguments": "{\\"names\\": [\\"a\\"]}"}',
        '<tool_call>\n{"name": "get_nodes", "arguments": {"names": ["a"]}}\n</tool_call>',
        '<tool_call>{"name": "get_nodes", "arguments": {"names": ["a"]}}',
        '[TOOL_CALLS][{"name": "get_nodes", "arguments": {"names": ["a"]}}]',
        '<|python_tag|>{"name": "get_nodes", "parameters": {"names": ["a"]}}<|eom_id|>',
        '<function=get_nodes>{"names": ["a"]}</function>',
        '[{"name": "get_nodes", "arguments": {"names": ["a"]}}]',
        '{"type": "function", "function": {"name": "get_nodes", "arguments": {"names": ["a"]}}}',
        'Here it is:\n```json\n{"name": "get_nodes", "arguments": {"names": ["a"]}}\n```\nDone.',
        'get_nodes(names=["a"])',
        'print(default_api.get_nodes(names=["a"]))',
    ],
)
def test_a_call_written_as_text_is_a_call(text: str) -> None:
    reply = read_reply(AIMessage(text), tools=TOOLS)
    assert (reply.text, reply.calls[0].arguments) == ("", {"names": ["a"]})


def test_several_calls_in_a_text_are_calls_and_what_stands_before_is_text() -> None:
    call = '<tool_call>{"name": "get_nodes", "arguments": {"names": ["%s"]}}</tool_call>'
    reply = read_reply(AIMessage(f"Let me see.\n{call % 'a'}\n{call % 'b'}"), tools=TOOLS)
    assert [call.arguments for call in reply.calls] == [{"names": ["a"]}, {"names": ["b"]}]
    assert reply.text == "Let me see."


def test_arguments_in_tags_are_arguments() -> None:
    text = "<tool_call>\n<function=get_nodes>\n<parameter=name>\na b\n</parameter>\n</function>\n</tool_call>"
    [call] = read_reply(AIMessage(text), tools=TOOLS).calls
    assert call.arguments == {"name": "a b"}


def test_a_call_in_a_text_that_breaks_off_is_not_shown() -> None:
    reply = read_reply(AIMessage('<tool_call>{"name": "get_nodes", "arguments": {"names'), tools=TOOLS)
    assert (reply.text, reply.calls) == ("", ())


def test_an_answers_arguments_alone_are_the_answer() -> None:
    said = '{"answer": "Yes.", "use": "orders"}'
    [call] = read_reply(AIMessage(said), tools=["give_answer"], spoken=("give_answer", "answer")).calls
    assert (call.name, call.arguments) == ("give_answer", {"answer": "Yes.", "use": "orders"})


def test_nothing_that_a_terminal_or_database_chokes_on_is_left() -> None:
    reply = read_reply(
        AIMessage("a\x00b", tool_calls=[_call(args={"sql": "x\x00\ud83d\u202e", "n": ["\x1b[1m"]})]), tools=()
    )
    assert reply.text == "ab"
    assert reply.calls[0].arguments == {"sql": "x", "n": ["[1m"]}


@pytest.mark.parametrize("text", ['{"name": "other", "arguments": {}}', '{"a": 1}', "{not json}", '{"name": 7}', "[]"])
def test_other_json_is_text(text: str) -> None:
    reply = read_reply(AIMessage(text), tools=TOOLS)
    assert (reply.text, reply.calls) == (text, ())


@pytest.mark.parametrize(
    ("text", "said", "cut_off"),
    [
        ('{"tool": "final", "answer": "Use \\"it\\"."}', 'Use "it".', False),
        ('{"tool": "final", "answer": "NO ANSWER: It is n', "NO ANSWER: It is n", True),
        ('{"response": "Use it."}', "Use it.", False),
        ('{"name": "send", "arguments": {"text": "Hi."}}', '{"name": "send", "arguments": {"text": "Hi."}}', False),
    ],
)
def test_an_answer_in_json_that_is_no_call_is_read_whole_or_cut(text: str, said: str, *, cut_off: bool) -> None:
    reply = read_reply(AIMessage(text), tools=["give_answer"], spoken=("give_answer", "answer"))
    assert (reply.text, reply.calls, reply.cut_off) == (said, (), cut_off)


@pytest.mark.parametrize("name", ["", "drop table; --", "ä" * 300, "a b"])
def test_a_name_that_endpoints_would_reject_is_made_one_they_take(name: str) -> None:
    [call] = _calls(AIMessage("", tool_calls=[_call(name=name)]))
    assert call.name
    assert call.name.replace("_", "").replace("-", "").isascii()
    assert len(call.name) <= 64


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("<think>hm</think>Yes.", "Yes."),
        ("<think>hm, not closed", ""),
        ("<thi", ""),
        ("Yes. <think>more</think>", "Yes. "),
        ("a < b", "a < b"),
        ("<reasoning>x</reasoning>\n\nYes.", "Yes."),
        ("hm, so\n</think>\n\nYes.", "Yes."),
        ("<thought>hm</thought>Yes.", "Yes."),
        ("[THINK]hm[/THINK]Yes.", "Yes."),
        ("<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Yes.<|return|>", "Yes."),
        ("<|channel|>analysis<|message|>hm", ""),
    ],
)
def test_thoughts_are_not_shown_nor_half_a_tag(text: str, seen: str) -> None:
    assert visible_text(text) == seen


def test_tokens_are_unknown_when_the_endpoint_does_not_count() -> None:
    usage: Any = {"input_tokens": 3, "output_tokens": 4, "total_tokens": 7}
    assert read_reply(AIMessage("x", usage_metadata=usage), tools=()).tokens == 7
    assert read_reply(AIMessage("x"), tools=()).tokens is None
    assert read_reply(AIMessage("x", usage_metadata={**usage, "total_tokens": -5}), tools=()).tokens is None


def test_a_web_page_is_no_answer() -> None:
    assert read_reply(AIMessage("<!DOCTYPE html><p>Welcome"), tools=()).text == ""
