"""Cards of cases are rendered once for what they show."""

from unittest.mock import patch

import pytest
from django.test import override_settings
from django.utils import translation
from django.utils.html import format_html

from repository.cases import cards as module
from repository.cases.cards import SHOWN, cards
from repository.models import CaseStatus, CaseStudy, City, Organization, Theme
from repository.pages.http import versions
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    EvidenceFactory,
    OrganizationFactory,
    ThemeFactory,
)
from tests.kept_pages import OFF

pytestmark = pytest.mark.django_db(transaction=True)


def read(*pks: int, **options) -> tuple[list[str], int]:
    """Return the cards of cases, and how many of them were rendered."""
    with patch.object(module, "render_to_string", wraps=module.render_to_string) as rendered:
        found = cards(versions("/").edition, pks, **options)
    return [card.html for card in found], rendered.call_count


@pytest.fixture
def case(pages):
    case = CaseStudyFactory(published=True, title="Before", cities=[CityFactory(name="Lagos")])
    case.themes.add(ThemeFactory(name="Customs"))
    return case


def test_render_a_card_once(case, django_assert_num_queries):
    first, rendered = read(case.pk)
    assert ("Before" in first[0], rendered) == (True, 1)
    edition = versions("/").edition
    with django_assert_num_queries(1):
        [card] = cards(edition, [case.pk])
    assert ([card.html], card.case) == (first, case)


def test_give_each_reason_on_the_same_card(case):
    first, rendered = read(case.pk, reasons={case.pk: "Same theme: <b>"})
    again, rendered_again = read(case.pk, reasons={case.pk: format_html("Same <i>{}</i>", "goal")})
    assert (rendered, rendered_again) == (1, 0)
    assert first[0].count('<p class="source">Same theme: &lt;b&gt;</p>') == 1
    assert again[0].count('<p class="source">Same <i>goal</i></p>') == 1
    assert "<!--" not in first[0] + again[0]
    assert "source" not in read(case.pk)[0][0]


def test_render_no_other_card_after_a_publication(case):
    read(case.pk)
    newest = CaseStudyFactory(published=True, title="Newest")
    found, rendered = read(newest.pk, case.pk)
    assert rendered == 1
    assert ["Newest" in found[0], "Before" in found[1]] == [True, True]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda case: CaseStudy.objects.filter(pk=case.pk).update(title="After"), "After"),
        (lambda case: City.objects.update(name="Ibadan"), "Ibadan"),
        (lambda case: Theme.objects.update(name="Borders"), "Borders"),
        (lambda case: EvidenceFactory(case=case, label="Parcels", is_headline=True), "Parcels"),
        (lambda case: case.cities.set([CityFactory(name="Accra")]), "Accra"),
    ],
)
def test_render_a_card_again_if_it_shows_something_else(case, change, text):
    before, _rendered = read(case.pk)
    change(case)
    after, rendered = read(case.pk)
    assert (text in before[0], text in after[0], rendered) == (False, True, 1)


def test_render_a_card_again_for_another_name_of_its_organization(case):
    case.cities.clear()
    case.organizations.add(OrganizationFactory(name="Port", acronym=""))
    assert "Port" in read(case.pk)[0][0]
    Organization.objects.update(name="Harbour")
    assert "Harbour" in read(case.pk)[0][0]


def test_render_a_card_for_each_language_and_size(case):
    City.objects.update(names={"fr": "Lagos (fr)"})
    assert "Lagos (fr)" not in read(case.pk)[0][0]
    with translation.override("fr"):
        assert "Lagos (fr)" in read(case.pk)[0][0]
    [small], [big] = read(case.pk)[0], read(case.pk, is_first_big=True)[0]
    assert ("tile big" in small, small == big) == (False, False)


def test_show_no_card_of_a_withdrawn_case(case):
    read(case.pk)
    CaseStudy.objects.filter(pk=case.pk).update(status=CaseStatus.DRAFT)
    assert read(case.pk) == ([], 0)


def test_render_all_cards_without_a_page_cache(case):
    with override_settings(CACHES=OFF):
        assert [read(case.pk)[1], read(case.pk)[1]] == [1, 1]


def test_depend_on_declared_parts_only(case):
    edition = versions("/").edition.only(*SHOWN)
    assert len(cards(edition, [case.pk])) == 1
