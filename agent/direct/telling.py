"""What a lookup of one kind tells of the node or the column that it names."""

from collections.abc import Sequence
from dataclasses import replace

from agent.direct.column_lineage import origin_in_short, tell_origin
from agent.direct.column_use import tell_both, tell_use
from agent.direct.deprecating import tell_deprecation, tell_successor
from agent.direct.describing import describe, describe_column, describe_everywhere, list_columns, tell_owner
from agent.direct.families import list_family
from agent.direct.grain import tell_grain
from agent.direct.health import tell_health, tell_tests
from agent.direct.lineage import tell_dashboards, tell_downstream, tell_lineage, tell_upstream
from agent.direct.linking import tell_link
from agent.direct.particulars import PARTICULARS, tell_particular
from agent.direct.phrasebook import Kind
from agent.direct.placing import tell_place
from agent.direct.subject import Everywhere, Subject
from agent.direct.timing import tell_timing
from agent.draft import Draft
from agent.library import Library
from agent.shown import code, listed, summary_code
from knowledge import Names
from knowledge.values import TABLES, Column

_OF_WHOLE_NODES = frozenset[Kind](
    {"place", "family", "access", "file", "version", "timing", "deprecated", "replaced"},
)
"""What columns have none of."""
_OF_LINEAGE = frozenset[Kind]({"upstream", "downstream", "computed", "lineage"})


async def tell_subject(
    kind: Kind, found: Subject, library: Library, names: Names, *, like: str = "", link_hosts: Sequence[str] = ()
) -> Draft | None:
    """The answer; None where columns have no such thing.

    Args: like: what columns are to be like, of the kind ``family``.
    """
    match kind:
        case "owner":
            return tell_owner(found)
        case "link":
            return tell_link(found, link_hosts)
        case "health":
            return await tell_health(found, library)
        case "tests":
            return await tell_tests(found, library)
        case "grain":
            return await tell_grain(found, library)
        case "family" if found.column is None:
            return list_family(found, like)
        case "replaced" if found.column is None:
            return await tell_successor(found, names, library)
        case _ if found.column is not None:
            return await _of_column(kind, found, found.column, library)
        case _:
            return await _of_node(kind, found, library)


async def tell_everywhere(kind: Kind, found: Everywhere, library: Library, names: Names) -> Draft | None:
    """A column that was named without a node: its lineage is that of the most important one."""
    if kind == "describe":
        return describe_everywhere(found)
    if kind not in _OF_LINEAGE or "_" not in found.column:
        return None
    (summary, column), *others = found.places
    [node] = await library.catalog.nodes([summary.unique_id]) or [None]
    subject = Subject(node=node, column=column, took=found.took) if node else None
    draft = await tell_subject(kind, subject, library, names) if subject else None
    if draft is None or not others:
        return draft
    also = listed([summary_code(each) for each, _ in others], limit=4)
    return replace(draft, notices=(*draft.notices, f"{code(column.name)} is also a column of {also}."))


async def _of_node(kind: Kind, found: Subject, library: Library) -> Draft:
    match kind:
        case "columns":
            return list_columns(found)
        case "place":
            return tell_place(found)
        case "timing":
            return await tell_timing(found, library)
        case _ if kind in PARTICULARS:
            return tell_particular(kind, found)
        case "deprecated":
            return await tell_deprecation(found, library)
        case "dashboards":
            return await tell_dashboards(found, library)
        case "computed" if found.node.kind not in TABLES:
            return describe(found)
        case "upstream" | "computed":
            return await tell_upstream(found, library)
        case "downstream":
            return await tell_downstream(found, library)
        case "lineage":
            return await tell_lineage(found, library)
        case _:
            return describe(found)


async def _of_column(kind: Kind, found: Subject, column: Column, library: Library) -> Draft | None:
    match kind:
        case _ if kind in _OF_WHOLE_NODES:
            return None
        case "tags":
            return tell_particular(kind, found)
        case "lineage":
            return await tell_both(found, column, library)
        case "upstream" | "computed":
            return await tell_origin(found, column, library)
        case "downstream" | "dashboards":
            return await tell_use(found, column, library)
        case _:
            return await _describe_column(found, column, library)


async def _describe_column(subject: Subject, column: Column, library: Library) -> Draft:
    """What it means; where nobody has written that down, how it is computed."""
    if column.description.strip():
        return describe_column(subject, column)
    origin = await origin_in_short(subject, column, library)
    return describe_column(subject, column, await library.catalog.columns_named(column.name), origin=origin)
