"""The authors of a case on its page, in its citations and in its structured data."""

import json

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


def written_by(page) -> list[tuple[str, str]]:
    """The names and URLs below "Written by" in the facts at a glance."""
    found, is_below = [], False
    for part in page.select(".glance > dt, .glance > dd"):
        if part.tag == "dt":
            is_below = part.text == "Written by"
        elif is_below:
            found += part.links
    return found


def schema(page) -> dict:
    return json.loads(page.one('script[type="application/ld+json"]').node.text())


def test_name_who_wrote_it(client, case):
    page = page_of(client.get(case.get_absolute_url()))
    assert written_by(page) == [
        ("Colleague", "/members/colleague/"),
        ("Member", "/members/member/"),
    ]
    apa, bibtex, _ris = page.select(".cite pre")
    year = case.published_at.year
    assert apa.text.startswith(f"Colleague & Member. ({year}). Parcels together ")
    assert "author = {{Colleague} and {Member}}" in bibtex.text
    assert schema(page)["author"] == [
        {"@type": "Person", "name": name, "url": f"http://testserver/members/{name.lower()}/"}
        for name in ("Colleague", "Member")
    ]


def test_name_nobody_without_authors(client, db):
    page = page_of(client.get(CaseStudyFactory(published=True).get_absolute_url()))
    assert (written_by(page), "author" in schema(page)) == ([], False)


def test_show_a_changed_name_at_once(client, case, member):
    seen = client.get(case.get_absolute_url()).headers["ETag"]
    change_profile(
        user=member, by=member, display_name="Amina Diallo", handle="amina", language="en"
    )
    again = page_of(client.get(case.get_absolute_url(), headers={"If-None-Match": seen}))
    assert again.status == 200
    assert written_by(again)[1] == ("Amina Diallo", "/members/amina/")


@pytest.mark.django_db(transaction=True)
def test_leave_out_deleted_accounts(client, case, member):
    seen = client.get(case.get_absolute_url()).headers["ETag"]
    delete_account(member=member, by=member, erase=False)
    again = page_of(client.get(case.get_absolute_url(), headers={"If-None-Match": seen}))
    assert again.status == 200
    assert written_by(again) == [("Colleague", "/members/colleague/")]
