import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partnerships.listings import actions
from partnerships.models import Need, Offer, Representation
from tests.desk_client import DeskClient
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    ExperienceFactory,
    NeedFactory,
    OfferFactory,
    OrganizationFactory,
    PracticeFactory,
    RepresentationFactory,
    ThemeFactory,
)
from tests.partnerships.listings.listings import listing_form

pytestmark = pytest.mark.django_db
NEW = {"offer": "/partnerships/offers/new/", "need": "/partnerships/needs/new/"}


@pytest.fixture
def city(focal_point):
    city = CityFactory(slug="kisumu", name="Kisumu", country=CountryFactory(iso2="KE"))
    RepresentationFactory(member=focal_point, city=city)
    return city


@pytest.fixture
def practice():
    return PracticeFactory(slug="parcels", name="Pooled parcels")


@pytest.fixture
def speaker(client, city, focal_point):
    client.force_login(focal_point)
    return focal_point


@pytest.mark.parametrize("word", ["offer", "need"])
def test_new_sends_it_to_the_brokers(client, word, speaker, city, practice):
    case = CaseStudyFactory(published=True, cities=[city], title="How we did it")
    report = ExperienceFactory(city=city, subject=practice)
    answer = client.post(
        NEW[word],
        listing_form(practice, cases=[case.pk], experiences=[report.pk], capacity="3"),
        follow=True,
    )
    model = {"offer": Offer, "need": Need}[word]
    listing = model.objects.get()
    assert answer.redirect_chain == [(f"/partnerships/{word}s/{listing.pk}/", 302)]
    assert "A broker reads it before others see it" in answer.text
    assert "This waits for a broker" in answer.text
    assert (listing.title, listing.description) == (
        "Two weeks at our stations",
        "See **all** of it.\nAnd more.",
    )
    assert (listing.city, listing.created_by, listing.status) == (city, speaker, "pending")
    assert listing.modalities == ["training", "study-visit"]
    assert (listing.languages, listing.valid_until) == (["en", "sw"], None)
    assert [*listing.cases.all()] == [case]
    assert [*listing.experiences.all()] == [report]
    assert getattr(listing, "capacity", 3) == 3


def test_new_asks_for_what_is_missing_and_keeps_the_words(client, speaker):
    answer = client.post(NEW["offer"], {"title": "Ours", "capacity": "0", "language": "en"})
    assert answer.context["form"].errors == {
        "description": ["This field is required."],
        "themes": ["Choose at least one practice or one theme."],
        "modalities": ["Choose at least one kind of cooperation."],
        "capacity": ["Ensure this value is greater than or equal to 1."],
    }
    assert 'value="Ours"' in answer.text
    assert not Offer.objects.exists()


def test_new_takes_no_day_that_is_over(client, speaker, practice):
    answer = client.post(NEW["need"], listing_form(practice, valid_until="2026-01-31"))
    assert answer.context["form"].errors == {"valid_until": ["This day is over."]}
    for day in ("9999-12-31", "0001-01-01"):
        answer = client.post(NEW["need"], listing_form(practice, valid_until=day))
        said = answer.context["form"].errors["valid_until"]
        assert said[0] == "Take a day between 2000 and 2099."


def test_new_takes_only_evidence_of_the_own_city(client, speaker, practice):
    foreign = CaseStudyFactory(published=True, cities=[CityFactory()])
    draft = CaseStudyFactory()
    other = ExperienceFactory(city=CityFactory(), subject=practice)
    answer = client.post(
        NEW["offer"], listing_form(practice, cases=[foreign.pk, draft.pk], experiences=[other.pk])
    )
    assert {*answer.context["form"].errors} == {"cases", "experiences"}


def test_new_for_one_of_several_cities(client, speaker, city, practice):
    other = CityFactory(name="Mombasa")
    RepresentationFactory(member=speaker, city=other)
    answer = client.post(NEW["offer"], listing_form(practice))
    assert {*answer.context["form"].errors} == {"owner"}
    foreign = CityFactory()
    answer = client.post(NEW["offer"], listing_form(practice, owner=f"city-{foreign.pk}"))
    assert {*answer.context["form"].errors} == {"owner"}
    client.post(NEW["offer"], listing_form(practice, owner=f"city-{other.pk}"))
    assert Offer.objects.get().city == other


@pytest.mark.parametrize("word", ["offer", "need"])
def test_new_is_for_those_who_speak_for_a_city(client, word, member, broker, city, practice):
    assert client.get(NEW[word]).url == f"/accounts/login/?next={NEW[word]}"
    for user in (member, broker):
        client.force_login(user)
        answer = client.get(NEW[word])
        assert (answer.status_code, "Ask to speak for your city" in answer.text) == (403, True)
        assert client.post(NEW[word], listing_form(practice)).status_code == 403
    assert not Offer.objects.exists()


