"""A change is told in a few words, with what others wrote made harmless."""

from typing import Any

import pytest

from agent.changes import count_up, lines_by_sort, said_change, share_out
from knowledge.values import Change, What


def _change(what: What = "changed", field: str | None = None, item: str | None = None, **facts: Any) -> Change:
    name = facts.pop("name", "orders")
    return Change(unique_id=f"model.shop.{name}", name=name, kind="model", what=what, field=field, item=item, **facts)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_change(field="description", before="a", after="b"), "description"),
        (_change(field="description", after="b"), "description added"),
        (_change(field="expression", before="a"), "expression removed"),
        (_change(field="materialisation", before="view", after="table"), "materialisation from `view` to `table`"),
        (_change(field="owner", after="Ana"), "owner from none to `Ana`"),
        (_change(field="group", before="x" * 70, after="y"), "group"),
        (_change(field="contract", after="enforced"), "contract enforced"),
        (_change(field="contract", before="enforced"), "contract no longer enforced"),
        (_change(field="deprecation", after="2027-01-31"), "deprecated on 2027-01-31"),
        (_change(field="deprecation", before="2027-01-31"), "no longer deprecated"),
        (_change(field="column", item="tax", after="tax"), "column `tax` added"),
        (_change(field="column", item="tax", before="tax"), "column `tax` dropped"),
        (_change(field="column", item="b", before="a", after="b"), "column `a` renamed to `b`"),
        (_change(field="column type", item="a", before="int", after="text"), "type of `a` from `int` to `text`"),
        (_change(field="column description", item="a", before="x", after="y"), "description of `a`"),
        (_change(field="test", item="unique(id)", after="unique(id)"), "test `unique(id)` added"),
        (
            _change(field="test severity", item="unique(id)", before="warn", after="error"),
            "severity of test `unique(id)` from `warn` to `error`",
        ),
        (_change(field="upstream", item="model.shop.x", after="x"), "now reads `x`"),
        (_change(field="upstream", item="model.shop.x", before="x"), "no longer reads `x`"),
        (_change(field="upstream", item="hidden.", after="a hidden model"), "now reads a hidden model"),
        (_change("renamed", item="model.shop.old", before="old", after="orders"), "renamed from `old`"),
        (_change("broke", "build", before="success", after="error"), "its build fails"),
        (_change("broke", "test", "unique(id)"), "test `unique(id)` fails"),
        (_change("broke", "freshness"), "it is late"),
        (_change("recovered", "build"), "it builds again"),
        (_change("recovered", "test", "unique(id)", after="pass"), "test `unique(id)` passes again"),
        (_change("recovered", "test", "unique(id)", after="warn"), "test `unique(id)` only warns now"),
        (_change("recovered", "freshness", after="warn"), "its freshness only warns now"),
    ],
)
def test_every_change_has_its_words(change: Change, words: str) -> None:
    assert said_change(change) == words


def test_braces_in_names_are_only_braces() -> None:
    assert said_change(_change("broke", "test", "{0} {test}")) == "test `{0} {test}` fails"


def test_a_node_has_one_line_for_all_its_changes() -> None:
    changes = [_change(field="column", item=f"c{n}", after=f"c{n}") for n in range(7)]
    [line] = lines_by_sort(changes)["changed"]
    assert line.startswith("`orders` (model) changed: column `c0` added, ")
    assert line.endswith(" and 2 more")


def test_the_gravest_sort_comes_first() -> None:
    whats: list[What] = ["added", "changed", "recovered", "removed", "broke"]
    assert list(lines_by_sort(_change(what) for what in whats)) == [
        "removed", "broke", "recovered", "changed", "added",
    ]  # fmt: skip


def test_room_is_shared_among_the_sorts() -> None:
    lines: dict[What, list[str]] = {"removed": list("abcdefg"), "broke": ["h"], "added": list("ijk")}
    assert share_out(lines, 6) == ["a", "b", "c", "h", "i", "j"]
    assert share_out(lines, 100) == list("abcdefghijk")


def test_numbers_are_one_sentence() -> None:
    assert count_up({"added": 3, "removed": 1, "broke": 1200}, "model") == (
        "1 model was removed, 1,200 broke and 3 were added"
    )
