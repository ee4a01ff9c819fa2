"""What is hidden is in no answer, no tool result, no prompt and no table, and what rests on it is still told."""

import json
from dataclasses import replace

import pytest

from agent.view import answer_to_json
from knowledge import Column, Database, OfflineEmbedder, Owner, Refresher
from knowledge.values import Oddity
from tests.fakes.artifacts import FakeSource, check, data_test, model, other, result, source_table
from tests.fakes.openai import Calls, Says
from tests.integration.agent.asking import Asked, Asking

MARKER = "zebra"
HIDE = {"marty": {"hide": True}}
PAY = replace(
    model("zebra_pay", "Pay of zebra people.", columns=["zebra_id", "amount"], layer="mart", group="zebra_group"),
    schema="zebra_hr",
    package="zebra_package",
    path="models/zebra_dir/zebra_pay.sql",
    tags=("zebra_tag",),
    access="private",
    materialized="zebra_table",
    owner=Owner(name="Zebra team"),
    depends_on=("source.shop.zebra_src.raw", "model.shop.people"),
)
RAW = source_table("zebra_src", "raw", "Zebra rows.", columns=["zebra_id"], meta=HIDE)
OPEN_TEXT = "One row per payment, built from zebra_pay (see model.shop.zebra_pay, zebra_hr.zebra_pay)."
NODES = [
    PAY,
    RAW,
    source_table("crm", "people", "People."),
    model(
        "people", "One row per person.", columns=["person_id"], depends_on=["source.shop.crm.people"], layer="staging"
    ),
    model(
        "payments",
        OPEN_TEXT,
        columns=[
            Column(name="payment_id", description="Key, as in zebra_pay.zebra_id."),
            Column(name="Zebra_Iban", description="Account.", hidden=True),
        ],
        depends_on=["zebra_pay"],
        meta={"notes": "from zebra_pay"},
        layer="mart",
    ),
    other("exposure", "payday", "Shows zebra_pay.", depends_on=["zebra_pay", "payments"], label="Payday"),
    other("metric", "paid", "Paid.", depends_on=["zebra_pay"], expression="sum(zebra_pay.amount) by zebra_id"),
]
FAILING = data_test("payments", "not_null", "payment_id")
SOURCE = FakeSource(
    NODES,
    stamped="1",
    tests=[
        FAILING,
        data_test("zebra_pay", "unique", "zebra_id"),
        data_test("payments", "unique", "zebra_iban"),
        replace(data_test("payments", "relationships_zebra_pay", "payment_id"), parents=(PAY.unique_id,)),
        data_test("payments", "assert_zebra_iban_is_valid", None),
    ],
    results=[
        result("payments", "error", message='relation "zebra_hr"."zebra_pay" is gone'),
        result("zebra_pay", message="zebra"),
        result(FAILING.unique_id, "fail", failures=3),
    ],
    freshness=[check("zebra_src", "raw", "error"), check("crm", "people")],
    oddities=[Oddity(where="model.shop.zebra_odd", reason="is odd")],
)
RULES = [
    "tag:zebra_tag",
    "group:zebra_group",
    "path:models/zebra_dir",
    "package:zebra_package",
    "schema:zebra_*",
    "name:*zebra*",
    "fqn:zebra_package.*",
    "access:private",
    "source:crm+2,resource_type:model,zebra_pay",
]
QUESTIONS = [
    "what feeds payments?",
    "what feeds the payday dashboard?",
    "lineage of payments",
    "what uses people?",
    "what uses crm.people?",
    "what is payments?",
    "what columns does payments have?",
    "is payments healthy?",
    "what tests does payments have?",
    "who owns payments?",
    "what is the paid metric?",
    "what is payday?",
    "which model should I use for payments of people?",
]


@pytest.fixture
async def asking_hidden(asking_about: Asking, database: Database, embedder: OfflineEmbedder) -> Asking:
    asking_about.refresher = Refresher(database, embedder, exclude="tag:zebra_tag")
    await asking_about.load(SOURCE)
    return asking_about


def _shown(asked: Asked) -> str:
    parts = [json.dumps(answer_to_json(asked.answer)), str(asked.answer.graph), asked.streamed, *asked.progress]
    return "\n".join([*parts, *(f"{each.unique_id} {each.name} {each.url}" for each in asked.answer.citations)])


@pytest.mark.parametrize("question", QUESTIONS)
async def test_no_answer_names_it(asking_hidden: Asking, question: str) -> None:
    shown = _shown(await asking_hidden.ask(question)).lower()
    assert MARKER not in shown
    assert "hidden." not in shown


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("what feeds payments?", "`payments` is fed by one hidden model."),
        ("what feeds payments?", "comes from `crm.people` and one hidden source."),
        ("what uses people?", "`people` is used by one hidden model."),
        ("what uses people?", "reaches `payments` and metric `paid`"),
        ("what uses people?", "What people see of it: `payday`"),
        ("what feeds payday?", "`payday` is fed by `payments` and one hidden model."),
    ],
)
async def test_lineage_goes_on_beyond_it(asking_hidden: Asking, question: str, said: str) -> None:
    assert said in (await asking_hidden.ask(question)).text


async def test_an_answer_rests_on_visible_nodes_only(asking_hidden: Asking) -> None:
    answer = (await asking_hidden.ask("what feeds payments?")).answer
    assert set(answer.nodes) == {"model.shop.payments", "model.shop.people", "source.shop.crm.people"}


async def test_no_prompt_and_no_tool_result_names_it(asking_hidden: Asking) -> None:
    server = await asking_hidden.script(
        Calls(
            calls=[
                ("get_lineage", {"name": "payments", "direction": "upstream", "depth": 9}),
                ("get_lineage", {"name": "people", "direction": "downstream", "depth": 9}),
                ("get_nodes", {"names": ["payments", "paid", "payday"]}),
                ("get_health", {"names": ["payments"]}),
                ("search_catalog", {"query": "pay of people"}),
                ("check_sql", {"sql": "select * from payments"}),
            ]
        ),
        Says(text="Use `payments`."),
    )
    asked = await asking_hidden.ask("How do I sum what was paid per month and country, and on which date?")
    sent = json.dumps([request["messages"] for request in server.requests]).lower()
    assert MARKER not in sent + _shown(asked).lower()
    assert "hidden." not in sent
    results = [message["content"] for message in server.requests[1]["messages"] if message["role"] == "tool"]
    assert results[0].split("\n") == [
        "- 1 away: one hidden model",
        "- 2 away: people (staging model): One row per person.",
        "- 2 away: one hidden source",
        "- 3 away: crm.people (source): People.",
    ]


@pytest.mark.parametrize("exclude", RULES)
async def test_no_rule_leaves_it_anywhere_in_the_database(
    database: Database, embedder: OfflineEmbedder, exclude: str
) -> None:
    outcome = await Refresher(database, embedder, exclude=exclude).refresh(SOURCE)
    assert outcome
    assert outcome.status == "changed"
    assert await _tables_with(database, MARKER) == set()
    assert MARKER not in str(outcome)


async def _tables_with(database: Database, word: str) -> set[str]:
    rows = await database.fetch("select tablename from pg_tables where schemaname = current_schema()")
    found: set[str] = set()
    for table in (row["tablename"] for row in rows):
        texts = await database.fetch(f'select lower(row_to_json("{table}")::text) as text from "{table}"')  # pyright: ignore[reportArgumentType]
        found |= {table for row in texts if word in row["text"]}
    return found
