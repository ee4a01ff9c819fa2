"""The files of named queries."""

from pathlib import Path

import pytest

import knowledge.queries
from knowledge.queries import load_queries, parse_queries

SQL = Path(knowledge.queries.__file__).parent / "sql"


def test_a_query_is_found_by_its_name_with_its_purpose_above_it() -> None:
    text = """-- What people said.

-- name: count_votes
-- How many there are.
select count(*)
from vote

-- name: one
-- The number one.
select 1
"""
    queries = parse_queries(text)
    assert list(queries) == ["count_votes", "one"]
    assert queries["count_votes"] == "-- How many there are.\nselect count(*)\nfrom vote"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("select 1\n-- name: a\n-- A.\nselect 1", "before the first name"),
        ("-- name: a\n-- A.\nselect 1\n-- name: a\n-- Again.\nselect 2", "stands twice"),
        ("-- name: not a name\n-- A.\nselect 1", "is no name"),
        ("-- name: a\nselect 1", "no purpose"),
        ("-- name: a\n-- A purpose alone.\n", "no SQL"),
    ],
)
def test_a_malformed_file_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_queries(text)


@pytest.mark.parametrize("path", sorted(SQL.glob("*.sql")), ids=lambda path: path.stem)
def test_every_file_of_queries_can_be_read(path: Path) -> None:
    assert load_queries(path.stem)
