"""Files of webinars and speakers, and what was said: only what everybody concerned agrees to."""

from hashlib import blake2b

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

# A text takes up to two MB of memory.
MOST_KNOWN = 8

alone = csp_override({"default-src": [CSP.NONE], "sandbox": True})


@require_safe
@alone
def photo(request: HttpRequest, slug: str) -> HttpResponse:
    """The photo of a speaker who shows it."""
    speaker = get_object_or_404(Speaker.objects.public().filter(shows_profile=True), slug=slug)
    return file_response(request, speaker.photo, content_type="image/jpeg")


@require_safe
@counted(CountKind.SLIDES, "webinar")
@alone
def slides(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The slides of one speaker who agrees that they are published."""
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
    """A file that somebody may take back at any moment: caches ask each time."""
    if not file:
        raise Http404
    # A file never changes under its name, which is nobody's to know.
    etag = f'"{blake2b(file.name.encode(), digest_size=12).hexdigest()}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            content = file.open("rb")
        except FileNotFoundError:
            raise Http404 from None
        response = FileResponse(content, **described)
        response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "no-cache"
    return response


def found(slug: str) -> tuple[Webinar, Transcript]:
    """A webinar that everybody may read the words of, and these; Http404 for any other."""
    rows = Transcript.objects.select_related("webinar__series")
    public = Webinar.objects.public().showing_recordings()
    transcript = get_object_or_404(rows.filter(webinar__in=public), webinar__slug=slug)
    return transcript.webinar, transcript


@per_edition
def known_parts() -> Known[int, list[transcripts.Part]]:
    """The longest words take seconds to read for each of many visitors: by key of the webinar."""
    return Known(MOST_KNOWN)


@public_page
def transcript(request: HttpRequest, slug: str) -> HttpResponse:
    """What was said, for reading, under the chapters."""
    webinar, said = found(slug)
    known = known_parts(request.edition)
    if webinar.pk not in known:
        known[webinar.pk] = transcripts.parts(said, list(webinar.chapters.all()))
    context = {
        "section": "webinars",
        "webinar": webinar,
        "transcript": said,
        "parts": known[webinar.pk],
        "url": request.build_absolute_uri(request.path),
    }
    return render(request, "repository/webinars/transcript.html", context)


@alone
@public_page
def subtitles(request: HttpRequest, slug: str) -> HttpResponse:
    """What was said, with its times, for players."""
    _webinar, said = found(slug)
    if not said.is_timed:
        raise Http404
    text = transcripts.vtt(transcripts.cues(said.text))
    response = HttpResponse(text, content_type="text/vtt; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}.vtt"'
    return response
