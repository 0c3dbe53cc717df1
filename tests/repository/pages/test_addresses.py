from unittest.mock import patch

import pytest
from django.urls import reverse, set_script_prefix
from django.urls.base import clear_script_prefix
from django.utils import translation

from repository.pages import addresses
from repository.pages.addresses import address_of, in_language, in_languages, without_language
from repository.pages.tags import html


def test_address_of_page_equals_reverse():
    assert address_of("repository:glossary") == reverse("repository:glossary")
    for _twice in range(2):
        assert address_of("repository:tag_detail", "rail") == "/tags/rail/"


def test_address_follows_prefix_of_the_site():
    assert address_of("repository:tag_detail", "rail") == "/tags/rail/"
    set_script_prefix("/exchange/")
    try:
        assert address_of("repository:tag_detail", "rail") == "/exchange/tags/rail/"
    finally:
        clear_script_prefix()
    assert address_of("repository:tag_detail", "rail") == "/tags/rail/"


def test_address_depends_on_the_language():
    for language, path in [("en", "/tags/rail/"), ("fr", "/fr/tags/rail/")] * 2:
        with translation.override(language):
            assert address_of("repository:tag_detail", "rail") == path


@pytest.mark.parametrize(
    ("code", "url", "expected"),
    [
        ("fr", "/cases/?q=a%20b&page=2#list", "/fr/cases/?q=a%20b&page=2#list"),
        ("en", "/fr/cases/a/?q=1", "/cases/a/?q=1"),
        ("fr", "/fr/", "/fr/"),
        ("en", "/", "/"),
        # A language that the site does not have.
        ("de", "/fr/cases/", "/cases/"),
        # No other URL.
        ("fr", "/api/v1/cases?theme=a", "/api/v1/cases?theme=a"),
        ("fr", "https://example.org/cases/", "https://example.org/cases/"),
    ],
)
@pytest.mark.parametrize("active", ["en", "fr"])
def test_find_the_page_in_another_language(active, code, url, expected):
    with translation.override(active):
        assert in_language(url, code) == expected


def test_resolve_a_page_once_for_all_its_queries():
    with patch.object(addresses, "translate_url", wraps=addresses.translate_url) as resolved:
        for page in range(3):
            assert in_languages(f"/landscape/?page={page}")["fr"] == f"/fr/landscape/?page={page}"
    assert resolved.call_count <= 1
    assert in_languages("/api/v1/cases?page=1") == {}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/fr/", "/"),
        ("/fr/cases/", "/cases/"),
        ("/cases/", "/cases/"),
        ("/fr/fr/", "/fr/"),
        *((path, path) for path in ("/france/", "/fr", "/FR/cases/", "/fr-ca/", "/en/", "/de/")),
        ("/api/v1/cases", "/api/v1/cases"),
    ],
)
def test_store_pages_without_their_language(path, expected):
    assert without_language(path) == expected


def test_lead_from_stored_html_to_the_language_of_the_page():
    text = (
        '<a href="/members/a/?x=1&amp;y=2#b">a</a> <a href="//b.example/">b</a> <a href="#c">c</a>'
    )
    assert html(text) == text
    with translation.override("fr"):
        assert html(text) == text.replace('"/members/', '"/fr/members/')
