"""Letters for pictures: a font for every script that is there, and names cut to the room they have."""

import unicodedata
from collections.abc import Iterator
from functools import cached_property
from importlib.resources import files
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ELLIPSIS = "…"
_BOLD_WEIGHT = 600
_PACKAGE, _EXTRA = "manimgx_fonts", "noto_cjk_sans_jp_regular"
_FIRST = "NotoSans[wght].ttf"
_ON_THE_MACHINE = (
    "NotoSansCJK-Regular.ttc", "NotoSansCJKjp-Regular.otf", "NotoSansJP-Regular.otf", "DroidSansFallbackFull.ttf",
    "wqy-microhei.ttc", "wqy-zenhei.ttc", "ipag.ttf", "Hiragino Sans GB.ttc", "PingFang.ttc", "Arial Unicode.ttf",
    "msgothic.ttc", "msyh.ttc", "DejaVuSans.ttf",
)  # fmt: skip
"""Fonts for what the installed package lacks (above all Chinese, Japanese and Korean), where the machine has them."""
_NO_CHARACTER = "\U0010fffe"
"""What no font has: it is drawn as the font's sign for that."""


class Typeface:
    """All fonts in one size and weight. They are opened as they are needed."""

    def __init__(self, size: float, *, bold: bool = False) -> None:
        self._size = size
        self._bold = bold
        self._opened: list[_Font] = []
        self._chosen: dict[str, _Font | None] = {}

    def runs(self, text: str) -> list[tuple[ImageFont.FreeTypeFont, str]]:
        """The text in pieces of one font each; an ellipsis stands for what no font can draw."""
        chosen: list[tuple[_Font, str]] = []
        for letter in _printable(text):
            font = chosen[-1][0] if chosen and unicodedata.combining(letter) else self._font_for(letter)
            if font is not None:
                chosen.append((font, letter))
            elif not chosen or chosen[-1][1] != ELLIPSIS:
                chosen.append((self._first, ELLIPSIS))
        grouped = groupby(chosen, key=lambda pair: pair[0])
        return [(font.face, "".join(letter for _, letter in pairs)) for font, pairs in grouped]

    def width(self, text: str) -> float:
        """How long a text is."""
        return sum(font.getlength(piece) for font, piece in self.runs(text))

    def fitted(self, text: str, width: float) -> str:
        """The text with its middle left out where it is longer than ``width``: names differ at both ends."""
        text = _printable(text)
        if self.width(text) <= width:
            return text
        shortest, longest = 0, len(text)
        while shortest + 1 < longest:
            kept = (shortest + longest) // 2
            if self.width(_shortened(text, kept)) <= width:
                shortest = kept
            else:
                longest = kept
        return _shortened(text, shortest)

    @cached_property
    def _first(self) -> "_Font":
        return next(self._fonts())

    def _font_for(self, letter: str) -> "_Font | None":
        if letter not in self._chosen:
            self._chosen[letter] = next((font for font in self._fonts() if font.has(letter)), None)
        return self._chosen[letter]

    def _fonts(self) -> Iterator["_Font"]:
        """Those that are open, then the others."""
        yield from self._opened
        for place in self._places[len(self._opened) :]:
            font = _Font(place, self._size, bold=self._bold)
            self._opened.append(font)
            yield font

    @cached_property
    def _places(self) -> list[Path]:
        folder = Path(str(files(_PACKAGE)))
        upright = sorted(path for path in folder.glob("*.ttf") if "Italic" not in path.name)
        ours = sorted(upright, key=lambda path: path.name != _FIRST)
        ours += sorted(path for path in _extra_fonts() if path.suffix == ".otf")
        return ours + [place for name in _ON_THE_MACHINE if (place := _found(name))]


class _Font:
    """One font file in one size."""

    def __init__(self, place: Path, size: float, *, bold: bool) -> None:
        self.face = ImageFont.truetype(str(place), size)
        if bold and "[wght]" in place.name:
            self.face.set_variation_by_axes([_BOLD_WEIGHT])
        self._canvas = round(3 * size), round(3 * size)
        self._signs_for_nothing = {bytes(self._canvas[0] * self._canvas[1]), self._drawn(_NO_CHARACTER)}

    def has(self, letter: str) -> bool:
        """Whether it has a sign of its own for a letter."""
        return letter.isspace() or self._drawn(letter) not in self._signs_for_nothing

    def _drawn(self, letter: str) -> bytes:
        image = Image.new("L", self._canvas)
        ImageDraw.Draw(image).text((self._canvas[0] / 3, self._canvas[1] / 3), letter, fill=255, font=self.face)
        return image.tobytes()


def _extra_fonts() -> list[Path]:
    """What the extra ``cjk`` installs."""
    if find_spec(_EXTRA) is None:
        return []
    return list(Path(str(files(_EXTRA))).iterdir())


def _found(name: str) -> Path | None:
    """Where the machine has a font; Pillow knows the folders."""
    try:
        return Path(str(ImageFont.truetype(name, 10).path))
    except OSError:
        return None


def _shortened(text: str, kept: int) -> str:
    end = kept // 2
    return text[: kept - end] + ELLIPSIS + text[len(text) - end :]


def _printable(text: str) -> str:
    """One line without what cannot be seen, marks that turn its direction included."""
    composed = unicodedata.normalize("NFC", text)
    visible = (letter for letter in composed if unicodedata.category(letter) not in {"Cf", "Cs", "Co", "Cn"})
    return " ".join(
        "".join(" " if letter.isspace() or not letter.isprintable() else letter for letter in visible).split()
    )
