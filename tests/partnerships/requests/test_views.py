from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from partnerships.models import PartnershipRequest, Representation, Visibility
from partnerships.requests import renewals
from partnerships.requests.expiry import warn_due
from repository.models import Goal
from tests.community.conftest import link_in, run_queue
from tests.desk_client import DeskClient
from tests.factories import CaseStudyFactory, PracticeFactory, ThemeFactory
from tests.factories.partnerships import (
    THEN,
    MatchFactory,
    PartnershipFactory,
    PartnershipRequestFactory,
    PartyFactory,
    RepresentationFactory,
)
from tests.files import PDF
from tests.page import page_of

ROLES = ["visitor", "stranger", "focal_point", "broker", "moderator", "asked"]
STATES = {
    "draft": {},
    "submitted": {"submitted_at": THEN},
    "changes-requested": {"submitted_at": THEN},
    "declined": {"submitted_at": THEN},
    "open": {"opened_at": THEN, "expires_at": timezone.now() + timedelta(days=30)},
    "matched": {"opened_at": THEN, "expires_at": THEN},
    "expired": {"opened_at": THEN, "expires_at": THEN},
    "closed": {"closed_at": THEN, "closing_reason": "changed"},
}


@pytest.fixture
def people(focal_point, stranger, broker, moderator, city):
    """One person of each role; "asked" speaks for a city that a broker has asked."""
    asked = RepresentationFactory().member
    return {
        "visitor": None,
        "stranger": stranger,
        "focal_point": focal_point,
        "broker": broker,
        "moderator": moderator,
        "asked": asked,
    }


def signed_in(person) -> Client:
    client = DeskClient()
    if person is not None:
        client.force_login(person)
    return client


def made(status: str, city, **options) -> PartnershipRequest:
    return PartnershipRequestFactory(city=city, status=status, **STATES[status] | options)


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("status", STATES)
def test_detail_is_shown_to_those_who_may_know_of_it(status, visibility, city, people):
    partnership_request = made(status, city, visibility=visibility)
    MatchFactory(
        request=partnership_request, city=people["asked"].representations.get().city, proposed=True
    )
    may_know = {"focal_point", "broker", "asked"}
    if status == "open" and visibility != "brokers":
        may_know |= {"stranger", "moderator"}
        if visibility == "public":
            may_know |= {"visitor"}
    answers = {
        role: signed_in(people[role]).get(partnership_request.get_absolute_url()).status_code
        for role in ROLES
    }
    assert answers == {role: 200 if role in may_know else 404 for role in ROLES}


def test_detail_names_no_person(city, people, focal_point):
    partnership_request = made("open", city, created_by=focal_point)
    for role in set(ROLES) - {"focal_point"}:
        page = page_of(signed_in(people[role]).get(partnership_request.get_absolute_url()))
        assert "Focal point" not in page.html
        assert "focal-point" not in page.html


def test_detail_shows_what_is_asked(client, city):
    case = CaseStudyFactory(published=True, title="Rail to the sea")
    draft = CaseStudyFactory(title="Not yet public")
    partnership_request = made(
        "open",
        city,
        practices=[PracticeFactory(name="One window")],
        offered_practices=[PracticeFactory(name="Village shops")],
        themes=[ThemeFactory(name="Logistics")],
        goals=[Goal.objects.get(pk=9)],
        cases=[case, draft],
        musts=["speaks:fr", "region:Africa", "landlocked", "nonsense", "country:BJ"],
        broker_note="For brokers alone.",
        endorsement="endorsements/0.pdf",
    )
    page = page_of(client.get(partnership_request.get_absolute_url()))
    assert "Parcels take twelve days to reach a village." in page.one(".reading .prose").lines
    facts = [each.text for each in page.select(".glance dd")]
    for fact in ("12 days in 2025", "Training", "One window", "Village shops"):
        assert fact in facts
    assert "Logistics" in [each.text for each in page.select(".chips .chip")]
    assert page.link("Rail to the sea") == case.get_absolute_url()
    assert [each.text for each in page.select("[aria-labelledby=musts] li")] == [
        "Works in French",
        "Is in this region: Africa",
        "Is in this country or area: Benin",
        "Is landlocked (no access for seagoing ships)",
    ]
    for secret in ("Not yet public", "nonsense", "For brokers alone.", "endorsement"):
        assert secret not in page.html


