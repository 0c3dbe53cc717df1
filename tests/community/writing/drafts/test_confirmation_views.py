from datetime import timedelta

import pytest
from django.utils import timezone

from repository.models import CaseStatus, CaseStudy
from tests.community.writing.drafts.cases import as_user
from tests.factories import CaseStudyFactory
from tests.page import page_of


@pytest.fixture
def old(member):
    published = timezone.now() - timedelta(days=400)
    return CaseStudyFactory(
        published=True, published_at=published, slug="parcels", authors=[member]
    )


def asks(client) -> bool:
    page = page_of(client.get("/cases/parcels/"))
    return "/cases/parcels/confirm/" in [form.action for form in page.forms]


def test_ask_the_author_on_the_page_until_it_is_confirmed(old, member):
    client = as_user(member)
    assert page_of(client.get("/cases/parcels/")).one(".still-true p").text == (
        "Is this case still up to date? You haven’t checked it for a year."
    )
    response = client.post("/cases/parcels/confirm/", follow=True)
    assert response.redirect_chain == [("/cases/parcels/", 302)]
    assert page_of(response).outcomes == ["success"]
    assert not asks(client)
    old.refresh_from_db()
    assert old.verified_at == timezone.localdate()


def test_ask_nobody_else(old, client, stranger, moderator):
    assert [asks(who) for who in (client, as_user(stranger), as_user(moderator))] == [False] * 3


def test_do_not_ask_about_a_new_case(old, member):
    CaseStudy.objects.update(published_at=timezone.now())
    assert not asks(as_user(member))


def test_confirm_an_archived_case_is_refused(old, member):
    CaseStudy.objects.update(status=CaseStatus.ARCHIVED, archived_reason="Outdated.")
    response = as_user(member).post("/cases/parcels/confirm/")
    assert response.status_code == 302
    old.refresh_from_db()
    assert old.verified_at is None


def test_confirm_an_unknown_case_is_not_found(member):
    assert as_user(member).post("/cases/parcels/confirm/").status_code == 404
