"""The names in prose: each with what the words around it say."""

from agent.checker.mentions import find_mentions


def test_a_document_of_one_long_line_has_all_of_its_names_found() -> None:
    assert len(list(find_mentions("`a_b` c_d " * 5_000))) == 10_000


def test_a_name_in_an_expression_does_not_stand_alone() -> None:
    found = list(find_mentions("Use `sum(orders.amount)`, never `tax`."))
    assert [(each.name, each.alone) for each in found] == [("orders.amount", False), ("tax", True)]
