"""A Slack workspace on this machine: Web API, Socket Mode and a page to talk in, strict where Slack is strict.

It serves people (``marty demo``: open ``page_url`` in a browser) and scenario tests, which speak as those people:

    async with open_playground(manifest) as playground:            # its own ports, tokens and workspace
        client = AsyncWebClient(playground.bot_token, base_url=playground.api_url)
        ...                                                        # start the bot with client and playground.app_token
        ws = playground.workspace
        await ws.connected()                                       # until the bot holds a socket
        ana = ws.add_user("ana", "Ana Ruiz")
        general = ws.add_channel("general")                        # everybody is in it, the bot too
        ts = await ws.post(ana, general, "@marty where is revenue?")   # typed: @names, @channel, links, & < >
        answer = await ws.answer_to(general, ts)                   # first finished message of the bot in that thread
        assert "fct_orders" in answer.shown                        # the words a person would read
        await ws.react(ana, general, answer.ts, "+1")
        await ws.click(ana, general, answer.ts, action_id="feedback", value="good")
        result = await ws.command(ana, general, "/ask", "help")    # result.shown, or result.error
        ws.faults.fail("chat.postMessage", error="ratelimited", retry_after_s=1)
        ws.faults.lose_reply("chat.postMessage")                   # done, but the bot never learns of it
        await ws.redeliver()                                       # the last event again, same envelope
        assert not ws.pings                                        # nobody was notified by what the bot wrote
        assert ws.calls_of("chat.postMessage")                     # every call: arguments, response, time
        print(ws.transcript(general))

Times are asked of ``now`` (stream life, status timeout, message ts); deadlines of the wire (acknowledgement, retries)
are real seconds, set by ``ack_timeout_s`` and ``retry_delays_s``. It imports nothing of the rest of this project.
"""

from bot.playground.delivery import Delivery
from bot.playground.server import Playground, open_playground
from bot.playground.values import Call, Channel, CommandResult, Message, Ping, StatusChange, User
from bot.playground.workspace import Workspace

__all__ = [
    "Call",
    "Channel",
    "CommandResult",
    "Delivery",
    "Message",
    "Ping",
    "Playground",
    "StatusChange",
    "User",
    "Workspace",
    "open_playground",
]
