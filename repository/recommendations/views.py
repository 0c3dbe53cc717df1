from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from repository.glossary.marking import marker
from repository.models import CaseStudy, Recommendation
from repository.pages.addresses import original_url, shown_url
from repository.pages.editions import PublicHttpRequest
from repository.pages.http import public_page
from repository.pages.lists import page_of
from repository.pages.schema_org import article_schema
from repository.translations.reading import CARD, show, translate, with_languages


@public_page(parameters=["page"])
def recommendation_list(request: HttpRequest) -> HttpResponse:
    """List policy recommendations and action points with related cases."""
    page = page_of(with_cases(), request, size=20)
    page.object_list = list(page.object_list)
    cases = [case for row in page.object_list for case in row.cases.all()]
    translate(("recommendation", page.object_list), ("case", cases), only={*CARD, "body"})
    context = {"page": page}
    return render(request, "repository/recommendations/list.html", context)


@public_page
def recommendation_detail(request: PublicHttpRequest, slug: str) -> HttpResponse:
    """Show a recommendation with related cases and discussion."""
    recommendation = get_object_or_404(with_languages("recommendation", with_cases()), slug=slug)
    original = original_url(request, recommendation, recommendation.language)
    cases = ("case", recommendation.cases.all())
    languages = show("recommendation", recommendation, cases)
    url = shown_url(request, recommendation, original)
    html = marker(request.edition, recommendation.language).mark(recommendation.rendered)
    context = {
        "recommendation": recommendation,
        "languages": languages,
        "rendered": html,
        "schema": article_schema(
            recommendation, title=recommendation.title, url=url, original=original
        ),
        "url": url,
        "original": original,
    }
    return render(request, "repository/recommendations/detail.html", context)


def with_cases() -> QuerySet[Recommendation]:
    cases = CaseStudy.objects.published().only("slug", "title", "language").newest()
    return Recommendation.objects.select_related("series").prefetch_related(
        Prefetch("cases", cases)
    )
