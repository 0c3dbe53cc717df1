from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from community.models import PageFeedback
from repository.desk.base import KnownSelection


@admin.register(PageFeedback)
class PageFeedbackAdmin(KnownSelection, admin.ModelAdmin):
    """What readers say about pages: to read and delete."""

    list_display = ["created_at", "page", "answer", "message"]
    list_filter = ["answer"]
    list_per_page = 50
    search_fields = ["page", "message"]
    search_help_text = _("Search by page address or message.")
    readonly_fields = fields = ["created_at", "page", "answer", "message"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def view_on_site(self, feedback: PageFeedback) -> str:
        return feedback.page or "/"
