"""A reply is put together from its pieces, however odd, and in time that grows no faster than it does."""

from typing import Any

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk

from agent.model.hearing import LONGEST_ARGUMENTS, LONGEST_THOUGHTS, Hearing, bounded


def _piece(args: str | None = "", *, index: int | None = 0, **facts: Any) -> AIMessageChunk:
    call: Any = {"name": None, "id": None, "args": args, "index": index, "type": "tool_call_chunk", **facts}
    return AIMessageChunk(content="", tool_call_chunks=[call])


def _heard(*pieces: AIMessageChunk, **options: Any) -> Hearing:
    hearing = Hearing(**options)
    for piece in pieces:
        hearing.take(piece)
    hearing.settle()
    return hearing


def _calls(hearing: Hearing) -> list[tuple[Any, ...]]:
    assert hearing.message is not None
    return [(call["id"], call["name"], call["args"]) for call in hearing.message.tool_calls]


def test_a_call_in_many_pieces_is_one() -> None:
    pieces = [_piece(letter) for letter in '{"answer": "Yes."}']
    heard = _heard(_piece(id="a", name="give_"), _piece(name="answer"), *pieces)
    assert _calls(heard) == [("a", "give_answer", {"answer": "Yes."})]
    assert heard.looks_whole
    assert not heard.was_cut


def test_calls_of_one_index_and_without_one_are_told_apart_by_their_ids() -> None:
    same = _heard(_piece("{}", id="a", name="x"), _piece("{}", id="b", name="y"))
    none = _heard(_piece("{}", index=None, id="a", name="x"), _piece("{}", index=None, name="y"))
    assert [name for _, name, _ in _calls(same)] == ["x", "y"]
    assert [name for _, name, _ in _calls(none)] == ["x", "y"]


def test_a_call_that_broke_off_is_read_as_far_as_it_came_and_known_as_cut() -> None:
    heard = _heard(_piece('{"answer": "Use x.", "sql": "select a fr', id="a", name="give_answer"))
    assert _calls(heard) == [("a", "give_answer", {"answer": "Use x.", "sql": "select a fr"})]
    assert heard.was_cut
    assert not heard.looks_whole


def test_a_call_that_is_no_json_is_an_invalid_one() -> None:
    heard = _heard(_piece("{'answer': 'x'}", id="a", name="give_answer"))
    assert heard.message is not None
    assert heard.message.tool_calls == []
    assert [call["name"] for call in heard.message.invalid_tool_calls] == ["give_answer"]


def test_text_is_whole_and_its_end_is_noted() -> None:
    heard = _heard(
        AIMessageChunk(content="Use "),
        AIMessageChunk(content="`a`."),
        AIMessageChunk(content="", response_metadata={"finish_reason": "stop"}),
    )
    assert heard.message is not None
    assert (heard.message.text, heard.text, heard.ended) == ("Use `a`.", "Use `a`.", "stop")


def _counted(total: int) -> AIMessageChunk:
    usage: Any = {"input_tokens": 10, "output_tokens": total - 10, "total_tokens": total}
    return AIMessageChunk(content="a", usage_metadata=usage)


@pytest.mark.parametrize(("counts_anew", "total"), [(True, 13), (False, 36)])
def test_counts_that_hold_those_before_them_are_not_added_up(*, counts_anew: bool, total: int) -> None:
    heard = _heard(_counted(11), _counted(12), _counted(13), counts_anew=counts_anew)
    assert heard.message is not None
    assert heard.message.usage_metadata is not None
    assert heard.message.usage_metadata["total_tokens"] == total


def test_what_never_ends_is_known_as_such_and_not_kept() -> None:
    flood = _heard(_piece("x" * (LONGEST_ARGUMENTS + 1), id="a", name="get_nodes"))
    many = _heard(*(_piece("{}", index=number, id=str(number), name="x") for number in range(200)))
    prose = _heard(AIMessageChunk(content="x" * (LONGEST_THOUGHTS + 1)))
    assert flood.is_endless
    assert _calls(flood) == []
    assert many.is_endless
    assert len(_calls(many)) == 100
    assert prose.is_endless
    assert prose.message is not None
    assert len(prose.message.text) == LONGEST_THOUGHTS


def test_a_whole_message_is_bounded_as_well() -> None:
    short = AIMessage("x", tool_calls=[{"name": "a", "args": {}, "id": "1"}])
    assert bounded(short) is short
    assert bounded(AIMessage("x", tool_calls=[{"name": "a", "args": {"b": "x" * 99_999}, "id": "1"}])).tool_calls == []


def test_a_long_text_is_not_read_anew_with_each_piece() -> None:
    hearing, looks = Hearing(), 0
    for _ in range(20_000):
        hearing.take(AIMessageChunk(content="abcd"))
        looks += hearing.has_grown()
    assert 50 < looks < 1_000
