import pytest
from django.test import Client

from partnerships.models import Offer
from partnerships.suggestions import actions
from repository.models import Practice
from repository.pages.http import SHARED
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
from tests.page import page_of

pytestmark = pytest.mark.django_db
LIST = "/partnerships/suggestions/"
NOTE = "Suggested by the editors, based on this case. The {} has neither offered nor requested it."


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


def links(answer) -> set[str]:
    return {href for _text, href in page_of(answer).links}


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


def test_list_shows_and_filters_open_suggestions(client, suggestion):
    country = CountryFactory(iso2="BJ", region="Africa")
    SuggestionFactory(title="Roads", kind="need", city=None, country=country)
    SuggestionFactory(title="Declined", declined=True)
    SuggestionFactory(title="Adopted", adopted=True)
    answer = client.get(LIST)
    assert {*titles(answer)} == {"Stations in every village", "Roads"}
    assert answer.context["count"] == "2 suggestions"
    page = page_of(answer)
    # Once for the page, not on each card.
    assert page.text.count("No city or country has offered or requested them") == 1
    assert len(page.select(".card")) == 2
    for place in ("city", "country"):
        assert NOTE.format(place) not in page.text
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


def test_detail_shows_the_suggestion_and_its_source(client, suggestion, city):
    answer = client.get(suggestion.get_absolute_url())
    page = page_of(answer)
    assert page.lines.count(NOTE.format("city")) == 1
    assert page.one(".prose p").html == "<p>Each village has <em>one</em>.</p>"
    [case] = suggestion.cases.all()
    assert page.link("Kisumu") == city.get_absolute_url()
    assert page.link("How Kisumu did it") == case.get_absolute_url()
    assert page.link("Village stations") == "/practices/stations/"
    assert "/partnerships/cities/ask/?city=kisumu" in links(answer)
    assert f"/partnerships/requests/new/?case={case.slug}" in links(answer)
    assert f"{suggestion.get_absolute_url()}adopt/" not in links(answer)
    assert answer.headers["Cache-Control"] == SHARED


def test_pages_show_no_draft(client, suggestion, focal_point):
    suggestion.cases.add(CaseStudyFactory(title="Secret draft"))
    for page in (suggestion.get_absolute_url(), LIST, "/partnerships/"):
        assert "Secret draft" not in page_of(client.get(page)).html
    client.force_login(focal_point)
    form = client.get(f"{suggestion.get_absolute_url()}adopt/")
    assert "Secret draft" not in page_of(form).html


def test_detail_of_a_country_has_no_link_for_representatives(client):
    suggestion = SuggestionFactory(city=None, country=CountryFactory(iso2="BJ"))
    page = page_of(client.get(suggestion.get_absolute_url()))
    assert page.one(".suggestion-note").text == NOTE.format("country")
    assert page.select('[href^="/partnerships/cities/ask/?"]') == []


@pytest.mark.parametrize("state", ["adopted", "declined"])
def test_detail_is_for_the_city_and_brokers_once_decided(
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
            assert f"{suggestion.get_absolute_url()}adopt/" not in links(answer)
    assert answers == {None: 404, "stranger": 404, "focal-point": 200, "broker": 200}


def test_detail_is_not_cached_once_decided(client, suggestion, focal_point):
    first = client.get(suggestion.get_absolute_url())
    etag = {"If-None-Match": first.headers["ETag"]}
    assert client.get(suggestion.get_absolute_url(), headers=etag).status_code == 304
    actions.decline(suggestion=suggestion, by=focal_point)
    assert client.get(suggestion.get_absolute_url(), headers=etag).status_code == 404


@pytest.mark.parametrize("size", [1, 3, 40])
def test_pages_in_a_fixed_number_of_queries(client, size, django_assert_num_queries):
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


def test_adopt_creates_an_offer_from_the_suggestion(client, speaker, suggestion):
    page = f"{suggestion.get_absolute_url()}adopt/"
    assert page in links(client.get(suggestion.get_absolute_url()))
    assert page_of(client.get(page)).form(page).fields == {
        "title": "Stations in every village",
        "description": "Each village has *one*.",
        "language": "en",
        "practices": str(Practice.objects.get().pk),
        "themes": str(suggestion.themes.get().pk),
        "cases": str(suggestion.cases.get().pk),
        "valid_until": "",
        "capacity": "",
    }
    answer = client.post(page, filled(), follow=True)
    made = Offer.objects.get()
    assert answer.redirect_chain == [(made.get_absolute_url(), 302)]
    assert page_of(answer).outcomes == ["success"]
    assert (made.title, made.city, made.status) == ("Our stations", suggestion.city, "pending")
    assert Client().get(suggestion.get_absolute_url()).status_code == 404
    assert made.get_absolute_url() in links(client.get(suggestion.get_absolute_url()))


def test_adopt_twice_creates_one_offer(client, speaker, suggestion):
    page = f"{suggestion.get_absolute_url()}adopt/"
    first, second = (client.post(page, filled()) for _each in range(2))
    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert Offer.objects.count() == 1


def test_adopt_is_refused_without_required_fields(client, speaker, suggestion):
    answer = client.post(f"{suggestion.get_absolute_url()}adopt/", filled(modalities=[], title=""))
    assert {*answer.context["form"].errors} == {"modalities", "title"}
    suggestion.refresh_from_db()
    assert (suggestion.status, Offer.objects.exists()) == ("open", False)


def test_adopt_is_refused_once_decided(client, speaker, city):
    suggestion = SuggestionFactory(
        city=city, declined=True, practices=[PracticeFactory(slug="stations")]
    )
    answer = client.post(f"{suggestion.get_absolute_url()}adopt/", filled())
    assert page_of(answer).wrong_fields == [""]


def test_decline_asks_for_confirmation(client, speaker, suggestion):
    page = f"{suggestion.get_absolute_url()}decline/"
    assert page_of(client.get(page)).form(page).buttons == ["Decline"]
    suggestion.refresh_from_db()
    assert suggestion.is_open
    answer = client.post(page, follow=True)
    assert answer.redirect_chain == [(suggestion.get_absolute_url(), 302)]
    assert page_of(answer).outcomes == ["success"]
    for path in ("/partnerships/", LIST, "/cities/kisumu/", "/practices/stations/"):
        assert suggestion.title not in page_of(Client().get(path)).html
    # Repeating it is harmless.
    assert page_of(client.post(page, follow=True)).outcomes == ["success"]


def test_broker_removes_a_suggestion(broker):
    suggestion = SuggestionFactory(city=None, country=CountryFactory(iso2="BJ"))
    desk = DeskClient()
    desk.force_login(broker)
    page = suggestion.get_absolute_url()
    shown = links(desk.get(page))
    assert (f"{page}decline/" in shown, f"{page}adopt/" in shown) == (True, False)
    assert desk.get(f"{page}adopt/").status_code == 403
    form = page_of(desk.get(f"{page}decline/")).form(f"{page}decline/")
    assert form.buttons == ["Remove"]
    desk.post(form.action)
    suggestion.refresh_from_db()
    assert (suggestion.status, suggestion.decided_by) == ("declined", broker)


def test_admin_is_read_only(broker, suggestion):
    desk = DeskClient()
    desk.force_login(broker)
    path = "/admin/partnerships/suggestion/"
    assert [*desk.get(path).context["cl"].result_list] == [suggestion]
    page = page_of(desk.get(f"{path}{suggestion.pk}/change/"))
    assert suggestion.title in page.one(".field-title").lines
    assert desk.post(f"{path}{suggestion.pk}/change/", {"title": "Mine"}).status_code == 403
    assert desk.get(f"{path}add/").status_code == 403
