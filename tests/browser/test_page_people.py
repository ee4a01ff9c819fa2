"""Living in the workspace: keyboard, several people, small windows, hostile text."""

from playwright.async_api import Browser, Page, expect
from scripted_bot import MANIFEST, ScriptedBot
from visit import Visit

from bot.playground import Channel, Playground, User, Workspace, open_playground

HOSTILE = [
    "<img src=x onerror=\"window.stolen='image'\">",
    "<script>window.stolen='script'</script>",
    "&lt;img src=x onerror=\"window.stolen='entity'\"&gt;",
    "<javascript:window.stolen='link'|click me>",
    "[click me](javascript:window.stolen='markdown')",
    "```<img src=x onerror=\"window.stolen='code'\">```",
    "`<svg onload=\"window.stolen='svg'\">`",
    "<https://example.test/\" onmouseover=\"window.stolen='attribute'|hover me>",
    "**<b onclick=\"window.stolen='bold'\">x</b>** *_~`<i>`~_*",
    '<@U" onclick="window.stolen=\'mention\'">',
]


async def test_everything_works_by_keyboard(
    visit: Visit, ws: Workspace, bot: ScriptedBot, ana: User, general: Channel
) -> None:
    page = await visit(ana)
    await expect(page.get_by_role("textbox", name="Message #general")).to_be_focused()
    await page.keyboard.type("@mar")
    await expect(page.get_by_role("option", name="@marty")).to_be_visible()
    await page.keyboard.press("Enter")
    await page.keyboard.type("where is")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("revenue?")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="1 reply")).to_be_visible()
    question = ws.messages(general)[0]
    assert question.text == f"<@{ws.bot.id}> where is\nrevenue?"

    await page.keyboard.press("Shift+Tab")  # from the composer to the last thing of the newest message
    await press_until(page, "Shift+Tab", "article")
    await page.keyboard.press("Enter")
    reply = page.get_by_role("textbox", name="Reply…")
    await expect(reply).to_be_focused()
    await press_until(page, "Shift+Tab", "button[aria-label='Not helpful']")
    await press_until(page, "Shift+Tab", "button[aria-label='Helpful']")
    await page.keyboard.press("Space")
    await expect(page.get_by_text("Only visible to you")).to_be_visible()
    await expect(page.get_by_role("button", name="Helpful", exact=True)).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator("#thread")).to_be_hidden()
    await expect(page.get_by_role("button", name="1 reply")).to_be_focused()


async def press_until(page: Page, key: str, selector: str) -> None:
    """Press ``key`` until what has the focus matches ``selector``."""
    for _ in range(25):
        if await page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        await page.keyboard.press(key)
    raise AssertionError(f"{selector} is not reached by {key}")


async def test_messages_are_walked_with_the_arrow_keys(
    visit: Visit, ws: Workspace, ana: User, general: Channel
) -> None:
    for word in ("one", "two", "three"):
        await ws.post(ana, general, word)
    page = await visit(ana)
    await expect(page.locator(".message")).to_have_count(3)
    await page.locator(".message").last.focus()
    for word in ("two", "one"):
        await page.keyboard.press("ArrowUp")
        await expect(page.locator(".message:focus")).to_contain_text(word)
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Thumbs up").first).to_be_focused()
    await page.keyboard.press("Space")
    await expect(page.get_by_role("button", name="You reacted with :+1:")).to_be_visible()


async def test_the_last_message_is_edited_with_arrow_up(
    visit: Visit, ws: Workspace, ana: User, general: Channel
) -> None:
    page = await visit(ana)
    await page.keyboard.type("where is @marty & <co>?")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message")).to_have_count(1)
    await page.keyboard.press("ArrowUp")
    box = page.get_by_role("textbox", name="Edit message")
    await expect(box).to_have_value("where is @marty & <co>?")
    await box.press_sequentially(" Hm.")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message")).to_contain_text("where is @Marty & <co>? Hm.")
    await expect(page.locator(".message")).to_contain_text("(edited)")
    await expect(page.get_by_role("textbox", name="Message #general")).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("textbox", name="Edit message")).to_have_count(0)


async def test_only_own_messages_can_be_changed(
    visit: Visit, ws: Workspace, ana: User, ben: User, general: Channel
) -> None:
    await ws.post(ben, general, "from Ben")
    await ws.post(ana, general, "from Ana")
    page = await visit(ana)
    await page.locator(".message", has_text="from Ben").hover()
    await expect(page.get_by_role("button", name="Delete message").locator("visible=true")).to_have_count(0)
    await page.locator(".message", has_text="from Ana").hover()
    await page.get_by_role("button", name="Delete message").click()
    await expect(page.get_by_text("from Ana")).to_have_count(0)
    assert [each.shown for each in ws.messages(general)] == ["from Ben"]


async def test_one_can_be_somebody_else(visit: Visit, ws: Workspace, ana: User, ben: User, general: Channel) -> None:
    page = await visit(ana)
    await page.get_by_role("combobox", name="You are").select_option("Ben Okafor")
    await expect(page.get_by_role("textbox", name="Message #general")).to_be_focused()
    await page.keyboard.type("hello from Ben")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message .head")).to_contain_text("Ben Okafor")
    assert ws.messages(general)[0].user == ben.id


async def test_what_was_not_seen_yet_is_marked(
    visit: Visit, ws: Workspace, ana: User, ben: User, general: Channel
) -> None:
    ws.add_channel("random", members=[ana, ben])
    page = await visit(ana)
    random = next(each for each in ws.state.channels.values() if each.name == "random")
    await ws.post(ben, random, "look, @ana")
    await ws.post(ben, random, "never mind")
    entry = page.get_by_role("button", name="random, 2 unread")
    await expect(entry.locator(".badge")).to_have_text("1")
    await entry.click()
    await expect(page.locator("#channel")).to_contain_text("never mind")
    await expect(page.get_by_role("button", name="random", exact=True)).to_be_visible()


