"""Links in messages lead to SITE_URL, whatever Host header the request carried."""

import re

import pytest
from django.urls import reverse

from community.accounts import spam_protection
from community.models import NoticeKind
from community.notices.notify import notify
from community.webinars.registrations.actions import register
from community.webinars.registrations.emails import send as send_registration_mail
from community.webinars.speakers.actions import email_link as send_speaker_mail
from community.writing.coauthors.actions import invite
from tests.community.conftest import PASSWORD, run_queue, sign_up_form
from tests.community.webinars.registrations.registrations import (
    announced_webinar,
    registration_form,
)
from tests.factories import AppearanceFactory, CaseStudyFactory

SITE = "https://exchange.example"
FORGED = {"host": "testserver:6666", "x-forwarded-host": "evil.example", "x-forwarded-port": "99"}
LINK = re.compile(r"https?://[^\s>]+")


@pytest.fixture
def webinar(db):
    return announced_webinar()


@pytest.fixture(autouse=True)
def _site(settings, monkeypatch):
    settings.SITE_URL = SITE
    monkeypatch.setattr(spam_protection, "MIN_SECONDS", 0)


def links(messages) -> list[str]:
    return [
        link
        for message in messages
        for text in (message.body, *message.extra_headers.values())
        for link in LINK.findall(text)
    ]


def check(messages, *, of: str, at_least: int = 1) -> None:
    assert [message.subject for message in messages] == [of]
    found = links(messages)
    assert len(found) >= at_least
    assert [link for link in found if not link.startswith(f"{SITE}/")] == []


def test_sign_up_confirmation(client, db):
    client.post("/accounts/signup/", sign_up_form("new@example.org"), headers=FORGED)
    check(run_queue(), of="Confirm your email address")


def test_sign_up_with_an_address_that_has_an_account(client, account):
    client.post("/accounts/signup/", sign_up_form(account.email), headers=FORGED)
    check(run_queue(), of="You already have an account")


def test_password_reset(client, account):
    client.post("/accounts/password/reset/", {"email": account.email}, headers=FORGED)
    messages = run_queue()
    check(messages, of="Reset your password")
    [link] = links(messages)
    assert client.get(link.removeprefix(SITE)).status_code == 302


def test_password_reset_of_an_unknown_address(client, db):
    client.post("/accounts/password/reset/", {"email": "absent@example.org"}, headers=FORGED)
    messages = run_queue()
    check(messages, of="No account uses this email address")
    assert links(messages) == [SITE + reverse("account_signup")]


def test_change_of_the_address(signed_in):
    signed_in.post("/accounts/reauthenticate/", {"password": PASSWORD}, headers=FORGED)
    change = {"email": "new@example.org", "action_add": ""}
    signed_in.post("/accounts/email/", change, headers=FORGED)
    check(run_queue(), of="Confirm your new email address")


def test_registration_of_a_guest(client, webinar, benin):
    client.post("/webinars/parcels/register/", registration_form(client), headers=FORGED)
    check(run_queue(), of="Confirm your registration: Parcels by rail, road; and sea")


def test_survey(webinar, member):
    send_registration_mail(register(webinar=webinar, by=member), "survey")
    [_registered, survey] = run_queue()
    check([survey], of=f"How was it? Two-minute survey: {webinar.title}", at_least=2)


def test_speaker_page(webinar):
    talk = AppearanceFactory(webinar=webinar, speaker__email="ana@example.org")
    send_speaker_mail(talk.speaker, [talk], "en")
    [message] = run_queue()
    check([message], of=message.subject)


def test_notice(member, colleague):
    case = CaseStudyFactory(published=True)
    notify([member.pk], subject=case, actor=colleague, kind=NoticeKind.REPLY, event="comment.reply")
    [message] = run_queue()
    check([message], of=message.subject, at_least=3)


def test_invitation(member, colleague):
    case = CaseStudyFactory(authors=[member])
    invite(case=case, handle=colleague.handle, by=member)
    [message] = run_queue()
    check([message], of=message.subject, at_least=3)
