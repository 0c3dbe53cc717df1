import pytest

from partnerships.models import Interest, Match
from tests.community.writing.drafts.cases import as_user
from tests.factories.partnerships import PartnershipRequestFactory, RepresentationFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db

SAID = {"cooperation": "A training.", "unclear": "Who pays?", "about": "A port city."}


@pytest.fixture
def city(focal_point):
    return RepresentationFactory(member=focal_point, city__name="Kisumu").city


@pytest.fixture
def wanted(db):
    return PartnershipRequestFactory(opened=True, city__name="Cotonou")


def path(wanted) -> str:
    return f"/partnerships/requests/{wanted.pk}/interest/"


def test_express_and_see_it(wanted, city, focal_point):
    browser = as_user(focal_point)
    assert "working with Cotonou" in page_of(browser.get(path(wanted))).text
    sent = browser.post(path(wanted), SAID | {"city": city.pk})
    match = Match.objects.get()
    assert sent.headers["Location"] == f"/partnerships/matches/{match.pk}/"
    assert (match.origin, match.city, Interest.objects.get().unclear) == (
        "interest",
        city,
        "Who pays?",
    )
    assert "A training." in page_of(browser.get(sent.headers["Location"])).lines


def test_express_twice(wanted, city, focal_point):
    browser = as_user(focal_point)
    for _time in range(2):
        answer = browser.post(path(wanted), SAID | {"city": city.pk})
    page, match = page_of(answer), Match.objects.get()
    assert "already expressed interest" in page.errors[0]
    assert page.one(".notice").links == [("Kisumu and this request", match.get_absolute_url())]


def test_express_for_one_of_several_cities(wanted, city, focal_point):
    second = RepresentationFactory(member=focal_point, city__name="Mombasa").city
    RepresentationFactory(member=focal_point, city=wanted.city)
    form = page_of(as_user(focal_point).get(path(wanted))).form(path(wanted))
    assert form.choices("city") == {str(city.pk): "Kisumu", str(second.pk): "Mombasa"}
    as_user(focal_point).post(path(wanted), SAID | {"city": second.pk})
    assert Match.objects.get().city == second


def test_refused_without_another_city(wanted, stranger, focal_point, broker, client):
    RepresentationFactory(member=focal_point, city=wanted.city)
    assert as_user(focal_point).get(path(wanted)).status_code == 403
    assert as_user(focal_point).post(path(wanted), SAID).status_code == 403
    for who in (stranger, broker):
        for answer in (as_user(who).get(path(wanted)), as_user(who).post(path(wanted), SAID)):
            assert answer.url == "/partnerships/cities/ask/"
    assert not Match.objects.exists()
    assert client.get(path(wanted)).headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("other", ["wanted", "strange"])
def test_refused_for_a_city_of_others(other, wanted, city, focal_point):
    strange = RepresentationFactory().city
    pk = (wanted.city if other == "wanted" else strange).pk
    assert as_user(focal_point).post(path(wanted), SAID | {"city": pk}).status_code == 200
    assert Match.objects.count() == 0


def test_hidden_where_the_request_is(city, focal_point):
    for traits in ({}, {"submitted": True}, {"opened": True, "visibility": "brokers"}):
        hidden = PartnershipRequestFactory(**traits)
        assert as_user(focal_point).get(path(hidden)).status_code == 404
        assert as_user(focal_point).post(path(hidden), SAID).status_code == 404


def test_refused_once_the_request_is_not_open(wanted, city, focal_point):
    browser = as_user(focal_point)
    browser.post(path(wanted), SAID | {"city": city.pk})
    type(wanted).objects.update(status="expired")
    page = page_of(browser.get(path(wanted)))
    assert page.one(".warning")
    assert path(wanted) not in [form.action for form in page.forms]
    answer = browser.post(path(wanted), SAID | {"city": city.pk})
    assert page_of(answer).wrong_fields == [""]


@pytest.mark.parametrize("text", ["", "\0", "x" * 100_000])
@pytest.mark.parametrize("name", ["city", "cooperation", "about"])
def test_refused_with_hostile_or_missing_texts(name, text, wanted, city, focal_point):
    sent = SAID | {"city": city.pk} | {name: text}
    assert as_user(focal_point).post(path(wanted), sent).status_code == 200
    assert Match.objects.count() == 0
