from datetime import timedelta

import pytest
from django.contrib.auth.views import redirect_to_login
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.models import Verb
from community.moderation.decisions.actions import decide
from partnerships.listings import actions
from partnerships.listings.forms import FORMS
from partnerships.models import Need, Offer, Representation
from repository.pages.http import SHARED
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
from tests.kept_pages import get
from tests.page import page_of
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


@pytest.mark.parametrize("factory", [OfferFactory, NeedFactory])
def test_hide_a_hidden_report_at_once(pages, factory, moderator):
    report = ExperienceFactory(subject=PracticeFactory(name="Pooled parcels"))
    listing = factory(city=report.city)
    listing.experiences.add(report)
    assert "Experience with Pooled parcels" in page_of(get(listing.get_absolute_url())).text
    words = {"reason": "wrong", "message": "It was another city."}
    decide(subject=report, verb=Verb.HIDE, by=moderator, **words)
    assert "Pooled parcels" not in page_of(get(listing.get_absolute_url())).text


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
    page = page_of(answer)
    assert page.outcomes == ["success"]
    assert len(page.select(".notice")) == 1
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


def test_new_asks_for_missing_fields_and_keeps_the_others(client, speaker):
    answer = client.post(NEW["offer"], {"title": "Ours", "capacity": "0", "language": "en"})
    wrong = {"description", "themes", "modalities", "capacity"}
    assert answer.context["form"].errors.keys() == wrong
    assert page_of(answer).form(NEW["offer"]).fields["title"] == "Ours"
    assert not Offer.objects.exists()


def test_new_refuses_a_day_in_the_past(client, speaker, practice):
    for day in ("2026-01-31", "9999-12-31", "0001-01-01"):
        answer = client.post(NEW["need"], listing_form(practice, valid_until=day))
        assert {*page_of(answer).wrong_fields} == {"valid_until"}
    assert not Need.objects.exists()


def test_new_accepts_only_evidence_of_the_same_city(client, speaker, practice):
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
def test_new_is_for_representatives(client, word, member, broker, city, practice):
    assert client.get(NEW[word]).url == f"/accounts/login/?next={NEW[word]}"
    for user in (member, broker):
        client.force_login(user)
        for answer in (
            client.get(NEW[word], follow=True),
            client.post(NEW[word], listing_form(practice), follow=True),
        ):
            assert answer.redirect_chain == [("/partnerships/cities/ask/", 302)]
            [message] = page_of(answer).messages
            verb = "add an offer" if word == "offer" else "add a need"
            assert f"can {verb}." in message
    assert not Offer.objects.exists()
    # What they have asked for is shown, as asking again would be refused.
    RepresentationFactory(member=member, asked=True, city=city)
    client.force_login(member)
    assert client.get(NEW[word]).url == "/partnerships/cities/"


def test_offer_what_a_need_asks_for_after_signing_in(client, focal_point, city):
    need = NeedFactory(city=CityFactory(), practices=[PracticeFactory()])
    [(_text, offer_it)] = page_of(client.get(need.get_absolute_url())).one(".call").links
    assert client.get(offer_it).url == redirect_to_login(offer_it).url
    client.force_login(focal_point)
    form = page_of(client.get(offer_it)).form(NEW["offer"])
    assert form.fields["practices"] == str(need.practices.get().pk)


def test_need_leads_those_who_represent_nobody_to_what_they_can_do(
    client, member, focal_point, city
):
    need = NeedFactory(city=CityFactory())
    offer_it, ask = f"/partnerships/offers/new/?need={need.pk}", "/partnerships/cities/ask/"
    for user, shown, hidden in (
        (None, offer_it, ask),
        (member, ask, offer_it),
        (focal_point, offer_it, ask),
    ):
        if user:
            client.force_login(user)
        call = page_of(client.get(need.get_absolute_url())).one(".call")
        assert [href for _text, href in call.links] == [shown]
        assert hidden not in call.html


