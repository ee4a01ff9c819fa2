"""Catalogs that are partial, empty or broken."""

import gzip
import json

import pytest
from artifact_factories import artifact, entry, manifest

from knowledge.artifacts import parse_artifacts

NODES = (entry("model.harbour.dues"), entry("model.harbour.ships"), entry("source.harbour.port.calls"))
TABLE = {"columns": {"ID": {"name": "ID", "index": 1, "type": "NUMBER"}}}


def known(catalog: bytes) -> set[str]:
    artifacts = parse_artifacts(manifest=manifest(*NODES), catalog=catalog)
    assert len(artifacts.nodes) == 3
    return {node.name for node in artifacts.nodes if node.columns_known}


def test_a_partial_catalog_makes_known_what_it_has_and_nothing_else() -> None:
    catalog = artifact("catalog", 1, nodes={"model.harbour.dues": TABLE}, sources={"source.harbour.port.calls": TABLE})
    assert known(catalog) == {"dues", "calls"}


def test_an_empty_catalog_makes_nothing_known_but_its_time() -> None:
    catalog = artifact("catalog", 1, nodes={}, sources={}, errors=None)
    assert known(catalog) == set()
    artifacts = parse_artifacts(manifest=manifest(*NODES), catalog=catalog)
    assert artifacts.oddities == ()
    assert artifacts.project.catalog_generated_at is not None


def test_dbts_complaints_in_a_catalog_are_reported_and_the_rest_serves() -> None:
    catalog = artifact("catalog", 1, nodes={"model.harbour.dues": TABLE}, sources={}, errors=["no access", 5])
    artifacts = parse_artifacts(manifest=manifest(*NODES), catalog=catalog)
    assert artifacts.nodes[0].columns_known
    assert any("no access" in oddity.reason for oddity in artifacts.oddities)
    assert len(artifacts.oddities) == 2


def test_one_odd_table_costs_no_other() -> None:
    catalog = artifact("catalog", 1, nodes={"model.harbour.dues": TABLE, "model.harbour.ships": "odd"}, sources={})
    artifacts = parse_artifacts(manifest=manifest(*NODES), catalog=catalog)
    assert [oddity.where for oddity in artifacts.oddities] == ["catalog.json model.harbour.ships"]
    assert known(catalog) == {"dues"}


def test_an_odd_part_of_a_table_costs_only_itself() -> None:
    odd = {"columns": {"ID": {"name": ["ID"], "index": {}, "type": []}, "AMOUNT": "odd"}, "metadata": "odd"}
    catalog = artifact("catalog", 1, nodes={"model.harbour.dues": odd}, sources={})
    artifacts = parse_artifacts(manifest=manifest(*NODES), catalog=catalog)
    assert [(column.name, column.data_type) for column in artifacts.nodes[0].columns] == [
        ("ID", None),
        ("AMOUNT", None),
    ]
    assert [oddity.where for oddity in artifacts.oddities] == ["catalog.json model.harbour.dues"]


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"<html>",
        b'{"nodes": {"model',
        b"null",
        gzip.compress(b"{}", mtime=0)[:-4],
        artifact("manifest", 12, nodes={}),
        json.dumps({"nodes": 5, "sources": {}}).encode(),
    ],
)
def test_a_broken_catalog_is_reported_and_costs_no_node(broken: bytes) -> None:
    artifacts = parse_artifacts(manifest=manifest(*NODES), catalog=broken)
    assert len(artifacts.nodes) == 3
    assert [oddity.where for oddity in artifacts.oddities] == ["catalog.json"]
