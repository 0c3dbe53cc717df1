"""Saving the profile of a city, also concurrently."""

import threading

import pytest
from django.db import connection, transaction

from partnerships.city_profiles import actions
from partnerships.city_profiles.actions import EditConflict, profile_of, save, values_of
from partnerships.models import CityProfile
from repository.models import City
from repository.workflow import ActionRefused
from tests.factories import CityFactory, RepresentationFactory
from tests.races import race

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(member, colleague):
    made = CityFactory(slug="kisumu", name="Kisumu")
    for person in (member, colleague):
        RepresentationFactory(member=person, city=made)
    return made


def stored(city) -> dict:
    return values_of(City.objects.get(pk=city.pk), profile_of(city))


def change(city, by, base=None, **changes):
    base = stored(city) if base is None else base
    return save(city=city, by=by, values=base | changes, base=base)


def test_save_both_parts(city, member):
    change(
        city,
        member,
        has_sea_port=False,
        has_rail_hub=True,
        working_languages=["sw", "en"],
        setting="mixed",
        corridors=["northern"],
        sectors="Fish",
        partners_a_year=3,
    )
    city.refresh_from_db()
    profile = city.profile
    assert (city.has_sea_port, city.has_dry_port, city.has_rail_hub) == (False, None, True)
    assert (city.working_languages, profile.setting, profile.corridors) == (
        ["sw", "en"],
        "mixed",
        ["northern"],
    )
    assert (profile.sectors, profile.partners_a_year) == ("Fish", 3)
    assert (profile.confirmed_by, profile.confirmed_at is not None) == (member, True)


def test_save_refused_without_representing_the_city(city, stranger, member):
    base = stored(city)
    with pytest.raises(ActionRefused, match="represent this city"):
        change(city, stranger, sectors="Gold")
    member.representations.update(status="ended")
    with pytest.raises(ActionRefused, match="represent this city"):
        change(city, member, sectors="Gold")
    assert stored(city) == base
    assert not CityProfile.objects.exists()


def test_save_twice_is_harmless(city, member):
    base = stored(city)
    for _ in range(2):
        change(city, member, base, sectors="Fish")
    assert stored(city) == base | {"sectors": "Fish"}
    assert city.events.filter(pgh_label="update").count() == 0


def test_save_keeps_other_fields_of_a_colleague(city, member, colleague):
    base = stored(city)
    change(city, colleague, base, has_sea_port=True, exports="Tilapia")
    change(city, member, base, sectors="Fish")
    assert stored(city) == base | {"has_sea_port": True, "exports": "Tilapia", "sectors": "Fish"}


def test_save_is_refused_after_a_colleague_in_the_same_field(city, member, colleague):
    base = stored(city)
    change(city, colleague, base, sectors="Fish", exports="Tilapia")
    with pytest.raises(EditConflict) as conflict:
        change(city, member, base, sectors="Gold", platforms="A market")
    assert conflict.value.clashes == ["sectors"]
    assert conflict.value.now == stored(city) == base | {"sectors": "Fish", "exports": "Tilapia"}
    # Having seen the new value, the member can replace it.
    change(city, member, conflict.value.now, sectors="Gold", platforms="A market")
    assert (stored(city)["sectors"], stored(city)["exports"]) == ("Gold", "Tilapia")


def test_save_the_same_as_a_colleague(city, member, colleague):
    base = stored(city)
    for person in (member, colleague):
        change(city, person, base, sectors="Fish")
    assert stored(city)["sectors"] == "Fish"


@pytest.mark.django_db(transaction=True)
def test_save_at_the_same_moment(city, member, colleague):
    base = stored(city)
    outcomes = race(
        city,
        lambda: change(city, member, base, sectors="Gold"),
        lambda: change(city, colleague, base, sectors="Fish"),
    )
    assert outcomes == ["done", "refused"]
    assert CityProfile.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_save_at_the_same_moment_in_other_fields(city, member, colleague):
    base = stored(city)
    outcomes = race(
        city,
        lambda: change(city, member, base, sectors="Gold"),
        lambda: change(city, colleague, base, has_sea_port=True),
    )
    assert outcomes == ["done", "done"]
    assert stored(city) == base | {"sectors": "Gold", "has_sea_port": True}


@pytest.mark.django_db(transaction=True)
def test_lose_the_right_while_saving(city, member):
    """The right is checked under the lock."""
    base = stored(city)
    outcome = []

    def run():
        try:
            change(city, member, base, sectors="Gold")
            outcome.append("done")
        except ActionRefused:
            outcome.append("refused")
        finally:
            connection.close()

    with transaction.atomic():
        City.objects.select_for_update().get(pk=city.pk)
        thread = threading.Thread(target=run)
        thread.start()
        member.representations.update(status="ended")
    thread.join(timeout=120)
    assert (outcome, stored(city)) == (["refused"], base)
    assert actions.profile_of(city).pk is None
