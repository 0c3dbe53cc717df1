"""The public history of a case: what changed since it was published, by whom, and why."""

import pghistory
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.text import capfirst

from community.models import HiddenChange
from community.privacy.actions import delete_account
from community.profiles.actions import change_profile
from community.writing.revisions.actions import accept
from repository.cases.actions import archive, mark_verified, publish, restore
from repository.models import CaseStudy, Edition, Evidence, Tag
from repository.tags.actions import block
from tests.community.writing.drafts.cases import as_user
from tests.community.writing.revisions.revisions import proposed, published_case
from tests.factories import CaseStudyFactory, CityFactory, EvidenceFactory, WebinarFactory
from tests.page import page_of
from tests.repository.translations.test_originals import translated

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


def test_list_changes_since_publication(client, case, stranger, member, moderator):
    revision = proposed(
        case, by=stranger, why="A report says so.", results="Three days.", countries=["CN"]
    )
    accept(revision=revision, by=member)
    case.refresh_from_db()
    act(lambda: case.tags.set(["ports"]), by=member)
    archive(case=case, reason="Doubted.", by=moderator)
    restore(case=case, by=moderator)
    reason = capfirst(CaseStudy._meta.get_field("archived_reason").verbose_name)
    assert versions(client, case) == [
        ("restored", False, "", [(reason, "Doubted.", "")]),
        ("archived", False, "", [(reason, "", "Doubted.")]),
        ("changed", True, "", [("Tags", "", "ports")]),
        (
            "changed",
            "stranger",
            "A report says so.",
            [("Results", "Four days.", "Three days."), ("Countries and areas", "", "China")],
        ),
        ("published", False, "", []),
    ]


def test_leave_out_the_draft(client, member, moderator):
    case = act(lambda: CaseStudyFactory(title="Secret", results="Only for us.", authors=[member]))
    case.title, case.results = "Open", "For all."
    act(case.save, by=member)
    publish(case=case, by=moderator)
    page = page_of(client.get(history_of(case)))
    assert "Secret" not in page.html
    assert "Only for us" not in page.html
    assert versions(client, case) == [("published", False, "", [])]


def test_leave_out_names_of_staff_and_authors(client, case, moderator, member, colleague):
    case.results = "Put right."
    act(case.save, by=moderator)
    act(lambda: case.authors.add(colleague), by=member)
    response = client.get(history_of(case))
    assert [version.is_by_author for version in response.context["versions"]] == [False, False]
    page = page_of(response)
    for name in (moderator, member, colleague):
        assert f"{name.display_name}</bdi>" not in page.html
    assert [by.text for by in page.select(".versions .by")] == ["The editors", "The editors"]


def test_show_figures_exactly(client, case):
    act(lambda: EvidenceFactory(case=case, label="Share", value="90.1300", is_headline=False))
    (figure, _published) = versions(client, case)
    label, old, new = figure[3][0]
    assert (label, old) == (capfirst(Evidence._meta.verbose_name), "")
    assert "90.13" in new


def test_leave_out_blocked_tags(client, case, moderator):
    act(lambda: case.tags.set(["ports", "insult"]))
    block(tags=[Tag.objects.get(name="insult")], by=moderator)
    assert "insult" not in page_of(client.get(history_of(case))).html
    assert versions(client, case)[-2][3] == [("Tags", "", "ports")]


def test_show_when_it_was_verified(client, case, member):
    mark_verified(case=case, by=member, on=case.published_at.date())
    assert versions(client, case)[0][:2] == ("verified", True)


def test_show_an_update_by_an_author_as_a_change(client, case, member, moderator):
    accept(revision=proposed(case, by=member, results="Three days."), by=moderator)
    verb, who, _why, differences = versions(client, case)[0]
    assert (verb, who) == ("changed", "member")
    assert [label for label, _old, _new in differences] == ["Results", "Last verified"]


def test_history_of_unpublished_cases_is_hidden(client, member, moderator):
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


