from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from community import permissions
from community.accounts.rate_limits import is_within_limit, too_many_requests
from community.writing.covers.actions import can_show_now, remove_photograph, save_photograph
from community.writing.covers.forms import PhotographForm
from repository.cases import actions
from repository.cases.covers import Cover, choose
from repository.evidence.drawings import Drawing, draw
from repository.evidence.models import DrawnAs
from repository.models import CaseStudy, Evidence
from repository.pages.attempts import attempt
from repository.pages.http import require_form

MAX_OPTIONS = 40


@dataclass(frozen=True)
class Option:
    """A figure in one of the forms that fit it."""

    row: Evidence
    drawing: Drawing

    @property
    def value(self) -> str:
        return f"{self.row.pk}:{self.drawing.form.value}"


def writable(request: HttpRequest, slug: str) -> CaseStudy:
    cases = CaseStudy.objects.visible_to(request.user).for_cards(also=["status"])
    case = get_object_or_404(cases, slug=slug)
    if not permissions.can_write(request.user, case):
        raise PermissionDenied
    return case


@never_cache
@login_required
@require_form
def choose_cover(request: HttpRequest, slug: str) -> HttpResponse:
    """Show all drawings of a case, and let an author or editor choose its cover."""
    case = writable(request, slug)
    if request.method == "POST":
        rows = list(case.evidence.filter(is_missing=False))
        pk, _colon, form = request.POST.get("cover", "").partition(":")
        figure = next((row for row in rows if str(row.pk) == pk), None)
        with attempt(request, success=_("Cover changed.")):
            actions.choose_cover(case=case, figure=figure, drawn_as=form, by=request.user)
        return redirect(case)
    return cover_page(request, case, PhotographForm(photograph=case.shown_photograph))


@never_cache
@login_required
@require_POST
def add_photograph(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a photograph on the cover, or change its texts."""
    case = writable(request, slug)
    if not is_within_limit(request, "photograph"):
        return too_many_requests(request)
    form = PhotographForm(request.POST, request.FILES, photograph=case.shown_photograph)
    if form.is_valid():
        data = form.cleaned_data
        texts = {"alt": data["alt"], "credit": data["credit"]}
        with attempt(request, form, field="photo") as outcome:
            save_photograph(case=case, upload=data["photo"], by=request.user, **texts)
        if outcome.succeeded:
            messages.success(request, _("Cover changed."))
            return redirect(case)
    return cover_page(request, case, form)


@login_required
@require_POST
def delete_photograph(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a drawing on the cover again."""
    case = writable(request, slug)
    with attempt(request, success=_("Photograph deleted. The cover shows a drawing.")):
        remove_photograph(case=case, by=request.user)
    return redirect("community:case_cover", slug=case.slug)


def cover_page(request: HttpRequest, case: CaseStudy, form: PhotographForm) -> HttpResponse:
    rows = list(case.evidence.filter(is_missing=False))
    options = [
        Option(row, drawing)
        for row in rows
        for drawn_as in DrawnAs
        if (drawing := draw(row, rows, drawn_as)) is not None
    ][:MAX_OPTIONS]
    chosen = next((row for row in rows if row.is_cover), None)
    cover = Cover(case, [row for row in rows if row.is_headline or row.group])
    context = {
        "section": "cases",
        "case": case,
        "ink": cover.ink,
        "options": options,
        "automatic": choose(cover.rows),
        "chosen": f"{chosen.pk}:{chosen.drawn_as}" if chosen else "",
        "photograph": case.shown_photograph,
        "form": form if can_show_now(case, request.user) else None,
    }
    return render(request, "community/writing/case_cover.html", context)
