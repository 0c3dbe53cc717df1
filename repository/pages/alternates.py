"""The URLs of a page in each language, for search engines.

A page exists in every language of the site if all its text is translated. The page of an object
exists in the language of the object and those it is translated into; in others it is the same page
with other menus.
"""

from collections.abc import Sequence
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


def alternates(
    request: HttpRequest, written_in: str | Sequence[str] = "", query: str = ""
) -> Alternates:
    """Return the URLs of this page.

    `written_in` is the language of its text, or all languages that it can be read in, that of the
    original first; empty if all of its text is translated.
    """
    languages = [written_in] if isinstance(written_in, str) else list(written_in)
    if written_in:
        paths = {code: in_language(request.path, code) for code in languages}
    else:
        paths = in_languages(request.path) or {settings.LANGUAGE_CODE: request.path}
    urls = {code: request.build_absolute_uri(path) + query for code, path in paths.items()}
    original = urls[languages[0] if written_in else settings.LANGUAGE_CODE]
    here = request.build_absolute_uri(request.path) + query
    if here not in urls.values():
        return Alternates(original, [])
    links = [(html_language(code), url) for code, url in urls.items()]
    return Alternates(here, [*links, ("x-default", original)])


def original_url(request: HttpRequest, row: Model, written_in: str) -> str:
    """Return the absolute URL of an object in the language its text is written in."""
    return request.build_absolute_uri(original_path(row, written_in))


def shown_url(request: HttpRequest, row: Any, original: str) -> str:
    """Return the absolute URL of the translation in which an object is shown, or its original."""
    return (
        request.build_absolute_uri(row.get_absolute_url()) if hasattr(row, "reading") else original
    )


def original_path(row: Any, written_in: str) -> str:
    """Return the path of an object in the language its text is written in, or else in English."""
    known = written_in in dict(settings.LANGUAGES)
    with override(written_in if known else settings.LANGUAGE_CODE):
        return row.get_absolute_url()
