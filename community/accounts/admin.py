from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.models import User
from community.permissions import can_delete_account, may_change
from community.privacy.erasure import delete_for_member, what_goes
from community.privacy.forms import ErasureForm
from repository.desk.base import CollectionAdmin, KnownSelection
from repository.desk.samples import sample_mark
from repository.pages.attempts import attempt

# Addresses, second factors and accounts at the provider are edited with their member. allauth's own
# pages would show the secrets of second factors, and sessions, which are private to the member.
for model in (EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession):
    admin.site.unregister(model)


admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(KnownSelection, GroupAdmin):
    """The roles of staff."""


class MemberInlineMixin:
    """An inline for everyone who may change the member."""

    extra = 0

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("community.view_user")

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return may_change(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        return may_change(request.user, obj)


class AddressInline(MemberInlineMixin, admin.TabularInline):
    """Tick "verified" for a member who receives no messages."""

    model = EmailAddress
    fields = ["email", "verified", "primary"]
    readonly_fields = ["email", "primary"]

    def has_delete_permission(self, request, obj=None):
        return False


class FactorInline(MemberInlineMixin, admin.TabularInline):
    """Delete the second factors of a member who has lost them: the secrets are not shown."""

    model = Authenticator
    fields = readonly_fields = ["type", "created_at", "last_used_at"]
    verbose_name = _("second step")
    verbose_name_plural = _("second steps")


class ProviderInline(MemberInlineMixin, admin.TabularInline):
    """Delete the connection of a member, who has a new account at the provider."""

    model = SocialAccount
    fields = readonly_fields = ["provider", "uid", "date_joined", "last_login"]
    verbose_name = _("account at a provider")
    verbose_name_plural = _("accounts at a provider")


@admin.register(User)
class UserAdmin(CollectionAdmin):
    """Members. They sign up themselves; here staff assign roles or deactivate accounts."""

    list_display = [
        "__str__",
        sample_mark,
        "email",
        "is_staff",
        "is_active",
        "date_joined",
        "last_login",
    ]
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
        # Django's own page would leave contributions, the history and the record for restored
        # backups; our own page deletes accounts completely.
        return False

    change_form_template = "admin/community/user/change_form.html"

    def change_view(self, request, object_id, form_url="", extra_context=None):
        member = self.get_object(request, object_id)
        may_delete = member is not None and can_delete_account(request.user, member)
        more = {"may_delete_account": may_delete} | (extra_context or {})
        return super().change_view(request, object_id, form_url, more)

    def get_urls(self):
        erase = self.admin_site.admin_view(self.erase_view)
        return [path("<int:pk>/erase/", erase, name="community_user_erase"), *super().get_urls()]

    def get_inlines(self, request, obj):
        return [*self.inlines, ProviderInline] if settings.OIDC_ISSUER else self.inlines

    def erase_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Delete an account: choose what happens to contributions, then confirm."""
        if not request.user.has_perm("community.delete_user"):
            raise PermissionDenied
        member = get_object_or_404(User, pk=pk)
        if not can_delete_account(request.user, member):
            raise PermissionDenied
        form = ErasureForm(request.POST if request.method == "POST" else None)
        goes = None
        if request.method == "POST" and form.is_valid() and "back" not in request.POST:
            if "confirmed" in request.POST:
                with attempt(request, form) as outcome:
                    delete_for_member(member=member, by=request.user, **form.chosen())
                if outcome.succeeded:
                    self.message_user(request, gettext("Account deleted."), messages.SUCCESS)
                    return redirect("admin:community_user_changelist")
            else:
                goes = what_goes(member, erase=form.chosen()["erase"])
        context = {
            **self.admin_site.each_context(request),
            "title": _("Delete account"),
            "opts": self.opts,
            "member": member,
            "form": form,
            "goes": goes,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "community/privacy/erase.html", context)

    def get_readonly_fields(self, request, obj=None):
        if request.user.is_superuser:
            return self.readonly_fields
        return [*self.readonly_fields, "is_superuser", "user_permissions"]

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        if db_field.name == "user_permissions":
            # Avoid a query for each permission, as Django's GroupAdmin does.
            kwargs["queryset"] = Permission.objects.select_related("content_type")
        return super().formfield_for_manytomany(db_field, request, **kwargs)
