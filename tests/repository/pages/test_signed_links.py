from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import signing

from community.notices import digests
from community.webinars import links as webinars
from partnerships.agreements import links as reports
from partnerships.requests import renewals
from repository.pages.signed_links import SignedLink, address_mark

LINK = SignedLink("tests.link", "community:registration", holds=2)
PLAIN = replace(LINK, is_plain=True)


@pytest.mark.parametrize("link", [LINK, PLAIN])
def test_read_what_was_signed(link):
    assert link.read(link.sign("7", "daily")) == ["7", "daily"]
    assert link.path("7", "daily").startswith("/registrations/")


@pytest.mark.parametrize("link", [LINK, PLAIN])
@pytest.mark.parametrize(
    "change",
    [
        lambda link, token: "0" + token,
        lambda link, token: token[:-1],
        lambda link, token: "",
        lambda link, token: replace(link, salt="tests.other").sign("7", "daily"),
        lambda link, token: link.sign("7"),
        lambda link, token: link.sign("7", "daily", "more"),
        lambda link, token: signing.dumps("daily", salt="tests.other"),
    ],
)
def test_refuse_what_was_not(link, change):
    assert link.read(change(link, link.sign("7", "daily"))) is None


def test_refuse_a_token_that_holds_no_list():
    assert LINK.read(signing.dumps(7, salt=LINK.salt)) is None


def test_refuse_after_its_time():
    token = LINK.sign("7", "daily")
    assert replace(LINK, lasts=timedelta(minutes=1)).read(token) == ["7", "daily"]
    assert replace(LINK, lasts=timedelta(seconds=-1)).read(token) is None


def test_keep_the_salts_of_links_that_have_been_sent():
    links = [webinars.REGISTRATION, webinars.SPEAKER, webinars.SURVEY, reports.LINK, renewals.LINK]
    assert [link.salt for link in links] == [
        "community.registration",
        "community.speaker",
        "community.survey",
        "partnerships.report",
        "partnerships.renewals",
    ]
    assert digests.UNSUBSCRIBE.salt == "community.unsubscribing"


def test_mark_addresses_without_telling_them(settings):
    settings.SECRET_KEY = "of the links that have been sent, for the test"
    assert address_mark("Afi@example.org") == address_mark("afi@example.org") == "01e0453385450a97"
    assert address_mark("afi@example.com") != "01e0453385450a97"
