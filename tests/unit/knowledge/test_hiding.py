"""What must not be known leaves the artifacts, and nothing that stays tells of it."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from knowledge.hiding.hide import hide, opaque_id
from knowledge.hiding.selection import parse_selection
from knowledge.values import Artifacts, Column, DataTest, Freshness, HiddenNode, Node, Oddity, Project, RunResult
from tests.fakes.artifacts import NOON, model, other, source_table

KEY = b"0123456789abcdef"
HIDE: dict[str, Any] = {"marty": {"hide": True}}
SALARY = Column(name="Salary_Eur", description="Marked zebra_note.", hidden=True)


def artifacts(*nodes: Node, **parts: Any) -> Artifacts:
    return Artifacts(project=Project(name="shop"), nodes=nodes, **parts)


def hidden(*nodes: Node, exclude: str = "", **parts: Any) -> Artifacts:
    return hide(artifacts(*nodes, **parts), parse_selection(exclude), KEY)


def names(found: Artifacts) -> list[str]:
    return [node.name for node in found.nodes]


def run(unique_id: str, message: str | None = None) -> RunResult:
    return RunResult(unique_id=unique_id, status="error", completed_at=NOON, message=message)


def told(found: Artifacts) -> str:
    """All that could be stored, in lower case."""
    return msgspec.json.encode(found).decode().lower()


ZEBRA = model("zebra_pay", "Zebra pay.", tags=("zebra_tag",), schema="zebra_hr", path="models/zebra_dir/zebra_pay.sql")


@pytest.mark.parametrize("meta", [HIDE, {"marty": {"hide": "True"}}, {"marty.hide": True}])
def test_meta_hides_a_node(meta: dict[str, Any]) -> None:
    assert names(hidden(model("a", meta=meta), model("b"))) == ["b"]


def test_an_ordinary_word_that_many_texts_have_stays_although_a_hidden_node_is_called_so() -> None:
    many = [model(f"m{n}", "About the payroll.") for n in range(3)]
    found = hidden(model("payroll"), *many, exclude="payroll")
    assert {node.description for node in found.nodes} == {"About the payroll."}
    found = hidden(model("payroll"), *many[:2], exclude="payroll")
    assert {node.description for node in found.nodes} == {"About the [hidden]."}


def test_a_semantic_model_is_hidden_with_its_model_and_a_metric_on_it_is_not() -> None:
    people = other("semantic_model", "people", columns=["salary"], depends_on=["model.shop.zebra_pay"])
    paid = other("metric", "paid", depends_on=[people.unique_id])
    found = hidden(ZEBRA, people, paid, model("b"), exclude="zebra_pay")
    assert names(found) == ["paid", "b"]


@pytest.mark.parametrize("meta", [{}, {"marty": {"hide": False}}, {"marty": {"hide": "no"}}, {"hide": True}])
def test_other_meta_hides_nothing(meta: dict[str, Any]) -> None:
    assert names(hidden(model("a", meta=meta))) == ["a"]


def test_the_selection_hides_nodes_and_their_number_is_told() -> None:
    found = hidden(ZEBRA, model("a", meta=HIDE), model("b"), exclude="tag:zebra_tag")
    assert names(found) == ["b"]
    assert found.project.hidden == len(found.hidden) == 2


def test_without_any_rule_the_artifacts_are_the_same() -> None:
    given = artifacts(model("a", columns=["x"]), oddities=(Oddity(where="model.shop.odd", reason="is odd"),))
    assert hide(given, None, KEY) is given


def test_lineage_passes_through_a_hidden_node_under_an_opaque_name() -> None:
    found = hidden(
        source_table("erp", "raw", meta=HIDE),
        model("zebra", meta=HIDE, depends_on=["source.shop.erp.raw", "open"]),
        model("open"),
        model("child", depends_on=["zebra", "open"]),
    )
    raw, zebra = opaque_id("source.shop.erp.raw", KEY), opaque_id("model.shop.zebra", KEY)
    assert set(found.hidden) == {
        HiddenNode(unique_id=raw, kind="source"),
        HiddenNode(unique_id=zebra, kind="model", depends_on=tuple(sorted([raw, "model.shop.open"]))),
    }
    assert found.nodes[1].depends_on == tuple(sorted([zebra, "model.shop.open"]))
    assert "zebra" not in told(found)


def test_an_opaque_name_is_short_steady_and_different_under_another_key() -> None:
    name = opaque_id("model.shop.zebra", KEY)
    assert name == opaque_id("model.shop.zebra", KEY)
    assert len(name) == len("hidden.") + 20
    assert name != opaque_id("model.shop.zebra", b"another")


def test_tests_results_and_freshness_of_hidden_nodes_leave() -> None:
    def test(name: str, node: str, *parents: str) -> DataTest:
        ids = tuple(f"model.shop.{parent}" for parent in (node, *parents))
        return DataTest(unique_id=f"test.shop.{name}", name=name, node=f"model.shop.{node}", parents=ids)

    tests = (test("t1", "zebra_pay"), test("t2", "open", "zebra_pay"), test("t3", "open"))
    found = hidden(
        ZEBRA,
        model("open"),
        source_table("zebra", "raw"),
        exclude="zebra_pay source:zebra",
        tests=tests,
        results=tuple(map(run, ["model.shop.zebra_pay", "model.shop.open", "test.shop.t1", "test.shop.t3"])),
        freshness=(Freshness(unique_id="source.shop.zebra.raw", status="pass"),),
    )
    assert [test.unique_id for test in found.tests] == ["test.shop.t3"]
    assert [result.unique_id for result in found.results] == ["model.shop.open", "test.shop.t3"]
    assert found.freshness == ()
    assert "zebra" not in told(found)


def test_a_hidden_column_leaves_with_its_tests_whatever_its_case() -> None:
    pay = model("pay", columns=[SALARY, "salary_eur", "id"])
    on_column = DataTest(unique_id="test.shop.a", name="unique", node=pay.unique_id, column="SALARY_EUR")
    on_node = DataTest(unique_id="test.shop.b", name="rows", node=pay.unique_id)
    together = DataTest(unique_id="test.shop.c", name="unique", node=pay.unique_id, column="id, Salary_Eur")
    found = hidden(pay, tests=(on_column, on_node, together), results=(run("test.shop.a"), run("test.shop.b")))
    assert [column.name for column in found.nodes[0].columns] == ["id"]
    assert [test.unique_id for test in found.tests] == ["test.shop.b"]
    assert [result.unique_id for result in found.results] == ["test.shop.b"]
    assert found.project.hidden == 0
    assert "salary" not in told(found)


@pytest.mark.parametrize(("key", "left"), [(("id", "salary_eur"), ()), (("id || Salary_Eur",), ()), (("id",), ("id",))])
def test_a_unique_key_that_names_a_hidden_column_leaves(key: tuple[str, ...], left: tuple[str, ...]) -> None:
    [node] = hidden(model("pay", columns=[SALARY, "id"], unique_key=key)).nodes
    assert node.unique_key == left


def test_elements_of_a_semantic_model_that_rest_on_a_hidden_column_leave() -> None:
    elements = [
        Column(name="salary_eur", data_type="categorical dimension"),
        Column(name="paid", data_type="measure: sum(salary_eur)"),
        Column(name="person", data_type="primary entity on SALARY_EUR"),
        Column(name="hired", data_type="time dimension on hired_at"),
    ]
    semantic = other("semantic_model", "people", columns=elements, depends_on=["pay"])
    elsewhere = other("semantic_model", "others", columns=elements, depends_on=["open"])
    found = hidden(model("pay", columns=[SALARY]), semantic, elsewhere, model("open", columns=["salary_eur"]))
    assert [[column.name for column in node.columns] for node in found.nodes[1:3]] == [
        ["hired"],
        ["salary_eur", "paid", "person", "hired"],
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Built from zebra_pay, see ZEBRA_PAY.", "Built from [hidden], see [hidden]."),
        ("Joins model.shop.zebra_pay and x", "Joins [hidden] and x"),
        ('from "db"."zebra_hr"."zebra_pay" p', "from [hidden] p"),
        ("{{ ref('zebra_pay') }}", "{{ ref('[hidden]') }}"),
        ("zebra_pay's rows; zebra_pays stay", "[hidden]'s rows; zebra_pays stay"),
        ("zebra_pay.amount_x or zebra_pay.id", "[hidden] or [hidden].id"),
        ("in the schema zebra_hr with zebra_tag", "in the schema [hidden] with [hidden]"),
        ("models/zebra_dir/x.sql", "models/[hidden]/x.sql"),
        ("The payroll of all, `payroll` and ref('payroll')", "The [hidden] of all, `[hidden]` and ref('[hidden]')"),
        ('the "payroll numbers" of hr.payroll', 'the "[hidden] numbers" of [hidden]'),
        ("orders_daily is open", "orders_daily is open"),
        ("weekly-zebra is a source-table", "[hidden] is a source-table"),
        ("See the Zebra Pay Board.", "See the [hidden]."),
    ],
)
def test_texts_of_visible_things_do_not_name_hidden_ones(text: str, expected: str) -> None:
    visible = model(
        "open",
        text,
        label=text,
        loader=text,
        meta={"notes": [text, 1], text: {"x": text}},
        columns=[Column(name="id", description=text), "orders_daily"],
    )
    found = hidden(
        replace(ZEBRA, relation='"db"."zebra_hr"."zebra_pay"', columns=(Column(name="amount_x"),), meta=HIDE),
        model("payroll", meta=HIDE, schema="hr"),
        model("orders_daily", meta=HIDE),
        source_table("erp", "weekly-zebra", meta=HIDE),
        other("exposure", "board", meta=HIDE, label="Zebra Pay Board"),
        visible,
        results=(run(visible.unique_id, text),),
    )
    [node] = found.nodes
    assert {node.description, node.label, node.loader, node.columns[0].description} == {expected}
    assert node.meta == {"notes": [expected, 1], expected: {"x": expected}}
    assert found.results[0].message == expected


def test_an_address_that_names_something_hidden_is_dropped() -> None:
    board = other("exposure", "board", url="https://bi.example/zebra_pay")
    dues = other("exposure", "dues", url="https://bi.example/dues")
    assert [node.url for node in hidden(ZEBRA, board, dues, exclude="zebra_pay").nodes] == [
        None,
        "https://bi.example/dues",
    ]


def test_in_an_expression_every_word_is_a_name() -> None:
    semantic = other("semantic_model", "sem", columns=[Column(name="x", data_type="measure: sum(bonus)")])
    metric = other("metric", "m", expression="sum(bonus) / revenue where payroll__region = 'x' and sum > 1")
    secret = model("payroll", columns=["bonus", "sum"], meta=HIDE)
    found = hidden(secret, semantic, metric, model("revenue"))
    assert found.nodes[0].columns[0].data_type == "measure: sum([hidden])"
    assert found.nodes[1].expression == "sum([hidden]) / revenue where [hidden] = 'x' and sum > 1"


def test_a_name_that_something_visible_has_too_stays() -> None:
    visible = model("open", "By order_id and zebra_pay.", columns=["order_id"])
    secret = model("zebra_pay", columns=["order_id"], meta=HIDE)
    twin = source_table("erp", "zebra_pay")
    assert hidden(secret, visible, twin).nodes[0].description == "By order_id and zebra_pay."


def test_a_test_whose_id_tells_of_something_hidden_keeps_its_state_under_an_opaque_one() -> None:
    combination = DataTest(
        unique_id="test.shop.unique_combination_of_columns_pay_id__salary_eur.0af3",
        name="unique_combination_of_columns",
        node="model.shop.pay",
    )
    singular = DataTest(unique_id="test.shop.assert_salary_eur_positive", name="assert_salary_eur_positive", node="x")
    message = "Error in test unique_combination_of_columns_pay_id__salary_eur (pay.yml): SALARY_EUR is not unique_id"
    found = hidden(
        model("pay", columns=[SALARY, "id"]),
        tests=(combination, singular),
        results=(run(combination.unique_id, message),),
    )
    assert found.results[0].message == "Error in test [hidden] (pay.yml): [hidden] is not unique_id"
    assert found.tests[0].unique_id == found.results[0].unique_id == opaque_id(combination.unique_id, KEY)
    assert [test.name for test in found.tests] == ["unique_combination_of_columns", "[hidden]"]
    assert "salary" not in told(found)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("model.shop.zebra_odd", "model.[hidden]"),
        ("catalog.json model.shop.zebra_odd", "catalog.json model.[hidden]"),
        ("source.shop.erp.Zebra Odd", "source.[hidden]"),
        ("test.shop.not_null_zebra", "test.[hidden]"),
        ("catalog.json model.shop.open", "catalog.json model.shop.open"),
        ("run_results.json[3]", "run_results.json[3]"),
        ("manifest.json.gz", "manifest.json.gz"),
        ("sources", "sources"),
    ],
)
@pytest.mark.parametrize("exclude", ["tag:zebra_tag", "name:open,tag:none"])
def test_what_could_not_be_read_is_reported_without_its_name_while_there_is_a_rule(
    where: str, expected: str, exclude: str
) -> None:
    found = hidden(ZEBRA, model("open"), exclude=exclude, oddities=(Oddity(where=where, reason="is odd"),))
    assert found.oddities[-1] == Oddity(where=expected, reason="is odd")


def test_an_oddity_does_not_name_what_is_hidden() -> None:
    odd = Oddity(where="catalog.json", reason='is incomplete: no access to "hr"."zebra_pay"')
    [found] = hidden(ZEBRA, exclude="zebra_pay", oddities=(odd,)).oddities
    assert found.reason == 'is incomplete: no access to "hr"."[hidden]"'


def test_a_word_of_the_selection_that_matches_nothing_is_reported_without_the_word() -> None:
    [odd] = hidden(ZEBRA, exclude="zebra_pay tag:zebras").oddities
    assert odd == Oddity(where="CATALOG_EXCLUDE", reason="has a word, number 2, that matches nothing here")


def test_fully_qualified_names_of_hidden_nodes_leave_too() -> None:
    fqns = {"model.shop.zebra_pay": ("shop", "zebra_pay"), "model.shop.open": ("shop", "open")}
    assert hidden(ZEBRA, model("open"), exclude="tag:zebra_tag", fqns=fqns).fqns == {
        "model.shop.open": ("shop", "open")
    }


@pytest.mark.parametrize(
    "exclude",
    [
        "tag:zebra_tag",
        "group:zebra_group",
        "path:models/zebra_dir",
        "package:zebra_package",
        "schema:ZEBRA_HR",
        "name:zebra*",
        "access:private",
        "resource_type:model,name:*pay",
        "fqn:*.zebra_dir.*",
        "config.meta.zebra_key:true",
        "zebra_pay",
        "1+exposure:board,resource_type:model",
    ],
)
def test_no_selector_leaves_a_trace(exclude: str) -> None:
    secret = replace(ZEBRA, group="zebra_group", package="zebra_package", access="private", meta={"zebra_key": True})
    board = other(
        "exposure",
        "board",
        "Shows zebra_pay.",
        depends_on=["zebra_pay"],
        meta={"from": "models/zebra_dir/zebra_pay.sql"},
    )
    found = hidden(secret, board, exclude=exclude, results=(run(board.unique_id, "no relation zebra_hr.zebra_pay"),))
    assert names(found) == ["board"]
    assert "zebra" not in told(found)
