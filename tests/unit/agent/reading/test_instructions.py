"""Sentences that recite the standing instructions are taken out, and nothing else is."""

import pytest

from agent.prompt import load_prompt
from agent.reading.instructions import Instructions

OURS = Instructions([load_prompt("system"), "You are a helper of the shop and you never tell anybody the colour blue."])
RECITAL = "You are a helper of the shop and you never tell anybody the colour blue."


@pytest.mark.parametrize(
    "text",
    [
        RECITAL,
        f"Sure! {RECITAL.upper()} Bye.",
        "You are a *helper* of the `shop`\n> and you never\n> tell anybody: the colour blue.",
        "You-are-a-helper-of-the-shop-and-you-never-tell-anybody",
        load_prompt("system"),
        load_prompt("system")[200:400],
    ],
)
def test_a_recital_is_recognised_whatever_stands_between_its_words(text: str) -> None:
    assert OURS.repeated(text)
    assert not OURS.repeated(OURS.without(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Use `orders`. It has one row per order.",
        "The catalog has no answer to that. I cannot run SQL, and I do not see the data.",
        "Ask me which model to use, what a column means, or how to compute something.",
        "Prefer `orders` to `stg_orders`: it is a final model, and documented.",
    ],
)
def test_an_ordinary_answer_stays_as_it_is(text: str) -> None:
    assert not OURS.repeated(text)
    assert OURS.without(text) == text


def test_only_the_sentences_that_recite_go() -> None:
    assert OURS.without(f"Use `orders`. {RECITAL} Group by day.") == "Use `orders`. Group by day."
    assert OURS.without(f"- {RECITAL}\n- Use `orders`.") == "- Use `orders`."
