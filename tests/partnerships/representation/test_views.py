import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from community.accounts import spam_protection
from community.models import Decision
from partnerships.models import Representation
from tests.community.writing.drafts.cases import as_user
from tests.factories import (
    CityFactory,
    CityProfileFactory,
    CountryFactory,
    MatchFactory,
    OfferFactory,
    OrganizationFactory,
    PartnershipRequestFactory,
    RepresentationFactory,
    SuggestionFactory,
)
from tests.files import PDF, picture
from tests.page import page_of
from tests.responses import close

pytestmark = pytest.mark.django_db

LIST = "/partnerships/cities/"
ASK = "/partnerships/cities/ask/"
DAY = timedelta(days=1)
NOW = timezone.now()


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def _no_wait(monkeypatch):
    monkeypatch.setattr(spam_protection, "MIN_SECONDS", 0)


@pytest.fixture
def kisumu(db):
    return CityFactory(
        slug="kisumu", name="Kisumu", country=CountryFactory(iso2="KE", name="Kenya")
    )


@pytest.fixture
def asked(member, kisumu):
    row = RepresentationFactory(member=member, city=kisumu, place="Kisumu", asked=True)
    row.letter.save("", ContentFile(PDF))
    return row


def sent(user, **values) -> dict:
    return {
        "position": "Head of trade",
        "city": "Kisumu",
        "stamp": spam_protection.stamp_for(user),
    } | values


def errors(response) -> dict:
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def titles(response) -> list[str]:
    return [str(row) for row, *_more in response.context["rows"]]


# Asking


def test_ask_for_a_city(member, kisumu):
    letter = SimpleUploadedFile("../../letter.exe", PDF)
    response = as_user(member).post(
        ASK, sent(member, official_email="me@kisumu.example", letter=letter)
    )
    assert (response.status_code, response.headers["Location"]) == (302, LIST)
    asked = Representation.objects.get()
    assert (asked.city, asked.status, asked.official_email) == (
        kisumu,
        "asked",
        "me@kisumu.example",
    )
    with asked.letter.open() as file:
        assert file.read() == PDF


def test_ask_for_a_new_place(member, kisumu):
    values = sent(member, city="", new_place=" Ndhiwa ", country="KE")
    assert as_user(member).post(ASK, values).status_code == 302
    asked = Representation.objects.get()
    assert (asked.city, asked.place, asked.country_id) == (None, "Ndhiwa", "KE")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"city": ""}, "__all__"),
        ({"city": "Nowhere at all"}, "city"),
        ({"city": "", "new_place": "Ndhiwa"}, "country"),
        ({"city": "", "new_place": "Ndhiwa", "country": "ZZ"}, "country"),
        ({"position": " "}, "position"),
        ({"official_email": "no address"}, "official_email"),
        ({"note": "x" * 1001}, "note"),
        ({"city": "Kis\0umu"}, "city"),
        ({"stamp": "forged"}, "__all__"),
        ({"website": "https://robots.example"}, "__all__"),
    ],
)
def test_ask_with_a_mistake(member, kisumu, values, field):
    response = as_user(member).post(ASK, sent(member, **values))
    assert (response.status_code, list(errors(response))) == (200, [field])
    assert not Representation.objects.exists()


def test_ask_with_a_picture_as_the_letter(member, kisumu):
    letter = SimpleUploadedFile("letter.pdf", picture())
    response = as_user(member).post(ASK, sent(member, letter=letter))
    assert list(errors(response)) == ["letter"]


def test_choose_among_cities_of_one_name(member, kisumu):
    other = CityFactory(slug="kisumu-tz", name="Kisumu", country=CountryFactory(iso2="TZ"))
    first = as_user(member).post(ASK, sent(member))
    assert list(errors(first)) == ["city"]
    as_user(member).post(ASK, sent(member, place=f"city-{other.pk}"))
    assert Representation.objects.get().city == other


def test_ask_twice_with_another_position(member, asked):
    response = as_user(member).post(ASK, sent(member, position="Mayor"))
    assert list(errors(response)) == ["__all__"]


