"""Requests close in meaning on the review page of a request, across languages."""

import pytest

from partnerships.models import PartnershipRequest, RequestStatus
from tests.desk_client import DeskClient
from tests.engines import embed_everything
from tests.factories import CityFactory, PartnershipRequestFactory
from tests.page import page_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("engine")]

ENGLISH = {
    "title": "Credit for farmers before the harvest",
    "challenge": "Farmers cannot borrow money for seed.",
    "desired_result": "A credit cooperative lends farmers money for seed.",
}
FRENCH = {
    "title": "Crédit pour les agriculteurs avant la récolte",
    "challenge": "Les agriculteurs ne peuvent pas emprunter pour acheter des semences.",
    "desired_result": "Une coopérative de crédit prête aux agriculteurs pour les semences.",
    "language": "fr",
}
OTHER = {
    "title": "Asphalt for mountain roads",
    "challenge": "Lorries break down on the way to the mine.",
    "desired_result": "Machines pave the roads.",
}


def path_of(asked) -> str:
    return f"/admin/review/request/{asked.pk}/"


def rows_beside(broker, asked):
    client = DeskClient()
    client.force_login(broker)
    return page_of(client.get(path_of(asked))).select("ul.duplicates > li")


def close_to(broker, asked) -> list[tuple[str, str]]:
    """The titles and addresses of requests close in meaning on the review page."""
    return [link for row in rows_beside(broker, asked) for link in row.links]


@pytest.fixture
def asked():
    return PartnershipRequestFactory(submitted=True, **FRENCH)


@pytest.mark.parametrize("visibility", ["public", "members", "brokers"])
def test_french_request_is_close_to_an_english_one(broker, asked, visibility):
    other = PartnershipRequestFactory(
        opened=True, city=CityFactory(name="Kisumu"), visibility=visibility, **ENGLISH
    )
    PartnershipRequestFactory(opened=True, **OTHER)
    embed_everything()
    assert close_to(broker, asked) == [(ENGLISH["title"], path_of(other))]
    [row] = rows_beside(broker, asked)
    assert row.one(".quiet").text == "Kisumu · Open"
    assert row.one("blockquote").text in (ENGLISH["challenge"], ENGLISH["desired_result"])


def test_mark_the_language_of_another_one(broker, asked):
    english = PartnershipRequestFactory(submitted=True, **ENGLISH)
    embed_everything()
    [row] = rows_beside(broker, english)
    assert row.links == [(FRENCH["title"], path_of(asked))]
    assert [row.one(name).attributes["lang"] for name in ("a", "blockquote")] == ["fr", "fr"]


def test_request_of_the_same_city_that_was_closed(broker, asked):
    other = PartnershipRequestFactory(closed=True, city=asked.city, **ENGLISH)
    embed_everything()
    assert close_to(broker, asked) == [(ENGLISH["title"], path_of(other))]


def test_show_each_request_once(broker, asked):
    """Requests of the same city are possible duplicates whatever they say."""
    close = PartnershipRequestFactory(opened=True, city=asked.city, **ENGLISH)
    other = PartnershipRequestFactory(opened=True, city=asked.city, **OTHER)
    embed_everything()
    client = DeskClient()
    client.force_login(broker)
    links = [
        url for _text, url in page_of(client.get(path_of(asked))).one("aside.review-aside").links
    ]
    reviews = [url for url in links if url.startswith("/admin/review/")]
    assert reviews == [path_of(close), path_of(other)]


def test_draft_is_not_compared(broker, asked):
    other = PartnershipRequestFactory(submitted=True, **ENGLISH)
    embed_everything()
    PartnershipRequest.objects.filter(pk=other.pk).update(
        status=RequestStatus.DRAFT, submitted_at=None
    )
    assert close_to(broker, asked) == []


def test_request_submitted_a_moment_ago_is_compared(broker):
    other = PartnershipRequestFactory(opened=True, **ENGLISH)
    embed_everything()
    # Without passages of its own.
    asked = PartnershipRequestFactory(submitted=True, **FRENCH)
    assert close_to(broker, asked) == [(ENGLISH["title"], path_of(other))]


def test_at_most_five(broker, asked):
    PartnershipRequestFactory.create_batch(7, closed=True, **ENGLISH)
    embed_everything()
    assert len(close_to(broker, asked)) == 5


@pytest.mark.parametrize("number", [1, 3])
def test_review_in_a_fixed_number_of_queries(broker, asked, number, django_assert_num_queries):
    PartnershipRequestFactory.create_batch(number, closed=True, **ENGLISH)
    embed_everything()
    assert len(close_to(broker, asked)) == number
    client = DeskClient()
    client.force_login(broker)
    with django_assert_num_queries(19):
        client.get(path_of(asked))
