import json
from datetime import timedelta

import pytest
from django.utils import timezone

from partnerships.city_profiles.actions import profile_of, values_of
from partnerships.city_profiles.forms import typed
from partnerships.models import Representation
from repository.models import City
from tests.community.writing.drafts.cases import as_user
from tests.factories import CityFactory, CityProfileFactory, CountryFactory, RepresentationFactory

pytestmark = pytest.mark.django_db

PATH = "/partnerships/cities/kisumu/profile/"
PAGE = "/cities/kisumu/"


@pytest.fixture
def city(member):
    made = CityFactory(
        slug="kisumu", name="Kisumu", country=CountryFactory(iso2="KE"), working_languages=["sw"]
    )
    RepresentationFactory(member=member, city=made)
    return made


def stored(city) -> dict:
    return values_of(City.objects.get(pk=city.pk), profile_of(city))


def sent(city, **changes) -> dict:
    values = stored(city)
    return typed(values) | {"base": json.dumps(values)} | changes


def errors(response) -> dict:
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def test_edit(member, city):
    response = as_user(member).post(
        PATH,
        sent(
            city,
            has_sea_port="no",
            has_rail_hub="yes",
            working_languages="Swahili, English",
            corridors=["northern", "djibouti"],
            setting="mixed",
            sectors="  Fish,  trade ",
            partners_a_year="2",
        ),
    )
    assert (response.status_code, response.headers["Location"]) == (302, PAGE)
    assert stored(city) == {
        "has_sea_port": False,
        "has_dry_port": None,
        "has_rail_hub": True,
        "has_air_hub": None,
        "working_languages": ["sw", "en"],
        "setting": "mixed",
        "corridors": ["northern", "djibouti"],
        "sectors": "Fish, trade",
        "exports": "",
        "platforms": "",
        "contact_hours": "",
        "partners_a_year": 2,
    }


def test_show_what_is_stored(member, city):
    CityProfileFactory(city=city, sectors="Fish", corridors=["northern"])
    form = as_user(member).get(PATH).context["form"]
    assert (form["sectors"].value(), form["working_languages"].value()) == ("Fish", "Swahili")
    assert json.loads(form["base"].value()) == stored(city)


def test_edit_refused_to_others(client, stranger, broker, city):
    answers = [
        getattr(as_user(who), method)(PATH).status_code
        for who in (stranger, broker)
        for method in ("get", "post")
    ]
    assert answers == [403] * 4
    assert client.get(PATH).headers["Location"] == f"/accounts/login/?next={PATH}"


@pytest.mark.parametrize("end", ["date", "broker", "account"])
def test_lose_the_right_in_the_very_next_request(member, city, end):
    client = as_user(member)
    assert client.get(PATH).status_code == 200
    if end == "date":
        yesterday = timezone.localdate() - timedelta(days=1)
        Representation.objects.update(until=yesterday)
    elif end == "broker":
        Representation.objects.update(status="ended")
    else:
        type(member).objects.filter(pk=member.pk).update(is_active=False)
    expected = 302 if end == "account" else 403
    assert [client.get(PATH).status_code, client.post(PATH, sent(city)).status_code] == [
        expected,
        expected,
    ]


def test_edit_of_no_city(member):
    assert as_user(member).get("/partnerships/cities/nowhere/profile/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"has_sea_port": "perhaps"}, "has_sea_port"),
        ({"working_languages": "Gibberish"}, "working_languages"),
        ({"corridors": ["silk"]}, "corridors"),
        ({"sectors": "x" * 301}, "sectors"),
        ({"sectors": "Fish\0"}, "sectors"),
        ({"partners_a_year": "-1"}, "partners_a_year"),
        ({"partners_a_year": "9" * 30}, "partners_a_year"),
        ({"base": ""}, "base"),
        ({"base": "[1, 2"}, "base"),
        ({"base": "[" * 15_000}, "base"),
        ({"base": "[1]"}, "base"),
        ({"base": '{"sectors": "Fish"}'}, "base"),
        ({"base": "\0"}, "base"),
    ],
)
def test_edit_with_a_mistake(member, city, changes, field):
    before = stored(city)
    response = as_user(member).post(PATH, sent(city, **changes))
    assert (response.status_code, list(errors(response))) == (200, [field])
    assert stored(city) == before


