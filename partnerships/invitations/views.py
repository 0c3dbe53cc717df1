"""The page of an invitation for the invited office, reached by the signed link of an e-mail."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from partnerships import permissions
from partnerships.city_profiles.actions import profile_of
from partnerships.invitations import actions, links
from partnerships.invitations.forms import AcceptForm, DeclineForm
from partnerships.models import (
    CityInvitation,
    InvitationStatus,
    Match,
    RepresentationStatus,
    Visibility,
)
from repository.pages.attempts import attempt
from repository.pages.http import require_form


@never_cache
@require_form
def detail(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation, and accept or decline it; afterwards show its member the next steps."""
    invitation = links.invitation_from(token)
    if invitation is None:
        return render(request, "partnerships/invitations/ended.html", status=410)
    is_own = request.user.is_authenticated and invitation.member_id == request.user.pk
    if invitation.status == InvitationStatus.ANSWERED and is_own:
        return render(
            request, "partnerships/invitations/next_steps.html", steps_of(request, invitation)
        )
    if not invitation.is_open:
        return render(request, "partnerships/invitations/ended.html", {"invitation": invitation})
    if request.method == "POST" and "decline" in request.POST:
        return decline(request, invitation)
    if request.method == "POST":
        return accept(request, invitation)
    return page(request, invitation, AcceptForm(), DeclineForm())


def accept(request: HttpRequest, invitation: CityInvitation) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    form = AcceptForm(request.POST)
    if form.is_valid():
        with attempt(request, form) as outcome:
            given = actions.accept(invitation=invitation, by=request.user, **form.cleaned_data)
        if outcome.succeeded:
            messages.success(
                request,
                _("You now represent %(city)s.") % {"city": given}
                if given.status == RepresentationStatus.APPROVED
                else _("A broker will review your request and reply to you."),
            )
            return redirect(request.path)
    return page(request, invitation, form, DeclineForm())


def decline(request: HttpRequest, invitation: CityInvitation) -> HttpResponse:
    form = DeclineForm(request.POST)
    if form.is_valid():
        with attempt(request, form) as outcome:
            actions.decline(invitation=invitation, **form.cleaned_data)
        if outcome.succeeded:
            messages.success(
                request, _("Invitation declined. We’ve deleted your name and address.")
            )
            return redirect(request.path)
    return page(request, invitation, AcceptForm(), form)


def page(
    request: HttpRequest, invitation: CityInvitation, form: AcceptForm, decline_form: DeclineForm
) -> HttpResponse:
    sign_up = {"next": request.path, "email": invitation.email}
    context = {
        "section": "partnerships",
        "invitation": invitation,
        "asked": shown_request(invitation),
        "form": form,
        "decline_form": decline_form,
        "sign_up": f"{reverse('account_signup')}?{urlencode(sign_up)}",
        "sign_in": f"{reverse('account_login')}?{urlencode({'next': request.path})}",
        "is_own_address": CityInvitation.objects.addressed_to(request.user)
        .filter(pk=invitation.pk)
        .exists(),
    }
    return render(request, "partnerships/invitations/detail.html", context)


def shown_request(invitation: CityInvitation):
    """Return the request if invited offices may read it, else None."""
    asked = invitation.request
    return asked if asked.is_open and asked.visibility != Visibility.BROKERS else None


def steps_of(request: HttpRequest, invitation: CityInvitation) -> dict[str, Any]:
    """Return what to do next for the member who accepted: the profile, then the request."""
    asked = shown_request(invitation)
    matches = Match.objects.visible_to(request.user).filter(
        request=invitation.request_id, city=invitation.city_id
    )
    return {
        "section": "partnerships",
        "invitation": invitation,
        "city": invitation.city,
        "speaks": permissions.speaks_for(request.user, invitation.city),
        "has_profile": profile_of(invitation.city).confirmed_at is not None,
        "asked": asked,
        "match": matches.select_related("request", "city").order_by("-pk").first(),
        "back": urlencode({"next": request.path}),
    }
