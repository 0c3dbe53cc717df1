from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from repository.models import SitePage, SiteTopic
from repository.pages.http import public_page
from repository.site_pages.loading import initial


@public_page
def site_page(request: HttpRequest, topic: str) -> HttpResponse:
    """Show a page about the site."""
    context = text_of(request, topic)
    if topic == SiteTopic.CONTACT and settings.CONTACT:
        context["contact"] = {
            "url": settings.CONTACT,
            "text": settings.CONTACT.removeprefix("mailto:"),
        }
    return render(request, "repository/site_pages/detail.html", context)


def text_of(request: HttpRequest, topic: str) -> dict[str, Any]:
    """Return the text of staff, or the initial one, as the context of its page.

    In the language of the site if there is a text in it, else in English.
    """
    codes = (request.LANGUAGE_CODE, settings.LANGUAGE_CODE)
    page = SitePage.objects.best(topic, *codes)
    if page is None or page.language != request.LANGUAGE_CODE:
        page = initial(topic, codes[0]) or page or initial(topic, codes[1])
    if page is None:
        raise Http404
    is_translated = page.language == request.LANGUAGE_CODE
    return {
        "page": page,
        "sections": page.sections(),
        "written_in": "" if is_translated else page.language,
    }
