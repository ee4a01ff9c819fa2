"""The typed parts of an answer, as far as they hold: what was chosen and assumed, a question back (pure)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from agent.checker.vocabulary import Vocabulary
from agent.reading.assumptions import MOST_FILTERS, assumed_in
from agent.reading.giving import MOST_OPTIONS, GiveAnswer
from agent.reading.said import harmless, is_imitation
from agent.untrusted import first_sentence, one_line
from agent.values import Assumed, Choice
from knowledge import Names

LONGEST_SENTENCE = 240
_FEWEST_OPTIONS = 2

IsClean = Callable[[str], bool]
"""Whether all names in a sentence are the catalog's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What stands beside an answer's text."""

    choice: Choice | None = None
    assumed: Assumed | None = None
    question: str = ""
    options: tuple[str, ...] = ()
    """unique_ids."""


def read_details(given: GiveAnswer | None, sql: str | None, vocabulary: Vocabulary, is_clean: IsClean) -> Details:
    """What of the model's parts holds. What the SQL itself says of its assumptions comes before the model's words."""
    read = assumed_in(sql, vocabulary) if sql else None
    if given is None:
        return Details(assumed=read)
    options = tuple(_nodes(given.options, vocabulary.names))[:MOST_OPTIONS]
    question = _sentence(given.question, is_clean)
    asks = question and len(options) >= _FEWEST_OPTIONS
    return Details(
        choice=_choice(given, vocabulary.names, is_clean),
        assumed=read or _assumed(given, vocabulary, is_clean),
        question=question if asks else "",
        options=options if asks else (),
    )


def sentences_of(given: GiveAnswer | None) -> list[str]:
    """The prose in the typed parts, names of nodes in code style: it is checked with the answer's."""
    if given is None:
        return []
    named = [f"`{name}`" for name in (given.use, given.runner_up, *given.options) if name]
    said = [given.why, given.why_not, given.grain, *given.filters, given.question]
    return [*named, *(each for each in said if each)]


def _choice(given: GiveAnswer, names: Names, is_clean: IsClean) -> Choice | None:
    used = next(iter(_nodes([given.use], names)), None)
    if used is None:
        return None
    second = next((each for each in _nodes([given.runner_up], names) if each != used), None)
    return Choice(
        use=used,
        why=_sentence(given.why, is_clean),
        runner_up=second,
        why_not=_sentence(given.why_not, is_clean) if second else "",
    )


def _assumed(given: GiveAnswer, vocabulary: Vocabulary, is_clean: IsClean) -> Assumed | None:
    found = Assumed(
        date_column=_column(given.date_column, vocabulary),
        grain=_sentence(given.grain, is_clean),
        filters=tuple(filter(None, (_sentence(each, is_clean) for each in given.filters[:MOST_FILTERS]))),
    )
    return found if found != Assumed() else None


def _column(said: str, vocabulary: Vocabulary) -> str:
    """A column that a node at hand has, as it was said; empty when there is none."""
    name = one_line(said)
    column = name.rpartition(".")[2].lower()
    has = any(column == each.name.lower() for node in vocabulary.nodes.values() for each in node.columns)
    return name if column and has else ""


def _nodes(said: Iterable[str], names: Names) -> Iterable[str]:
    """unique_ids of the nodes of these names, each once; unknown names are left out."""
    found = (names.exact(name.strip("`\"' ")) for name in said if name.strip())
    return dict.fromkeys(each[0].unique_id for each in found if each)


def _sentence(text: str, is_clean: IsClean) -> str:
    """One harmless sentence; empty when it names what does not exist, or imitates what only code may say."""
    shown = first_sentence(harmless(text), limit=LONGEST_SENTENCE)
    return shown if shown and is_clean(shown) and not is_imitation(shown) else ""
