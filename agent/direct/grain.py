"""What one row of a node is: what its description says, and which columns the project holds to be unique."""

import re
from collections.abc import Iterator, Sequence

from agent.direct.subject import Subject
from agent.draft import Draft
from agent.library import Library
from agent.shown import code, code_as_written, column_code, listed, node_code, what_it_is
from agent.trust import FAILED
from agent.untrusted import prose
from knowledge.values import TABLES, Column, Health, Node, TestState

_UNIQUE = frozenset(
    [
        "unique",
        "unique_combination_of_columns",
        "primary_key",
        "unique_key",
        "expect_column_values_to_be_unique",
        "expect_compound_columns_to_be_unique",
    ]
)
"""Tests, of dbt and of well-known packages, that hold a column or several together to be unique."""
_GRAIN = re.compile(
    r"(?i)\b(?:(?:one|1|a single|each|every) (?:row|record|line|entry)\b"
    r"|(?:row|record|line|entry) (?:per|for each|for every)\b"
    r"|grain\b|granularity\b|uniquely identif|unique (?:by|on|per|at)\b)"
)
_SENTENCES = re.compile(r"(?<=[.!?])\s+")
_LONGEST = 300
_MOST_KEYS = 4


async def tell_grain(subject: Subject, library: Library) -> Draft:
    """What one row of a node is; of a column, whether it is unique."""
    node, column = subject.node, subject.column
    found = await library.catalog.health([node.unique_id])
    health = found.get(node.unique_id) or Health(unique_id=node.unique_id)
    text = _of_column(node, column, health) if column else _of_node(node, health)
    return Draft(text=text, nodes=(node.unique_id,), chosen=(node.unique_id,), at_hand=(node,), kind="grain")


def _of_node(node: Node, health: Health) -> str:
    name = node_code(node)
    if node.kind == "semantic_model":
        entities = [code(each.name) for each in node.columns if (each.data_type or "").startswith("primary")]
        return _joined(name, _said(node), [f"Its primary entity is {listed(entities)}."] if entities else [])
    if node.kind not in TABLES:
        return f"{name} ({what_it_is(node)}) has no rows of its own."
    return _joined(name, _said(node), list(_keys(node, health)))


def _joined(name: str, said: str, keys: Sequence[str]) -> str:
    if not said and not keys:
        return f"The project does not say what one row of {name} is: it holds no column of it to be unique."
    if not keys:
        return f"{name}: {said} No test or constraint of the project holds a column of it to be unique."
    return f"{name}: {' '.join(filter(None, (said, *keys)))}"


def _said(node: Node) -> str:
    """The sentence of the description that tells the grain."""
    sentences = _SENTENCES.split(prose(node.description, limit=4_000))
    found = next((prose(each, limit=_LONGEST) for each in sentences if _GRAIN.search(each)), "")
    return found if not found or found[-1] in ".!?…" else f"{found}."


def _keys(node: Node, health: Health) -> Iterator[str]:
    """A sentence for each column, or columns together, that the project holds to be unique: a constraint first."""
    if key := [code(column.name) for column in node.columns if column.key]:
        yield f"Its primary key is {listed(key)}, by a constraint."
    if node.unique_key:
        yield f"dbt tells its rows apart by {_unique_key(node)}."
    tests = sorted(_unique_tests(health), key=lambda test: (not _never_null(test.columns, health), len(test.columns)))
    seen: set[tuple[str, ...]] = set()
    for test in tests:
        columns = tuple(map(str.lower, test.columns))
        if columns not in seen and len(seen) < _MOST_KEYS:
            seen.add(columns)
            yield _as_sentence(_held(test, health))


def _unique_key(node: Node) -> str:
    """A snapshot has a row for every state of what its key names."""
    key = listed([code_as_written(part) for part in node.unique_key], limit=25)
    return f"{key}, with a row for each change" if node.kind == "snapshot" else key


def _of_column(node: Node, column: Column, health: Health) -> str:
    name, own = column_code(node, column.name), column.name.lower()
    tests = [test for test in _unique_tests(health) if own in map(str.lower, test.columns)]
    alone = [test for test in tests if len(test.columns) == 1]
    said: list[str] = []
    if column.key:
        said.append(f"{name} is {'the' if _is_only_key(node) else 'part of the'} primary key, by a constraint")
    if own in map(str.lower, node.unique_key):
        said.append(f"dbt tells the rows of {node_code(node)} apart by {_unique_key(node)}")
    said += [_held(test, health, name) for test in alone[:1]]
    said += [_held(test, health) for test in tests if test not in alone][:_MOST_KEYS]
    if not said:
        return f"No test or constraint of the project holds {name} to be unique."
    return " ".join(map(_as_sentence, said))


def _as_sentence(said: str) -> str:
    return f"{said if said.startswith('dbt') else said[:1].upper() + said[1:]}."


def _is_only_key(node: Node) -> bool:
    return sum(column.key for column in node.columns) == 1


def _unique_tests(health: Health) -> list[TestState]:
    return [test for test in health.tests if test.name in _UNIQUE]


def _never_null(columns: Sequence[str], health: Health) -> bool:
    tested = {test.column.lower() for test in health.tests if test.name == "not_null" and test.column}
    return bool(columns) and {column.lower() for column in columns} <= tested


def _held(test: TestState, health: Health, name: str = "") -> str:
    """``by its tests, `order_id` is unique and never null``, and how the test of that went."""
    columns = [name or code(column) for column in test.columns]
    one = len(columns) == 1
    words = f"{listed(columns)} {'is unique' if one else 'are unique together'}" if columns else "its rows are unique"
    words += (" and never null" if one else ", none of them ever null") if _never_null(test.columns, health) else ""
    failing = test.status in FAILED or test.status == "warn"
    outcome = (
        ", which does not hold right now" if failing else ", which has not been tested yet" if not test.status else ""
    )
    return f"by its tests, {words}{outcome}"
