"""Cards of cases are fetched once for an edition."""

import pytest
from django.utils import translation

from repository.models import CaseStudy
from repository.pages import lists as pages_lists
from repository.pages.lists import cards, known_cards
from tests.factories import CaseStudyFactory, ThemeFactory


@pytest.fixture
def three(db):
    return [CaseStudyFactory(published=True).pk for _ in range(3)]


def test_cards_stand_in_the_order_asked_for(three):
    wanted = [three[1], three[2], three[0]]
    assert list(cards(wanted, 1)) == wanted


def test_cards_that_are_known_need_no_query(three, django_assert_num_queries):
    with django_assert_num_queries(1):
        cards(three[:2], 1)
    with django_assert_num_queries(1):
        assert list(cards(three, 1)) == three
    with django_assert_num_queries(0):
        assert list(cards(three, 1)) == three


def test_cards_of_a_new_edition_are_fetched_anew(three, django_assert_num_queries):
    cards(three, 1)
    with django_assert_num_queries(1):
        cards(three, 2)


def test_cards_that_are_gone_are_left_out(three):
    assert list(cards([0, three[0]], 1)) == three[:1]


def test_cards_kept_are_few(three, monkeypatch):
    monkeypatch.setattr(pages_lists, "MOST_KNOWN", 2)
    cards(three[:2], 1)
    assert list(cards(three, 1)) == three
    assert len(known_cards(1)) == 2
    assert ("en", three[2]) in known_cards(1)


@pytest.mark.django_db
def test_cards_speak_the_language_of_the_page(django_assert_num_queries):
    theme = ThemeFactory(name="Customs", names={"fr": "Douane"})
    pk = CaseStudyFactory(published=True, themes=[theme]).pk
    for language, name in [("en", "Customs"), ("fr", "Douane"), ("en", "Customs")]:
        with translation.override(language):
            assert f'<span class="chip">{name}</span>' in cards([pk], 1)[pk].foot
    with django_assert_num_queries(0), translation.override("fr"):
        cards([pk], 1)


def test_card_escapes_what_members_write(db):
    pk = CaseStudyFactory(published=True, title="<script>alert(1)</script>").pk
    shown = cards([pk], 1)[pk]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;</a>" in shown.top


def test_page_shows_cards_as_html(client, three):
    titles = list(CaseStudy.objects.values_list("title", flat=True))
    for _once_and_again in range(2):
        html = client.get("/cases/").content.decode()
        assert html.count('<li class="card"><span class="eyebrow">') == 3
        assert [f">{title}</a></h3>" in html for title in titles] == [True] * 3
