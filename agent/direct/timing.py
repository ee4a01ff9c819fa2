"""How often a node is built, and how long that takes."""

from agent.direct.subject import Subject
from agent.draft import Draft
from agent.library import Library
from agent.shown import count, node_code, what_it_is
from agent.trust import moment, said_rhythm
from knowledge.values import BUILT, Health

_BUILT_KINDS = frozenset({"model", "seed", "snapshot"})


async def tell_timing(subject: Subject, library: Library) -> Draft:
    """The last build, what it took, and the rhythm as far as it is known."""
    node = subject.node
    found = await library.catalog.health([node.unique_id])
    text = _told(subject, found.get(node.unique_id) or Health(unique_id=node.unique_id), library)
    return Draft(text=text, nodes=(node.unique_id,), chosen=(node.unique_id,), at_hand=(node,), kind="timing")


def _told(subject: Subject, health: Health, library: Library) -> str:
    node, name = subject.node, node_code(subject.node)
    if node.kind not in _BUILT_KINDS:
        return f"{name} ({what_it_is(node)}) is not built by dbt."
    if (built := health.built) is None:
        return f"No build of {name} is known, so neither is how often it is built or how long that takes."
    when = f" {moment(built.completed_at, library.now())}" if built.completed_at else ""
    took = f", which took {_duration(built.duration_s)}" if built.duration_s is not None else ""
    text = f"{name} was {'built' if built.status in BUILT else 'last tried'}{when}{took}."
    if usual := said_rhythm(health.builds):
        return f"{text} It is usually built {usual}."
    return f"{text} How often it is built is not known yet: {count(len(health.builds), 'build')} of it seen so far."


def _duration(seconds: float) -> str:
    """``0.3 s``, ``12 s``, ``4 min``, ``1 h 5 min``."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
