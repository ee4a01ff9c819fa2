{% macro to_local_date(moment) -%}
    cast({{ moment }} at time zone 'UTC' at time zone 'Europe/Amsterdam' as date)
{%- endmacro %}
