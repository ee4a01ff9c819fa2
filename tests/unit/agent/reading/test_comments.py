"""Comments that are not harmless leave the SQL; the statement stays letter for letter."""

import pytest

from agent.reading.comments import harmless_sql


def _is_harmless(comment: str) -> bool:
    return "evil" not in comment


@pytest.mark.parametrize(
    ("sql", "shown"),
    [
        ("select a -- evil\nfrom t", "select a\nfrom t"),
        ("-- evil\nselect a from t", "select a from t"),
        ("select a from t -- evil", "select a from t"),
        ("select /* evil */ a from t", "select a from t"),
        ("select /*+ hint */ a from t", "select /*+ hint */ a from t"),
        ("select '-- evil' as a from t", "select '-- evil' as a from t"),
        ("select a -- per day\nfrom t", "select a -- per day\nfrom t"),
        ("select a\nfrom {{ ref('t') }} -- evil", "select a\nfrom {{ ref('t') }}"),
        ("select 'open", "select 'open"),
    ],
)
def test_a_bad_comment_goes_and_the_rest_stays(sql: str, shown: str) -> None:
    assert harmless_sql(sql, "duckdb", _is_harmless) == shown


def test_comments_that_are_bad_together_all_go() -> None:
    def alone(comment: str) -> bool:
        return comment.count("--") < 2

    assert harmless_sql("-- one\nselect a -- two\nfrom t", "", alone) == "select a\nfrom t"
