"""Question files → cases: JSON lines, whatever else stands in them (pure)."""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from agent.evaluation.values import Case, Fault

LONGEST_LINE = 1_000_000
"""Bytes; what is longer is no question."""
_LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds: cases in its order, and the lines that are none."""

    cases: tuple[Case, ...]
    faults: tuple[Fault, ...]


class _Line(msgspec.Struct):
    """A line as people write it; other keys are not looked at."""

    id: str | int | None = None
    set: str | None = None
    project: str | None = None
    question: str | None = None
    context: str | None = None
    remove_node: str | list[str] | None = None
    gold_unique_ids: str | list[str] | None = None
    answerable: bool | None = None
    kind: str | None = None


def read_questions(lines: Iterable[bytes], *, name: str, usual_set: str) -> Reading:
    """Read the lines of a file; blank ones do not count.

    Args:    name: of the file, as people know it.
             usual_set: the set of a line that names none.
    """
    cases: dict[tuple[str, str], Case] = {}
    faults: list[Fault] = []
    for number, line in enumerate(lines, 1):
        text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if not text.strip():
            continue
        where = f"{name}:{number}"
        try:
            case = _case(text, where, usual_set)
        except ValueError as error:
            faults.append(Fault(where, str(error)))
            continue
        key = (case.set_name, case.id)
        if key in cases:
            faults.append(Fault(where, f"has the id of {cases[key].where}: left out"))
        else:
            cases[key] = case
    return Reading(tuple(cases.values()), tuple(faults))


def _case(text: bytes, where: str, usual_set: str) -> Case:
    """Raises: ValueError, saying what is wrong with the line."""
    if len(text) > LONGEST_LINE:
        raise ValueError(f"is longer than {LONGEST_LINE:,} bytes")
    line = _parse(text)
    question = " ".join((line.question or "").split())
    if not question:
        raise ValueError("has no question")
    gold = _listed(line.gold_unique_ids)
    if not gold and line.answerable is None:
        raise ValueError('has no gold_unique_ids; say "answerable": false if the catalog cannot answer it')
    return Case(
        where=where,
        set_name=line.set or usual_set,
        id=str(line.id if line.id not in (None, "") else question)[:_LONGEST_ID],
        question=question,
        project=line.project or "",
        context=" ".join((line.context or "").split()),
        gold=gold,
        removed=_listed(line.remove_node),
        is_answerable=line.answerable is not False,
        kind=line.kind or "",
    )


def _parse(text: bytes) -> _Line:
    try:
        return msgspec.json.decode(text, type=_Line)
    except msgspec.ValidationError as error:
        raise ValueError(f"cannot be used: {error}") from error
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError("is no JSON") from error


def _listed(value: str | list[str] | None) -> tuple[str, ...]:
    given = [value] if isinstance(value, str) else value or []
    return tuple(dict.fromkeys(each.strip() for each in given if each.strip()))
