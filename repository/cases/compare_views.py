"""Two cases side by side."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from repository.cases.case_page import case_page
from repository.cases.models import SECTIONS
from repository.models import CaseStudy
from repository.pages.http import CONTROL, public_page
from repository.translations.reading import translate

# How many cases the two lists offer; older ones are compared from their own page.
OFFERED = 200
# Without the sections that editors may have suggested.
COMPARED = ("challenge", "solution", "results", "lessons", "what_did_not_work")


@public_page(parameters=["case"])
def compare(request: HttpRequest) -> HttpResponse:
    """Compare the two cases named by `?case=`, or let the reader choose them."""
    asked = [CONTROL.sub("", slug) for slug in request.GET.getlist("case")[:2]]
    found = {case.slug: case for case in CaseStudy.objects.published().filter(slug__in=asked)}
    cases = [found[slug] for slug in dict.fromkeys(asked) if slug in found]
    offered = CaseStudy.objects.published().only("slug", "title", "language", "status")
    choices = list(offered.newest()[:OFFERED])
    pair = [facts(case) for case in cases] if len(cases) == 2 else []
    translate(("case", [*cases, *choices]), *(("practice", each["practices"]) for each in pair))
    context = {
        "section": "cases",
        "cases": cases,
        "offered": choices,
        "chosen": [case.slug for case in cases] + [""] * (2 - len(cases)),
    }
    if pair:
        context |= {"pair": pair, "sections": sections(cases)}
    return render(request, "repository/cases/compare.html", context)


def facts(case: CaseStudy) -> dict:
    """Return a case with its related objects and headline figures."""
    shown = case_page(case)
    headlines = [row for row in shown.evidence if row.is_headline and not row.is_missing]
    return {"case": case, "practices": shown.practices, "figures": headlines}


def sections(cases: list[CaseStudy]) -> list[dict]:
    """Return the sections that any of the cases has, with (case, HTML) of each."""
    return [
        {"title": SECTIONS[key], "texts": [(case, case.rendered.get(key, "")) for case in cases]}
        for key in COMPARED
        if any(case.rendered.get(key) for case in cases)
    ]
