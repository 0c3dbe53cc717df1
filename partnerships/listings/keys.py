"""Links of a row as primary keys, and the column of its owner."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef

from repository.models import City, Organization


def whose(owner: City | Organization) -> dict[str, City | Organization]:
    """Return the column, with its value, for a city or an organisation as the owner."""
    return {"city" if isinstance(owner, City) else "organization": owner}


def linked_with(row: models.Model, *names: str) -> dict[str, list[int]]:
    """Return the primary keys of linked rows by the name of the link, in one query."""
    model = type(row)
    columns = {f"{name}_keys": keys_of(model, name) for name in names}
    found = model._default_manager.filter(pk=row.pk).values(**columns).get()
    return {name: found[f"{name}_keys"] for name in names}


def keys_of(model: type[models.Model], name: str) -> ArraySubquery:
    """Return an expression for the primary keys of a link, in the order of their addition."""
    field = model._meta.get_field(name)
    rows = field.remote_field.through.objects.filter(**{field.m2m_field_name(): OuterRef("pk")})
    return ArraySubquery(rows.order_by("pk").values(field.m2m_reverse_field_name()))