def test_right_ends_with_the_representation(client, speaker, city, practice):
    offer = OfferFactory(city=city)
    Representation.objects.update(since="2026-01-01", until="2026-01-31")
    assert client.get(NEW["offer"]).status_code == 403
    assert client.get(f"/partnerships/offers/{offer.pk}/edit/").status_code == 403
    assert client.post(f"/partnerships/offers/{offer.pk}/close/").status_code == 403
    assert "Change it" not in client.get(offer.get_absolute_url()).text
    offer.refresh_from_db()
    assert offer.status == "published"


def test_refusal_is_told_in_the_form(client, speaker, city, practice):
    OfferFactory.create_batch(30, city=city)
    answer = client.post(NEW["need"], listing_form(practice))
    assert "30 offers and needs" in answer.context["form"].non_field_errors()[0]


@pytest.mark.parametrize("word", ["offer", "need"])
def test_edit_changes_what_is_published_at_once(client, word, speaker, city, practice):
    factory = {"offer": OfferFactory, "need": NeedFactory}[word]
    listing = factory(city=city, practices=[practice], title="Before")
    page = f"/partnerships/{word}s/{listing.pk}/edit/"
    assert "What you change is shown at once" in client.get(page).text
    answer = client.post(page, listing_form(practice), follow=True)
    assert "It is changed." in answer.text
    listing.refresh_from_db()
    assert (listing.status, listing.title) == ("published", "Two weeks at our stations")


def test_edit_keeps_evidence_that_others_have_taken_away(client, speaker, city, practice):
    case = CaseStudyFactory(published=True, cities=[CityFactory()])
    offer = OfferFactory(city=city, practices=[practice], cases=[case])
    client.post(f"/partnerships/offers/{offer.pk}/edit/", listing_form(practice, cases=[case.pk]))
    assert [*offer.cases.all()] == [case]


@pytest.mark.parametrize("verb", ["edit", "close"])
@pytest.mark.parametrize("word", ["offer", "need"])
def test_verbs_are_the_citys_own(client, verb, word, city, stranger, broker):
    factory = {"offer": OfferFactory, "need": NeedFactory}[word]
    shown, hidden = factory(city=city), factory(city=city, pending=True)
    for listing, answers in [(shown, (403, 403)), (hidden, (404, 403))]:
        page = f"/partnerships/{word}s/{listing.pk}/{verb}/"
        assert Client().post(page).url == f"/accounts/login/?next={page}"
        for user, expected in zip((stranger, broker), answers, strict=True):
            client.force_login(user)
            assert client.post(page).status_code == expected
        listing.refresh_from_db()
        assert listing.status == ("published" if listing is shown else "pending")


def test_close_by_those_who_speak_for_the_city(client, speaker, city):
    offer = OfferFactory(city=city)
    page = offer.get_absolute_url()
    assert "Close it?" in client.get(f"{page}close/").text
    answer = client.post(f"{page}close/", follow=True)
    assert "no longer on the board" in answer.text
    answer = client.post(f"{page}close/", follow=True)
    assert "its status is “Closed”" in answer.text
    assert Client().get(page).status_code == 404


def test_what_is_of_a_country_is_kept_by_brokers(client, broker, focal_point, city):
    need = NeedFactory(city=None, country=CountryFactory(iso2="BJ"))
    client.force_login(focal_point)
    assert client.post(f"{need.get_absolute_url()}close/").status_code == 403
    client.force_login(broker)
    assert client.get(f"{need.get_absolute_url()}edit/").status_code == 200
    client.post(f"{need.get_absolute_url()}close/")
    need.refresh_from_db()
    assert need.status == "closed"


def test_detail_says_whose_and_what(client, city, practice):
    theme = ThemeFactory(name="Logistics", slug="logistics")
    case = CaseStudyFactory(published=True, cities=[city], title="How we did it")
    offer = OfferFactory(
        city=city,
        title="Two weeks",
        practices=[practice],
        themes=[theme],
        cases=[case, CaseStudyFactory(title="Secret draft")],
        experiences=[
            ExperienceFactory(city=city, subject=practice, year=2024),
            ExperienceFactory(city=city, subject=practice, standing="hidden", year=1999),
        ],
        capacity=4,
    )
    page = client.get(offer.get_absolute_url()).text
    for words in ("Two weeks", "Kisumu", "Pooled parcels", "Logistics", "How we did it", "2024"):
        assert words in page
    assert "Training" in page
    assert "Secret draft" not in page
    assert "1999" not in page


def test_detail_of_an_organisation_says_that_it_facilitates(client):
    offer = OfferFactory(city=None, organization=OrganizationFactory(name="A bank of the South"))
    page = client.get(offer.get_absolute_url()).text
    assert "A bank of the South" in page
    assert "offers to help two cities work together" in page


