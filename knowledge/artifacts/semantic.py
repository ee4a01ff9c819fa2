"""The semantic layer's models and saved queries, and exposures: the nodes that describe how tables are used."""

from dataclasses import dataclass, replace
from typing import Any, TypeVar

import msgspec

from knowledge.artifacts.columns import column_key
from knowledge.artifacts.document import Document, Entries
from knowledge.artifacts.entries import Entry, node_from
from knowledge.artifacts.expressions import aggregation, filters, metric_expression, plain
from knowledge.artifacts.owners import Groups, owner_of
from knowledge.artifacts.reading import read_entries
from knowledge.artifacts.scalars import asks_to_hide, text, word
from knowledge.values import Column, Node, Oddity

E = TypeVar("E", bound=Entry)


class Element(msgspec.Struct):
    """An entity, a dimension or a measure."""

    name: Any = None
    type: Any = None
    description: Any = None
    expr: Any = None
    agg: Any = None
    agg_params: Any = None
    non_additive_dimension: Any = None
    create_metric: Any = None
    config: Any = None

    @property
    def hidden(self) -> bool:
        return isinstance(self.config, dict) and asks_to_hide(self.config.get("meta"))


class SemanticModelEntry(Entry):
    """A semantic model's entry in the manifest."""

    entities: list[Element] | None = None
    dimensions: list[Element] | None = None
    measures: list[Element] | None = None


class MetricEntry(Entry):
    """A metric's entry in the manifest. Before version 10 metrics were another thing, without ``type_params``."""

    type: Any = None
    type_params: Any = None
    filter: Any = None


class SavedQueryEntry(Entry):
    """A saved query's entry in the manifest."""

    query_params: Any = None


class ExposureEntry(Entry):
    """An exposure's entry in the manifest."""

    type: Any = None
    url: Any = None
    owner: Any = None


@dataclass(frozen=True, slots=True)
class Measures:
    """How each measure of the project is computed, by semantic model and name, and by name alone."""

    by_model: dict[tuple[str, str], str]
    by_name: dict[str, str]

    def find(self, name: str, models: tuple[str, ...]) -> str | None:
        found = (self.by_model[model, name] for model in models if (model, name) in self.by_model)
        return next(found, None) or self.by_name.get(name)


def semantic_nodes(
    document: Document,
    groups: Groups,
    oddities: list[Oddity],
    fqns: dict[str, tuple[str, ...]],
    *,
    synthesised: bool,
) -> dict[str, Node]:
    """Exposures, metrics, semantic models and saved queries; their fully qualified names are added to ``fqns``."""
    exposures = _enabled(document.exposures, ExposureEntry, oddities)
    metrics = _enabled(document.metrics, MetricEntry, oddities)
    models = _enabled(document.semantic_models, SemanticModelEntry, oddities)
    queries = _enabled(document.saved_queries, SavedQueryEntry, oddities)
    for entries in (exposures, metrics, models, queries):
        fqns.update((unique_id, entry.full_name) for unique_id, entry in entries.items())
    measures = measures_of(models)
    own = frozenset(entry.called(key) for key, entry in metrics.items() if synthesised)
    return {
        **{key: exposure_from(key, entry, groups) for key, entry in exposures.items()},
        **{key: metric_from(key, entry, groups, measures) for key, entry in metrics.items()},
        **{key: semantic_model_from(key, entry, groups, no_measures=own) for key, entry in models.items()},
        **{key: saved_query_from(key, entry, groups) for key, entry in queries.items()},
    }


def measures_of(models: dict[str, SemanticModelEntry]) -> Measures:
    """Look-up of the measures that ``models`` (unique_id → entry) define."""
    measures = Measures({}, {})
    for unique_id, entry in sorted(models.items()):
        for measure in entry.measures or ():
            if name := word(measure.name):
                computed = _measure(measure)
                measures.by_model[unique_id, name] = computed
                measures.by_name.setdefault(name, computed)
    return measures


def semantic_model_from(
    unique_id: str, entry: SemanticModelEntry, groups: Groups, *, no_measures: frozenset[str]
) -> Node:
    """A semantic model; its columns are its entities, dimensions and measures but those in ``no_measures``.

    dbt 2 writes a measure for every metric of the new YAML, ratios included, whose sum means nothing.
    """
    elements = [
        *((entity, _on(entity, f"{text(entity.type)} entity")) for entity in entry.entities or ()),
        *((dimension, _on(dimension, f"{text(dimension.type)} dimension")) for dimension in entry.dimensions or ()),
        *(
            (measure, f"measure: {_measure(measure)}")
            for measure in entry.measures or ()
            if not (word(measure.name) in no_measures and measure.create_metric)
        ),
    ]
    columns: dict[str, Column] = {}
    for element, role in elements:
        if name := word(element.name):
            columns.setdefault(
                column_key(name),
                Column(
                    name=name,
                    description=text(element.description),
                    data_type=role.strip(),
                    hidden=element.hidden,
                ),
            )
    return node_from(unique_id, "semantic_model", entry, groups, columns=tuple(columns.values()))


def metric_from(unique_id: str, entry: MetricEntry, groups: Groups, measures: Measures) -> Node:
    """A metric with its type and how it is computed."""
    node = node_from(unique_id, "metric", entry, groups)
    if entry.type_params is None:
        return node
    kind = word(entry.type)
    expression = metric_expression(
        node.name, kind, entry.type_params, entry.filter, lambda name: measures.find(name, node.depends_on)
    )
    return replace(node, subtype=kind, expression=expression)


def saved_query_from(unique_id: str, entry: SavedQueryEntry, groups: Groups) -> Node:
    """A saved query; its expression names the metrics, what they are grouped by and the filter."""
    params = entry.query_params if isinstance(entry.query_params, dict) else {}
    asked = ", ".join(_each(params.get("metrics")))
    if grouping := _each(params.get("group_by")):
        asked += f" by {', '.join(map(plain, grouping))}"
    if where := filters(params.get("where")):
        asked += f" where {where}"
    return node_from(unique_id, "saved_query", entry, groups, expression=asked.strip() or None)


def exposure_from(unique_id: str, entry: ExposureEntry, groups: Groups) -> Node:
    """An exposure with its own owner, address and type."""
    node = node_from(unique_id, "exposure", entry, groups)
    return replace(node, owner=owner_of(entry.owner) or node.owner, url=word(entry.url), subtype=word(entry.type))


def _enabled(entries: Entries, kind: type[E], oddities: list[Oddity]) -> dict[str, E]:
    return {unique_id: entry for unique_id, entry in read_entries(entries, kind, oddities) if entry.enabled}


def _measure(measure: Element) -> str:
    return aggregation(measure.agg, measure.expr or measure.name, measure.agg_params, measure.non_additive_dimension)


def _on(element: Element, role: str) -> str:
    """A role with the column or expression it stands for, where that has another name."""
    expression = word(element.expr)
    return f"{role} on {expression}" if expression and expression != word(element.name) else role


def _each(value: object) -> list[str]:
    return [found for item in value if (found := word(item))] if isinstance(value, list) else []
