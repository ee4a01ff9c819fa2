"""An answer as text and as JSON."""

import json

from agent.values import Answer, Assumed, Choice, Citation, Trust
from agent.view import answer_to_json, detail_lines, full_text, shown_in_line

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


def test_the_json_has_the_promised_keys_and_the_parts() -> None:
    assert answer_to_json(ANSWER) == {
        "answer": "Use `orders`.\n\nI took `ordrs` as `orders`. It may be incomplete.",
        "more": "",
        "nodes": ["model.shop.orders"],
        "sql": "select 1",
        "confidence": "checked",
        "trust": [{"unique_id": "model.shop.orders", "status": "healthy", "line": "orders: healthy"}],
        "refused": False,
        "path": "model",
        "model_calls": 2,
        "tokens": 300,
        "cost_usd": None,
        "model": None,
        "seconds": 1.5,
        "shown_in": [],
        "choice": None,
        "assumed": None,
        "options": [],
        "whom": [],
        "notices": ["I took `ordrs` as `orders`.", "It may be incomplete."],
        "sources": [
            {
                "unique_id": "model.shop.orders",
                "name": "orders",
                "kind": "model",
                "url": None,
                "definition": "",
                "what": "",
            }
        ],
    }
    assert json.dumps(answer_to_json(ANSWER))


def test_what_stands_behind_an_answer_is_told_in_lines() -> None:
    answer = Answer(
        text="Use `orders`.",
        citations=(
            Citation(unique_id="model.shop.orders", name="orders", kind="model"),
            Citation(unique_id="model.shop.stg_orders", name="stg_orders", kind="model"),
        ),
        choice=Choice(
            use="model.shop.orders", why="it has net amounts.", runner_up="model.shop.stg_orders", why_not="it is raw."
        ),
        assumed=Assumed(date_column="ordered_at", grain="one row per month", filters=("status <> 'void'", "net > 0")),
    )
    assert detail_lines(answer) == [
        "**Why `orders`:** it has net amounts.",
        "**Rather than `stg_orders`:** it is raw.",
        "**Date:** `ordered_at`",
        "**Grain:** one row per month",
        "**Filters:** `status <> 'void'`; `net > 0`",
    ]
    assert detail_lines(ANSWER) == []


def test_who_is_asked_back_sees_what_to_choose_from_and_who_is_refused_sees_whom_to_ask() -> None:
    option = Citation(unique_id="model.shop.orders", name="orders", kind="model")
    assert (
        full_text(Answer(text="Which?", options=(option, option)))
        == "Which?\n\n1. `orders` (model)\n2. `orders` (model)"
    )
    refused = Answer(text="It is not in the catalog.", refused=True, whom=("Ana Ruiz, who owns orders", "C012345678"))
    assert full_text(refused).endswith("\n\nYou could ask Ana Ruiz, who owns orders or C012345678.")


def test_what_shows_it_already_stands_first_and_is_linked() -> None:
    url = "https://bi.example/a_(b)?c=1&d=%20"
    shown = (
        Citation(unique_id="exposure.shop.weekly", name="weekly", kind="exposure", url=url, what="notebook"),
        Citation(unique_id="metric.shop.aov", name="aov", kind="metric", definition="sum(net) < 5 `x`"),
    )
    line = "Already shown in [weekly](https://bi.example/a_%28b%29?c=1&d=%20) (notebook) and `aov` (metric)"
    assert shown_in_line(shown) == f"{line} = `sum(net) < 5 x`."
    assert full_text(Answer(text="Use it.", shown_in=shown)) == f"{line} = `sum(net) < 5 x`.\n\nUse it."
    assert shown_in_line(()) == ""


def test_an_answer_without_notices_is_its_text() -> None:
    assert full_text(Answer(text="Yes.")) == "Yes."
    assert full_text(Answer(text="", notices=("No.",))) == "No."
