from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from partnerships.agreements import links
from partnerships.agreements import reports as actions
from partnerships.agreements.actions import steps_from
from partnerships.agreements.forms import MilestoneForm, ReportForm
from partnerships.agreements.views import answered, own_partnership
from partnerships.models import Light, PartnershipStatus
from partnerships.spaces.tabs import Tab, address
from repository.pages.attempts import attempt
from repository.pages.http import require_form


@login_required
@require_POST
def milestone_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a milestone."""
    partnership = own_partnership(request, pk)
    form = MilestoneForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Enter the milestone and its due date."))
        return redirect(address(partnership, Tab.PROGRESS, "milestones"))
    return answered(
        request,
        partnership,
        lambda: actions.add_milestone(
            partnership=partnership, by=request.user, **form.cleaned_data
        ),
        _("Milestone added."),
        tab=Tab.PROGRESS,
    )


@login_required
@require_POST
def milestone_mark(request: HttpRequest, pk: int, milestone: int) -> HttpResponse:
    """Mark a milestone as done today, or as not done."""
    partnership = own_partnership(request, pk)
    done_on = timezone.localdate() if request.POST.get("done") == "yes" else None
    return answered(
        request,
        partnership,
        lambda: actions.mark_milestone(
            partnership=partnership, milestone=milestone, done_on=done_on, by=request.user
        ),
        _("Milestone updated."),
        tab=Tab.PROGRESS,
    )


@login_required
@require_POST
def milestone_remove(request: HttpRequest, pk: int, milestone: int) -> HttpResponse:
    """Delete a milestone."""
    partnership = own_partnership(request, pk)
    return answered(
        request,
        partnership,
        lambda: actions.remove_milestone(
            partnership=partnership, milestone=milestone, by=request.user
        ),
        _("Milestone removed."),
        tab=Tab.PROGRESS,
    )


@never_cache
@require_form
@login_required
def report(request: HttpRequest, pk: int, report: int) -> HttpResponse:
    """Submit a progress report, for members who may edit the partnership."""
    partnership = own_partnership(request, pk)
    found = get_object_or_404(partnership.reports, pk=report)
    return report_page(request, found, by=request.user, done=address(partnership, Tab.PROGRESS))


@never_cache
@require_form
def report_signed(request: HttpRequest, token: str) -> HttpResponse:
    """Submit a report by the signed link of an e-mail, which is valid for one submission."""
    bearer = links.bearer_from(token)
    if bearer is None:
        return render(request, "partnerships/agreements/report_ended.html", status=410)
    if bearer.report.submitted_at is not None:
        partnership = bearer.report.partnership
        context = {
            "is_completed": partnership.status == PartnershipStatus.COMPLETED,
            "has_next": partnership.reports.filter(submitted_at=None).exists(),
        }
        return render(request, "partnerships/agreements/report_thanks.html", context)
    return report_page(request, bearer.report, by=bearer.member, done=request.path)


def report_page(request: HttpRequest, report, *, by, done: str) -> HttpResponse:
    """Show the form or the submitted report; redirect to `done` after submission."""
    form = ReportForm(request.POST or None, baseline=report.partnership.baseline)
    if request.method == "POST" and form.is_valid():
        done_message = (
            _("Progress report submitted. The partnership is completed.")
            if form.cleaned_data["light"] == Light.DONE
            else _("Progress report submitted. Thank you.")
        )
        with attempt(request, form, success=done_message) as outcome:
            actions.submit_report(report=report, by=by, **form.cleaned_data)
        if outcome.succeeded:
            return redirect(done)
    context = {
        "form": form,
        "report": report,
        "partnership": report.partnership,
        "is_running": bool(steps_from(report.partnership.status)),
    }
    return render(request, "partnerships/agreements/report_form.html", context)
