from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.models import Decision
from community.writing.attachments.downloads import private_file, sandboxed
from partnerships import permissions
from partnerships.agreements import actions
from partnerships.agreements.forms import (
    DescriptionForm,
    FacilitatorForm,
    MilestoneForm,
    StepForm,
    WriteUpForm,
)
from partnerships.agreements.progress import with_light
from partnerships.agreements.write_up import own_problems, write_up
from partnerships.models import (
    Partnership,
    PartnershipStatus,
    PartyRole,
    Progress,
    Representation,
    kind_of,
)
from repository.models import CaseStudy
from repository.pages.attempts import attempt
from repository.pages.http import public_page

require_form = require_http_methods(["GET", "HEAD", "POST"])

# Labels of the buttons of the steps.
STEP_LABELS = {
    "start": gettext_lazy("The work has begun"),
    "stall": gettext_lazy("It has stalled"),
    "resume": gettext_lazy("It goes on"),
    "complete": gettext_lazy("It is completed"),
    "discontinue": gettext_lazy("It is discontinued"),
}


def found_partnership(request: HttpRequest, pk: int) -> Partnership:
    """Return a partnership visible to the reader; Http404 otherwise."""
    rows = with_light(Partnership.objects.visible_to(request.user), on=timezone.localdate())
    return get_object_or_404(rows.select_related("inspired_by", "resulting_case"), pk=pk)


def own_partnership(request: HttpRequest, pk: int) -> Partnership:
    """Return a partnership that the reader may act on."""
    partnership = found_partnership(request, pk)
    if not permissions.can_run_partnership(request.user, partnership):
        raise PermissionDenied
    return partnership


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a partnership: parties, subjects, progress and outcome."""
    if request.user.is_authenticated:
        return own_page(request, pk)
    return public_detail(request, pk)


@public_page
def public_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return page_of(request, found_partnership(request, pk), may_run=False)


@never_cache
@require_safe
def own_page(request: HttpRequest, pk: int) -> HttpResponse:
    partnership = found_partnership(request, pk)
    may_run = permissions.can_run_partnership(request.user, partnership)
    return page_of(request, partnership, may_run=may_run)


def page_of(request: HttpRequest, partnership: Partnership, *, may_run: bool) -> HttpResponse:
    held = Representation.objects.held_by(request.user)
    is_mine = Q(city=OuterRef("city")) | Q(organization=OuterRef("organization"))
    rows = partnership.parties.annotate(is_mine=Exists(held.filter(is_mine)))
    parties = list(rows.select_related("city__country", "organization__country").order_by("pk"))
    is_running = bool(actions.steps_from(partnership.status))
    # After its end no more reports are due.
    reports = [row for row in partnership.reports.all() if is_running or row.submitted_at]
    case = partnership.resulting_case
    context = {
        "section": "partnerships",
        "partnership": partnership,
        "light": Progress(partnership.light),
        "kind": kind_of(parties),
        "parties": parties,
        "facilitators": [party for party in parties if party.role == PartyRole.FACILITATOR],
        "practices": partnership.practices.all(),
        "themes": partnership.themes.all(),
        "milestones": partnership.milestones.all(),
        "reports": reports,
        "next_report": next((row for row in reports if row.submitted_at is None), None),
        "today": timezone.localdate(),
        "inspired_by": shown_case(partnership.inspired_by),
        "resulting_case": resulting_case(partnership, request.user, may_run=may_run),
        "may_run": may_run,
        "is_running": is_running,
    }
    if may_run:
        mine = [party for party in parties if party.is_mine]
        # Only cities are asked whether it should be public.
        cities = [party for party in mine if party.city]
        decides = permissions.can_broker(request.user) and not mine
        decisions = list(Decision.objects.about(partnership))
        context |= {
            "decisions": decisions,
            # The reason category given by staff: the public page shows only their text.
            "decision": next(
                (each for each in decisions if each.reason and each.message == partnership.reason),
                None,
            ),
            "is_party": bool(mine),
            "wants_public": all(party.wants_public for party in cities) if cities else None,
            "steps": [
                (verb, STEP_LABELS[verb], form_of(verb, decides=decides))
                for verb in actions.steps_from(partnership.status)
            ],
            "milestone_form": MilestoneForm(auto_id="milestone-%s"),
            "may_broker": permissions.can_broker(request.user),
            "facilitator_form": FacilitatorForm(),
        }
        if mine and partnership.status == PartnershipStatus.COMPLETED and case is None:
            problems = own_problems(partnership, request.user)
            context |= {
                "may_write_up": True,
                "problems": problems,
                "write_up_form": WriteUpForm() if problems else None,
            }
    return render(request, "partnerships/agreements/detail.html", context)


def resulting_case(partnership: Partnership, user: Any, *, may_run: bool) -> CaseStudy | None:
    """Return the case that resulted from a partnership, if the user may read it.

    A draft is visible only to its authors, moderators and administrators.
    """
    case = partnership.resulting_case
    if case is None or case.is_published or not may_run:
        return shown_case(case)
    return case if CaseStudy.objects.visible_to(user).filter(pk=case.pk).exists() else None


def shown_case(case: CaseStudy | None) -> CaseStudy | None:
    """Return a case only if it is public."""
    return case if case is not None and case.is_published else None


@never_cache
@require_form
@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit the description of a partnership."""
    partnership = own_partnership(request, pk)
    initial = {name: getattr(partnership, name) for name in ("title", "summary", "baseline")} | {
        "practices": partnership.practices.all(),
        "themes": partnership.themes.all(),
    }
    form = DescriptionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form, success=_("Saved.")) as outcome:
            actions.describe(partnership=partnership, by=request.user, **form.cleaned_data)
        if outcome.succeeded:
            return redirect(partnership)
    context = {"form": form, "partnership": partnership}
    return render(request, "partnerships/agreements/edit.html", context)


