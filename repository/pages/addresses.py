"""URLs in each language, and cached reversing.

A page holds dozens of links, and `reverse` computes each every time.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest
from django.urls import get_script_prefix, get_urlconf, reverse, translate_url
from django.utils.translation import get_language, get_language_from_path, override

from repository.text.languages import html_language

# Of pages of this site, in HTML that `repository.text.markdown` has rendered.
LINK = re.compile(r'(?<=<a )href="(/[^"]*)"')


def address_of(name: str, *arguments: str) -> str:
    """Return `reverse(name, args=arguments)`, cached."""
    return _address(get_urlconf(), get_script_prefix(), get_language(), name, arguments)


@lru_cache(maxsize=5000)
def _address(
    urlconf, prefix: str, language: str | None, name: str, arguments: tuple[str, ...]
) -> str:
    # `reverse` reads the first three from the thread: they are only part of the key.
    return reverse(name, args=arguments)


def in_language(url: str, code: str) -> str:
    """Return the path of the same page in a language; unchanged if the page has no other.

    In English for a language that the site does not have.
    """
    code = code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    here = get_language_from_path(url) or settings.LANGUAGE_CODE
    if here == code or not url.startswith("/"):
        return url
    return _in_language(get_urlconf(), get_script_prefix(), url, here, code)


# Pages that are made again ask for the same URLs, and Django resolves each.
@lru_cache(maxsize=1000)
def _in_language(urlconf, prefix: str, url: str, here: str, code: str) -> str:
    # Django finds the page of a URL only in the language of the URL.
    with override(here):
        return translate_url(url, code)


def with_links_in_language(html: str, code: str) -> str:
    """Let links to pages of this site, which texts write as in English, lead to a language."""
    return LINK.sub(lambda link: f'href="{in_language(link[1], code)}"', html)


def in_languages(url: str) -> dict[str, str]:
    """Return the path of the same page in each language; empty if the page has one path only."""
    here = get_language_from_path(url) or settings.LANGUAGE_CODE
    # Django resolves the path: once is enough.
    another = next(code for code, _name in settings.LANGUAGES if code != here)
    path = url.partition("?")[0]
    if in_language(path, another) == path:
        return {}
    bare = without_language(url)
    prefixes = {code: f"/{code}" for code, _name in settings.LANGUAGES}
    return {
        code: prefix + bare for code, prefix in {**prefixes, settings.LANGUAGE_CODE: ""}.items()
    }


def without_language(path: str) -> str:
    """Return the path without the prefix of its language: "/cases/" for "/fr/cases/".

    Everything stored for a page, such as its number of views, is stored under this path.
    """
    code = path[1:].partition("/")[0]
    is_prefix = code != settings.LANGUAGE_CODE and code in dict(settings.LANGUAGES)
    return path.removeprefix(f"/{code}") if is_prefix and path != f"/{code}" else path


# The URLs of a page in each language, for search engines. A page exists in every language of the
# site if all its text is translated. The page of an object exists in the language of the object and
# those it is translated into; in others it is the same page with other menus.


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
