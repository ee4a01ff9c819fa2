"""What the checker makes of SQL that is right, and of the same SQL with one name wrong.

The statements are those of a file of questions (their ``gold_sql``, read in their ``dialect``), or what dbt compiled
the project's own models to.
"""

import gzip
import json
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlglot

from agent.checker.parsing import named, parse
from agent.checker.problems import explain
from agent.checker.sql import check_sql
from agent.checker.vocabulary import Problem, Vocabulary
from knowledge import Artifacts, Names, Node
from knowledge.artifacts import parse_artifacts
from knowledge.dialects import dialect_of
from tests.bench.mutants import Mutant, mutants
from tests.unit.agent.shop import names_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """SQL that is right, in one dialect."""

    id: str
    sql: str
    dialect: str


@dataclass(slots=True)
class Count:
    """How many of how many."""

    yes: int = 0
    of: int = 0

    def add(self, *, yes: bool) -> None:
        self.yes += yes
        self.of += 1

    def __str__(self) -> str:
        return f"{self.yes} of {self.of} ({self.yes / self.of:.2%})" if self.of else "none"


@dataclass(slots=True)
class Findings:
    """What was counted. ``examples``: what is wrong with the checker, a line each."""

    alarms: Count = field(default_factory=Count)
    caught: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    kinds: Counter[str] = field(default_factory=Counter[str])
    seconds: list[float] = field(default_factory=list[float])
    examples: list[str] = field(default_factory=list[str])


def measure(
    artifacts: Path,
    questions: Path | None,
    *,
    dialect: str | None = None,
    only_where: str | None = None,
    planted: int = 3,
) -> tuple[list[tuple[str, str, str]], list[str]]:
    """Rows of (what, value, goal), and every false alarm and every wrong name that passed, in words.

    Args: dialect: read everything in this one. only_where: a field that must be true of a question.
          planted: wrong names of each kind (column, table, qualifier) that are tried in each statement.
    """
    bench = _Bench(_load(artifacts), planted)
    statements = _asked(questions, dialect, only_where) if questions else _compiled(artifacts, dialect or bench.dialect)
    findings = Findings()
    for statement in statements:
        bench.look_at(statement, findings)
    return _rows(findings), findings.examples


class _Bench:
    """A project's names and nodes, looked up as the agent looks them up."""

    def __init__(self, artifacts: Artifacts, planted: int) -> None:
        self._planted = planted
        self.dialect = dialect_of(artifacts.project.adapter)
        self._names: Names = names_of(artifacts.nodes)
        self._nodes: dict[str, Node] = {node.unique_id: node for node in artifacts.nodes}

    def look_at(self, statement: Statement, findings: Findings) -> None:
        problems = self._check(statement.sql, statement.dialect, findings.seconds)
        findings.alarms.add(yes=bool(problems))
        if problems:
            findings.kinds.update({problem.kind for problem in problems})
            findings.examples.append(_line("false alarm", statement, problems))
            return
        for mutant in mutants(statement.sql, statement.dialect, self._names, most=self._planted):
            self._try(mutant, statement, findings)

    def _try(self, mutant: Mutant, statement: Statement, findings: Findings) -> None:
        problems = self._check(mutant.sql, statement.dialect, [])
        is_caught = any(mutant.new.lower() in problem.name.lower() for problem in problems)
        for place in (mutant.what, *(f"{mutant.what}, {place}" for place in mutant.places)):
            findings.caught[place].add(yes=is_caught)
        if not is_caught:
            where = f"missed {mutant.what} {mutant.old} → {mutant.new} ({', '.join(mutant.places)})"
            findings.examples.append(_line(where, statement, problems))

    def _check(self, sql: str, dialect: str, seconds: list[float]) -> list[Problem]:
        parsed = parse(sql, dialect)
        asked = [part for name in named(parsed) for part in (name, name.rpartition(".")[2])] if parsed else []
        found = {summary.unique_id for name in asked for summary in self._names.exact(name)}
        nodes = {each: self._nodes[each] for each in found if each in self._nodes}
        vocabulary = Vocabulary(names=self._names, nodes=nodes, dialect=dialect)
        started = time.perf_counter()
        problems = check_sql(sql, vocabulary)
        seconds.append(time.perf_counter() - started)
        return problems


def _rows(findings: Findings) -> list[tuple[str, str, str]]:
    kinds = "".join(f", {number} {kind}" for kind, number in findings.kinds.most_common())
    took = sorted(findings.seconds) or [0.0]
    return [
        ("right SQL that raises an alarm", f"{findings.alarms}{kinds}", "< 1 %"),
        *(
            (f"caught: {place}", str(count), "" if "," in place else "≥ 99 %")
            for place, count in sorted(findings.caught.items())
        ),
        (
            "one check p50 / p95 / worst",
            " / ".join(
                f"{each * 1000:.1f}" for each in (statistics.median(took), took[int(len(took) * 0.95)], took[-1])
            )
            + " ms",
            "",
        ),
    ]


def _line(what: str, statement: Statement, problems: Sequence[Problem]) -> str:
    told = " ".join(explain(problem) for problem in problems)
    return f"{what} · {statement.id} [{statement.dialect}] · {told} · {' '.join(statement.sql.split())[:1500]}"


def _load(folder: Path) -> Artifacts:
    manifest = _read(folder, "manifest")
    if manifest is None:
        raise SystemExit(f"{folder} has no manifest.json")
    return parse_artifacts(manifest=manifest, catalog=_read(folder, "catalog"))


def _read(folder: Path, name: str) -> bytes | None:
    found = next((path for path in sorted(folder.glob(f"{name}.json*"))), None)
    if found is None:
        return None
    return gzip.decompress(found.read_bytes()) if found.suffix == ".gz" else found.read_bytes()


def _asked(questions: Path, dialect: str | None, only_where: str | None) -> Iterator[Statement]:
    """Every question's SQL, once in each dialect that it names."""
    for number, line in enumerate(questions.read_text(encoding="utf-8").splitlines()):
        question: dict[str, Any] = json.loads(line)
        if not question.get("gold_sql") or (only_where and not question.get(only_where)):
            continue
        named = str(question.get("dialect") or "").replace("(", " ").replace(")", " ").replace("/", " ").split()
        known = [each for each in named if each in sqlglot.Dialects.__members__.values()]
        for each in [dialect] if dialect is not None else known or [""]:
            yield Statement(id=str(question.get("id", number)), sql=question["gold_sql"], dialect=each)


def _compiled(folder: Path, dialect: str) -> Iterator[Statement]:
    """What the project's own models were compiled to, else their code as it was written."""
    manifest = json.loads(_read(folder, "manifest") or b"{}")
    for node in manifest.get("nodes", {}).values():
        if node.get("resource_type") == "model" and node.get("language", "sql") == "sql":
            code = node.get("compiled_code") or node.get("compiled_sql")
            if code:
                yield Statement(id=node["unique_id"], sql=code, dialect=dialect)
