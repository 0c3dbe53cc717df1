"""Template context processors."""

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_info, gettext, override

from repository.pages import cache
from repository.pages.addresses import in_language


class LanguageLink(NamedTuple):
    """A link to the same page in another language, named in that language."""

    code: str
    direction: str
    name: str
    url: str
    # "This page exists in …", shown by a script to readers whose browser prefers that language.
    offer: str


def site(request: HttpRequest) -> dict:
    """Add links to the page in the other languages, and whether this is a demo."""
    return {
        "DEMO": settings.DEMO,
        "language_links": SimpleLazyObject(lambda: language_links(request)),
    }


def language_links(request: HttpRequest) -> list[LanguageLink]:
    """Return the links to this page in the other languages; none if it has one URL only."""
    here = cache.url_of(request)
    links = []
    for code, _name in settings.LANGUAGES:
        url = in_language(here, code)
        if code == get_language() or url == here:
            continue
        info = get_language_info(code)
        name = info["name_local"]
        with override(code):
            offer = gettext("This page exists in %(language)s.") % {"language": name}
        direction = "rtl" if info["bidi"] else "ltr"
        links.append(LanguageLink(code, direction, name.capitalize(), url, offer))
    return links
