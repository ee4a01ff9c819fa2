"""That a node is not there is said only of one that is not."""

import pytest

from agent.reading.denials import denied_though_there
from tests.unit.agent.shop import NODES, names_of

NAMES = names_of(NODES)

DENIED = [
    "I could not look up the `orders` model, as it is not mentioned in the catalog.",
    "`orders` is not in the catalog.",
    "The model `orders` does not exist.",
    "There is no `orders` model.",
    "The catalog has no table called `orders`.",
    "I can't find `orders`.",
    "I was unable to find **`orders`** here.",
    "`orders` isn't listed in this project, use something else.",
    "`orders` is missing from the catalog.",
    "The catalog does not contain `orders`.",
]
NOT_DENIED = [
    "`orders` is not available for 2019.",
    "`orders` does not contain refunds.",
    "There is no `ghost_orders` model; use `orders`.",
    "`orders` is not in euros.",
    "`orders` does not have a region.",
    "I can't see regions in `orders`.",
    "There is no better model than `orders`.",
    "`orders` has no column for it.",
]


@pytest.mark.parametrize("prose", DENIED)
def test_a_node_that_is_there_and_is_denied_is_found(prose: str) -> None:
    assert denied_though_there(prose, NAMES) == ["orders"]


@pytest.mark.parametrize("prose", NOT_DENIED)
def test_what_a_node_lacks_and_what_is_not_there_is_no_denial(prose: str) -> None:
    assert denied_though_there(prose, NAMES) == []
