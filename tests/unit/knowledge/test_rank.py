"""From the ranks that each voice gives to one list."""

from typing import Any

from knowledge.found import Filters, Hit
from knowledge.priors import Standing
from knowledge.rank import Ranked, fuse


def _ranked(voice: Any, rank: int, unique_id: str, **facts: Any) -> Ranked:
    given = {"kind": unique_id.split(".")[0], "layer": "mart", "is_documented": False, **facts}
    standing = Standing(**{name: given.pop(name) for name in [*given] if name in Standing.__dataclass_fields__})
    return Ranked(
        voice=voice, rank=rank, unique_id=unique_id, standing=standing, **{"name": unique_id.split(".")[2], **given}
    )


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


def test_a_metric_comes_before_models_and_what_only_describes_them_after() -> None:
    assert _order(
        _ranked("text", 1, "semantic_model.shop.meaning", layer="other"),
        _ranked("text", 2, "model.shop.orders"),
        _ranked("text", 3, "metric.shop.revenue", layer="other"),
    ) == ["revenue", "orders", "meaning"]


def test_what_describes_a_node_speaks_for_it() -> None:
    ranked = [
        _ranked("text", 1, "exposure.shop.board", layer="other"),
        _ranked("text", 4, "model.shop.customers"),
        _ranked("text", 30, "model.shop.orders"),
    ]
    assert _order(*ranked) == ["board", "customers", "orders"]
    lifted = [*ranked, _ranked("described", 1, "model.shop.orders", key="exposure.shop.board")]
    hits = fuse(lifted, limit=10)
    assert [hit.name for hit in hits] == ["board", "orders", "customers"]
    assert hits[1].voices["described"].matched == "board"


def test_a_dashboard_of_many_models_lifts_each_of_them_less() -> None:
    board = _ranked("text", 1, "exposure.shop.board", layer="other")

    def lift(models: int) -> float:
        rests = [
            _ranked("described", 1, f"model.shop.m{number}", key="exposure.shop.board") for number in range(models)
        ]
        return next(hit for hit in fuse([board, *rests], limit=99) if hit.name == "m0").score

    assert lift(1) > lift(4) > 0


def test_a_describer_that_was_not_found_lifts_nothing() -> None:
    [hit] = fuse(
        [
            _ranked("text", 1, "model.shop.orders"),
            _ranked("described", 1, "model.shop.orders", key="metric.shop.gone"),
        ],
        limit=10,
    )
    assert _ranks(hit) == {"text": 1}


def test_tables_of_the_source_that_fits_best_as_a_whole_come_first() -> None:
    def table(source: str, name: str, rank: int) -> Ranked:
        return _ranked("text", rank, f"source.shop.{source}_{name}", layer="raw", source_name=source)

    ranked = [
        table("zoo", "visits", 1),
        table("shop", "orders", 2),
        table("shop", "items", 3),
        table("shop", "buyers", 4),
    ]
    assert _order(*ranked) == ["shop_orders", "shop_items", "shop_buyers", "zoo_visits"]
    assert "source" not in fuse(ranked, limit=10)[0].priors


def test_what_is_built_on_much_comes_first_unless_it_is_there_for_that() -> None:
    assert _order(_ranked("text", 1, "model.shop.a"), _ranked("text", 2, "model.shop.b", users=4)) == ["b", "a"]
    staging = _ranked("text", 2, "model.shop.b", users=4, layer="staging")
    assert _order(_ranked("text", 1, "model.shop.a", layer="staging"), staging) == ["a", "b"]


def test_what_fails_comes_after_its_like_and_what_is_documented_before() -> None:
    assert _order(
        _ranked("text", 1, "model.shop.failing", is_failing=True),
        _ranked("text", 2, "model.shop.bare"),
        _ranked("text", 2, "model.shop.told", is_documented=True),
    ) == ["told", "bare", "failing"]


def test_a_column_is_named_when_its_meaning_is_nearer_than_the_nodes() -> None:
    def column(distance: float) -> str | None:
        node = _ranked("vector", 1, "model.shop.orders", distance=0.3)
        nearest = _ranked("column_vector", 1, "model.shop.orders", column_name="is_gift", distance=distance)
        return fuse([node, nearest], limit=1)[0].column

    assert column(0.2) == "is_gift"
    assert column(0.4) is None


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


def test_the_layer_that_is_spoken_of_stands_higher_and_no_layer_lower() -> None:
    ranked = [
        _ranked("text", 1, "model.shop.orders"),
        _ranked("text", 3, "model.shop.stg_orders", layer="staging"),
        _ranked("text", 4, "source.shop.raw_orders", layer="raw"),
    ]
    hits = fuse(ranked, likes=Filters(layers=("staging",)), limit=3)
    assert [hit.name for hit in hits] == ["stg_orders", "orders", "raw_orders"]
    assert [dict(hit.priors) for hit in hits] == [{"staging, as the question says": 2.0}, {}, {}]


