from django.db.models import Model, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from repository.models import CaseStudy, Evidence, LandscapeSection, Reference, Series
from repository.pages.http import public_page
from repository.pages.lists import page_of
from repository.translations.reading import translate_all


@public_page(parameters=["page"])
def reference_list(request: HttpRequest) -> HttpResponse:
    """List all cited works with the pages that cite them."""
    cases = CaseStudy.objects.published().only("slug", "title", "language").newest()
    figures = Evidence.objects.select_related("case", "section", "series").filter(
        Q(case__in=CaseStudy.objects.published())
        | Q(section__isnull=False)
        | Q(series__in=Series.objects.public())
    )
    figures = figures.only(
        "reference",
        *("case__slug", "case__title", "case__language"),
        *("section__slug", "section__title", "series__slug", "series__title"),
    )
    rows = Reference.objects.public().prefetch_related(
        Prefetch("cases", cases),
        Prefetch("landscape", LandscapeSection.objects.only("slug", "title")),
        Prefetch("series", Series.objects.public().only("report", "slug", "title")),
        Prefetch("evidence", figures),
    )
    page = page_of(rows, request, size=100)
    works = [(work, citing(work)) for work in page.object_list]
    pages = {id(row): row for _work, rows in works for row in rows}
    translate_all(pages.values())
    context = {"page": page, "works": works}
    return render(request, "repository/references/list.html", context)


def citing(work: Reference) -> list[Model]:
    """Return the cases, landscape sections and series that cite a work, without duplicates."""
    owners = [row.case or row.section or row.series for row in work.evidence.all()]
    return list(
        dict.fromkeys(
            [*work.cases.all(), *work.landscape.all(), *work.series.all(), *filter(None, owners)]
        )
    )
