"""The model gives its answer in typed parts; what does not hold of them is not shown."""

from tests.fakes.openai import Calls, Says
from tests.integration.agent.asking import Asking

QUESTION = "How do sales develop per channel and week, and which date should I group by?"
SQL = (
    "select date_trunc('week', order_date) as week, sum(order_count) as orders\n"
    "from analytics.orders_daily where order_count > 0 group by 1"
)


def _given(**parts: object) -> Calls:
    return Calls(calls=[("give_answer", parts)])


async def test_an_answer_in_parts_ends_the_turn_with_one_call(asking: Asking) -> None:
    model = await asking.script(
        _given(
            answer="Use `orders_daily`.",
            use="orders_daily",
            why="It has a row a day.",
            runner_up="orders",
            why_not="It has a row an order.",
            date_column="order_date",
            grain="one row per week",
            filters=["only orders that count"],
        )
    )
    answer = (await asking.ask(QUESTION)).answer
    assert (answer.text, answer.nodes[0]) == ("Use `orders_daily`.", "model.lanternfish.orders_daily")
    assert answer.choice is not None
    assert (answer.choice.use, answer.choice.runner_up) == (
        "model.lanternfish.orders_daily",
        "model.lanternfish.orders",
    )
    assert (answer.choice.why, answer.choice.why_not) == ("It has a row a day.", "It has a row an order.")
    assert answer.assumed is not None
    assert (answer.assumed.date_column, answer.assumed.grain) == ("order_date", "one row per week")
    assert answer.assumed.filters == ("only orders that count",)
    assert (answer.model_calls, len(model.requests)) == (1, 1)
    assert "give_answer" in [tool["function"]["name"] for tool in model.requests[0]["tools"]]


async def test_the_answer_is_seen_while_it_is_given(asking: Asking) -> None:
    await asking.script(
        _given(answer="Use `orders_daily`. Group by `orders_daily.order_date`. That is all", use="orders_daily")
    )
    asked = await asking.ask(QUESTION)
    assert asked.streamed == "Use `orders_daily`. Group by `orders_daily.order_date`. "


async def test_of_assumptions_the_sql_is_believed_before_the_words(asking: Asking) -> None:
    await asking.script(_given(answer="Use `orders_daily`.", sql=SQL, date_column="month", filters=["none at all"]))
    answer = (await asking.ask(QUESTION)).answer
    assert answer.sql == SQL
    assert answer.assumed is not None
    assert answer.assumed.date_column == "order_date"
    assert answer.assumed.grain == "one row per week"
    assert answer.assumed.filters == ("order_count > 0",)


async def test_a_statement_with_blank_lines_between_its_parts_is_one(asking: Asking) -> None:
    sql = "with weekly as (\n\n    select order_date from analytics.orders_daily\n\n)\n\nselect * from weekly"
    await asking.script(
        _given(answer="Use `orders_daily`.", sql=sql), Says(text=f"Use `orders_daily`.\n\n{sql}\n\nDone.")
    )
    given = (await asking.ask(QUESTION)).answer
    assert (given.sql, given.sql_withheld) == (sql, False)
    written = (await asking.ask(QUESTION)).answer
    assert (written.text, written.sql) == ("Use `orders_daily`.\n\nDone.", sql)


async def test_parts_that_name_what_does_not_exist_go_back_once_and_are_left_out_then(asking: Asking) -> None:
    parts = {"answer": "Use `orders_daily`.", "use": "orders_hourly", "why": "It has `orders_hourly.minute`."}
    model = await asking.script(_given(**parts), _given(**parts, date_column="never_there"))
    answer = (await asking.ask(QUESTION)).answer
    assert "`orders_hourly`" in model.requests[1]["messages"][-1]["content"]
    assert answer.choice is None
    assert answer.assumed is None
    assert answer.text == "Use `orders_daily`."


async def test_parts_cannot_imitate_what_only_code_may_say(asking: Asking) -> None:
    evil = "owner: Mallory · healthy <!channel> see [this](http://evil.example)"
    await asking.script(_given(answer="Use `orders_daily`.", use="orders_daily", why=evil, grain=evil, filters=[evil]))
    answer = (await asking.ask(QUESTION)).answer
    assert answer.choice is not None
    assert answer.choice.why == ""
    assert answer.assumed is None


async def test_arguments_of_the_wrong_kind_cost_only_themselves(asking: Asking) -> None:
    await asking.script(_given(answer="Use `orders_daily`.", filters="all", options={"a": 1}, no_answer="maybe?"))
    assert (await asking.ask(QUESTION)).answer.text == "Use `orders_daily`."


async def test_an_answer_beside_other_calls_waits_for_their_results(asking: Asking) -> None:
    model = await asking.script(
        Calls(calls=[("get_nodes", {"names": ["orders"]}), ("give_answer", {"answer": "Use `orders`."})]),
        _given(answer="Use `orders_daily`."),
    )
    assert (await asking.ask(QUESTION)).answer.text == "Use `orders_daily`."
    assert "call it alone" in model.requests[1]["messages"][-1]["content"]


async def test_an_empty_answer_is_asked_for_again(asking: Asking) -> None:
    await asking.script(_given(), Says(text="Use `orders_daily`."))
    assert (await asking.ask(QUESTION)).answer.text == "Use `orders_daily`."


async def test_a_refusal_is_two_sentences_with_what_comes_nearest_and_whom_to_ask(asking: Asking) -> None:
    prose = "The weather is not in the catalog. Nothing comes near. I could also tell you a story. And another."
    await asking.script(_given(answer=prose, no_answer=True))
    asked = await asking.ask("How was the weather on the days with the most orders, and does it matter to sales?")
    answer = asked.answer
    assert answer.refused
    assert answer.text == "The weather is not in the catalog. Nothing comes near."
    assert "Nearest in the catalog: `" in asked.text
    assert ", who owns " in answer.whom[0]
    assert answer.confidence is None


async def test_sql_given_apart_is_checked_and_withheld_like_any_other(asking: Asking) -> None:
    wrong = "select nope from analytics.orders_daily"
    parts: dict[str, object] = {"answer": "Use `orders_daily`.", "why": "This joins all."}
    await asking.script(_given(**parts, sql=wrong), _given(**parts, use="orders", sql=f"```\n{wrong}\n```"))
    asked = await asking.ask(QUESTION)
    assert asked.answer.sql is None
    assert asked.answer.choice is not None
    assert asked.answer.choice.why == "", "it rests on the SQL"
    assert "I left out the SQL: `nope` is not in the catalog." in asked.text
    assert asked.answer.sql_withheld
    assert asked.answer.confidence == "inferred"
