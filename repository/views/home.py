from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from repository import atlas
from repository.facets import facet_index
from repository.http import public_page
from repository.models import Series
from repository.per_edition import per_edition
from repository.views.lists import cards

NEWEST = 6


# One statement for all three, to keep the first view of an edition within its budget of queries.
COUNT = """
SELECT
    (SELECT count(*) FROM repository_webinar WHERE status = 'held') AS webinar_count,
    (
        SELECT count(*) FROM repository_appearance l
        JOIN repository_webinar w ON w.id = l.webinar_id AND w.status = 'held'
    ) AS talk_count,
    (SELECT count(*) FROM repository_practice) AS practice_count
"""


@per_edition
def counts() -> dict[str, int]:
    """How many webinars, talks and practices there are."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT)
        return {
            column.name: count
            for column, count in zip(cursor.description, *cursor.fetchall(), strict=True)
        }


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """What this is, the map, the figures, the newest cases and the themes."""
    index = facet_index(request.edition)
    series = Series.objects.public().select_related("report").first()
    themes = sorted(
        index.values["theme"].values(), key=lambda value: (-value.cases.bit_count(), value.key)
    )
    context = {
        "map": atlas.picture(request.edition, request.page_version),
        "cards": cards(index.cases[:NEWEST], request.edition).values(),
        "case_count": len(index.cases),
        **counts(request.edition),
        "region_count": len(index.values["region"]),
        "themes": [
            {"slug": value.key, "label": value.label("theme"), "count": value.cases.bit_count()}
            for value in themes
        ],
        "series": series,
        "evidence": series.evidence.filter(is_headline=True, is_missing=False) if series else [],
    }
    return render(request, "repository/home.html", context)
