"""Template context processors."""

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext, override

from repository.pages import cache
from repository.pages.addresses import in_languages
from repository.text.languages import direction_of, html_language

# Links to other languages leave out a longer query string, which each of them would repeat.
MAX_URL_LENGTH = 2000


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
        "name_of_language": own_name(get_language() or settings.LANGUAGE_CODE),
    }


def language_links(request: HttpRequest) -> list[LanguageLink]:
    """Return the links to this page in the other languages; none if it has one URL only."""
    links, here = [], cache.url_of(request)
    if len(here) > MAX_URL_LENGTH:
        here = request.path
    for code, url in in_languages(here).items():
        if code == get_language():
            continue
        name = dict(settings.LANGUAGES)[code]
        with override(code):
            offer = gettext("This page exists in %(language)s.") % {"language": name}
        links.append(
            LanguageLink(html_language(code), direction_of(code), own_name(code), url, offer)
        )
    return links


def own_name(code: str) -> str:
    """Return the name of a language of the site in that language, for a list."""
    return dict(settings.LANGUAGES).get(code, code).capitalize()
