"""What may be known of a project: dbt's selection grammar, and what is kept out by it."""

from knowledge.hiding.hide import hide
from knowledge.hiding.selection import Selection, parse_selection

__all__ = ["Selection", "hide", "parse_selection"]
