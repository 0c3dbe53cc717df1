from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from repository.models import SitePage, SiteTopic
from repository.pages.addresses import with_links_in_language
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
    stored = {page.language: page for page in SitePage.objects.filter(topic=topic)}
    pages = {
        code: page
        for code, _name in settings.LANGUAGES
        if (page := stored.get(code) or initial(topic, code))
    }
    page = pages.get(request.LANGUAGE_CODE) or pages.get(settings.LANGUAGE_CODE)
    if page is None:
        raise Http404
    sections = [
        (heading, with_links_in_language(html, request.LANGUAGE_CODE))
        for heading, html in page.sections()
    ]
    return {"page": page, "sections": sections, "languages": [*pages]}
