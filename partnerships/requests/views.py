"""The page of one request for each kind of reader, and the steps of its city."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Value
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.dashboard.dashboard import decisions_about, key_of
from community.writing.attachments.files import private_file, sandboxed
from partnerships import permissions
from partnerships.desk.roles import for_brokers
from partnerships.listings.keys import keys_of
from partnerships.models import Modality, Partnership, PartnershipRequest, RequestStatus, Visibility
from partnerships.requests import actions, drafts, renewals, requirements, review
from partnerships.requests.form_steps import gaps_of
from partnerships.requests.forms import CloseForm
from partnerships.requests.no_city_views import mail_about
from partnerships.requests.outlook import outlook
from repository.pages.addresses import original_url
from repository.pages.attempts import attempt
from repository.pages.http import public_page, require_form
from repository.text.parsing import plain
from repository.translations.reading import CARD, translate
from repository.workflow import ActionRefused

# URL names of the steps that a city can take from the page in each state.
WAYS = {
    RequestStatus.DRAFT: ["edit", "submit", "discard"],
    RequestStatus.CHANGES_REQUESTED: ["edit", "submit", "withdraw"],
    RequestStatus.SUBMITTED: ["withdraw"],
    RequestStatus.OPEN: ["renew", "close"],
    RequestStatus.EXPIRED: ["renew", "close"],
    RequestStatus.MATCHED: ["close"],
}
# A partnership may have come of it.
AGREED_SINCE = (RequestStatus.CLOSED, RequestStatus.MATCHED)


@public_page
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a request to readers who may see it. It never names a person."""
    rows = PartnershipRequest.objects.visible_to(request.user).select_related("city__country")
    asked = get_object_or_404(
        rows.annotate(goal_keys=keys_of(PartnershipRequest, "goals")),
        pk=pk,
    )
    practices = practices_of(asked)
    cases = list(asked.cases.published().only("slug", "title", "language"))
    translate(("practice", practices), ("case", cases), only=CARD)
    is_own = permissions.speaks_for(request.user, asked.city)
    is_broker = permissions.can_broker(request.user)
    context = {
        "section": "partnerships",
        "asked": asked,
        "practices": [each for each in practices if not each.is_offered],
        "offered_practices": [each for each in practices if each.is_offered],
        "themes": asked.themes.all(),
        "goals": sorted(asked.goal_keys),
        "cases": cases,
        "modalities": [Modality(key).label for key in asked.modalities],
        "musts": [
            requirements.words(each) for each in requirements.parse_requirements(asked.musts)
        ],
        "is_own": is_own,
        "is_broker": is_broker,
        "ways": WAYS.get(RequestStatus(asked.status), []) if is_own else [],
        "url": original_url(request, asked, asked.language),
    }
    if request.user.is_authenticated and asked.status in AGREED_SINCE:
        partnerships = Partnership.objects.visible_to(request.user)
        context["partnership"] = partnerships.filter(match__request=asked).first()
    if is_own:
        context["decision"] = decisions_about([asked]).get(key_of(asked))
        gaps = gaps_of(asked) if "submit" in context["ways"] else []
        context["missing"] = [str(gap.name) for gap in gaps]
        context["outlook"] = outlook(asked)
        proposed = asked.matches.filter(proposed_at__isnull=False)
        context["matches"] = proposed.select_related("city__country").order_by(
            "-proposed_at", "-pk"
        )
        if asked.is_open and asked.visibility != Visibility.BROKERS:
            context["invitation"] = mail_about(
                _("Can your city help? %(title)s") % {"title": asked.title},
                asked.get_absolute_url(),
            )
    response = render(request, "partnerships/requests/detail.html", context)
    if request.user.is_authenticated:
        # The right to represent a city may end any day: check it for each request.
        response.headers["Cache-Control"] = "private, no-store"
    return response


def practices_of(asked: PartnershipRequest) -> list[Any]:
    """Return the practices asked for and those offered in return, in one query."""
    wanted = asked.practices.only("slug", "name").order_by()
    offered = asked.offered_practices.only("slug", "name").order_by()
    rows = wanted.annotate(is_offered=Value(False)).union(
        offered.annotate(is_offered=Value(True)), all=True
    )
    return sorted(rows, key=lambda practice: (practice.name, practice.pk))


