"""What the analysts' schema says of itself: every view and function with its comments."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.store.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """One view or function, what it is, and its columns as (name, type, meaning)."""

    name: str
    meaning: str
    columns: tuple[tuple[str, str, str], ...] = ()


VIEWS = """
SELECT class.relname, obj_description(class.oid, 'pg_class'), array_agg(
    ARRAY[
        attribute.attname::text,
        format_type(attribute.atttypid, attribute.atttypmod),
        col_description(class.oid, attribute.attnum)
    ]
    ORDER BY attribute.attnum
)
FROM pg_class AS class
JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid AND attribute.attnum > 0 AND NOT attribute.attisdropped
WHERE class.relnamespace = 'analyst'::regnamespace AND class.relkind = 'v'
GROUP BY class.oid, class.relname
ORDER BY class.relname
"""
FUNCTIONS = """
SELECT proname || '(' || pg_get_function_arguments(oid) || ')', obj_description(oid, 'pg_proc')
FROM pg_proc
WHERE pronamespace = 'analyst'::regnamespace
ORDER BY proname
"""


def dictionary(connection: Connection) -> tuple[list[Described], list[Described]]:
    """Give the analysts' views with their columns, and their functions, by name."""
    views = [
        Described(name=name, meaning=meaning, columns=tuple((column, kind, told) for column, kind, told in columns))
        for name, meaning, columns in connection.execute(VIEWS)
    ]
    return views, [Described(name=name, meaning=meaning) for name, meaning in connection.execute(FUNCTIONS)]
