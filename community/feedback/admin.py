from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from community.feedback import actions
from community.feedback.catalogue import translation_of
from community.models import PageFeedback
from repository.desk.base import HistoryMixin, KnownSelection

# Longer texts are shortened in the list.
SHOWN = 120


def isolated(text: str) -> str:
    """Mark a text whose direction may differ from that of the page."""
    return format_html("<bdi>{}</bdi>", text) if text else ""


@admin.register(PageFeedback)
class PageFeedbackAdmin(HistoryMixin, KnownSelection, admin.ModelAdmin):
    """What readers say about pages, to read and delete, and reports of wrong translations."""

    change_form_template = "admin/community/pagefeedback/change_form.html"
    list_display = ["created_at", "kind", "words", "status", "page", "answer", "language"]
    list_filter = ["kind", "status", "answer", "language", "is_message"]
    list_per_page = 50
    search_fields = ["page", "message", "text", "quoted"]
    search_help_text = _("Search by page address or message.")
    actions = ["finish_selected", "reopen_selected"]

    def get_fields(self, request, obj=None):
        if obj is None or not obj.is_report:
            return ["created_at", "page", "answer", "message"]
        return [
            *("created_at", "by", "page", "language", "wrong", "suggestion"),
            *("is_message", "context", "text", "translation", "status", "done_by", "done_at"),
        ]

    get_readonly_fields = get_fields

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        # Reports stay on the record, and go with the account of the member.
        is_report = obj is not None and obj.is_report
        return not is_report and super().has_delete_permission(request, obj)

    def has_review_permission(self, request):
        return self.has_view_permission(request)

    def history_view(self, request, object_id, extra_context=None):
        # Before it is known whether there is such feedback.
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def view_on_site(self, feedback: PageFeedback) -> str:
        return feedback.page or "/"

    @admin.display(description=_("message"), ordering="text")
    def words(self, feedback: PageFeedback) -> str:
        shown = Truncator(feedback.text).chars(SHOWN) if feedback.is_report else feedback.message
        return isolated(shown)

    @admin.display(description=_("wrong text"))
    def wrong(self, report: PageFeedback) -> str:
        return isolated(report.quoted)

    @admin.display(description=_("suggestion"))
    def suggestion(self, report: PageFeedback) -> str:
        return isolated(report.message)

    @admin.display(description=_("translation"))
    def translation(self, report: PageFeedback) -> str:
        """The current one, or none for other text."""
        if not report.is_message:
            return ""
        return isolated(translation_of(report.language, report.context, report.text))

    @admin.action(description=_("Mark selected texts as done"), permissions=["review"])
    def finish_selected(self, request, queryset):
        reports = queryset.open()
        count = len({tuple(report.reported_text.values()) for report in reports})
        for report in reports:
            actions.finish(report=report, by=request.user)
        done = ngettext("%(count)d text marked as done.", "%(count)d texts marked as done.", count)
        self.message_user(request, done % {"count": count}, messages.SUCCESS)

    @admin.action(description=_("Reopen selected texts"), permissions=["review"])
    def reopen_selected(self, request, queryset):
        reports = queryset.done()
        count = len({tuple(report.reported_text.values()) for report in reports})
        for report in reports:
            actions.reopen(report=report, by=request.user)
        opened = ngettext("%(count)d text reopened.", "%(count)d texts reopened.", count)
        self.message_user(request, opened % {"count": count}, messages.SUCCESS)
