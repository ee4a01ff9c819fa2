"""Compiled SQL as dbt's users write it: imports in CTEs, casts and new names, joins, windows, aggregates (pure)."""

from collections.abc import Sequence

_CLEANED = (
    "cast({column} as varchar) as {column}",
    "coalesce(cast({column} as decimal(18, 2)), 0) / 100 as {column}",
    "cast(nullif(trim({column}), '') as timestamp) as {column}",
)
"""By a column's place: ids, amounts and times take turns."""
_DERIVED = (
    "coalesce(left_side.{column}, right_side.{column}) as {column}",
    "case when left_side.{column} > 1000 then 1000 else left_side.{column} + right_side.{column} end as {column}",
    "greatest(left_side.{column}, right_side.{column}) as {column}",
)
_MEASURED = (
    "{column}",
    "sum({column}) over (partition by {key} order by {moment} rows between 6 preceding and current row) as {column}",
    "lag({column}) over (partition by {key} order by {moment}) as {column}",
)
_SUMMED = ("{column}", "sum(case when {column} > 0 then {column} else 0 end) as {column}", "max({column}) as {column}")


def cleaning_sql(source: str, columns: Sequence[str]) -> str:
    """A staging model: one source, every column cast under its name, the newest row of each key kept."""
    key, moment = columns[0], columns[2]
    return f"""with source as (

    select * from {source}

),

renamed as (

    select
        {_each(_CLEANED, columns)}

    from source

),

ranked as (

    select
        *,
        row_number() over (partition by {key} order by {moment} desc) as row_number_of_key
    from renamed

)

select
    {_plain(columns)}
from ranked
where row_number_of_key = 1"""


def joining_sql(parents: Sequence[str], columns: Sequence[str]) -> str:
    """An intermediate model: two parents joined, running sums and rows before, both halves put together again."""
    left, right = parents[0], parents[-1]
    key, moment = columns[0], columns[2]
    return f"""with left_side as (

    select * from {left}

),

right_side as (

    select * from {right}
    where {moment} is not null

),

joined as (

    select
        {_each(_DERIVED, columns)}
    from left_side
    left join right_side
        on left_side.{key} = right_side.{key}
        and left_side.{moment} >= right_side.{moment}

),

windowed as (

    select
        {_each(_MEASURED, columns, key=key, moment=moment)}
    from joined

),

unioned as (

    select {_plain(columns)} from windowed where {key} like 'a%'
    union all
    select {_plain(columns)} from windowed where {key} not like 'a%'

)

select
    {_plain(columns)}
from unioned"""


def summing_sql(parents: Sequence[str], columns: Sequence[str]) -> str:
    """A mart: what ``joining_sql`` makes of its parents, summed up by its ids."""
    keys = ", ".join(columns[::3])
    return f"""with base as (

    {joining_sql(parents, columns)}

),

summed as (

    select
        {_each(_SUMMED, columns)}
    from base
    group by {keys}

),

final as (

    select * from summed
    where {columns[1]} > 0

)

select * from final"""


def _each(forms: Sequence[str], columns: Sequence[str], **names: str) -> str:
    return ",\n        ".join(
        forms[place % len(forms)].format(column=column, **names) for place, column in enumerate(columns)
    )


def _plain(columns: Sequence[str]) -> str:
    return ",\n    ".join(columns)
