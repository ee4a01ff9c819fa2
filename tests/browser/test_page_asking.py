"""Asking as a person does: mention, direct message, command, feedback."""

import base64

from playwright.async_api import expect
from scripted_bot import ScriptedBot
from slack_sdk.web.async_client import AsyncWebClient
from visit import Visit

from bot.playground import Channel, Playground, User, Workspace

DOT = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==")
"""The smallest picture there is."""


async def test_an_answer_is_seen_coming(visit: Visit, bot: ScriptedBot, ana: User) -> None:
    page = await visit(ana)
    bot.go.clear()
    await page.get_by_role("textbox", name="Message #general").fill("@marty where is revenue?")
    await page.keyboard.press("Enter")
    await expect(page.locator("#channel .message").last).to_contain_text("@Marty where is revenue?")
    await page.get_by_role("button", name="Marty is reading the catalog…").click()
    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread.get_by_role("status")).to_have_text("Marty is reading the catalog…")

    bot.go.set()
    answer = thread.locator(".message").last
    await expect(answer).to_contain_text("one row per order")
    await expect(thread.get_by_role("status")).to_have_text("")
    await expect(answer.get_by_role("cell", name="revenue in EUR")).to_be_visible()
    await expect(answer.locator("strong code")).to_have_text("fct_orders")
    await expect(answer.get_by_role("link", name="the docs")).to_have_attribute(
        "href", "https://docs.example/fct_orders"
    )
    await expect(answer).to_have_attribute("aria-busy", "false")

    sql = answer.locator("pre")
    await expect(sql).to_be_hidden()
    await answer.get_by_text("SQL and sources").click()
    await expect(sql).to_contain_text("group by 1")
    await expect(page.get_by_role("button", name="1 reply")).to_be_visible()


async def test_text_appears_while_it_is_written(
    visit: Visit, ws: Workspace, bot: ScriptedBot, ana: User, general: Channel
) -> None:
    page = await visit(ana)
    root = await ws.post(ana, general, "a question")
    stream = await bot.client.chat_stream(
        buffer_size=1, channel=general.id, thread_ts=root, recipient_user_id=ana.id, recipient_team_id="T"
    )
    await stream.append(markdown_text="**Half")
    await page.get_by_role("button", name="1 reply").click()
    answer = page.locator("#thread .message").last
    await expect(answer).to_contain_text("**Half")
    await expect(answer).to_have_attribute("aria-busy", "true")
    await stream.append(markdown_text=" a word**")
    await expect(answer.locator(".markdown strong")).to_have_text("Half a word")
    await stream.stop()
    await expect(answer).to_have_attribute("aria-busy", "false")


async def test_a_thumb_is_given_and_taken_back(
    visit: Visit, ws: Workspace, bot: ScriptedBot, ana: User, ben: User, general: Channel
) -> None:
    root = await ws.post(ana, general, "@marty where is revenue?")
    answer_ts = (await ws.answer_to(general, root)).ts
    page = await visit(ana)
    await page.get_by_role("button", name="1 reply").click()
    answer = page.locator("#thread .message").last
    await answer.hover()
    await answer.get_by_role("button", name="Thumbs up").click()
    given = answer.get_by_role("button", name="You reacted with :+1:")
    await expect(given).to_have_text("👍1")
    await ws.react(ben, general, answer_ts, "+1")
    both = answer.get_by_role("button", name="You, Ben Okafor reacted with :+1:")
    await expect(both).to_have_text("👍2")
    await both.click()
    await expect(answer.get_by_role("button", name="Ben Okafor reacted with :+1:")).to_have_text("👍1")
    assert ws.message(general, answer_ts).reactions == {"+1": (ben.id,)}


async def test_any_reaction_can_be_found(visit: Visit, ws: Workspace, ana: User, general: Channel) -> None:
    ts = await ws.post(ana, general, "hello")
    page = await visit(ana)
    await page.locator(".message").hover()
    await page.get_by_role("button", name="Find another reaction").click()
    await page.get_by_role("searchbox", name="Search reactions").fill("tada")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="You reacted with :tada:")).to_be_visible()
    assert ws.message(general, ts).reactions == {"tada": (ana.id,)}


async def test_feedback_is_thanked_for_in_private(
    visit: Visit, ws: Workspace, bot: ScriptedBot, ana: User, ben: User, general: Channel
) -> None:
    root = await ws.post(ana, general, "@marty where is revenue?")
    await ws.answer_to(general, root)
    page, other = await visit(ana), await visit(ben)
    for each in (page, other):
        await each.get_by_role("button", name="1 reply").click()
    await page.get_by_role("button", name="Helpful", exact=True).click()
    await expect(page.get_by_text("Only visible to you")).to_be_visible()
    await expect(page.get_by_role("button", name="Helpful", exact=True)).to_have_attribute("aria-pressed", "true")
    await expect(other.get_by_text("Thanks, noted.")).to_be_hidden()


