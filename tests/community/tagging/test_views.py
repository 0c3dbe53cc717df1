import time

import pytest
from django.test import Client

from community.accounts.spam_protection import stamp_for
from community.models import TagProposal
from community.moderation.queue import entries as queue_entries
from community.tagging.actions import decline
from tests.factories import CaseStudyFactory, WebinarFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(colleague):
    return CaseStudyFactory(published=True, authors=[colleague], tags=["Rail freight"])


def url(case):
    return f"/tag-proposals/case/{case.pk}/new/"


def filled(user, tag):
    return {"tag": tag, "website": "", "stamp": stamp_for(user, at=time.time() - 60)}


def test_propose_and_accept(client, case, member, colleague, stranger):
    client.force_login(member)
    assert client.post(url(case), filled(member, "Port")).url == url(case)
    assert client.post(url(case), filled(member, "port")).url == url(case)
    proposal = TagProposal.objects.get()
    accept = f"/tag-proposals/{proposal.pk}/accept/"
    page = page_of(client.get(url(case)))
    assert page.main.headings == ["Propose a tag", "Your proposals"]
    assert [tag.text for tag in page.select(".proposals strong")] == ["Port"]
    assert client.post(accept).status_code == 403
    client.force_login(stranger)
    assert "Port" not in page_of(client.get(url(case))).one("main").text
    client.force_login(colleague)
    assert client.get(accept).status_code == 405
    page = page_of(client.get(url(case)))
    assert page.by_role("button", "Accept Port")[0]["formaction"] == accept
    for _time in range(2):
        assert client.post(accept).url == url(case)
    assert [tag.name for tag in case.tags.all()] == ["Rail freight", "Port"]


def test_moderate_only_with_a_second_factor(case, moderator):
    client = Client()
    client.force_login(moderator)
    client.post(url(case), filled(moderator, "Port"))
    assert TagProposal.objects.get().status == "waiting"
    assert [tag.name for tag in case.tags.all()] == ["Rail freight"]


def test_wait_in_the_queue_until_answered(case, member, colleague):
    webinar = WebinarFactory()
    first, second, _ = (
        TagProposal.objects.create(subject=subject, name="Port", by=member)
        # Of a case that is archived nobody can answer one.
        for subject in (case, webinar, CaseStudyFactory(archived=True))
    )
    waiting = [(item.kind.word, item.title, item.url) for item in everything()]
    assert waiting == [
        ("tag-case", "Port", f"/admin/review/tag/{first.pk}/"),
        ("tag-webinar", "Port", f"/admin/review/tag/{second.pk}/"),
    ]
    decline(proposal=first, by=colleague)
    assert [item.kind.word for item in everything()] == ["tag-webinar"]


def everything():
    return queue_entries.items(queue_entries.moderated(), queue_entries.Filters(), start=0, stop=9)


def test_decline(client, case, member, colleague):
    client.force_login(member)
    client.post(url(case), filled(member, "Port"))
    client.force_login(colleague)
    client.post(f"/tag-proposals/{TagProposal.objects.get().pk}/decline/")
    assert TagProposal.objects.get().status == "declined"


@pytest.mark.parametrize("tag", ["", ",", "a, b", "rail-freight", "x" * 51])
def test_refuse_invalid_and_existing_tags(client, case, member, tag):
    client.force_login(member)
    response = client.post(url(case), filled(member, tag))
    assert [*response.context["form"].errors] == ["tag"]
    assert not TagProposal.objects.exists()


def test_suggest_public_tags_in_any_spelling(client, case, member):
    CaseStudyFactory(tags=["Rail secret"])
    client.force_login(member)
    for letters in ("rail", "RAIL-F", "railfr"):
        found = client.get("/tag-suggestions/", {"q": letters}).json()
        assert found == {"found": ["Rail freight"]}
    for letters in ("", "\0", "zzz", "%"):
        assert client.get("/tag-suggestions/", {"q": letters}).json() == {"found": []}


def test_old_names_of_a_tag_filter_the_list_of_cases(client, case, moderator):
    from repository.models import Tag
    from repository.tags.actions import rename

    rename(tag=Tag.objects.get(), name="Trains", by=moderator)
    page = client.get("/cases/?tag=rail-freight")
    assert [value["key"] for value in page.context["chosen"]] == ["trains"]
    assert page.context["page"].paginator.count == 1
