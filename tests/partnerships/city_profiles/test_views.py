import json
from datetime import timedelta

import pytest
from django.utils import timezone

from partnerships.city_profiles.actions import profile_of, values_of
from partnerships.city_profiles.forms import as_form_values
from partnerships.models import Representation
from repository.models import City
from tests.community.writing.drafts.cases import as_user
from tests.factories import CityFactory, CityProfileFactory, CountryFactory, RepresentationFactory
from tests.page import Element, page_of

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
    return as_form_values(values) | {"base": json.dumps(values)} | changes


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
    fields = page_of(as_user(member).get(PATH)).form(PATH).fields
    assert (fields["sectors"], fields["working_languages"]) == ("Fish", "Swahili")
    assert (fields["corridors"], json.loads(fields["base"])) == ("northern", stored(city))


def test_show_what_is_missing_beside_the_form(member, city):
    CityProfileFactory(city=city, partners_a_year=3)
    missing = page_of(as_user(member).get(PATH)).one("main aside")
    bar = missing.one("progress")
    assert missing.one("h2").text == f"Profile: {bar['value']} of {bar['max']} answers"
    assert missing.select("strong")[0].text == "Ports and hubs"


@pytest.mark.parametrize("end", ["date", "broker", "account"])
def test_edit_refused_once_the_representation_ends(member, city, end):
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


def test_edit_of_an_unknown_city(member):
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


def test_ignore_the_values_of_a_forged_base(member, city):
    base = stored(city) | {"working_languages": ["xx-evil"], "sectors": {"a": 1}, "corridors": 7}
    values = sent(city, base=json.dumps(base), working_languages="xx-evil")
    before = stored(city)
    as_user(member).post(PATH, values)
    assert stored(city) == before


def test_edit_after_a_colleague(member, colleague, city):
    RepresentationFactory(member=colleague, city=city)
    mine = sent(city, sectors="Gold", platforms="A market")
    as_user(colleague).post(PATH, sent(city, sectors="Fish", has_sea_port="yes"))
    response = as_user(member).post(PATH, mine)
    form = page_of(response).form(PATH)
    assert form.one("#id_sectors_error").text == (
        "A colleague saved: “Fish”. Save again to replace it with your answer."
    )
    again = form.fields
    assert {name: again[name] for name in ("sectors", "platforms", "has_sea_port")} == {
        "sectors": "Gold",
        "platforms": "A market",
        "has_sea_port": "yes",
    }
    assert as_user(member).post(PATH, again).status_code == 302
    now = stored(city)
    assert (now["sectors"], now["platforms"], now["has_sea_port"]) == ("Gold", "A market", True)


# The page of the city


def profile_section(client) -> Element:
    return page_of(client.get(PAGE)).one("[aria-labelledby=of-city]")


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
    section = profile_section(client)
    assert section.one("dl").lines == [
        *("Type of place", "Mostly rural"),
        *("Trade corridors", "Northern Corridor (East Africa)"),
        *("Main industries", "Fish"),
        *("Partners per year", "0"),
    ]
    assert "This city is represented" in section.text
    for secret in ("Member", "member@example.org", "Head of the trade office", "city.example"):
        assert secret not in section.page.html


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        ({}, "This city is represented"),
        ({"until": timezone.localdate() - timedelta(days=1)}, "No one represents this city"),
        ({"status": "ended"}, "No one represents this city"),
    ],
)
def test_show_whether_the_city_is_represented(client, city, end, sentence):
    Representation.objects.update(**end)
    assert sentence in profile_section(client).text


def test_link_to_the_form_for_representatives(member, stranger, city):
    assert [href for _text, href in profile_section(as_user(member)).links] == [PATH]
    section = profile_section(as_user(stranger))
    assert [href for _text, href in section.links] == ["/partnerships/cities/ask/?city=kisumu"]
    assert PATH not in section.page.html


def test_refresh_the_page_when_the_profile_changes(client, member, city):
    etag = client.get(PAGE).headers["ETag"]
    assert client.get(PAGE, headers={"if-none-match": etag}).status_code == 304
    as_user(member).post(PATH, sent(city, sectors="Fish"))
    changed = client.get(PAGE, headers={"if-none-match": etag})
    assert (changed.status_code, "Fish" in page_of(changed).lines) == (200, True)


@pytest.mark.parametrize("count", [1, 3])
def test_show_the_form_in_a_fixed_number_of_queries(member, city, count, django_assert_num_queries):
    for _ in range(count - 1):
        RepresentationFactory(city=city)
        RepresentationFactory(member=member)
    client = as_user(member)
    client.get(PATH)
    with django_assert_num_queries(6):
        client.get(PATH)


def test_keep_working_languages_apart_from_spelling_languages(member, city):
    City.objects.filter(pk=city.pk).update(
        spelling_languages=["zh"], working_languages=[], names={"zh": "基苏木"}
    )
    assert page_of(as_user(member).get(PATH)).form(PATH).fields["working_languages"] == ""
    page = page_of(as_user(member).get(PAGE))
    assert "基苏木" in page.text
    assert "Working languages" not in page.text
    as_user(member).post(PATH, sent(city, working_languages="English"))
    city.refresh_from_db()
    assert (city.spelling_languages, city.working_languages) == (["zh"], ["en"])
    assert "Working languages English" in page_of(as_user(member).get(PAGE)).text