def test_preselect_the_city_of_a_link(member, kisumu):
    forms = [
        page_of(as_user(member).get(f"{ASK}?city={slug}")).form(ASK) for slug in ("kisumu", "x")
    ]
    assert [form.fields["city"] for form in forms] == ["Kisumu, Kenya", ""]


# The member's own page


def test_list_own_representations_only(member, colleague, asked):
    RepresentationFactory(member=colleague, place="Secret")
    response = as_user(member).get(LIST)
    assert titles(response) == ["Kisumu"]
    assert response.headers["Cache-Control"] == (
        "max-age=0, no-cache, no-store, must-revalidate, private"
    )


def test_show_the_message_of_the_broker(member, broker, asked):
    Decision.objects.create(
        subject=asked, by=broker, concerns=member, verb="decline", reason="other", message="Not yet"
    )
    Representation.objects.update(status="declined")
    assert page_of(as_user(member).get(LIST)).one(".words[dir=auto]").text == "Not yet"


def test_show_that_the_last_day_is_over(member, kisumu):
    RepresentationFactory(
        member=member, city=kisumu, place="Kisumu", until=timezone.localdate() - DAY
    )
    row = page_of(as_user(member).get(LIST)).one(".representations > li")
    assert (row.one(".state").text, row.forms) == ("Ended", [])


@pytest.mark.parametrize("count", [1, 3])
def test_list_in_a_fixed_number_of_queries(member, count, django_assert_num_queries):
    for number in range(count):
        RepresentationFactory(member=member, place=f"City {number}")
    client = as_user(member)
    client.get(LIST)
    with django_assert_num_queries(6):
        client.get(LIST)


# The card of a city


def card_of(member):
    return page_of(as_user(member).get(LIST)).one(".city-card")


def test_show_what_to_do_next_for_a_city(member, kisumu):
    RepresentationFactory(member=member, city=kisumu)
    card = card_of(member)
    assert [href for _text, href in card.links][:-1] == ["/partnerships/offers/new/"]
    asked = PartnershipRequestFactory(opened=True)
    MatchFactory(proposed=True, request=asked, city=kisumu)
    MatchFactory(
        proposed=True,
        request=PartnershipRequestFactory(opened=True, city=kisumu),
        city=CityFactory(),
    )
    # Of other cities, answered, or over.
    MatchFactory(proposed=True)
    MatchFactory(proposed=True, city=kisumu, candidate_answer="yes", candidate_answered_at=NOW)
    MatchFactory(proposed=True, city=kisumu, reply_by=timezone.localdate() - DAY)
    SuggestionFactory(city=kisumu)
    PartnershipRequestFactory(city=kisumu)
    PartnershipRequestFactory(city=kisumu, status="changes-requested", submitted_at=NOW)
    OfferFactory(city=kisumu)
    # The number and the target of each task.
    assert [(re.findall(r"\d+", text), href) for text, href in card_of(member).links[:-1]] == [
        (["2"], "/desk/"),
        (["1"], "/desk/"),
        (["1"], "/partnerships/?city=kisumu"),
        (["1"], "/desk/"),
    ]


def test_show_how_complete_the_profile_is_and_what_completing_it_brings(member, kisumu):
    RepresentationFactory(member=member, city=kisumu)
    card = card_of(member)
    assert card.one("progress")["value"] == "0"
    assert [each.text for each in card.select("progress ~ ul li")] == [
        "Working languages: Helps cities find a partner who works in the same language.",
        "Ports and hubs: Some requests need a port or a hub.",
        "Partners per year: Avoids more requests than you can handle.",
    ]
    assert "/partnerships/cities/kisumu/profile/" in [href for _text, href in card.links]
    # "No" and zero are answers.
    kisumu.has_sea_port = kisumu.has_rail_hub = kisumu.has_air_hub = False
    kisumu.has_dry_port, kisumu.working_languages = True, ["sw"]
    kisumu.save()
    profile = CityProfileFactory(
        city=kisumu, partners_a_year=0, setting="mixed", sectors="", exports=""
    )
    assert card_of(member).one("progress")["value"] == "7"
    profile.corridors = ["northern"]
    profile.sectors = profile.exports = profile.platforms = profile.contact_hours = "Some"
    profile.save()
    card = card_of(member)
    assert (card.one("progress")["value"], card.select("progress ~ ul")) == ("12", [])


