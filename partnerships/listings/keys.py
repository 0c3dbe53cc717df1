"""What a row is linked with, as a column of it, and the column that says whose it is."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef

from repository.models import City, Organization


def whose(owner: City | Organization) -> dict[str, City | Organization]:
    """The column that says whose something is, or for whom somebody speaks."""
    return {"city" if isinstance(owner, City) else "organization": owner}


def linked_with(row: models.Model, *names: str) -> dict[str, list[int]]:
    """The primary keys of what a row is linked with, by the names of its links, in one query."""
    model = type(row)
    columns = {f"{name}_keys": keys_of(model, name) for name in names}
    found = model._default_manager.filter(pk=row.pk).values(**columns).get()
    return {name: found[f"{name}_keys"] for name in names}


def keys_of(model: type[models.Model], name: str) -> ArraySubquery:
    """The primary keys of what a link of a model leads to, in the order in which it was made."""
    field = model._meta.get_field(name)
    rows = field.remote_field.through.objects.filter(**{field.m2m_field_name(): OuterRef("pk")})
    return ArraySubquery(rows.order_by("pk").values(field.m2m_reverse_field_name()))
