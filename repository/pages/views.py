from urllib.parse import urlencode

from django.db.models import Count, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from repository.cases.cards import cards
from repository.cases.facets import all_counts
from repository.evidence.arrangement import evidence_groups
from repository.evidence.drawings import draw
from repository.maps import atlas
from repository.models import (
    Appearance,
    CaseFacet,
    Evidence,
    InterfaceReview,
    Practice,
    Series,
    SiteTopic,
    Speaker,
    Webinar,
)
from repository.pages.editions import PublicHttpRequest
from repository.pages.http import public_page
from repository.site_pages.views import text_of
from repository.themes.problems import PROBLEMS, counts_of_problems
from repository.translations.reading import CARD, translate
from repository.webinars.models import WebinarStatus

# How many cases and people the home page shows, besides the first case.
NEWEST, PEOPLE = 6, 6


@public_page
def about(request: HttpRequest) -> HttpResponse:
    """Show the aims, origin, rights and methods of the collection, with the figures of a series."""
    series = (
        Series.objects.real()
        .public()
        .marking_figures()
        .select_related("report")
        .prefetch_related("organizers")
        .order_by("-has_figures", "-start", "slug")
        .first()
    )
    evidence = list(series.evidence.select_related("reference", "webinar")) if series else []
    if series:
        series.evidence_list = evidence
        translate(("series", [series]))
    context = {
        **text_of(request, SiteTopic.ABOUT),
        "series": series,
        "groups": evidence_groups(evidence, is_drawn=True),
        "review": InterfaceReview.objects.filter(language=request.LANGUAGE_CODE).first(),
    }
    return render(request, "repository/pages/about.html", context)


@public_page
def home(request: PublicHttpRequest) -> HttpResponse:
    """Show the home page: problems, newest cases, map, people, partnerships and figures.

    Its counts name samples apart, as the lists behind them do.
    """
    counts = all_counts(request.edition)
    series = (
        Series.objects.real()
        .public()
        .marking_figures()
        .select_related("report")
        .order_by("-has_figures", "-start", "slug")
        .first()
    )
    evidence = Evidence.objects.none()
    if series:
        headlines = series.evidence.filter(is_headline=True, is_missing=False)
        evidence = headlines.select_related("reference", "webinar")
    newest = CaseFacet.objects.of("all", "").newest()[: 1 + NEWEST]
    shown = cards(newest.cards(), is_first_big=True)
    cases = [card.case for card in shown]
    next_webinar = Webinar.objects.upcoming().select_related("series").first()
    evidence = list(evidence)
    for row in filter(None, [series]):
        row.evidence_list = evidence
    translate(
        ("webinar", [next_webinar] if next_webinar else []),
        ("series", [series] if series else []),
        only=CARD,
    )
    world, part = atlas.draw_halves(request.edition)
    people = Speaker.objects.public().filter(cases__in=cases).select_related("organization")
    context = {
        "world": world,
        "part": part,
        "problems": problems_with_cases(request.edition),
        "first": shown[0] if shown else None,
        "cards": shown[1:],
        "people": people.distinct()[:PEOPLE],
        "case_count": counts.all,
        "next_webinar": next_webinar,
        **count_other(),
        "region_count": sum(1 for count in counts["region"].values() if count.real),
        "series": series,
        "tiles": [(row, draw(row, [row])) for row in evidence],
    }
    return render(request, "repository/pages/home.html", context)


def count_other() -> dict[str, int]:
    """Count the webinars held, the talks at them and the practices, in one query."""
    held = Webinar.objects.real().filter(status=WebinarStatus.HELD)
    talks = Appearance.objects.filter(webinar__in=held)
    names = ("webinar_count", "talk_count", "practice_count")
    rows = [held, talks, Practice.objects.all()]
    counted = [
        query.order_by().annotate(key=Value(name)).values("key").annotate(number=Count("pk"))
        for name, query in zip(names, rows, strict=True)
    ]
    first, *others = (query.values_list("key", "number") for query in counted)
    return dict(first.union(*others, all=True).order_by())


def problems_with_cases(edition: str) -> list[dict]:
    """Return the problems that real cases answer, with the number of cases and their list."""
    rows = [
        {
            "problem": problem,
            "count": count,
            "query": urlencode([("theme", slug) for slug in problem.themes]),
        }
        for problem, count in zip(PROBLEMS, counts_of_problems(edition), strict=True)
    ]
    return [row for row in rows if row["count"].real]
