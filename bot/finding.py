"""What a check of ``marty doctor`` says."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "broken"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found. ``sentence`` says what to do when the state is not ``ok``."""

    what: str
    state: State
    sentence: str


Findings = AsyncGenerator[Finding]
