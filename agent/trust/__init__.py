"""How far a node can be relied on right now: one rule table over the catalog's facts, and the line that shows it."""

from agent.trust.assessing import assess, assess_resting
from agent.trust.facts import said_late, said_rhythm, shown_fault
from agent.trust.moments import moment
from agent.trust.naming import shown_failure, shown_name, shown_owner, shown_summary, shown_test
from agent.trust.rules import RULES, Case, Rule, deciding, judge
from agent.trust.signs import FAILED, failing_tests, late_sources, ran, warning_tests
from agent.trust.succession import find_successor
from agent.trust.words import WORDS, said_of

__all__ = [
    "FAILED",
    "RULES",
    "WORDS",
    "Case",
    "Rule",
    "assess",
    "assess_resting",
    "deciding",
    "failing_tests",
    "find_successor",
    "judge",
    "late_sources",
    "moment",
    "ran",
    "said_late",
    "said_of",
    "said_rhythm",
    "shown_failure",
    "shown_fault",
    "shown_name",
    "shown_owner",
    "shown_summary",
    "shown_test",
    "warning_tests",
]
