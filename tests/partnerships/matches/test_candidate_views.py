"""The page of a request for brokers."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks import matching
from community.models import Claim
from partnerships.models import Match, MatchOrigin, MatchStatus, PartnershipRequest
from tests.conftest import staff
from tests.desk_client import DeskClient
from tests.factories import CityFactory, PracticeFactory
from tests.factories import partnerships as p

pytestmark = pytest.mark.django_db


@pytest.fixture
def rail():
    return PracticeFactory(slug="rail", name="Rail corridor")


@pytest.fixture
def asked(rail):
    return p.PartnershipRequestFactory(opened=True, city__name="Lusaka", practices=[rail])


@pytest.fixture
def zhengzhou(rail):
    city = CityFactory(name="Zhengzhou", working_languages=["en"])
    p.OfferFactory(city=city, practices=[rail])
    return city


@pytest.fixture
def desk(broker):
    client = DeskClient()
    client.force_login(broker)
    return client


def page_of(asked) -> str:
    return f"/admin/partnerships/requests/{asked.pk}/candidates/"


def test_page_shows_candidates_and_who_is_left_out(desk, asked, zhengzhou, rail):
    closed = CityFactory(name="Tianjin")
    p.OfferFactory(city=closed, practices=[rail])
    p.CityProfileFactory(city=closed, partners_a_year=0)
    CityFactory(name="Harbin")
    page = desk.get(page_of(asked))
    [row] = page.context["candidates"]
    assert row.city == zhengzhou
    assert sum(factor.points for factor in row.factors) == pytest.approx(float(row.candidate.total))
    assert "Zhengzhou offers to share what it knows about “Rail corridor”." in page.text
    assert "We know little about Zhengzhou." in page.text
    assert page.context["left_out"] == [
        (closed, ["Tianjin was left out: it said that it takes no partners this year."])
    ]
    assert page.context["silent"] == 1


def test_names_are_escaped(desk, asked, rail):
    city = CityFactory(name="<b>Bold</b>")
    p.OfferFactory(city=city, practices=[rail])
    page = desk.get(page_of(asked)).text
    assert "<b>Bold" not in page
    assert "&lt;b&gt;Bold&lt;/b&gt; offers" in page


def test_suggest_keeps_the_ranking(desk, asked, zhengzhou):
    shown = desk.get(page_of(asked)).context["candidates"][0].candidate
    data = {"city": zhengzhou.pk, "act": "suggest"}
    assert desk.post(page_of(asked), data).status_code == 302
    # Twice is harmless.
    desk.post(page_of(asked), data)
    match = Match.objects.get()
    assert (match.city, match.status, match.origin) == (
        zhengzhou,
        MatchStatus.SUGGESTED,
        MatchOrigin.RANKING,
    )
    assert match.ranking == shown.as_data()
    page = desk.get(page_of(asked))
    assert page.context["candidates"] == []
    assert page.context["left_out"] == []
    [row] = page.context["matches"]
    assert (row.match, row.candidate) == (match, shown)


def test_shortlist(desk, asked, zhengzhou):
    desk.post(page_of(asked), {"city": zhengzhou.pk, "act": "shortlist"})
    assert Match.objects.get().status == MatchStatus.SHORTLISTED


def test_go_on_to_ask_both(desk, asked, zhengzhou):
    answer = desk.post(page_of(asked), {"city": zhengzhou.pk, "act": "propose"})
    match = Match.objects.get()
    assert (answer.url, match.status) == (
        f"/admin/partnerships/matches/{match.pk}/#propose",
        MatchStatus.SUGGESTED,
    )
    # Of one that is a candidate already a link leads there.
    assert f'href="{answer.url}"' in desk.get(page_of(asked)).text
    assert 'id="propose"' in desk.get(answer.url).text


def test_take_the_search_for_candidates(desk, asked, zhengzhou, broker):
    desk.post(f"/admin/partnerships/candidates/{asked.pk}/take/")
    assert Claim.objects.live().get().subject == asked
    assert "You have taken this until" in desk.get(page_of(asked)).text
    other = DeskClient()
    other.force_login(staff("Brokers", "other"))
    assert "Broker has taken this until" in other.get(page_of(asked)).text
    page = other.post(page_of(asked), {"city": zhengzhou.pk}, follow=True)
    [message] = page.context["messages"]
    assert str(message).startswith("Broker has taken this and keeps it until")
    assert not Match.objects.exists()
    # On the first page others see whose it is.
    assert "<bdi>Broker</bdi>" in other.get("/admin/").text


def test_add_by_hand(desk, asked, zhengzhou):
    harbin = CityFactory(name="Harbin")
    found = desk.get(page_of(asked), {"look_for": "harb"}).context["named"]
    assert found == [harbin]
    desk.post(page_of(asked), {"city": harbin.pk, "by_hand": ""})
    match = Match.objects.get()
    assert (match.city, match.origin, match.ranking) == (harbin, MatchOrigin.STAFF, {})
    assert (
        "We know of nothing that this city has of what is asked." in desk.get(page_of(asked)).text
    )


@pytest.mark.parametrize("city", ["", "x", "0", "²", "\0", "99999999999"])
def test_a_city_that_is_none_is_refused(desk, asked, city):
    page = desk.post(page_of(asked), {"city": city}, follow=True)
    assert [str(message) for message in page.context["messages"]] == ["Choose a city."]
    assert not Match.objects.exists()


def test_a_closed_request_gets_no_candidates(desk, asked, zhengzhou):
    PartnershipRequest.objects.update(status="expired")
    page = desk.post(page_of(asked), {"city": zhengzhou.pk}, follow=True)
    assert "takes no partners now" in str(next(iter(page.context["messages"])))
    assert "Shortlist" not in page.text
    assert not Match.objects.exists()


@pytest.mark.parametrize(
    "query", ["p=0", "p=%C2%B2", "p=999", "look_for=%00", "look_for=%E2%80%AE"]
)
def test_hostile_addresses(desk, asked, query):
    assert desk.get(f"{page_of(asked)}?{query}").status_code == 200


def test_who_is_no_broker_is_refused(moderator, focal_point, asked, zhengzhou):
    client = DeskClient()
    client.force_login(moderator)
    assert client.get(page_of(asked)).status_code == 403
    assert client.post(page_of(asked), {"city": zhengzhou.pk}).status_code == 403
    client.force_login(focal_point)
    assert client.get(page_of(asked)).status_code == 403
    assert not Match.objects.exists()


def test_a_request_that_is_not_there(desk):
    assert desk.get("/admin/partnerships/requests/404/candidates/").status_code == 404


def test_as_many_queries_for_a_thousand_offers(desk, asked, rail):
    counts = []
    for size in (1, 3, 1000):
        if size < 9:
            for _ in range(size):
                p.OfferFactory(practices=[rail])
                p.MatchFactory(request=asked)
        else:
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            matching.fill(cities=size, offers=size, requests=9)
        desk.get(page_of(asked))
        with CaptureQueriesContext(connection) as queries:
            desk.get(page_of(asked))
        counts.append(len(queries))
    assert len(set(counts)) == 1
    assert counts[0] <= 12


def test_a_proposal_keeps_the_ranking_as_it_was(desk, asked, zhengzhou):
    for city in (asked.city, zhengzhou):
        p.RepresentationFactory(city=city)
    match = p.MatchFactory(request=asked, city=zhengzhou, origin=MatchOrigin.STAFF)
    day = timezone.localdate() + timedelta(days=9)
    data = {"act": "propose", "reply_by": day.isoformat(), "message": ""}
    assert desk.post(f"/admin/partnerships/matches/{match.pk}/", data).status_code == 302
    match.refresh_from_db()
    assert match.status == MatchStatus.PROPOSED
    kept = match.ranking
    [fit, *_others] = kept["factors"]
    assert [reason["code"] for reason in fit["reasons"]] == ["fit.offer", "fit.modality"]
    zhengzhou.offers.update(status="closed")
    page = desk.get(page_of(asked))
    match.refresh_from_db()
    assert (match.ranking, page.context["matches"][0].candidate) == (kept, None)
