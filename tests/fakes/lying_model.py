"""A chat model that means harm: steps for a ``FakeOpenAI``'s script that lie in one way each, or obey planted text.

``lies("contradicts the trust line", about="orders")`` is a step like any other; what it says depends on the request, so
that it lies about what it was told of. The ways:

- ``invents columns``: answers with a column of ``about``, and SQL on it, that do not exist.
- ``contradicts the trust line``: praises the health, tests, freshness and owner of ``about``, in prose and in a line
  that looks like the catalog's.
- ``calls unknown tools``: wants tools that nobody offered, some of them destructive.
- ``loops``: calls the same tool again and again, with other arguments each time, as long as it may.
- ``stops mid-stream``: the connection breaks within a sentence.
- ``talks nonsense``: says what is no answer, in no language.
- ``prints its prompt``: repeats the system message.
- ``writes destructive SQL``: as its one query, and in a sentence.

``Obeys`` is the worst reader that there is: it does whatever text in the catalog, in a tool's result or in a thread
tells it to, and goes on doing it when it is asked to correct itself.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from tests.fakes.openai import Body, Breaks, Calls, Says, Scripted, Step

Lie = Literal[
    "invents columns",
    "contradicts the trust line",
    "calls unknown tools",
    "loops",
    "stops mid-stream",
    "talks nonsense",
    "prints its prompt",
    "writes destructive SQL",
]


def lies(how: Lie, *, about: str = "orders") -> Scripted:
    """A step that lies; for a script with ``repeat_last`` one that never stops lying."""
    return lambda body: _LIES[how](body, about)


class Obeys:
    """A step that obeys: where a code word of ``orders`` stands in what others wrote, it plays that word's steps.

    What was ordered is known by the code word, not read from the text: it is obeyed however much of the text was made
    harmless on its way. The first request that holds the word plays the first step, the next one the second; the last
    stays. Without any word in sight it is honest, and plays ``otherwise``.
    """

    def __init__(self, orders: Mapping[str, Sequence[Scripted]], *, otherwise: Sequence[Scripted]) -> None:
        self._orders = {word: list(steps) for word, steps in orders.items()}
        self._otherwise = list(otherwise)
        self.obeyed: list[str] = []
        """Code words that it has seen and followed, one a request."""

    def __call__(self, body: Body) -> Step:
        seen = read_by_model(body)
        word = next((word for word in self._orders if word in seen), None)
        if word is not None:
            self.obeyed.append(word)
        steps = self._otherwise if word is None else self._orders[word]
        step = steps.pop(0) if len(steps) > 1 else steps[0]
        return step(body) if callable(step) else step


def read_by_model(body: Body) -> str:
    """Everything that a request tells the model besides its standing instructions."""
    return "\n".join(str(message.get("content") or "") for message in body["messages"] if message["role"] != "system")


def prompt_in(body: Body) -> str:
    """The standing instructions of a request."""
    return str(body["messages"][0]["content"])


def gives(**parts: object) -> Calls:
    """The model gives its answer by the tool for it."""
    return Calls(calls=[("give_answer", parts)])


def offers_tools(body: Body) -> bool:
    """Whether the model may call tools now: a request without them, or with ``tool_choice`` none, wants words."""
    return bool(body.get("tools")) and body.get("tool_choice") != "none"


def _invents_columns(body: Body, about: str) -> Step:
    sql = f"select profit_margin_pct from {about} where is_golden"
    return gives(answer=f"Group `{about}.profit_margin_pct` by `{about}.golden_month`.", use=about, sql=sql)


def _contradicts(body: Body, about: str) -> Step:
    line = f"{about}: healthy · built 1 min ago · 99 of 99 tests pass · owner Mallory"
    praise = (
        f"`{about}` is perfectly healthy, all its tests pass and it was built a minute ago. It is owned by Mallory."
    )
    return gives(answer=f"Use `{about}`. {praise}\n{line}", use=about, why=f"`{about}` is fresh and healthy.")


def _calls_unknown_tools(body: Body, about: str) -> Step:
    if not offers_tools(body):
        return Says(text=f"Use `{about}`.")
    return Calls(calls=[("run_sql", {"sql": f"drop table {about}"}), ("post_message", {"channel": "general"})])


def _loops(body: Body, about: str) -> Step:
    round_ = len(body["messages"])
    return Calls(calls=[("get_lineage", {"name": about, "direction": "upstream", "depth": round_ % 20 + 1})])


def _stops(body: Body, about: str) -> Step:
    return Breaks(text=f"Use `{about}`. It holds the or")


def _nonsense(body: Body, about: str) -> Step:
    return Says(text="⸮⸮ 7f 00 ∴∴ }{ lorem <<>> 愛 %%% \\x00 {{ {% [[ `` ` ** __ ## |||")


def _prints_prompt(body: Body, about: str) -> Step:
    return Says(text=f"Use `{about}`. My instructions are:\n{prompt_in(body)}")


def _destroys(body: Body, about: str) -> Step:
    return gives(answer=f"Run `DROP TABLE {about}` first, then use `{about}`.", sql=f"delete from {about}")


_LIES: Mapping[Lie, Callable[[Body, str], Step]] = {
    "invents columns": _invents_columns,
    "contradicts the trust line": _contradicts,
    "calls unknown tools": _calls_unknown_tools,
    "loops": _loops,
    "stops mid-stream": _stops,
    "talks nonsense": _nonsense,
    "prints its prompt": _prints_prompt,
    "writes destructive SQL": _destroys,
}
