from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from community.models import Bounce
from repository.desk.base import KnownSelection


@admin.register(Bounce)
class BounceAdmin(KnownSelection, admin.ModelAdmin):
    """Addresses to which emails are returned. Deleting a row sends emails to it again."""

    list_display = ["email", "kind", "status", "reported_at", "cleared_at"]
    list_filter = ["kind"]
    list_per_page = 50
    search_fields = ["email"]
    search_help_text = _("Search by email address.")
    readonly_fields = fields = ["email", "kind", "status", "reported_at", "cleared_at"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