def test_right_ends_with_the_representation(client, speaker, city, practice):
    offer = OfferFactory(city=city)
    Representation.objects.update(since="2026-01-01", until="2026-01-31")
    edit, close = (f"{offer.get_absolute_url()}{verb}/" for verb in ("edit", "close"))
    assert client.get(NEW["offer"]).url == "/partnerships/cities/ask/"
    assert client.get(edit).status_code == 403
    assert client.post(close).status_code == 403
    links = {href for _text, href in page_of(client.get(offer.get_absolute_url())).links}
    assert not links & {edit, close}
    offer.refresh_from_db()
    assert offer.status == "published"


def test_refusal_is_shown_in_the_form(client, speaker, city, practice):
    OfferFactory.create_batch(30, city=city)
    answer = client.post(NEW["need"], listing_form(practice))
    assert "30 offers and needs" in page_of(answer).errors[0]


@pytest.mark.parametrize("word", ["offer", "need"])
def test_edit_changes_a_published_listing_at_once(client, word, speaker, city, practice):
    factory = {"offer": OfferFactory, "need": NeedFactory}[word]
    listing = factory(city=city, practices=[practice], title="Before")
    page = f"/partnerships/{word}s/{listing.pk}/edit/"
    assert "Your changes appear immediately" in page_of(client.get(page)).text
    answer = client.post(page, listing_form(practice), follow=True)
    assert page_of(answer).messages == ["Changes saved."]
    listing.refresh_from_db()
    assert (listing.status, listing.title) == ("published", "Two weeks at our stations")


def test_edit_keeps_evidence_no_longer_of_the_city(client, speaker, city, practice):
    case = CaseStudyFactory(published=True, cities=[CityFactory()])
    offer = OfferFactory(city=city, practices=[practice], cases=[case])
    client.post(f"/partnerships/offers/{offer.pk}/edit/", listing_form(practice, cases=[case.pk]))
    assert [*offer.cases.all()] == [case]


def test_close_by_a_representative(client, speaker, city):
    offer = OfferFactory(city=city)
    page = offer.get_absolute_url()
    assert page_of(client.get(f"{page}close/")).form(f"{page}close/").buttons == ["Close"]
    answer = client.post(f"{page}close/", follow=True)
    assert page_of(answer).outcomes == ["success"]
    [message] = page_of(client.post(f"{page}close/", follow=True)).messages
    assert "its status is “Closed”" in message
    assert Client().get(page).status_code == 404


@pytest.mark.parametrize("factory", [OfferFactory, NeedFactory])
def test_detail_names_what_can_be_edited_and_closed(client, speaker, city, factory):
    listing = factory(city=city)
    word, page = listing._meta.model_name, listing.get_absolute_url()
    shown = page_of(client.get(page))
    assert shown.link(f"Edit {word}") == f"{page}edit/"
    assert shown.link(f"Close {word}") == f"{page}close/"


def test_detail_shows_the_city_and_what_it_offers(client, city, practice):
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
    page = page_of(client.get(offer.get_absolute_url()))
    assert page.one("h1").text == "Two weeks"
    assert page.one(".intro").link("Kisumu") == city.get_absolute_url()
    assert page.one(".glance").lines[:6] == [
        *("Practices", "Pooled parcels"),
        *("Themes", "Logistics"),
        *("Kinds of cooperation", "Training"),
    ]
    evidence = [text for text, _href in page.one("main .list").links]
    assert evidence == ["How we did it", "Experience with Pooled parcels, 2024"]
    assert "Secret draft" not in page.html
    assert "1999" not in page.html


def test_detail_of_an_organisation_shows_that_it_facilitates(client):
    offer = OfferFactory(city=None, organization=OrganizationFactory(name="A bank of the South"))
    intro = page_of(client.get(offer.get_absolute_url())).one(".intro")
    assert intro.lines[0] == "Offer · A bank of the South"
    assert intro.one(".lead").text == "This organisation offers to help two cities work together."


