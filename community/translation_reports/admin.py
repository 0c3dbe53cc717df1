from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from community.models import ReportedText, TranslationReport
from community.permissions import can_review_translations
from community.translation_reports import actions
from community.translation_reports.catalogue import translation_of
from repository.desk.base import KnownSelection, ToldHistory

# Longer texts are shortened in the list.
SHOWN = 120


def isolated(text: str) -> str:
    """Mark a text whose direction may differ from that of the page."""
    return format_html("<bdi>{}</bdi>", text) if text else ""


class ReportInline(admin.TabularInline):
    """What members said of the text."""

    model = TranslationReport
    extra = 0
    fields = readonly_fields = ["created_at", "wrong", "right", "link", "by"]
    can_delete = False
    show_change_link = False

    def has_view_permission(self, request, obj=None):
        return can_review_translations(request.user)

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by")

    @admin.display(description=_("wrong text"))
    def wrong(self, report: TranslationReport) -> str:
        return isolated(report.quoted)

    @admin.display(description=_("suggestion"))
    def right(self, report: TranslationReport) -> str:
        return isolated(report.suggestion)

    @admin.display(description=_("page"))
    def link(self, report: TranslationReport) -> str:
        return format_html('<a href="{0}" dir="ltr">{0}</a>', report.page) if report.page else ""


@admin.register(ReportedText)
class ReportedTextAdmin(ToldHistory, KnownSelection, admin.ModelAdmin):
    """Reports of wrong translations, by message and language."""

    change_form_template = "admin/community/reportedtext/change_form.html"
    list_display = ["sentence", "language", "number", "newest", "status", "done_by"]
    list_filter = ["status", "language", "is_message"]
    list_per_page = 50
    list_select_related = ["done_by"]
    search_fields = ["text", "reports__quoted", "reports__suggestion"]
    readonly_fields = fields = [
        "text",
        "translation",
        "language",
        "is_message",
        "context",
        "status",
        "done_by",
        "done_at",
    ]
    inlines = [ReportInline]
    actions = ["finish_selected", "reopen_selected"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def history_view(self, request, object_id, extra_context=None):
        # Before it is known whether there is such a text.
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def has_review_permission(self, request):
        return can_review_translations(request.user)

    def get_queryset(self, request):
        rows = super().get_queryset(request).visible_to(request.user)
        return rows.annotate(
            number_of_reports=Count("reports"), reported_at=Max("reports__created_at")
        ).order_by("-reported_at", "-pk")

    def change_view(self, request, object_id, form_url="", extra_context=None):
        context = {"may_review": self.has_review_permission(request)}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    @admin.display(description=_("text"), ordering="text")
    def sentence(self, text: ReportedText) -> str:
        return isolated(Truncator(text.text).chars(SHOWN))

    @admin.display(description=_("reports"), ordering="number_of_reports")
    def number(self, text: ReportedText) -> int:
        return text.number_of_reports

    @admin.display(description=_("newest report"), ordering="reported_at")
    def newest(self, text: ReportedText):
        return text.reported_at

    @admin.display(description=_("translation"))
    def translation(self, text: ReportedText) -> str:
        """The current one, or none for other text."""
        if not text.is_message:
            return ""
        return isolated(translation_of(text.language, text.context, text.text))

    @admin.action(description=_("Mark selected texts as done"), permissions=["review"])
    def finish_selected(self, request, queryset):
        opened = queryset.open()
        for text in opened:
            actions.finish(text=text, by=request.user)
        self.say(
            request,
            ngettext(
                "%(count)d text marked as done.", "%(count)d texts marked as done.", len(opened)
            ),
            len(opened),
        )

    @admin.action(description=_("Reopen selected texts"), permissions=["review"])
    def reopen_selected(self, request, queryset):
        done = queryset.done()
        for text in done:
            actions.reopen(text=text, by=request.user)
        self.say(
            request,
            ngettext("%(count)d text reopened.", "%(count)d texts reopened.", len(done)),
            len(done),
        )

    def say(self, request, text: str, count: int) -> None:
        self.message_user(request, text % {"count": count}, messages.SUCCESS)
