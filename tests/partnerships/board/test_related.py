"""The board and the search of the site: what is related in meaning to a search."""

import pytest

from community.experiences import actions as experiences_actions
from community.models import Standing
from partnerships.listings import actions as listings_actions
from partnerships.models import ClosingReason
from partnerships.requests import actions as requests_actions
from tests import editions
from tests.desk_client import DeskClient
from tests.engines import embed_everything
from tests.factories import (
    CityFactory,
    CountryFactory,
    ExperienceFactory,
    NeedFactory,
    OfferFactory,
    PartnershipFactory,
    PartnershipRequestFactory,
    PracticeFactory,
    RepresentationFactory,
    SuggestionFactory,
)
from tests.page import page_of

pytestmark = pytest.mark.django_db

BOARD, SEARCH = "/partnerships/", "/search/"
# In French, of an offer in English.
QUESTION = "coopératives de crédit pour les agriculteurs"
LENDING = {
    "title": "Credit cooperatives for farmers",
    "description": "Farmers borrow seed money from a credit cooperative.",
}
ROADS = {"title": "Asphalt for mountain roads", "description": "Machines that pave roads."}
RELATED = "Related in meaning"


def cards(answer, selector="#found .card") -> list[tuple[str, bool]]:
    """The titles on a page, and whether they are labelled as related."""
    return [
        (card.one("h3").text, RELATED in card.one(".eyebrow").text)
        for card in page_of(answer).select(selector)
    ]


def hits(answer) -> list[tuple[str, bool]]:
    return cards(answer, "section.after .hits > li")


@pytest.fixture
def listings(engine):
    benin = CountryFactory(iso2="BJ", region="Africa")
    OfferFactory(**LENDING, city=CityFactory(slug="cotonou", name="Cotonou", country=benin))
    NeedFactory(**ROADS)
    embed_everything()


@pytest.mark.usefixtures("listings")
class TestBoard:
    def test_find_what_is_related_in_another_language(self, client):
        answer = client.get(BOARD, {"q": QUESTION})
        assert cards(answer) == [(LENDING["title"], True)]
        assert page_of(answer).one("#found .head").text == "1 entry"

    def test_what_has_the_words_comes_first(self, client):
        NeedFactory(title="Seeds", description="Nothing else than agriculteurs.")
        embed_everything()
        assert cards(client.get(BOARD, {"q": "Nothing agriculteurs"}))[0] == ("Seeds", False)

    def test_label_no_row_with_the_words(self, client):
        assert cards(client.get(BOARD, {"q": "seed money"})) == [(LENDING["title"], False)]

    @pytest.mark.parametrize("text", [f'"{QUESTION}"', f"{QUESTION} -vache", "xqzt wvbk"])
    def test_find_nothing_related(self, client, text):
        answer = client.get(BOARD, {"q": text})
        assert cards(answer) == []
        assert page_of(answer).one(".empty h2").text == "No results."

    def test_filters_apply_and_count_what_is_shown(self, client):
        answer = client.get(BOARD, {"q": QUESTION})
        tabs = [tab.text for tab in page_of(answer).select("#found .tabs a")]
        assert tabs == ["All 1", "Offers 1"]
        assert cards(client.get(BOARD, {"q": QUESTION, "country": "BJ"})) != []
        assert cards(client.get(BOARD, {"q": QUESTION, "kind": "need"})) == []

    def test_find_suggestions_apart(self, client):
        SuggestionFactory(**LENDING)
        embed_everything()
        answer = client.get(BOARD, {"q": QUESTION})
        assert cards(answer) == [(LENDING["title"], True)]
        assert cards(answer, ".suggested .card") == [(LENDING["title"], True)]

    def test_show_the_sentence_that_is_near(self, client):
        sentence = "Farmers borrow from a credit cooperative to buy seed."
        OfferFactory(
            title="What we can share",
            description="Asphalt is cheap in this province, and our company paves the roads of the "
            f"whole district every third year. {sentence} The port of our city has a new crane "
            "for containers, and another one will be built by next winter.",
        )
        embed_everything()
        page = page_of(client.get(BOARD, {"q": QUESTION}))
        texts = {card.one("h3").text: card.one("p").text for card in page.select("#found .card")}
        assert texts["What we can share"] == sentence

    def test_words_only_while_the_engine_fails(self, client, settings):
        settings.EMBEDDINGS_URL = "http://127.0.0.1:1/v1"
        assert cards(client.get(BOARD, {"q": QUESTION})) == []
        assert cards(client.get(BOARD, {"q": "seed money"})) == [(LENDING["title"], False)]

    @pytest.mark.parametrize("number", [1, 3])
    def test_search_in_a_fixed_number_of_queries(self, client, number, django_assert_num_queries):
        OfferFactory.create_batch(number, **LENDING)
        embed_everything()
        assert len(cards(client.get(BOARD, {"q": QUESTION}))) == 1 + number
        # Two of the site, two of the board, and four for what is related.
        with django_assert_num_queries(8):
            client.get(BOARD, {"q": QUESTION})


