from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.models import Membership
from community.moderation.reviews.forms import REASONS
from community.profiles import verification
from repository.desk.base import CollectionAdmin
from repository.desk.samples import sample_mark_of_member
from repository.pages.attempts import attempt


class VerifiedFilter(admin.SimpleListFilter):
    title = _("verified")
    parameter_name = "verified"

    def lookups(self, request, model_admin):
        return [("yes", _("Verified")), ("waiting", _("To review"))]

    def queryset(self, request, queryset):
        if self.value() == "yes":
            return queryset.verified()
        return queryset.waiting_for_verification() if self.value() == "waiting" else queryset


class WithdrawForm(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), choices=REASONS)
    message = forms.CharField(
        label=_("Message"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The member will read this message."),
    )


@admin.register(Membership)
class MembershipAdmin(CollectionAdmin):
    """Profiles, read-only for moderators, who grant and withdraw verifications here."""

    list_display = [
        "member",
        sample_mark_of_member,
        "kind",
        "organization",
        "where",
        "verified_at",
        "asked_at",
    ]
    list_filter = [VerifiedFilter, "kind"]
    list_select_related = ["member", "city", "country"]
    search_fields = ["member__display_name", "member__handle", "organization"]
    ordering = ["-pk"]
    readonly_fields = fields = [
        "member",
        "kind",
        "organization",
        "where",
        "bio",
        "proof",
        "asked_at",
        "verified_at",
    ]
    change_form_template = "admin/community/membership/change_form.html"

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("community.moderate")

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("place"))
    def where(self, membership):
        return membership.where

    def view_on_site(self, obj):
        return obj.get_absolute_url() or reverse("admin:community_membership_changelist")

    def get_urls(self):
        withdraw = self.admin_site.admin_view(self.withdraw_view)
        verify = self.admin_site.admin_view(self.verify_view)
        return [
            path("<int:pk>/withdraw/", withdraw, name="community_membership_withdraw"),
            path("<int:pk>/verify/", verify, name="community_membership_verify"),
            *super().get_urls(),
        ]

    def verify_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Verify a policymaker."""
        return self.step(request, pk, forms.Form, verification.verify, _("Verify"))

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Withdraw a verification, with a reason."""
        title = _("Remove verification")
        return self.step(request, pk, WithdrawForm, verification.withdraw, title)

    def step(self, request, pk: int, form_class, verb, title) -> HttpResponse:
        """Ask for confirmation of a step; on POST apply it and show the result."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        membership = get_object_or_404(Membership.objects.select_related("member"), pk=pk)
        form = form_class(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            with attempt(request, success=gettext("Decision saved. We’ve notified the member.")):
                verb(member=membership.member, by=request.user, **form.cleaned_data)
            return redirect("admin:community_membership_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "membership": membership,
            "form": form,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/community/membership/step.html", context)
