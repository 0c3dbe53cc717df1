"""The public history of a case: what changed since it was published, by whom, and why."""

import pghistory
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from community.models import HiddenChange
from community.privacy.actions import delete_account
from community.profiles.actions import change_profile
from community.writing.revisions.actions import accept
from repository.cases.actions import archive, mark_verified, publish, restore
from repository.models import CaseStudy, Edition, Tag
from repository.tags.actions import block
from tests.community.writing.drafts.cases import as_user
from tests.community.writing.revisions.revisions import proposed, published_case
from tests.factories import CaseStudyFactory, CityFactory, EvidenceFactory, WebinarFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _edition(db):
    Edition.objects.get_or_create(pk=1)


@pytest.fixture
def case(member, moderator):
    return published_case(member, by=moderator, results="Four days.")


def history_of(case) -> str:
    return f"/cases/{case.slug}/history/"


def versions(client, case, page=1) -> list[tuple]:
    """Verb, who, why, and differences as (label, old, new) of each."""
    return [
        (
            version.verb,
            version.revision.by.handle
            if version.revision and version.revision.by
            else version.is_by_author,
            version.revision.why if version.revision else "",
            [(row.label, row.old, row.new) for row in version.differences],
        )
        for version in client.get(history_of(case), {"page": page}).context["versions"]
    ]


def act(step, by=None):
    with pghistory.context(**({"user": by.pk} if by else {})), transaction.atomic():
        return step()


def test_tell_each_change_since_it_was_published(client, case, stranger, member, moderator):
    revision = proposed(
        case, by=stranger, why="A report says so.", results="Three days.", countries=["CN"]
    )
    accept(revision=revision, by=member)
    case.refresh_from_db()
    act(lambda: case.tags.set(["ports"]), by=member)
    archive(case=case, reason="Doubted.", by=moderator)
    restore(case=case, by=moderator)
    assert versions(client, case) == [
        ("restored", False, "", [("Why it is archived", "Doubted.", "")]),
        ("archived", False, "", [("Why it is archived", "", "Doubted.")]),
        ("changed", True, "", [("Tags", "", "ports")]),
        (
            "changed",
            "stranger",
            "A report says so.",
            [("Results", "Four days.", "Three days."), ("Countries and areas", "", "China")],
        ),
        ("published", False, "", []),
    ]


def test_tell_nothing_of_the_draft(client, member, moderator):
    case = act(lambda: CaseStudyFactory(title="Secret", results="Only for us.", authors=[member]))
    case.title, case.results = "Open", "For all."
    act(case.save, by=member)
    publish(case=case, by=moderator)
    page = client.get(history_of(case))
    assert b"Secret" not in page.content
    assert b"Only for us" not in page.content
    assert versions(client, case) == [("published", False, "", [])]


def test_name_neither_staff_nor_authors(client, case, moderator, member, colleague):
    case.results = "Put right."
    act(case.save, by=moderator)
    act(lambda: case.authors.add(colleague), by=member)
    page = client.get(history_of(case))
    assert [version.is_by_author for version in page.context["versions"]] == [False, False]
    for name in (moderator, member, colleague):
        assert name.display_name.encode() + b"</bdi>" not in page.content
    assert page.content.count(b"The editors") == 2


def test_tell_figures_exactly(client, case):
    act(lambda: EvidenceFactory(case=case, label="Share", value="90.1300", is_headline=False))
    (figure, _published) = versions(client, case)
    assert figure[3][0][:2] == ("Evidence", "")
    assert "90.13" in figure[3][0][2]


def test_leave_out_blocked_tags(client, case, moderator):
    act(lambda: case.tags.set(["ports", "insult"]))
    block(tags=[Tag.objects.get(name="insult")], by=moderator)
    page = client.get(history_of(case))
    assert b"insult" not in page.content
    assert versions(client, case)[-2][3] == [("Tags", "", "ports")]


def test_tell_when_it_was_checked(client, case, member):
    mark_verified(case=case, by=member, on=case.published_at.date())
    assert versions(client, case)[0][:2] == ("verified", True)


def test_tell_an_update_by_an_author_as_a_change(client, case, member, moderator):
    accept(revision=proposed(case, by=member, results="Three days."), by=moderator)
    verb, who, _why, differences = versions(client, case)[0]
    assert (verb, who) == ("changed", "member")
    assert [label for label, _old, _new in differences] == ["Results", "Last verified"]


def test_hide_the_history_of_what_is_not_public(client, member, moderator):
    draft = CaseStudyFactory(authors=[member])
    assert [as_user(user).get(history_of(draft)).status_code for user in (member, moderator)] == [
        404,
        404,
    ]
    case = archive(
        case=CaseStudyFactory(published=True, title="Over"), reason="Doubted.", by=moderator
    )
    page = client.get(history_of(case))
    assert (page.status_code, page.templates[0].name) == (410, "repository/cases/archived.html")


