"""The open requests that a city could answer."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnerships.models import MatchOrigin, Representation, Visibility
from tests.factories import CityFactory, PracticeFactory
from tests.factories import partnerships as p
from tests.page import page_of

pytestmark = pytest.mark.django_db
PAGE = "/partnerships/to-answer/"


@pytest.fixture
def rail():
    return PracticeFactory(slug="rail", name="Rail corridor")


@pytest.fixture
def knowing(city, rail):
    """The city of `focal_point`, which offers what is asked."""
    p.OfferFactory(city=city, practices=[rail])
    return city


@pytest.fixture
def asked(rail):
    return p.PartnershipRequestFactory(opened=True, title="By rail", practices=[rail])


@pytest.fixture
def reader(client, focal_point):
    client.force_login(focal_point)
    return client


def titles(response) -> list[str]:
    return [row.asked.title for row in response.context["rows"]]


def links(response) -> list[str]:
    return [href for _text, href in page_of(response).links]


def test_page_shows_why_a_city_could_answer(reader, knowing, asked):
    response = reader.get(PAGE)
    [row] = response.context["rows"]
    assert row.asked == asked
    page = page_of(response)
    [offer] = knowing.offers.all()
    assert (
        page.one(".cand .headline").text
        == f"{asked.city.name} asks for your help with “Rail corridor”"
    )
    assert page.one(".cand .num").text == "1 of 1"
    reasons = [each.text for each in page.select(".cand .why-yes li")]
    year = offer.changed_at.year
    assert f"You offer to share this: “Rail corridor”. Offer: {offer.title} ({year})" in reasons
    # Nothing that speaks against it is in view, and some reasons are for brokers only.
    assert page.select(".cand .grounds.against li") == page.select("details .grounds.against li")
    assert not any(word in page.text for word in ("new here", "capacity for"))
    assert f"/partnerships/requests/{asked.pk}/interest/" in links(response)


@pytest.mark.parametrize(("others", "ink"), [(1, "t-soil"), (5, "weak")])
def test_only_a_good_fit_is_green(reader, knowing, asked, others, ink):
    asked.practices.add(*PracticeFactory.create_batch(others))
    page = page_of(reader.get(PAGE))
    assert page.one(".cand").classes == {"cand", ink}
    assert page.one(".cand .num").text == f"1 of {others + 1}"
    # What is missing stays out of sight.
    assert page.select(".cand > .grounds") == []


def test_what_the_request_gives_in_return_comes_first(reader, knowing, asked):
    cold = PracticeFactory(name="Cold storage")
    p.NeedFactory(city=knowing, practices=[cold])
    asked.offered_practices.add(cold)
    [first, *_others] = page_of(reader.get(PAGE)).select(".cand .why-yes li")
    assert first.text == f"{asked.city.name} can help you in return with “Cold storage”."


def test_only_requests_that_the_reader_finds_on_the_board(reader, knowing, rail):
    p.PartnershipRequestFactory(
        opened=True, practices=[rail], title="Members", visibility=Visibility.MEMBERS
    )
    for hidden in (
        {"opened": True, "visibility": Visibility.BROKERS},
        {"submitted": True},
        {"closed": True},
        {"opened": True, "city": knowing},
    ):
        p.PartnershipRequestFactory(practices=[rail], **hidden)
    assert titles(reader.get(PAGE)) == ["Members"]


def test_requests_that_it_cannot_answer_are_listed(reader, knowing, asked):
    asked.musts = ["landlocked"]
    asked.save()
    # What is not known excludes nobody.
    assert titles(reader.get(PAGE)) == [asked.title]
    knowing.has_sea_port = True
    knowing.save()
    response = reader.get(PAGE)
    assert titles(response) == []
    assert response.context["left_out"] == [
        (asked, [f"Not eligible: {knowing.name} is not landlocked."])
    ]


def test_a_suggestion_of_brokers_is_hidden(reader, knowing, asked):
    before = reader.get(PAGE)
    p.MatchFactory(request=asked, city=knowing)
    after = reader.get(PAGE)
    assert (titles(after), after.context["rows"][0].match) == (["By rail"], None)
    assert before.context["left_out"] == after.context["left_out"] == []


def test_its_own_interest_is_shown(reader, knowing, asked):
    match = p.MatchFactory(request=asked, city=knowing, origin=MatchOrigin.INTEREST)
    response = reader.get(PAGE)
    assert response.context["rows"][0].match == match
    assert match.get_absolute_url() in links(response)
    assert "/interest/" not in page_of(response).html


def test_each_of_several_cities(reader, knowing, asked, focal_point):
    other = p.RepresentationFactory(member=focal_point, city__name="Åbo", city__slug="abo").city
    assert reader.get(f"{PAGE}?city={knowing.slug}").context["city"] == knowing
    assert reader.get(f"{PAGE}?city={other.slug}").context["count"] == 0
    stranger = CityFactory(slug="stranger")
    assert reader.get(f"{PAGE}?city={stranger.slug}").context["city"] in (knowing, other)
    assert reader.get(f"{PAGE}?city=%00").status_code == 200


def test_members_without_a_city_see_nothing(reader, knowing, asked):
    Representation.objects.update(status="ended")
    page = page_of(reader.get(PAGE))
    assert len(page.select(".empty")) == 1
    assert "By rail" not in page.html


def test_show_with_a_fixed_number_of_queries(reader, knowing, rail):
    counts = []
    for size in (1, 2, 30):
        for _ in range(size):
            p.PartnershipRequestFactory(opened=True, practices=[rail])
        reader.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            reader.get(PAGE)
        counts.append(len(queries))
    assert len(set(counts)) == 1
    assert counts[0] <= 12
