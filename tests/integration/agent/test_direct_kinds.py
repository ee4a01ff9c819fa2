"""What is deprecated, what replaces it, which dashboards show it, several questions in one, names as people say."""

import pytest

from tests.integration.agent.asking import Asking


async def _say(asking: Asking, question: str, *, thread: str = "thread") -> str:
    asked = await asking.ask(question, thread=thread)
    assert asked.answer.path == "direct", asked.text
    return asked.text


@pytest.mark.parametrize(
    "question", ["what is deprecated?", "any deprecated models I should know of?", "list deprecated tables"]
)
async def test_all_that_is_deprecated_is_listed_with_what_to_use_instead(asking: Asking, question: str) -> None:
    lines = (await _say(asking, question)).splitlines()
    assert lines[0].startswith("2 ")
    assert lines[0].endswith(" are deprecated or about to be:")
    assert lines[1:3] == [
        "- `daily_sales` (mart model): deprecated since 2026-09-30: use `orders_daily`",
        "- `customers.v1` (mart model): deprecated from 2027-03-31: use `customers.v2`",
    ]


async def test_of_a_kind_of_which_nothing_is_deprecated_that_is_said(asking: Asking) -> None:
    assert await _say(asking, "which metrics are deprecated") == "No metric in the project is deprecated."


async def test_what_is_not_deprecated_is_said_not_to_be(asking: Asking) -> None:
    assert await _say(asking, "is orders deprecated or still good to use?") == "`orders` is not deprecated."
    assert "names nothing that replaces it" in await _say(asking, "what replaces orders?")


@pytest.mark.parametrize(
    "question",
    ["what replaces daily_sales", "what should I use instead of daily sales?", "replacement for daily_sales?"],
)
async def test_a_deprecated_node_is_told_with_what_replaces_it(asking: Asking, question: str) -> None:
    asked = await asking.ask(question)
    assert asked.text == "Use `orders_daily` instead of `daily_sales`, which is deprecated since 2026-09-30."
    assert [each.rpartition(".")[2] for each in asked.answer.nodes] == ["daily_sales", "orders_daily"]


async def test_dashboards_come_first_where_they_are_asked_for(asking: Asking) -> None:
    assert await _say(asking, "which dashboards show orders_daily?") == (
        "`orders_daily` is shown by `weekly_trading_review` (owner Marijke de Wit)."
    )
    assert (await _say(asking, "which reports use orders")).startswith(
        "No dashboard reads `orders` itself. What is made from it is shown by "
    )


async def test_where_no_dashboard_shows_it_that_is_said(asking: Asking) -> None:
    said = await _say(asking, "is there a dashboard on product_margins?")
    assert said == "No dashboard in the project shows `product_margins`."


async def test_several_questions_in_one_are_all_answered(asking: Asking) -> None:
    owner, health = (await _say(asking, "Who owns `orders`, and is it fresh?")).splitlines()
    assert owner.startswith("`orders` is owned by ")
    assert health.startswith("`orders` is ")
    both = await _say(asking, "who owns orders and shipments?", thread="other")
    assert [line.split(" is owned by ")[0] for line in both.splitlines()] == ["`orders`", "`shipments`"]


async def test_of_several_questions_one_about_a_name_that_is_not_there_says_so(asking: Asking) -> None:
    asked = await asking.ask("who owns customers and does it depend on stg_flurbles?")
    assert asked.text == (
        "`customers` is owned by Nadia Berrada (Customer care) (care@lanternfish.example), group `customer_care`.\n"
        "There is no `stg_flurbles` in the catalog."
    )
    assert not asked.answer.refused
    assert (await asking.ask("who owns flurbles_daily and who owns flurbles_weekly?")).answer.refused


async def test_a_story_around_two_questions_hides_neither(asking: Asking) -> None:
    asked = await asking.ask("hey, I'm prepping the board deck. is orders fresh and who owns it?")
    assert asked.text.startswith("`orders` is healthy")
    assert "\n`orders` is owned by Joris Amsing" in asked.text
    asked = await asking.ask(
        "hey, prepping the deck. does customers depend on stg_flurbles and who can I ask about it?"
    )
    assert "is owned by" not in asked.text, "half an answer would look like a whole one"


async def test_several_questions_of_which_one_is_no_lookup_are_none(asking: Asking) -> None:
    asked = await asking.ask("who owns orders and how many were returned last week?")
    assert asked.answer.path == "fallback"


async def test_failing_tests_of_a_node_are_those_that_fail_now_and_stand_first(asking: Asking) -> None:
    lines = (await _say(asking, "which tests fail on shipments?")).splitlines()
    assert lines[0] == "`shipments` has 5 tests, 4 of them pass:"
    assert lines[1] == "- `not_before(delivered_at)`: fails, 5 rows"


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("is the ads daily spend source up to date?", "`ads.daily_spend` is "),
        ("give me an overview of ProductMargins", "`product_margins` (mart model): "),
        ("what is utm source in orders?", "`orders.utm_source` (varchar)"),
        ("what do we store in cancelReason on subscriptions", "`subscriptions.cancel_reason` (varchar): "),
        ("does orders have an is late column", "`orders` has no column `is late`."),
        ("what does is late in shipments mean", "`shipments.is_late` "),
    ],
)
async def test_names_are_found_as_they_are_said(asking: Asking, question: str, name: str) -> None:
    assert (await asking.ask(question)).text.startswith(name)


@pytest.mark.parametrize(
    "question", ["where do our customers come from", "how healthy are our customers", "how fresh are our orders"]
)
async def test_what_is_ours_is_the_thing_and_no_table(asking: Asking, question: str) -> None:
    assert (await asking.ask(question)).answer.path == "fallback"


@pytest.mark.parametrize(
    "question",
    [
        "which orders have net_amount above 100",
        "is late_share going up",
        "list customers with is_guest_only",
        "how would I compute retention from subscriptions and customer_health",
        "why did net_amount in orders drop in november",
        "difference between orders_daily and daily_sales",
        "show orders where is_first_order is true",
    ],
)
async def test_a_written_name_in_a_question_to_the_data_makes_no_lookup(asking: Asking, question: str) -> None:
    assert (await asking.ask(question)).answer.path == "fallback"


async def test_a_dotted_name_with_other_words_is_not_taken_for_a_column(asking: Asking) -> None:
    said = (await asking.ask("if shop.refunds stops loading, what is affected downstream?")).text
    assert said.startswith("`shop.refunds` is used by ")


async def test_a_column_is_looked_for_first_in_what_the_thread_is_about(asking: Asking) -> None:
    await asking.ask("what is orders_daily?")
    assert (await asking.ask("what does net_amount mean there?")).text.startswith("`orders_daily.net_amount` ")


async def test_the_second_one_is_the_second_that_was_named(asking: Asking) -> None:
    first = await asking.ask("Which model should I use for monthly recurring revenue?")
    second = await asking.ask("and who owns the second one?")
    assert second.answer.nodes == first.answer.nodes[1:2]


async def test_a_node_that_was_not_watched_so_long_is_not_said_not_to_have_changed(asking: Asking) -> None:
    assert (await asking.ask("what changed in orders since 2026-01-01?")).text.startswith(
        "I have been watching only since "
    )


@pytest.mark.parametrize(
    "question", ["What is the bond type of TR007_4_19?", "Which country was the card owner of No.667467 in?"]
)
async def test_what_is_written_like_a_name_and_is_none_may_be_a_value(asking: Asking, question: str) -> None:
    asked = await asking.ask(question)
    assert (asked.answer.path, asked.text.startswith("There is no")) == ("fallback", False)
