from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.agreements.progress import with_light
from partnerships.models import Partnership, Progress
from repository.desk.base import CollectionAdmin


class LightFilter(admin.SimpleListFilter):
    title = _("progress")
    parameter_name = "light"

    def lookups(self, request, model_admin):
        return Progress.choices

    def queryset(self, request, queryset):
        return queryset.filter(light=self.value()) if self.value() in Progress.values else queryset


@admin.register(Partnership)
class PartnershipAdmin(CollectionAdmin):
    """Search of partnerships for brokers. Steps are taken on the page of each on the site."""

    list_display = ["title", "how_it_goes", "status", "agreed_on", "is_public"]
    list_filter = [LightFilter, "status", "agreement_kind", "is_public"]
    search_fields = ["title", "parties__city__name", "parties__organization__name"]
    ordering = ["-agreed_on", "-pk"]
    date_hierarchy = None
    readonly_fields = fields = [
        "title",
        "summary",
        "status",
        "reason",
        "agreed_on",
        "agreement_kind",
        "started_on",
        "ended_on",
        "baseline",
        "outcome",
        "inspired_by",
        "written_up_as",
        "is_public",
    ]

    def get_queryset(self, request: HttpRequest):
        return with_light(super().get_queryset(request), on=timezone.localdate())

    @admin.display(description=_("resulting case"))
    def written_up_as(self, partnership) -> str:
        """Drafts are visible only to their authors, moderators and administrators."""
        case = partnership.resulting_case
        return str(case) if case is not None and case.is_published else ""

    @admin.display(description=_("progress"), ordering="light")
    def how_it_goes(self, partnership) -> str:
        return Progress(partnership.light).label

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False
