"""The page where a broker decides who represents a city or an organisation."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.models import Verb
from community.moderation.reviews.track_record import record_of
from community.moderation.reviews.views import about
from partnerships import permissions
from partnerships.listings.keys import whose
from partnerships.models import Representation, RepresentationStatus
from partnerships.representation import addresses
from partnerships.representation import review as actions
from partnerships.representation.review_forms import (
    CityDecisionForm,
    OrganizationDecisionForm,
    RepresentationDecisionForm,
)
from repository.pages.attempts import attempt
from repository.text.lists import with_commas
from repository.workflow import ActionRefused

LIST = "admin:partnerships_representation_changelist"
MAX_NAME_LENGTH = 120


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a request with its background, and the possible decisions."""
    if not permissions.can_broker(request.user):
        raise PermissionDenied
    # Whether the official address is a verified address of the member.
    confirmed = EmailAddress.objects.filter(
        user=OuterRef("member"), email__iexact=OuterRef("official_email"), verified=True
    )
    rows = Representation.objects.select_related(
        "member__membership", "city__country", "organization", "country"
    ).annotate(is_confirmed=Exists(confirmed), **addresses.columns())
    representation = get_object_or_404(rows, pk=pk)
    look_for = request.GET.get("look_for", "")[:MAX_NAME_LENGTH]
    is_of_organization = representation.is_of_organization
    form = (OrganizationDecisionForm if is_of_organization else CityDecisionForm)(
        request.POST or None,
        representation=representation,
        look_for=look_for,
        language=representation.member.language or settings.LANGUAGE_CODE,
    )
    if request.method == "POST" and form.is_valid():
        with attempt(
            request, form, success=_("Decision saved. We’ve notified the member.")
        ) as outcome:
            act(representation, by=request.user, form=form)
        if outcome.succeeded:
            return redirect(LIST)
        representation = rows.get(pk=pk)
    context = {
        **admin.site.each_context(request),
        "title": _("Representatives of an organisation")
        if is_of_organization
        else _("Representatives of a city"),
        "representation": representation,
        "form": form,
        "whom": form[form.whom],
        "look_for": look_for or name_of(representation),
        "verbs": verbs_for(representation),
        "is_asked": representation.status == RepresentationStatus.ASKED,
        "is_own": representation.member_id == request.user.pk,
        "can_check_address": addresses.can_be_sent(representation),
        "record": record_of(representation.member),
        "others": others(representation),
        **about(representation, representation, request.user),
    }
    return render(request, "partnerships/representation/review.html", context)


def act(representation: Representation, *, by, form: RepresentationDecisionForm) -> None:
    data = form.cleaned_data
    verb = Verb(data["verb"])
    words = {"reason": data["reason"], "message": data["message"]}
    if representation.status == RepresentationStatus.APPROVED and verb == Verb.APPROVE:
        actions.set_last_day(representation=representation, by=by, until=data["until"])
    elif verb == Verb.APPROVE:
        actions.approve(
            representation=representation,
            by=by,
            whom=form.chosen(),
            until=data["until"],
            message=data["message"],
        )
    elif verb == Verb.DECLINE:
        actions.decline(representation=representation, by=by, **words)
    elif verb == Verb.END:
        actions.end(representation=representation, by=by, **words)
    else:
        raise ActionRefused(_("This isn’t possible here."))


def verbs_for(representation: Representation) -> list[tuple[str, str]]:
    """Return the possible decisions with the labels of their buttons."""
    if representation.status == RepresentationStatus.ASKED:
        return [(Verb.APPROVE.value, _("Approve")), (Verb.DECLINE.value, _("Decline"))]
    if representation.status == RepresentationStatus.APPROVED:
        return [(Verb.APPROVE.value, _("Save end date")), (Verb.END.value, _("End now"))]
    return []


def name_of(representation: Representation) -> str:
    """Return the text to search for: "Kisumu, Kenya" for a city, the name of an organisation."""
    country = None if representation.is_of_organization else representation.country
    return with_commas([representation.place, country and country.localized_name])


def others(representation: Representation) -> list[Representation]:
    """Return other representations and requests for the same city or organisation, oldest first."""
    if representation.whom is None:
        return []
    rows = Representation.objects.filter(
        **whose(representation.whom),
        status__in=[RepresentationStatus.ASKED, RepresentationStatus.APPROVED],
    )
    return list(rows.exclude(pk=representation.pk).select_related("member__membership")[:20])
