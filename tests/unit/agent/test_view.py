"""An answer as text and as JSON."""

import json

from agent.values import Answer, Citation, Trust
from agent.view import answer_to_json, full_text

ANSWER = Answer(
    text="Use `orders`.",
    nodes=("model.shop.orders",),
    sql="select 1",
    confidence="checked",
    trust=(Trust(unique_id="model.shop.orders", status="healthy", line="orders: healthy"),),
    citations=(Citation(unique_id="model.shop.orders", name="orders", kind="model"),),
    path="model",
    model_calls=2,
    tokens=300,
    seconds=1.5,
    notices=("I took `ordrs` as `orders`.", "It may be incomplete."),
)


def test_the_json_has_the_promised_keys_and_no_others() -> None:
    assert answer_to_json(ANSWER) == {
        "answer": "Use `orders`.\n\nI took `ordrs` as `orders`. It may be incomplete.",
        "nodes": ["model.shop.orders"],
        "sql": "select 1",
        "confidence": "checked",
        "trust": [{"unique_id": "model.shop.orders", "status": "healthy", "line": "orders: healthy"}],
        "refused": False,
        "path": "model",
        "model_calls": 2,
        "tokens": 300,
        "seconds": 1.5,
    }
    assert json.dumps(answer_to_json(ANSWER))


def test_an_answer_without_notices_is_its_text() -> None:
    assert full_text(Answer(text="Yes.")) == "Yes."
    assert full_text(Answer(text="", notices=("No.",))) == "No."
