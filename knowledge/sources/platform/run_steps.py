"""A run of the dbt platform in detail: which of its steps matter, and the environment it ran in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from knowledge.artifacts.reading import Odd, read
from knowledge.artifacts.scalars import count, text, word
from knowledge.sources.platform.runs import FINISHED

StepKind = Literal["results", "freshness", "docs"]

_DBT = re.compile(r"\bdbtf?\b", re.IGNORECASE)
_WORD = re.compile(r"'[^']*'|\"[^\"]*\"|[^\s`'\"]+")
_BUILDING = frozenset({"build", "run", "test", "seed", "snapshot", "retry"})
_OTHER_COMMANDS = frozenset(
    {"clean", "clone", "compile", "debug", "deps", "init", "list", "ls", "parse", "run-operation", "show"}
)
_TASKS: Mapping[tuple[str, str], StepKind] = {
    ("docs", "generate"): "docs",
    ("source", "freshness"): "freshness",
    ("source", "snapshot-freshness"): "freshness",
}
_FLAGS_WITH_VALUE = frozenset(
    {
        *("--log-format", "--log-format-file", "--log-level", "--log-level-file", "--log-path", "--log-file-max-bytes"),
        *("--printer-width", "--record-timing-info", "-r", "--warn-error-options"),
        *("--profile", "--profiles-dir", "--project-dir", "--target", "-t", "--target-path"),
        *("--state", "--threads", "--vars"),
    }
)
"""Options of dbt that may stand before its command. Source: dbt's global flags."""
_MOST_STEPS = 200
"""Of one run; the last ones matter most, and jobs have a handful."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step that wrote an artifact that matters."""

    index: int
    """The first being 1."""
    kind: StepKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What people see of the environment."""

    name: str | None = None
    project_id: int | None = None
    slug: str = "production"
    """How addresses of the platform's own catalog call it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDetail:
    steps: tuple[Step, ...] = ()
    environment: Environment | None = None


class _StepRow(msgspec.Struct):
    index: Any = None
    name: Any = None
    status: Any = None


class _EnvironmentRow(msgspec.Struct):
    name: Any = None
    project_id: Any = None
    deployment_type: Any = None


class _DetailRow(msgspec.Struct):
    project_id: Any = None
    environment: _EnvironmentRow | None = None
    run_steps: list[_StepRow] | None = None


def parse_detail(data: msgspec.Raw) -> RunDetail:
    """What a run says when it is asked for alone; nothing where it cannot be read."""
    try:
        row = read(data, _DetailRow)
    except Odd:
        return RunDetail()
    steps: list[Step] = []
    for each in (row.run_steps or [])[-_MOST_STEPS:]:
        kind = step_kind(text(each.name))
        index = count(each.index)
        if kind and index and count(each.status) in {None, *FINISHED}:
            steps.append(Step(index=index, kind=kind))
    return RunDetail(steps=tuple(steps), environment=_environment(row))


def step_kind(name: str) -> StepKind | None:
    """What a step writes that matters, by the dbt command in its name, however it is spelt; None: nothing."""
    match = _DBT.search(name)
    words = iter(_WORD.findall(name[match.end() :].lower()) if match else ())
    for each in words:
        if each in _FLAGS_WITH_VALUE:
            next(words, None)
        elif each in _BUILDING:
            return "results"
        elif each in {"docs", "source"}:
            return _TASKS.get((each, next(words, "")))
        elif each in _OTHER_COMMANDS:
            return None
    return None


def _environment(row: _DetailRow) -> Environment | None:
    if row.environment is None:
        return None
    return Environment(
        name=word(row.environment.name),
        project_id=count(row.project_id) or count(row.environment.project_id),
        slug="staging" if row.environment.deployment_type == "staging" else "production",
    )
