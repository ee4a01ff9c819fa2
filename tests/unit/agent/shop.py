"""A small project in memory: its nodes, and the names that a catalog would hold of them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from agent.checker.checker import build_vocabulary
from agent.checker.vocabulary import Vocabulary
from knowledge.names import Named, Names
from knowledge.values import Column, Node, Summary
from knowledge.words import key_of
from tests.fakes.artifacts import model, other, source_table


def known(node: Node) -> Node:
    """The same node, the warehouse's columns being known."""
    return replace(node, columns_known=True)


def table(name: str, columns: Sequence[str | Column], **facts: Any) -> Node:
    """A model whose columns in the warehouse are known."""
    return known(
        model(
            name,
            f"What {name} is.",
            columns=columns,
            database="prod",
            schema="sales",
            relation=f'"prod"."sales"."{name}"',
            layer="mart",
            **facts,
        )
    )


ORDERS = table(
    "orders",
    [
        "order_id",
        "customer_id",
        Column(name="status", description="One of placed, in_transit, returned_late."),
        "amount",
        "ordered_at",
    ],
)
CUSTOMERS = table("customers", ["customer_id", "Country", "first_name"])
OLD_PAYMENTS = table("payments", ["payment_id"], version="1", latest_version="2")
PAYMENTS = table("payments", ["payment_id", "order_id", "amount"], version="2", latest_version="2")
REFUNDS = source_table("erp", "refunds", columns=["refund_id", "reason"], schema="erp_raw", database="prod")
EVENTS = model("events", "What happened, with columns that nobody wrote down.", schema="sales", layer="mart")
REVENUE = other("metric", "revenue", "What customers paid.", expression="sum(amount)")
NODES = (ORDERS, CUSTOMERS, PAYMENTS, OLD_PAYMENTS, REFUNDS, EVENTS, REVENUE)


def names_of(nodes: Sequence[Node]) -> Names:
    """The names of ``nodes``, as the catalog holds them."""
    return Names((_named(node) for node in nodes), (column.name for node in nodes for column in node.columns))


def vocabulary_of(nodes: Sequence[Node] = NODES, dialect: str = "duckdb") -> Vocabulary:
    """All that is needed to check an answer about ``nodes``."""
    return build_vocabulary(names_of(nodes), nodes, (), dialect)


def _named(node: Node) -> Named:
    summary = Summary(
        unique_id=node.unique_id,
        name=node.name,
        kind=node.kind,
        layer=node.layer,
        package=node.package,
        version=node.version,
        is_latest=node.is_latest,
    )
    said = [text for text in (node.name, node.identifier, node.label) if text]
    return Named(
        summary=summary,
        keys=tuple({key_of(text) for text in said}),
        label=node.label,
        source_name=node.source_name,
        identifier=node.identifier,
        relation=node.relation,
    )
