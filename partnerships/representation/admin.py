from django.contrib import admin
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from partnerships import permissions
from partnerships.models import Representation, RepresentationStatus
from partnerships.representation import views
from repository.desk.base import CollectionAdmin


class CurrentFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [
            ("asked", _("Needs review")),
            ("current", _("Current")),
            ("over", _("Ended or declined")),
        ]

    def queryset(self, request, queryset):
        if self.value() == "asked":
            return queryset.asked()
        if self.value() == "current":
            return queryset.current()
        if self.value() == "over":
            current = Representation.objects.current().values("pk")
            return queryset.exclude(status=RepresentationStatus.ASKED).exclude(pk__in=current)
        return queryset


@admin.register(Representation)
class RepresentationAdmin(CollectionAdmin):
    """Representations of cities and organisations. Decided on their pages, not by editing rows."""

    list_display = ["place", "member", "position", "status", "asked_at", "until", "decide"]
    list_filter = [CurrentFilter, "status"]
    list_select_related = ["member", "city", "organization"]
    search_fields = [
        "place",
        "city__name",
        "organization__acronym",
        "member__display_name",
        "member__handle",
    ]
    ordering = ["-asked_at", "-pk"]
    readonly_fields = fields = [
        "member",
        "city",
        "organization",
        "place",
        "country",
        "position",
        "email_domain",
        "note",
        "status",
        "asked_at",
        "since",
        "until",
        "decided_at",
    ]
    change_form_template = "admin/partnerships/representation/change_form.html"

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

    @admin.display(description=_("domain of the official email address"))
    def email_domain(self, representation):
        return representation.email_domain

    @admin.display(description=_("action"))
    def decide(self, representation):
        address = reverse("admin:review", args=["representation", representation.pk])
        return format_html('<a href="{}">{}</a>', address, _("Review"))

    def view_on_site(self, obj):
        """Link to the page of the city; the member's page shows only their own representations."""
        return obj.city.get_absolute_url() if obj.city else None

    def get_urls(self):
        return [
            path(
                "<int:pk>/check-address/",
                self.admin_site.admin_view(views.send_check),
                name="partnerships_representation_check_address",
            ),
            *super().get_urls(),
        ]
