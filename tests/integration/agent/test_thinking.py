"""A question that the catalog does not settle goes to the model: few calls, tools, a budget, text as it grows."""

import pytest
from langchain_core.messages import HumanMessage

from agent import Budget, ModelOptions, build_model
from agent.model.chat import Ask
from tests.fakes.openai import Body, Calls, Fails, Says, Step, fake_openai
from tests.integration.agent.asking import Asking

QUESTION = "How do sales develop per channel and week, and which date should I group by?"
ANSWER = "Use `orders_daily`. It has `orders_daily.order_date`."


async def test_a_question_is_answered_with_one_call_and_checked(asking: Asking) -> None:
    model = await asking.script(Says(text=ANSWER))
    asked = await asking.ask(QUESTION)
    assert asked.answer.text == ANSWER
    assert asked.answer.nodes == ("model.lanternfish.orders_daily",)
    assert (asked.answer.path, asked.answer.confidence) == ("model", "checked")
    assert (asked.answer.model_calls, asked.answer.tokens) == (1, 120)
    assert len(model.requests) == 1


async def test_the_model_gets_the_standing_prompt_first_and_the_candidates_with_the_question(asking: Asking) -> None:
    model = await asking.script(Says(text=ANSWER), Says(text=ANSWER))
    await asking.ask(QUESTION, thread="one")
    await asking.ask("Which carriers deliver late in winter, and how is that measured?", thread="two")
    first, second = model.requests
    assert first["messages"][0] == second["messages"][0]
    assert first["tools"] == second["tools"]
    said = first["messages"][-1]["content"]
    assert said.startswith("<catalog>\nSQL dialect: duckdb\n")
    assert f"\n\nQuestion: {QUESTION}\n\n" in said
    assert "- orders_daily (mart model): " in said
    assert "  relation: " in said


async def test_the_prompt_stays_small(asking: Asking) -> None:
    model = await asking.script(Says(text=ANSWER))
    await asking.ask(QUESTION)
    assert sum(len(message["content"]) for message in model.requests[0]["messages"]) < 16_000


async def test_text_is_streamed_as_far_as_its_names_are_known(asking: Asking) -> None:
    await asking.script(Says(text="Use `orders_daily`. Group by `orders_daily.order_date`. That is all"))
    asked = await asking.ask(QUESTION)
    assert asked.streamed == "Use `orders_daily`. Group by `orders_daily.order_date`. "
    assert asked.answer.text.startswith(asked.streamed.rstrip())


async def test_of_a_long_answer_what_answers_stands_first_and_the_rest_behind_it(asking: Asking) -> None:
    await asking.script(Says(text="Use `orders_daily`. " + "It has one row per day, and so on. " * 40 + "The end."))
    asked = await asking.ask(QUESTION)
    assert asked.answer.text.startswith("Use `orders_daily`.")
    assert len(asked.answer.text) < 750
    assert asked.streamed.strip() == asked.answer.text, "what was shown while it grew is not taken back"
    assert asked.answer.more.endswith("The end.")


async def test_nothing_is_streamed_from_the_first_unknown_name_on(asking: Asking) -> None:
    await asking.script(Says(text="Use `orders_daily`. Never `orders_hourly`. Good luck."), repeat_last=True)
    asked = await asking.ask(QUESTION)
    assert asked.streamed == "Use `orders_daily`. "
    assert "`orders_hourly` is not in the catalog." in asked.text


async def test_a_fault_of_whoever_hears_the_answer_is_not_the_endpoints(asking: Asking) -> None:
    def fail(_text: str) -> None:
        raise KeyError("ours")

    async with fake_openai(Says(text="Use it. And so on. "), repeat_last=True) as server:
        model = build_model(ModelOptions(model="scripted", base_url=server.base_url))
        try:
            with pytest.raises(KeyError, match="ours"):
                await model.call(Ask(messages=[HumanMessage("Which one?")]), on_text=fail)
            assert (await model.call(Ask(messages=[HumanMessage("Which one?")]))).text.startswith("Use it.")
        finally:
            await model.aclose()
        assert [request["stream"] for request in server.requests] == [True, True]


async def test_a_query_within_a_sentence_that_does_not_hold_is_left_out_as_any_other(asking: Asking) -> None:
    await asking.script(
        Says(
            text="Use `orders_daily`: run `select ghost from orders_daily`, or `select order_date from orders_daily`."
        ),
        repeat_last=True,
    )
    asked = await asking.ask(QUESTION)
    assert "select ghost" not in asked.text + asked.streamed
    assert "`select order_date from orders_daily`" in asked.text
    assert "I left out the SQL: `ghost` is not in the catalog." in asked.text
    assert (asked.answer.confidence, asked.answer.sql_withheld) == ("inferred", True)


