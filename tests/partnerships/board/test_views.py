from datetime import datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from community.models import Verb
from partnerships.listings import actions
from partnerships.requests.actions import close
from partnerships.requests.review import decide
from repository.models import City, Edition, Practice
from tests.desk_client import DeskClient
from tests.factories import (
    CityFactory,
    CountryFactory,
    NeedFactory,
    OfferFactory,
    OrganizationFactory,
    PartnershipFactory,
    PartnershipRequestFactory,
    PracticeFactory,
    RepresentationFactory,
    SuggestionFactory,
    ThemeFactory,
)
from tests.page import page_of

pytestmark = pytest.mark.django_db
PAGE = "/partnerships/"


def titles(answer) -> list[str]:
    return [row.title for row in answer.context["rows"]]


def facet(answer, title: str) -> dict[str, int]:
    groups = [group for group in answer.context["facets"] if group["title"] == title]
    return {row["label"]: row["count"] for group in groups for row in group["rows"]}


@pytest.fixture
def benin():
    return CountryFactory(iso2="BJ", region="Africa", latitude=9.3, longitude=2.3)


@pytest.fixture
def filled(benin):
    """Two offers and two needs, of which one of each is in Africa."""
    kenya = CountryFactory(iso2="KE", region="Africa")
    china = CountryFactory(iso2="CN", region="Asia")
    kisumu = CityFactory(slug="kisumu", name="Kisumu", country=kenya)
    qingdao = CityFactory(slug="qingdao", name="Qingdao", country=china)
    credit = PracticeFactory(slug="credit", name="Loans on data")
    parcels = PracticeFactory(slug="parcels", name="Pooled parcels")
    finance = ThemeFactory(slug="finance", name="Finance")
    start = timezone.now() - timedelta(days=9)
    OfferFactory(
        title="Lending",
        city=qingdao,
        practices=[credit],
        themes=[finance],
        languages=["zh"],
        published_at=start,
    )
    OfferFactory(
        title="Rounds",
        city=kisumu,
        practices=[parcels],
        modalities=["study-visit", "training"],
        published_at=start + timedelta(days=1),
    )
    NeedFactory(
        title="A bank",
        city=kisumu,
        practices=[credit],
        themes=[finance],
        published_at=start + timedelta(days=2),
    )
    NeedFactory(
        title="Roads",
        city=None,
        country=benin,
        practices=[parcels],
        published_at=start - timedelta(days=3),
    )


def test_board_lists_the_newest_first(client, filled):
    answer = client.get(PAGE)
    assert titles(answer) == ["A bank", "Rounds", "Lending", "Roads"]
    assert answer.context["count"] == "4 entries"
    assert facet(answer, "Kind") == {"Need": 2, "Offer": 2}
    assert facet(answer, "Kind of cooperation") == {"Training": 4, "Study visit": 1}
    assert facet(answer, "Practice") == {"Loans on data": 2, "Pooled parcels": 2}
    assert facet(answer, "Region") == {"Africa": 3, "Asia": 1}
    assert facet(answer, "Country or area") == {"Kenya": 2, "Benin": 1, "China": 1}
    assert facet(answer, "Working language") == {"English": 3, "Chinese": 1}
    card = page_of(answer).select("#found .card")[0]
    assert card.lines[:2] == ["Need · Kisumu, Kenya", "A bank"]


