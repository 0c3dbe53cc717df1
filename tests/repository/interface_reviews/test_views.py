from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from repository.models import InterfaceReview
from tests.factories import InterfaceReviewFactory
from tests.page import page_of


def statement(language: str) -> str:
    page = page_of(Client().get(f"/{language}/about/"))
    return page.one("section[aria-labelledby=translation] p").text


@pytest.mark.django_db
def test_say_nothing_of_the_original(collection):
    page = page_of(Client().get("/about/"))
    assert page.select("#translation") == []


@pytest.mark.django_db
def test_say_in_each_language_that_nobody_has_reviewed_it(collection, settings):
    for language, _name in settings.LANGUAGES[1:]:
        assert "2026" not in statement(language)
        assert page_of(Client().get(f"/{language}/about/")).one("#translation")


@pytest.mark.django_db
def test_say_when_a_native_speaker_reviewed_it(collection):
    InterfaceReviewFactory(language="fr", reviewed_on=date(2026, 11, 20))
    assert "20 novembre 2026" in statement("fr")
    assert "2026" not in statement("es")


@pytest.mark.django_db(transaction=True)
def test_change_a_cached_page(pages, collection):
    """The edition is raised, so that the page is drawn again."""
    before = Client().get("/fr/about/")
    review = InterfaceReviewFactory(language="fr", reviewed_on=date(2026, 11, 20))
    after = Client().get("/fr/about/")
    review.delete()
    assert before["ETag"] != after["ETag"]
    assert "novembre" in after.content.decode()


@pytest.mark.django_db
def test_refuse_the_original_and_a_language_twice():
    with (
        pytest.raises(IntegrityError, match="interface_review_of_translation"),
        transaction.atomic(),
    ):
        InterfaceReview.objects.create(language="en", reviewed_on=date(2026, 11, 20))
    InterfaceReview.objects.create(language="fr", reviewed_on=date(2026, 11, 20))
    with pytest.raises(IntegrityError, match="language"):
        InterfaceReview.objects.create(language="fr", reviewed_on=date(2026, 11, 21))
