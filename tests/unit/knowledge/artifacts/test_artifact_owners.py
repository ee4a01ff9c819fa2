"""Who a node's owner is, in all the ways a project can say it."""

from typing import Any

import pytest
from artifact_factories import entry, manifest, only_node

from knowledge.artifacts import parse_artifacts
from knowledge.values import Owner

GROUPS = {
    "group.harbour.finance": {
        "name": "finance", "package_name": "harbour",
        "owner": {"name": "Finance data", "email": "finance@port.example", "slack": "#finance"},
    },
    "group.buoys.finance": {"name": "finance", "package_name": "buoys", "owner": {"name": "Buoy money"}},
    "group.harbour.nameless": {"owner": "Nobody"},
    "group.harbour.mute": {"name": "mute", "package_name": "harbour", "owner": None},
    "group.harbour.odd": 5,
}  # fmt: skip


@pytest.mark.parametrize(
    ("written", "owner"),
    [
        ("Finance team", Owner(name="Finance team")),
        ("ada@port.example", Owner(email="ada@port.example")),
        ("Ada Wave <ada@port.example>", Owner(name="Ada Wave", email="ada@port.example")),
        ("@ada", Owner(name="@ada")),
        ({"name": "Ada", "email": "ada@port.example"}, Owner(name="Ada", email="ada@port.example")),
        ({"name": None, "email": ["a@port.example", "b@port.example"]}, Owner(email="a@port.example, b@port.example")),
        ({"team": "Tides"}, Owner(name="Tides")),
        (["Ada", "bob@port.example"], Owner(name="Ada, bob@port.example")),
        (["ada@port.example", "bob@port.example"], Owner(email="ada@port.example, bob@port.example")),
        (["Ada <ada@port.example>", "Bob"], Owner(name="Ada, Bob", email="ada@port.example")),
        ({"slack": "#tides"}, None),
        ({}, None), ([], None), ("", None), (None, None), (5, Owner(name="5")), ([[["deep"]]], None),
    ],
)  # fmt: skip
def test_an_owner_in_meta_has_many_forms(written: object, owner: Owner | None) -> None:
    for keys in ({"meta": {"owner": written}}, {"config": {"meta": {"owner": written}}}):
        assert only_node(entry("model.harbour.dues", **keys)).owner == owner


@pytest.mark.parametrize(
    "meta",
    [
        {"maintainer": "Ada"},
        {"data_owner": {"name": "Ada"}, "team": "Tides"},
        {"Technical Owner": "Ada", "contact": "x@port.example"},
        {"owner": None, "owners": [], "maintained-by": ["Ada"]},
        {"squad": "Ada", "owner_since": "2020", "ownership": 5},
    ],
)
def test_metas_other_words_for_an_owner_count_where_it_names_none(meta: dict[str, Any]) -> None:
    assert only_node(entry("model.harbour.dues", meta=meta)).owner == Owner(name="Ada")


def test_a_groups_owner_comes_before_metas() -> None:
    node = only_node(entry("model.harbour.dues", group="finance", meta={"owner": "Ada"}), groups=GROUPS | NO_ODD)
    assert node.owner == Owner(name="Finance data", email="finance@port.example")


def test_a_group_of_the_same_package_comes_before_its_namesake() -> None:
    assert only_node(entry("model.buoys.dues", group="finance"), groups=GROUPS | NO_ODD).owner == Owner(
        name="Buoy money"
    )


@pytest.mark.parametrize("group", ["mute", "unheard of"])
def test_a_group_without_an_owner_leaves_metas(group: str) -> None:
    node = only_node(entry("model.harbour.dues", group=group, meta={"owner": "Ada"}), groups=GROUPS | NO_ODD)
    assert (node.group, node.owner) == (group, Owner(name="Ada"))


def test_a_group_without_a_name_has_the_one_in_its_id() -> None:
    node = only_node(entry("model.harbour.dues", group="nameless"), groups=GROUPS | NO_ODD)
    assert node.owner == Owner(name="Nobody")


def test_an_odd_group_is_reported_and_costs_no_other() -> None:
    artifacts = parse_artifacts(manifest=manifest(entry("model.harbour.dues", group="finance"), groups=GROUPS))
    assert artifacts.nodes[0].owner == Owner(name="Finance data", email="finance@port.example")
    assert [oddity.where for oddity in artifacts.oddities] == ["group.harbour.odd"]


@pytest.mark.parametrize(
    ("owner", "expected"),
    [
        ({"email": "board@port.example"}, Owner(email="board@port.example")),
        ({"name": "Board", "email": None}, Owner(name="Board")),
        (None, Owner(name="Ada")),
    ],
)
def test_an_exposure_has_an_owner_of_its_own(owner: dict[str, Any] | None, expected: Owner) -> None:
    exposure = entry(
        "exposure.harbour.board", owner=owner, type="dashboard", url="https://bi.example", meta={"owner": "Ada"}
    )
    node = only_node(exposures={"exposure.harbour.board": exposure})
    assert (node.owner, node.subtype, node.url) == (expected, "dashboard", "https://bi.example")


NO_ODD = {"group.harbour.odd": {"name": "odd"}}
