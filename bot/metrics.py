"""What `/metrics` tells: turns, their time, and the catalog's size and age, for Prometheus."""

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_REFRESH_SECONDS = (0.1, 0.5, 1, 5, 15, 30, 60, 120, 300, 600)


class Metrics:
    """One process's numbers, in ``registry``."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._turns = Counter("marty_turns", "Turns that ended.", ["outcome", "path"], registry=registry)
        self._seconds = Histogram(
            "marty_turn_seconds", "From the start of work on a question to its posted answer.", ["path"],
            buckets=_SECONDS, registry=registry,
        )  # fmt: skip
        self._tokens = Counter("marty_model_tokens", "Tokens that the language model counted.", registry=registry)
        self._cost = Counter(
            "marty_model_cost_dollars", "US dollars for the language model, as far as prices are known.",
            registry=registry,
        )  # fmt: skip
        self._unpriced = Counter(
            "marty_unpriced_turns", "Turns whose tokens or their price are not known.", registry=registry
        )
        self._embedding_tokens = Counter(
            "marty_embedding_tokens", "Tokens that the endpoint of vectors counted.", registry=registry
        )
        self._refreshes = Counter("marty_refreshes", "Refreshes of the catalog.", ["outcome"], registry=registry)
        self._refresh_seconds = Histogram(
            "marty_refresh_seconds", "How long refreshes took.", buckets=_REFRESH_SECONDS, registry=registry
        )
        self._vectors = Counter("marty_vector_batches", "Batches of vectors.", ["outcome"], registry=registry)
        self._nodes = Gauge("marty_catalog_nodes", "Nodes in the catalog.", registry=registry)
        self._refreshed_at = Gauge(
            "marty_catalog_refreshed_timestamp_seconds", "When the catalog was last found current.", registry=registry
        )

    def turn_ended(
        self, *, outcome: str, path: str | None, seconds: float, tokens: int | None, cost_usd: float | None
    ) -> None:
        """Count a turn; one that failed, whose cost nobody knows, has None for it."""
        self._turns.labels(outcome, path or "none").inc()
        self._seconds.labels(path or "none").observe(seconds)
        self._tokens.inc(tokens or 0)
        self._cost.inc(cost_usd or 0)
        self._unpriced.inc(cost_usd is None)

    def embedded(self, tokens: int | None) -> None:
        """Count what a request for vectors cost, as far as the endpoint says."""
        self._embedding_tokens.inc(tokens or 0)

    def vectors_filled(self, outcome: str) -> None:
        """Count a batch of vectors: ``more`` to come, ``done``, another process ``busy`` with it, ``failed``."""
        self._vectors.labels(outcome).inc()

    def refreshed(self, outcome: str, nodes: int, *, seconds: float) -> None:
        """Count a refresh; ``nodes`` is the size of the catalog after it."""
        self._refreshes.labels(outcome).inc()
        self._refresh_seconds.observe(seconds)
        self._nodes.set(nodes)
        if outcome in {"changed", "unchanged"}:
            self._refreshed_at.set(time.time())
