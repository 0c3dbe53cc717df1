from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from repository.desk.base import KnownSelection
from repository.desk.drafts import HidesDrafts
from repository.models import CaseStatus, DailyCount


@admin.register(DailyCount)
class DailyCountAdmin(HidesDrafts, KnownSelection, admin.ModelAdmin):
    """Read-only list of daily counts."""

    list_display = ["day", "kind", "owner", "number"]
    list_filter = ["kind", "day"]
    list_select_related = ["case", "webinar"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["case__title", "webinar__title"]
    search_help_text = _("Search by the title of a case or webinar.")
    fields = readonly_fields = ["day", "kind", "owner", "number"]

    def public(self, rows):
        return rows.filter(Q(case=None) | Q(case__status=CaseStatus.PUBLISHED))

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("case study or webinar"))
    def owner(self, count):
        return count.case or count.webinar