def test_show_no_card_without_the_right(member, kisumu, asked):
    RepresentationFactory(member=member, city=CityFactory(), until=timezone.localdate() - DAY)
    RepresentationFactory(member=member, city=None, organization=OrganizationFactory())
    assert page_of(as_user(member).get(LIST)).select(".city-card") == []


# Withdrawing a request and ending a representation


VERBS = {"withdraw": ("asked", "withdrawn"), "resign": ("approved", "ended")}


@pytest.fixture(params=VERBS)
def verb(request):
    return request.param


@pytest.fixture
def row(member, kisumu, verb):
    status, _after = VERBS[verb]
    since = None if status == "asked" else timezone.localdate()
    return RepresentationFactory(member=member, city=kisumu, status=status, since=since)


def state(row) -> str:
    row.refresh_from_db()
    return row.status


def test_withdraw(member, row, verb):
    response = as_user(member).post(f"{LIST}{row.pk}/{verb}/", follow=True)
    assert (state(row), response.redirect_chain) == (VERBS[verb][1], [(LIST, 302)])


def test_withdraw_refused_to_others(client, stranger, broker, row, verb):
    path = f"{LIST}{row.pk}/{verb}/"
    answers = [as_user(who).post(path).status_code for who in (stranger, broker)]
    assert (answers, client.post(path).status_code) == ([404, 403], 302)
    assert state(row) == VERBS[verb][0]


def test_withdraw_refused_by_get(member, row, verb):
    assert as_user(member).get(f"{LIST}{row.pk}/{verb}/").status_code == 405
    assert state(row) == VERBS[verb][0]


def test_withdraw_twice_is_harmless(member, row, verb):
    client = as_user(member)
    for _ in range(2):
        response = client.post(f"{LIST}{row.pk}/{verb}/", follow=True)
    assert state(row) == VERBS[verb][1]
    assert page_of(response).outcomes == ["error"]


def test_withdraw_in_another_state(member, row, verb):
    Representation.objects.update(status="declined")
    as_user(member).post(f"{LIST}{row.pk}/{verb}/")
    assert state(row) == "declined"


# The letter


def test_show_the_letter_to_the_member_and_to_brokers(member, broker, stranger, client, asked):
    path = f"{LIST}{asked.pk}/letter/"
    for who in (member, broker):
        shown = as_user(who).get(path)
        assert b"".join(shown.streaming_content) == PDF
        close(shown)
        assert {
            name: shown.headers[name]
            for name in (
                "Content-Type",
                "Content-Disposition",
                "Cache-Control",
                "X-Content-Type-Options",
                "Content-Security-Policy",
            )
        } == {
            "Content-Type": "application/pdf",
            "Content-Disposition": f'attachment; filename="letter-{asked.pk}.pdf"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
    assert as_user(stranger).get(path).status_code == 404
    assert client.get(path).headers["Location"] == f"/accounts/login/?next={path}"


def test_show_no_letter_where_there_is_none(member, asked):
    asked.letter.storage.delete(asked.letter.name)
    assert as_user(member).get(f"{LIST}{asked.pk}/letter/").status_code == 404
    Representation.objects.update(letter="")
    assert as_user(member).get(f"{LIST}{asked.pk}/letter/").status_code == 404


# The member's desk


def test_show_cities_on_the_desk(member, colleague, kisumu, asked):
    RepresentationFactory(member=member, city=CityFactory(name="Over"), status="ended")
    part = as_user(member).get("/desk/").context["rail"][0]
    assert [(entry.title, entry.state) for entry in part.entries] == [("Kisumu", "In review")]
    assert as_user(colleague).get("/desk/").context["rail"] == []
