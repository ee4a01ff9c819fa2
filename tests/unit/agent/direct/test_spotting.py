"""Names that are said in words are written out, and the part that asks is found among what else is told."""

import pytest

from agent.direct.spotting import retold, spell
from agent.direct.wordbook import load_wordbook
from agent.recall import read_question
from knowledge.names import Named, Names
from knowledge.values import Summary
from tests.unit.agent.direct.test_phrasebook import BOOK

NAMES = Names(
    [
        Named(summary=Summary(unique_id=f"model.shop.{name}", name=name, kind="model"), keys=(name,))
        for name in ("orders", "roast_batches", "product_margins", "mrr_monthly")
    ],
    (),
)


@pytest.mark.parametrize(
    ("said", "spelled", "is_spoken"),
    [
        ("who looks after roast batches?", "who looks after `roast_batches`?", True),
        ("who looks after the roast batches table", "who looks after the `roast_batches` table", False),
        ("is the orders model ok, or (roast batches)", "is the `orders` model ok, or (`roast_batches`)", True),
        ("where do orders come from", "where do orders come from", False),
        ("the roast, batches of may", "the roast, batches of may", False),
        ("mrr_monthly", "mrr_monthly", False),
    ],
)
def test_names_said_in_words_are_written_out(said: str, spelled: str, is_spoken: bool) -> None:
    assert spell(said, NAMES) == (spelled, is_spoken)


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("I'm new here. roast batches looks old, who is it", "who is `roast_batches`"),
        ("my notebook reads mrr_monthly. what is the newer one", "what is the newer one of mrr_monthly"),
        ("i just want a word on what mrr_monthly is for", "what mrr_monthly is for"),
    ],
)
def test_the_part_that_asks_stands_alone_with_the_name_it_is_about(said: str, asked: str) -> None:
    assert asked in [each.asked for each in retold(said, NAMES)]


def test_of_a_list_no_part_is_taken_out() -> None:
    assert [each.asked for each in retold("what are the roast batches, weights, scores by month", NAMES)] == [
        "what are the `roast_batches`, weights, scores by month"
    ]


@pytest.mark.parametrize(
    ("question", "kind", "about"),
    [
        (
            "morning! someone will ask about product margins. who is the person behind that table?",
            "owner",
            "that table",
        ),
        ("my old notebook reads from mrr_monthly. what's the newer one?", "replaced", "mrr_monthly"),
        ("mrr_monthly hasn't updated i think. can you check?", "health", "mrr_monthly"),
        ("who do i send my complaint about the numbers of mrr_monthly to", "owner", "mrr_monthly"),
    ],
)
def test_a_story_does_not_hide_the_question(question: str, kind: str, about: str) -> None:
    readings = read_question(question, BOOK, load_wordbook(), NAMES)
    assert (kind, about) in [(each.kind, each.about) for each in readings]


@pytest.mark.parametrize(
    "question",
    [
        "which roast batches failed the profile",
        "what do the roast batches of may cost, and who bought them",
        "add a test to mrr_monthly",
        "can you build me a dashboard for product margins",
        "which of mrr_monthly and orders should i use",
    ],
)
def test_what_is_asked_of_the_things_or_is_work_is_not_read(question: str) -> None:
    readings = read_question(question, BOOK, load_wordbook(), NAMES)
    assert [each.kind for each in readings if each.tone != "bare" and each.kind != "choice"] == []