# The buttons and links for the city in each state, by the ends of their URLs.
WAYS = {
    "draft": {"edit", "submit", "discard", "letter/add"},
    "submitted": {"withdraw"},
    "changes-requested": {"edit", "submit", "withdraw", "letter/add"},
    "declined": set(),
    "open": {"renew", "close"},
    "matched": {"close"},
    "expired": {"renew", "close"},
    "closed": set(),
}


def targets_of(response) -> set[str]:
    """Where the links and forms of a page lead."""
    page = page_of(response)
    return {href for _text, href in page.links} | {form.action for form in page.forms}


@pytest.mark.parametrize("status", STATES)
def test_detail_offers_the_city_what_can_be_done_next(status, city, people):
    partnership_request = made(status, city, practices=[PracticeFactory()])
    url = partnership_request.get_absolute_url()
    acts = {*WAYS["draft"], *WAYS["submitted"], *WAYS["open"]}
    review = f"/admin/review/request/{partnership_request.pk}/"
    for role, own, is_broker in (("focal_point", WAYS[status], False), ("broker", set(), True)):
        targets = targets_of(signed_in(people[role]).get(url))
        assert {act for act in acts if f"{url}{act}/" in targets} == own
        assert (review in targets) == is_broker


def test_detail_says_what_is_missing_instead_of_submitting(client, city, focal_point):
    partnership_request = made("draft", city, challenge="")
    client.force_login(focal_point)
    page = page_of(client.get(partnership_request.get_absolute_url()))
    missing = "Add this before you submit: the challenge, a practice or a theme."
    assert missing in page.one("[aria-labelledby=stands]").lines
    assert "/submit/" not in page.html


def test_detail_shows_the_message_of_the_broker_to_the_city_only(city, people, broker):
    from community.models import Verb
    from partnerships.requests.review import decide

    partnership_request = made("submitted", city)
    message = "Say how many shops there are."
    decide(
        partnership_request=partnership_request,
        verb=Verb.REQUEST_CHANGES,
        by=broker,
        reason="other",
        message=message,
    )
    url = partnership_request.get_absolute_url()
    page = page_of(signed_in(people["focal_point"]).get(url))
    assert message in page.one("[aria-labelledby=stands]").lines
    assert message not in page_of(signed_in(people["broker"]).get(url)).html


def test_detail_of_a_closed_request_leads_to_its_partnership(city, people, broker):
    asked = made("closed", city)
    match = MatchFactory(request=asked, introduced=True)
    found = PartnershipFactory(match=match, is_public=False)
    PartyFactory(partnership=found, city=city)
    candidate = RepresentationFactory(city=match.city).member
    for who, links in ((people["focal_point"], 1), (broker, 1), (candidate, 0)):
        page = page_of(signed_in(who).get(asked.get_absolute_url()))
        shown = [url for _text, url in page.main.links if url == found.get_absolute_url()]
        # The candidate is no party of it here, and may not know of it.
        assert (page.status, len(shown)) == (200, links)


def test_detail_is_not_found_once_the_right_has_ended(client, city, focal_point):
    partnership_request = made("draft", city)
    client.force_login(focal_point)
    response = client.get(partnership_request.get_absolute_url())
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "private, no-store")
    Representation.objects.update(until=timezone.localdate() - timedelta(days=1))
    assert client.get(partnership_request.get_absolute_url()).status_code == 404


def test_detail_is_kept_by_caches_until_it_changes(client, city):
    partnership_request = made("open", city)
    response = client.get(partnership_request.get_absolute_url())
    again = {"headers": {"If-None-Match": response.headers["ETag"]}}
    assert client.get(partnership_request.get_absolute_url(), **again).status_code == 304
    type(partnership_request).objects.update(title="Other words")
    assert client.get(partnership_request.get_absolute_url(), **again).status_code == 200


@pytest.mark.parametrize(("role", "most"), [("visitor", 5), ("focal_point", 19), ("broker", 10)])
def test_detail_takes_a_fixed_number_of_queries(
    role, most, city, people, django_assert_num_queries
):
    client = signed_in(people[role])

    def get(many: int) -> None:
        rows = {
            "practices": PracticeFactory.create_batch(many),
            "offered_practices": PracticeFactory.create_batch(many),
            "themes": ThemeFactory.create_batch(many),
            "cases": CaseStudyFactory.create_batch(many, published=True),
        }
        partnership_request = made("open", city, **rows)
        client.get(partnership_request.get_absolute_url())
        with django_assert_num_queries(most):
            client.get(partnership_request.get_absolute_url())

    get(1)
    get(3)