def test_one_mention_counts_once_however_many_things_are_called_so() -> None:
    likes = Filters(tags=("finance",), owners=("finance",), schemas=("finance",), projects=("finance",))
    has = {"tags": ["finance"], "owners": ["finance"], "schemas": ["finance"], "project": "finance"}
    [hit] = fuse([_ranked("text", 1, "model.shop.a", **has)], likes=likes, limit=1)
    assert hit.priors == {"tag finance, as the question says": 1.2}
    [hit] = fuse([_ranked("text", 1, "model.shop.a", **has | {"tags": []})], likes=likes, limit=1)
    assert hit.priors == {"owner finance, as the question says": 1.2}


def test_a_kind_or_a_package_that_is_mentioned_does_not_stand_back() -> None:
    metric = _ranked("text", 1, "metric.shop.revenue", layer="other")
    packaged = _ranked("text", 1, "model.shop.packaged", package="elementary", is_own=False)
    hits = fuse([metric, packaged], likes=Filters(kinds=("metric",), packages=("elementary",)), limit=2)
    assert [dict(hit.priors) for hit in hits] == [
        {"kind metric, as the question says": 1.2},
        {"package elementary, as the question says": 1.2},
    ]


def test_what_moves_a_version_is_among_its_reasons() -> None:
    hits = fuse([_version("2", rank=1), _version("3", rank=9)], limit=2)
    for hit in hits:
        points = sum(part.points for part in hit.voices.values())
        assert abs(hit.score - points * hit.priors.get("version", 1.0)) < 1e-9
    assert "version" in hits[0].priors


def test_what_is_called_by_name_comes_first_whatever_speaks_for_others() -> None:
    rival = [
        _ranked("text", 1, "model.shop.orders", users=6, is_documented=True, is_exposed=True),
        _ranked("vector", 1, "model.shop.orders"),
        _ranked("name", 1, "model.shop.orders", key="orders"),
    ]
    named = _ranked("name", 9, "source.shop.raw_orders", key="raw.orders", layer="raw", is_own=False)
    assert _order(*rival, named) == ["orders", "raw_orders"]
    hits = fuse([*rival, named], asked={"raw.orders"}, limit=2)
    assert [hit.name for hit in hits] == ["raw_orders", "orders"]
    assert set(hits[0].priors) == {"named"}


def test_what_is_called_by_name_keeps_what_speaks_for_it() -> None:
    ranked = [
        _ranked("name", 1, "model.shop.a", key="a_b", name="a_b"),
        _ranked("name", 1, "model.shop.b", key="a_b", name="a_b", users=6),
    ]
    assert [hit.unique_id for hit in fuse(ranked, asked={"a_b"}, limit=2)] == ["model.shop.b", "model.shop.a"]


def test_of_several_of_a_name_the_one_with_the_column_behind_it_comes_first_and_a_name_before_a_label() -> None:
    def name(unique_id: str, **facts: Any) -> Ranked:
        return _ranked("name", 2, unique_id, key="refunds", **facts)

    source = name("source.shop.refunds", layer="raw")
    metric = name("metric.shop.refunded_amount", layer="other")
    model = name("model.shop.refunds", users=6)
    assert _order(metric, source, asked={"refunds"}) == ["refunds", "refunded_amount"]
    column = _ranked("column", 9, "source.shop.refunds", key="id", column_name="id", layer="raw")
    hits = fuse([model, source, column], asked={"refunds"}, asked_columns={"id"}, limit=2)
    assert [(hit.unique_id, hit.column) for hit in hits] == [
        ("source.shop.refunds", "id"),
        ("model.shop.refunds", None),
    ]


def test_a_node_that_is_called_by_name_shows_no_column_but_one_that_is_named() -> None:
    node = [
        _ranked("name", 1, "model.shop.daily_sales", key="daily_sales", distance=0.4),
        _ranked("vector", 1, "model.shop.daily_sales", distance=0.4),
        _ranked("column_vector", 1, "model.shop.daily_sales", column_name="channel", distance=0.1),
        _ranked("column", 1, "model.shop.daily_sales", key="sales", column_name="sales"),
    ]

    def column(*more: Ranked, columns: Any = ()) -> str | None:
        return fuse([*node, *more], asked={"daily_sales"}, asked_columns=columns, limit=1)[0].column

    assert column() is None
    assert column(columns={"sales"}) == "sales"
    assert column(_ranked("column", 3, "model.shop.daily_sales", key="channel", column_name="channel")) == "channel"


def test_a_version_is_asked_for_by_its_unique_id_too() -> None:
    ranked = [_version(number, rank=int(number)) for number in "321"]
    key = "model.shop.orders.v1"
    named = _ranked("name", 1, "model.shop.orders.v1", version="1", is_latest=False, key=key, name="orders")
    assert fuse([*ranked, named], asked={key}, limit=1)[0].unique_id == "model.shop.orders.v1"
