import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from community.discussion.subjects import DISCUSSED, FOLLOWED, KINDS, find, word_of
from tests.factories import CaseStudyFactory, CityFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_every_kind_has_a_model_and_back():
    assert [word_of(kind.model()) for kind in KINDS.values()] == list(KINDS)


def test_find_public_subjects_for_visitors():
    city = CityFactory()
    assert find("city", city.pk, user=AnonymousUser(), among=DISCUSSED) == city


def test_find_no_draft_of_others(member):
    draft = CaseStudyFactory()
    draft.authors.add(member)
    assert find("case", draft.pk, user=member, among=DISCUSSED) == draft
    with pytest.raises(Http404):
        find("case", draft.pk, user=UserFactory(), among=DISCUSSED)


def test_find_no_closed_account(member):
    left = UserFactory(is_active=False)
    with pytest.raises(Http404):
        find("member", left.pk, user=member, among=FOLLOWED)


@pytest.mark.parametrize("word", ["user", "", "theme", "../case"])
def test_find_only_the_requested_kinds(member, word):
    with pytest.raises(Http404):
        find(word, 1, user=member, among=DISCUSSED)
