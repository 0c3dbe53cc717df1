"""A speaker's own page, reached by a signed link, where they decide what is shown of them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.csp import CSP
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from community.accounts.rate_limits import is_within_limit, too_many_requests
from community.webinars import links
from community.webinars.speakers import actions
from community.webinars.speakers.forms import SpeakingForm
from repository.models import Speaker
from repository.pages.http import require_form
from repository.recordings.views import file_response
from repository.translations.reading import CARD, translate


def found(token: str) -> Speaker:
    speaker = links.speaker_from(token)
    if speaker is None:
        raise Http404
    return speaker


@never_cache
@require_form
def detail(request: HttpRequest, token: str) -> HttpResponse:
    """The speaker's profile, slides and consent."""
    speaker = found(token)
    talks = actions.talks_of(speaker)
    form = SpeakingForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        speaker=speaker,
        talks=talks,
    )
    if request.method == "POST":
        if not is_within_limit(request, "speaking"):
            return too_many_requests(request)
        if form.is_valid():
            try:
                actions.save_input(speaker=speaker, data=form.speaker_input)
            except ValidationError as errors:
                form.add_file_errors(errors)
            else:
                messages.success(request, gettext("Changes saved. They apply immediately."))
                return redirect(request.path)
    translate(("webinar", [talk.webinar for talk in talks]), only=CARD)
    context = {
        "section": "webinars",
        "speaker": speaker,
        "form": form,
        "token": token,
        "is_known": Speaker.objects.public().filter(pk=speaker.pk).exists(),
    }
    return render(request, "community/webinars/speaking.html", context)


@never_cache
@require_safe
@csp_override({"default-src": [CSP.NONE], "sandbox": True})
def file(request: HttpRequest, token: str, key: str) -> HttpResponse:
    """A file sent by the speaker, for them alone: "photo", or "slides-12"."""
    speaker = found(token)
    if key == "photo":
        return private(file_response(request, speaker.photo, content_type="image/jpeg"))
    rows = {row.slides_key: row for row in actions.talks_of(speaker)}
    if key not in rows:
        raise Http404
    kind = {"content_type": "application/pdf", "as_attachment": True, "filename": f"{key}.pdf"}
    return private(file_response(request, rows[key].slides, **kind))


def private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "private, no-store"
    return response
