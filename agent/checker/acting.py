"""What makes even a SELECT change something, read files or reach other servers: functions, and dbt's Jinja (pure)."""

import re

from sqlglot import exp

_ACTING = re.compile(
    r"(?:pg_(?:terminate|cancel|reload|rotate|read|ls|write|advisory|try_advisory|switch|promote|create|drop|replication"
    r"|logical|file|sleep|import|export|copy|stat_reset)\w*|lo_\w+|dblink\w*|set_config|setval|nextval|query_to_xml\w*"
    r"|table_to_xml\w*|xp_\w+|sp_\w+|openrowset|openquery|opendatasource|load_extension|load_file|sys_exec|sys_eval"
    r"|pg_notify|(?:database|schema|cursor)_to_xml\w*|utl_\w+|dbms_\w+|httpuritype|http_\w+|urlopen|getenv"
    r"|system\$\w+|benchmark|sleep|java_method|reflect|external_query|remote|remotesecure|url|file|executable"
    r"|read_\w+|readcsv|readparquet|write_\w+|sniff_csv|(?:\w+_)?query|query_table"
    r"|(?:parquet|sqlite|postgres|mysql|iceberg|delta|arrow|pandas|seq)_scan\w*|s3|s3cluster|gcs|hdfs|odbc|jdbc)",
    re.IGNORECASE,
)
"""By name, in whatever database. Source: the databases' own references of administrative and file functions."""


_IN_JINJA = re.compile(
    r"""(?ix)
      \b(?:drop|undrop|alter|create(?:\s+or\s+replace)?)\s+(?:\w+\s+){0,3}?
        (?:table|view|schema|database|role|user|column|function|procedure|warehouse|index|stage|task|sequence)\b
    | \btruncate\s+(?:table\s+)?[\w."'{] | \bdelete\s+from\b | \binsert\s+(?:into|overwrite)\b
    | \bupdate\s+\S+\s+set\b | \bmerge\s+into\b | \bcopy\s+into\b
    | \b(?:grant|revoke)\s+[^;]{1,80}?\b(?:to|from)\b | \b(?:call|execute)\s+[\w."]+\s*\(
    | \badapter\s*\.\s*(?:drop|rename|truncate|create|expand|execute|add|alter)\w*
    | \b(?:drop|rename|truncate|alter|delete)_\w+\s*\(
    """
)
"""Statements that dbt is told to run beside the query, and its own functions that change a warehouse."""


def acts(statement: exp.Expr) -> bool:
    """Whether a statement calls such a function."""
    return any(_ACTING.fullmatch(_name_of(call)) for call in statement.find_all(exp.Func))


def acts_in_jinja(code: str) -> bool:
    """Whether what stands in a tag, or in a block that is no part of the query, changes something."""
    return bool(_IN_JINJA.search(code))


def _name_of(call: exp.Func) -> str:
    return call.name if isinstance(call, exp.Anonymous) else call.sql_name()
