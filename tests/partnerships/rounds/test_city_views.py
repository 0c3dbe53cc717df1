"""The list of the cities that take part in a round."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnerships.models import Round, RoundStatus
from partnerships.rounds import actions, forms
from repository.workflow import ActionRefused
from tests.desk_client import DeskClient
from tests.factories import CityFactory, CountryFactory
from tests.factories import partnerships as p
from tests.page import page_of
from tests.races import race

pytestmark = pytest.mark.django_db


@pytest.fixture
def cities():
    kenya = CountryFactory(iso2="KE", name="Kenya")
    return [CityFactory(name=name, country=kenya) for name in ("Kisumu", "Nairobi", "Nakuru")]


@pytest.fixture
def round():
    return p.RoundFactory(status=RoundStatus.DONE, result={"assignments": [], "unassigned": []})


@pytest.fixture
def desk(broker):
    client = DeskClient()
    client.force_login(broker)
    return client


def url_of(round) -> str:
    return f"/admin/partnerships/round/{round.pk}/cities/"


def listed(page) -> list[tuple[str, bool]]:
    """The cities of the list, and whether they are ticked."""
    rows = page.select(".picks li")
    return [
        (row.one("label").lines[0].split()[0], bool(row.select("[name=city][checked]")))
        for row in rows
    ]


def test_choose_cities(desk, round, cities):
    kisumu, _nairobi, nakuru = cities
    page = page_of(desk.get(url_of(round)))
    assert [name for name, is_ticked in listed(page) if is_ticked] == []
    data = {"act": "save", "city": [kisumu.pk, nakuru.pk], f"number-{nakuru.pk}": "3"}
    page = page_of(desk.post(url_of(round), data, follow=True))
    assert page.messages == ["Cities saved."]
    round.refresh_from_db()
    assert round.capacities == {str(kisumu.pk): None, str(nakuru.pk): 3}
    # The result is out of date.
    assert (round.status, round.result) == (RoundStatus.DRAFT, {})
    page = page_of(desk.get(url_of(round)))
    assert listed(page)[:3] == [("Kisumu", True), ("Nakuru", True), ("Nairobi", False)]
    assert page.one(f"[name=number-{nakuru.pk}]")["value"] == "3"


def test_search_without_losing_what_is_ticked(desk, round, cities):
    kisumu, _nairobi, nakuru = cities
    Round.objects.update(capacities={str(nakuru.pk): 3})
    # Nakuru is unticked, Kisumu is ticked, and then Nairobi is searched for.
    data = {"act": "search", "q": "nair", "city": [kisumu.pk], "before": [f"{nakuru.pk}:3"]}
    data |= {f"number-{kisumu.pk}": "2"}
    page = page_of(desk.post(url_of(round), data))
    assert listed(page) == [("Kisumu", True), ("Nakuru", False), ("Nairobi", False)]
    assert page.one(f"[name=number-{kisumu.pk}]")["value"] == "2"
    assert [each["value"] for each in page.select("[name=before]")] == [f"{nakuru.pk}:3"]
    round.refresh_from_db()
    assert round.capacities == {str(nakuru.pk): 3}
    found = page_of(desk.get(url_of(round), {"q": "kenya"}))
    assert {name for name, _is_ticked in listed(found)} == {"Kisumu", "Nairobi", "Nakuru"}
    nothing = page_of(desk.get(url_of(round), {"q": "\0%_"}))
    assert listed(nothing)[0] == ("Nakuru", True)


def test_long_lists_are_cut(desk, round, cities, monkeypatch):
    monkeypatch.setattr(forms, "SHOWN", 2)
    monkeypatch.setattr("partnerships.rounds.views.SHOWN", 2)
    represented = p.RepresentationFactory(city__name="Zhengzhou").city
    page = page_of(desk.get(url_of(round)))
    assert [name for name, _is_ticked in listed(page)] == [represented.name, "Kisumu"]


@pytest.mark.parametrize("number", ["many", "51", "²", "-1", "1.5"])
def test_invalid_numbers_are_refused(desk, round, cities, number):
    data = {"act": "save", "city": [cities[0].pk], f"number-{cities[0].pk}": number}
    page = page_of(desk.post(url_of(round), data))
    assert page.one(".picks .error")
    assert page.one(f"[name=number-{cities[0].pk}]")["value"] == number
    assert listed(page)[0] == ("Kisumu", True)
    round.refresh_from_db()
    assert (round.capacities, round.status) == ({}, RoundStatus.DONE)


def test_save_without_a_change_keeps_the_result(desk, round, cities):
    Round.objects.update(capacities={str(cities[0].pk): None})
    data = {"act": "save", "city": [cities[0].pk], "before": [f"{cities[0].pk}:"]}
    desk.post(url_of(round), data)
    round.refresh_from_db()
    assert round.status == RoundStatus.DONE


def test_unknown_cities_are_ignored(desk, round):
    desk.post(url_of(round), {"act": "save", "city": ["404", "x", ""], "before": ["x", "5", ""]})
    round.refresh_from_db()
    assert round.capacities == {}


def test_two_brokers_change_different_cities(round, cities, broker, administrator):
    kisumu, nairobi, _nakuru = cities
    Round.objects.update(capacities={str(kisumu.pk): None})
    actions.choose_cities(round=round, by=broker, added={nairobi.pk: 2}, removed=[])
    actions.choose_cities(round=round, by=administrator, added={}, removed=[kisumu.pk])
    round.refresh_from_db()
    assert round.capacities == {str(nairobi.pk): 2}


def test_cities_of_a_running_round_cannot_be_changed(desk, round, cities, broker):
    Round.objects.update(status=RoundStatus.RUNNING)
    assert page_of(desk.get(url_of(round))).select("[value=save]") == []
    page = page_of(desk.post(url_of(round), {"act": "save", "city": [cities[0].pk]}))
    assert page.outcomes == ["error"]
    with pytest.raises(ActionRefused):
        actions.choose_cities(round=round, by=broker, added={cities[0].pk: 1}, removed=[])


def test_others_than_brokers_are_refused(round, cities, moderator):
    client = DeskClient()
    client.force_login(moderator)
    assert client.get(url_of(round)).status_code == 403
    data = {"act": "save", "city": [cities[0].pk]}
    assert client.post(url_of(round), data).status_code == 403
    with pytest.raises(ActionRefused):
        actions.choose_cities(round=round, by=moderator, added={cities[0].pk: 1}, removed=[])
    round.refresh_from_db()
    assert round.capacities == {}


def test_the_list_has_a_fixed_number_of_queries(desk, round, cities):
    counts = []
    for chosen in (cities[:1], cities):
        Round.objects.update(capacities={str(city.pk): None for city in chosen})
        desk.get(url_of(round))
        with CaptureQueriesContext(connection) as queries:
            desk.get(url_of(round))
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_two_brokers_at_once_lose_nothing(broker, administrator):
    round = p.RoundFactory()
    chosen = [CityFactory(), CityFactory()]
    attempts = [
        lambda city=city, by=by: actions.choose_cities(
            round=round, by=by, added={city.pk: 1}, removed=[]
        )
        for city, by in zip(chosen, (broker, administrator), strict=True)
    ]
    assert race(round, *attempts) == ["done", "done"]
    round.refresh_from_db()
    assert round.capacities == {str(city.pk): 1 for city in chosen}
