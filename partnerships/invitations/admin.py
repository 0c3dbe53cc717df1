from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from partnerships import permissions
from partnerships.models import CityInvitation
from repository.desk.base import CollectionAdmin


@admin.register(CityInvitation)
class CityInvitationAdmin(CollectionAdmin):
    """Invitations of cities. They are written from a request, and have a page of their own."""

    list_display = ["city", "office", "request", "status", "written_at", "look"]
    list_filter = ["status"]
    list_select_related = ["city", "request"]
    search_fields = ["city__name", "city__slug", "office"]
    ordering = ["-pk"]
    readonly_fields = fields = [
        "city",
        "request",
        "office",
        "source",
        "language",
        "status",
        "words",
        "member",
        "created_by",
        "written_at",
        "reminded_at",
        "ended_at",
    ]

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

    def view_on_site(self, obj):
        return reverse("admin:invitation", args=[obj.pk])

    @admin.display(description=_("page"))
    def look(self, invitation):
        address = reverse("admin:invitation", args=[invitation.pk])
        return format_html('<a href="{}">{}</a>', address, _("View"))
