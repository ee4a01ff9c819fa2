"""What the process that reads SQL is asked, and what it replies."""

from collections.abc import Mapping, Sequence

import msgspec

from knowledge.column_lineage.extraction import Extract


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One model's SQL with what ``extract`` has to know."""

    sql: str
    dialect: str
    tables: Mapping[str, Sequence[str] | None]
    own_columns: Sequence[str] = ()
    seconds: float = 5.0
    """Of the processor's time, that it may take."""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What the SQL says; without that, why it cannot be told, as the end of a sentence."""

    extract: Extract | None = None
    fault: str | None = None