@pytest.mark.parametrize("status", ["pending", "changes-requested", "declined", "closed"])
def test_detail_of_what_is_not_public_is_for_the_city_and_the_brokers(
    client, city, status, focal_point, stranger, broker
):
    need = NeedFactory(city=city, status=status)
    page = need.get_absolute_url()
    answers = {}
    for user in (None, stranger, focal_point, broker):
        reader = DeskClient()
        if user:
            reader.force_login(user)
        answer = reader.get(page)
        answers[user and user.handle] = answer.status_code
        if answer.status_code == 200:
            assert answer.headers["Cache-Control"] == "private, no-store"
    assert answers == {None: 404, "stranger": 404, "focal-point": 200, "broker": 200}


def test_detail_shows_the_city_what_the_broker_said(client, speaker, city, broker):
    need = NeedFactory(city=city, pending=True)
    words = {"reason": "unclear", "message": "For whom is it?"}
    actions.decide(listing=need, verb="request-changes", by=broker, **words)
    assert "For whom is it?" in client.get(need.get_absolute_url()).text


def test_detail_leads_on(client, practice, city, focal_point):
    offer = OfferFactory(practices=[practice], title="This")
    need = NeedFactory(practices=[practice], title="Wanted", city=city)
    OfferFactory(practices=[practice], title="Likewise")
    OfferFactory(practices=[practice], pending=True)
    NeedFactory(practices=[PracticeFactory()])
    etag = {"If-None-Match": client.get(offer.get_absolute_url()).headers["ETag"]}
    answer = client.get(offer.get_absolute_url())
    named = [(name, [row.title for row in rows]) for name, rows in answer.context["alike"]]
    assert named == [("wanted", ["Wanted"]), ("offered", ["Likewise"])]
    assert f'href="/partnerships/requests/new/?offer={offer.pk}"' in answer.text
    assert f'href="{NEW["offer"]}?need={need.pk}"' in client.get(need.get_absolute_url()).text
    # What stands beside it is new as soon as the board is.
    actions.close(listing=need, by=focal_point)
    answer = client.get(offer.get_absolute_url(), headers=etag)
    assert [name for name, _rows in answer.context["alike"]] == ["offered"]


def test_detail_of_ones_own_city_asks_for_no_partner(client, city, focal_point):
    offer = OfferFactory(city=city)
    assert "requests/new" in client.get(offer.get_absolute_url()).text
    client.force_login(focal_point)
    assert "requests/new" not in client.get(offer.get_absolute_url()).text


@pytest.mark.parametrize("key", ["", "0", "x", "%00", "9" * 30])
def test_new_answers_a_need(client, speaker, practice, key):
    need = NeedFactory(practices=[practice], modalities=["investment"], languages=["sw"])
    form = client.get(f"{NEW['offer']}?need={key or need.pk}").context["form"]
    assert form.initial.get("practices") == (None if key else [practice.pk])
    assert form.initial.get("modalities") == (None if key else ["investment"])


def test_detail_is_kept_until_it_changes(client, city, focal_point):
    offer = OfferFactory(city=city)
    first = client.get(offer.get_absolute_url())
    etag = {"If-None-Match": first.headers["ETag"]}
    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert client.get(offer.get_absolute_url(), headers=etag).status_code == 304
    actions.close(listing=offer, by=focal_point)
    assert client.get(offer.get_absolute_url(), headers=etag).status_code == 404


def test_detail_says_that_it_is_over(client, city):
    offer = OfferFactory(city=city, valid_until=timezone.localdate().replace(year=2025))
    assert "This day is over." in client.get(offer.get_absolute_url()).text


@pytest.mark.parametrize("size", [1, 3, 40])
def test_detail_takes_as_many_queries_with_one_and_with_many(
    client, city, size, django_assert_num_queries
):
    offer = OfferFactory(
        city=city,
        practices=PracticeFactory.create_batch(size),
        themes=ThemeFactory.create_batch(min(size, 5)),
        cases=CaseStudyFactory.create_batch(size, published=True),
        experiences=[
            ExperienceFactory(city=city, subject=subject)
            for subject in PracticeFactory.create_batch(size)
        ],
    )
    with django_assert_num_queries(8):
        client.get(offer.get_absolute_url())


def test_change_asks_as_often_for_one_as_for_many(client, city, focal_point):
    client.force_login(focal_point)
    counted = []
    for size in (1, 3):
        offer = OfferFactory(
            city=city,
            practices=PracticeFactory.create_batch(size),
            cases=CaseStudyFactory.create_batch(size, published=True, cities=[city]),
        )
        client.get(f"{offer.get_absolute_url()}edit/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{offer.get_absolute_url()}edit/").status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 12
