"""When the same artifacts may make other definitions."""

from knowledge.recipe import made_with


def test_rules_count_by_their_words_and_are_not_to_be_read() -> None:
    assert made_with("tag:pii  salaries") == made_with("tag:pii salaries") != made_with("tag:pii")
    assert "salaries" not in made_with("salaries")
