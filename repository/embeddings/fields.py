"""The column type, distance and index of pgvector.

Not those of its Python package: that imports NumPy, which takes 22 MB in each web worker, and no
page reads a vector. https://github.com/pgvector/pgvector describes the extension.
"""

from collections.abc import Sequence
from typing import Any, override

from django.contrib.postgres.indexes import PostgresIndex
from django.db import models
from django.db.models.functions import Cast


def as_text(vector: Sequence[float]) -> str:
    """Return a vector as PostgreSQL reads it, with more digits than half precision has."""
    return f"[{','.join([f'{number:.5g}' for number in vector])}]"


class HalfVectorField(models.Field):
    """A vector of half-precision numbers, by default of any length; in Python a list of floats."""

    def __init__(self, *args, dimensions: int | None = None, **kwargs):
        self.dimensions = dimensions
        super().__init__(*args, **kwargs)

    @override
    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        if self.dimensions is not None:
            kwargs["dimensions"] = self.dimensions
        return name, path, args, kwargs

    @override
    def db_type(self, connection) -> str:
        return "halfvec" if self.dimensions is None else f"halfvec({self.dimensions})"

    def from_db_value(self, value: str | None, expression, connection) -> list[float] | None:
        return None if value is None else [float(number) for number in value[1:-1].split(",")]

    @override
    def get_prep_value(self, value: Any) -> str | None:
        value = super().get_prep_value(value)
        return value if value is None or isinstance(value, str) else as_text(value)


class CosineDistance(models.Func):
    """1 minus the cosine of the angle between a column and a vector, from 0 to 2.

    The column is cast to the length of the vector, as in `HnswIndex`.
    """

    template = "(%(expressions)s)"
    arg_joiner = " <=> "

    def __init__(self, column: str, vector: Sequence[float], **extra):
        field = HalfVectorField(dimensions=len(vector))
        operands = Cast(column, field), Cast(models.Value(as_text(vector)), field)
        super().__init__(*operands, output_field=models.FloatField(), **extra)


class StoredDistance(models.Func):
    """The same between a column and a vector from another row, without an index.

    Both must be of one model: PostgreSQL refuses to compare vectors of different lengths.
    """

    template = "(%(expressions)s)"
    arg_joiner = " <=> "
    output_field = models.FloatField()


class HnswIndex(PostgresIndex):
    """An index for the nearest vectors."""

    suffix = "hnsw"
