"""What fails right now, in the whole project: nodes whose newest build, or a test that counts, failed."""

from agent.direct.naming import kinds_of
from agent.direct.phrasebook import Reading
from agent.draft import Draft
from agent.library import Library
from agent.shown import bullets, code, count, listed, summary_code, what_it_is
from knowledge.values import Broken

_MOST_LINES = 10
_MOST_TESTS = 3


async def tell_broken(reading: Reading, library: Library) -> Draft:
    """A line for each node that fails, the most important first."""
    noun = reading.noun.removeprefix("dbt ").removesuffix("s")
    only_tests = noun == "test"
    kinds = () if noun in {"test", "column", "field"} else kinds_of(noun)
    found, number = await library.catalog.broken(kinds=kinds, only_tests=only_tests, limit=_MOST_LINES)
    what = noun if kinds else "node"
    if not found:
        what = "test" if only_tests else what if kinds else ""
        return Draft(text=f"{f'No {what}' if what else 'Nothing'} fails right now, as far as I know.", kind="broken")
    verb = "has a failing test" if only_tests else "fails"
    verbs = "have failing tests" if only_tests else "fail"
    lines = [_line(each, only_tests=only_tests) for each in found]
    text = f"{count(number, what)} {verb if number == 1 else verbs} right now:\n{bullets(lines)}"
    text += f"\n- … and {number - len(lines):,} more" if number > len(lines) else ""
    return Draft(text=text, nodes=tuple(each.node.unique_id for each in found), kind="broken")


def _line(broken: Broken, *, only_tests: bool) -> str:
    tests = [code(test) for test in broken.tests]
    faults = ["its build failed"] if broken.build and not only_tests else []
    if tests:
        word = "test" if len(tests) == 1 else "tests"
        faults.append(f"{word} {listed(tests, limit=_MOST_TESTS)} {'fails' if len(tests) == 1 else 'fail'}")
    return f"{summary_code(broken.node)} ({what_it_is(broken.node)}): {listed(faults)}"
