"""Figures and terms of the collection, in the languages into which it is translated."""

import pytest
from django.conf import settings
from django.test import Client

from repository.models import CaseStudy
from repository.pages.addresses import in_language
from tests.page import page_of

pytestmark = pytest.mark.django_db


def page_in(language, path):
    return page_of(Client().get(in_language(path, language)))


def marked(page) -> list[str]:
    return [link["href"] for link in page.select("main a.ref")]


@pytest.mark.proof
def test_mark_the_same_figures_in_each_language(collection, sample):
    cases = CaseStudy.objects.published().filter(evidence__isnull=False).distinct()
    paths = sample([case.get_absolute_url() for case in cases], 3)
    found = {
        path: {language: sorted(marked(page_in(language, path))) for language in languages()}
        for path in paths
    }
    assert any(each["en"] for each in found.values())
    assert {
        (path, language)
        for path, each in found.items()
        for language in languages()
        if each[language] != each["en"]
    } == set()


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_link_terms_of_the_glossary_in_each_language(collection, language):
    terms = page_in(language, "/cases/zhengzhou/").select("main a.term")
    assert len(terms) >= 2
    assert {term["href"].partition("#")[0] for term in terms} == {
        in_language("/glossary/", language)
    }


def languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]
