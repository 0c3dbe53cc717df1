"""Who wrote a case is named on its page, in its citation and to machines."""

import json
import re

import pytest

from community.privacy.actions import delete_account
from community.profiles.actions import change_profile
from tests.factories import CaseStudyFactory
from tests.page import page_of


@pytest.fixture
def case(colleague, member):
    case = CaseStudyFactory(published=True, slug="parcels", title="Parcels together")
    # In the order in which they joined, not of their accounts.
    case.authors.add(colleague)
    case.authors.add(member)
    return case


def written_by(text) -> list[tuple[str, str]]:
    """The addresses and names below "Written by" in the facts at a glance."""
    found, is_below = [], False
    for part in page_of(text).select(".glance > dt, .glance > dd"):
        if part.tag == "dt":
            is_below = part.text == "Written by"
        elif is_below:
            found += [(href, name) for name, href in part.links]
    return found


def schema(text) -> dict:
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text)[1])


def test_name_who_wrote_it(client, case):
    text = client.get(case.get_absolute_url()).text
    assert written_by(text) == [
        ("/members/colleague/", "Colleague"),
        ("/members/member/", "Member"),
    ]
    assert f"Colleague &amp; Member. ({case.published_at.year}). Parcels together" in text
    assert "author = {{Colleague} and {Member}}" in text
    assert schema(text)["author"] == [
        {"@type": "Person", "name": name, "url": f"http://testserver/members/{name.lower()}/"}
        for name in ("Colleague", "Member")
    ]


def test_name_nobody_where_the_collection_tells_it(client, db):
    text = client.get(CaseStudyFactory(published=True).get_absolute_url()).text
    assert (written_by(text), "author" in schema(text)) == ([], False)


def test_show_the_new_name_at_once(client, case, member):
    seen = client.get(case.get_absolute_url()).headers["ETag"]
    change_profile(
        user=member, by=member, display_name="Amina Diallo", handle="amina", language="en"
    )
    again = client.get(case.get_absolute_url(), headers={"If-None-Match": seen})
    assert (again.status_code, written_by(again.text)[1]) == (
        200,
        ("/members/amina/", "Amina Diallo"),
    )


@pytest.mark.django_db(transaction=True)
def test_name_nobody_who_has_left(client, case, member):
    seen = client.get(case.get_absolute_url()).headers["ETag"]
    delete_account(member=member, by=member, erase=False)
    again = client.get(case.get_absolute_url(), headers={"If-None-Match": seen})
    assert (again.status_code, [name for _url, name in written_by(again.text)]) == (
        200,
        ["Colleague"],
    )
