"""Hide unpublished cases from staff who may not edit cases.

The form for drafts promises authors that only they, moderators and administrators can read them.
Brokers also use the admin and may view the collection there.
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import unquote
from django.db import models
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from repository.models import CaseStatus, CaseStudy
from repository.permissions import can_read_drafts
from repository.text.lists import list_of


def number_of_cases(request: HttpRequest) -> Count:
    """Return an aggregate that counts the related cases this user may read."""
    # Distinct, because filters of the change list add joins.
    if can_read_drafts(request.user):
        return Count("cases", distinct=True)
    return Count("cases", filter=Q(cases__status=CaseStatus.PUBLISHED), distinct=True)


class HidesDrafts(admin.ModelAdmin):
    """Admin mixin for cases, and for the figures, references and tags entered with them."""

    def public(self, rows: models.QuerySet) -> models.QuerySet:
        """Return the rows that do not belong to an unpublished case."""
        raise NotImplementedError

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request)
        return rows if can_read_drafts(request.user) else self.public(rows)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_view_permission(request, obj)
        if obj is None or not allowed or can_read_drafts(request.user):
            return allowed
        # A deleted row, which exists only in the history, is not public either.
        return self.public(type(obj)._default_manager.filter(pk=obj.pk)).exists()

    def case_of(self, obj: Any) -> CaseStudy | None:
        """Return the case whose history includes the object."""
        return None

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context=None
    ) -> HttpResponse:
        """Leave out the time as a draft for users who may not read drafts."""
        if not can_read_drafts(request.user):
            obj = self.get_object(request, unquote(object_id))
            if obj is not None and (case := self.case_of(obj)):
                return redirect("community:case_history", case.slug)
        return super().history_view(request, object_id, extra_context)


class NamesCases(BaseModelAdmin):
    """Admin mixin for models with links to cases; only editors see unpublished ones."""

    # Fields that refer to cases, each with the method shown in its place.
    shown_instead: ClassVar[dict[str, str]] = {}

    def get_fields(self, request: HttpRequest, obj: Any = None):
        fields = super().get_fields(request, obj)
        return fields if can_read_drafts(request.user) else self.replaced(fields)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None):
        fieldsets = super().get_fieldsets(request, obj)
        if can_read_drafts(request.user):
            return fieldsets
        return [
            (title, {**options, "fields": self.replaced(options["fields"])})
            for title, options in fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None):
        fields = super().get_readonly_fields(request, obj)
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
        return list_of(obj.cases.published())

    @admin.display(description=_("case study"))
    def published_case(self, obj) -> str:
        return str(obj.case) if obj.case and obj.case.is_published else ""
