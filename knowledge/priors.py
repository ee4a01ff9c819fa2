"""Why a node stands higher or lower than its voices alone would have it: a factor a reason (pure).

What each gives on sets of real questions is in docs/search.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log1p

from knowledge.found import Filters
from knowledge.values import Kind, Layer

_LAYER: Mapping[Layer, float] = {"intermediate": 0.7, "staging": 0.7, "raw": 0.6}
"""What is built for reading comes before what it is built from."""
_KIND: Mapping[Kind, float] = {"metric": 1.2, "exposure": 1.2, "semantic_model": 0.6, "saved_query": 0.8}
"""Metrics and dashboards are answers that people trust already; what only describes tables comes after them."""
_USED, MOST_USERS = 0.2, 6
"""The more models build on a node, the better: 1.14 for one, 1.4 from six on. Of what is staging or raw it says
nothing: that is there to be built on."""
_EXPOSED = 1.05
"""A dashboard, a metric or a semantic model rests on it: people look at it already."""
_DOCUMENTED = 1.05
_FOREIGN = 0.8
"""The project's own nodes come before what its packages bring."""
_DEPRECATED = 0.5
_FAILING = 0.8
"""Its newest build, or one of its tests of severity error, failed."""
_LAYER_SAID = 2.0
"""The layer that the question speaks of."""
_MENTIONED = 1.2
"""What has the tag, schema or owner that the question mentions, or is of the kind."""
_NOTHING = Filters()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of a node apart from the question."""

    kind: Kind
    layer: Layer
    package: str = ""
    project: str = ""
    is_own: bool = True
    """Whether it is the project's own, not a package's."""
    is_deprecated: bool = False
    is_failing: bool = False
    is_documented: bool = True
    is_exposed: bool = False
    """Whether an exposure, a metric, a semantic model or a saved query rests on it."""
    users: int = 0
    """How many models, seeds and snapshots build on it; counted up to ``MOST_USERS``."""
    tags: Sequence[str] = ()
    schemas: Sequence[str] = ()
    owners: Sequence[str] = ()
    """These three only where the question mentions something."""


def priors(node: Standing, likes: Filters, *, is_asked: bool) -> dict[str, float]:
    """Reason → factor, of those that are not 1.

    Args:    likes: what the question mentions.
             is_asked: whether the question writes its name as a name: then nothing keeps it back.
    """
    found: dict[str, float] = {}
    standing = _standing(node, likes)
    if node.kind not in likes.kinds:
        standing[node.kind] = _KIND.get(node.kind, 1.0)
    found |= {reason: max(factor, 1.0) for reason, factor in standing.items()} if is_asked else standing
    if likes != _NOTHING:
        found |= _mentioned(node, likes)
    return {reason: factor for reason, factor in found.items() if factor != 1}


def _standing(node: Standing, likes: Filters) -> dict[str, float]:
    is_built_on = node.layer in ("staging", "raw")
    return {
        node.layer: 1.0 if likes.layers else _LAYER.get(node.layer, 1.0),
        "used": 1.0 if is_built_on else 1 + _USED * log1p(min(node.users, MOST_USERS)),
        "exposed": _EXPOSED if node.is_exposed else 1.0,
        "documented": _DOCUMENTED if node.is_documented else 1.0,
        "package": 1.0 if node.is_own or node.package in likes.packages else _FOREIGN,
        "deprecated": _DEPRECATED if node.is_deprecated else 1.0,
        "failing": _FAILING if node.is_failing else 1.0,
    }


def _mentioned(node: Standing, likes: Filters) -> dict[str, float]:
    """Its layer counts apart; of the rest only one thing: the same words may be a tag, a schema and an owner."""
    found = {f"{node.layer}, as the question says": _LAYER_SAID} if node.layer in likes.layers else {}
    for facet, said, has in (
        ("tag", likes.tags, node.tags),
        ("owner", likes.owners, node.owners),
        ("schema", likes.schemas, node.schemas),
        ("project", likes.projects, (node.project,)),
        ("package", likes.packages, (node.package,)),
        ("kind", likes.kinds, (node.kind,)),
    ):
        if both := [value for value in said if value in has]:
            return found | {f"{facet} {both[0]}, as the question says": _MENTIONED}
    return found
