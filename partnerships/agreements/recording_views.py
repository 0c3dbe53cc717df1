"""Recording what two introduced cities have agreed, and confirming it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.writing.attachments.files import private_file, sandboxed
from partnerships import permissions
from partnerships.agreements import recording
from partnerships.agreements.forms import AgreementForm, ConfirmationForm
from partnerships.agreements.progress import due_dates
from partnerships.models import Match, Partnership, RecordedAgreement, Side
from partnerships.spaces.tabs import Tab, address
from repository.pages.attempts import attempt
from repository.pages.http import require_form
from repository.text import markdown

FIELDS = ("title", "summary", "agreed_on", "agreement_kind", "version")


def found_match(request: HttpRequest, pk: int) -> Match:
    """Return a match about whose agreement the reader may act."""
    rows = Match.objects.visible_to(request.user)
    found = get_object_or_404(
        rows.select_related("request__city", "city", "recorded", "plan"), pk=pk
    )
    if not permissions.can_record_agreement(request.user, found):
        raise PermissionDenied
    return found


@never_cache
@require_form
@login_required
def new(request: HttpRequest, match: int) -> HttpResponse:
    """Record an agreement or correct it, and show what waits for confirmation."""
    found = found_match(request, match)
    there = Partnership.objects.filter(match=found).first()
    if there is not None:
        return redirect(address(there, Tab.AGREEMENT))
    recorded = getattr(found, "recorded", None)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    plan = getattr(found, "plan", None)
    # The plan is the beginning of the description, which is shown as plain text.
    initial = {
        "title": found.request.title,
        "summary": markdown.as_text(plan.text) if plan else "",
        "version": 0,
    }
    if recorded is not None:
        initial = {name: getattr(recorded, name) for name in FIELDS}
    form = AgreementForm(*sent, initial=initial)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form, field="agreement") as outcome:
            made = recording.record(match=found, by=request.user, **form.cleaned_data)
        if outcome.succeeded:
            return answered(request, found, made)
        if recorded := RecordedAgreement.objects.filter(match=found).first():
            # Show what a colleague has recorded; submitting the form again replaces it.
            form.data = form.data.copy()
            form.data["version"] = str(recorded.version)
    return render(
        request,
        "partnerships/agreements/new.html",
        {"form": form, "match": found, **confirmations(request, found, recorded)},
    )


def confirmations(
    request: HttpRequest, match: Match, recorded: RecordedAgreement | None
) -> dict[str, object]:
    """What is recorded, who has confirmed it, and the forms of the reader's cities."""
    if recorded is None:
        return {}
    confirmed = {side: getattr(recorded, f"{side}_confirmed_at") for side in Side}
    return {
        "recorded": recorded,
        "confirmed": [(match.city_of(side), at) for side, at in confirmed.items()],
        "confirms": [
            (
                match.city_of(side),
                ConfirmationForm(
                    initial={"side": side, "version": recorded.version}, auto_id=f"id_{side}_%s"
                ),
            )
            for side in permissions.sides_of(request.user, match)
            if confirmed[side] is None
        ],
    }


@never_cache
@login_required
@require_POST
def confirm(request: HttpRequest, match: int) -> HttpResponse:
    """Confirm what is recorded on behalf of the reader's city."""
    found = found_match(request, match)
    sides = permissions.sides_of(request.user, found)
    if not sides:
        # Brokers record, but only cities confirm.
        raise PermissionDenied
    form = ConfirmationForm(request.POST)
    if not form.is_valid() or form.cleaned_data["side"] not in sides:
        messages.error(request, _("Check the recorded agreement again, then confirm it."))
        return redirect("partnerships:partnership_new", found.pk)
    side, version = Side(form.cleaned_data["side"]), form.cleaned_data["version"]
    with attempt(request) as outcome:
        made = recording.confirm(match=found, side=side, by=request.user, version=version)
    if outcome.succeeded:
        return answered(request, found, made)
    return redirect("partnerships:partnership_new", found.pk)


@never_cache
@login_required
@require_POST
def withdraw(request: HttpRequest, match: int) -> HttpResponse:
    """Delete what is recorded and not confirmed by both."""
    found = found_match(request, match)
    with attempt(request, success=_("Recorded agreement deleted. Both cities have been notified.")):
        recording.withdraw(match=found, by=request.user)
    return redirect(address(found, Tab.AGREEMENT))


@require_safe
@login_required
@sandboxed
def file(request: HttpRequest, match: int) -> HttpResponse:
    """The file of an agreement that waits for confirmation."""
    recorded = getattr(found_match(request, match), "recorded", None)
    if recorded is None:
        raise Http404
    return private_file(recorded.agreement, f"agreement-{recorded.match_id}")


def answered(
    request: HttpRequest, match: Match, made: RecordedAgreement | Partnership
) -> HttpResponse:
    """Say what comes next, and lead to the partnership or to what waits."""
    if isinstance(made, Partnership):
        # The agreement may be older than its record.
        due = min(due_dates(made.agreed_on).values())
        message = _("Partnership recorded. The first progress reports are due on %(day)s.")
        messages.success(request, message % {"day": date_format(due)})
        return redirect(address(made, Tab.AGREEMENT))
    messages.success(
        request,
        _("Agreement recorded. The partnership starts when both cities have confirmed it."),
    )
    return redirect("partnerships:partnership_new", match.pk)
