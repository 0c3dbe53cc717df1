"""Inviting a city, at the brokers' desk."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.models import Bounce
from partnerships.invitations import actions
from partnerships.models import CityInvitation, Match, PartnershipRequest
from tests.desk_client import DeskClient
from tests.factories import (
    CityFactory,
    CityInvitationFactory,
    MatchFactory,
    OfferFactory,
    PartnershipRequestFactory,
    PracticeFactory,
    RepresentationFactory,
)
from tests.page import page_of

pytestmark = pytest.mark.django_db

CONTACT = {
    "office": "Department of trade",
    "name": "",
    "email": "trade@nakuru.example",
    "source": "https://nakuru.example/trade",
}


@pytest.fixture
def asked():
    city = CityFactory(name="Cotonou")
    return PartnershipRequestFactory(
        opened=True, title="Parcels by rail", city=city, practices=[PracticeFactory()]
    )


@pytest.fixture
def nakuru(asked):
    """A city that has what is asked, and that nobody represents."""
    city = CityFactory(name="Nakuru")
    OfferFactory(city=city, practices=asked.practices.all())
    return city


@pytest.fixture
def desk(broker):
    client = DeskClient()
    client.force_login(broker)
    return client


def form_of(answer):
    """The form of an invitation."""
    page = answer if hasattr(answer, "forms") else page_of(answer)
    [found] = [form for form in page.forms if "office" in form.fields]
    return found


def candidates(asked) -> str:
    return f"/admin/partnerships/requests/{asked.pk}/candidates/"


def test_candidates_offer_to_invite_a_city_without_a_focal_point(desk, asked, nakuru):
    page = page_of(desk.get(candidates(asked)))
    assert page.select(".cand [name=act]") == []
    links = [href for text, href in page.links if text == "Invite: Nakuru"]
    assert links == [f"/admin/partnerships/requests/{asked.pk}/invite/?city={nakuru.pk}"]
    form = form_of(desk.get(links[0]))
    assert form.fields["city"].startswith("Nakuru, ")
    assert form.fields["message"].split("\n\n")[0] == (
        "Cotonou is looking for a partner on the South-South City Exchange: “Parcels by rail”. We "
        "think Nakuru could help. Would your office like to represent Nakuru and answer?"
    )
    for city in (nakuru, asked.city):
        RepresentationFactory(city=city)
    page = page_of(desk.get(candidates(asked)))
    assert [each["value"] for each in page.select(".cand [name=act]")] == [
        "propose",
        "suggest",
    ]
    assert "Invite: Nakuru" not in [text for text, _href in page.links]


def test_nobody_is_asked_for_a_city_that_could_not_answer(desk, asked, nakuru):
    answer = desk.post(candidates(asked), {"city": nakuru.pk, "act": "propose"}, follow=True)
    assert answer.redirect_chain[-1][0] == (
        f"/admin/partnerships/requests/{asked.pk}/invite/?city={nakuru.pk}"
    )
    assert page_of(answer).outcomes == ["warning"]
    assert not Match.objects.exists()


def test_match_offers_to_invite_where_nobody_could_answer(desk, asked, nakuru):
    RepresentationFactory(city=asked.city)
    match = MatchFactory(request=asked, city=nakuru)
    page = page_of(desk.get(f"/admin/partnerships/matches/{match.pk}/"))
    assert page.select("[value=propose]") == []
    assert page.link("Invite: Nakuru").endswith(f"/invite/?city={nakuru.pk}")
    RepresentationFactory(city=nakuru)
    page = page_of(desk.get(f"/admin/partnerships/matches/{match.pk}/"))
    assert len(page.select("[value=propose]")) == 1


def test_write(desk, asked, nakuru):
    url = f"/admin/partnerships/requests/{asked.pk}/invite/?city={nakuru.pk}&language=fr"
    form = form_of(desk.get(url))
    answer = desk.post(url, form.fields | CONTACT, follow=True)
    invitation = CityInvitation.objects.get()
    assert (invitation.city, invitation.language, invitation.office) == (
        nakuru,
        "fr",
        "Department of trade",
    )
    page = page_of(answer)
    assert page.messages == ["Invitation sent."]
    assert "trade@nakuru.example" in page.text
    # The candidates page says so, and the request lists it.
    listed = page_of(desk.get(url)).one("[aria-labelledby=earlier] li")
    assert listed.text == "Nakuru Department of trade · Sent"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"email": "nobody"}, "Enter a valid email address."),
        ({"source": ""}, "This field is required."),
        ({"city": "Nowhere at all"}, "No city found with this name"),
    ],
)
def test_mark_what_is_wrong_and_keep_the_rest(desk, asked, nakuru, changes, said):
    url = f"/admin/partnerships/requests/{asked.pk}/invite/?city={nakuru.pk}"
    form = form_of(desk.get(url))
    page = page_of(desk.post(url, form.fields | CONTACT | changes))
    assert said in page.one(".errorlist").text
    assert form_of(page).fields["office"] == "Department of trade"
    assert not CityInvitation.objects.exists()


def test_choose_between_cities_of_one_name(desk, asked):
    twins = [CityFactory(name="Springfield") for _ in range(2)]
    url = f"/admin/partnerships/requests/{asked.pk}/invite/"
    sent = CONTACT | {"city": "Springfield", "message": "Would you?"}
    page = page_of(desk.post(url, sent))
    keys = [each["value"] for each in page.select("[name=place]")]
    assert {f"city-{city.pk}" for city in twins} <= {*keys}
    desk.post(url, sent | {"place": f"city-{twins[1].pk}"})
    assert CityInvitation.objects.get().city == twins[1]


def test_remind_and_take_back(desk, asked, nakuru):
    invitation = CityInvitationFactory(request=asked, city=nakuru)
    url = f"/admin/partnerships/invitations/{invitation.pk}/"
    page = page_of(desk.post(url, {"act": "remind"}, follow=True))
    assert page.messages == ["Reminder sent."]
    assert [each["value"] for each in page.select("[name=act]")] == ["revoke"]
    page = page_of(desk.post(url, {"act": "revoke"}, follow=True))
    assert page.messages == ["Invitation withdrawn."]
    assert page.select("[name=act]") == []
    assert "trade@nakuru.example" not in page.text
    assert page.link("Invite another office").endswith(f"/invite/?city={nakuru.pk}")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("returned", "Emails to trade@nakuru.example were returned"),
        ("spam", "An email to trade@nakuru.example was marked as spam"),
    ],
)
def test_say_that_emails_to_the_office_are_returned(
    desk, asked, nakuru, kind, words, django_assert_num_queries
):
    email = "Trade@nakuru.example"
    invitation = CityInvitationFactory(request=asked, city=nakuru, email=email)
    now = timezone.now()
    values = {"kind": kind, "reported_at": now}
    Bounce.objects.create(email="another@nakuru.example", **values)
    bounce = Bounce.objects.create(email="trade@nakuru.example", cleared_at=now, **values)
    path = invitation.get_absolute_url()
    with CaptureQueriesContext(connection) as before:
        assert page_of(desk.get(path)).select(".errornote") == []
    Bounce.objects.filter(pk=bounce.pk).update(cleared_at=None)
    with django_assert_num_queries(len(before)):
        [note] = page_of(desk.get(path)).select(".errornote")
    assert note.text.startswith(words)
    # The address is erased when the invitation ends.
    actions.decline(invitation=invitation, words="")
    assert page_of(desk.get(path)).select(".errornote") == []


def test_change_nothing_by_get(desk, asked, nakuru):
    invitation = CityInvitationFactory(request=asked, city=nakuru)
    desk.get(f"/admin/partnerships/invitations/{invitation.pk}/?act=revoke")
    invitation.refresh_from_db()
    assert invitation.is_open


@pytest.mark.parametrize("query", ["city=%00", "city=²", "city=999999999999", "language=xx"])
def test_hostile_queries(desk, asked, query):
    answer = desk.get(f"/admin/partnerships/requests/{asked.pk}/invite/?{query}")
    assert form_of(answer).fields["city"] == ""


def test_notice_leads_to_the_invitation(desk, broker, asked, nakuru):
    invitation = CityInvitationFactory(request=asked, city=nakuru)
    actions.decline(invitation=invitation)
    page = page_of(desk.get("/notifications/"))
    path = f"/admin/partnerships/invitations/{invitation.pk}/"
    assert path in [href for _text, href in page.links]


def test_begin_the_message_with_the_reason(desk, asked, nakuru):
    url = f"/admin/partnerships/requests/{asked.pk}/invite/"
    practice = asked.practices.get().name
    message = form_of(desk.get(f"{url}?city={nakuru.pk}")).fields["message"]
    assert f"Why we are writing to you: Nakuru offers to share “{practice}”." in message
    message = form_of(desk.get(f"{url}?city={nakuru.pk}&language=fr")).fields["message"]
    assert "Nakuru propose" in message
    # The reason would tell what a request asks for that only brokers read.
    PartnershipRequest.objects.update(visibility="brokers")
    message = form_of(desk.get(f"{url}?city={nakuru.pk}")).fields["message"]
    assert "Why we are writing" not in message
    assert practice not in message
    PartnershipRequest.objects.update(visibility="public")
    # Of a city of which nothing is known there is no reason to give.
    other = CityFactory(name="Belem")
    message = form_of(desk.get(f"{url}?city={other.pk}")).fields["message"]
    assert "Why we are writing" not in message
