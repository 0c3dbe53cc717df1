"""What staff who do not edit cases see of cases that are not published: nothing.

The form in which a case is written promises its authors that only they, the moderators and the
administrators can read it. Brokers also work at the desk and may look at the collection there.
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db import models
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from repository.models import CaseStatus, CaseStudy
from repository.permissions import can_read_drafts


def number_of_cases(request: HttpRequest) -> Count:
    """How many cases a row is linked to, of those that this person may read."""
    # Distinct: filters of a list join tables as well.
    if can_read_drafts(request.user):
        return Count("cases", distinct=True)
    return Count("cases", filter=Q(cases__status=CaseStatus.PUBLISHED), distinct=True)


class HidesDrafts:
    """For nouns that are entered with a case: its figures, references and tags, and itself."""

    def public(self, rows: models.QuerySet) -> models.QuerySet:
        """The rows that have nothing to do with a case that is not published."""
        raise NotImplementedError

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request)  # type: ignore[misc]
        return rows if can_read_drafts(request.user) else self.public(rows)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_view_permission(request, obj)  # type: ignore[misc]
        if obj is None or not allowed or can_read_drafts(request.user):
            return allowed
        # A deleted row, of which only its history is left, is not public either.
        return self.public(type(obj)._default_manager.filter(pk=obj.pk)).exists()

    def case_of(self, obj: Any) -> CaseStudy | None:
        """The case whose history an object is part of."""
        return None

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context=None
    ) -> HttpResponse:
        """The public history, for those who may not read what a published case was as a draft."""
        if not can_read_drafts(request.user):
            obj = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
            if obj is not None and (case := self.case_of(obj)):
                return redirect("community:case_history", case.slug)
        return super().history_view(request, object_id, extra_context)  # type: ignore[misc]


class NamesCases:
    """For nouns that name cases: others than editors see links to the published ones only."""

    # The name of each field that leads to cases, and that of the method shown in its place.
    shown_instead: ClassVar[dict[str, str]] = {}

    def get_fields(self, request: HttpRequest, obj: Any = None):
        fields = super().get_fields(request, obj)  # type: ignore[misc]
        return fields if can_read_drafts(request.user) else self.replaced(fields)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None):
        fieldsets = super().get_fieldsets(request, obj)  # type: ignore[misc]
        if can_read_drafts(request.user):
            return fieldsets
        return [
            (title, {**options, "fields": self.replaced(options["fields"])})
            for title, options in fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None):
        fields = super().get_readonly_fields(request, obj)  # type: ignore[misc]
        return [*fields, *self.shown_instead.values()]

    def replaced(self, fields) -> list:
        return [
            self.replaced(field)
            if isinstance(field, list | tuple)
            else self.shown_instead.get(field, field)
            for field in fields
        ]

    @admin.display(description=_("case studies"))
    def published_cases(self, obj) -> str:
        return ", ".join(map(str, obj.cases.published()))

    @admin.display(description=_("case study"))
    def published_case(self, obj) -> str:
        return str(obj.case) if obj.case and obj.case.is_published else ""
