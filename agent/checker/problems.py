"""What the check found, in words: for the model, so that it can do better, and for the person who asked."""

from collections.abc import Sequence

from agent.checker.vocabulary import Problem
from agent.shown import code, listed


def explain(problem: Problem) -> str:
    """One problem as the model is told of it, with the nearest real names."""
    name, near = code(problem.name), f" Nearest: {', '.join(map(code, problem.nearest))}." if problem.nearest else ""
    inside = f" of {code(problem.within)}" if problem.within else ""
    match problem.kind:
        case "table":
            return f"{name} is no table of the project.{near}"
        case "metric":
            return f"{name} is no metric of the project.{near}"
        case "column":
            return f"{name} is no column{inside}.{near}"
        case "undocumented" | "elsewhere":
            return f"{name} is not among the documented columns{inside}.{near}"
        case "unreadable":
            return "The SQL does not parse."
        case "write":
            return "The SQL is not a single SELECT statement; nothing else may be written."
        case _:
            return f"{name} is not in the catalog.{near}"


def flag_names(problems: Sequence[Problem]) -> list[str]:
    """Sentences for the asker about names that are left in the answer, though the catalog does not have them."""
    wrong = [
        code(each.name) for each in problems if each.kind not in {"undocumented", "elsewhere", "unreadable", "write"}
    ]
    vague = [code(each.name) for each in problems if each.kind in {"undocumented", "elsewhere"}]
    flags = []
    if wrong:
        flags.append(f"{listed(list(dict.fromkeys(wrong)))} {_is(wrong)} not in the catalog.")
    if vague:
        flags.append(f"{listed(list(dict.fromkeys(vague)))} {_is(vague)} not documented there.")
    return flags


def explain_withheld(problems: Sequence[Problem]) -> str:
    """Why the SQL is not shown."""
    kinds = {problem.kind for problem in problems}
    if "write" in kinds:
        return "I left out SQL that would not only read."
    if "unreadable" in kinds:
        return "I left out SQL that could not be read, and so not be checked."
    names = list(dict.fromkeys(code(problem.name) for problem in problems if problem.breaks_sql))
    return f"I left out the SQL: {listed(names)} {_is(names)} not in the catalog."


def _is(names: Sequence[str]) -> str:
    return "is" if len(set(names)) == 1 else "are"
