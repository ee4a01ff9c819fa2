"""What is different between two definitions of one node, field by field (pure)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.values import Column, DataTest, Node

LONGEST = 300
"""Characters that are kept of a text, before and after."""
HIDDEN = "hidden."
"""How the unique_ids of nodes begin that lineage passes through without a name."""
_HIDDEN_MODEL = "a hidden model"
_LEAD_IN = 60
"""Characters that are kept before the first difference of two long texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field of a node, or one of the field's many, before and after."""

    field: str
    item: str | None = None
    before: str | None = None
    after: str | None = None


def differences_of_fields(before: Node, after: Node) -> Iterable[Difference]:
    """Fields of which a node has one each."""
    olds, news = _told(before), _told(after)
    for name, old in olds.items():
        if old != news[name]:
            yield _told_difference(name, None, old, news[name])


def differences_of_columns(before: Node, after: Node) -> Iterable[Difference]:
    """Columns that have come, gone or been renamed, and what is different about those that stayed.

    Where the warehouse's columns are known of one definition alone, a column that only the warehouse told of proves
    nothing, and neither does a type.
    """
    comparable = before.columns_known == after.columns_known
    olds, news = (_columns(node, documented_only=not comparable) for node in (before, after))
    gone = [olds[key] for key in olds.keys() - news.keys()]
    come = [news[key] for key in news.keys() - olds.keys()]
    renames = _renamed_columns(gone, come)
    for old in sorted(gone, key=lambda column: column.name):
        new = renames.get(old.name)
        yield Difference(field="column", item=new or old.name, before=old.name, after=new)
    for new in sorted(come, key=lambda column: column.name):
        if new.name not in renames.values():
            yield Difference(field="column", item=new.name, before=None, after=new.name)
    for key, new in news.items():
        if key in olds:
            yield from _differences_within(olds[key], new, types=comparable)


def differences_of_tests(before: Iterable[DataTest], after: Iterable[DataTest]) -> Iterable[Difference]:
    """Tests as people know them, by name and column, whatever dbt's unique_id is now."""
    olds, news = ({said_test(test): test for test in sorted(tests, key=_strictest_last)} for tests in (before, after))
    for name in sorted(olds.keys() | news.keys()):
        if name not in news:
            yield Difference(field="test", item=name, before=name)
        elif name not in olds:
            yield Difference(field="test", item=name, after=name)
        elif olds[name].severity != news[name].severity:
            yield Difference(field="test severity", item=name, before=olds[name].severity, after=news[name].severity)


def differences_of_parents(
    before: Sequence[str], after: Sequence[str], *, renames: Mapping[str, str]
) -> Iterable[Difference]:
    """Parents that have come or gone; one with another name is still the same one.

    Args:    renames: old → new unique_id.
    """
    olds = Counter(HIDDEN if each.startswith(HIDDEN) else renames.get(each, each) for each in set(before))
    news = Counter(HIDDEN if each.startswith(HIDDEN) else each for each in set(after))
    for unique_id in sorted(olds - news):
        yield Difference(field="upstream", item=unique_id, before=said_parent(unique_id))
    for unique_id in sorted(news - olds):
        yield Difference(field="upstream", item=unique_id, after=said_parent(unique_id))


def said_test(test: DataTest) -> str:
    """A test as people say it: ``not_null(order_id)``."""
    return f"{test.name}({test.column})" if test.column else test.name


def said_parent(unique_id: str) -> str:
    """What people call the node of that unique_id, as far as the unique_id tells."""
    if unique_id.startswith(HIDDEN):
        return _HIDDEN_MODEL
    return unique_id.split(".", 2)[-1]


def shortened(before: str | None, after: str | None) -> tuple[str | None, str | None]:
    """Both texts cut to what fits; of two long ones that begin alike, from shortly before they differ."""
    if before is None or after is None or max(len(before), len(after)) <= LONGEST:
        return _cut(before), _cut(after)
    same = next((at for at, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), None)
    start = max(0, (min(len(before), len(after)) if same is None else same) - _LEAD_IN)
    return (_cut(before), _cut(after)) if start == 0 else (_cut(f"…{before[start:]}"), _cut(f"…{after[start:]}"))


def _told(node: Node) -> dict[str, str | None]:
    owner = node.owner and (node.owner.name or node.owner.email)
    fields = {
        "description": node.description.strip(),
        "label": node.label,
        "materialisation": node.materialized,
        "owner": owner,
        "group": node.group,
        "access": node.access,
        "contract": "enforced" if node.contract else None,
        "deprecation": node.deprecated_on.isoformat() if node.deprecated_on else None,
        "expression": node.expression,
        "latest version": node.latest_version,
        "relation": node.relation,
        "tags": ", ".join(sorted(set(node.tags))),
    }
    return {name: text or None for name, text in fields.items()}


def _columns(node: Node, *, documented_only: bool) -> dict[str, Column]:
    return {
        column.name.lower(): column
        for column in node.columns
        if (column.documented or not documented_only) and (documented_only or not column.missing)
    }


def _renamed_columns(gone: Iterable[Column], come: Iterable[Column]) -> dict[str, str]:
    """Old → new name of columns with the same description, where nobody else has it."""
    olds: dict[str, list[str]] = defaultdict(list)
    news: dict[str, list[str]] = defaultdict(list)
    for columns, found in ((gone, olds), (come, news)):
        for column in columns:
            found[column.description.strip()].append(column.name)
    return {
        olds[text][0]: news[text][0]
        for text in olds.keys() & news.keys()
        if text and len(olds[text]) == len(news[text]) == 1
    }


def _differences_within(old: Column, new: Column, *, types: bool) -> Iterable[Difference]:
    if types and (old.data_type or "").lower() != (new.data_type or "").lower():
        yield _told_difference("column type", new.name, old.data_type, new.data_type)
    if old.description.strip() != new.description.strip():
        yield _told_difference("column description", new.name, old.description.strip(), new.description.strip())


def _told_difference(field: str, item: str | None, before: str | None, after: str | None) -> Difference:
    old, new = shortened(before or None, after or None)
    return Difference(field=field, item=item, before=old, after=new)


def _strictest_last(test: DataTest) -> bool:
    """Sorts so that of two tests of one name the stricter one counts."""
    return test.severity == "error"


def _cut(text: str | None) -> str | None:
    return text if text is None or len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
