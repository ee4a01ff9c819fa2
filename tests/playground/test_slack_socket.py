"""Socket Mode: hello, one connection per payload, acknowledgements, retries, reconnects."""

import asyncio

import aiohttp
import pytest
from slack_app import MANIFEST, Listener, open_socket

from bot.playground import Channel, Playground, User, Workspace, open_playground


async def test_a_connection_starts_with_hello(listener: Listener) -> None:
    [hello] = listener.frames
    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    assert "debug_info" in hello


async def test_an_address_opens_one_connection(playground: Playground, http: aiohttp.ClientSession) -> None:
    socket = await open_socket(playground, http)
    address = socket._response.url  # pyright: ignore[reportPrivateUsage]
    with pytest.raises(aiohttp.WSServerHandshakeError, match="401"):
        await http.ws_connect(address)
    await socket.close()


async def test_the_eleventh_connection_is_turned_away(playground: Playground, http: aiohttp.ClientSession) -> None:
    sockets = [await open_socket(playground, http) for _ in range(11)]
    assert (await sockets[-1].receive_json())["reason"] == "too_many_websockets"
    assert len(playground.workspace.sockets.connections) == 10
    for socket in sockets:
        await socket.close()


async def test_without_socket_mode_nobody_connects(http: aiohttp.ClientSession) -> None:
    settings = {**MANIFEST["settings"], "socket_mode_enabled": False}
    async with open_playground({**MANIFEST, "settings": settings}) as playground:
        socket = await open_socket(playground, http)
        assert (await socket.receive_json())["reason"] == "link_disabled"
        await socket.close()


async def test_each_payload_goes_to_one_connection_in_turn(
    playground: Playground, http: aiohttp.ClientSession, ws: Workspace, listener: Listener, ana: User
) -> None:
    second = Listener(socket=await open_socket(playground, http))
    task = asyncio.create_task(second.listen())
    await ws.wait_for(lambda: len(ws.sockets.connections) == 2)
    dm = ws.open_dm(ana)
    for number in range(4):
        await ws.post(ana, dm, str(number))
    await ws.settled()
    texts = [[event["text"] for event in each.events] for each in (listener, second)]
    assert sorted(len(each) for each in texts) == [2, 2]
    assert sorted(texts[0] + texts[1]) == ["0", "1", "2", "3"]
    await second.socket.close()
    await task


async def test_events_wait_until_somebody_is_connected(
    playground: Playground, http: aiohttp.ClientSession, ws: Workspace, ana: User
) -> None:
    dm = ws.open_dm(ana)
    for number in range(3):
        await ws.post(ana, dm, str(number))
    await asyncio.sleep(0.05)
    late = Listener(socket=await open_socket(playground, http))
    task = asyncio.create_task(late.listen())
    await ws.settled()
    assert [each["text"] for each in late.events] == ["0", "1", "2"]
    assert [each["retry_attempt"] for each in late.envelopes] == [0, 0, 0]
    await late.socket.close()
    await task


@pytest.mark.parametrize("ack_timeout_s", [0.1])
async def test_an_unacknowledged_event_comes_again_and_then_no_more(
    ws: Workspace, listener: Listener, ana: User
) -> None:
    listener.acknowledges = False
    await ws.post(ana, ws.open_dm(ana), "hello?")
    await ws.settled()
    assert [(each["retry_attempt"], each["retry_reason"]) for each in listener.envelopes] == [
        (0, ""),
        (1, "timeout"),
        (2, "timeout"),
    ]
    assert len({each["envelope_id"] for each in listener.envelopes}) == 1
    assert ws.deliveries[0].given_up


@pytest.mark.parametrize("ack_timeout_s", [0.5])
async def test_a_late_acknowledgement_ends_the_retries(ws: Workspace, listener: Listener, ana: User) -> None:
    listener.acknowledges = False
    await ws.post(ana, ws.open_dm(ana), "hello?")
    await ws.wait_for(lambda: len(listener.envelopes) == 2)
    await listener.acknowledge(listener.envelopes[0])
    await ws.settled()
    assert not ws.deliveries[0].given_up
    assert len(listener.envelopes) == 2


async def test_a_broken_connection_sends_its_events_to_the_next(
    playground: Playground, http: aiohttp.ClientSession, ws: Workspace, listener: Listener, ana: User
) -> None:
    listener.acknowledges = False
    await ws.post(ana, ws.open_dm(ana), "hello?")
    await ws.wait_for(lambda: listener.envelopes)
    await ws.cut_sockets()
    second = Listener(socket=await open_socket(playground, http))
    task = asyncio.create_task(second.listen())
    await ws.settled()
    assert [each["retry_attempt"] for each in second.envelopes] == [1]
    await second.socket.close()
    await task


async def test_the_same_envelope_can_come_twice(ws: Workspace, listener: Listener, ana: User, general: Channel) -> None:
    await ws.post(ana, general, "@marty hello")
    await ws.settled()
    await ws.redeliver(n_last=2)
    await ws.wait_for(lambda: len(listener.envelopes) == 4)
    first, again = listener.envelopes[:2], listener.envelopes[2:]
    assert [each["envelope_id"] for each in first] == [each["envelope_id"] for each in again]
    assert [each["retry_attempt"] for each in again] == [1, 1]


async def test_a_goodbye_is_told_and_nothing_follows_on_that_connection(
    playground: Playground, http: aiohttp.ClientSession, ws: Workspace, listener: Listener, ana: User
) -> None:
    await ws.disconnect_sockets("refresh_requested")
    await ws.post(ana, ws.open_dm(ana), "hello?")
    second = Listener(socket=await open_socket(playground, http))
    task = asyncio.create_task(second.listen())
    await ws.settled()
    assert listener.frames[-1]["reason"] == "refresh_requested"
    assert (len(listener.envelopes), len(second.envelopes)) == (0, 1)
    await second.socket.close()
    await task


async def test_nonsense_from_the_app_is_ignored(ws: Workspace, listener: Listener, ana: User) -> None:
    for text in ("", "{", "[]", "7", '{"envelope_id": "unknown"}', '{"envelope_id": []}'):
        await listener.socket.send_str(text)
    await ws.post(ana, ws.open_dm(ana), "still there?")
    await ws.settled()
    assert len(listener.envelopes) == 1


async def test_pings_are_answered(listener: Listener) -> None:
    await listener.socket.ping(b"are you there")
    await listener.socket.close()
    assert listener.socket.close_code == 1000
