"""dbt's Jinja in SQL, as people paste it: ``ref()`` and ``source()`` become table names that can be parsed."""

import re
from dataclasses import dataclass

_REF = re.compile(
    r"""\{\{-?\s*ref\(\s*['"](?P<first>[^'"]+)['"]\s*(?:,\s*['"](?P<second>[^'"]+)['"]\s*)?"""
    r"""(?:,\s*v(?:ersion)?\s*=\s*['"]?(?P<version>[\w.]+)['"]?\s*)?\)\s*-?\}\}""",
)
_SOURCE = re.compile(
    r"""\{\{-?\s*source\(\s*['"](?P<source>[^'"]+)['"]\s*,\s*['"](?P<table>[^'"]+)['"]\s*\)\s*-?\}\}"""
)
# Lengths are bounded so that brackets which nobody closes are not searched for to the end, each anew.
_ELSE = re.compile(r"\{%-?\s*el(?:se|if)\b.{0,4000}?(?=\{%-?\s*endif\b)", re.DOTALL)
_SILENT = re.compile(r"\{#.{0,2000}?#\}|\{%.{0,500}?%\}|\{\{-?\s*config\(.{0,500}?\}\}", re.DOTALL)
_VALUE = re.compile(r"\{\{.{0,500}?\}\}", re.DOTALL)

VALUE = "jinja_value"
"""Stands for an expression that only dbt can work out."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """SQL without Jinja, and the names as people say them that its stand-ins stand for."""

    sql: str
    tables: dict[str, str]


def render(sql: str) -> Rendered:
    """Put a stand-in where Jinja is; of an ``if`` the first branch stays."""
    tables: dict[str, str] = {}

    def stand_in(said: str) -> str:
        key = f"jinja_table_{len(tables)}"
        tables[key] = said
        return key

    def ref(found: re.Match[str]) -> str:
        name = found["second"] or found["first"]
        return stand_in(f"{name}.v{found['version']}" if found["version"] else name)

    text = _REF.sub(ref, _SILENT.sub(" ", _ELSE.sub("", sql)))
    text = _SOURCE.sub(lambda found: stand_in(f"{found['source']}.{found['table']}"), text)
    return Rendered(_VALUE.sub(VALUE, text), tables)