def form_of(verb: str, sent: Any = None, *, decides: bool) -> StepForm:
    """Return the form of a step; `decides` if the reader acts as staff."""
    return StepForm(sent, step=actions.STEPS[verb], decides=decides, auto_id=f"{verb}-%s")


@login_required
@require_POST
def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Take a step: begin, stall, resume, complete or discontinue."""
    partnership = own_partnership(request, pk)
    if verb not in actions.STEPS:
        raise Http404
    form = form_of(verb, request.POST, decides=permissions.acts_as_staff(request.user, partnership))
    if not form.is_valid():
        context = {
            "form": form,
            "partnership": partnership,
            "label": STEP_LABELS[verb],
            "verb": verb,
        }
        return render(request, "partnerships/agreements/step.html", context)
    data = form.cleaned_data
    return answered(
        request,
        partnership,
        lambda: actions.take_step(partnership=partnership, verb=verb, by=request.user, **data),
        _("Noted."),
    )


@login_required
@require_POST
def publicity(request: HttpRequest, pk: int) -> HttpResponse:
    """Set whether the reader's city wants the partnership to be public."""
    partnership = own_partnership(request, pk)
    wanted = request.POST.get("public") == "yes"
    return answered(
        request,
        partnership,
        lambda: actions.want_public(partnership=partnership, wanted=wanted, by=request.user),
        _("Noted. A partnership is public once all its cities want it."),
    )


@login_required
@require_POST
def facilitator_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an organisation or a city that supports both sides, as a broker."""
    partnership = own_partnership(request, pk)
    if not permissions.can_broker(request.user):
        raise PermissionDenied
    form = FacilitatorForm(request.POST)
    if not form.is_valid():
        for mistakes in form.errors.values():
            messages.error(request, " ".join(mistakes))
        return redirect(partnership)
    return answered(
        request,
        partnership,
        lambda: actions.add_facilitator(
            partnership=partnership, helper=form.helper, by=request.user
        ),
        _("The facilitator is added."),
    )


@login_required
@require_POST
def facilitator_remove(request: HttpRequest, pk: int, party: int) -> HttpResponse:
    """Remove a facilitator, as a broker."""
    partnership = own_partnership(request, pk)
    if not permissions.can_broker(request.user):
        raise PermissionDenied
    return answered(
        request,
        partnership,
        lambda: actions.remove_facilitator(partnership=partnership, party=party, by=request.user),
        _("The facilitator is taken out."),
    )


@login_required
@require_POST
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a case on what came of it, and lead to its form."""
    partnership = own_partnership(request, pk)
    if not permissions.parties_of(request.user, partnership):
        raise PermissionDenied
    include = "include_problems" in request.POST
    with attempt(request) as outcome:
        made = write_up(partnership=partnership, by=request.user, include_problems=include)
    if not outcome.succeeded:
        return redirect(partnership)
    if made.authors.filter(pk=request.user.pk).exists():
        return redirect(reverse("community:case_edit", args=[made.slug]))
    messages.info(
        request,
        _("A colleague has begun this case. Ask them to invite you to write it together."),
    )
    return redirect(partnership)


@require_safe
@login_required
@sandboxed
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """The agreement, for its parties and the brokers."""
    partnership = own_partnership(request, pk)
    return private_file(partnership.agreement, f"agreement-{partnership.pk}")


def answered(request: HttpRequest, partnership: Partnership, act, done: str) -> HttpResponse:
    """Act, say what came of it, and lead back to the page."""
    with attempt(request, success=done):
        act()
    return redirect(partnership)
