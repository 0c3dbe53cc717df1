"""Photos, slides, transcripts and subtitles, shown only with the consent of the speakers."""

from hashlib import blake2b
from http import HTTPStatus

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from repository.counts.counting import counted
from repository.models import Appearance, CountKind, Speaker, Transcript, Webinar
from repository.pages.editions import Known, per_edition
from repository.pages.http import public_page
from repository.people.consent import GIVEN
from repository.recordings import transcripts
from repository.recordings.access import SHOWN

# A cached transcript takes up to 2 MB of memory.
MAX_KNOWN = 8

alone = csp_override({"default-src": [CSP.NONE], "sandbox": True})


@require_safe
@alone
def photo(request: HttpRequest, slug: str) -> HttpResponse:
    """Serve the photo of a speaker who has published their profile."""
    speaker = get_object_or_404(Speaker.objects.public().filter(shows_profile=True), slug=slug)
    return file_response(request, speaker.photo, content_type="image/jpeg")


@require_safe
@counted(CountKind.SLIDES, "webinar")
@alone
def slides(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Serve the slides of one speaker who has consented to their publication."""
    rows = Appearance.objects.filter(
        webinar__slug=slug, webinar__status__in=SHOWN, slides_consent__in=GIVEN
    )
    appearance = get_object_or_404(rows, pk=pk)
    return file_response(
        request,
        appearance.slides,
        content_type="application/pdf",
        as_attachment=True,
        filename=f"{slug}-{pk}.pdf",
    )


def file_response(request: HttpRequest, file: FieldFile, **described) -> HttpResponse:
    """Serve a file whose consent can be withdrawn at any time, so that caches must revalidate."""
    if not file:
        raise Http404
    # A file never changes under its name. The name is secret, so hash it.
    etag = f'"{blake2b(file.name.encode(), digest_size=12).hexdigest()}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            content = file.open("rb")
        except FileNotFoundError:
            raise Http404 from None
        response = FileResponse(content, **described)
        response.headers["X-Content-Type-Options"] = "nosniff"
    elif response.status_code == HTTPStatus.PRECONDITION_FAILED:
        # No cache may store it and serve it to others.
        return response
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "no-cache"
    return response


def found(slug: str) -> tuple[Webinar, Transcript]:
    """Return a webinar and its public transcript; raise Http404 if there is none."""
    rows = Transcript.objects.select_related("webinar__series")
    public = Webinar.objects.public().showing_recordings()
    transcript = get_object_or_404(rows.filter(webinar__in=public), webinar__slug=slug)
    return transcript.webinar, transcript


@per_edition
def known_parts() -> Known[int, list[transcripts.Part]]:
    """Cache parsed transcripts by primary key of the webinar: long ones take seconds to parse."""
    return Known(MAX_KNOWN)


@public_page
def transcript(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the transcript by chapter."""
    webinar, transcript = found(slug)
    known = known_parts(request.edition)
    if webinar.pk not in known:
        known[webinar.pk] = transcripts.parts(transcript, list(webinar.chapters.all()))
    context = {
        "section": "webinars",
        "webinar": webinar,
        "transcript": transcript,
        "parts": known[webinar.pk],
    }
    return render(request, "repository/webinars/transcript.html", context)


@alone
@public_page
def subtitles(request: HttpRequest, slug: str) -> HttpResponse:
    """Serve the transcript as WebVTT subtitles for players."""
    _webinar, transcript = found(slug)
    if not transcript.is_timed:
        raise Http404
    text = transcripts.vtt(transcripts.cues(transcript.text))
    response = HttpResponse(text, content_type="text/vtt; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}.vtt"'
    return response
