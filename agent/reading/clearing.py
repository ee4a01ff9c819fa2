"""Takes out of a model's reply what is not its to say: claims about nodes, our instructions, comments that link.

What was taken out is said by code, below the answer (agent.finishing) or in its place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from agent.library import Library
from agent.reading.claims import Known
from agent.reading.comments import harmless_sql
from agent.reading.instructions import NOTICE, Instructions
from agent.reading.said import Said, harmless, is_imitation
from agent.reliance import look_up_trust
from agent.trust import said_of
from knowledge import Health, Node

MOST_TOLD = 3


@dataclass(frozen=True, slots=True)
class Clearing:
    """Judges one reply."""

    known: Known
    instructions: Instructions
    dialect: str = ""

    def lets(self, text: str) -> bool:
        """Whether a sentence may be shown as it is."""
        return not self.known.claims(text) and not self.instructions.repeated(text)

    def clear(self, said: Said) -> tuple[Said, list[str]]:
        """The reply without it, and what is to be said about that."""
        own = self.instructions.without(said.prose)
        prose, _ = self.known.without_claims(own)
        cleared = (harmless_sql(query, self.dialect, self._is_harmless) for query in said.queries)
        queries = tuple(query for query in cleared if not self.instructions.repeated(query))
        recites = own != said.prose or len(queries) < len(said.queries)
        return replace(said, prose=prose, queries=queries), [NOTICE] if recites else []

    def _is_harmless(self, comment: str) -> bool:
        lines = [line.strip().removeprefix("--").strip() for line in comment.strip().split("\n")]
        return harmless(comment) == comment and not any(is_imitation(line) or not self.lets(line) for line in lines)


async def tell_states(nodes: Sequence[Node], library: Library, known: Mapping[str, Health]) -> str:
    """How nodes are doing and who owns them, in a sentence each: what stands where a reply held nothing but claims."""
    trusts = await look_up_trust(nodes[:MOST_TOLD], library, known=known)
    return " ".join(map(said_of, trusts))