@pytest.mark.django_db(transaction=True)
def test_board_finds_requests_by_the_languages_of_their_city(client):
    city = CityFactory(working_languages=["pt"])
    asked = PartnershipRequestFactory(opened=True, title="Parcels", city=city, languages=[])
    PartnershipRequestFactory(opened=True, title="Loans", city=city, languages=["en"])
    assert titles(client.get(f"{PAGE}?language=pt")) == ["Parcels"]
    page = page_of(client.get(asked.get_absolute_url()))
    note = "From the city’s profile"
    assert page.one(".glance").after("Working languages") == [f"Portuguese {note}"]
    # The pages that are cached for visitors follow the profile.
    city.working_languages = ["sw"]
    city.save()
    assert titles(client.get(f"{PAGE}?language=pt")) == []
    assert titles(client.get(f"{PAGE}?language=sw")) == ["Parcels"]
    page = page_of(client.get(asked.get_absolute_url()))
    assert page.one(".glance").after("Working languages") == [f"Swahili {note}"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=offer", ["Rounds", "Lending"]),
        ("kind=offer&kind=need", ["A bank", "Rounds", "Lending", "Roads"]),
        ("practice=credit&region=Africa", ["A bank"]),
        ("theme=finance", ["A bank", "Lending"]),
        ("modality=study-visit", ["Rounds"]),
        ("country=BJ", ["Roads"]),
        ("city=kisumu", ["A bank", "Rounds"]),
        ("language=zh", ["Lending"]),
        ("kind=request", []),
        ("practice=unheard-of", []),
        ("practice=%00", []),
    ],
)
def test_board_is_filtered_by_combined_facets(client, filled, query, found):
    answer = client.get(f"{PAGE}?{query}")
    assert titles(answer) == found
    if not found:
        assert page_of(answer).one(".empty h2").text == "No results."


def test_board_lists_open_requests_first(client, filled):
    long_ago = timezone.now() - timedelta(days=99)
    PartnershipRequestFactory(title="Submitted", opened=True, opened_at=long_ago)
    assert titles(client.get(PAGE)) == ["Submitted", "A bank", "Rounds", "Lending", "Roads"]


@pytest.fixture
def pooled(filled):
    """A public partnership of Kisumu and Qingdao on pooled parcels."""
    return PartnershipFactory(
        title="Parcels together",
        practices=[Practice.objects.get(slug="parcels")],
        parties=[
            (City.objects.get(slug="kisumu"), "requester"),
            (City.objects.get(slug="qingdao"), "provider"),
        ],
    )


def test_board_lists_public_partnerships_last(client, pooled):
    PartnershipFactory(title="Hidden", is_public=False)
    PartnershipFactory(title="Over", status="discontinued", reason="Money", ended_on="2026-05-01")
    answer = client.get(PAGE)
    assert titles(answer) == ["A bank", "Rounds", "Lending", "Roads", "Parcels together"]
    card = page_of(answer).select("#found .card")[-1]
    assert card.lines == [
        "Partnership · Kisumu, Kenya – Qingdao, China",
        "Parcels together",
        "Village shops that collect parcels.",
        "Active Pooled parcels",
    ]
    assert card.link("Parcels together") == pooled.get_absolute_url()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=partnership", ["Parcels together"]),
        ("city=qingdao", ["Lending", "Parcels together"]),
        ("country=KE&kind=partnership", ["Parcels together"]),
        ("region=Asia", ["Lending", "Parcels together"]),
        ("practice=parcels&city=kisumu", ["Rounds", "Parcels together"]),
        ("theme=finance&kind=partnership", []),
    ],
)
def test_board_finds_partnerships_by_each_of_their_cities(client, pooled, query, found):
    assert titles(client.get(f"{PAGE}?{query}")) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("bank", ["A bank"]),
        ("pooled PARCELS", ["Rounds", "Roads", "Parcels together"]),
        ("parcels -kisumu", ["Roads"]),
        ("Bénin", ["Roads"]),
        ("Quênia parcels", ["Rounds", "Parcels together"]),
        ("finance", ["A bank", "Lending"]),
        ('"shops village"', []),
        ("nowhere", []),
        ("-nowhere", ["A bank", "Rounds", "Lending", "Roads", "Parcels together"]),
        ("\x00", ["A bank", "Rounds", "Lending", "Roads", "Parcels together"]),
    ],
)
def test_board_is_searched_by_words_in_any_language(client, pooled, text, found):
    answer = client.get(PAGE, {"q": text})
    assert titles(answer) == found
    assert answer.context["count"].split()[0] == str(len(found))


