"""The member's own desk."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from community.dashboard import dashboard
from community.dashboard.entries import Waiting
from community.models import Comment, Decision, Follow, Registration, TagProposal, WorkingCopy
from community.webinars import links as webinars_links
from community.webinars.registrations.actions import cancel, register
from repository.cases.models import SECTIONS
from repository.dates import clock
from repository.models import CaseStatus, Webinar
from tests.community.conftest import ENROL, add_app
from tests.desk_client import DeskClient
from tests.factories import CaseStudyFactory, WebinarFactory
from tests.page import page_of

URL = "/desk/"


def comment(author, subject, standing="published", **fields):
    return Comment.objects.create(
        author=author, subject=subject, standing=standing, body="So it is.", **fields
    )


def decide(subject, moderator, member, **fields):
    return Decision.objects.create(
        subject=subject,
        by=moderator,
        concerns=member,
        **{"verb": "decline", "reason": "unclear", "message": "Which port?"} | fields,
    )


@pytest.fixture
def desk(client, member):
    client.force_login(member)
    return lambda: client.get(URL).context


def test_show_an_empty_desk(client, desk, member):
    context = desk()

    assert [list(context[name]) for name in ("waiting", "drafts", "contributions", "follows")] == [
        [],
        [],
        [],
        [],
    ]
    page = page_of(client.get(URL))
    assert "/accounts/profile/" in [href for _text, href in page.main.links]


@pytest.mark.parametrize(("is_staff", "links"), [(True, 3), (False, 0)])
def test_link_staff_to_the_staff_desk(is_staff, links, client, member):
    member.is_staff = is_staff
    member.save()
    client.force_login(member)
    # In the page, and in the menu, which stands there for wide and for narrow windows.
    found = [href for _text, href in page_of(client.get(URL)).links]
    assert found.count("/admin/") == links


def test_show_drafts_to_their_authors_only(desk, member, stranger):
    mine = CaseStudyFactory(title="Mine", authors=[member])
    CaseStudyFactory(title="Not mine", authors=[stranger])

    assert [draft.case for draft in desk()["drafts"]] == [mine]


def test_count_the_sections_of_a_draft(client, desk, member):
    empty = dict.fromkeys(SECTIONS, "")
    CaseStudyFactory(authors=[member], **empty | {"challenge": "Slow.", "advice": "Go on."})

    [draft] = desk()["drafts"]
    assert (draft.progress.filled, draft.progress.total, draft.progress.per_cent) == (2, 7, 29)
    [drafts] = page_of(client.get(URL)).by_role("region", "Drafts")
    assert drafts.one(".source").text.endswith("2 of 7 sections")


@pytest.mark.parametrize(
    ("days", "left", "is_urgent"),
    [
        (-2, "2 days late", True),
        (0, "today", True),
        (1, "1 day left", True),
        (8, "8 days left", False),
    ],
)
def test_say_how_much_time_is_left(days, left, is_urgent):
    card = Waiting("Answer", "Parcels", "/", due=clock.today() + timedelta(days=days))

    assert (card.left, card.is_urgent) == (left, is_urgent)


def test_show_what_is_due_first(monkeypatch, client, desk):
    today = clock.today()
    cards = [
        Waiting("Read", "Whenever", "/a/", act="Read"),
        Waiting("Answer", "Later", "/b/", act="Answer", due=today + timedelta(days=9)),
        Waiting("Answer", "Sooner", "/c/", act="Answer", due=today + timedelta(days=3)),
    ]
    monkeypatch.setattr(dashboard, "ADDED_WAITING", [lambda found: cards])

    assert [card.title for card in desk()["waiting"]] == ["Sooner", "Later", "Whenever"]
    page = page_of(client.get(URL))
    assert page.one("h1").text == "3 things to do"
    [waiting] = page.by_role("region", "To do")
    assert [name for name, _url in waiting.links][:3] == [
        "Answer Sooner",
        "Answer Later",
        "Read Whenever",
    ]
    assert [each.text.rpartition(" · ")[2] for each in waiting.select(".eyebrow")] == [
        "3 days left",
        "9 days left",
        "Read",
    ]


def test_are_quiet_when_nothing_is_to_do(client, desk):
    page = page_of(client.get(URL))

    assert page.one("h1").text == "You’re all caught up"
    assert [each.text for each in page.by_role("heading")] == [
        "You’re all caught up",
        "Your contributions",
        "Following",
    ]


def test_link_to_working_copies(client, desk, member, stranger):
    """Also on another device, whose browser has stored nothing."""
    draft = CaseStudyFactory(slug="mine", title="Mine", authors=[member])
    left = CaseStudyFactory(title="No longer mine", authors=[stranger])
    for token, case, title, by in (
        ("new", None, "Parcels by bus", member),
        ("more", draft, "", member),
        ("gone", left, "Not for me", member),
        ("theirs", None, "Theirs", stranger),
    ):
        WorkingCopy.objects.create(token=token, case=case, member=by, document={"title": title})

    assert [(copy.title, copy.url) for copy in desk()["copies"]] == [
        ("Parcels by bus", "/cases/new/?copy=new"),
    ]
    [drafts] = page_of(client.get(URL)).by_role("region", "Drafts")
    # A draft with unsaved text is listed once, and leads to both.
    assert drafts.headings == ["Drafts", "Parcels by bus", "Mine"]
    assert [url for _title, url in drafts.links] == [
        "/cases/new/?copy=new",
        draft.get_absolute_url(),
        "/cases/mine/edit/?copy=more",
    ]


def test_ask_staff_for_the_second_factor(moderator, settings):
    """Until then their rights are suspended, so that nothing seems to wait for review."""
    client = Client()
    client.force_login(moderator)
    [waiting] = page_of(client.get(URL)).by_role("region", "To do")
    assert waiting.lines[:3] == ["Staff desk", "Two-step verification", "Go to the staff desk"]
    [[_name, url], *_rest] = waiting.links
    assert (url, client.get(url).url) == ("/admin/", ENROL)
    add_app(moderator)
    assert client.get(url).url == "/accounts/2fa/reauthenticate/?next=/admin/"
    # In a demo nobody is asked for it.
    settings.DEMO = True
    assert client.get(URL).context["waiting"] == []


def test_show_staff_what_waits_for_review(moderator, member):
    client = DeskClient()
    client.force_login(moderator)
    assert page_of(client.get(URL)).one("h1").text == "You’re all caught up"

    case = CaseStudyFactory(published=True)
    late = comment(member, case, standing="pending")
    Comment.objects.filter(pk=late.pk).update(created_at=clock.now() - timedelta(days=3))
    comment(member, case, standing="pending")

    [waiting] = client.get(URL).context["waiting"]
    assert (waiting.title, waiting.what, waiting.url) == (
        "2 items in the queue",
        "Moderation (late: 1)",
        "/admin/#waiting",
    )
    assert page_of(client.get(URL)).one("h1").text == "2 things to do"


def test_show_no_review_to_members(desk, member, stranger):
    comment(stranger, CaseStudyFactory(published=True), standing="pending")
    assert desk()["waiting"] == []


def test_show_authors_no_dismissed_flags(desk, member, moderator):
    hidden = comment(member, CaseStudyFactory(published=True), standing="hidden")
    decide(hidden, moderator, member, verb="hide")
    decide(hidden, moderator, member, verb="dismiss", message="These flags are spite.")
    [shown] = desk()["contributions"]
    assert shown.decision.message == "Which port?"


def test_show_what_waits_for_me(client, desk, member, moderator):
    changed = CaseStudyFactory(
        title="Wants changes", status=CaseStatus.CHANGES_REQUESTED, authors=[member]
    )
    decide(changed, moderator, member, verb="request-changes")
    CaseStudyFactory(published=True, title="Old", authors=[member])
    CaseStudyFactory(published=True, title="Checked", authors=[member], verified_at=date.today())

    assert [
        (each.title, each.decision and each.decision.message) for each in desk()["waiting"]
    ] == [
        ("Wants changes", "Which port?"),
        ("Old", None),
    ]
    [waiting] = page_of(client.get(URL)).by_role("region", "To do")
    assert waiting.one(".words").text == "Which port?"


def test_show_the_state_of_contributions(desk, member, moderator, colleague):
    case = CaseStudyFactory(published=True, title="Parcels")
    declined = comment(member, case, standing="declined")
    decide(declined, moderator, member, message="An earlier word.", undone_at="2026-01-01T00:00Z")
    decide(declined, moderator, member)
    comment(member, case, standing="pending")
    comment(colleague, case)
    CaseStudyFactory(title="Sent", status=CaseStatus.SUBMITTED, authors=[member])

    assert [
        (each.title, each.state, each.waits, each.decision and each.decision.message)
        for each in desk()["contributions"]
    ] == [
        ("Sent", "Submitted", True, None),
        ("Parcels", "Waiting for review", True, None),
        ("Parcels", "Declined", False, "Which port?"),
    ]


def test_link_to_the_decision(client, desk, member, moderator):
    declined = comment(member, CaseStudyFactory(published=True), standing="declined")
    decision = decide(declined, moderator, member)

    page = page_of(client.get(URL))
    assert f"/appeals/new/{decision.pk}/" in [url for _name, url in page.links]


def test_show_tags_that_others_propose(desk, member, colleague):
    mine = CaseStudyFactory(
        published=True, title="Mine", authors=[member], verified_at=date.today()
    )
    for case in (mine, CaseStudyFactory(published=True)):
        TagProposal.objects.create(subject=case, by=colleague, name="dry port")
    TagProposal.objects.create(subject=mine, by=colleague, name="rail")

    assert [(each.what, each.title, each.url) for each in desk()["waiting"]] == [
        (f"A member proposed the tag “{name}”", "Mine", mine.get_absolute_url())
        for name in ("dry port", "rail")
    ]


def test_show_what_i_follow(desk, member, colleague, stranger):
    case = CaseStudyFactory(published=True)
    for subject in (case, colleague):
        Follow.objects.create(member=member, subject=subject)
    Follow.objects.create(member=stranger, subject=CaseStudyFactory(published=True))

    assert [follow.subject for follow in desk()["follows"]] == [colleague, case]


def test_show_the_desk_after_a_subject_is_deleted(client, desk, member):
    case = CaseStudyFactory(published=True)
    comment(member, case)
    Follow.objects.create(member=member, subject=case)
    case.delete()

    assert (desk()["contributions"], desk()["follows"]) == ([], [])


def test_refuse_the_desk_to_visitors_and_caches(client, member):
    assert client.get(URL).url == f"/accounts/login/?next={URL}"
    client.force_login(member)
    assert "no-store" in client.get(URL).headers["Cache-Control"]
    assert client.post(URL).status_code == 405


def test_kinds_without_rows_take_no_queries(client, desk, django_assert_num_queries):
    # The session and the user, their notices, which kinds of rows there are, and whether the member
    # represents a city.
    with django_assert_num_queries(5):
        client.get(URL)


def test_page_takes_the_same_queries_for_one_and_many(
    client, desk, member, moderator, django_assert_num_queries
):
    def contribute(number):
        for _ in range(number):
            case = CaseStudyFactory(published=True, authors=[member])
            decide(comment(member, case, standing="declined"), moderator, member)
            Follow.objects.create(member=member, subject=case)
            CaseStudyFactory(authors=[member])

    contribute(1)
    # The session and the user, their notices, which kinds of rows there are, cases, comments and
    # what is followed, the decisions, the subjects, and whether the member represents a city.
    with django_assert_num_queries(10):
        client.get(URL)
    contribute(3)
    with django_assert_num_queries(10):
        client.get(URL)


def test_show_upcoming_webinars_in_my_time_zone(client, desk, member, stranger):
    ahead = WebinarFactory(
        announced=True,
        title="By rail",
        starts_at=datetime(2036, 1, 10, 12, tzinfo=UTC),
    )
    later = WebinarFactory(
        announced=True, title="By sea", starts_at=datetime(2036, 6, 1, 12, tzinfo=UTC), capacity=1
    )
    register(webinar=later, by=stranger)
    own = [register(webinar=webinar, by=member) for webinar in (later, ahead)]
    Registration.objects.update(time_zone="Europe/Paris")
    cancelled = WebinarFactory(announced=True, title="By air")
    cancel(registration=register(webinar=cancelled, by=member))
    over = WebinarFactory(announced=True, title="On foot")
    register(webinar=over, by=member)
    Webinar.objects.filter(pk=over.pk).update(starts_at=datetime(2020, 1, 1, tzinfo=UTC))

    [part] = [part for part in desk()["parts"] if part.key == "registrations"]

    assert [(entry.title, entry.state, entry.waits) for entry in part.entries] == [
        ("By rail", "Registered", False),
        ("By sea", "On the waiting list", True),
    ]
    assert [entry.words.partition("2036, ")[2] for entry in part.entries] == [
        "13:00 (France Time, UTC+1)",
        "14:00 (France Time, UTC+2)",
    ]
    assert [(day.title, day.day) for day in desk()["days"]] == [
        ("By rail", date(2036, 1, 10)),
        ("By sea", date(2036, 6, 1)),
    ]
    tokens = [entry.url.split("/")[2] for entry in part.entries]
    assert [webinars_links.registration_from(token) for token in tokens] == own[::-1]
