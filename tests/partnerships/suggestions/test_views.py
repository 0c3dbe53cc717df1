import re

import pytest
from django.test import Client

from partnerships.models import Offer
from partnerships.suggestions import actions
from repository.models import Practice
from tests.desk_client import DeskClient
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    PracticeFactory,
    RepresentationFactory,
    SuggestionFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db
LIST = "/partnerships/suggestions/"
NOTE = "Suggested from this case by the editors. The {} has neither offered nor requested it."


@pytest.fixture
def city(focal_point):
    city = CityFactory(slug="kisumu", name="Kisumu", country=CountryFactory(iso2="KE"))
    RepresentationFactory(member=focal_point, city=city)
    return city


@pytest.fixture
def suggestion(city):
    return SuggestionFactory(
        city=city,
        title="Stations in every village",
        description="Each village has *one*.",
        practices=[PracticeFactory(slug="stations", name="Village stations")],
        themes=[ThemeFactory(slug="rural", name="Rural development")],
        cases=[CaseStudyFactory(published=True, cities=[city], title="How Kisumu did it")],
    )


@pytest.fixture
def speaker(client, city, focal_point):
    client.force_login(focal_point)
    return focal_point


def titles(answer) -> list[str]:
    return [row.title for row in answer.context["rows"]]


def links(text: str) -> set[str]:
    return {*re.findall(r'href="(/[^"]*)"', text)}


def filled(**changes):
    return {
        "title": "Our stations",
        "description": "Come and see.",
        "language": "en",
        "practices": [Practice.objects.get().pk],
        "modalities": ["study-visit"],
        "languages": ["en"],
        "valid_until": "",
    } | changes


# Reading


def test_list_shows_the_open_ones_and_narrows_them(client, suggestion):
    country = CountryFactory(iso2="BJ", region="Africa")
    SuggestionFactory(title="Roads", kind="need", city=None, country=country)
    SuggestionFactory(title="Declined", declined=True)
    SuggestionFactory(title="Adopted", adopted=True)
    answer = client.get(LIST)
    assert {*titles(answer)} == {"Stations in every village", "Roads"}
    assert answer.context["count"] == "2 suggestions"
    for kind in ("city", "country"):
        assert answer.text.count(NOTE.format(kind)) == 1
    for query, found in {
        "kind=offer": ["Stations in every village"],
        "kind=need": ["Roads"],
        "practice=stations": ["Stations in every village"],
        "theme=rural": ["Stations in every village"],
        "city=kisumu": ["Stations in every village"],
        "country=BJ": ["Roads"],
        "country=KE": ["Stations in every village"],
        "region=Africa&kind=need": ["Roads"],
        "city=%00": [],
        "kind=request": [],
    }.items():
        assert titles(client.get(f"{LIST}?{query}")) == found, query