def test_search_combines_with_filters(client, pooled):
    SuggestionFactory(title="Parcel stations")
    SuggestionFactory(title="Cold rooms")
    answer = client.get(f"{PAGE}?q=parcel&kind=offer")
    page = page_of(answer)
    assert titles(answer) == ["Rounds"]
    assert facet(answer, "Kind") == {"Need": 1, "Offer": 1, "Partnership": 1}
    assert page.one("#found .tabs").link("Needs 1") == "?kind=need&q=parcel"
    assert page.one(".chosen").links == [("Offer (remove)", "?q=parcel")]
    assert [row.title for row in answer.context["suggestions"]] == ["Parcel stations"]
    form = page.one("form.find[action='/partnerships/']")
    fields = {field["name"]: field["value"] for field in form.select("input")}
    assert fields == {"q": "parcel", "kind": "offer"}


def test_search_finds_hidden_requests_for_those_who_see_them(client, broker):
    options = {"opened": True, "title": "Drones", "visibility": "brokers"}
    PartnershipRequestFactory(**options)
    desk = DeskClient()
    desk.force_login(broker)
    assert titles(desk.get(PAGE, {"q": "drones"})) == ["Drones"]
    assert titles(client.get(PAGE, {"q": "drones"})) == []


def test_cards_name_their_kind_and_last_day(client):
    last = timezone.localdate() + timedelta(days=9)
    OfferFactory(title="Rounds", valid_until=last)
    expires = timezone.make_aware(datetime.combine(last, time(12)))
    PartnershipRequestFactory(title="Drones", opened=True, expires_at=expires)
    NeedFactory(title="Roads", valid_until=None)
    day = f"until {date_format(last, 'DATE_FORMAT')}"
    found = {
        card.one("h3").text: (card["class"], [chip.text for chip in card.select(".chip")][:1])
        for card in page_of(client.get(PAGE)).select("#found .card")
    }
    assert found == {
        "Rounds": ("card kind-offer", [day]),
        "Drones": ("card kind-request", [day]),
        "Roads": ("card kind-need", ["Training"]),
    }


def test_board_has_a_tab_for_each_kind(client, pooled):
    tabs = page_of(client.get(f"{PAGE}?kind=offer&city=kisumu")).one("#found .tabs")
    assert tabs.links == [
        ("All 3", "?city=kisumu"),
        ("Offers 1", "?kind=offer&city=kisumu"),
        ("Needs 1", "?kind=need&city=kisumu"),
        ("Partnerships 1", "?kind=partnership&city=kisumu"),
    ]
    assert tabs.one("[aria-current]").text == "Offers 1"
    assert page_of(client.get(PAGE)).one("#found .tabs [aria-current]").text == "All 5"


def test_board_counts_suggestions_separately(client, filled):
    practice = Practice.objects.get(slug="parcels")
    for number in range(8):
        SuggestionFactory(title=f"Stations {number}", practices=[practice] if number else [])
    SuggestionFactory(title="Declined", declined=True)
    answer = client.get(PAGE)
    assert (titles(answer), answer.context["count"]) == (
        ["A bank", "Rounds", "Lending", "Roads"],
        "4 entries",
    )
    assert (len(answer.context["suggestions"]), answer.context["total"]) == (6, "8 suggestions")
    # One sentence for all of them.
    suggested = page_of(answer).one(".suggested")
    assert suggested.one(".not-stated").text.startswith(
        "These are the editors’ ideas. No city or country has offered or requested them, "
    )
    assert len(suggested.select(".card")) == 6
    narrowed = client.get(f"{PAGE}?practice=parcels").context["suggestions"]
    assert "Stations 0" not in {row.title for row in narrowed}
    # Suggestions have no kind of cooperation and no working language.
    for query in ("modality=training", "language=en", "kind=request"):
        assert [*client.get(f"{PAGE}?{query}").context["suggestions"]] == []


def test_board_counts_the_results_of_each_choice(client, filled):
    answer = client.get(f"{PAGE}?kind=need")
    assert facet(answer, "Kind") == {"Need": 2, "Offer": 2}
    assert facet(answer, "Practice") == {"Loans on data": 1, "Pooled parcels": 1}
    page = page_of(answer)
    assert page.one(".facets").link("Loans on data 1") == "?kind=need&practice=credit"
    assert page.one(".chosen").links == [("Need (remove)", PAGE)]


