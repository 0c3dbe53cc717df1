from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from community.models import User
from repository.admin.base import CollectionAdmin, KnownSelection

# Addresses and second factors are kept with their member. allauth's own pages would show secrets
# of second factors, and sessions that are the member's own affair.
for model in (EmailAddress, Authenticator, UserSession):
    admin.site.unregister(model)


admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(KnownSelection, GroupAdmin):
    """The roles of staff."""


class OfMember:
    """An inline that whoever may change the member may use."""

    extra = 0

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("community.view_user")

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return may_change(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        return may_change(request.user, obj)


class AddressInline(OfMember, admin.TabularInline):
    """Tick "verified" for a member whom no message reaches."""

    model = EmailAddress
    fields = ["email", "verified", "primary"]
    readonly_fields = ["email", "primary"]

    def has_delete_permission(self, request, obj=None):
        return False


class FactorInline(OfMember, admin.TabularInline):
    """Delete the second factors of a member who has lost them: the secrets are not shown."""

    model = Authenticator
    fields = readonly_fields = ["type", "created_at", "last_used_at"]
    verbose_name = _("second factor")
    verbose_name_plural = _("second factors")


@admin.register(User)
class UserAdmin(CollectionAdmin):
    """Members. They sign up by themselves; here they get a role, or their access is ended."""

    list_display = ["__str__", "email", "is_staff", "is_active", "date_joined", "last_login"]
    list_filter = ["is_staff", "is_active", "groups"]
    search_fields = ["email", "handle", "display_name"]
    ordering = ["-date_joined"]
    date_hierarchy = "date_joined"
    filter_horizontal = ["groups", "user_permissions"]
    readonly_fields = ["email", "last_login", "date_joined"]
    inlines = [AddressInline, FactorInline]
    view_on_site = False
    fieldsets = [
        (None, {"fields": ["email", "display_name", "handle"]}),
        (
            _("Access"),
            {"fields": ["is_active", "is_staff", "groups", "is_superuser", "user_permissions"]},
        ),
        (_("Dates"), {"fields": ["date_joined", "last_login"]}),
    ]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and may_change(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        # Members delete their account themselves: here their words, their traces in the history
        # and the note that a restored backup is read with would be left out.
        return False

    def get_readonly_fields(self, request, obj=None):
        if request.user.is_superuser:
            return self.readonly_fields
        return [*self.readonly_fields, "is_superuser", "user_permissions"]


def may_change(user: User, member: User | None) -> bool:
    """Administrators change members and staff; only a superuser changes a superuser."""
    if not user.has_perm("community.change_user"):
        return False
    return user.is_superuser or member is None or not member.is_superuser
