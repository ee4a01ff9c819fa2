"""The picture itself: a PNG of bearable size, with its own paper, that no name breaks."""

import io
from itertools import pairwise

import pytest
from PIL import Image

from agent.values import Graph, GraphNode
from bot.picture.drawing import draw
from bot.picture.fonts import ELLIPSIS, Typeface

MOST_PIXELS = 8_100_000


def _drawn(graph: Graph) -> Image.Image:
    content = draw(graph)
    assert content.startswith(b"\x89PNG")
    return Image.open(io.BytesIO(content)).convert("RGB")


def _chain(*nodes: GraphNode) -> Graph:
    edges = tuple((before.key, after.key) for before, after in pairwise(nodes))
    return Graph(nodes=nodes, edges=edges, asked=nodes[0].key)


def _colours(image: Image.Image) -> set[str]:
    found = image.getcolors(image.width * image.height) or []
    return {f"#{colour[0]:02x}{colour[1]:02x}{colour[2]:02x}" for number, colour in found if number > 200}  # pyright: ignore[reportIndexIssue]


def test_it_brings_its_own_paper_and_marks_what_was_asked_about() -> None:
    image = _drawn(_chain(GraphNode(key="a", name="orders", layer="mart"), GraphNode(key="b", name="x", layer="mart")))
    assert image.getpixel((0, 0)) == (255, 255, 255)
    assert {"#1f3a5f", "#fde6c4"} <= _colours(image)


@pytest.mark.parametrize(("state", "colour"), [("failing", "#c2281d"), ("late", "#b06a00")])
def test_what_ails_is_marked(state: str, colour: str) -> None:
    well = _chain(GraphNode(key="a", name="orders"), GraphNode(key="b", name="x"))
    ill = _chain(GraphNode(key="a", name="orders"), GraphNode(key="b", name="x", state=state))  # pyright: ignore[reportArgumentType]
    assert colour not in _colours(_drawn(well))
    assert colour in _colours(_drawn(ill))


@pytest.mark.parametrize("layer", ["source", "staging", "intermediate", "mart", "metric", "exposure", "other"])
def test_layers_differ_in_colour(layer: str) -> None:
    of_layer = _drawn(_chain(GraphNode(key="a", name="o"), GraphNode(key="b", name="x", layer=layer)))  # pyright: ignore[reportArgumentType]
    hidden = _drawn(_chain(GraphNode(key="a", name="o"), GraphNode(key="b", name="x", layer="hidden")))
    assert len(_colours(of_layer) - _colours(hidden)) >= 2, "a border and a paper of its own"


def test_the_largest_graph_stays_small_enough_to_be_sent_and_held() -> None:
    nodes = [GraphNode(key=str(number), name=f"a_very_long_name_of_a_model_{number}_" * 5) for number in range(60)]
    image = _drawn(_chain(*nodes))
    assert image.width * image.height <= MOST_PIXELS
    star = Graph(nodes=tuple(nodes), edges=tuple(("0", node.key) for node in nodes[1:]), asked="0")
    assert len(draw(star)) < 2_000_000


def test_a_row_of_seven_long_names_is_narrow_enough_to_be_read_in_a_thread() -> None:
    nodes = [GraphNode(key=str(number), name=f"int_payments__joined_to_orders_{number}") for number in range(7)]
    assert _drawn(_chain(*nodes)).width <= 2_700, "at 700 pixels a letter is 7 pixels high"


def test_few_boxes_are_wide_enough_for_long_names() -> None:
    short = [GraphNode(key=key, name="int_orders") for key in "ab"]
    long = [GraphNode(key=key, name="int_payments__joined_to_orders_and_to_customers_by_day") for key in "ab"]
    assert _drawn(_chain(*long)).width > 2 * _drawn(_chain(*short)).width


def test_long_names_go_on_in_a_second_line_and_all_boxes_are_as_high() -> None:
    short = _drawn(_chain(GraphNode(key="a", name="orders"), GraphNode(key="b", name="x")))
    long = _drawn(_chain(GraphNode(key="a", name="orders"), GraphNode(key="b", name="monthly_recurring_revenue_" * 3)))
    assert long.height > short.height


def test_colours_are_few_so_that_the_file_is_small() -> None:
    nodes = [GraphNode(key=str(number), name=f"model_{number}", layer="mart") for number in range(28)]
    content = draw(Graph(nodes=tuple(nodes), edges=tuple(("0", node.key) for node in nodes[1:]), asked="0"))
    assert Image.open(io.BytesIO(content)).mode == "P"
    assert len(content) < 100_000


@pytest.mark.parametrize(
    "name",
    ["", " ", "\n", "\u202egnirts", "заказы", "注文", "مبيعات", "हिन्दी", "🙂" * 50, "x" * 10_000, "\x00", "a\u0301"],
)
def test_no_name_breaks_it(name: str) -> None:
    _drawn(_chain(GraphNode(key="a", name=name, column=name), GraphNode(key="b", name=name)))


def test_a_node_alone_can_be_drawn() -> None:
    _drawn(_chain(GraphNode(key="a", name="orders")))


def test_long_names_lose_their_middle() -> None:
    face = Typeface(13)
    shown = face.fitted("stg_warehouse__orders_2024_history_full", 120)
    assert shown.startswith("stg_ware")
    assert shown.endswith("full")
    assert ELLIPSIS in shown
    assert face.width(shown) <= 120
    assert face.fitted("orders", 120) == "orders"


@pytest.mark.parametrize(
    "name", ["Größe", "Łódź", "заказы", "παραγγελίες", "الطلبات", "הזמנות", "ऑर्डर", "คำสั่งซื้อ", "შეკვეთა"]
)
def test_scripts_have_letters_of_their_own(name: str) -> None:
    pieces = Typeface(13).runs(name)
    assert "".join(text for _, text in pieces) == name
    assert all(font.getmask(text).getbbox() for font, text in pieces)


def test_what_no_font_can_draw_is_left_out_visibly() -> None:
    [(_, text)] = Typeface(13).runs("a\U000130fe\U000130feb")  # hieroglyphs
    assert text == f"a{ELLIPSIS}b"


def test_marks_that_turn_the_direction_of_text_do_nothing() -> None:
    assert "".join(text for _, text in Typeface(13).runs("pay\u202eno\u2066w")) == "paynow"
