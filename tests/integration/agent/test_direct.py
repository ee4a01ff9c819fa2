"""What the catalog settles is answered from it, without a model."""

import pytest

from tests.fakes.openai import Says
from tests.integration.agent.asking import Asking

ORDERS = "model.lanternfish.orders"


async def test_a_column_is_explained_in_one_line(asking: Asking) -> None:
    asked = await asking.ask("What does net_amount in orders mean?")
    assert asked.text.startswith("`orders.net_amount` (decimal(12,2)): What the order is worth to us")
    assert "\n" not in asked.text
    assert asked.answer.nodes == (ORDERS,)
    assert (asked.answer.path, asked.answer.confidence, asked.answer.model_calls) == ("direct", "checked", 0)
    assert asked.answer.tokens == 0


async def test_a_column_named_without_a_model_is_explained_wherever_it_is(asking: Asking) -> None:
    asked = await asking.ask("what does the column late_share mean")
    assert "`late_share`" in asked.text
    assert "delivery_times_weekly" in asked.text


async def test_a_column_without_a_description_says_so_and_borrows_one_of_the_same_name(asking: Asking) -> None:
    asked = await asking.ask("what is customer_id in int_customer_first_orders")
    assert "has no description" in asked.text
    assert "the column of that name is described as" in asked.text


async def test_all_columns_are_listed_with_their_types(asking: Asking) -> None:
    asked = await asking.ask("which columns does stg_orders have?")
    assert "- `order_id` " in asked.text
    assert asked.text.splitlines()[0].startswith("`stg_orders` has ")


async def test_the_owner_is_told_by_name(asking: Asking) -> None:
    asked = await asking.ask("who owns orders?")
    assert asked.text.startswith("`orders` is owned by Joris Amsing (Analytics) (analytics@lanternfish.example)")


async def test_a_node_without_an_owner_has_none(asking: Asking) -> None:
    assert "has no owner" in (await asking.ask("who owns stg_orders?")).text


async def test_health_names_the_failing_test_and_the_status_is_the_trust_lines(asking: Asking) -> None:
    asked = await asking.ask("Is the shipments model healthy?")
    assert asked.text.startswith("`shipments` is not healthy")
    assert "not_before(delivered_at)" in asked.text
    [trust] = asked.answer.trust
    assert trust.status == "unhealthy"
    assert trust.line.startswith("shipments: not healthy · built 05:01 UTC (1 h ago)")
    assert asked.answer.confidence == "inferred"


async def test_a_dashboard_is_as_well_as_the_tables_under_it(asking: Asking) -> None:
    asked = await asking.ask("is the carrier scorecard dashboard ok?")
    [trust] = asked.answer.trust
    assert (trust.status, "rests on delivery_times_weekly (not healthy)" in trust.line) == ("unhealthy", True)


async def test_what_feeds_a_model_is_told_up_to_the_sources(asking: Asking) -> None:
    asked = await asking.ask("what feeds orders?")
    assert "is fed by" in asked.text
    assert "`shop.orders`" in asked.text
    assert asked.answer.nodes[0] == ORDERS
    assert "source.lanternfish.shop.orders" in asked.answer.nodes


async def test_what_uses_a_model_names_dashboards_and_their_owners(asking: Asking) -> None:
    asked = await asking.ask("what breaks if I drop orders.status?")
    assert "`orders.status` is known by model only" in asked.text
    assert "`weekly_trading_review` (owner Marijke de Wit)" in asked.text


async def test_the_model_for_a_purpose_comes_with_its_runner_up(asking: Asking) -> None:
    asked = await asking.ask("Which model should I use for monthly recurring revenue?")
    assert asked.text.startswith("Already shown in `monthly_recurring_revenue` (metric) = `sum(mrr) ")
    assert "\n\nFor a query of your own use `mrr_monthly` (mart model)." in asked.text
    assert asked.answer.choice is not None
    assert asked.answer.choice.use == asked.answer.nodes[0] == "model.lanternfish.mrr_monthly"
    assert asked.answer.choice.runner_up in asked.answer.nodes
    assert asked.answer.choice.why_not
    assert asked.answer.shown_in[0].name == "monthly_recurring_revenue"
    assert asked.answer.nodes[0] == "model.lanternfish.mrr_monthly"


WEAK = "which model should I use for lifetime value by region?"


async def test_a_choice_that_only_nearness_speaks_for_is_no_advice(asking: Asking) -> None:
    asked = await asking.ask(WEAK)
    assert asked.answer.choice is not None
    assert asked.text.startswith("The closest I find is `")
    assert "it speaks of “" in asked.answer.choice.why
    assert any("Nothing in the catalog mentions “region”" in notice for notice in asked.answer.notices)
    assert asked.answer.confidence == "inferred"


