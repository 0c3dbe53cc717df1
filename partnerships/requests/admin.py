from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import path

from partnerships import permissions
from partnerships.models import PartnershipRequest
from partnerships.requests import views
from repository.desk.base import CollectionAdmin


@admin.register(PartnershipRequest)
class PartnershipRequestAdmin(CollectionAdmin):
    """Partnership requests. Decisions are made on the page of each, not by editing rows."""

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

    def changelist_view(self, request, extra_context=None):
        """Brokers have one list of requests."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect("admin:pipeline")

    def get_urls(self):
        guard = self.admin_site.admin_view
        name = "partnerships_partnershiprequest_note"
        return [path("<int:pk>/note/", guard(views.note), name=name), *super().get_urls()]
