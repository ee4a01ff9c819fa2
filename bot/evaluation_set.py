"""Files of questions: those that a command names, and the one that the owner keeps for after refreshes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from agent.evaluation import Case, Fault, read_questions
from knowledge import NotFound

MOST_KEPT = 1_000
"""Questions that are asked again after refreshes: some seconds of background work."""
_MOST_BYTES = 10_000_000


def load_questions(files: Iterable[Path]) -> tuple[list[Case], list[Fault]]:
    """All questions of the files, and what in them is none. Raises: NotFound when a file cannot be read."""
    cases: dict[tuple[str, str], Case] = {}
    faults: list[Fault] = []
    for path in files:
        try:
            with path.open("rb") as lines:
                reading = read_questions(lines, name=str(path), usual_set=path.name.partition(".")[0])
        except OSError as error:
            raise NotFound(f"{path} cannot be read: {error.strerror}.") from error
        faults += reading.faults
        for case in reading.cases:
            if (known := cases.setdefault((case.set_name, case.id), case)) is not case:
                faults.append(Fault(case.where, f"has the id of {known.where}: left out"))
    return list(cases.values()), faults


def first_of_each_set(cases: Iterable[Case], most: int | None) -> list[Case]:
    """The first ``most`` questions of each set, in their order; None: all."""
    seen: Counter[str] = Counter()
    kept: list[Case] = []
    for case in cases:
        seen[case.set_name] += 1
        if most is None or seen[case.set_name] <= most:
            kept.append(case)
    return kept


def load_kept_set(path: Path) -> Sequence[Case]:
    """The questions of EVAL_SET; lines that are none are left out.

    Raises:  NotFound when there is no such file, nothing to ask in it, or more than should be asked by itself.
    """
    path = path.expanduser()
    try:
        size = path.stat().st_size
    except OSError as error:
        raise NotFound(f"EVAL_SET: {path} cannot be read: {error.strerror}.") from error
    if size > _MOST_BYTES:
        raise NotFound(f"EVAL_SET: {path} is larger than {_MOST_BYTES // 1_000_000} MB: ask it with `marty eval`.")
    cases, faults = load_questions([path])
    if not cases:
        reason = f" ({faults[0].where} {faults[0].reason})" if faults else ""
        raise NotFound(f"EVAL_SET: {path} holds no question{reason}.")
    if len(cases) > MOST_KEPT:
        raise NotFound(
            f"EVAL_SET: {path} holds {len(cases):,} questions; at most {MOST_KEPT:,} are asked after a refresh."
        )
    return cases