def test_detail_says_whose_idea_it_is(client, suggestion, city):
    answer = client.get(suggestion.get_absolute_url())
    text = answer.text
    assert text.count(NOTE.format("city")) == 1
    assert "<p>Each village has <em>one</em>.</p>" in text
    [case] = suggestion.cases.all()
    assert {case.get_absolute_url(), city.get_absolute_url(), "/practices/stations/"} <= links(text)
    assert "/partnerships/cities/ask/?city=kisumu" in links(text)
    assert f"/partnerships/requests/new/?case={case.slug}" in links(text)
    own = f"{suggestion.get_absolute_url()}adopt/"
    assert own not in links(text)
    assert answer.headers["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_pages_show_no_draft(client, suggestion, focal_point):
    suggestion.cases.add(CaseStudyFactory(title="Secret draft"))
    for page in (suggestion.get_absolute_url(), LIST, "/partnerships/"):
        assert "Secret draft" not in client.get(page).text
    client.force_login(focal_point)
    assert "Secret draft" not in client.get(f"{suggestion.get_absolute_url()}adopt/").text


def test_detail_of_a_country_leads_to_nobody(client):
    suggestion = SuggestionFactory(city=None, country=CountryFactory(iso2="BJ"))
    text = client.get(suggestion.get_absolute_url()).text
    assert NOTE.format("country") in text
    assert not [link for link in links(text) if link.startswith("/partnerships/cities/ask/?")]


@pytest.mark.parametrize("state", ["adopted", "declined"])
def test_detail_of_what_was_decided_is_for_the_city_and_the_brokers(
    city, state, focal_point, stranger, broker
):
    suggestion = SuggestionFactory(city=city, **{state: True})
    answers = {}
    for user in (None, stranger, focal_point, broker):
        reader = DeskClient()
        if user:
            reader.force_login(user)
        answer = reader.get(suggestion.get_absolute_url())
        answers[user and user.handle] = answer.status_code
        if answer.status_code == 200:
            assert answer.headers["Cache-Control"] == "private, no-store"
            assert f"{suggestion.get_absolute_url()}adopt/" not in links(answer.text)
    assert answers == {None: 404, "stranger": 404, "focal-point": 200, "broker": 200}


def test_detail_is_new_once_it_is_decided(client, suggestion, focal_point):
    first = client.get(suggestion.get_absolute_url())
    etag = {"If-None-Match": first.headers["ETag"]}
    assert client.get(suggestion.get_absolute_url(), headers=etag).status_code == 304
    actions.decline(suggestion=suggestion, by=focal_point)
    assert client.get(suggestion.get_absolute_url(), headers=etag).status_code == 404


@pytest.mark.parametrize("size", [1, 3, 40])
def test_pages_take_as_many_queries_with_one_and_with_many(client, size, django_assert_num_queries):
    practices = PracticeFactory.create_batch(size)
    for _each in range(size):
        suggestion = SuggestionFactory(
            practices=practices, cases=CaseStudyFactory.create_batch(2, published=True)
        )
    for path in (LIST, suggestion.get_absolute_url()):
        client.get(path)
    with django_assert_num_queries(3):
        client.get(LIST)
    with django_assert_num_queries(5):
        client.get(suggestion.get_absolute_url())


# Deciding


def test_adopt_begins_with_the_suggestion_and_ends_with_the_citys_own(client, speaker, suggestion):
    page = f"{suggestion.get_absolute_url()}adopt/"
    assert page in links(client.get(suggestion.get_absolute_url()).text)
    form = client.get(page).context["form"]
    assert form["title"].value() == "Stations in every village"
    assert form["description"].value() == "Each village has *one*."
    assert form["practices"].value() == [Practice.objects.get().pk]
    assert form["cases"].value() == [suggestion.cases.get().pk]
    assert not form["modalities"].value()
    answer = client.post(page, filled(), follow=True)
    made = Offer.objects.get()
    assert answer.redirect_chain == [(made.get_absolute_url(), 302)]
    assert "A broker reads it before others see it" in answer.text
    assert (made.title, made.city, made.status) == ("Our stations", suggestion.city, "pending")
    assert Client().get(suggestion.get_absolute_url()).status_code == 404
    assert made.get_absolute_url() in links(client.get(suggestion.get_absolute_url()).text)


def test_adopt_sent_twice_leads_to_the_same(client, speaker, suggestion):
    page = f"{suggestion.get_absolute_url()}adopt/"
    first, second = (client.post(page, filled()) for _each in range(2))
    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert Offer.objects.count() == 1


def test_adopt_asks_for_what_is_missing_and_keeps_it_open(client, speaker, suggestion):
    answer = client.post(f"{suggestion.get_absolute_url()}adopt/", filled(modalities=[], title=""))
    assert {*answer.context["form"].errors} == {"modalities", "title"}
    suggestion.refresh_from_db()
    assert (suggestion.status, Offer.objects.exists()) == ("open", False)


def test_adopt_says_in_the_form_that_it_was_decided(client, speaker, city):
    suggestion = SuggestionFactory(
        city=city, declined=True, practices=[PracticeFactory(slug="stations")]
    )
    answer = client.post(f"{suggestion.get_absolute_url()}adopt/", filled())
    assert answer.context["form"].non_field_errors() == [
        "This suggestion was decided already: Declined."
    ]


def test_decline_asks_once_more_and_by_get_changes_nothing(client, speaker, suggestion):
    page = f"{suggestion.get_absolute_url()}decline/"
    assert "Decline this suggestion?" in client.get(page).text
    suggestion.refresh_from_db()
    assert suggestion.is_open
    answer = client.post(page, follow=True)
    assert answer.redirect_chain == [(suggestion.get_absolute_url(), 302)]
    assert "removed from all pages" in answer.text
    for path in ("/partnerships/", LIST, "/cities/kisumu/", "/practices/stations/"):
        assert suggestion.title not in Client().get(path).text
    # Again it is no harm.
    assert "removed from all pages" in client.post(page, follow=True).text


def test_broker_removes_a_suggestion(broker):
    suggestion = SuggestionFactory(city=None, country=CountryFactory(iso2="BJ"))
    desk = DeskClient()
    desk.force_login(broker)
    page = suggestion.get_absolute_url()
    assert f"{page}decline/" in links(desk.get(page).text)
    assert f"{page}adopt/" not in links(desk.get(page).text)
    assert desk.get(f"{page}adopt/").status_code == 403
    assert "Remove this suggestion?" in desk.get(f"{page}decline/").text
    desk.post(f"{page}decline/")
    suggestion.refresh_from_db()
    assert (suggestion.status, suggestion.decided_by) == ("declined", broker)


@pytest.mark.parametrize("verb", ["adopt", "decline"])
def test_verbs_are_refused_to_others(verb, suggestion, stranger, colleague):
    RepresentationFactory(member=colleague, city=CityFactory())
    page = f"{suggestion.get_absolute_url()}{verb}/"
    assert Client().post(page).url == f"/accounts/login/?next={page}"
    for user in (stranger, colleague):
        reader = Client()
        reader.force_login(user)
        assert [reader.get(page).status_code, reader.post(page).status_code] == [403, 403]
    suggestion.refresh_from_db()
    assert suggestion.is_open


def test_desk_lists_them_to_read_only(broker, suggestion):
    desk = DeskClient()
    desk.force_login(broker)
    path = "/admin/partnerships/suggestion/"
    assert [*desk.get(path).context["cl"].result_list] == [suggestion]
    shown = desk.get(f"{path}{suggestion.pk}/change/")
    assert suggestion.title in shown.text
    assert desk.post(f"{path}{suggestion.pk}/change/", {"title": "Mine"}).status_code == 403
    assert desk.get(f"{path}add/").status_code == 403