async def test_a_choice_that_is_not_certain_is_left_to_the_model_where_there_is_one(asking: Asking) -> None:
    model = await asking.script(Says(text="Use `customers`: it has `customers.lifetime_net_amount`."))
    assert (await asking.ask(WEAK)).answer.path == "model"
    assert (await asking.ask("which model should I use for monthly recurring revenue?")).answer.path == "direct"
    assert len(model.requests) == 1


async def test_a_metric_tells_how_it_is_computed(asking: Asking) -> None:
    assert "Computed as: `sum(net_amount)`" in (await asking.ask("what is the revenue metric?")).text


@pytest.mark.parametrize(
    ("question", "said", "taken"),
    [
        ("who owns ordrs?", "ordrs", "orders"),
        ("what is mrr_montly?", "mrr_montly", "mrr_monthly"),
        ("what does net_amout in orders mean?", "net_amout", "net_amount"),
        ("columns in order_itmes", "order_itmes", "order_items"),
    ],
)
async def test_a_misspelt_name_is_taken_as_the_nearest_and_the_answer_says_so(
    asking: Asking, question: str, said: str, taken: str
) -> None:
    assert f"I took `{said}` as `{taken}`." in (await asking.ask(question)).text


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("who owns flurble_daily?", "There is no `flurble_daily` in the catalog."),
        ("what columns does the flurbs model have", "There is no `flurbs` in the catalog."),
        ("what is orders.zzyzx", "`orders` has no column `zzyzx`."),
        ("is warehouse.flurble_daily fresh", "There is no `warehouse.flurble_daily` in the catalog."),
    ],
)
async def test_a_name_that_does_not_exist_is_refused_honestly(asking: Asking, question: str, sentence: str) -> None:
    asked = await asking.ask(question)
    assert asked.text.startswith(sentence)
    assert asked.answer.refused
    assert asked.answer.confidence is None
    assert asked.answer.trust == ()


async def test_a_refusal_names_the_nearest_names(asking: Asking) -> None:
    asked = await asking.ask("what is orders.net_amnt_eur")
    assert "net_amount" in asked.text


async def test_an_old_version_says_which_is_the_latest(asking: Asking) -> None:
    asked = await asking.ask("what is customers_v1?")
    assert "version 1, the latest is 2" in asked.text
    assert asked.answer.trust[0].line.endswith("deprecated from 2027-03-31, use customers.v2")


@pytest.mark.parametrize("text", ["hi", "Hello Marty!", "help", "what can you do?", "👋", "", "   ", ":wave:", "???"])
async def test_a_text_that_asks_nothing_gets_examples(asking: Asking, text: str) -> None:
    asked = await asking.ask(text)
    assert "for example:" in asked.text
    assert asked.answer.confidence is None
    assert not asked.answer.refused


async def test_thanks_are_taken_briefly(asking: Asking) -> None:
    assert (await asking.ask("thanks, that helps!")).text == "You're welcome!"


@pytest.mark.parametrize(
    "question",
    [
        "What is the average order value per customer last month?",
        "How many customers ordered twice?",
        "List all orders of last week",
        "Show me orders by channel",
        "What is the revenue?",
        "Which model has the most columns?",
        "Who owns the largest share of revenue?",
    ],
)
async def test_a_question_to_the_data_is_not_taken_for_a_lookup(asking: Asking, question: str) -> None:
    asked = await asking.ask(question)
    assert asked.answer.path == "fallback"
    assert "No language model is configured, so this is from the catalog alone." in asked.text


async def test_without_a_model_the_nearest_models_are_listed_with_what_speaks_for_them(asking: Asking) -> None:
    asked = await asking.ask("How do refunds develop compared to orders per channel?")
    assert asked.answer.text.startswith("These come closest in the catalog:\n- ")
    assert asked.answer.confidence == "inferred"
    assert asked.answer.nodes


async def test_without_a_model_a_word_that_nothing_mentions_is_told_before_what_comes_closest(asking: Asking) -> None:
    asked = await asking.ask("How do refunds develop compared to orders per zodiac?")
    assert asked.text.startswith("Nothing in the catalog mentions “zodiac”. These come closest:\n- ")
    assert not asked.answer.refused
    verb = await asking.ask("How would orders_daily look if we flubbered it?")
    assert verb.text.startswith("These come closest in the catalog:\n- `orders_daily`"), "nothing is asked about"


async def test_without_a_model_a_question_outside_the_catalog_is_refused(asking: Asking) -> None:
    asked = await asking.ask("How many patients were readmitted after surgery?")
    assert asked.text.startswith("Nothing in the catalog mentions “patients”")
    assert asked.answer.refused


async def test_the_empty_catalog_answers_that_it_knows_nothing(asking_about: Asking) -> None:
    asked = await asking_about.ask("Which table has customers?")
    assert asked.answer.refused
    assert "nothing" in asked.text.lower()


async def test_a_question_of_fifteen_thousand_characters_is_read_in_part_and_told_so(asking: Asking) -> None:
    asked = await asking.ask("Which model holds refunds per order? " + "Please hurry. " * 1_100)
    assert "I read the first 4,000." in asked.text
