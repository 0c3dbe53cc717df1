"""Pages of brokers: invite a city to answer a request, remind it, take the invitation back."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from community.experiences.reports import label_of
from community.models import Bounce
from partnerships.desk.roles import for_brokers
from partnerships.invitations import actions, emails
from partnerships.invitations.forms import InvitationForm
from partnerships.matches import city_lookup
from partnerships.models import CityInvitation, PartnershipRequest
from repository.models import City
from repository.pages.attempts import attempt
from repository.pages.http import require_form
from repository.places import gazetteer
from repository.places.country_names import country_name


@for_brokers
@require_form
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite a city to answer a request.

    `?city=` (a primary key) or `?place=` (a number of GeoNames), and `?language=` prefill the form.
    """
    rows = PartnershipRequest.objects.select_related("city__country")
    asked = get_object_or_404(rows, pk=pk)
    language = language_of(request)
    city = city_lookup.chosen(request.GET)
    if request.method == "POST":
        form = InvitationForm(request.POST)
        if form.is_valid():
            with attempt(request, form, success=_("Invitation sent.")) as outcome:
                invitation = actions.write(
                    partnership_request=asked, language=language, by=request.user, **form.values()
                )
            if outcome.succeeded:
                return redirect(invitation)
    else:
        form = InvitationForm(initial=initial_for(asked, city, language))
    context = {
        **admin.site.each_context(request),
        "title": _("Invite a city"),
        "opts": PartnershipRequest._meta,
        "asked": asked,
        "chosen": query_of(city),
        "form": form,
        "language": language,
        "languages": settings.LANGUAGES,
        "earlier": asked.invitations.select_related("city"),
    }
    return render(request, "partnerships/invitations/new.html", context)


def language_of(request: HttpRequest) -> str:
    """Return the language of the message."""
    code = request.GET.get("language", "")
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def initial_for(
    asked: PartnershipRequest, city: City | gazetteer.Place | None, language: str
) -> dict[str, Any]:
    reason = ""
    if isinstance(city, City):
        name, label = city.localized_name, label_of(city)
        reason = emails.reason_for(city, asked, language)
    elif city is not None:
        name, label = city.name, f"{city.name}, {country_name(city.country)}"
    else:
        name, label = _("your city"), ""
    return {"city": label, "message": emails.template(name, asked, language, reason=reason)}


def query_of(city: City | gazetteer.Place | None) -> str:
    """Return the city as a part of a query, for the links to other languages of the message."""
    if isinstance(city, City):
        return f"&city={city.pk}"
    return f"&place={city.geoname_id}" if city is not None else ""


@for_brokers
@require_form
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the state of an invitation; remind the office once, or take the invitation back."""
    rows = CityInvitation.objects.select_related(
        "city__country", "request__city", "member", "created_by"
    )
    invitation = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        verbs = {
            "remind": (actions.remind, _("Reminder sent.")),
            "revoke": (actions.revoke, _("Invitation withdrawn.")),
        }
        found = verbs.get(request.POST.get("act", ""))
        if found is None:
            messages.error(request, _("This is no longer possible. Check the invitation again."))
        else:
            verb, message = found
            with attempt(request, success=message):
                verb(invitation=invitation, by=request.user)
        return redirect(invitation)
    context = {
        **admin.site.each_context(request),
        "title": _("Invitation"),
        "opts": CityInvitation._meta,
        "invitation": invitation,
        "can_remind": invitation.status in actions.STEPS["remind"].sources,
        "can_revoke": invitation.is_open,
        "bounce": Bounce.objects.active().of(invitation.email).first(),
    }
    return render(request, "partnerships/invitations/desk.html", context)
