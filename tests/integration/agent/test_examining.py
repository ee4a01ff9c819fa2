"""A finished answer is examined against the catalog, whoever made it and whatever was checked before."""

from dataclasses import replace

import pytest

from agent import Answer, Trust
from agent.evaluation.answering import Examiner
from agent.library import Library
from tests.integration.agent.asking import NOW, Asking


@pytest.fixture
async def true(asking: Asking) -> Answer:
    return (await asking.ask("who owns orders?")).answer


@pytest.fixture
def examiner(asking: Asking, true: Answer) -> Examiner:
    assert asking.agent is not None
    return Examiner(asking.agent, Library(asking.shelf.catalog, asking.shelf.searcher, lambda: NOW))


async def test_a_true_answer_holds(examiner: Examiner, true: Answer) -> None:
    found = await examiner.examine(replace(true, sql="select order_id from orders"))
    assert (found.wrong_names, found.sql_faults, found.wrong_trust) == ((), (), ())
    assert "model.lanternfish.orders" in found.sql_tables


async def test_what_is_made_up_is_found(examiner: Examiner, true: Answer) -> None:
    lie = replace(true, text="Use `made_up_orders`.", sql="select nothing_real from orders")
    found = await examiner.examine(lie)
    assert found.wrong_names == ("made_up_orders",)
    assert len(found.sql_faults) == 1
    assert "nothing_real" in found.sql_faults[0]


async def test_a_trust_line_that_is_not_the_catalogs_is_found(examiner: Examiner, true: Answer) -> None:
    [line] = true.trust
    lies: list[tuple[Trust, ...]] = [
        (replace(line, status="unhealthy"),),
        (replace(line, line=line.line + " · all is well"),),
        (replace(line, unique_id="model.lanternfish.no_more"),),
    ]
    assert all([(await examiner.examine(replace(true, trust=lie))).wrong_trust for lie in lies])
    missing = await examiner.examine(replace(true, trust=(), path="model"))
    assert missing.wrong_trust == ("model.lanternfish.orders",)
    imitated = await examiner.examine(replace(true, path="model", text="Confidence: verified"))
    assert imitated.wrong_trust == ("the answer's own text",)
