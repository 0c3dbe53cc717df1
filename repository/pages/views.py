from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from repository.cases.columns import objects
from repository.cases.facets import facet_index
from repository.evidence.arrangement import evidence_groups
from repository.maps import atlas
from repository.models import CaseStudy, Series, Webinar
from repository.pages.editions import per_edition
from repository.pages.http import public_page


@public_page
def about(request: HttpRequest) -> HttpResponse:
    """Aims, origin and rights of the collection, and how it is made."""
    series = (
        Series.objects.public()
        .marking_figures()
        .select_related("report")
        .prefetch_related("organizers")
        .order_by("-has_figures", "-start", "slug")
        .first()
    )
    evidence = series.evidence.select_related("reference", "webinar") if series else []
    context = {
        "series": series,
        "groups": evidence_groups(evidence, headlines=True),
    }
    return render(request, "repository/pages/about.html", context)


NEWEST = 6


# One statement for all, to keep the first view of an edition within its budget of queries.
COUNT = """
SELECT
    (SELECT count(*) FROM repository_webinar WHERE status = 'held') AS webinar_count,
    (
        SELECT count(*) FROM repository_appearance l
        JOIN repository_webinar w ON w.id = l.webinar_id AND w.status = 'held'
    ) AS talk_count,
    (SELECT count(*) FROM repository_practice) AS practice_count,
    (
        SELECT json_agg(x) FROM (
            SELECT id, slug, title, summary, status, starts_at, minutes, time_zone
            FROM repository_webinar
            WHERE status IN ('announced', 'live')
            AND starts_at + make_interval(mins => minutes) > statement_timestamp()
            ORDER BY starts_at, id LIMIT 20
        ) AS x
    ) AS coming
"""


@per_edition
def figures() -> tuple[dict[str, int], list[Webinar]]:
    """How many webinars, talks and practices there are, and the webinars that are coming up."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT)
        *counts, coming = cursor.fetchone()
        names = [column.name for column in cursor.description]
    return dict(zip(names, counts, strict=False)), objects(Webinar, coming or [])


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """What this is, the map, the figures, the newest cases and the themes."""
    index = facet_index(request.edition)
    series = (
        Series.objects.public()
        .marking_figures()
        .select_related("report")
        .order_by("-has_figures", "-start", "slug")
        .first()
    )
    themes = sorted(
        index.values["theme"].values(), key=lambda value: (-value.cases.bit_count(), value.key)
    )
    counts, coming = figures(request.edition)
    context = {
        "map": atlas.draw(request.edition, request.page_version),
        "cases": CaseStudy.objects.cards_of(index.cases[:NEWEST]),
        "case_count": len(index.cases),
        # One that is over since the edition was made is passed by.
        "next_webinar": next((row for row in coming if row.is_upcoming), None),
        **counts,
        "region_count": len(index.values["region"]),
        "themes": [
            {"slug": value.key, "label": value.label("theme"), "count": value.cases.bit_count()}
            for value in themes
        ],
        "series": series,
        "evidence": series.evidence.filter(is_headline=True, is_missing=False) if series else [],
    }
    return render(request, "repository/pages/home.html", context)
