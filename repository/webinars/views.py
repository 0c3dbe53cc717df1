from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Prefetch, Q, Subquery, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from repository.counts.counting import counted
from repository.evidence.arrangement import evidence_groups
from repository.models import (
    Appearance,
    CaseStudy,
    Chapter,
    CountKind,
    Series,
    Transcript,
    Webinar,
)
from repository.pages.addresses import original_url, shown_url
from repository.pages.http import public_page
from repository.pages.lists import page_of
from repository.pages.schema_org import webinar_schema
from repository.recordings import access
from repository.translations.reading import CARD, show, translate, with_languages
from repository.webinars.models import beside

# How many upcoming webinars and how many series the list shows.
MAX_COMING = 30
MAX_SERIES = 50
# How many cases of each kind the page of a webinar shows.
CASES = 24


@public_page(parameters=["page"])
def webinar_list(request: HttpRequest) -> HttpResponse:
    """List upcoming webinars, then the series with their webinars and speakers."""
    webinars = Webinar.objects.public().select_related("series")
    coming = list(webinars.upcoming()[: MAX_COMING + 1])
    has_more = len(coming) > MAX_COMING
    coming = coming[:MAX_COMING]
    # All that are upcoming, also those that are not listed.
    others = webinars.exclude(pk__in=Webinar.objects.public().upcoming().order_by().values("pk"))
    others = others.order_by("series__is_sample", "-series__start", "series", "number")
    page = page_of(others, request, size=30)
    if page.number > 1:
        coming = []
    shown = [*coming, *page.object_list]
    prefetch_related_objects(
        shown, Prefetch("appearances", Appearance.objects.select_related("speaker"))
    )
    all_series = list(Series.objects.public().marking_figures()[:MAX_SERIES])
    # Past webinars follow the series of the first of them.
    series = page.object_list[0].series if page.object_list else None
    organizers, supporters = series.bodies() if series else ([], [])
    # Figures of the latest series that has any.
    known = next((row for row in all_series if row.has_figures), None)
    evidence = list(known.evidence.select_related("reference", "webinar")) if known else []
    if known:
        known.evidence_list = evidence
    translate(
        ("webinar", shown),
        ("series", [*(row.series for row in shown), *all_series]),
        only=CARD,
    )
    context = {
        "section": "webinars",
        "page": page,
        "coming": coming,
        "has_more": has_more,
        "series": series,
        "organizers": organizers,
        "supporters": supporters,
        "known": known,
        "is_of_several": len({webinar.series_id for webinar in page.object_list}) > 1,
        "groups": evidence_groups(evidence, is_drawn=True),
        "missing": [row for row in evidence if row.is_missing],
    }
    return render(request, "repository/webinars/list.html", context)


@public_page
def webinar_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a webinar with its speakers, recordings, slides and related cases."""
    transcripts = Transcript.objects.filter(webinar=OuterRef("pk")).values("language")
    webinars = Webinar.objects.visible_to(request.user).select_related("series", *beside)
    webinars = webinars.annotate(transcript_language=Subquery(transcripts))
    webinar = get_object_or_404(with_languages("webinar", webinars), slug=slug)
    prefetch_related_objects(
        [webinar], Prefetch("appearances", Appearance.objects.select_related("speaker"))
    )
    appearances = list(webinar.appearances.all())
    recordings, is_shown = access.recordings(webinar), webinar.shows_recordings
    cases, cases_about = CaseStudy.objects.published().lists_of_cards(
        Q(webinars=webinar), Q(webinars_about=webinar), most=CASES
    )
    practices = list(webinar.practices.all())
    chapters = chapters_of(webinar) if webinar.is_upcoming or is_shown else []
    original = original_url(request, webinar, webinar.language)
    languages = show(
        "webinar",
        webinar,
        ("case", [*cases, *cases_about, *(row.case for row in chapters if row.case)]),
        ("practice", [*practices, *(row.practice for row in chapters if row.practice)]),
        ("series", [webinar.series]),
    )
    url = shown_url(request, webinar, original)
    context = {
        "section": "webinars",
        "webinar": webinar,
        "languages": languages,
        "appearances": appearances,
        "recordings": recordings,
        "slides": access.slides(webinar),
        "agenda": agenda_of(webinar, chapters) if webinar.is_upcoming else [],
        "chapters": [] if webinar.is_upcoming else chapters,
        "transcript": webinar.transcript_language if is_shown else None,
        "cases": cases,
        "cases_about": cases_about,
        "practices": practices,
        "cities": webinar.cities.select_related("country"),
        "countries": webinar.countries.all(),
        "schema": webinar_schema(
            webinar,
            [row.speaker for row in appearances],
            url=url,
            original=original,
            recordings=[recording.url for recording in recordings],
        ),
        "url": url,
        "original": original,
    }
    response = render(request, "repository/webinars/detail.html", context)
    if webinar.is_draft:
        response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
@counted(CountKind.PLAYBACK, "webinar")
def recording(request: HttpRequest, slug: str) -> HttpResponse:
    """Redirect to the recording on another site."""
    return external_redirect(slug, "recording")


@require_safe
@counted(CountKind.PLAYBACK, "webinar")
def recording_part(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Redirect to a further recording."""
    return external_redirect(slug, f"recording-{pk}")


@require_safe
@counted(CountKind.SLIDES, "webinar")
def slides(request: HttpRequest, slug: str) -> HttpResponse:
    """Redirect to the slides on another site."""
    return external_redirect(slug, "slides")


def external_redirect(slug: str, key: str) -> HttpResponse:
    """Redirect to a recording or slides on another site, if all speakers have consented.

    The redirect is not cached, so that each click is counted.
    """
    webinar = get_object_or_404(Webinar.objects.public(), slug=slug)
    found = {each.key: each for each in access.materials(webinar) if not each.is_ours}
    if key not in found:
        raise Http404
    response = redirect(found[key].url)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def agenda_of(webinar: Webinar, chapters: list[Chapter]) -> list[tuple[datetime, Chapter]]:
    """Return the planned chapters of a webinar to come with their time in its time zone."""
    zone = ZoneInfo(webinar.time_zone)
    return [
        ((webinar.starts_at + timedelta(seconds=chapter.seconds)).astimezone(zone), chapter)
        for chapter in chapters
    ]


def chapters_of(webinar: Webinar) -> list[Chapter]:
    """Return the chapters of a webinar, without links to cases that are not public."""
    chapters = list(webinar.chapters.select_related("case", "practice"))
    for chapter in chapters:
        if chapter.case and not chapter.case.is_published:
            chapter.case = None
    return chapters
