"""The layer that a model's folder or name tells."""

import pytest

from knowledge.artifacts.layers import layer_of
from knowledge.values import Kind, Layer


@pytest.mark.parametrize(
    ("path", "layer"),
    [
        ("staging/stripe/payments.sql", "staging"),
        ("01_staging/payments.sql", "staging"),
        ("stg_stripe/payments.sql", "staging"),
        ("finance/int/payments.sql", "intermediate"),
        ("marts/finance/payments.sql", "mart"),
        ("data_marts/payments.sql", "mart"),
        ("Marts/Payments.sql", "mart"),
        ("marts/finance/intermediate/payments.sql", "intermediate"),
        ("staging/annual_reporting/payments.sql", "staging"),
        ("4_reporting/payments.sql", "mart"),
        ("gold/payments.sql", "mart"),
        ("silver/payments.sql", "intermediate"),
        ("bronze/payments.sql", "raw"),
        ("raw/payments.sql", "raw"),
        ("gold_prices/payments.sql", "other"),
        ("base/payments.sql", "staging"),
        ("chains/base/payments.sql", "other"),
        ("payments.sql", "other"),
        ("", "other"),
    ],
)
def test_the_nearest_folder_that_tells_decides(path: str, layer: Layer) -> None:
    assert layer_of("model", "payments", path) == layer


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("stg_payments", "staging"),
        ("base_payments", "staging"),
        ("int_payments", "intermediate"),
        ("fct_payments", "mart"),
        ("dim_ships", "mart"),
        ("STG_PAYMENTS", "staging"),
        ("_int_payments", "intermediate"),
        ("core__stg_claims", "staging"),
        ("payments_stg", "other"),
        ("internal_payments", "other"),
    ],
)
def test_failing_a_folder_the_name_tells(name: str, layer: Layer) -> None:
    assert layer_of("model", name, f"finance/{name}.sql") == layer
    assert layer_of("snapshot", name, f"{name}.sql") == layer


def test_a_folder_comes_before_the_name() -> None:
    assert layer_of("model", "int_payments", "staging/int_payments.sql") == "staging"


@pytest.mark.parametrize("kind", ["source", "seed"])
def test_sources_and_seeds_are_raw_wherever_they_lie(kind: Kind) -> None:
    assert layer_of(kind, "dim_ports", "marts/dim_ports.csv") == "raw"


@pytest.mark.parametrize("kind", ["exposure", "metric", "semantic_model", "saved_query"])
def test_what_is_no_table_has_no_layer(kind: Kind) -> None:
    assert layer_of(kind, "stg_payments", "staging/schema.yml") == "other"
