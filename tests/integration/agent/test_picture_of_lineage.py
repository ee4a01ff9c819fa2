"""An answer about lineage carries it as a graph, drawn or not."""

from collections.abc import Sequence

import pytest

from agent.values import Graph
from knowledge import Database, OfflineEmbedder, Refresher
from tests.fakes.artifacts import FakeSource, check, data_test, model, other, result, source_table
from tests.fakes.openai import Calls, Says, Scripted
from tests.integration.agent.asking import Asking

FAILING = data_test("orders", "not_null", "order_id")
SHOP = FakeSource(
    [
        source_table("erp", "orders"),
        source_table("crm", "people"),
        model("stg_orders", layer="staging", depends_on=["source.shop.erp.orders"]),
        model("secret_people", layer="staging", depends_on=["source.shop.crm.people"]),
        model("orders", layer="mart", depends_on=["stg_orders", "secret_people"]),
        other("exposure", "board", depends_on=["orders"]),
    ],
    stamped="1",
    tests=[FAILING],
    results=[result("orders"), result("stg_orders"), result(FAILING.unique_id, "fail", failures=3)],
    freshness=[check("erp", "orders", "warn")],
)


def _states(graph: Graph | None) -> dict[str, str]:
    return {node.name: node.state for node in graph.nodes} if graph else {}


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("what feeds mrr_movements?", {"mrr_movements", "int_subscription_months", "subscription_plans"}),
        ("what uses mrr_movements?", {"mrr_movements", "mrr_monthly"}),
        ("lineage of mrr_movements", {"mrr_movements", "int_subscription_months", "mrr_monthly"}),
        ("what breaks if I drop mrr_movements?", {"mrr_movements", "mrr_monthly"}),
    ],
)
async def test_questions_about_lineage_have_a_graph(asking: Asking, question: str, names: set[str]) -> None:
    answer = (await asking.ask(question)).answer
    assert answer.graph is not None
    assert names <= {node.name for node in answer.graph.nodes}
    asked = next(node for node in answer.graph.nodes if node.key == answer.graph.asked)
    assert asked.name == "mrr_movements"


@pytest.mark.parametrize("question", ["who owns orders?", "is shipments healthy?", "what feeds refill.subscriptions?"])
async def test_other_answers_have_none(asking: Asking, question: str) -> None:
    assert (await asking.ask(question)).answer.graph is None


LOOKS_UP = Calls(calls=[("get_lineage", {"name": "`orders`", "direction": "upstream", "depth": 1})])
TELLS = Says(text="`orders` is built from `stg_orders`.")
HOW = "please walk me through how things end up in our orders: on what does it all depend, and why so?"


async def test_what_a_model_tells_of_the_lineage_has_the_same_picture(asking_about: Asking) -> None:
    await asking_about.load(SHOP)
    own = (await asking_about.ask("what feeds orders?")).answer.graph
    await asking_about.script(LOOKS_UP, TELLS)
    answer = (await asking_about.ask(HOW, thread="new")).answer
    assert (answer.path, answer.graph) == ("model", own)


@pytest.mark.parametrize(
    ("question", "steps"),
    [
        (
            "which of our tables would you rather take for a forecast of next summer's sales, and why?",
            (LOOKS_UP, TELLS),
        ),
        (HOW, (TELLS,)),
        (HOW, (LOOKS_UP, Says(text="Look at `board`."))),
        (HOW, (LOOKS_UP, Says(text="NO ANSWER: `orders` does not say."))),
        (HOW, (Calls(calls=[("get_lineage", {"name": "orders", "direction": "sideways"})]), TELLS)),
        (HOW, (Calls(calls=[("get_lineage", "{")]), TELLS)),
    ],
    ids=["not asked for", "not looked up", "of another", "refused", "no direction", "no arguments"],
)
async def test_other_answers_of_a_model_have_none(
    asking_about: Asking, question: str, steps: Sequence[Scripted]
) -> None:
    await asking_about.load(SHOP)
    await asking_about.script(*steps)
    answer = (await asking_about.ask(question)).answer
    assert (answer.path, answer.graph) == ("model", None)


async def test_failing_tables_and_late_sources_are_marked_and_what_is_behind_them_is_not(asking_about: Asking) -> None:
    await asking_about.load(SHOP)
    graph = (await asking_about.ask("lineage of orders")).answer.graph
    assert _states(graph) == {
        "orders": "failing", "stg_orders": "ok", "secret_people": "ok", "erp.orders": "late", "crm.people": "ok",
        "board": "ok",
    }  # fmt: skip


async def test_a_hidden_node_is_in_it_without_its_name(
    asking_about: Asking, database: Database, embedder: OfflineEmbedder
) -> None:
    asking_about.refresher = Refresher(database, embedder, exclude="secret_people")
    await asking_about.load(SHOP)
    graph = (await asking_about.ask("lineage of orders")).answer.graph
    assert _states(graph).keys() == {"orders", "stg_orders", "hidden model", "erp.orders", "crm.people", "board"}
    assert "secret" not in str(graph)
