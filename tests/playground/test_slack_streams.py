"""chat.startStream, appendStream and stopStream: states, recipients, chunks."""

from datetime import timedelta
from typing import Any

import pytest
from slack_app import Clock, answer_of, error_of
from slack_sdk.models.messages.chunk import MarkdownTextChunk, TaskUpdateChunk
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import Channel, User, Workspace

Json = dict[str, Any]
HEADER = {"type": "header", "text": {"type": "plain_text", "text": "Numbers"}}


@pytest.fixture
async def question(ws: Workspace, ana: User, general: Channel) -> str:
    return await ws.post(ana, general, "a question")


@pytest.fixture
def place(ws: Workspace, ana: User, general: Channel, question: str) -> Json:
    team = ws.deliveries[0].payload["team_id"]
    return {"channel": general.id, "thread_ts": question, "recipient_user_id": ana.id, "recipient_team_id": team}


async def test_text_grows_until_the_stream_stops(
    ws: Workspace, client: AsyncWebClient, general: Channel, place: Json
) -> None:
    stream = await client.chat_stream(buffer_size=1, **place)
    await stream.append(markdown_text="**Rev")
    assert ws.messages(general)[-1].streaming
    await stream.append(markdown_text="enue**")
    assert ws.messages(general)[-1].shown == "Revenue"
    await stream.stop(markdown_text=" is here", blocks=[HEADER], metadata={"event_type": "turn", "event_payload": {}})
    message = ws.messages(general)[-1]
    assert (message.streaming, message.shown) == (False, "Revenue is here\nNumbers")
    assert message.metadata == {"event_type": "turn", "event_payload": {}}
    assert [each.method for each in ws.calls] == ["chat.startStream", "chat.appendStream", "chat.stopStream"]


async def test_a_stopped_stream_takes_nothing_more(client: AsyncWebClient, general: Channel, place: Json) -> None:
    ts = (await answer_of(client.chat_startStream(**place, markdown_text="a")))["ts"]
    await client.chat_stopStream(channel=general.id, ts=ts)
    append = client.chat_appendStream(channel=general.id, ts=ts, markdown_text="b")
    assert await error_of(append) == "message_not_in_streaming_state"
    assert await error_of(client.chat_stopStream(channel=general.id, ts=ts)) == "message_not_in_streaming_state"


async def test_a_stream_dies_of_age_and_can_then_be_updated(
    ws: Workspace, client: AsyncWebClient, general: Channel, place: Json, clock: Clock
) -> None:
    ts = (await answer_of(client.chat_startStream(**place, markdown_text="a")))["ts"]
    clock.at += timedelta(seconds=300)
    await client.chat_appendStream(channel=general.id, ts=ts, markdown_text="b")
    assert await error_of(client.chat_update(channel=general.id, ts=ts, text="c")) == "streaming_state_conflict"
    clock.at += timedelta(seconds=10)
    append = client.chat_appendStream(channel=general.id, ts=ts, markdown_text="b")
    assert await error_of(append) == "message_not_in_streaming_state"
    await client.chat_update(channel=general.id, ts=ts, text="the whole answer")
    assert ws.message(general, ts).shown == "the whole answer"
    assert not ws.message(general, ts).streaming


@pytest.mark.parametrize("missing", ["recipient_user_id", "recipient_team_id"])
async def test_a_channel_wants_to_know_the_recipient(client: AsyncWebClient, place: Json, missing: str) -> None:
    del place[missing]
    assert await error_of(client.chat_startStream(**place)) == f"missing_{missing}"


async def test_a_direct_message_needs_no_recipient(ws: Workspace, client: AsyncWebClient, ana: User) -> None:
    dm = ws.open_dm(ana)
    ts = await ws.post(ana, dm, "a question")
    await client.chat_startStream(channel=dm.id, thread_ts=ts, markdown_text="a")


async def test_a_stream_needs_a_thread_and_a_known_recipient(client: AsyncWebClient, place: Json) -> None:
    nowhere = {name: value for name, value in place.items() if name != "thread_ts"}
    assert await error_of(client.api_call("chat.startStream", json=nowhere)) == "invalid_arguments"
    assert await error_of(client.chat_startStream(**{**place, "recipient_user_id": "U404"})) == "user_not_found"
    assert await error_of(client.chat_startStream(**{**place, "thread_ts": "1.2"})) == "invalid_thread_ts"


