"""By what definitions are made of artifacts: when that changes, the same artifacts may make others."""

from hashlib import blake2b
from pathlib import Path

from knowledge.passages import RECIPE

_PACKAGE = Path(__file__).parent


def made_with(exclude: str) -> str:
    """The recipe of a node's texts, and digests of the rules and of the code that reads artifacts and hides.

    The code is looked at itself, so that nobody has to remember to say that it reads something otherwise now.
    """
    files = (
        _PACKAGE / "values.py",
        *(file for part in ("artifacts", "hiding") for file in (_PACKAGE / part).glob("*.py")),
    )
    rules = " ".join(exclude.split()).encode()  # they may name what is hidden
    return f"{RECIPE} {_digest(*(file.read_bytes() for file in sorted(files)))} {_digest(rules)}"


def _digest(*parts: bytes) -> str:
    return blake2b(b"\0".join(parts), digest_size=8).hexdigest()
