from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.models import (
    Appeal,
    Claim,
    Comment,
    Decision,
    Flag,
    ProposedPractice,
    Revision,
    TagProposal,
)
from community.moderation.claims.actions import claim
from community.moderation.queue import entries
from community.moderation.queue.entries import Filters, moderated
from repository.models import CaseStudy
from tests.factories import (
    CaseStudyFactory,
    CommentFactory,
    ExperienceFactory,
    PracticeFactory,
    ThemeFactory,
    UserFactory,
    WebinarFactory,
)

pytestmark = pytest.mark.django_db


def items(filters, *, start, stop):
    return entries.items(moderated(), filters, start=start, stop=stop)


def everything(**filters):
    return items(Filters(**filters), start=0, stop=50)


def counts():
    return entries.counts(moderated())


def age(row, **ago):
    type(row).objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(**ago))


@pytest.fixture
def waiting(member, moderator):
    """One entry of each kind, and objects that are not in the queue."""
    theme = ThemeFactory()
    case = CaseStudyFactory(published=True, themes=[theme, ThemeFactory()], language="pt")
    submitted = CaseStudyFactory(
        status="submitted", title="Ports", authors=[member], themes=[theme], language="fr"
    )
    comment = CommentFactory(subject=case, author=member, pending=True, body="B" * 200)
    practice = PracticeFactory(themes=[theme])
    experience = ExperienceFactory(subject=practice, author=member, pending=True, language="fr")
    flagged = CommentFactory(subject=case, body="Buy", author=member)
    for _number in range(2):
        Flag.objects.create(subject=flagged, by=UserFactory(), reason="spam")
        Flag.objects.create(subject=case, by=UserFactory(), reason="wrong")
    hidden = CommentFactory(author=member, standing="hidden")
    decision = Decision.objects.create(
        subject=hidden, by=moderator, concerns=member, verb="hide", reason="spam", message="Ad."
    )
    appeal = Appeal.objects.create(decision=decision, by=member, words="No ad.")
    proposed = ProposedPractice.objects.create(case=submitted, by=member, name="Desks")
    revision = Revision.objects.create(case=case, by=member, base={}, document={}, why="So.")
    archived = CaseStudyFactory(
        status="archived", published_at=timezone.now(), archived_reason="Over."
    )
    Revision.objects.create(case=archived, by=member, base={}, document={}, why="So.")
    CommentFactory(), ExperienceFactory(), CaseStudyFactory()
    # Of a draft that is not submitted.
    ProposedPractice.objects.create(case=CaseStudyFactory(), by=member, name="Stalls")
    Flag.objects.create(subject=flagged, by=UserFactory(), reason="spam", outcome="dismissed")
    for days, row in enumerate([appeal, comment, experience], 1):
        age(row, days=days, hours=-1)
    return {
        "theme": theme.pk,
        "case": submitted,
        "comment": comment,
        "experience": experience,
        "flagged-comment": flagged,
        "flagged-case": case,
        "practice": proposed,
        "appeal": appeal,
        "revision": revision,
    }


def test_queue_of_everything_oldest_first(waiting):
    found = everything()
    assert [item.kind.word for item in found[:3]] == ["experience", "comment", "appeal"]
    assert [item.is_late for item in found[:4]] == [True, False, False, False]
    assert {item.kind.word: item.key for item in found} == {
        word: row.pk for word, row in waiting.items() if word != "theme"
    }


def test_columns_of_each_kind(waiting, member):
    theme = waiting["theme"]
    assert {
        item.kind.word: (item.title, item.language, item.theme, item.author)
        for item in everything()
    } == {
        "case": ("Ports", "fr", theme, member.pk),
        "comment": ("B" * 139 + "…", "en", theme, member.pk),
        "experience": (str(waiting["experience"]), "fr", theme, member.pk),
        "flagged-comment": ("Buy", "en", theme, member.pk),
        "flagged-case": (waiting["flagged-case"].title, "pt", theme, None),
        "practice": ("Desks", "fr", theme, member.pk),
        "appeal": ("No ad.", "", None, member.pk),
        "revision": (waiting["flagged-case"].title, "pt", theme, member.pk),
    }


def test_tags_have_the_language_and_theme_of_their_case(member):
    theme = ThemeFactory()
    case = CaseStudyFactory(published=True, themes=[theme], language="pt")
    webinar = WebinarFactory()
    for subject in (case, webinar):
        TagProposal.objects.create(subject=subject, by=member, name="Dry port")
    assert {(item.kind.word, item.language, item.theme) for item in everything()} == {
        ("tag-case", "pt", theme.pk),
        ("tag-webinar", "", None),
    }


def test_titles_have_no_markup(member):
    for pending in (True, False):
        row = CommentFactory(author=member, pending=pending, body="We **see**\n\n- a < b\n- c")
    Flag.objects.create(subject=row, by=UserFactory(), reason="spam")
    texts = {"worked": "", "failed": "Nobody *came*."}
    report = ExperienceFactory(author=member, **texts)
    Flag.objects.create(subject=report, by=UserFactory(), reason="spam")
    assert {item.kind.word: item.title for item in everything()} == {
        "comment": "We see a < b c",
        "flagged-comment": "We see a < b c",
        "flagged-experience": "Nobody came.",
    }