async def test_hostile_text_is_inert(
    visit: Visit, ws: Workspace, bot: ScriptedBot, ana: User, general: Channel
) -> None:
    for text in HOSTILE:
        await ws.post(ana, general, text, raw=True)
        blocks = [
            {"type": "markdown", "text": text},
            {"type": "section", "text": {"type": "mrkdwn", "text": text}},
            {"type": "header", "text": {"type": "plain_text", "text": text}},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]},
            {"type": "table", "rows": [[{"type": "raw_text", "text": text}]]},
            {"type": "image", "image_url": "https://example.test/x.png", "alt_text": text},
        ]
        await bot.client.chat_postMessage(channel=general.id, text=text, blocks=blocks)
    page = await visit(ana)
    await expect(page.locator(".message")).to_have_count(2 * len(HOSTILE))
    assert await page.locator("#channel .body :is(script, img, svg, b, i, iframe)").count() == 0
    addresses = await page.locator("#channel .body a").evaluate_all("links => links.map(link => link.protocol)")
    assert set(addresses) <= {"https:", "http:", "mailto:"}
    for message in await page.locator(".message").all():
        await message.hover()
    assert await page.evaluate("window.stolen") is None


async def test_markdown_looks_like_what_it_means(visit: Visit, bot: ScriptedBot, ana: User, general: Channel) -> None:
    text = (
        "## Title\n\nSome **bold _and italic_**, ~~gone~~, `code_x`, snake_case_name, 2 * 3 * 4\n\n"
        "1. one\n2. two\n   - nested\n\n> quoted\n\n| a | b |\n|---|---|\n| `x` | **y** |\n\n"
        "```sql\nselect 1 -- **not bold**\n```\n\nhttps://example.test/a_b. &lt;tag&gt; \\*starred\\*"
    )
    await bot.client.chat_postMessage(channel=general.id, text="x", blocks=[{"type": "markdown", "text": text}])
    page = await visit(ana)
    body = page.locator(".message .body")
    await expect(body.get_by_role("heading", name="Title")).to_be_visible()
    await expect(body.locator("p > strong")).to_have_text("bold and italic")
    await expect(body.locator("strong em")).to_have_text("and italic")
    await expect(body.locator("p").first).to_contain_text("snake_case_name, 2 * 3 * 4")
    await expect(body.locator("ol > li")).to_have_count(2)
    await expect(body.locator("ol ul li")).to_have_text("nested")
    await expect(body.locator("blockquote")).to_have_text("quoted")
    await expect(body.get_by_role("columnheader")).to_have_text(["a", "b"])
    await expect(body.get_by_role("cell")).to_have_text(["x", "y"])
    await expect(body.locator("pre")).to_have_text("select 1 -- **not bold**")
    await expect(body.locator("p").last).to_have_text("https://example.test/a_b. <tag> *starred*")
    font = await body.locator("pre code").evaluate("node => getComputedStyle(node).fontFamily")
    assert "mono" in font.lower()


async def test_a_small_window_shows_one_thing_at_a_time(
    visit: Visit, ws: Workspace, ana: User, general: Channel
) -> None:
    root = await ws.post(ana, general, "hello")
    await ws.post(ana, general, "a reply", thread_ts=root)
    page = await visit(ana, width=800)
    await page.get_by_role("button", name="1 reply").click()
    await expect(page.locator("#thread")).to_contain_text("a reply")
    await expect(page.locator("#channel")).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.get_by_role("button", name="Close thread").click()
    await expect(page.locator("#channel")).to_be_visible()


async def test_the_page_is_dark_for_those_who_like_it(visit: Visit, ana: User) -> None:
    colours = [
        await (await visit(ana, scheme=scheme)).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    ]
    assert colours == ["rgb(255, 255, 255)", "rgb(26, 29, 33)"]


async def test_a_permalink_opens_its_thread(
    visit: Visit, ws: Workspace, bot: ScriptedBot, ana: User, general: Channel, playground: Playground
) -> None:
    root = await ws.post(ana, general, "hello")
    reply = await ws.post(ana, general, "a reply", thread_ts=root)
    link = await bot.client.chat_getPermalink(channel=general.id, message_ts=reply)
    page = await visit(ana, path=str(link["permalink"]).removeprefix(playground.page_url))
    await expect(page.locator("#thread")).to_contain_text("a reply")


async def test_a_long_conversation_stays_at_its_end_and_can_be_read_from_above(
    visit: Visit, ws: Workspace, ana: User, ben: User, general: Channel
) -> None:
    for number in range(60):
        await ws.post(ana, general, f"message {number}")
    page = await visit(ana)
    await expect(page.get_by_text("message 59")).to_be_in_viewport()
    await page.get_by_text("message 0", exact=True).scroll_into_view_if_needed()
    await ws.post(ben, general, "news")
    await expect(page.get_by_text("news")).to_have_count(1)
    await expect(page.get_by_text("message 0", exact=True)).to_be_in_viewport()


async def test_a_stopped_workspace_is_noticed(browser: Browser) -> None:
    async with open_playground(MANIFEST) as short:
        short.workspace.add_user("ana")
        short.workspace.add_channel("general")
        page = await browser.new_page()
        await page.goto(short.page_url)
        await page.locator("#channel header h1").wait_for()
    await expect(page.get_by_role("alert").filter(has_text="Connection lost")).to_be_visible()
    await page.close()