# Steps

STEPS = {
    "submit": ("draft", "submitted", {}),
    "withdraw": ("submitted", "draft", {}),
    "renew": ("expired", "open", {}),
    "close": ("open", "closed", {"reason": "partnered"}),
}


@pytest.fixture
def asked(city):
    def make(verb: str):
        return made(STEPS[verb][0], city, practices=[PracticeFactory()])

    return make


def status_of(partnership_request) -> str:
    return PartnershipRequest.objects.get(pk=partnership_request.pk).status


def kinds_of_messages(response) -> list[str]:
    found = page_of(response).select(".messages .message")
    return [kind for message in found for kind in message.classes - {"message"}]


@pytest.mark.parametrize("verb", STEPS)
def test_take_a_step_shows_a_message(verb, asked, client, focal_point):
    _before, after, sent = STEPS[verb]
    partnership_request = asked(verb)
    client.force_login(focal_point)
    url = f"{partnership_request.get_absolute_url()}{verb}/"
    response = client.post(url, sent, follow=True)
    assert (response.redirect_chain, status_of(partnership_request)) == (
        [(partnership_request.get_absolute_url(), 302)],
        after,
    )
    assert kinds_of_messages(response) == ["success"]
    # Repeated: refused with a message.
    if verb != "renew":
        assert kinds_of_messages(client.post(url, sent, follow=True)) == ["error"]
        assert status_of(partnership_request) == after


@pytest.mark.parametrize("verb", [*STEPS, "discard", "letter/add", "letter/remove"])
def test_take_a_step_only_for_ones_own_city(verb, city, people):
    partnership_request = made("open", city)
    url = f"{partnership_request.get_absolute_url()}{verb}/"
    assert signed_in(None).post(url).url == f"/accounts/login/?next={url}"
    for role in ("stranger", "broker", "moderator", "asked"):
        assert signed_in(people[role]).post(url, {"reason": "changed"}).status_code == 403
    assert signed_in(people["focal_point"]).post(url, {"reason": "changed"}).status_code == 302
    hidden = made("draft", city)
    url = f"{hidden.get_absolute_url()}{verb}/"
    assert signed_in(people["stranger"]).post(url).status_code == 404


@pytest.mark.parametrize("verb", ["withdraw", "renew", "letter/add", "letter/remove"])
def test_take_a_step_by_get_is_refused(verb, city, client, focal_point):
    client.force_login(focal_point)
    url = f"{made('open', city).get_absolute_url()}{verb}/"
    assert client.get(url).status_code == 405


@pytest.mark.parametrize("verb", ["submit", "close", "discard"])
def test_ask_before_a_step(verb, city, client, focal_point):
    partnership_request = made(
        "open" if verb == "close" else "draft", city, practices=[PracticeFactory()]
    )
    client.force_login(focal_point)
    url = f"{partnership_request.get_absolute_url()}{verb}/"
    page = page_of(client.get(url))
    assert (page.status, page.form(url).method) == (200, "post")
    assert status_of(partnership_request) in ("open", "draft")


def test_close_without_a_reason_asks_for_it(city, client, focal_point):
    partnership_request = made("open", city)
    client.force_login(focal_point)
    url = f"{partnership_request.get_absolute_url()}close/"
    [error] = page_of(client.post(url, {"reason": "because"})).errors
    assert error.startswith("Select a valid choice.")
    assert status_of(partnership_request) == "open"


def test_discard_a_draft(city, client, focal_point):
    partnership_request = made("draft", city)
    client.force_login(focal_point)
    response = client.post(f"{partnership_request.get_absolute_url()}discard/")
    assert (response.status_code, PartnershipRequest.objects.count()) == (302, 0)
    assert client.post(f"{partnership_request.get_absolute_url()}discard/").status_code == 404


# Letters


