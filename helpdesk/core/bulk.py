"""Writing many changed rows back in one go.

Django's `bulk_update` writes one CASE per column and row and takes most of a second for what the
ingest does per batch. An upsert (`bulk_create(update_conflicts=True)`) would bring back rows that
were deleted meanwhile and, on SQLite, trip over the table's other unique constraints.
"""

from collections.abc import Iterable, Sequence

from django.db import connections, models, router


def update_rows(
    model: type[models.Model], rows: Iterable[models.Model], fields: Sequence[str]
) -> int:
    """Write `fields` of the loaded `rows` to the database; return how many rows were found.

    Each row may appear once; values must be plain (no F expressions). Rows that have been deleted
    stay deleted. Sends no signals. `auto_now` fields are stamped when named in `fields`.
    """
    rows = list(rows)
    if not rows:
        return 0

    connection = connections[router.db_for_write(model)]
    if connection.vendor == "postgresql":
        return _update_from_arrays(connection, model, rows, fields)
    else:
        return _update_one_by_one(connection, model, rows, fields)


def _update_from_arrays(connection, model, rows, fields) -> int:
    """One statement; each column travels as one array."""
    columns = _columns(model, fields)
    quote = connection.ops.quote_name
    key = quote(model._meta.pk.column)
    assignments = ", ".join(f"{quote(c.column)} = new.{quote(c.column)}" for c in columns[:-1])
    arrays = ", ".join(f"%s::{_array_type(c, connection)}[]" for c in columns)
    names = ", ".join(quote(c.column) for c in columns)
    table = quote(model._meta.db_table)
    sql = (
        f"UPDATE {table} SET {assignments} FROM unnest({arrays}) AS new({names})"
        f" WHERE {table}.{key} = new.{key}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [[_value(row, c, connection) for row in rows] for c in columns])
        return cursor.rowcount


def _update_one_by_one(connection, model, rows, fields) -> int:
    """SQLite runs in this very process: a prepared statement per row costs microseconds."""
    columns = _columns(model, fields)
    quote = connection.ops.quote_name
    assignments = ", ".join(f"{quote(c.column)} = %s" for c in columns[:-1])
    sql = (
        f"UPDATE {quote(model._meta.db_table)} SET {assignments}"
        f" WHERE {quote(model._meta.pk.column)} = %s"
    )
    with connection.cursor() as cursor:
        cursor.executemany(sql, [[_value(row, c, connection) for c in columns] for row in rows])
        return cursor.rowcount


def _columns(model, fields) -> list[models.Field]:
    """The fields to write, and the primary key last."""
    return [model._meta.get_field(name) for name in fields] + [model._meta.pk]


def _array_type(field, connection) -> str:
    # Without the length: a cast to varchar(80) would cut a longer text silently, while the
    # assignment to the column refuses it.
    return field.cast_db_type(connection).split("(")[0]


def _value(row, field, connection):
    return field.get_db_prep_save(field.pre_save(row, add=False), connection)
