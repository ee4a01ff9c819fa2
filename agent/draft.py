"""An answer before code has added what it rests on."""

from dataclasses import dataclass

from agent.values import Assumed, Choice, Graph, Path
from knowledge import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to be said, and about which nodes."""

    text: str
    more: str = ""
    """What else is said, for who wants to know more."""
    nodes: tuple[str, ...] = ()
    """unique_ids of everything it names, most important first."""
    chosen: tuple[str, ...] = ()
    """Those of them that it rests on: they get a trust line, and decide the confidence."""
    sql: str | None = None
    sql_withheld: bool = False
    """There was SQL, and it does not hold."""
    shown_in: tuple[str, ...] = ()
    """unique_ids of dashboards and metrics that show already what was asked for: they are told first."""
    path: Path = "direct"
    refused: bool = False
    is_question: bool = False
    """It asks back: nobody else needs to be asked."""
    sure: bool = True
    """False when a name in it could not be found, or when nothing but nearness speaks for it."""
    notices: tuple[str, ...] = ()
    choice: Choice | None = None
    assumed: Assumed | None = None
    options: tuple[str, ...] = ()
    """unique_ids of what may be meant, where the text asks back."""
    graph: Graph | None = None
    """Its lineage, to be drawn."""
    at_hand: tuple[Node, ...] = ()
    """Nodes of it that were read already."""
    column: str = ""
    """The column of its first node that it is about, if it is about one."""
    kind: str = ""
    """What was asked of its subject, so that "and orders?" can ask the same."""