def test_take_nothing_from_a_forged_base(member, city):
    base = stored(city) | {"working_languages": ["xx-evil"], "sectors": {"a": 1}, "corridors": 7}
    values = sent(city, base=json.dumps(base), working_languages="xx-evil")
    before = stored(city)
    as_user(member).post(PATH, values)
    assert stored(city) == before


def test_be_overtaken_by_a_colleague(member, colleague, city):
    RepresentationFactory(member=colleague, city=city)
    mine = sent(city, sectors="Gold", platforms="A market")
    as_user(colleague).post(PATH, sent(city, sectors="Fish", has_sea_port="yes"))
    response = as_user(member).post(PATH, mine)
    form = response.context["form"]
    assert errors(response)["sectors"] == [
        "A colleague saved here: “Fish”. Send it again to put yours in its place."
    ]
    assert {name: form[name].value() for name in ("sectors", "platforms", "has_sea_port")} == {
        "sectors": "Gold",
        "platforms": "A market",
        "has_sea_port": "yes",
    }
    again = {name: form[name].value() for name in form.fields}
    assert as_user(member).post(PATH, again).status_code == 302
    now = stored(city)
    assert (now["sectors"], now["platforms"], now["has_sea_port"]) == ("Gold", "A market", True)


# The page of the city


def test_show_the_profile_to_everybody_without_names(client, member, city):
    CityProfileFactory(
        city=city,
        sectors="Fish",
        corridors=["northern"],
        setting="rural",
        partners_a_year=0,
        confirmed_by=member,
        confirmed_at=timezone.now(),
    )
    html = client.get(PAGE).text
    for words in ("Fish", "Northern Corridor", "Mostly rural", "Somebody speaks for this city"):
        assert words in html
    for secret in ("Member", "member@example.org", "Head of the trade office", "city.example"):
        assert secret not in html


@pytest.mark.parametrize(
    ("end", "words"),
    [
        ({}, "Somebody speaks for this city"),
        ({"until": timezone.localdate() - timedelta(days=1)}, "Nobody speaks for this city"),
        ({"status": "ended"}, "Nobody speaks for this city"),
    ],
)
def test_say_whether_somebody_speaks(client, city, end, words):
    Representation.objects.update(**end)
    assert words in client.get(PAGE).text


def test_lead_to_the_form_who_speaks(member, stranger, city):
    assert PATH in as_user(member).get(PAGE).text
    html = as_user(stranger).get(PAGE).text
    assert (PATH in html, "/partnerships/cities/ask/?city=kisumu" in html) == (False, True)


def test_make_the_page_new_when_the_profile_changes(client, member, city):
    etag = client.get(PAGE).headers["ETag"]
    assert client.get(PAGE, headers={"if-none-match": etag}).status_code == 304
    as_user(member).post(PATH, sent(city, sectors="Fish"))
    changed = client.get(PAGE, headers={"if-none-match": etag})
    assert (changed.status_code, "Fish" in changed.text) == (200, True)


@pytest.mark.parametrize("count", [1, 3])
def test_show_the_form_in_a_fixed_number_of_queries(member, city, count, django_assert_num_queries):
    for _ in range(count - 1):
        RepresentationFactory(city=city)
        RepresentationFactory(member=member)
    client = as_user(member)
    client.get(PATH)
    with django_assert_num_queries(6):
        client.get(PATH)


def test_ask_for_working_languages_apart_from_those_of_spelling(member, city):
    City.objects.filter(pk=city.pk).update(
        spelling_languages=["zh"], working_languages=[], names={"zh": "基苏木"}
    )
    form = as_user(member).get(PATH).context["form"]
    assert form["working_languages"].value() == ""
    page = as_user(member).get(PAGE)
    assert "基苏木" in page.text
    assert "Working languages" not in page.text
    as_user(member).post(PATH, sent(city, working_languages="English"))
    city.refresh_from_db()
    assert (city.spelling_languages, city.working_languages) == (["zh"], ["en"])
    assert "Working languages" in as_user(member).get(PAGE).text
