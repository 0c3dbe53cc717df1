from django.contrib import admin
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from partnerships import permissions
from partnerships.models import PartnershipRequest
from partnerships.requests import views
from repository.desk.base import CollectionAdmin
from repository.desk.samples import sample_mark


@admin.register(PartnershipRequest)
class PartnershipRequestAdmin(CollectionAdmin):
    """Partnership requests. Decisions are made on the page of each, not by editing rows."""

    list_display = ["title", sample_mark, "city", "status", "submitted", "expires", "decide"]
    list_filter = ["status", "direction", "visibility"]
    list_select_related = ["city"]
    search_fields = ["title", "city__name", "city__slug"]
    ordering = ["-pk"]
    readonly_fields = fields = [
        "city",
        "title",
        "direction",
        "visibility",
        "status",
        "submitted_at",
        "opened_at",
        "expires_at",
        "warned_at",
        "closed_at",
        "closing_reason",
    ]
    change_form_template = "admin/partnerships/partnershiprequest/change_form.html"

    def has_view_permission(self, request, obj=None):
        return permissions.can_broker(request.user)

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    # Days alone: with their times the columns would not fit a screen of 1280 pixels.
    @admin.display(description=_("submitted"), ordering="submitted_at")
    def submitted(self, asked):
        return asked.submitted_at and timezone.localdate(asked.submitted_at)

    @admin.display(description=_("expires"), ordering="expires_at")
    def expires(self, asked):
        return asked.expires_at and timezone.localdate(asked.expires_at)

    @admin.display(description=_("action"))
    def decide(self, asked):
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a>',
            reverse("admin:review", args=["request", asked.pk]),
            _("Review"),
            reverse("admin:candidates", args=[asked.pk]),
            _("Candidates"),
        )

    def get_urls(self):
        guard = self.admin_site.admin_view
        name = "partnerships_partnershiprequest_note"
        return [path("<int:pk>/note/", guard(views.note), name=name), *super().get_urls()]
