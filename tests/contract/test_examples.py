"""The committed sample project holds what the demo and its questions rely on, and no trace of who built it."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
PROJECT = EXAMPLES / "lanternfish"
ARTIFACTS = ("manifest", "catalog", "run_results", "sources", "semantic_manifest")

Artifact = dict[str, Any]


def load(name: str) -> Artifact:
    return json.loads((PROJECT / "target" / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def manifest() -> Artifact:
    return load("manifest")


@pytest.fixture(scope="module")
def models(manifest: Artifact) -> dict[str, Artifact]:
    return {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}


def results(status: str, kind: str) -> list[Artifact]:
    found = load("run_results")["results"]
    return [result for result in found if result["status"] == status and result["unique_id"].startswith(f"{kind}.")]


def test_about_25_models_lie_in_three_layers(models: dict[str, Artifact]) -> None:
    assert 20 <= len(models) <= 32
    assert {node["fqn"][1] for node in models.values()} == {"staging", "intermediate", "marts"}


def test_seeds_snapshot_and_other_ways_to_build_are_there(manifest: Artifact) -> None:
    kinds = [node["resource_type"] for node in manifest["nodes"].values()]
    assert (kinds.count("seed"), kinds.count("snapshot")) == (3, 1)
    built = {node["config"]["materialized"] for node in manifest["nodes"].values()}
    assert {"view", "table", "incremental", "ephemeral", "seed", "snapshot"} <= built


def test_exactly_one_test_warns_and_one_fails_and_one_model_is_skipped_for_it(manifest: Artifact) -> None:
    [warning], [failure], [skipped] = results("warn", "test"), results("fail", "test"), results("skipped", "model")
    nodes, children = manifest["nodes"], manifest["child_map"]
    assert nodes[warning["unique_id"]]["config"]["severity"].lower() == "warn"
    assert nodes[failure["unique_id"]]["config"]["severity"].lower() == "error"
    assert failure["failures"] > 0
    assert skipped["unique_id"] in children[nodes[failure["unique_id"]]["attached_node"]]


def test_the_results_are_those_of_the_build_and_cover_all_that_is_built(models: dict[str, Artifact]) -> None:
    run_results = load("run_results")
    assert run_results["args"]["which"] == "build"
    ephemeral = {key for key, node in models.items() if node["config"]["materialized"] == "ephemeral"}
    assert set(models) - ephemeral <= {result["unique_id"] for result in run_results["results"]}


def test_sources_are_fresh_stale_and_dead() -> None:
    statuses = {result["unique_id"]: result["status"] for result in load("sources")["results"]}
    assert statuses["source.lanternfish.shop.orders"] == "pass"
    assert statuses["source.lanternfish.roastery.roast_batches"] == "warn"
    assert statuses["source.lanternfish.ads.daily_spend"] == "error"


def test_every_source_has_freshness_rules(manifest: Artifact) -> None:
    assert all(source["freshness"]["warn_after"]["count"] for source in manifest["sources"].values())


def test_dashboards_and_groups_say_who_owns_them(manifest: Artifact) -> None:
    exposures, groups = manifest["exposures"].values(), manifest["groups"].values()
    assert len(exposures) >= 2
    assert len(groups) >= 3
    assert all(each["owner"]["name"] and each["owner"]["email"] for each in [*exposures, *groups])
    assert all(each["type"] == "dashboard" and each["url"].startswith("https://") for each in exposures)


def test_metrics_of_every_common_type_stand_on_semantic_models(manifest: Artifact) -> None:
    assert {metric["type"] for metric in manifest["metrics"].values()} >= {"simple", "ratio", "cumulative", "derived"}
    assert len(manifest["semantic_models"]) == len(load("semantic_manifest")["semantic_models"]) == 2
    assert manifest["saved_queries"]


def test_one_model_has_two_versions_and_the_second_is_the_latest(models: dict[str, Artifact]) -> None:
    versions = [node for node in models.values() if node["name"] == "customers"]
    assert {str(node["version"]) for node in versions} == {"1", "2"}
    assert {str(node["latest_version"]) for node in versions} == {"2"}


def test_a_deprecated_model_names_its_successor(models: dict[str, Artifact]) -> None:
    old = models["model.lanternfish.daily_sales"]
    assert date.fromisoformat(old["deprecation_date"][:10]) < date(2026, 11, 20)
    assert "orders_daily" in old["description"]


def test_one_model_keeps_an_enforced_contract(models: dict[str, Artifact]) -> None:
    contracted = [node for node in models.values() if node["contract"]["enforced"]]
    assert [node["name"] for node in contracted] == ["orders"]
    assert all(column["data_type"] for column in contracted[0]["columns"].values())


def test_two_models_have_no_description_and_all_others_a_good_one(models: dict[str, Artifact]) -> None:
    silent = {node["name"] for node in models.values() if not node["description"]}
    assert silent == {"int_customer_first_orders", "product_margins"}
    assert all(len(node["description"]) > 60 for node in models.values() if node["name"] not in silent)


def test_names_are_easily_mixed_up(models: dict[str, Artifact]) -> None:
    assert {"orders", "orders_daily", "stg_orders", "order_items"} <= {node["name"] for node in models.values()}


def test_some_columns_are_undocumented_and_most_of_the_marts_are_not(models: dict[str, Artifact]) -> None:
    catalog = load("catalog")["nodes"]
    marts = {key: node for key, node in models.items() if node["fqn"][1] == "marts" and node["description"]}
    described = sum(bool(column["description"]) for node in marts.values() for column in node["columns"].values())
    known = sum(len(catalog[key]["columns"]) for key in marts)
    assert 0.7 * known < described < known


def test_singular_generic_and_unit_tests_are_there(manifest: Artifact) -> None:
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    assert any(node.get("test_metadata") is None for node in tests)
    assert len(tests) > 50
    assert len(manifest["unit_tests"]) == 1


def test_doc_blocks_tags_and_meta_are_used(manifest: Artifact, models: dict[str, Artifact]) -> None:
    assert len(manifest["docs"]) > 5
    assert any(node["tags"] for node in models.values())
    assert any(node["config"]["meta"] for node in models.values())


def test_the_catalog_covers_everything_that_has_a_table(manifest: Artifact) -> None:
    catalog = load("catalog")
    tables = {
        key
        for key, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "seed", "snapshot") and node["config"]["materialized"] != "ephemeral"
    }
    assert set(catalog["nodes"]) == tables
    assert set(catalog["sources"]) == set(manifest["sources"])


def test_every_model_carries_its_compiled_code(models: dict[str, Artifact]) -> None:
    assert all(node["compiled_code"] for node in models.values())
    assert not any("{{" in node["compiled_code"] for node in models.values())


def test_nothing_foreign_is_in_the_manifest(manifest: Artifact) -> None:
    for part in ("nodes", "sources", "macros", "docs"):
        assert {each["package_name"] for each in manifest[part].values()} == {"lanternfish"}


@pytest.mark.parametrize("name", ARTIFACTS)
def test_no_artifact_tells_which_machine_wrote_it(name: str) -> None:
    artifact = load(name)
    text = json.dumps(artifact)
    assert not re.search(r'"(/|[A-Za-z]:\\\\)(home|root|Users|work|tmp|var|opt|private|mnt)\b', text)
    assert not re.search(r"/(home|root|Users|tmp|site-packages)/|localhost|127\.0\.0\.1", text)
    assert not artifact.get("metadata", {}).get("env")
    assert not artifact.get("metadata", {}).get("user_id")
    assert "root_path" not in text


def test_e_mail_and_web_addresses_lead_nowhere() -> None:
    text = "".join((PROJECT / "target" / f"{name}.json").read_text(encoding="utf-8") for name in ARTIFACTS)
    hosts = {*re.findall(r"[\w.]@([\w.-]+)", text), *re.findall(r"https?://([\w.-]+)", text)} - {"schemas.getdbt.com"}
    assert hosts
    assert all(host.endswith(".example") for host in hosts)


def test_the_sample_stays_small() -> None:
    assert (PROJECT / "lanternfish.duckdb").stat().st_size < 2_000_000
    assert sum((PROJECT / "target" / f"{name}.json").stat().st_size for name in ARTIFACTS) < 1_000_000
    assert b"DUCK" in (PROJECT / "lanternfish.duckdb").read_bytes()[:32]


def test_there_are_three_questions_to_try() -> None:
    assert len((EXAMPLES / "questions.txt").read_text(encoding="utf-8").splitlines()) == 3


def test_every_measured_question_is_answered_by_nodes_that_exist(manifest: Artifact) -> None:
    parts = ("nodes", "sources", "metrics", "exposures", "saved_queries")
    known = {unique_id for part in parts for unique_id in manifest[part]}
    lines = (EXAMPLES / "eval.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line) for line in lines]
    assert len({question["id"] for question in questions}) == len(questions) >= 50
    assert all(question["question"] and set(question["gold_unique_ids"]) <= known for question in questions)
    assert all(bool(each["gold_unique_ids"]) == each.get("answerable", True) for each in questions)


def test_the_measured_questions_are_of_many_sorts() -> None:
    lines = (EXAMPLES / "eval.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line) for line in lines]
    kinds = {unique_id.partition(".")[0] for each in questions for unique_id in each["gold_unique_ids"]}
    assert kinds == {"model", "metric", "exposure", "saved_query", "seed", "snapshot", "source"}
    assert sum(not each.get("answerable", True) for each in questions) >= 10
