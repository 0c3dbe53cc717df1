"""Texts that are close in meaning to a request, as pages and commands quote them."""

import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnerships.models import ListingStatus, Match, Offer
from partnerships.ranking.loading import ranking_for
from tests.collection import signed_in
from tests.community.conftest import add_app
from tests.engines import embed_everything
from tests.factories import CityFactory, PracticeFactory
from tests.factories import partnerships as p
from tests.page import page_of
from tests.partnerships.matches.pairs import speaker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("engine")]

ASKED = (
    "The request: Parcels take twelve days to reach a village. "
    "Three days, to every village with a shop."
)
OFFERED = "Una empresa recoge los paquetes de todos y los lleva a los pueblos en un día."
CLOSE = "An offer of Kisumu is close in meaning to the request."


@pytest.fixture
def parcels():
    return PracticeFactory(slug="parcels", name="Parcels")


@pytest.fixture
def asked(parcels):
    return p.PartnershipRequestFactory(
        opened=True, city__name="Lusaka", title="Parcels to villages", practices=[parcels]
    )


@pytest.fixture
def kisumu(parcels):
    return CityFactory(name="Kisumu")


@pytest.fixture
def offer(asked, kisumu, parcels):
    """An offer in Spanish that is close to the request."""
    offer = p.OfferFactory(
        city=kisumu,
        title="Paquetes para los pueblos",
        description=OFFERED,
        language="es",
        practices=[parcels],
    )
    embed_everything()
    return offer


@pytest.fixture
def desk(broker):
    add_app(broker)
    return signed_in(broker)


def candidates(asked) -> str:
    return f"/admin/partnerships/requests/{asked.pk}/candidates/"


def test_brokers_read_the_text_on_which_it_is_based(desk, asked, offer):
    card = page_of(desk.get(candidates(asked))).one("[aria-labelledby=ranking] .cand")
    [strength] = [each for each in card.select(".why-yes li") if "meaning" in each.text]
    assert strength.text == (
        "Kisumu offers to share this: “Parcels”. What it says is close in meaning to the request. "
        f"Offer: {offer.title} ({offer.changed_at.year}) {OFFERED} (Spanish) {ASKED}"
    )
    assert strength.one("q[lang]")["lang"] == "es"
    # With the other signs of the fit.
    factors = card.one(".factors")
    assert [each.text for each in factors.select("dd")][:4] == [
        "Kisumu offers to share its experience with “Parcels”.",
        "Kisumu offers the kind of cooperation requested: Training.",
        CLOSE,
        f"{offer.title} {OFFERED} (Spanish) {ASKED}",
    ]
    assert factors.link(offer.title) == offer.get_absolute_url()
    assert [each["lang"] for each in factors.select("dd [lang]")] == ["es", "es"]


def test_another_offer_is_a_strength_of_its_own(desk, asked, offer, parcels):
    offer.practices.clear()
    p.OfferFactory(
        city=offer.city, title="Bonds", description="Customs bonds.", practices=[parcels]
    )
    embed_everything()
    card = page_of(desk.get(candidates(asked))).one("[aria-labelledby=ranking] .cand")
    strengths = [each.text for each in card.select(".why-yes li")]
    assert strengths[:2] == [
        f"Kisumu offers to share this: “Parcels”. Offer: Bonds ({offer.changed_at.year})",
        (
            "An offer of Kisumu is close in meaning to your request. "
            f"Offer: {offer.title} {OFFERED} (Spanish) {ASKED}"
        ),
    ]


def test_page_of_candidates_takes_four_more_queries_for_any_number(desk, asked, offer, parcels):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            desk.get(candidates(asked))
        return len(queries)

    desk.get(candidates(asked))
    one = count()
    for number in range(3):
        p.OfferFactory(
            city=CityFactory(name=f"City {number}"), description=OFFERED, practices=[parcels]
        )
    embed_everything()
    assert count() == one
    Offer.objects.update(description="")
    # The texts have changed: they are not close, and nothing is quoted.
    assert count() == one - 3


def test_a_city_reads_that_its_own_offer_is_close(asked, offer):
    focal_point = speaker(offer.city, "asked")
    page = page_of(signed_in(focal_point).get("/partnerships/to-answer/"))
    [strength] = [each for each in page.select(".cand .why-yes li") if "meaning" in each.text]
    assert strength.text == (
        "You offer to share this: “Parcels”. What it says is close in meaning to the request. "
        f"Offer: {offer.title} ({offer.changed_at.year}) {OFFERED} (Spanish) {ASKED}"
    )
    assert strength.one("q[lang]")["lang"] == "es"


@pytest.fixture
def match(asked, kisumu, offer):
    ranking = ranking_for(asked.pk, kisumu.pk)
    return p.MatchFactory(request=asked, city=kisumu, proposed=True, ranking=ranking)


def test_both_cities_and_the_broker_read_it_with_a_match(desk, match, offer):
    readers = [
        signed_in(speaker(city, name))
        for city, name in ((match.city, "asked"), (match.request.city, "asking"))
    ]
    pages = [reader.get(match.get_absolute_url()) for reader in readers]
    pages.append(desk.get(f"/admin/partnerships/matches/{match.pk}/"))
    for page in map(page_of, pages):
        assert CLOSE in [each.text for each in page.select(".factors dd")]
        quotes = page.select("q.wrote")
        # The two sentences that are near, that of the offer in its language.
        assert {each.text: each.attributes.get("lang") for each in quotes} == {
            OFFERED: "es",
            ASKED.removeprefix("The request: "): None,
        }


@pytest.mark.parametrize("state", ["closed", "deleted"])
def test_a_withdrawn_offer_is_no_longer_quoted(desk, match, offer, state):
    assert OFFERED not in json.dumps(Match.objects.get().ranking, ensure_ascii=False)
    if state == "closed":
        Offer.objects.update(status=ListingStatus.CLOSED)
    else:
        offer.delete()
    page = page_of(desk.get(f"/admin/partnerships/matches/{match.pk}/"))
    assert CLOSE in [each.text for each in page.select(".factors dd")]
    assert page.select("q.wrote") == []
    assert OFFERED not in page.text
    assert offer.title not in page.text


def test_rank_matches_prints_it(capsys, asked, offer):
    call_command("rank_matches", str(asked.pk))
    lines = capsys.readouterr().out.splitlines()
    at = lines.index(f"     {CLOSE}")
    assert lines[at + 1] == f"       {offer.title} (es): {OFFERED}"
    call_command("rank_matches", str(asked.pk), "--format", "json")
    [candidate] = json.loads(capsys.readouterr().out)["candidates"]
    assert candidate["quotes"] == [
        {
            "record": "offer",
            "pk": offer.pk,
            "title": offer.title,
            "text": OFFERED,
            "language": "es",
        }
    ]
    assert CLOSE in candidate["sentences"]