async def test_sql_is_taken_out_of_the_text(asking: Asking) -> None:
    sql = "select order_date, sum(order_count) from analytics.orders_daily group by order_date"
    await asking.script(Says(text=f"Use `orders_daily`.\n\n```sql\n{sql}\n```\n\nIt groups by day."))
    asked = await asking.ask(QUESTION)
    assert asked.answer.sql == sql
    assert asked.answer.text == "Use `orders_daily`.\n\nIt groups by day."
    assert "select" not in asked.streamed


async def test_tools_are_used_and_their_results_go_back(asking: Asking) -> None:
    model = await asking.script(
        Calls(calls=[("search_catalog", {"query": "refunds"}), ("get_nodes", {"names": ["stg_refunds"]})]),
        Says(text="Use `stg_refunds`."),
    )
    asked = await asking.ask("How much money went back to people per reason in spring?")
    assert asked.answer.nodes == ("model.lanternfish.stg_refunds",)
    assert asked.answer.model_calls == 2
    searched, read = [message["content"] for message in model.requests[1]["messages"] if message["role"] == "tool"]
    assert "stg_refunds (staging model)" in searched
    assert "- refund_gross" in read
    assert "is searching the catalog…" in asked.progress


async def test_every_tool_answers(asking: Asking) -> None:
    model = await asking.script(
        Calls(
            calls=[
                ("get_lineage", {"name": "orders", "direction": "downstream", "depth": 1}),
                ("get_health", {"names": ["shipments", "nope"]}),
                ("check_sql", {"sql": "select order_idd from orders"}),
                ("check_sql", {"sql": "select order_id from orders"}),
                ("search_catalog", {"query": "qqqqzz"}),
            ]
        ),
        Says(text=ANSWER),
    )
    await asking.ask(QUESTION)
    lineage, health, wrong, right, nothing = [
        message["content"] for message in model.requests[1]["messages"] if message["role"] == "tool"
    ]
    assert "1 away: orders_daily (mart model)" in lineage
    assert "shipments: not healthy" in health
    assert "nope: not in the catalog." in health
    assert wrong.startswith("- `order_idd` is no column of `orders`. Nearest: `order_id`, ")
    assert right == "All tables and columns exist."
    assert nothing


async def test_a_wrong_call_is_explained_to_the_model_instead_of_ending_the_turn(asking: Asking) -> None:
    model = await asking.script(
        Calls(calls=[("drop_table", {"name": "orders"}), ("get_nodes", '{"names": '), ("get_lineage", {"name": "x"})]),
        Says(text=ANSWER),
    )
    asked = await asking.ask(QUESTION)
    unknown, malformed, incomplete = [
        message["content"] for message in model.requests[1]["messages"] if message["role"] == "tool"
    ]
    assert unknown.startswith("There is no tool drop_table. There are: search_catalog, ")
    assert "do not fit get_nodes" in malformed
    assert "direction: Field required" in incomplete
    assert asked.answer.text == ANSWER


async def test_half_a_query_is_not_shown_and_half_an_answer_says_so(asking: Asking) -> None:
    half = '{"answer": "Use `orders`.", "use": "orders", "sql": "select count(*) from orders where order_id'
    await asking.script(Calls(calls=[("give_answer", half)]))
    asked = await asking.ask(QUESTION)
    assert (asked.answer.text, asked.answer.sql, asked.answer.confidence) == ("Use `orders`.", None, "inferred")
    assert "The language model stopped before its answer was complete." in asked.text


async def test_a_model_that_cannot_give_its_answer_alone_is_understood_at_the_limit(asking: Asking) -> None:
    both = Calls(calls=[("get_nodes", {"names": ["orders"]}), ("give_answer", {"answer": "Use `orders`."})])
    await asking.script(both, repeat_last=True, budget=Budget(model_calls=3))
    asked = await asking.ask(QUESTION)
    assert (asked.answer.text, asked.answer.path, asked.answer.model_calls) == ("Use `orders`.", "model", 3)
    assert "I stopped at my limit of steps" in asked.text


async def test_arguments_nested_too_deep_end_no_turn(asking: Asking) -> None:
    deep = '{"names": ' + "[" * 9_000 + "]" * 9_000 + "}"
    await asking.script(Calls(calls=[("get_nodes", deep)]), Says(text=ANSWER))
    assert (await asking.ask(QUESTION)).answer.text == ANSWER


async def test_a_template_without_a_place_for_instructions_gets_them_with_the_question(asking: Asking) -> None:
    def strict(body: Body) -> Step:
        if body["messages"][0]["role"] == "system":
            return Fails(status=400, message="System role not supported")
        return Says(text=ANSWER)

    model = await asking.script(strict, repeat_last=True)
    asked = await asking.ask(QUESTION)
    assert (asked.answer.text, asked.answer.model_calls) == (ANSWER, 2)
    assert model.requests[1]["messages"][0]["content"].startswith("You are Marty")
    assert QUESTION in model.requests[1]["messages"][0]["content"]


