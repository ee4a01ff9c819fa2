"""What an earlier reading knows by its key is the same indeed, and what is the same is known."""

from pathlib import Path
from typing import Any

import pytest
from artifact_factories import artifact, entry, manifest

from knowledge.artifacts import parse_artifacts, split_keys
from knowledge.changes import compare, definitions
from knowledge.values import Artifacts
from tests.fakes.evolving import EvolvingProject

DUES, SHIPS, CALLS = "model.harbour.dues", "model.harbour.ships", "source.harbour.port.calls"
ALL = {DUES, SHIPS, CALLS}


def _parts() -> dict[str, dict[str, Any]]:
    """A manifest of three tables and their tests by unique_id, and a catalog."""
    return {
        DUES: entry(DUES, group="pier", depends_on={"nodes": [SHIPS]}, created_at=1.5, raw_code="select 1"),
        SHIPS: entry(SHIPS, columns={"id": {"name": "id"}}, created_at=1.5),
        CALLS: entry(CALLS, source_name="port"),
        "test.harbour.named": entry("test.harbour.named", attached_node=SHIPS, created_at=1.5),
        "test.harbour.of_ships": entry("test.harbour.of_ships", depends_on={"nodes": [DUES, SHIPS]}),
        "groups": {"group.harbour.pier": {"name": "pier", "owner": {"name": "Ada"}}},
        "catalog": {SHIPS: {"columns": {"ID": {"name": "ID", "type": "text"}}, "stats": {}}},
    }


def _parse(
    parts: dict[str, dict[str, Any]], known: frozenset[bytes] = frozenset(), version: str = "1.12.6"
) -> Artifacts:
    nodes = [part for name, part in parts.items() if "." in name]
    data = manifest(*nodes, metadata={"dbt_version": version}, groups=parts["groups"])
    return parse_artifacts(manifest=data, catalog=artifact("catalog", 1, nodes=parts["catalog"]), known=known)


def _same(parts: dict[str, dict[str, Any]], **facts: Any) -> frozenset[str]:
    return _parse(parts, _parse(_parts()).keys, **facts).same


def test_nothing_is_made_of_what_is_the_same() -> None:
    again = _parse(_parts(), _parse(_parts()).keys)
    assert again.same == ALL
    assert (again.nodes, again.tests) == ((), ())
    assert again.keys == _parse(_parts()).keys


@pytest.mark.parametrize(
    ("part", "change"),
    [
        (DUES, {"created_at": 2.5}),
        (DUES, {"raw_code": "select 2", "compiled_code": "select 2"}),
        ("test.harbour.named", {"created_at": 2.5}),
        ("catalog", {SHIPS: {"columns": {"ID": {"name": "ID", "type": "text"}}, "stats": {"rows": 5}}}),
    ],
)
def test_what_nobody_reads_does_not_matter(part: str, change: dict[str, Any]) -> None:
    parts = _parts()
    parts[part].update(change)
    assert _same(parts) == ALL


@pytest.mark.parametrize(
    ("part", "change", "differing"),
    [
        (DUES, {"description": "What ships owe."}, {DUES}),
        (SHIPS, {"meta": {"created_at": 3}}, {SHIPS}),
        (SHIPS, {"config": {"tags": ["x"]}}, {SHIPS}),
        ("test.harbour.named", {"config": {"severity": "warn"}}, {SHIPS}),
        ("test.harbour.named", {"config": {"enabled": False}}, {SHIPS}),
        ("test.harbour.named", {"attached_node": CALLS}, {SHIPS, CALLS}),
        (SHIPS, {"name": "boats"}, {SHIPS, DUES}),  # the singular test is about the other one now
        (SHIPS, {"config": {"enabled": False}}, {SHIPS, DUES}),
        ("groups", {"group.harbour.pier": {"name": "pier", "owner": {"name": "Bo"}}}, ALL),
        ("catalog", {SHIPS: {"columns": {"ID": {"name": "ID", "type": "int"}}}}, {SHIPS}),
        ("catalog", {CALLS: {"columns": {}}}, {CALLS}),
    ],
)
def test_all_that_a_value_is_made_of_matters_to_it_alone(
    part: str, change: dict[str, Any], differing: set[str]
) -> None:
    parts = _parts()
    parts[part].update(change)
    assert _same(parts) == ALL - differing


def test_another_generation_of_dbt_reads_all_anew() -> None:
    assert _same(_parts(), version="1.13.0") == ALL
    assert _same(_parts(), version="2.0.0") == frozenset()


def test_another_project_of_the_same_nodes_is_another() -> None:
    data = manifest(entry(SHIPS))
    known = parse_artifacts(manifest=data).keys
    assert parse_artifacts(manifest=data, known=known, environment="staging").same == frozenset()
    renamed = manifest(entry(SHIPS), metadata={"project_name": "port"})
    assert parse_artifacts(manifest=renamed, known=known).same == frozenset()


@pytest.mark.parametrize("part", [SHIPS, "catalog"])
def test_what_is_odd_is_told_each_time(part: str) -> None:
    parts = _parts()
    parts[part].update({"columns": 5} if part == SHIPS else {SHIPS: {"columns": 5}})
    again = _parse(parts, _parse(parts).keys)
    assert again.same == ALL - {SHIPS}
    assert len(again.oddities) == 1


def test_what_is_odd_now_is_not_what_it_was_without() -> None:
    known = parse_artifacts(manifest=manifest({"unique_id": SHIPS})).keys
    odd = parse_artifacts(manifest=manifest({"unique_id": SHIPS, "description": "All.", "config": 5}), known=known)
    assert [node.description for node in odd.nodes] == ["All."]


def test_keys_come_back_as_they_were_stored() -> None:
    keys = _parse(_parts()).keys
    assert split_keys(b"".join(keys)) == keys
    assert split_keys(b"") == frozenset()


@pytest.mark.parametrize("seed", [1, 2])
def test_however_a_project_evolves_what_is_known_is_as_it_was(seed: int, tmp_path: Path) -> None:
    project = EvolvingProject(seed)
    before, known, done, ever_same = {}, frozenset[bytes](), ["make"], 0
    for _ in range(60):
        project.write(tmp_path)
        whole, part = _read(tmp_path), _read(tmp_path, known)
        hashes = compare({}, definitions(whole), (), full=False).hashes
        assert {each: hashes[each] for each in part.same} == {each: before[each] for each in part.same}, done
        assert part.nodes == tuple(node for node in whole.nodes if node.unique_id not in part.same), done
        assert part.tests == tuple(test for test in whole.tests if test.node not in part.same), done
        others = [(each.project, each.results, each.oddities, each.keys) for each in (whole, part)]
        assert others[0] == others[1], done
        before, known, ever_same = hashes, whole.keys, ever_same + len(part.same)
        done = project.evolve()
    assert ever_same > 300


def _read(folder: Path, known: frozenset[bytes] = frozenset()) -> Artifacts:
    data = {path.stem: path.read_bytes() for path in folder.glob("*.json")}
    return parse_artifacts(
        manifest=data["manifest"], catalog=data["catalog"], run_results=[data["run_results"]], known=known
    )