@pytest.mark.usefixtures("listings")
class TestSearchPage:
    def test_find_public_rows_and_experiences(self, client):
        PartnershipRequestFactory(
            opened=True, title=LENDING["title"], challenge=LENDING["description"]
        )
        PartnershipFactory(title=LENDING["title"], summary=LENDING["description"])
        practice = PracticeFactory(name="Credit cooperatives")
        experience = ExperienceFactory(subject=practice, worked=LENDING["description"])
        embed_everything()
        answer = client.get(SEARCH, {"q": QUESTION})
        found = hits(answer)
        assert sorted(found) == [("Credit cooperatives", True)] + 3 * [(LENDING["title"], True)]
        urls = {url for _text, url in page_of(answer).one("section.after .hits").links}
        assert experience.get_absolute_url() in urls

    def test_find_offers_by_their_words(self, client):
        assert hits(client.get(SEARCH, {"q": "seed money"})) == [(LENDING["title"], False)]

    def test_find_nothing_that_is_only_for_some(self, broker):
        for hidden in ("members", "brokers"):
            PartnershipRequestFactory(
                opened=True,
                visibility=hidden,
                title=LENDING["title"],
                challenge=LENDING["description"],
            )
        for standing in (Standing.PENDING, Standing.HIDDEN):
            ExperienceFactory(worked=LENDING["description"], standing=standing)
        embed_everything()
        # The page is the same for all readers.
        found = hits(DeskClient(broker).get(SEARCH, {"q": QUESTION}))
        assert found == [(LENDING["title"], True)]

    def test_find_nothing_related_to_nonsense(self, client):
        assert hits(client.get(SEARCH, {"q": "xqzt wvbk"})) == []


@pytest.mark.parametrize("kind", ["offer", "request", "experience"])
def test_renew_the_edition_when_something_is_withdrawn(focal_point, kind):
    city = CityFactory()
    RepresentationFactory(member=focal_point, city=city)
    own = {
        "offer": OfferFactory(city=city),
        "request": PartnershipRequestFactory(city=city, opened=True),
        "experience": ExperienceFactory(city=city),
    }[kind]
    before = editions.number()
    if kind == "offer":
        listings_actions.close(listing=own, by=focal_point)
    elif kind == "request":
        requests_actions.close(
            partnership_request=own, by=focal_point, reason=ClosingReason.CHANGED
        )
    else:
        experiences_actions.delete(experience=own, by=own.author)
    assert editions.number() > before


def test_requests_for_members_do_not_renew_the_search_page(client, focal_point):
    asked = PartnershipRequestFactory(opened=True, visibility="members")
    RepresentationFactory(member=focal_point, city=asked.city)
    etag = {"If-None-Match": client.get(SEARCH).headers["ETag"]}
    requests_actions.close(partnership_request=asked, by=focal_point, reason=ClosingReason.CHANGED)
    assert client.get(SEARCH, headers=etag).status_code == 304