def test_board_names_samples_beside_the_number_of_real_entries(client, filled, benin):
    sample = CityFactory(slug="sample-porto", name="Porto", country=benin, is_sample=True)
    OfferFactory(city=sample, title="Invented")
    other = CityFactory(is_sample=True)
    PartnershipFactory(title="Invented too", parties=[(sample, "requester"), (other, "provider")])
    page = page_of(client.get(PAGE))
    assert page.one("#found .head p").text == "4 entries + 2 samples"
    assert [tab.text for tab in page.select("#found .tabs a")] == [
        "All 4 + 2 samples",
        "Offers 2 + 1 sample",
        "Needs 2",
        "Partnerships 0 + 1 sample",
    ]
    kinds = page.select(".facets > details")[0]
    assert [value.text for value in kinds.select("li > a")] == [
        "Offer 2 + 1 sample",
        "Need 2",
        "Partnership 0 + 1 sample",
    ]
    assert page_of(client.get(f"{PAGE}?city=sample-porto")).one("#found .head p").text == (
        "0 entries + 2 samples"
    )


def test_board_leaves_out_expired_and_unpublished_listings(client):
    today = timezone.localdate()
    OfferFactory(title="Today", valid_until=today)
    OfferFactory(title="Yesterday", valid_until=today - timedelta(days=1))
    for status in ("pending", "changes-requested", "declined", "closed"):
        NeedFactory(title=status, status=status)
    PartnershipRequestFactory()
    PartnershipRequestFactory(submitted=True)
    PartnershipRequestFactory(closed=True)
    assert titles(client.get(PAGE)) == ["Today"]


def test_board_respects_the_visibility_of_requests(client, member, broker):
    for visibility in ("public", "members", "brokers"):
        PartnershipRequestFactory(opened=True, title=visibility, visibility=visibility)
    answers = {}
    for user in (None, member, broker):
        reader = DeskClient()
        if user:
            reader.force_login(user)
        answer = reader.get(PAGE)
        answers[user and user.handle] = sorted(titles(answer))
        kept = "private" if user else "public"
        assert answer.headers["Cache-Control"].startswith(kept)
        assert answer.context["count"].split()[0] == str(len(titles(answer)))
    assert answers == {
        None: ["public"],
        "member": ["members", "public"],
        "broker": ["brokers", "members", "public"],
    }


def test_request_for_brokers_leaves_their_board_when_it_is_closed(broker, member, focal_point):
    """Only their page changes: an ETag of others would reveal that something did."""
    city = RepresentationFactory(member=focal_point).city
    asked = PartnershipRequestFactory(
        submitted=True, city=city, title="Drones", visibility="brokers"
    )
    staff, others = DeskClient(), [Client(), Client()]
    staff.force_login(broker)
    others[1].force_login(member)

    def seen() -> tuple[list[str], str]:
        answer = staff.get(PAGE)
        return titles(answer), answer.context["count"]

    before = [client.get(PAGE)["ETag"] for client in others]
    assert seen() == ([], "0 entries")
    decide(partnership_request=asked, verb=Verb.APPROVE, by=broker)
    assert seen() == (["Drones"], "1 entry")
    etag = staff.get(PAGE)["ETag"]
    close(partnership_request=asked, by=focal_point, reason="changed")
    assert seen() == ([], "0 entries")
    assert staff.get(PAGE, headers={"If-None-Match": etag}).status_code == 200
    assert [client.get(PAGE)["ETag"] for client in others] == before


def test_counts_leave_out_hidden_requests(client):
    secret = CityFactory(slug="secret", name="Secret city", country=CountryFactory(iso2="LA"))
    PartnershipRequestFactory(opened=True, city=secret, visibility="brokers")
    OfferFactory()
    for query in ("", "?city=secret", "?kind=request", "?country=LA"):
        answer = client.get(PAGE + query)
        assert "Secret city" not in page_of(answer).html
        assert facet(answer, "Kind").get("Open request", 0) == 0


