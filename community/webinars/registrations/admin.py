from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from community.models import Registration
from repository.desk.base import KnownSelection


@admin.register(Registration)
class RegistrationAdmin(KnownSelection, admin.ModelAdmin):
    """Registrations, read-only: people register and cancel themselves.

    The addresses are those of guests: a member's is in the account, visible to administrators.
    """

    list_display = ["who", "email", "webinar", "status", "placed_at", "from_where"]
    list_filter = ["status", ("webinar", admin.RelatedOnlyFieldListFilter), "gender"]
    list_select_related = ["member", "webinar", "city__country"]
    search_fields = ["name", "email", "member__display_name", "webinar__title"]
    search_help_text = _("Search by name, email address or webinar title.")
    ordering = ["-created_at", "-pk"]
    readonly_fields = fields = [
        "webinar",
        "who",
        "email",
        "organization",
        "from_where",
        "gender",
        "language",
        "time_zone",
        "status",
        "created_at",
        "placed_at",
    ]

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
