"""Photos, slides, transcripts and subtitles, shown only with the consent of the speakers."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from repository.counts.counting import counted
from repository.models import Appearance, CountKind, Speaker, Transcript, Webinar
from repository.pages.editions import PublicHttpRequest, cached_by_edition
from repository.pages.files import alone, file_response
from repository.pages.http import public_page
from repository.people.consent import GIVEN
from repository.recordings import transcripts
from repository.recordings.access import SHOWN
from repository.translations.reading import CARD, translate

# A cached transcript takes up to 2 MB of memory.
MAX_KNOWN = 8


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


def found(slug: str) -> tuple[Webinar, Transcript]:
    """Return a webinar and its public transcript; raise Http404 if there is none."""
    rows = Transcript.objects.select_related("webinar__series")
    public = Webinar.objects.public().showing_recordings()
    transcript = get_object_or_404(rows.filter(webinar__in=public), webinar__slug=slug)
    return transcript.webinar, transcript


@cached_by_edition(MAX_KNOWN)
def parts_of(_edition: str, webinar: Webinar) -> list[transcripts.Part]:
    """Return a parsed transcript: long ones take seconds to parse."""
    return transcripts.parts(webinar.transcript, list(webinar.chapters.all()))


@public_page
def transcript(request: PublicHttpRequest, slug: str) -> HttpResponse:
    """Show the transcript by chapter."""
    webinar, transcript = found(slug)
    translate(("webinar", [webinar]), only=CARD)
    context = {
        "section": "webinars",
        "webinar": webinar,
        "transcript": transcript,
        "parts": parts_of(request.edition, webinar),
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
