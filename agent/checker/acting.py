"""Functions by which even a SELECT changes something, reads files or reaches other servers (pure)."""

import re

from sqlglot import exp

_ACTING = re.compile(
    r"(?:pg_(?:terminate|cancel|reload|rotate|read|ls|write|advisory|try_advisory|switch|promote|create|drop|replication"
    r"|logical|file|sleep|import|export|copy|stat_reset)\w*|lo_\w+|dblink\w*|set_config|setval|nextval|query_to_xml\w*"
    r"|table_to_xml\w*|xp_\w+|sp_\w+|openrowset|openquery|opendatasource|load_extension|load_file|sys_exec|sys_eval"
    r"|utl_\w+|dbms_\w+|httpuritype|http_\w+|urlopen|read_text|read_blob|getenv|system\$\w+|benchmark|sleep"
    r"|external_query|remote|remotesecure|url|file|executable)",
    re.IGNORECASE,
)
"""By name, in whatever database. Source: the databases' own references of administrative and file functions."""


def acts(statement: exp.Expr) -> bool:
    """Whether a statement calls such a function."""
    return any(_ACTING.fullmatch(_name_of(call)) for call in statement.find_all(exp.Func))


def _name_of(call: exp.Func) -> str:
    return call.name if isinstance(call, exp.Anonymous) else call.sql_name()
