from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from repository.models import CaseStudy, Speaker
from repository.pages.http import public_page
from repository.pages.lists import page_of
from repository.pages.schema_org import person_schema
from repository.translations.reading import CARD, translate


@public_page(parameters=["page"])
def speaker_list(request: HttpRequest) -> HttpResponse:
    """List all speakers by name."""
    speakers = (
        Speaker.objects.public()
        .select_related("organization", "country")
        .annotate(talks=Count("appearances", filter=~Q(appearances__webinar__status="draft")))
        .order_by("name", "slug")
    )
    context = {"section": "webinars", "page": page_of(speakers, request, size=60)}
    return render(request, "repository/people/list.html", context)


@public_page
def speaker_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a speaker with all appearances, job titles of each day, and the cases presented."""
    speakers = Speaker.objects.visible_to(request.user)
    speaker = get_object_or_404(speakers.select_related("organization", "country"), slug=slug)
    appearances = list(
        speaker.appearances.public()
        .select_related("webinar__series")
        .order_by("-webinar__series__start", "-webinar__number")
    )
    url = request.build_absolute_uri(speaker.get_absolute_url())
    title = appearances[0].title if appearances else ""
    cases = list(CaseStudy.objects.published().filter(speakers=speaker).newest().for_cards()[:24])
    translate(("case", cases), ("webinar", [row.webinar for row in appearances]), only=CARD)
    context = {
        "section": "webinars",
        "speaker": speaker,
        "appearances": appearances,
        "title": title,
        "cases": cases,
        "schema": person_schema(speaker, title=title, url=url),
        "url": url,
    }
    response = render(request, "repository/people/detail.html", context)
    if not appearances:
        # Not public yet: a preview for staff.
        response.headers["Cache-Control"] = "private, no-store"
    return response
