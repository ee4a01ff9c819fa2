"""dbt's node selection means here what it means to dbt, and what it cannot mean is refused."""

import pytest

from knowledge.hiding.selection import parse_selection
from knowledge.values import Node
from tests.fakes.artifacts import model, other, source_table

PAYMENTS = source_table("stripe", "payments", schema="RAW_PII", database="lake", path="models/raw/_stripe.yml")
STG = model(
    "stg_payments",
    path="models/staging/stripe/stg_payments.sql",
    tags=("pii", "nightly"),
    group="finance",
    access="private",
    materialized="view",
    schema="STAGING",
    depends_on=["source.shop.stripe.payments"],
)
ORDERS_1 = model("orders", path="models/marts/orders_v1.sql", version="1", latest_version="2", access="public")
ORDERS = model(
    "orders",
    path="models/marts/orders_v2.sql",
    version="2",
    latest_version="2",
    materialized="incremental",
    contract=True,
    meta={"contains": {"pii": True}, "teams": ["core", "data"]},
    depends_on=["stg_payments"],
)
DAILY = model("daily", path="models/marts/finance/daily.py", group="Finance", depends_on=["model.shop.orders.v2"])
BOARD = other("exposure", "board", path="models/marts/_exposures.yml", depends_on=["daily"])
REVENUE = other("metric", "revenue", path="models/marts/_metrics.yml", depends_on=["semantic_model.shop.orders_sem"])
SEMANTIC = other("semantic_model", "orders_sem", path="models/marts/_sem.yml", depends_on=["model.shop.orders.v2"])
SAVED = other("saved_query", "weekly", path="models/marts/_saved.yml", depends_on=["metric.shop.revenue"])
ELEMENTARY = model("alerts", package="elementary", unique_id="model.elementary.alerts", path="models/alerts.sql")
ALL = (PAYMENTS, STG, ORDERS_1, ORDERS, DAILY, BOARD, REVENUE, SEMANTIC, SAVED, ELEMENTARY)
NODES = {node.unique_id: node for node in ALL}
FQNS = {
    STG.unique_id: ("shop", "staging", "stripe", "stg_payments"),
    ORDERS.unique_id: ("shop", "marts", "orders", "v2"),
    ORDERS_1.unique_id: ("shop", "marts", "orders", "v1"),
}


def selected(text: str, nodes: dict[str, Node] | None = None) -> set[str]:
    selection = parse_selection(text)
    assert selection
    found = NODES if nodes is None else nodes
    return {
        found[unique_id].unique_id.split(".", 2)[2] for unique_id in frozenset().union(*selection.by_word(found, FQNS))
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tag:pii", {"stg_payments"}),
        ("tag:p*", {"stg_payments"}),
        ("tag:PII", {"stg_payments"}),
        ("tag:pi", set[str]()),
        ("group:finance", {"stg_payments", "daily"}),
        ("access:private", {"stg_payments"}),
        ("package:elementary", {"alerts"}),
        ("package:elem*", {"alerts"}),
        ("schema:raw_pii", {"stripe.payments"}),
        ("schema:*_PII", {"stripe.payments"}),
        ("database:LAKE", {"stripe.payments"}),
        ("resource_type:exposure", {"board"}),
        ("resource_type:s*", {"stripe.payments", "orders_sem", "weekly"}),
        ("path:models/staging", {"stg_payments"}),
        ("path:models/staging/", {"stg_payments"}),
        ("path:./models/staging/stripe/stg_payments.sql", {"stg_payments"}),
        ("path:models\\staging", {"stg_payments"}),
        ("path:models/*/stripe", {"stg_payments"}),
        ("path:models/stag", set[str]()),
        ("path:models/**/finance", {"daily"}),
        ("path:models/marts/*.py", set[str]()),
        ("path:models/marts/**/*.py", {"daily"}),
        ("models/staging", {"stg_payments"}),
        ("file:daily.py", {"daily"}),
        ("file:daily", {"daily"}),
        ("daily.py", {"daily"}),
        ("_stripe.yml", {"stripe.payments"}),
        ("source:stripe", {"stripe.payments"}),
        ("source:stripe.payments", {"stripe.payments"}),
        ("source:shop.stripe.payments", {"stripe.payments"}),
        ("source:str*.pay*", {"stripe.payments"}),
        ("source:payments", set[str]()),
        ("source:other.stripe.payments", set[str]()),
        ("exposure:board", {"board"}),
        ("exposure:shop.*", {"board"}),
        ("metric:revenue", {"revenue"}),
        ("semantic_model:orders_sem", {"orders_sem"}),
        ("saved_query:weekly", {"weekly"}),
        ("config.materialized:incremental", {"orders.v2"}),
        ("config.meta.contains.pii:true", {"orders.v2"}),
        ("config.meta.teams:core", {"orders.v2"}),
        ("config.meta.contains:pii", {"orders.v2"}),
        ("config.meta:teams", {"orders.v2"}),
        ("config.tags:nightly", {"stg_payments"}),
        ("config.contract.enforced:true", {"orders.v2"}),
        ("config.group:finance", {"stg_payments", "daily"}),
        ("version:latest", {"orders.v2"}),
        ("version:old", {"orders.v1"}),
        ("version:prerelease", set[str]()),
        ("name:orders", {"orders.v1", "orders.v2"}),
        ("name:ord*", {"orders.v1", "orders.v2", "orders_sem"}),
        ("name:stripe.payments", {"stripe.payments"}),
        ("name:[a-b]*", {"board", "alerts"}),
        ("name:m*", set[str]()),
        ("model.shop.st*", {"stg_payments"}),
        ("name:da?ly", {"daily"}),
    ],
)
def test_methods(text: str, expected: set[str]) -> None:
    assert selected(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stg_payments", {"stg_payments"}),
        ("STG_Payments", {"stg_payments"}),
        ("orders", {"orders.v1", "orders.v2"}),
        ("orders.v2", {"orders.v2"}),
        ("orders_v1", {"orders.v1"}),
        ("marts", {"orders.v1", "orders.v2", "daily", "board", "revenue", "orders_sem", "weekly"}),
        ("shop.marts.orders.v1", {"orders.v1"}),
        ("marts.orders.v1", {"orders.v1"}),
        ("staging.stripe", {"stg_payments"}),
        ("shop.staging.*", {"stg_payments"}),
        ("*.finance.*", {"daily"}),
        ("fqn:marts.finance.daily", {"daily"}),
        ("elementary", {"alerts"}),
        ("elementary.*", {"alerts"}),
        ("stg_*", {"stg_payments"}),
        ("*_payments", {"stg_payments"}),
        ("revenue", {"revenue"}),
        ("model.shop.daily", {"daily"}),
        ("stripe.payments", {"stripe.payments"}),
        ("finance.marts", set[str]()),
        ("payment", set[str]()),
    ],
)
def test_a_bare_word_is_a_name_or_a_fully_qualified_one(text: str, expected: set[str]) -> None:
    assert selected(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tag:pii package:elementary", {"stg_payments", "alerts"}),
        ("group:finance,tag:pii", {"stg_payments"}),
        ("group:finance,tag:pii exposure:board", {"stg_payments", "board"}),
        ("group:finance,tag:none", set[str]()),
        ("  tag:pii \n\t exposure:board ", {"stg_payments", "board"}),
        ("+orders.v2", {"stripe.payments", "stg_payments", "orders.v2"}),
        ("1+orders.v2", {"stg_payments", "orders.v2"}),
        ("0+orders.v2", {"orders.v2"}),
        ("source:stripe+1", {"stripe.payments", "stg_payments"}),
        ("stg_payments+", {"stg_payments", "orders.v2", "daily", "board", "orders_sem", "revenue", "weekly"}),
        ("1+stg_payments+1", {"stripe.payments", "stg_payments", "orders.v2"}),
        ("@daily", {"daily", "board", "orders.v2", "stg_payments", "stripe.payments"}),
        ("+board,tag:pii", {"stg_payments"}),
        ("+path:models/staging", {"stripe.payments", "stg_payments"}),
    ],
)
def test_set_and_graph_operators(text: str, expected: set[str]) -> None:
    assert selected(text) == expected


