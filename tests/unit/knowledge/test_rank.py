"""From the ranks that each voice gives to one list."""

from typing import Any

from knowledge.found import Hit
from knowledge.rank import Ranked, fuse


def _ranked(voice: Any, rank: int, unique_id: str, **facts: Any) -> Ranked:
    given = {"name": unique_id.split(".")[2], "kind": unique_id.split(".")[0], "layer": "mart", **facts}
    return Ranked(voice=voice, rank=rank, unique_id=unique_id, **given)


def _ranks(hit: Hit) -> dict[str, int]:
    return {voice: part.rank for voice, part in hit.voices.items()}


def _order(*ranked: Ranked, asked: Any = ()) -> list[str]:
    return [hit.name for hit in fuse(ranked, asked=asked, limit=10)]


def test_a_node_that_two_voices_name_beats_one_that_one_voice_names_first() -> None:
    hits = fuse(
        [_ranked("text", 1, "model.shop.a"), _ranked("text", 2, "model.shop.b"), _ranked("vector", 2, "model.shop.b")],
        limit=10,
    )
    assert [hit.name for hit in hits] == ["b", "a"]
    assert _ranks(hits[0]) == {"text": 2, "vector": 2}
    assert hits[0].score > hits[1].score


def test_equal_scores_come_in_order_of_unique_id_whatever_order_they_arrive_in() -> None:
    ranked = [_ranked("text", 1, "model.shop.b"), _ranked("vector", 1, "model.shop.a")]
    assert _order(*ranked) == _order(*ranked[::-1]) == ["a", "b"]


def test_nothing_ranked_gives_nothing_and_the_limit_holds() -> None:
    assert fuse([], limit=10) == []
    assert len(fuse([_ranked("text", n, f"model.shop.m{n}") for n in range(1, 30)], limit=3)) == 3


def test_marts_come_before_staging_and_sources_of_the_same_ranks() -> None:
    assert _order(
        _ranked("text", 1, "source.shop.raw_orders", layer="raw"),
        _ranked("text", 2, "model.shop.stg_orders", layer="staging"),
        _ranked("text", 3, "model.shop.orders"),
    ) == ["orders", "stg_orders", "raw_orders"]


def test_what_describes_a_model_comes_after_it() -> None:
    assert _order(
        _ranked("text", 1, "semantic_model.shop.meaning", layer="other"),
        _ranked("text", 2, "metric.shop.revenue", layer="other"),
        _ranked("text", 3, "model.shop.orders"),
    ) == ["orders", "revenue", "meaning"]


def test_the_projects_own_nodes_come_before_packages_and_deprecated_ones_last() -> None:
    assert _order(
        _ranked("text", 1, "model.shop.gone", is_deprecated=True),
        _ranked("text", 2, "model.shop.packaged", is_own=False),
        _ranked("text", 3, "model.shop.own"),
    ) == ["own", "packaged", "gone"]


def test_no_prior_holds_against_a_node_that_is_asked_for_by_name() -> None:
    ranked = [
        _ranked("text", 1, "model.shop.orders"),
        _ranked("vector", 1, "model.shop.orders"),
        _ranked("text", 9, "model.shop.stg_orders", layer="staging"),
        _ranked("name", 1, "model.shop.stg_orders", layer="staging", key="stg_orders"),
    ]
    assert _order(*ranked, asked={"stg_orders"}) == ["stg_orders", "orders"]
    assert _order(*ranked) == ["orders", "stg_orders"]


def test_a_name_that_many_share_says_less() -> None:
    assert _order(
        _ranked("name", 40, "model.shop.a_common", key="net_revenue"),
        _ranked("name", 1, "model.shop.b_rare", key="gross_margin"),
    ) == ["b_rare", "a_common"]


def test_one_word_that_happens_to_be_a_name_says_less_than_several() -> None:
    assert _order(
        _ranked("name", 1, "model.shop.a", key="date"), _ranked("name", 1, "model.shop.b", key="order_items")
    ) == ["b", "a"]


def test_names_that_overlap_count_once() -> None:
    once = fuse([_ranked("name", 1, "model.shop.a", key="order_items")], limit=1)
    twice = fuse([_ranked("name", 1, "model.shop.a", key=key) for key in ("order_items", "shop_order_items")], limit=1)
    assert once[0].score == twice[0].score


def test_a_hit_that_a_column_lifted_names_the_one_that_says_most() -> None:
    [hit] = fuse(
        [
            _ranked("column", 1, "model.shop.orders", key="gift", column_name="gift"),
            _ranked("column", 30, "model.shop.orders", key="order_id", column_name="order_id"),
            _ranked("column", 1, "model.shop.orders", key="is_gift", column_name="IS_GIFT"),
            _ranked("text", 5, "model.shop.orders"),
        ],
        limit=1,
    )
    assert hit.column == "IS_GIFT"
    assert _ranks(hit) == {"column": 1, "text": 5}


def _version(number: str, *, rank: int, **facts: Any) -> Ranked:
    return _ranked("text", rank, f"model.shop.orders.v{number}", version=number, is_latest=number == "3", **facts)


def test_older_versions_follow_right_after_the_latest_and_deprecated_ones_fall_behind() -> None:
    hits = fuse(
        [
            _version("1", rank=1, is_deprecated=True),
            _version("2", rank=2),
            _ranked("text", 3, "model.shop.customers"),
            _version("3", rank=4),
        ],
        limit=10,
    )
    assert [hit.unique_id for hit in hits] == [
        "model.shop.orders.v3",
        "model.shop.orders.v2",
        "model.shop.customers",
        "model.shop.orders.v1",
    ]


def test_a_version_that_is_asked_for_comes_first() -> None:
    ranked = [_version(number, rank=int(number)) for number in "321"]
    named = _ranked("name", 1, "model.shop.orders.v1", version="1", is_latest=False, key="orders_v1")
    first = fuse([*ranked, named], asked={"orders_v1"}, limit=1)
    assert first[0].unique_id == "model.shop.orders.v1"


def test_a_model_of_two_environments_is_one_hit() -> None:
    ranked = [_ranked("text", 1, "model.shop.a"), _ranked("text", 2, "model.shop.a")]
    assert len(fuse(ranked, limit=10)) == 1
