"""Phrases cover a question from its first word to its last, or not at all."""

import pytest

from agent.direct.phrasebook import load_phrasebook, parse_phrasebook
from agent.direct.wordbook import load_wordbook
from agent.direct.wording import mend, tidy
from agent.recall import read_question

BOOK = load_phrasebook()


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("  What's   `orders`?? ", "What is `orders`"),
        ("Hey Marty, could you please tell me what columns orders has?", "what columns orders has"),
        ("@marty: who’s the owner of orders?", "who is the owner of orders"),
        ("hi there! do you know who owns orders? thanks!", "who owns orders"),
        ("so, is orders fresh right now?", "is orders fresh"),
        (":wave: orders' columns, please 🙏", "orders 's columns"),
        ("whats up with orders's owner", "what is up with orders 's owner"),
        ("can somebody confirm that orders is ok", "orders is ok"),
        ("could you let me know whether orders is ok already", "orders is ok"),
        ("stg_orders -> status?", "stg_orders.status"),
        ("stg_orders -> what is it", "stg_orders, what is it"),
        ("column status, table orders", "status in orders"),
        ("where is orders in the warehouse?", "where is orders in the warehouse"),
        ("please", "please"),
        ("", ""),
        ("???", "???"),
    ],
)
def test_a_question_is_reduced_to_what_is_asked(question: str, words: str) -> None:
    assert tidy(question) == words


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("waht fileds does orders have", "what fields does orders have"),
        ("who onws orders", "who owns orders"),
        ("columns in stg_colums", "columns in stg_colums"),
        ("is it ok", "is it ok"),
        ("which sales were late", "which sales were late"),
    ],
)
def test_slips_in_ordinary_words_are_mended_and_names_are_not(said: str, meant: str) -> None:
    assert mend(said) == meant


def test_a_misspelt_question_is_read_all_the_same() -> None:
    assert [(r.kind, r.about) for r in read_question("who onws orders?", BOOK, load_wordbook()) if r.firm] == [
        ("owner", "orders")
    ]


@pytest.mark.parametrize(
    "question",
    [
        "What is the average order value per customer last month?",
        "How many customers do we have?",
        "List all orders from last week",
        "Show me the top 10 customers by revenue",
        "Which model has the lowest horsepower?",
        "Which model of the car has the minimum horsepower?",
        "Where is the youngest teacher from?",
        "x" * 5_000,
        "what feeds " + "orders " * 200,
    ],
)
def test_a_question_to_the_data_fits_no_firm_phrase_with_a_short_name(question: str) -> None:
    assert [r for r in BOOK.read(tidy(question)) if r.firm and len(r.about.split()) <= 4] == []


def test_several_questions_in_one_are_read_one_by_one() -> None:
    [reading] = [r for r in BOOK.read(tidy("Who owns orders? Is it fresh?")) if r.firm]
    assert reading.kind == "several"
    assert [(part[0].kind, part[0].about) for part in reading.parts] == [("owner", "orders"), ("health", "it")]


def test_what_kind_of_thing_is_wanted_is_kept() -> None:
    [reading] = [r for r in BOOK.read(tidy("Which dashboards should I use for churn?")) if r.kind == "choice"]
    assert (reading.noun.strip(), reading.about, reading.firm) == ("dashboards", "churn", True)


def test_extremes_and_proper_names_make_a_loose_choice_a_question_to_the_data() -> None:
    for question in ("which table has the most rows", "where can I find the address of Amy Smith"):
        assert all(r.kind != "choice" for r in BOOK.read(tidy(question)))


def test_optional_words_alternatives_and_sets_are_compiled() -> None:
    book = parse_phrasebook(
        "<be> = is | are\n# a remark\n== owner firm\nwho [really] (<be> behind | owns) X [now | then]"
    )
    for question in ("who owns a", "who really is behind a", "who are behind a now"):
        assert [(r.kind, r.about) for r in book.read(question)] == [("owner", "a")]
    assert list(book.read("who owns")) == []


@pytest.mark.parametrize("text", ["== owner firm\nwho (owns X", "== owner firm\nwho owns] X", "== nonsense firm\nX"])
def test_a_phrase_that_does_not_follow_the_rules_is_pointed_out(text: str) -> None:
    with pytest.raises(ValueError, match=r"brackets|kind"):
        parse_phrasebook(text)
