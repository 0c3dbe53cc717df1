"""Cards of cases are fetched once for an edition."""

import pytest

from repository.views import lists
from repository.views.lists import cards, known_cards
from tests.factories import CaseStudyFactory


@pytest.fixture
def three(db):
    return [CaseStudyFactory(published=True).pk for _ in range(3)]


def keys(shown) -> list[int]:
    return [card.pk for card in shown]


def test_cards_stand_in_the_order_asked_for(three):
    wanted = [three[1], three[2], three[0]]
    assert keys(cards(wanted, 1)) == wanted


def test_cards_that_are_known_need_no_query(three, django_assert_num_queries):
    with django_assert_num_queries(1):
        cards(three[:2], 1)
    with django_assert_num_queries(1):
        assert keys(cards(three, 1)) == three
    with django_assert_num_queries(0):
        assert keys(cards(three, 1)) == three


def test_cards_of_a_new_edition_are_fetched_anew(three, django_assert_num_queries):
    cards(three, 1)
    with django_assert_num_queries(1):
        cards(three, 2)


def test_cards_that_are_gone_are_left_out(three):
    assert keys(cards([0, three[0]], 1)) == three[:1]


def test_cards_kept_are_few(three, monkeypatch):
    monkeypatch.setattr(lists, "MOST_KNOWN", 2)
    cards(three[:2], 1)
    assert keys(cards(three, 1)) == three
    assert list(known_cards(1)) == three[2:]
