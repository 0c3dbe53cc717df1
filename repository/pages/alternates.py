"""The URLs of a page in each language, for search engines.

A page exists in every language of the site if all its text is translated, and otherwise in the
language its text is written in: then it is the same page with menus in another language.
"""

from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import override

from repository.pages.addresses import in_language, in_languages
from repository.text.languages import html_language


class Alternates(NamedTuple):
    """The canonical URL of a page, and (language, URL) of each translation.

    There are none on a page that is not canonical. "x-default" is the original.
    """

    canonical: str
    links: list[tuple[str, str]]


def alternates(request: HttpRequest, written_in: str = "", query: str = "") -> Alternates:
    """Return the URLs of this page; `written_in` is empty if all its text is translated."""
    if written_in:
        paths = {written_in: in_language(request.path, written_in)}
    else:
        paths = in_languages(request.path) or {settings.LANGUAGE_CODE: request.path}
    urls = {code: request.build_absolute_uri(path) + query for code, path in paths.items()}
    original = urls[written_in or settings.LANGUAGE_CODE]
    here = request.build_absolute_uri(request.path) + query
    if here not in urls.values():
        return Alternates(original, [])
    links = [(html_language(code), url) for code, url in urls.items()]
    return Alternates(here, [*links, ("x-default", original)])


def original_url(request: HttpRequest, row: Model, written_in: str) -> str:
    """Return the absolute URL of an object in the language its text is written in."""
    return request.build_absolute_uri(original_path(row, written_in))


def original_path(row: Any, written_in: str) -> str:
    """Return the path of an object in the language its text is written in, or else in English."""
    known = written_in in dict(settings.LANGUAGES)
    with override(written_in if known else settings.LANGUAGE_CODE):
        return row.get_absolute_url()