def test_letter_is_visible_to_the_city_and_the_brokers(files, city, people):
    partnership_request = made("draft", city)
    url = f"{partnership_request.get_absolute_url()}letter/"
    focal_point = signed_in(people["focal_point"])
    assert focal_point.get(url).status_code == 404
    focal_point.post(f"{url}add/", {"letter": SimpleUploadedFile("mayor.pdf", PDF)})
    PartnershipRequest.objects.update(status="open", **STATES["open"])
    for role in ("focal_point", "broker"):
        response = signed_in(people[role]).get(url)
        assert b"".join(response.streaming_content) == PDF
        headers = response.headers
        assert headers["Content-Disposition"] == (
            f'attachment; filename="endorsement-{partnership_request.pk}.pdf"'
        )
        assert headers["Cache-Control"].startswith("private, no-store")
        assert "sandbox" in headers["Content-Security-Policy"]
    for role in ("stranger", "moderator", "asked"):
        assert signed_in(people[role]).get(url).status_code == 403
    assert signed_in(None).get(url).url == f"/accounts/login/?next={url}"


def test_letter_without_content_is_refused(files, city, client, focal_point):
    partnership_request = made("draft", city)
    client.force_login(focal_point)
    url = f"{partnership_request.get_absolute_url()}letter/add/"
    for sent in ({}, {"letter": SimpleUploadedFile("letter.pdf", b"")}):
        assert kinds_of_messages(client.post(url, sent, follow=True)) == ["error"]
    partnership_request.refresh_from_db()
    assert not partnership_request.endorsement


def test_letter_whose_file_is_gone_is_not_found(files, city, client, focal_point):
    partnership_request = made("draft", city, endorsement="endorsements/gone.pdf")
    client.force_login(focal_point)
    assert client.get(f"{partnership_request.get_absolute_url()}letter/").status_code == 404


# Renewing by the link in an email


@pytest.fixture
def link(city, focal_point) -> str:
    """The link in the email that warns of the end."""
    partnership_request = made("open", city, expires_at=timezone.now() + timedelta(days=3))
    warn_due()
    [message] = run_queue()
    assert f"“{partnership_request.title}” expires soon" in message.body
    return link_in(message)


def test_renew_from_a_message_once_without_signing_in(link, client):
    before = PartnershipRequest.objects.get().expires_at
    form = page_of(client.get(link)).one("main form")
    assert (form["action"], form.buttons) == (link, ["Renew request"])
    assert PartnershipRequest.objects.get().expires_at == before
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link).status_code == 403
    token = strict.get(link).context["csrf_token"]
    done = strict.post(link, {"csrfmiddlewaretoken": token}, follow=True)
    [message] = page_of(done).messages
    assert (done.redirect_chain[0][1], "Request renewed" in message) == (302, True)
    after = PartnershipRequest.objects.get().expires_at
    assert after > before
    [alert] = page_of(client.post(link)).alerts
    assert "already been renewed" in alert
    page = page_of(client.get(link))
    assert len(page.select("main .notice")) == 1
    assert page.main.forms == []
    assert PartnershipRequest.objects.get().expires_at == after


def test_renew_from_a_message_what_is_closed_is_refused(link, client, focal_point):
    PartnershipRequest.objects.update(status="matched")
    [alert] = page_of(client.post(link)).alerts
    assert alert.endswith("because its status is “Matched”.")


def test_renew_from_a_message_after_the_right_has_ended_is_not_found(link, client):
    Representation.objects.update(status="ended")
    assert (client.get(link).status_code, client.post(link).status_code) == (404, 404)


def test_renew_by_the_link_of_a_stranger_is_not_found(city, stranger, client):
    partnership_request = made("open", city)
    url = f"/partnerships/requests/renew/{renewals.token_for(partnership_request, stranger.pk)}/"
    assert client.post(url).status_code == 404


def test_desk_shows_the_requests_of_the_city_and_what_waits(city, client, focal_point, stranger):
    sent_back = made("changes-requested", city, title="Sent back")
    runs_out = made("open", city, title="Runs out", warned_at=THEN)
    client.force_login(focal_point)
    page = page_of(client.get("/desk/"))
    [waiting] = page.by_role("region", "To do")
    assert [href for _text, href in waiting.links].count(sent_back.get_absolute_url()) == 1
    assert [href for _text, href in waiting.links].count(runs_out.get_absolute_url()) == 1
    assert "Renew request Runs out" in [text for text, _href in waiting.links]
    assert "/partnerships/requests/new/" in [href for _text, href in page.links]
    client.force_login(stranger)
    assert "Sent back" not in page_of(client.get("/desk/")).html