def test_name_nobody_once_the_account_is_gone(client, case, stranger, member):
    accept(revision=proposed(case, by=stranger, results="Three days."), by=member)
    before = client.get(history_of(case))
    assert b"Stranger</bdi>" in before.content
    delete_account(member=stranger, by=stranger, erase=False)
    after = client.get(history_of(case), headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert b"Stranger" not in after.content
    assert b"Former member" in after.content
    assert b"The city says so in its report." in after.content


def test_forget_the_reason_where_words_are_erased(client, case, stranger, member):
    accept(revision=proposed(case, by=stranger, results="Three days."), by=member)
    proposed(case, by=stranger, results="Two days.")
    delete_account(member=stranger, by=stranger, erase=True)
    page = client.get(history_of(case))
    assert b"The city says so" not in page.content
    revision = case.revisions.get()
    assert (revision.by, revision.base, revision.document) == (None, {}, {})
    assert CaseStudy.objects.get().results == "Three days."


def test_answer_304_until_it_changes(client, case, stranger, member):
    accept(revision=proposed(case, by=stranger, results="Three days."), by=member)
    tag = client.get(history_of(case)).headers["ETag"]
    kept = client.get(history_of(case), headers={"If-None-Match": tag})
    assert kept.status_code == 304
    change_profile(
        user=stranger, by=stranger, display_name="Renamed", handle="stranger", language="en"
    )
    page = client.get(history_of(case), headers={"If-None-Match": tag})
    assert (page.status_code, b"Renamed" in page.content) == (200, True)


def test_turn_pages_in_a_fixed_number_of_queries(client, case, stranger, member):
    def count(page: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(history_of(case), {"page": page})
        return len(queries)

    accept(revision=proposed(case, by=stranger, results="Three days."), by=member)
    act(lambda: case.cities.add(CityFactory(name="Kumasi", slug="kumasi")))
    one = count(1)
    for number in range(11):
        case.cost = f"{number} million"
        tags = [f"tag {number}"]
        act(lambda tags=tags: (case.save(), case.tags.set(tags)), by=member)
    assert count(1) == one <= 12
    page = client.get(history_of(case))
    assert (len(page.context["versions"]), page.context["older"]) == (10, 2)
    assert [each[0] for each in versions(client, case, 2)][-1] == "published"
    assert [client.get(history_of(case), {"page": wrong}).status_code for wrong in "30x"] == [
        404,
        404,
        404,
    ]


def test_hide_the_words_of_a_change(client, case, stranger, member, moderator):
    accept(revision=proposed(case, by=stranger, results="Call +254 700."), by=member)
    at = client.get(history_of(case)).context["versions"][0].at.isoformat()
    path, data = f"{history_of(case)}hide/", {"at": at}
    assert as_user(member).get(path).status_code == 405
    assert as_user(member).post(path, data).status_code == 403
    assert as_user(moderator).post(path, {"at": "yesterday"}).status_code == 404
    assert b"Call +254" in client.get(history_of(case)).content
    for _click in range(2):
        assert as_user(moderator).post(path, data).status_code == 302
    page = client.get(history_of(case))
    assert HiddenChange.objects.get().by == moderator
    assert b"Call +254" not in page.content
    assert b"The city says so in its report." not in page.content
    assert b"Moderators have left out the words of this change." in page.content
    assert [version.verb for version in page.context["versions"]] == ["changed", "published"]
    as_user(moderator).post(path, data | {"show": "1"})
    assert b"Call +254" in client.get(history_of(case)).content


def test_offer_hiding_to_moderators_alone(client, case, stranger, member, moderator):
    accept(revision=proposed(case, by=stranger, results="Three days."), by=member)
    offered = [
        each.get(history_of(case)).content.count(b"Leave out the words")
        for each in (client, as_user(member), as_user(moderator))
    ]
    assert offered == [0, 0, 1]


def test_lead_there_from_the_case(client, case):
    page = client.get(case.get_absolute_url())
    assert history_of(case).encode() in page.content


def test_name_no_webinar_that_is_a_draft_as_the_source_of_a_figure(client, case, moderator):
    with transaction.atomic():
        figure = EvidenceFactory(case=case)
    draft = WebinarFactory(draft=True, title="Hidden harbour")
    figure.webinar = draft
    act(figure.save, by=moderator)

    assert "Hidden harbour" not in client.get(history_of(case)).text
    [(_verb, _by, _why, rows), *_others] = versions(client, case)
    assert [(old, new) for _label, old, new in rows] == [("", "not public yet")]
    draft.status = "held"
    act(draft.save)
    assert "Hidden harbour" in client.get(history_of(case)).text
