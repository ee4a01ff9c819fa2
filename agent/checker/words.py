"""Words in code style that name nothing in a catalog: SQL's functions and types, dbt's own words, files, numbers."""

import re
from importlib.resources import files

from sqlglot import exp

_FILE = re.compile(
    r"[\w./*-]+\.(?:sql|ya?ml|csv|tsv|json|jsonl|py|ipynb|md|parquet|txt|toml|html?|gz|zip|db|duckdb|sh|log|cfg|ini|xlsx?)\Z",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"v?\d[\d._,:+%TZ-]*\Z")
_PLACEHOLDER = re.compile(
    r"(?:my|your|some|any|example|the)_(?:\w+_)?(?:model|table|column|schema|database|project|source|metric|name|field|id|view)s?\Z"
)
_KEY_VALUE = re.compile(r"[a-z]{2,4}_\d{3,}\Z")
"""A key as it stands in the data: ``ord_123``."""
_TIME = re.compile(r"metric_time__[a-z]+\Z|[a-z]{2}_[a-z]{2}\Z")
"""The semantic layer's time at a grain, a locale."""
_GENERATED_TEST = re.compile(
    r"(?:source_)?(?:not_null|unique|accepted_values|relationships|dbt_utils|dbt_expectations|expect)_\w+\Z"
)
_SHOUTED = re.compile(r"[A-Z][A-Z0-9_]*\Z")


class KnownWords:
    """The words that raise no alarm."""

    def __init__(self, words: frozenset[str]) -> None:
        self._words = words

    def __contains__(self, word: str) -> bool:
        lower = word.lower()
        return (
            lower in self._words
            or bool(_NUMBER.match(lower))
            or bool(_FILE.match(lower))
            or bool(_GENERATED_TEST.match(lower))
            or bool(_PLACEHOLDER.match(lower))
            or bool(_TIME.match(lower))
            or bool(_KEY_VALUE.match(lower))
        )

    def is_package(self, word: str) -> bool:
        """Whether ``word.anything`` is a macro or function rather than a column."""
        return word.lower() in self._words or word.lower() in {"np", "pd", "df", "dbt", "adapter", "api", "builtins"}


def load_known_words() -> KnownWords:
    """Read ``known_words.txt``, which lies beside this file, and SQL's functions and types."""
    lines = files("agent.checker").joinpath("known_words.txt").read_text(encoding="utf-8").splitlines()
    own = {word.lower() for line in lines if not line.startswith("#") for word in line.split()}
    functions = {name.lower() for function in exp.ALL_FUNCTIONS for name in function.sql_names()}
    types = {str(kind.value).lower() for kind in exp.DataType.Type}
    return KnownWords(frozenset(own | functions | types))


def is_shouted(word: str) -> bool:
    """Whether a word is written in capitals, as constants and environment variables are."""
    return bool(_SHOUTED.match(word))
