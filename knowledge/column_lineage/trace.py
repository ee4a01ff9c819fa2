"""What a column is made of, and how that of several becomes one (pure)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from knowledge.column_lineage.steps import HANDED_ON, OR

Leaf = tuple[str, str]
"""A table, as the query's tables were named before, and a column of it."""

_UNNAMED = "_col_"
"""What sqlglot calls columns without a name, such as a subquery's that stands in an expression."""
MOST_STEPS = 6
"""Expressions that are kept of one column, the outermost first."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What one column is made of."""

    leaves: frozenset[Leaf] = frozenset()
    steps: tuple[tuple[str, str], ...] = ()
    """(column, expression) along the way inside the query, none where a column is handed on as it is. The expression is
    empty where the query does not write it as one."""
    is_known: bool = True
    """Whether all that it is made of could be found."""


LOST = Trace(is_known=False)


def is_unnamed(projection: exp.Expr) -> bool:
    """Whether a query does not say what one of its columns is called: that is the warehouse's to decide."""
    name = projection.args.get("alias")
    is_ours = isinstance(name, exp.Identifier) and name.meta_get("start") is None
    return isinstance(projection, exp.Columns) or (is_ours and projection.alias.startswith(_UNNAMED))


def merged(traces: Iterable[Trace]) -> Trace:
    """What is made of all of these."""
    leaves: set[Leaf] = set()
    steps: dict[tuple[str, str], None] = {}
    is_known = True
    for trace in traces:
        leaves |= trace.leaves
        steps |= dict.fromkeys(trace.steps)
        is_known = is_known and trace.is_known
    return Trace(frozenset(leaves), tuple(steps)[:MOST_STEPS], is_known)


def either(name: str, traces: Sequence[Trace]) -> Trace:
    """A column of a union: it is what one part says or what another says."""
    both = merged(traces)
    if not both.steps:
        return both
    own = dict.fromkeys(trace.steps[0][1] for trace in traces if trace.steps)
    if not all(trace.steps for trace in traces):
        own[HANDED_ON] = None
    steps = [(OR if place else name, expression) for place, expression in enumerate(own)]
    nested = [step for trace in traces for step in trace.steps[1:]]
    return Trace(both.leaves, tuple(dict.fromkeys([*steps, *nested]))[:MOST_STEPS], both.is_known)


def besides(own: str, steps: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The steps that an expression does not show anyway, such as those of a subquery in it."""
    is_kept = False
    for name, expression in steps:
        if name != OR:
            is_kept = expression not in own and not name.startswith(_UNNAMED)
        if is_kept:
            yield name, expression
