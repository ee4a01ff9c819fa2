"""A graph as a PNG that is readable on a light and on a dark screen: it brings its own paper."""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from PIL import Image, ImageDraw

from agent.values import Graph, GraphLayer, GraphNode
from bot.errors import NotDrawn
from bot.picture.fonts import Typeface
from bot.picture.layout import Layout, Spot, lay_out
from bot.picture.words import caption

Colour = str
Point = tuple[float, float]

PAPER: Colour = "#ffffff"
_INK, _PALE, _LINE, _RED, _AMBER = "#1d2733", "#5b6775", "#9aa6b2", "#c2281d", "#b06a00"
_ASKED: Colour = "#1f3a5f"
_FILLS: Mapping[GraphLayer, Colour] = {
    "source": "#d7f0e2", "staging": "#dcebfc", "intermediate": "#e7e0fa", "mart": "#fde6c4", "metric": "#fbf3b5",
    "exposure": "#fbdbe5", "other": "#e9edf1", "hidden": "#ffffff",
}  # fmt: skip
_BORDERS: Mapping[GraphLayer, Colour] = {
    "source": "#3f9a6b", "staging": "#4a86c8", "intermediate": "#7c64c4", "mart": "#cf8a24", "metric": "#b39b17",
    "exposure": "#c75a80", "other": "#8492a0", "hidden": "#9aa6b2",
}  # fmt: skip
# In points; a picture has _SCALE pixels for each of them, or fewer when it would be too large.
_SCALE, _MOST_WIDE, _MOST_PIXELS = 2.0, 4_000, 8_000_000
_MARGIN, _GAP, _BETWEEN = 14.0, 34.0, 12.0
_NARROWEST, _PADDING, _ROUND = 76.0, 10.0, 8.0
_WIDE, _LEAST_WIDEST, _MOST_WIDEST = 900.0, 156.0, 250.0
"""A box may be so wide that the picture keeps within the first; always as wide as the second, never as the third."""
_NAME_SIZE, _CAPTION_SIZE = 13.0, 10.5
_LINE_HEIGHT, _CAPTION_HEIGHT, _AROUND_TEXT = 15.0, 13.0, 12.0
_MOST_COLOURS = 128
"""Of a picture: with more, it would be three times as large and look the same."""
_MOST_LOOKED_AT, _NEAR = 2_000, 12
_LONGEST_PARTED = 200
_GAPS = re.compile(r"(?<=[^_.\- ])[_.\- ]+(?=[^_.\- ])")
"""Where a name can be parted: never within ``__``."""
_SMOOTH = 3
"""Shapes are drawn so many times larger and made smaller: Pillow draws them with jagged edges."""


def draw(graph: Graph) -> bytes:
    """The graph as a PNG.

    Raises: NotDrawn.
    """
    try:
        return _Drawing(graph, lay_out(graph)).png()
    except (OSError, ValueError, MemoryError) as error:  # what Pillow raises: no font to be read, no memory
        raise NotDrawn("the lineage could not be drawn") from error


@dataclass(frozen=True, slots=True)
class _Column:
    """A column's left edge and its width, in points."""

    left: float
    width: float

    @property
    def right(self) -> float:
        return self.left + self.width