def test_leave_out_the_name_after_the_account_is_deleted(client, case, stranger, member):
    accept(revision=proposed(case, by=stranger, results="Three days."), by=member)
    before = client.get(history_of(case))
    assert page_of(before).link("Stranger") == "/members/stranger/"
    delete_account(member=stranger, by=stranger, erase=False)
    after = client.get(history_of(case), headers={"If-None-Match": before.headers["ETag"]})
    page = page_of(after)
    assert page.status == 200
    assert "Stranger" not in page.html
    assert [by.text for by in page.select(".versions .by")] == ["Former member", "The editors"]
    assert page.one(".why").text == "The city says so in its report."


def test_leave_out_the_reason_after_erasure(client, case, stranger, member):
    accept(revision=proposed(case, by=stranger, results="Three days."), by=member)
    proposed(case, by=stranger, results="Two days.")
    delete_account(member=stranger, by=stranger, erase=True)
    assert "The city says so" not in page_of(client.get(history_of(case))).html
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
    page = page_of(client.get(history_of(case), headers={"If-None-Match": tag}))
    assert (page.status, page.link("Renamed")) == (200, "/members/stranger/")


def test_paginate_in_a_fixed_number_of_queries(client, case, stranger, member):
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


def test_hide_the_text_of_a_change(client, case, stranger, member, moderator):
    accept(revision=proposed(case, by=stranger, results="Call +254 700."), by=member)
    at = client.get(history_of(case)).context["versions"][0].at.isoformat()
    path, data = f"{history_of(case)}hide/", {"at": at}
    assert as_user(member).get(path).status_code == 405
    assert as_user(member).post(path, data).status_code == 403
    assert as_user(moderator).post(path, {"at": "yesterday"}).status_code == 404
    assert page_of(client.get(history_of(case))).one("ins").text == "added: Call +254 700."
    for _click in range(2):
        assert as_user(moderator).post(path, data).status_code == 302
    response = client.get(history_of(case))
    assert HiddenChange.objects.get().by == moderator
    page = page_of(response)
    assert "Call +254" not in page.html
    assert "The city says so in its report." not in page.html
    assert page.one(".versions .source")
    assert [version.verb for version in response.context["versions"]] == ["changed", "published"]
    as_user(moderator).post(path, data | {"show": "1"})
    assert page_of(client.get(history_of(case))).one("ins").text == "added: Call +254 700."


def test_offer_hiding_to_moderators_alone(client, case, stranger, member, moderator):
    accept(revision=proposed(case, by=stranger, results="Three days."), by=member)
    offered = [
        page_of(each.get(history_of(case))).one(".versions").buttons
        for each in (client, as_user(member), as_user(moderator))
    ]
    assert offered == [[], [], ["Hide the text"]]


def test_case_links_to_its_history(client, case):
    page = page_of(client.get(case.get_absolute_url()))
    assert page.link("Version history") == history_of(case)


def test_leave_out_a_draft_webinar_as_the_source_of_a_figure(client, case, moderator):
    with transaction.atomic():
        figure = EvidenceFactory(case=case)
    draft = WebinarFactory(draft=True, title="Hidden harbour")
    figure.webinar = draft
    act(figure.save, by=moderator)

    assert "Hidden harbour" not in page_of(client.get(history_of(case))).html
    [(_verb, _by, _why, rows), *_others] = versions(client, case)
    assert [(old, new) for _label, old, new in rows] == [("", "not public yet")]
    draft.status = "held"
    act(draft.save)
    newest = page_of(client.get(history_of(case))).select("ins")[0]
    assert newest.text.endswith("Hidden harbour")


def test_name_the_case_in_the_language_of_the_reader(client, case, stranger, member):
    accept(revision=proposed(case, by=stranger, results="Three days."), by=member)
    translated("case", case)
    page = page_of(client.get(f"/es{history_of(case)}").text)
    crumb = page.one(".crumbs a")
    assert (crumb.text, crumb.attributes.get("lang")) == (f"ES {case.title}", None)
    # What has changed are words of the original.
    assert {each["lang"] for each in page.select("dd.changes")} == {"en"}
    crumb = page_of(client.get(f"/fr{history_of(case)}").text).one(".crumbs a")
    assert (crumb.text, crumb["lang"], crumb["dir"]) == (case.title, "en", "ltr")
