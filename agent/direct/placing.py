"""Where a node stands in the warehouse, and as what: its full name, schema, database, table or view."""

from collections.abc import Mapping

from agent.direct.subject import Subject
from agent.draft import Draft
from agent.shown import code, code_as_written, node_code, what_it_is
from agent.untrusted import one_line
from knowledge.values import TABLES, Node

_AS: Mapping[str, str] = {
    "table": "a table",
    "view": "a view",
    "incremental": "an incremental table (a run adds to it or replaces a part)",
    "materialized_view": "a materialized view",
    "dynamic_table": "a dynamic table",
    "snapshot": "a snapshot (a table that keeps every version of a row)",
    "seed": "a seed (a table loaded from a CSV file)",
}


def tell_place(subject: Subject) -> Draft:
    """What a query selects from; what is no table says so."""
    node = subject.node
    return Draft(text=_text(node), nodes=(node.unique_id,), chosen=(node.unique_id,), at_hand=(node,), kind="place")


def _text(node: Node) -> str:
    name = node_code(node)
    if node.kind not in TABLES:
        return f"{name} ({what_it_is(node)}) is defined in the project, and no table in the warehouse."
    if (node.materialized or "").lower() == "ephemeral":
        return (
            f"{name} is ephemeral: it is no table in the warehouse, only part of the SQL of what uses it. "
            f"In dbt it is {_reference(node)}."
        )
    return f"{name}{_as(node)}{_where(node)}. In dbt it is {_reference(node)}."


def _as(node: Node) -> str:
    """`` is a view``, and who made it where that is not dbt's SQL; of a model known no better, that it is one."""
    if node.kind == "source":
        return " is a source table" + (f", loaded by {one_line(node.loader)}" if node.loader else "")
    made = (node.materialized or ("" if node.kind == "model" else node.kind)).lower()
    python = ", written in Python" if (node.language or "").lower() == "python" else ""
    as_what = _AS.get(made) or f"materialized as {code(made)}" if made else "a model"
    return f" is {as_what}{python}"


def _where(node: Node) -> str:
    """``: `"shop"."sales"."orders"` (database `shop`, schema `sales`)``, as far as it is known."""
    parts = (("database", node.database), ("schema", node.schema))
    where = ", ".join(f"{what} {code(value)}" for what, value in parts if value)
    if node.relation and node.relation != node.identifier:
        return f": {code_as_written(node.relation)}" + (f" ({where})" if where else "")
    return f", in {where}" if where else "; where it lies in the warehouse the artifacts do not say"


def _reference(node: Node) -> str:
    if node.kind == "source":
        return code(f"source('{one_line(node.source_name or '')}', '{one_line(node.name)}')")
    version = f", v={one_line(node.version)}" if node.version else ""
    return code(f"ref('{one_line(node.name)}'{version})")
