from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from community import permissions
from repository.cases import actions
from repository.cases.covers import Cover, choose
from repository.evidence.drawings import Drawing, draw
from repository.evidence.models import DrawnAs
from repository.models import CaseStudy, Evidence
from repository.pages.attempts import attempt

MAX_OPTIONS = 40


@dataclass(frozen=True)
class Option:
    """A figure in one of the forms that fit it."""

    row: Evidence
    drawing: Drawing

    @property
    def value(self) -> str:
        return f"{self.row.pk}:{self.drawing.form.value}"


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose_cover(request: HttpRequest, slug: str) -> HttpResponse:
    """Show all drawings of a case, and let an author or editor choose its cover."""
    cases = CaseStudy.objects.visible_to(request.user).for_cards(also=["status"])
    case = get_object_or_404(cases, slug=slug)
    if not permissions.can_write(request.user, case):
        raise PermissionDenied
    rows = list(case.evidence.filter(is_missing=False))
    if request.method == "POST":
        pk, _colon, form = request.POST.get("cover", "").partition(":")
        figure = next((row for row in rows if str(row.pk) == pk), None)
        with attempt(request, success=_("Cover changed.")):
            actions.choose_cover(case=case, figure=figure, drawn_as=form, by=request.user)
        return redirect(case)
    options = [
        Option(row, drawing)
        for row in rows
        for form in DrawnAs
        if (drawing := draw(row, rows, form)) is not None
    ][:MAX_OPTIONS]
    chosen = next((row for row in rows if row.is_cover), None)
    cover = Cover(case, [row for row in rows if row.is_headline or row.group])
    return render(
        request,
        "community/writing/case_cover.html",
        {
            "section": "cases",
            "case": case,
            "ink": cover.ink,
            "options": options,
            "automatic": choose(cover.rows),
            "chosen": f"{chosen.pk}:{chosen.drawn_as}" if chosen else "",
        },
    )