def own(request: HttpRequest, pk: int) -> PartnershipRequest:
    """Return a request of a city that the reader represents; 403 if they may only read it."""
    rows = PartnershipRequest.objects.visible_to(request.user).select_related("city")
    asked = get_object_or_404(rows, pk=pk)
    if not permissions.speaks_for(request.user, asked.city):
        raise PermissionDenied
    return asked


def verb(act: Callable[..., Any], done: Callable[[], str]) -> Callable[..., HttpResponse]:
    """Return a view that takes a step with one button."""

    @require_POST
    @login_required
    @wraps(act)
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        asked = own(request, pk)
        with attempt(request, success=done()):
            act(partnership_request=asked, by=request.user)
        return redirect(asked)

    return view


withdraw = verb(actions.withdraw, lambda: _("Request withdrawn. It is a draft again."))
renew = verb(actions.renew, lambda: _("Request renewed. It is open for another term."))


@never_cache
@require_form
@login_required
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a reason, then close the request permanently."""
    asked = own(request, pk)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with attempt(request, success=_("Request closed.")):
            actions.close(
                partnership_request=asked, by=request.user, reason=form.cleaned_data["reason"]
            )
        return redirect(asked)
    context = {"section": "partnerships", "asked": asked, "form": form}
    return render(request, "partnerships/requests/close.html", context)


@never_cache
@require_form
@login_required
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm, then delete a draft."""
    asked = own(request, pk)
    if request.method == "POST":
        with attempt(request) as outcome:
            drafts.discard(partnership_request=asked, by=request.user)
        if not outcome.succeeded:
            return redirect(asked)
        messages.success(request, _("Draft deleted."))
        return redirect("partnerships:request_new")
    context = {"section": "partnerships", "asked": asked}
    return render(request, "partnerships/requests/discard.html", context)


@never_cache
@require_form
def renew_signed(request: HttpRequest, token: str) -> HttpResponse:
    """Renew a request by a signed link. The signature is the authorization, for one expiry."""
    link = renewals.renewal_from(token)
    if link is None:
        raise Http404
    refusal = ""
    if request.method == "POST":
        try:
            actions.renew(
                partnership_request=link.partnership_request, by=link.member, expiry=link.expiry
            )
        except ActionRefused as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("Request renewed. It is open for another term."))
            return redirect(request.path)
    context = {
        "section": "partnerships",
        "asked": link.partnership_request,
        "is_over": request.method != "POST"
        and link.expiry != renewals.expiry_of(link.partnership_request),
        "refusal": refusal,
        "action": reverse("partnerships:request_renew_signed", args=[token]),
    }
    return render(request, "partnerships/requests/renew.html", context)


@require_POST
@for_brokers
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Save a note visible only to brokers."""
    asked = get_object_or_404(PartnershipRequest, pk=pk)
    with attempt(request, success=_("Note saved.")):
        words = plain(request.POST.get("broker_note", ""))
        review.note(partnership_request=asked, by=request.user, words=words)
    return redirect("admin:review", "request", pk)


# The letter of endorsement of a request: private to its city and the brokers.


@never_cache
@require_safe
@login_required
@sandboxed
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the letter."""
    rows = PartnershipRequest.objects.visible_to(request.user).select_related("city")
    asked = get_object_or_404(rows, pk=pk)
    if not permissions.can_read_letter(request.user, asked):
        raise PermissionDenied
    return private_file(asked.endorsement, f"endorsement-{asked.pk}")


@require_POST
@login_required
def letter_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload a letter, replacing the previous one."""
    asked = own(request, pk)
    upload = request.FILES.get("letter")
    with attempt(request, success=_("Letter attached."), field="file"):
        if upload is None:
            raise ValidationError(_("Choose a file."))
        drafts.attach_letter(partnership_request=asked, upload=upload, by=request.user)
    return redirect(asked)


@require_POST
@login_required
def letter_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove the letter."""
    asked = own(request, pk)
    with attempt(request, success=_("Letter removed.")):
        drafts.remove_letter(partnership_request=asked, by=request.user)
    return redirect(asked)
