from datetime import timedelta

import pytest
from django.utils import timezone

from repository.models import Edition, Webinar
from repository.pages.editions import cached_by_edition, current_edition, forget_all
from tests.factories import WebinarFactory


def test_make_a_value_once_for_each_edition():
    made = []

    @cached_by_edition(2)
    def value(edition, language="en"):
        made.append((edition, language))
        return object()

    first = value("a")
    assert value("a") is first
    value("a", "fr")
    value("b")
    assert made == [("a", "en"), ("a", "fr"), ("b", "en")]
    # Only the last two are kept.
    assert value("a") is not first
    forget_all()
    value("a")
    assert made[3:] == [("a", "en"), ("a", "en")]


@pytest.mark.django_db
def test_another_edition_after_any_change_of_the_row():
    before = current_edition()
    assert current_edition() == before
    Edition.objects.renew()
    assert current_edition() != before


@pytest.mark.django_db
def test_another_edition_on_another_day(monkeypatch):
    before = current_edition()
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda: tomorrow)
    assert current_edition() != before


@pytest.mark.django_db
def test_another_edition_when_a_webinar_has_ended():
    webinar = WebinarFactory(announced=True)
    before = current_edition()
    # Within one transaction the time stands still: this changes only what the clock would change.
    begin = timezone.now() - timedelta(minutes=webinar.minutes + 1)
    Webinar.objects.filter(pk=webinar.pk).update(starts_at=begin)
    assert current_edition() != before
