"""Marty asks back only when answers would differ, with real candidates, and never twice in a row."""

from tests.fakes.openai import Calls, Says
from tests.integration.agent.asking import Asking

QUESTION = "How many of them were late in each region, and how does that compare with last year?"


def _asks(*options: str, question: str = "Late shipments or late orders?", answer: str = "") -> Calls:
    return Calls(calls=[("give_answer", {"answer": answer, "question": question, "options": list(options)})])


async def test_a_question_back_has_the_candidates_that_exist(asking: Asking) -> None:
    await asking.script(_asks("shipments", "orders"))
    asked = await asking.ask(QUESTION)
    assert asked.text.startswith("Late shipments or late orders?\n\n1. `shipments` (model)\n2. `orders` (model)")
    assert [each.name for each in asked.answer.options] == ["shipments", "orders"]
    assert asked.answer.confidence is None
    assert not asked.answer.refused


async def test_the_reply_is_put_into_the_question(asking: Asking) -> None:
    for number, reply in enumerate(["2", "the second one", "orders", "I mean `orders`, please", "2.", "the last"]):
        model = await asking.script(_asks("shipments", "orders"), Says(text="Use `orders`."))
        await asking.ask(QUESTION, thread=f"t{number}")
        asked = await asking.ask(reply, thread=f"t{number}")
        assert asked.answer.text == "Use `orders`.", reply
        assert f"Question: {QUESTION} (I mean `orders`.)" in model.requests[1]["messages"][-1]["content"], reply


async def test_another_question_is_not_taken_for_a_reply(asking: Asking) -> None:
    await asking.script(_asks("shipments", "orders"))
    await asking.ask(QUESTION)
    assert (await asking.ask("who owns mrr_monthly?")).text.startswith("`mrr_monthly` is owned by")


async def test_candidates_that_do_not_exist_or_a_single_one_are_no_question(asking: Asking) -> None:
    await asking.script(_asks("shipments", "nothing_of_it", answer="Use `shipments`."), repeat_last=True)
    asked = await asking.ask(QUESTION)
    assert asked.answer.options == ()
    assert asked.answer.text == "Use `shipments`."


async def test_at_most_four_candidates_are_offered(asking: Asking) -> None:
    await asking.script(_asks("shipments", "orders", "orders_daily", "mrr_monthly", "stg_orders"))
    assert len((await asking.ask(QUESTION)).answer.options) == 4


async def test_it_never_asks_twice_in_a_row(asking: Asking) -> None:
    model = await asking.script(
        _asks("shipments", "orders"), _asks("shipments", "stg_orders"), Says(text="Use `shipments`.")
    )
    await asking.ask(QUESTION)
    asked = await asking.ask("well, the usual ones that everybody here looks at every single week I guess")
    assert "You asked back in the turn before." in model.requests[2]["messages"][-1]["content"]
    assert (asked.answer.text, asked.answer.options) == ("Use `shipments`.", ())


async def test_a_question_in_plain_prose_is_one_too(asking: Asking) -> None:
    question = "Do you mean `shipments` or `orders`?"
    model = await asking.script(Says(text=question), Says(text=question), Says(text="Use `shipments`."))
    first = (await asking.ask(QUESTION)).answer
    assert (first.text, first.is_question, first.confidence, first.trust) == (question, True, None, ())
    second = (await asking.ask("well, the usual ones that everybody here looks at every single week")).answer
    assert "You asked back in the turn before." in model.requests[2]["messages"][-1]["content"]
    assert (second.text, second.is_question) == ("Use `shipments`.", False)


async def test_an_answer_that_ends_with_an_offer_is_an_answer(asking: Asking) -> None:
    await asking.script(Says(text="Use `shipments`. Shall I split it by region?"))
    answer = (await asking.ask(QUESTION)).answer
    assert not answer.is_question
    assert answer.trust


async def test_two_turns_later_it_may_ask_again(asking: Asking) -> None:
    await asking.script(_asks("shipments", "orders"), Says(text="Use `orders`."), _asks("shipments", "orders"))
    for text in (QUESTION, "2"):
        await asking.ask(text)
    assert len((await asking.ask(f"And once more, {QUESTION}")).answer.options) == 2