class _Drawing:
    """One picture while it is drawn; lengths are points until they meet Pillow."""

    def __init__(self, graph: Graph, layout: Layout) -> None:
        self._graph = graph
        self._layout = layout
        columns = layout.columns
        share = (_WIDE - 2 * _MARGIN - (columns - 1) * _GAP) / columns
        self._widest = min(max(share, _LEAST_WIDEST), _MOST_WIDEST)
        self._names_of = {node.key: self._wrapped(node.name) for node in graph.nodes}
        lines = max(len(each) for each in self._names_of.values())
        self._box_height = _AROUND_TEXT + lines * _LINE_HEIGHT + _CAPTION_HEIGHT
        self._row = self._box_height + _BETWEEN
        self._columns = self._measured()
        width, height = self._columns[-1].right + _MARGIN, layout.height * self._row + 2 * _MARGIN - _BETWEEN
        self._scale = min(_SCALE, _MOST_WIDE / width, (_MOST_PIXELS / (width * height)) ** 0.5)
        self._image = Image.new("RGB", (self._pixels(width), self._pixels(height)), PAPER)

    def png(self) -> bytes:
        """Draw it."""
        self._draw_lines()
        for node in self._graph.nodes:
            self._draw_box(node)
        buffer = io.BytesIO()
        _with_few_colours(self._image).save(buffer, "PNG", optimize=True)
        return buffer.getvalue()

    def _wrapped(self, name: str) -> list[str]:
        """A name on one line, or on two where it can be parted: narrow boxes leave the letters large."""
        face, room = self._measuring, self._widest - 2 * _PADDING
        if face.width(name) <= room:
            return [name]
        parted = [(name[: gap.end()], name[gap.end() :]) for gap in _GAPS.finditer(name[:_LONGEST_PARTED])]
        fitting = [pair for pair in parted if face.width(pair[0]) <= room]
        if not fitting:
            return [name]
        return list(min(fitting, key=lambda pair: (max(map(face.width, pair)), len(pair[1]))))

    @cached_property
    def _measuring(self) -> Typeface:
        return Typeface(_NAME_SIZE, bold=True)

    def _measured(self) -> list[_Column]:
        """As wide as their widest names need them to be."""
        names, captions = self._measuring, Typeface(_CAPTION_SIZE)
        widths = [_NARROWEST - 2 * _PADDING] * self._layout.columns
        for node in self._graph.nodes:
            column = self._layout.spots[node.key].column
            wide = [*map(names.width, self._names_of[node.key]), captions.width(caption(node))]
            widths[column] = max(widths[column], *wide)
        columns: list[_Column] = []
        for width in widths:
            left = columns[-1].right + _GAP if columns else _MARGIN
            columns.append(_Column(left, min(width + 2 * _PADDING, self._widest)))
        return columns

    def _middle_y(self, spot: Spot) -> float:
        return _MARGIN + spot.height * self._row - _BETWEEN / 2

    def _pixels(self, points: float) -> int:
        return round(points * self._scale)

    # lines

    def _draw_lines(self) -> None:
        """All lines, drawn large in shades of grey and pasted through that mask."""
        factor = 2
        mask = Image.new("L", (self._image.width * factor, self._image.height * factor), 0)
        pen = ImageDraw.Draw(mask)
        unit = self._scale * factor
        for line in self._layout.lines:
            points = [(x * unit, y * unit) for x, y in self._curve(line)]
            pen.line(points, fill=255, width=max(1, round(1.4 * unit)), joint="curve")
            pen.polygon(_arrow_head(points[-1], 6 * unit, backwards=points[-1][0] < points[0][0]), fill=255)
        self._image.paste(_LINE, mask=mask.resize(self._image.size, Image.Resampling.BOX))

    def _curve(self, line: Sequence[Spot]) -> list[Point]:
        """The line through its bends: level where it touches a column, smooth between columns."""
        forward = line[-1].column >= line[0].column
        points: list[Point] = []
        for place, spot in enumerate(line):
            column, y = self._columns[spot.column], self._middle_y(spot)
            enters, leaves = (column.left, column.right) if forward else (column.right, column.left)
            if place:
                points += _bend(points[-1], (enters, y))
            if place < len(line) - 1:
                points.append((leaves, y))
        return points

    # boxes

    def _draw_box(self, node: GraphNode) -> None:
        column, asked = self._columns[self._layout.spots[node.key].column], node.key == self._graph.asked
        middle_y = self._middle_y(self._layout.spots[node.key])
        tile = self._tile(column.width, node, asked=asked)
        self._image.paste(tile, (self._pixels(column.left), self._pixels(middle_y - self._box_height / 2)), tile)
        ink = "#ffffff" if asked else _PALE if node.more or node.layer == "hidden" else _INK
        name, below = self._names if asked else self._plain_names, caption(node)
        lines = self._names_of[node.key]
        middle, room = column.left + column.width / 2, (column.width - 2 * _PADDING + 4) * self._scale
        y = middle_y - (len(lines) * _LINE_HEIGHT + (_CAPTION_HEIGHT if below else 0)) / 2
        for line in lines:
            self._write(name, name.fitted(line, room), middle, y + _LINE_HEIGHT / 2, ink)
            y += _LINE_HEIGHT
        if below:
            ink = "#dbe4ee" if asked else {"failing": _RED, "late": _AMBER}.get(node.state, _PALE)
            self._write(self._captions, self._captions.fitted(below, room), middle, y + _CAPTION_HEIGHT / 2, ink)

    def _tile(self, width: float, node: GraphNode, *, asked: bool) -> Image.Image:
        """The box without its words."""
        unit = self._scale * _SMOOTH
        size = (self._pixels(width) * _SMOOTH, self._pixels(self._box_height) * _SMOOTH)
        tile = Image.new("RGBA", size, (0, 0, 0, 0))
        pen = ImageDraw.Draw(tile)
        border = {"failing": _RED, "late": _AMBER}.get(node.state, _ASKED if asked else _BORDERS[node.layer])
        line_width = (3.0 if asked or node.state != "ok" else 1.4) * unit
        pen.rounded_rectangle(
            (0, 0, size[0] - 1, size[1] - 1), _ROUND * unit, fill=_ASKED if asked else _FILLS[node.layer],
            outline=border, width=round(line_width),
        )  # fmt: skip
        if node.more or node.layer == "hidden":
            _dash(tile, 5 * unit, line_width)
        return tile.resize((size[0] // _SMOOTH, size[1] // _SMOOTH), Image.Resampling.BOX)

    # words

    @cached_property
    def _names(self) -> Typeface:
        return Typeface(_NAME_SIZE * self._scale, bold=True)

    @cached_property
    def _plain_names(self) -> Typeface:
        return Typeface(_NAME_SIZE * self._scale)

    @cached_property
    def _captions(self) -> Typeface:
        return Typeface(_CAPTION_SIZE * self._scale)

    def _write(self, face: Typeface, text: str, middle: float, y: float, ink: Colour) -> None:
        """Write a text around a point, each piece of it in its font."""
        pen = ImageDraw.Draw(self._image)
        x = middle * self._scale - face.width(text) / 2
        for font, piece in face.runs(text):
            pen.text((x, y * self._scale), piece, fill=ink, font=font, anchor="lm")
            x += font.getlength(piece)


def _with_few_colours(image: Image.Image) -> Image.Image:
    """The image in its most frequent colours: the shades at the edges of letters take the nearest of them.

    Colours next to a more frequent one are left out, for Pillow tells such apart only roughly.
    """
    found = sorted(image.getcolors(image.width * image.height) or [], reverse=True)[:_MOST_LOOKED_AT]
    kept: list[tuple[int, int, int]] = []
    for _, colour in found:
        if len(kept) < _MOST_COLOURS and not any(_are_near(colour, other) for other in kept):
            kept.append(colour)  # pyright: ignore[reportArgumentType]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in kept for part in colour])
    return image.quantize(palette=palette, dither=Image.Dither.NONE)


def _are_near(colour: Any, other: Sequence[int]) -> bool:
    return max(abs(a - b) for a, b in zip(colour, other, strict=True)) < _NEAR


def _bend(start: Point, end: Point) -> list[Point]:
    """A curve that leaves and arrives level.  Source: a cubic Bézier curve with both handles at half the way."""
    middle = (start[0] + end[0]) / 2
    steps = 1 if start[1] == end[1] else 24
    return [_on_curve(start, (middle, start[1]), (middle, end[1]), end, step / steps) for step in range(1, steps + 1)]


def _on_curve(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    parts = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    return (_weighted(parts, (a[0], b[0], c[0], d[0])), _weighted(parts, (a[1], b[1], c[1], d[1])))


def _weighted(parts: Iterable[float], values: Iterable[float]) -> float:
    return sum(part * value for part, value in zip(parts, values, strict=True))


def _arrow_head(tip: Point, length: float, *, backwards: bool) -> list[Point]:
    back = tip[0] + (length if backwards else -length)
    return [tip, (back, tip[1] - length / 2), (back, tip[1] + length / 2)]


def _dash(tile: Image.Image, dash: float, line_width: float) -> None:
    """Cut gaps into the border of a box."""
    pen = ImageDraw.Draw(tile)
    inner = round(line_width)
    for start in range(round(2 * dash), tile.width - round(2 * dash), round(2 * dash)):
        for y in (0, tile.height - inner):
            pen.rectangle((start, y, start + round(dash), y + inner), fill=(255, 255, 255, 255))
    for start in range(round(2 * dash), tile.height - round(2 * dash), round(2 * dash)):
        for x in (0, tile.width - inner):
            pen.rectangle((x, start, x + inner, start + round(dash)), fill=(255, 255, 255, 255))
