from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from repository.models import SitePage, SiteTopic
from repository.pages.addresses import original_url
from repository.pages.http import public_page
from repository.site_pages.loading import initial
from repository.site_pages.sections import sections
from repository.translations.reading import show, with_languages


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
    """Return the context of a page about the site, in the language of the reader."""
    # `prepare` stores the pages. Their addresses also work before that, in English.
    stored = with_languages("page", SitePage.objects.filter(topic=topic)).first()
    page = stored or initial(topic)
    original = page.body
    languages = show("page", page) if stored else [page.language]
    return {
        "page": page,
        "sections": sections(page, original),
        "languages": languages,
        "url": original_url(request, page, "en"),
    }