async def test_a_form_opens_and_is_sent(
    visit: Visit, ws: Workspace, bot: ScriptedBot, ana: User, general: Channel
) -> None:
    root = await ws.post(ana, general, "@marty where is revenue?")
    await ws.answer_to(general, root)
    page = await visit(ana)
    await page.get_by_role("button", name="1 reply").click()
    await page.get_by_role("button", name="Not helpful").click()
    form = page.get_by_role("dialog")
    await expect(form.get_by_role("heading", name="What went wrong?")).to_be_visible()
    await form.get_by_label("In your words").fill("the wrong table")
    await form.get_by_role("button", name="Send").click()
    await expect(form).to_be_hidden()
    assert bot.reasons == ["the wrong table"]


async def test_a_command_is_explained_run_and_answered(
    visit: Visit, ws: Workspace, bot: ScriptedBot, ana: User, ben: User, general: Channel
) -> None:
    page, other = await visit(ana), await visit(ben)
    box = page.get_by_role("textbox", name="Message #general")
    await box.press_sequentially("/as")
    await expect(page.get_by_role("option", name="/ask [question]")).to_contain_text("Ask about the dbt project")
    await page.keyboard.press("Tab")
    await expect(box).to_have_value("/ask ")
    await box.press_sequentially("who owns orders?")
    await page.keyboard.press("Enter")
    await expect(page.locator("#channel .message.ephemeral")).to_contain_text("Looking into “who owns orders?”")
    for each in (page, other):
        await expect(each.get_by_text("asked: who owns orders?")).to_be_visible()
    await expect(other.locator(".ephemeral")).to_have_count(0)
    await page.get_by_role("button", name="1 reply").click()
    await expect(page.locator("#thread")).to_contain_text("one row per order")


async def test_commands_that_do_not_work_say_so(visit: Visit, ws: Workspace, ana: User, general: Channel) -> None:
    await ws.post(ana, general, "hello")
    page = await visit(ana)
    box = page.get_by_role("textbox", name="Message #general")
    await box.fill("/shout hello")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert").first).to_have_text("/shout is not a valid command.")
    await box.fill("/ask hello")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert").first).to_have_text('/ask failed with the error "dispatch_failed"')
    await page.locator(".message").hover()
    await page.get_by_role("button", name="Reply in thread").click()
    await page.keyboard.type("/ask hello")
    await page.keyboard.press("Enter")
    alert = page.locator("#thread").get_by_role("alert")
    await expect(alert).to_have_text("/ask is not supported in threads. Sorry!")
    assert len(ws.messages(general)) == 1


async def test_a_prompt_starts_a_conversation_in_the_direct_message(
    visit: Visit, ws: Workspace, bot: ScriptedBot, ana: User
) -> None:
    page = await visit(ana)
    await page.get_by_role("navigation").get_by_role("button", name="Marty").click()
    await page.get_by_role("button", name="Find revenue").click()
    await expect(page.locator("#channel .message")).to_contain_text("Where is revenue?")
    await page.get_by_role("button", name="1 reply").click()
    await expect(page.locator("#thread")).to_contain_text("one row per order")
    await expect(page.get_by_role("button", name="Find revenue")).to_be_hidden()


async def test_an_empty_channel_shows_how_to_ask(visit: Visit, ws: Workspace, ana: User, general: Channel) -> None:
    page = await visit(ana)
    await page.get_by_role("button", name="Find revenue").click()
    await expect(page.get_by_role("textbox", name="Message #general")).to_have_value("@marty Where is revenue?")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Find revenue")).to_be_hidden()
    assert ws.messages(general)[0].text == f"<@{ws.bot.id}> Where is revenue?"


async def test_a_running_answer_can_be_stopped(
    visit: Visit, ws: Workspace, bot: ScriptedBot, ana: User, general: Channel
) -> None:
    root = await ws.post(ana, general, "a question")
    place = {"channel_id": general.id, "thread_ts": root}
    await bot.client.agents_sessions_setStatus(**place, status="processing")
    page = await visit(ana)
    await page.locator(".message").hover()
    await page.get_by_role("button", name="Reply in thread").click()
    await page.get_by_role("button", name="■ Stop").click()
    await ws.wait_for(lambda: ws.deliveries[-1].payload["event"]["type"] == "agent_session_stopped")
    await bot.client.agents_sessions_setStatus(**place, status="active")
    await expect(page.get_by_role("button", name="■ Stop")).to_be_hidden()


async def test_a_picture_is_shown_with_its_words_and_a_file_only_named(
    visit: Visit, ws: Workspace, playground: Playground, ana: User, general: Channel
) -> None:
    client = AsyncWebClient(playground.bot_token, base_url=playground.api_url)
    page = await visit(ana)
    await client.files_upload_v2(
        content=DOT, filename="a.png", title="Lineage of orders", alt_txt="stg_orders feeds orders", channel=general.id
    )
    picture = page.get_by_role("img", name="stg_orders feeds orders")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
    await expect(page.get_by_text("Lineage of orders")).to_be_visible()
    await client.files_upload_v2(content=b"a,b", filename="rows.csv", channel=general.id)
    await expect(page.get_by_role("link", name="rows.csv")).to_be_visible()
