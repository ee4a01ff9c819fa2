"""Answers as Slack messages."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agent.values import Answer, Assumed, Choice, Citation, Trust
from bot.markdown import MARKDOWN_LIMIT, TEXT_LIMIT, markdown_to_mrkdwn
from bot.reply import Reply, feedback_of, render_answer, render_help, render_question, render_status, render_text
from knowledge.values import Overview, Project

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
TURN = "0e3d1a62-7c1b-4d58-9d65-2f9f3c1a9b11"
FULL = Answer(
    text="Use **orders**: one row an order.",
    nodes=("model.shop.orders",),
    sql="select order_id\nfrom orders\nwhere amount<10 and note <> '<!channel>'",
    confidence="checked",
    trust=(
        Trust(unique_id="model.shop.orders", status="healthy", line="orders · built 2 h ago · 4 tests pass"),
        Trust(unique_id="model.shop.customers", status="warning", line="customers · 1 test warns"),
    ),
    citations=(
        Citation(unique_id="model.shop.orders", name="orders", kind="model", url="https://docs.example/orders"),
        Citation(unique_id="model.shop.customers", name="customers", kind="model"),
    ),
    notices=("No language model is configured.",),
)


def _blocks(reply: Reply, kind: str) -> list[dict[str, Any]]:
    return [block for block in reply.blocks if block["type"] == kind]


def _folded(reply: Reply, kind: str) -> list[dict[str, Any]]:
    [container] = _blocks(reply, "container")
    assert container["is_collapsible"]
    assert container["default_collapsed"]
    return [block for block in container["child_blocks"] if block["type"] == kind]


def test_the_answer_stands_first_and_the_buttons_last() -> None:
    reply = render_answer(FULL, TURN)
    assert reply.blocks[0] == {"type": "markdown", "text": "Use **orders**: one row an order."}
    assert reply.blocks[-1]["type"] == "context_actions"
    assert reply.extras == reply.blocks[1:]


def test_confidence_and_trust_are_one_line_of_plain_text() -> None:
    context = _blocks(render_answer(FULL, TURN), "context")[0]
    assert context["elements"][0] == {
        "type": "plain_text",
        "text": "Checked · orders · built 2 h ago · 4 tests pass",
        "emoji": False,
    }


def test_sql_is_shown_character_by_character_as_text_that_slack_does_not_read() -> None:
    [block] = _folded(render_answer(FULL, TURN), "rich_text")
    code = block["elements"][0]
    assert code["type"] == "rich_text_preformatted"
    assert code["elements"] == [{"type": "text", "text": FULL.sql}]


def test_sources_with_an_address_are_links() -> None:
    context = _folded(render_answer(FULL, TURN), "context")[-1]
    assert context["elements"][0]["text"] == "Sources: <https://docs.example/orders|orders>, customers"


def test_the_text_alone_tells_the_answer_its_trust_and_its_sql() -> None:
    text = render_answer(FULL, TURN).text
    assert text.startswith("Use *orders*")
    assert "Checked · orders" in text
    assert "amount&lt;10" in text
    assert "<!channel>" not in text


def test_the_buttons_carry_the_verdict_and_the_turn() -> None:
    buttons = render_answer(FULL, TURN).blocks[-1]["elements"][0]
    assert feedback_of(buttons["positive_button"]["value"]) == ("up", TURN)
    assert feedback_of(buttons["negative_button"]["value"]) == ("down", TURN)


@pytest.mark.parametrize("value", ["", "good", "up", "up:", "sideways:" + TURN])
def test_a_value_that_is_not_ours_is_no_vote(value: str) -> None:
    assert feedback_of(value) is None


def test_a_bare_answer_has_no_empty_blocks() -> None:
    reply = render_answer(Answer(text="No."), TURN)
    assert [block["type"] for block in reply.blocks] == ["markdown", "context_actions"]


def test_an_answer_without_a_word_still_says_something() -> None:
    assert render_answer(Answer(text="  \n"), TURN).blocks[0]["text"].strip()


@pytest.mark.parametrize(
    "answer",
    [
        Answer(text="word " * 20_000),
        Answer(text="short", sql="select 1 as one,\n" * 5_000),
        Answer(text="x", notices=tuple("n" * 5_000 for _ in range(40))),
        Answer(
            text="x",
            citations=tuple(
                Citation(unique_id=str(n), name="m" * 900, kind="model", url="https://e.x/" + "p" * 2_000)
                for n in range(60)
            ),
        ),
        Answer(text="x", trust=tuple(Trust(unique_id=str(n), status="healthy", line="l" * 9_000) for n in range(60))),
    ],
)
def test_whatever_its_size_an_answer_keeps_to_slack_limits(answer: Answer) -> None:
    reply = render_answer(answer, TURN)
    assert len(reply.blocks) <= 50
    assert len(reply.text) <= TEXT_LIMIT
    assert sum(len(block["text"]) for block in _blocks(reply, "markdown")) <= MARKDOWN_LIMIT
    for block in _blocks(reply, "context"):
        assert 1 <= len(block["elements"]) <= 10
        assert all(0 < len(element["text"]) <= 2_000 for element in block["elements"])


def test_an_answer_that_was_cut_says_so() -> None:
    assert "too long" in json.dumps(render_answer(Answer(text="word " * 20_000), TURN).blocks)


def test_nothing_in_an_answer_can_ping() -> None:
    evil = "<!channel> <@U1> <!subteam^S1> @here"
    answer = Answer(
        text=evil,
        confidence="inferred",
        trust=(Trust(unique_id="x", status="unknown", line=evil),),
        citations=(Citation(unique_id="x", name=evil, kind="model", url="https://e.x/<!here>"),),
        shown_in=(Citation(unique_id="y", name=evil, kind="exposure", url="https://e.x/<@U1>"),),
        choice=Choice(use="x", why=evil, runner_up="x", why_not=evil),
        assumed=Assumed(date_column=evil, grain=evil, filters=(evil,)),
        options=(Citation(unique_id="x", name=evil, kind="model"),),
        whom=(f"{evil}, who owns {evil}", "C012345678"),
        notices=(evil,),
    )
    reply = render_answer(answer, TURN)
    [container] = _blocks(reply, "container")
    read = [block["text"] for block in _blocks(reply, "markdown")]
    read += [block["text"]["text"] for block in container["child_blocks"] if block["type"] == "section"]
    read += [
        each["text"]
        for block in [*reply.blocks, *container["child_blocks"]]
        for each in block.get("elements", ())
        if each["type"] == "mrkdwn"
    ]
    assert len(read) >= 4
    for text in [*read, reply.text]:
        assert not any(ping in text for ping in ("<!", "<@", "@here"))


def test_a_posted_question_says_who_asked_and_quotes_it_harmlessly() -> None:
    message = render_question("U1", "is <!channel> & co fresh?\nreally?", TURN)
    assert message["text"] == "<@U1> asked:\n> is &lt;!channel&gt; &amp; co fresh?\n> really?"
    assert message["metadata"]["event_payload"] == {"turn_id": TURN}


def test_a_question_of_any_length_fits_a_section() -> None:
    message = render_question("U1", "<&> why " * 5_000, TURN)
    assert len(message["blocks"][0]["text"]["text"]) <= 3_000


def test_help_has_examples() -> None:
    assert "/ask status" in render_help().text
    assert render_help().markdown.count("\n- ") >= 3


def test_status_says_how_old_the_catalog_is_and_what_is_in_it() -> None:
    overview = Overview(
        projects=(Project(name="shop", environment="prod", generated_at=NOW - timedelta(hours=3)),),
        counts={"model": 25, "source": 1, "saved_query": 2, "seed": 0},
        refreshed_at=NOW - timedelta(minutes=4),
        last_refresh_failed="manifest.json is no JSON.",
    )
    text = render_status(overview, NOW).text
    assert "25 models" in text
    assert "1 source;" in text
    assert "2 saved queries" in text
    assert "seed" not in text
    assert "4 min ago (2026-03-04 11:56 UTC)" in text
    assert "3 h ago" in text
    assert "manifest.json is no JSON." in text
    assert "last current 4 min ago" in text


@pytest.mark.parametrize("counts", [{"model": 25}, {}])
def test_status_tells_only_an_admin_where_the_artifacts_lie(counts: dict[str, int]) -> None:
    reason = "There is no manifest.json in /srv/acme/target."
    overview = Overview(projects=(), counts=counts, refreshed_at=NOW, last_refresh_failed=reason)
    assert reason in render_status(overview, NOW, for_admin=True).text
    asked = render_status(overview, NOW).text
    assert "/srv" not in asked
    assert "The artifacts could not be read." in asked


@pytest.mark.parametrize(("hidden", "said"), [(1, "1 hidden node is kept out"), (3, "3 hidden nodes are kept out")])
@pytest.mark.parametrize("counts", [{"model": 25}, {}])
def test_status_says_how_many_nodes_are_hidden(hidden: int, said: str, counts: dict[str, int]) -> None:
    projects = (Project(name="shop", hidden=hidden), Project(name="tools"))
    assert said in render_status(Overview(projects=projects, counts=counts, refreshed_at=NOW), NOW).text


def test_status_of_an_empty_catalog_says_so() -> None:
    assert "empty" in render_status(Overview(projects=(), counts={}, refreshed_at=None), NOW).text


def test_our_own_sentences_are_one_block() -> None:
    assert len(render_text("Sorry.").blocks) == 1


def test_what_else_is_said_is_folded_in_as_few_blocks_as_it_fits_into() -> None:
    more = "\n".join(f"- line {number} of many" for number in range(250))
    reply = render_answer(Answer(text="Use `orders`.", more=more), "1")
    sections = [block["text"]["text"] for block in _folded(reply, "section")]
    assert len(sections) == 2
    assert "".join(sections) == markdown_to_mrkdwn(more)
    assert reply.markdown == "Use `orders`."


def test_what_shows_it_already_stands_before_the_answer() -> None:
    board = Citation(unique_id="b", name="board", kind="exposure", what="dashboard", url="https://bi.example/1?a=1&b=2")
    reply = render_answer(Answer(text="Use it.", shown_in=(board,)), "1")
    first = "Already shown in [board](https://bi.example/1?a=1&b=2) (dashboard).\n\nUse it."
    assert (reply.markdown, reply.blocks[0]["text"]) == (first, first)
    assert reply.text.startswith("Already shown in <https://bi.example/1?a=1&amp;b=2|board> (dashboard).")
