from collections.abc import Iterable

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.models import Registration
from community.permissions import can_see_accounts
from repository.desk.base import KnownSelection


@admin.register(Registration)
class RegistrationAdmin(KnownSelection, admin.ModelAdmin):
    """Registrations, read-only: people register and cancel themselves.

    A member's address is in the account, and shown to those who may see accounts.
    """

    list_display = ["who", "guest_address", "webinar", "status", "seat_assigned", "from_where"]
    list_filter = ["status", ("webinar", admin.RelatedOnlyFieldListFilter), "gender"]
    list_select_related = ["member", "webinar", "city__country"]
    search_fields = ["name", "email", "member__display_name", "webinar__title"]
    search_help_text = _("Search by name, email address or webinar title.")
    ordering = ["-created_at", "-pk"]
    fields = [
        "webinar",
        "who",
        "guest_address",
        "organization",
        "from_where",
        "gender",
        "language",
        "time_zone",
        "status",
        "created_at",
        "seat_assigned",
    ]
    readonly_fields = [*fields, "address"]

    def get_list_display(self, request):
        return with_addresses(request, super().get_list_display(request))

    def get_fields(self, request, obj=None):
        return with_addresses(request, super().get_fields(request, obj))

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("name"))
    def who(self, registration):
        return registration.addressee

    @admin.display(description=_("position"))
    def from_where(self, registration):
        return registration.where

    @admin.display(description=_("email address"), ordering="email")
    def address(self, registration):
        return registration.address

    @admin.display(description=_("email address"), ordering="email")
    def guest_address(self, registration):
        return gettext("not shown") if registration.member else registration.email

    @admin.display(description=_("seat assigned"), ordering="placed_at")
    def seat_assigned(self, registration):
        # On the waiting list it is when the place there was assigned.
        return registration.placed_at if registration.has_seat else None


def with_addresses(request: HttpRequest, columns: Iterable[str]) -> list[str]:
    """The columns, with the addresses of members too for those who may see their accounts."""
    if not can_see_accounts(request.user):
        return list(columns)
    return ["address" if name == "guest_address" else name for name in columns]
