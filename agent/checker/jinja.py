"""dbt's Jinja in SQL, as people paste it: ``ref()`` and ``source()`` become table names that can be parsed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from agent.checker.acting import acts_in_jinja

VALUE = "jinja_value"
"""Stands for what only dbt can work out; a name with it in it is not known."""
_MOST_TAGS = 2_000
"""More than that is no SQL that anybody reads."""

_LONGEST_TAG = 4_000
_OPENING = re.compile(r"\{[{%#]")
_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}
# Brackets within texts do not end a tag.
_TEXT = r""""(?:\\.|[^"\\])*+"|'(?:\\.|[^'\\])*+'"""
_BODY = {
    "{{": re.compile(rf"(?:{_TEXT}|[^'\"}}]|\}}(?!\}}))*+", re.DOTALL),
    "{%": re.compile(rf"(?:{_TEXT}|[^'\"%]|%(?!\}}))*+", re.DOTALL),
}
_STRING = r"""['"](?P<{}>[^'"]+)['"]"""
_REF = re.compile(
    rf"""\bref\(\s*{_STRING.format("first")}\s*(?:,\s*{_STRING.format("second")}\s*)?"""
    r"""(?:,\s*v(?:ersion)?\s*=\s*['"]?(?P<version>[\w.]+)['"]?\s*)?\)"""
)
_SOURCE = re.compile(rf"\bsource\(\s*{_STRING.format('source')}\s*,\s*{_STRING.format('table')}\s*\)")
_METRIC = re.compile(rf"\b(?:metric|Metric)\(\s*{_STRING.format('metric')}")
_METRICS = re.compile(r"\bmetrics\s*=\s*\[([^\[\]]*)\]")
_QUOTED = re.compile(r"""['"]([^'"]+)['"]""")
_SILENT = re.compile(r"\s*(?:config|log|print|return|exceptions?\.\w+)\s*\(")
_GROUP_BY = re.compile(r"\s*dbt_utils\s*\.\s*group_by\s*\(")
_LOOP = re.compile(r"\b(not\s+)?loop\s*\.\s*(?:first|last)\b")

Kind = Literal["ref", "source", "metric"]


@dataclass(frozen=True, slots=True)
class Reference:
    """What SQL calls through Jinja, by the name that people say: ``orders``, ``payments.v1``, ``erp.refunds``."""

    kind: Kind
    name: str

    @property
    def alias(self) -> str:
        """What the query calls it when it gives it no other name; of a version the name of its table."""
        first, _, last = self.name.partition(".")
        return last if self.kind == "source" else f"{first}_{last}" if last else first


@dataclass(frozen=True, slots=True)
class Rendered:
    """SQL without Jinja. ``tables``: what its stand-ins stand for; ``others``: what is called within other macros;
    ``acts``: whether Jinja would have dbt change something."""

    sql: str
    tables: dict[str, Reference]
    others: tuple[Reference, ...] = ()
    acts: bool = False


def render(sql: str) -> Rendered:
    """Put a stand-in where Jinja is: of an ``if`` the first branch stays, of a loop one round."""
    if "{" not in sql:
        return Rendered(sql, {})
    renderer = _Renderer()
    last = 0
    for start, end in _tags(sql):
        renderer.text(sql[last:start])
        renderer.tag(sql[start : start + 2], sql[start + 2 : end - 2].strip("-+ \n\t\r"))
        last = end
    renderer.text(sql[last:])
    others = tuple(dict.fromkeys(renderer.others))
    return Rendered("".join(renderer.out), renderer.tables, others, acts=acts_in_jinja("\n".join(renderer.aside)))


def _tags(sql: str) -> Iterator[tuple[int, int]]:
    """Where Jinja's tags begin and end, up to the first that nobody closes."""
    at = 0
    for _ in range(_MOST_TAGS):
        if (opening := _OPENING.search(sql, at)) is None:
            return
        kind, start = opening[0], opening.end()
        limit = start + _LONGEST_TAG
        body = _BODY[kind].match(sql, start, limit) if kind in _BODY else None
        end = (
            body.end()
            if body and sql.startswith(_CLOSING[kind], body.end())
            else sql.find(_CLOSING[kind], start, limit)
        )
        if end < 0:
            return
        yield opening.start(), end + 2
        at = end + 2


@dataclass(slots=True)
class _Renderer:
    """What has been read so far. ``blocks``: for each block that is open, whether its content is kept."""

    out: list[str] = field(default_factory=list[str])
    tables: dict[str, Reference] = field(default_factory=dict[str, Reference])
    others: list[Reference] = field(default_factory=list[Reference])
    blocks: list[bool] = field(default_factory=list[bool])
    aside: list[str] = field(default_factory=list[str])
    """What dbt reads and the query does not hold: tags, blocks that are left out."""

    def text(self, text: str) -> None:
        (self.out if all(self.blocks) else self.aside).append(text)

    def tag(self, kind: str, body: str) -> None:
        if kind != "{#":
            self.aside.append(body)
        if kind == "{{":
            self._value(body)
        elif kind == "{%":
            self._statement(body)
            self.text(" ")

    def _value(self, value: str) -> None:
        if not all(self.blocks) or _SILENT.match(value) or _LOOP.search(value):
            return
        if _GROUP_BY.match(value):
            self.out.append("group by 1")
            return
        called = list(references(value))
        if _REF.fullmatch(value) or _SOURCE.fullmatch(value):
            stand_in = f"jinja_table_{len(self.tables)}"
            self.tables[stand_in] = called[0]
            self.out.append(stand_in)
        else:
            self.others += called
            self.out.append(VALUE)

    def _statement(self, statement: str) -> None:
        word, _, rest = statement.partition(" ")
        if all(self.blocks):
            self.others += references(rest)
        if word in {
            "endif",
            "endfor",
            "endmacro",
            "endset",
            "endcall",
            "endfilter",
            "endsnapshot",
            "endraw",
            "endtest",
        }:
            if self.blocks:
                self.blocks.pop()
        elif word in {"else", "elif"}:
            if self.blocks:
                # an ``if`` whose branch was left out for the sake of a loop's end has its ``else`` instead
                self.blocks[-1] = not self.blocks[-1] and word == "else"
        elif word == "if":
            loop = _LOOP.search(rest)
            self.blocks.append(not (loop and loop[1]))  # the only round is the first and the last
        elif word in {"for", "filter", "snapshot", "raw"}:
            self.blocks.append(True)
        elif word in {"macro", "call", "test"} or (word == "set" and "=" not in rest):
            self.blocks.append(False)


def is_jinja(name: str) -> bool:
    """Whether only dbt can tell what this name is."""
    return VALUE in name


def references(code: str) -> Iterator[Reference]:
    """Models, sources and metrics that a piece of Jinja calls by literal names."""
    for found in _REF.finditer(code):
        name = found["second"] or found["first"]
        yield Reference("ref", f"{name}.v{found['version']}" if found["version"] else name)
    for found in _SOURCE.finditer(code):
        yield Reference("source", f"{found['source']}.{found['table']}")
    for found in _METRIC.finditer(code):
        yield Reference("metric", found["metric"])
    for listed in _METRICS.finditer(code):
        for name in _QUOTED.findall(listed[1]):
            yield Reference("metric", name)