async def test_an_answer_of_megabytes_is_cut_and_says_so(asking: Asking) -> None:
    await asking.script(
        Says(text="Use `orders`. It has rows of `fct_blorps`. " * 100_000, pieces=500_000), repeat_last=True
    )
    asked = await asking.ask(QUESTION)
    assert len(asked.answer.text) <= 24_000
    assert "The language model stopped before its answer was complete." in asked.text


async def test_calls_without_ids_and_the_old_way_of_calling_are_understood(asking: Asking) -> None:
    await asking.script(
        Calls(calls=[("get_nodes", {"names": ["orders"]}), ("get_nodes", {"names": ["stg_orders"]})], ids=False),
        Says(text="", legacy_call=("search_catalog", '{"query": "sales"}')),
        Says(text='```json\n{"name": "get_health", "arguments": {"names": ["orders"]}}\n```'),
        Says(text=ANSWER),
    )
    asked = await asking.ask(QUESTION)
    assert (asked.answer.text, asked.answer.model_calls) == (ANSWER, 4)


async def test_a_model_that_never_stops_calling_tools_is_stopped(asking: Asking) -> None:
    def another(body: Body) -> Step:
        return Calls(calls=[("search_catalog", {"query": f"sales {len(body['messages'])}"})])

    model = await asking.script(another, repeat_last=True)
    asked = await asking.ask(QUESTION)
    assert len(model.requests) == asked.answer.model_calls == 6
    assert model.requests[-1]["tool_choice"] == "none"
    assert "This is the last step" in model.requests[-1]["messages"][-1]["content"]
    assert "The language model came to no answer within its limits" in asked.text
    assert asked.answer.path == "fallback"


async def test_at_the_limit_the_model_answers_with_what_it_has(asking: Asking) -> None:
    await asking.script(
        Calls(calls=[("get_nodes", {"names": ["orders"]})]), Says(text=ANSWER), budget=Budget(model_calls=2)
    )
    asked = await asking.ask(QUESTION)
    assert (asked.answer.text, asked.answer.path, asked.answer.model_calls) == (ANSWER, "model", 2)


async def test_a_budget_of_tokens_ends_the_turn(asking: Asking) -> None:
    model = await asking.script(
        Calls(calls=[("get_nodes", {"names": ["orders"]})], tokens=900), Says(text=ANSWER), budget=Budget(tokens=1_000)
    )
    asked = await asking.ask(QUESTION)
    assert model.requests[1]["tool_choice"] == "none"
    assert asked.answer.tokens == 1_020


async def test_the_same_call_twice_is_not_made_twice(asking: Asking) -> None:
    call = Calls(calls=[("get_nodes", {"names": ["orders"]})])
    model = await asking.script(call, call, Says(text=ANSWER))
    await asking.ask(QUESTION)
    results = [message["content"] for message in model.requests[2]["messages"] if message["role"] == "tool"]
    assert results[1].startswith("You called this before")


async def test_a_flood_of_calls_is_answered_in_part(asking: Asking) -> None:
    model = await asking.script(
        Calls(calls=[("get_health", {"names": [f"model_{place}"]}) for place in range(40)]), Says(text=ANSWER)
    )
    await asking.ask(QUESTION)
    results = [message["content"] for message in model.requests[1]["messages"] if message["role"] == "tool"]
    assert len(results) == 40
    assert results[-1].startswith("Not done")


async def test_tokens_are_unknown_once_a_reply_came_without_a_count(asking: Asking) -> None:
    await asking.script(Calls(calls=[("get_nodes", {"names": ["orders"]})]), Says(text=ANSWER, tokens=None))
    assert (await asking.ask(QUESTION)).answer.tokens is None


async def test_what_a_reasoning_model_thinks_aloud_is_not_shown(asking: Asking) -> None:
    await asking.script(Says(text=f"<think>The user wants `secret_model`. Hm.</think>\n\n{ANSWER}", pieces=3))
    asked = await asking.ask(QUESTION)
    assert asked.answer.text == ANSWER
    assert "secret" not in asked.streamed


async def test_the_model_may_say_that_the_catalog_has_no_answer(asking: Asking) -> None:
    await asking.script(Says(text="NO ANSWER: The catalog holds no weather. The nearest is `calendar`."))
    asked = await asking.ask("How was the weather on the days with most sales in the shop?")
    assert asked.answer.refused
    assert asked.answer.text == "The catalog holds no weather. The nearest is `calendar`."
    assert (asked.answer.confidence, asked.answer.trust) == (None, ())


async def test_a_model_that_forgets_how_to_say_so_is_understood(asking: Asking) -> None:
    await asking.script(Says(text="The weather is not mentioned anywhere in the catalog."))
    asked = await asking.ask("How was the weather on the days with most sales in the shop?")
    assert (asked.answer.refused, asked.answer.confidence) == (True, None)