def test_a_cycle_ends() -> None:
    nodes = {node.unique_id: node for node in (model("a", depends_on=["b"]), model("b", depends_on=["a"]))}
    assert selected("+a+", nodes) == {"a", "b"}


def test_each_word_tells_what_it_means_alone() -> None:
    selection = parse_selection("tag:pii tag:misspelt")
    assert selection
    assert [len(found) for found in selection.by_word(NODES, FQNS)] == [1, 0]


@pytest.mark.parametrize("text", ["", "  \n "])
def test_nothing_is_no_selection(text: str) -> None:
    assert parse_selection(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("tagg:pii", "word 1 of the selection has the unknown method `tagg`; the known ones are access, "),
        ("tag:pii state:modified", "word 2 of the selection has the method `state`, which says nothing"),
        ("tag:", "has no value"),
        ("+", "has no value"),
        ("@", "has no value"),
        ("++", "has no value"),
        ("+@x", "where none can stand"),
        ("++x", "where none can stand"),
        ("x++", "where none can stand"),
        ("tag::pii", "where none can stand"),
        ("tag:pii,", "comma"),
        ("tag:pii, tag:hr", "comma"),
        (",tag:pii", "comma"),
        ("a,,b", "comma"),
        ("@orders+", "exclude each other"),
        ("name:x[ab", "bracket"),
        ("name:xab]", "bracket"),
        ("name:x[]", "bracket"),
        ('"tag:pii"', "quotes"),
        ("'tag:pii group:x'", "quotes"),
        ("--exclude tag:pii", "options"),
        ("(tag:pii)", "parentheses"),
        ("tag.x:pii", "has a key after `tag`"),
        ("config:x", "none of meta"),
        ("config.schema:audit", "none of meta"),
        ("config.enabled:true", "none of meta"),
        ("resource_type:test", "none of model, source"),
        ("access:privat", "none of private, protected, public"),
        ("version:newest", "none of latest"),
        ("package:this", "write the package's name"),
        ("source:a.b.c.d", "package, source and table"),
        ("metric:a.b.c", "package and name"),
        ("path:/", "leads out of the project"),
        ("path:../other", "leads out of the project"),
        ("test_type:generic", "says nothing about what a node is"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_a_sentence(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=r"^word \d+ of the selection ") as caught:
        parse_selection(text)
    assert reason in str(caught.value)


def test_a_refusal_does_not_repeat_the_value() -> None:
    with pytest.raises(ValueError, match="unknown method") as caught:
        parse_selection("tags:zebra")
    assert "zebra" not in str(caught.value)
