"""Words that are written like a column and are none: what a database offers everywhere, units of time."""

from sqlglot import exp

_PSEUDO_COLUMN_WORDS = """
rowid _rowid_ ctid xmin xmax cmin cmax tableoid rownum current_date current_time current_timestamp current_user
session_user sysdate systimestamp localtime localtimestamp getdate user _partitiontime _partitiondate _table_suffix
_file_name _metadata metadata$filename metadata$file_row_number metadata$action metadata$isupdate metadata$row_id
connect_by_isleaf connect_by_iscycle true false null default all
"""
PSEUDO_COLUMNS = frozenset(_PSEUDO_COLUMN_WORDS.split())
_DATE_PART_WORDS = """
microsecond microseconds millisecond milliseconds second seconds minute minutes hour hours day days week weeks month
months quarter quarters year years decade century millennium epoch epoch_second epoch_millisecond dow doy isodow
isoyear isoweek dayofweek dayofweekiso dayofyear dayofmonth weekday weekofyear weekiso yearofweek yearofweekiso
timezone timezone_hour timezone_minute yy yyyy qq mm dy dd wk dw hh mi ss ms mcs us ns
"""
_DATE_PARTS = frozenset(_DATE_PART_WORDS.split())
"""What functions take for a unit, written like a column."""


def is_pseudo_column(column: exp.Column) -> bool:
    """Whether a name without a table is a database's own word, a parameter, or a column by its place."""
    name = column.name.lower()
    is_word = name in PSEUDO_COLUMNS and not column.this.args.get("quoted")
    return is_word or name.startswith(("$", "@", ":"))


def is_date_part(column: exp.Column) -> bool:
    """Whether a word is what a function takes for its unit, which the function does not have otherwise."""
    function = column.parent
    if column.name.lower() not in _DATE_PARTS or not isinstance(function, exp.Func):
        return False
    others = [each for each in function.iter_expressions() if id(each) != id(column)]
    return bool(others) and not any(isinstance(each, exp.Var) or each.name.lower() in _DATE_PARTS for each in others)
