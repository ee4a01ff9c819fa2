"""What people trust already comes first: the dashboard that shows it, linked, then the metric that defines it."""

import pytest

from agent.view import answer_to_json
from bot.answer_text import answer_text
from bot.reply import render_answer
from tests.fakes.artifacts import FakeSource, model, other
from tests.fakes.lying_model import gives
from tests.fakes.openai import Says, Scripted
from tests.integration.agent.asking import Asking

QUESTION = "how do refunds per country develop, and why might they rise in summer?"
FIRST = (
    "Already shown in [refund_board](https://bi.shop.example/refunds) (dashboard) and `refund_rate` (metric)"
    " = `refunds / orders`."
)
SHOP = FakeSource(
    [
        model("refunds", "One row per refund, with its country.", columns=["refund_id", "country"], layer="mart"),
        other(
            "exposure",
            "refund_board",
            "How refunds per country develop and rise in summer.",
            subtype="dashboard",
            url="https://bi.shop.example/refunds",
            depends_on=["refunds"],
        ),
        other(
            "metric",
            "refund_rate",
            "Refunds per order and country: how they develop, rise and fall, summer by summer.",
            expression="refunds / orders",
            depends_on=["refunds"],
        ),
    ]
)


@pytest.fixture
async def shop(asking_about: Asking) -> Asking:
    await asking_about.load(SHOP)
    return asking_about


@pytest.mark.parametrize(
    "step",
    [
        Says(text="Use `refunds`. It has a row per refund. "),
        Says(text="\n\nUse `refunds`. It has a row per refund. "),
        gives(answer="Use `refunds`. It has a row per refund. ", use="refunds"),
        Says(text="`refund_board` shows it. "),
    ],
    ids=["text", "behind blanks", "parts", "the dashboard itself"],
)
async def test_it_stands_before_what_a_model_says_from_the_first_word_on(step: Scripted, shop: Asking) -> None:
    await shop.script(step)
    asked = await shop.ask(QUESTION)
    assert [each.name for each in asked.answer.shown_in] == ["refund_board", "refund_rate"]
    shown = render_answer(asked.answer, "turn").markdown
    assert shown == f"{FIRST}\n\n{asked.answer.text}"
    assert asked.streamed.startswith(f"{FIRST}\n\n")
    assert shown.startswith(asked.streamed.rstrip()), "the stream goes on"
    assert answer_to_json(asked.answer)["answer"].startswith(shown)
    assert answer_text(asked.answer).startswith(shown)


async def test_it_stands_before_what_is_nearest_where_no_model_answers(shop: Asking) -> None:
    assert (await shop.ask(QUESTION)).text.startswith(FIRST)


@pytest.mark.parametrize(
    "step",
    [
        Says(text="NO ANSWER: Seasons are not in the catalog. "),
        gives(question="Which one?", options=["refunds", "refund_rate"]),
    ],
    ids=["refusal", "question back"],
)
async def test_a_refusal_and_a_question_back_have_none(step: Scripted, shop: Asking) -> None:
    await shop.script(step)
    asked = await shop.ask(QUESTION)
    assert asked.answer.shown_in == ()
    assert "Already shown" not in asked.text + asked.streamed


async def test_an_address_outside_the_configured_hosts_is_not_linked(shop: Asking) -> None:
    shop.link_hosts = ("bi.other.example",)
    await shop.script(Says(text="Use `refunds`. "))
    asked = await shop.ask(QUESTION)
    assert asked.text.startswith("Already shown in `refund_board` (dashboard) and ")
    assert "bi.shop.example" not in asked.text + asked.streamed


async def test_a_thread_remembers_the_answer_without_the_address(shop: Asking) -> None:
    server = await shop.script(Says(text="Use `refunds`."), Says(text="Yes."))
    await shop.ask(QUESTION)
    await shop.ask("and is that all that there is to be said of them, or is something else to be known?")
    assert "Use `refunds`." in str(server.requests[1]["messages"])
    assert "bi.shop.example" not in str(server.requests[1]["messages"])