def test_items_have_the_content_type_that_is_claimed(waiting):
    kinds_of = {
        item.kind.word: ContentType.objects.get_for_id(item.subject[0]).model
        for item in everything()
    }
    assert kinds_of == {
        "case": "casestudy",
        "comment": "comment",
        "experience": "experience",
        "flagged-comment": "comment",
        "flagged-case": "casestudy",
        "practice": "proposedpractice",
        "appeal": "appeal",
        "revision": "revision",
    }


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"kind": "comment"}, {"comment"}),
        ({"kind": "flagged-comment"}, {"flagged-comment"}),
        ({"language": "fr"}, {"case", "experience", "practice"}),
        ({"language": "fr", "kind": "comment"}, set()),
    ],
)
def test_filters(filters, found, waiting):
    assert {item.kind.word for item in everything(**filters)} == found


def test_filter_by_an_unknown_kind(waiting):
    assert [item.key for item in everything(kind="nothing")] == [item.key for item in everything()]


def test_flags_of_removed_objects_are_left_out(waiting):
    Comment.objects.filter(pk=waiting["flagged-comment"].pk).update(standing="hidden")
    assert "flagged-comment" in {item.kind.word for item in everything()}
    Comment.objects.filter(pk=waiting["flagged-comment"].pk).update(standing="removed")
    CaseStudy.objects.filter(pk=waiting["flagged-case"].pk).delete()
    assert {item.kind.word for item in everything()} == {
        "case",
        "comment",
        "experience",
        "practice",
        "appeal",
    }


def test_filter_by_theme(waiting):
    assert {item.kind.word for item in everything(theme=waiting["theme"])} == {
        "case",
        "comment",
        "experience",
        "flagged-case",
        "flagged-comment",
        "practice",
        "revision",
    }


def test_filter_by_own_claims(waiting, moderator, administrator):
    claim(subject=waiting["comment"], by=moderator)
    claim(subject=waiting["flagged-comment"], by=moderator)
    claim(subject=waiting["case"], by=administrator)
    assert [item.key for item in everything(claimed_by=moderator.pk)] == [
        waiting["comment"].pk,
        waiting["flagged-comment"].pk,
    ]
    Claim.objects.update(until=timezone.now())
    assert everything(claimed_by=moderator.pk) == []


def test_counts_of_each_kind_language_and_theme(waiting):
    theme = waiting["theme"]
    assert counts() == {
        ("case", "fr", theme, ""): 1,
        ("comment", "en", theme, ""): 1,
        ("experience", "fr", theme, ""): 1,
        ("flagged-comment", "en", theme, ""): 1,
        ("flagged-case", "pt", theme, ""): 1,
        ("practice", "fr", theme, ""): 1,
        ("revision", "pt", theme, ""): 1,
        ("appeal", "", None, ""): 1,
    }


def test_queue_in_one_query(waiting, django_assert_num_queries):
    everything()
    with django_assert_num_queries(1):
        everything()
    with django_assert_num_queries(1):
        counts()
    assert set(waiting) - {"theme"} < {kind.word for kind in moderated()}


def test_pages_of_the_queue_do_not_overlap(waiting):
    keys = [(item.kind.word, item.key) for item in everything()]
    pieces = [
        (item.kind.word, item.key)
        for start in range(0, 10, 2)
        for item in items(Filters(), start=start, stop=start + 2)
    ]
    assert pieces == keys


def test_queue_takes_as_many_queries_with_hundreds_waiting(member):
    case = CaseStudyFactory(published=True, themes=[ThemeFactory()])
    taken = []
    for waiting in (1, 200):
        Comment.objects.bulk_create(
            [Comment(subject=case, author=member, body="Words.") for _number in range(waiting)]
        )
        CaseStudy.objects.bulk_create(
            [
                CaseStudy(
                    slug=f"s{waiting}-{number}", title="Case", summary="W.", status="submitted"
                )
                for number in range(waiting)
            ]
        )
        everything(), counts()
        with CaptureQueriesContext(connection) as queries:
            shown, number = everything(), counts().total()
        taken.append(len(queries))
    assert (len(shown), number) == (50, 402)
    assert taken[0] == taken[1]


def test_compiled_statements_are_reused(moderator, monkeypatch):
    """Cached statements find new entries and expired claims."""
    filters = Filters(kind="comment")
    assert (items(filters, start=0, stop=9), counts().total()) == ([], 0)
    comment = CommentFactory(pending=True)
    monkeypatch.setattr(entries, "described", None)
    (item,) = items(filters, start=0, stop=9)
    assert (item.key, counts().total()) == (comment.pk, 1)
    monkeypatch.undo()
    mine = Filters(claimed_by=moderator.pk)
    held = Claim.objects.create(
        subject=comment, by=moderator, until=timezone.now() + timedelta(minutes=9)
    )
    assert [item.key for item in items(mine, start=0, stop=9)] == [comment.pk]
    Claim.objects.filter(pk=held.pk).update(until=timezone.now() - timedelta(minutes=1))
    assert items(mine, start=0, stop=9) == []
