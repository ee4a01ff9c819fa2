"""Search results as a terminal and as programs read them."""

from bot.search_text import found_json, found_lines
from knowledge import Filters, Found, Hit
from knowledge.found import Part, Unknown

ORDERS = Hit(
    unique_id="model.shop.stg_orders",
    name="stg_orders",
    kind="model",
    score=0.0891,
    column="net_amount",
    voices={
        "vector": Part(rank=3, points=0.04347826),
        "name": Part(rank=1, points=0.0952381, matched="stg_orders"),
        "column": Part(rank=2, points=0.02272727, matched="net_amount"),
    },
    priors={"staging": 0.7, "tag finance, as the question says": 1.2},
)
METRIC = Hit(unique_id="metric.shop.revenue", name="revenue", kind="metric", score=0.04)
FOUND = Found(
    hits=(ORDERS, METRIC),
    only=Filters(tags=("finance", "daily")),
    likes=Filters(layers=("staging",)),
    corrected={"ordrs": "orders", "amuont": "amount"},
)


def test_a_result_is_a_line_and_the_columns_stand_below_each_other() -> None:
    assert found_lines(FOUND, explain=False).split("\n") == [
        "  0.0891  stg_orders  model  (column net_amount)",
        "  0.0400  revenue     metric",
    ]


def test_an_explanation_adds_what_was_understood_and_all_that_a_score_is_made_of() -> None:
    assert found_lines(FOUND, explain=True).split("\n") == [
        "Read: ordrs as orders, amuont as amount",
        "Kept to: tags finance, daily",
        "Higher stands: layers staging",
        "  0.0891  stg_orders  model  (column net_amount)",
        "          + 0.0952  its name, rank 1  stg orders",
        "          + 0.0435  meaning, rank 3",
        "          + 0.0227  a column's name, rank 2  net amount (column net_amount)",
        "          × 0.7     staging: what is built from it comes first",
        "          × 1.2     tag finance, as the question says",
        "  0.0400  revenue     metric",
    ]


def test_programs_are_told_that_nothing_answers_and_what_is_not_there() -> None:
    unknown = Unknown(facet="tag", said="finanse", nearest=("finance",))
    told = found_json("x", Found(is_nothing=True, unheard=("blood type",), unknown=(unknown,)), explain=False)
    assert told == {
        "query": "x",
        "results": [],
        "is_nothing": True,
        "unheard": ["blood type"],
        "unknown": [{"facet": "tag", "said": "finanse", "nearest": ["finance"]}],
    }


def test_an_explanation_says_what_nothing_mentions() -> None:
    lines = found_lines(Found(unheard=("blood type", "zodiac\x1b[31m")), explain=True).split("\n")
    assert lines[0] == "Nothing in the catalog mentions: blood type, zodiac [31m"


def test_nothing_found_is_said() -> None:
    assert found_lines(Found(), explain=False) == found_lines(Found(), explain=True) == "Nothing found."


def test_a_voice_that_is_new_here_is_called_by_its_own_name() -> None:
    hit = Hit(unique_id="m", name="m", kind="model", score=0.1, voices={"hearsay": Part(rank=1, points=0.1)})
    assert "+ 0.1000  hearsay, rank 1" in found_lines(Found(hits=(hit,)), explain=True)


def test_a_value_cannot_break_out_of_its_line() -> None:
    reason = "tag a\n\x1b[31m{b}, as the question says"
    hit = Hit(unique_id="m", name="m", kind="model", score=0.1, priors={reason: 1.2})
    lines = found_lines(Found(hits=(hit,), only=Filters(tags=("a\n\x1b[31m{b}",))), explain=True).split("\n")
    assert lines[0] == "Kept to: tags a [31m{b}"
    assert lines[2] == "          × 1.2     tag a [31m{b}, as the question says"


def test_programs_get_the_promised_keys_and_the_explanation_only_when_asked_for() -> None:
    plain = found_json("orders", FOUND, explain=False)
    assert plain == {
        "query": "orders",
        "results": [
            {
                "unique_id": "model.shop.stg_orders",
                "name": "stg_orders",
                "kind": "model",
                "score": 0.0891,
                "column": "net_amount",
            },
            {"unique_id": "metric.shop.revenue", "name": "revenue", "kind": "metric", "score": 0.04},
        ],
        "is_nothing": False,
        "unheard": [],
        "unknown": [],
    }
    explained = found_json("orders", FOUND, explain=True)
    assert explained["results"][0]["explain"] == {
        "voices": {
            "vector": {"rank": 3, "points": 0.043478, "matched": None},
            "name": {"rank": 1, "points": 0.095238, "matched": "stg_orders"},
            "column": {"rank": 2, "points": 0.022727, "matched": "net_amount"},
        },
        "priors": {"staging": 0.7, "tag finance, as the question says": 1.2},
    }
    assert explained["corrected"] == {"ordrs": "orders", "amuont": "amount"}
    assert (explained["only"], explained["likes"]) == ({"tags": ["finance", "daily"]}, {"layers": ["staging"]})