async def test_only_own_streams_can_be_written(client: AsyncWebClient, general: Channel, question: str) -> None:
    append = client.chat_appendStream(channel=general.id, ts=question, markdown_text="x")
    assert await error_of(append) == "message_not_owned_by_app"
    plain = (await answer_of(client.chat_postMessage(channel=general.id, text="x")))["ts"]
    append = client.chat_appendStream(channel=general.id, ts=plain, markdown_text="x")
    assert await error_of(append) == "message_not_in_streaming_state"
    append = client.chat_appendStream(channel=general.id, ts="1700000000.000001", markdown_text="x")
    assert await error_of(append) == "message_not_found"


async def test_tasks_are_replaced_and_their_details_grow(
    ws: Workspace, client: AsyncWebClient, general: Channel, place: Json
) -> None:
    first = TaskUpdateChunk(id="1", title="Search", status="in_progress", details="look")
    ts = (await answer_of(client.chat_startStream(**place, chunks=[first])))["ts"]
    second = TaskUpdateChunk(id="1", title="Searched", status="complete", details="ing", output="7 models")
    plan = {"type": "plan_update", "title": "Answering"}
    await client.chat_appendStream(channel=general.id, ts=ts, chunks=[second, plan, MarkdownTextChunk(text="Done")])
    assert ws.message(general, ts).shown == "Answering\nSearched\nlooking\n7 models\nDone"


async def test_block_chunks_stand_where_they_were_sent(
    ws: Workspace, client: AsyncWebClient, general: Channel, place: Json
) -> None:
    blocks = {"type": "blocks", "blocks": [HEADER]}
    chunks = [{"type": "markdown_text", "text": "above"}, blocks, {"type": "markdown_text", "text": "below"}]
    await client.chat_startStream(**place, chunks=chunks)
    assert ws.messages(general)[-1].shown == "above\nNumbers\nbelow"


@pytest.mark.parametrize(
    ("chunk", "error"),
    [
        ({"type": "poem"}, "invalid_chunks"),
        ("text", "invalid_chunks"),
        ({"type": "markdown_text"}, "invalid_chunks"),
        ({"type": "markdown_text", "text": "x" * 12_001}, "msg_too_long"),
        ({"type": "task_update", "id": "1", "title": "x" * 257, "status": "complete"}, "invalid_chunks"),
        ({"type": "task_update", "id": "1", "title": "x", "status": "done"}, "invalid_chunks"),
        ({"type": "plan_update", "title": ""}, "invalid_chunks"),
        ({"type": "blocks", "blocks": [{"type": "poem"}]}, "invalid_blocks"),
    ],
)
async def test_malformed_chunks_are_refused(client: AsyncWebClient, place: Json, chunk: object, error: str) -> None:
    assert await error_of(client.api_call("chat.startStream", json={**place, "chunks": [chunk]})) == error


async def test_a_stream_takes_fifty_blocks_and_fifty_at_its_end(
    ws: Workspace, client: AsyncWebClient, general: Channel, place: Json
) -> None:
    fifty = {"type": "blocks", "blocks": [HEADER] * 50}
    ts = (await answer_of(client.chat_startStream(**place, chunks=[fifty])))["ts"]
    one_more = client.chat_appendStream(channel=general.id, ts=ts, chunks=[{"type": "blocks", "blocks": [HEADER]}])
    assert await error_of(one_more) == "msg_blocks_too_many"
    await client.chat_stopStream(channel=general.id, ts=ts, blocks=[HEADER] * 50)
    assert len(ws.message(general, ts).blocks) == 100


async def test_an_append_without_content_is_refused(client: AsyncWebClient, general: Channel, place: Json) -> None:
    ts = (await answer_of(client.chat_startStream(**place)))["ts"]
    assert await error_of(client.chat_appendStream(channel=general.id, ts=ts, markdown_text="")) == "no_text"


async def test_a_person_can_stop_a_stream(
    ws: Workspace, client: AsyncWebClient, ana: User, general: Channel, place: Json
) -> None:
    ts = (await answer_of(client.chat_startStream(**place, markdown_text="a")))["ts"]
    await ws.stop(ana, general, place["thread_ts"])
    append = client.chat_appendStream(channel=general.id, ts=ts, markdown_text="b")
    assert await error_of(append) == "stopped_by_user"
    event = ws.deliveries[-1].payload["event"]
    assert (event["type"], event["streaming_message_ts"]) == ("agent_session_stopped", [ts])
