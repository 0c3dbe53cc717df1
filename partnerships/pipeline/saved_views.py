"""Saved views of the board, which only their broker sees. They are changed by `actions`."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.http import QueryDict

from community.models import User
from partnerships.models import SavedView
from partnerships.pipeline.forms import FilterForm


def with_views_of(by: Any, staff: QuerySet[User]) -> QuerySet[User]:
    """Annotate staff with `views`: the saved views of `by`, and none of others.

    The board loads its brokers anyway, and so needs no further query for the saved views.
    """
    own = SavedView.objects.visible_to(by).filter(member=OuterRef("pk"))
    data = JSONObject(pk="pk", name="name", parameters="parameters")
    return staff.annotate(views=ArraySubquery(own.values(data=data)))


def views_of(by: Any, staff: list[Any]) -> list[dict[str, Any]]:
    """Return the saved views of `by` from staff annotated by `with_views_of`."""
    return next((member.views for member in staff if member.pk == by.pk), [])


def parameters_of(form: FilterForm, *, is_board: bool) -> dict[str, str]:
    """Return the valid filters of the page as parameters of its URL, without empty ones."""
    form.is_valid()
    values: dict[str, Any] = {
        name: "on" if value is True else value for name, value in form.cleaned_data.items()
    }
    return {name: value for name, value in values.items() if value} | (
        {"view": "board"} if is_board else {}
    )


def form_of(view: SavedView, *, staff: list[User]) -> FilterForm:
    """Return the form with the stored filters, which may no longer be valid."""
    data = QueryDict(mutable=True)
    stored = view.parameters if isinstance(view.parameters, dict) else {}
    for name, value in stored.items():
        data[name] = str(value)
    return FilterForm(data, staff=staff)


def opened(view: SavedView, *, staff: list[User]) -> tuple[dict[str, str], list[str]]:
    """Return the parameters of a view that are still valid, and the labels of those that are not.

    A filter that the board no longer has is named as it was stored.
    """
    form = form_of(view, staff=staff)
    is_board = form.data.get("view") == "board"
    valid = parameters_of(form, is_board=is_board)
    lost = [str(form.fields[name].label) for name in form.errors if name in form.fields]
    known = {*form.fields, "view"}
    return valid, lost + [str(name)[:60] for name in form.data if name not in known]