@pytest.mark.parametrize("status", ["pending", "changes-requested", "declined", "closed"])
def test_detail_is_for_the_city_and_brokers_if_not_published(
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


def test_detail_shows_the_city_the_message_of_the_broker(client, speaker, city, broker):
    need = NeedFactory(city=city, pending=True)
    words = {"reason": "unclear", "message": "For whom is it?"}
    actions.decide(listing=need, verb="request-changes", by=broker, **words)
    assert page_of(client.get(need.get_absolute_url())).one(".words").text == "For whom is it?"


def test_detail_links_to_similar_listings_and_forms(client, practice, city, focal_point):
    offer = OfferFactory(practices=[practice], title="This")
    need = NeedFactory(practices=[practice], title="Wanted", city=city)
    OfferFactory(practices=[practice], title="Likewise")
    OfferFactory(practices=[practice], pending=True)
    NeedFactory(practices=[PracticeFactory()])
    etag = {"If-None-Match": client.get(offer.get_absolute_url()).headers["ETag"]}
    answer = client.get(offer.get_absolute_url())
    named = [(name, [row.title for row in rows]) for name, rows in answer.context["alike"]]
    assert named == [("wanted", ["Wanted"]), ("offered", ["Likewise"])]
    call = page_of(answer).one(".call a")
    assert call["href"] == f"/partnerships/requests/new/?offer={offer.pk}"
    call = page_of(client.get(need.get_absolute_url())).one(".call a")
    assert call["href"] == f"{NEW['offer']}?need={need.pk}"
    # Similar listings are updated with the board.
    actions.close(listing=need, by=focal_point)
    answer = client.get(offer.get_absolute_url(), headers=etag)
    assert [name for name, _rows in answer.context["alike"]] == ["offered"]


def test_detail_has_no_request_form_for_the_same_city(client, city, focal_point):
    offer = OfferFactory(city=city)
    links = '[href*="requests/new"]'
    assert len(page_of(client.get(offer.get_absolute_url())).select(links)) == 1
    client.force_login(focal_point)
    assert page_of(client.get(offer.get_absolute_url())).select(links) == []


@pytest.mark.parametrize("key", ["", "0", "x", "%00", "9" * 30])
def test_new_is_prefilled_from_a_need(client, speaker, practice, key):
    need = NeedFactory(practices=[practice], modalities=["investment"], languages=["sw"])
    form = client.get(f"{NEW['offer']}?need={key or need.pk}").context["form"]
    assert form.initial.get("practices") == (None if key else [practice.pk])
    assert form.initial.get("modalities") == (None if key else ["investment"])


def test_detail_is_cached_until_it_changes(client, city, focal_point):
    offer = OfferFactory(city=city)
    first = client.get(offer.get_absolute_url())
    etag = {"If-None-Match": first.headers["ETag"]}
    assert first.headers["Cache-Control"] == SHARED
    assert client.get(offer.get_absolute_url(), headers=etag).status_code == 304
    actions.close(listing=offer, by=focal_point)
    assert client.get(offer.get_absolute_url(), headers=etag).status_code == 404


def test_detail_shows_that_it_is_over(client, city):
    offer = OfferFactory(city=city, valid_until=timezone.localdate() - timedelta(days=1))
    page = page_of(client.get(offer.get_absolute_url()))
    assert page.one(".glance small").text == "This date has passed."


@pytest.mark.parametrize("size", [1, 3, 40])
def test_detail_in_a_fixed_number_of_queries(client, city, size, django_assert_num_queries):
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


def test_edit_in_a_fixed_number_of_queries(client, city, focal_point):
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


@pytest.mark.parametrize("model", [Offer, Need])
def test_have_each_field_of_a_form_in_one_group(model, practice):
    ThemeFactory()
    cities, bodies = [CityFactory(), CityFactory()], [OrganizationFactory()]
    form = FORMS[model](cities=cities, organizations=bodies)
    grouped = [field.name for _title, fields in form.groups() for field in fields]
    # Lists without choices are left out.
    assert sorted(grouped) == sorted({*form.fields} - {"cases", "experiences"})