def test_board_maps_the_cities_and_links_to_their_listings(client, benin):
    city = CityFactory(slug="zhengzhou", name="Zhengzhou", latitude=34.7, longitude=113.6)
    OfferFactory(city=city)
    NeedFactory(city=None, country=benin)
    NeedFactory(city=CityFactory(latitude=None, longitude=None))
    marks = page_of(client.get(PAGE)).one(".map").select("a")
    assert {(mark.name, mark["href"]) for mark in marks} == {
        ("Zhengzhou", f"{PAGE}?city=zhengzhou"),
        ("Benin", f"{PAGE}?country=BJ"),
    }


def test_board_names_no_person(client, filled, focal_point):
    OfferFactory(created_by=focal_point, city=CityFactory())
    assert focal_point.display_name not in page_of(client.get(PAGE)).html


def test_board_of_an_organisation(client):
    bank = OrganizationFactory(name="A bank of the South", country=CountryFactory(iso2="ZA"))
    OfferFactory(city=None, organization=bank)
    answer = client.get(PAGE)
    assert page_of(answer).one("#found .card .eyebrow").text == "Offer · A bank of the South"
    assert titles(client.get(f"{PAGE}?country=ZA")) == titles(answer)


def test_board_without_listings(client):
    page = page_of(client.get(PAGE))
    assert len(page.select(".empty h2")) == 1


def test_board_links_to_forms_for_representatives(client, member, focal_point):
    RepresentationFactory(member=focal_point)
    for user, count in ((None, 0), (member, 0), (focal_point, 1)):
        reader = DeskClient()
        if user:
            reader.force_login(user)
        links = [href for _text, href in page_of(reader.get(PAGE)).links]
        forms = [f"/partnerships/{noun}/new/" for noun in ("requests", "offers", "needs")]
        assert [links.count(form) for form in forms] == [count] * 3
        # All others can ask to represent a city; the figures are for everybody.
        assert links.count("/partnerships/cities/ask/") == 1 - count
        assert links.count("/monitoring/") == 1


def test_board_is_paged(client):
    city = CityFactory()
    for number in range(25):
        at = timezone.now() - timedelta(minutes=number)
        OfferFactory(city=city, title=f"Offer {number:02}", published_at=at)
    assert titles(client.get(f"{PAGE}?page=2")) == [f"Offer {number}" for number in range(20, 25)]
    assert page_of(client.get(f"{PAGE}?kind=offer")).link("Next page") == "?kind=offer&page=2"


def test_board_is_cached_until_something_changes(client, focal_point):
    offer = OfferFactory(practices=[PracticeFactory()])
    etag = {"If-None-Match": client.get(PAGE).headers["ETag"]}
    assert client.get(PAGE, headers=etag).status_code == 304
    RepresentationFactory(member=focal_point, city=offer.city)
    actions.close(listing=offer, by=focal_point)
    answer = client.get(PAGE, headers=etag)
    assert (answer.status_code, titles(answer)) == (200, [])


@pytest.mark.parametrize("size", [1, 3, 40])
def test_board_in_a_fixed_number_of_queries(client, size, django_assert_num_queries):
    for factory in (OfferFactory, NeedFactory, PartnershipRequestFactory):
        options = {"opened": True} if factory is PartnershipRequestFactory else {}
        for _each in range(size):
            factory(practices=PracticeFactory.create_batch(2), **options)
    for _each in range(size):
        PartnershipFactory(practices=PracticeFactory.create_batch(2))
    SuggestionFactory.create_batch(size, practices=PracticeFactory.create_batch(2))
    # The edition, the rows, suggestions; for the board the index of all open rows, and the lines
    # of the map.
    with django_assert_num_queries(5):
        client.get(PAGE)
    with django_assert_num_queries(3):
        client.get(f"{PAGE}?kind=need")
    # The texts, once.
    for count in (4, 3):
        with django_assert_num_queries(count):
            assert client.get(f"{PAGE}?kind=need&q=the").status_code == 200
    Edition.objects.renew()
    with django_assert_num_queries(5):
        client.get(f"{PAGE}?kind=offer&page=2")


def test_board_in_a_fixed_number_of_queries_for_members(
    client, focal_point, django_assert_num_queries
):
    client.force_login(focal_point)
    OfferFactory()
    # Also the session, the member, their notices and representations; but no practices.
    with django_assert_num_queries(9):
        client.get(PAGE)
