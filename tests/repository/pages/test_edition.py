"""The edition is renewed with each change to what visitors can see, and with no other."""

import pytest
from django.apps import apps
from django.db import connection, transaction

from community.models import Comment, HelpfulMark, Notification, Standing, User
from partnerships.models import PartnershipRequest
from repository.models import CaseStudy, Edition, Evidence, PublicChange, Tag, Theme
from tests import races
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CommentFactory,
    EvidenceFactory,
    ThemeFactory,
    UserFactory,
    WebinarFactory,
)
from tests.factories.partnerships import PartnershipRequestFactory

# Tables whose rows no visitor sees. All others are in partnerships/sql/public_rows.sql: a new model
# belongs in one of the two.
PRIVATE = {
    "repository": {
        *("dailycount", "edition", "embeddingmodel", "loadrecord", "publicchange"),
        # What triggers derive from public rows.
        *("casefacet", "original", "searchentry", "searchtranslation", "searchword"),
    },
    "community": {
        *("appeal", "bounce", "cannedtext", "claim", "collection", "decision", "deletion"),
        *("flag", "follow", "invitation", "languagereviewer", "membership_knows"),
        *("membership_wants", "noticesetting", "notification", "oldhandle", "pagefeedback"),
        *("proposedpractice", "saveditem", "savedtext", "submission"),
        *("tagproposal", "tasklease", "taskstep", "translationproposal"),
        *("user_groups", "user_user_permissions", "workingcopy"),
        # Written with the comment itself.
        "comment_mentioned",
    },
    "partnerships": {
        *("addresscheck", "brokering", "call", "cityinvitation", "clusterapplication"),
        *("handling", "interest", "match", "meeting", "plan", "question", "receivedmail"),
        *("recordedagreement", "requestcopy", "round", "round_requests", "savedview"),
        *("spacefile", "spacemessage", "timelineentry", "timetable", "workinghours"),
    },
}


def number():
    return Edition.objects.get().number


@pytest.mark.django_db(transaction=True)
def test_raise_edition_once_for_each_transaction(seeded):
    before = number()
    Theme.objects.bulk_create(Theme(slug=f"t{i}", name=f"Theme {i}") for i in range(3))
    assert number() == before + 1
    Theme.objects.filter(slug="t1").update(name="Other")
    assert number() == before + 2
    Theme.objects.filter(slug="t1").delete()
    assert number() == before + 3


@pytest.fixture
def seeded(transactional_db):
    """A test with real transactions empties the tables: put the one row back."""
    Edition.objects.get_or_create(pk=1)


@pytest.mark.django_db
@pytest.mark.parametrize("app", PRIVATE)
def test_declare_each_table_as_public_or_private(app):
    tables = {
        model._meta.db_table.removeprefix(f"{app}_")
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        if not model._meta.proxy
        and model._meta.managed
        and not model._meta.db_table.endswith("event")
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'note_public_change'"
        )
        public = {
            name.removeprefix(f"{app}_")
            for (name,) in cursor.fetchall()
            if name.startswith(f"{app}_")
        }
    assert public & PRIVATE[app] == set()
    assert tables == public | PRIVATE[app]


@pytest.mark.django_db(transaction=True)
def test_keep_edition_while_a_draft_is_written(seeded):
    case, city, theme = CaseStudyFactory(), CityFactory(), ThemeFactory()
    webinar = WebinarFactory()
    case.tags.add("rail")
    before = number()
    with transaction.atomic():
        case.title = "Another title"
        case.save()
        case.cities.add(city)
        case.themes.add(theme)
        EvidenceFactory(case=case)
        case.tags.clear()
    case.evidence.update(value=2)
    case.tags.add("rail")
    assert number() == before
    webinar.tags.add("rail")
    assert number() == before + 1
    EvidenceFactory(case=None, series=webinar.series)
    assert number() == before + 2
    case.delete()
    assert number() == before + 2


@pytest.mark.django_db(transaction=True)
def test_raise_edition_for_what_belongs_to_a_public_case(seeded):
    case, draft, city = CaseStudyFactory(published=True), CaseStudyFactory(), CityFactory()
    figure = EvidenceFactory(case=draft)
    before = number()
    steps = [
        lambda: case.cities.add(city),
        lambda: case.tags.add("rail"),
        lambda: Evidence.objects.filter(pk=figure.pk).update(case=case),
        lambda: Evidence.objects.filter(pk=figure.pk).update(case=draft),
        lambda: CaseStudy.objects.filter(pk=case.pk).update(status="submitted"),
        lambda: CaseStudy.objects.filter(pk=case.pk).update(status="published"),
        lambda: case.cities.clear(),
        lambda: case.delete(),
    ]
    for count, step in enumerate(steps, 1):
        with transaction.atomic():
            step()
        assert number() == before + count


@pytest.mark.django_db(transaction=True)
def test_keep_edition_while_members_act_in_private(seeded):
    case, member = CaseStudyFactory(published=True), UserFactory()
    request = PartnershipRequestFactory(status="draft")
    pending = CommentFactory(subject=case, author=member, standing=Standing.PENDING)
    before = number()
    steps = [
        lambda: User.objects.filter(pk=member.pk).update(display_name="Renamed"),
        lambda: User.objects.filter(pk=member.pk).update(last_login="2026-11-02T08:00Z"),
        lambda: Comment.objects.filter(pk=pending.pk).update(body="Still waiting."),
        lambda: CommentFactory(subject=case, standing=Standing.DECLINED),
        lambda: PartnershipRequest.objects.filter(pk=request.pk).update(title="Other words"),
        lambda: Notification.objects.create(
            member=member, kind="reply", event="comment.reply", subject=case, key="1"
        ),
        lambda: Tag.objects.create(name="unused", slug="unused"),
        # Nothing changes.
        lambda: CaseStudy.objects.filter(pk=case.pk).update(title=case.title),
    ]
    for step in steps:
        step()
        assert number() == before


@pytest.mark.django_db(transaction=True)
def test_renew_edition_for_what_members_add(seeded):
    case, member = CaseStudyFactory(published=True), UserFactory()
    comment = CommentFactory(subject=case, author=member, standing=Standing.PENDING)
    before = number()
    steps = [
        lambda: Comment.objects.filter(pk=comment.pk).update(standing=Standing.PUBLISHED),
        lambda: HelpfulMark.objects.create(comment=comment, member=UserFactory()),
        lambda: User.objects.filter(pk=member.pk).update(display_name="Renamed"),
        lambda: Comment.objects.filter(pk=comment.pk).update(standing=Standing.HIDDEN),
        lambda: Comment.objects.filter(pk=comment.pk).update(standing=Standing.PENDING),
        lambda: PartnershipRequestFactory(opened=True),
        lambda: PartnershipRequest.objects.open().update(title="Other words"),
    ]
    for count, step in enumerate(steps, 1):
        with transaction.atomic():
            step()
        assert (count, number()) == (count, before + count)
    assert not PublicChange.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_renew_edition_after_foreign_keys_are_checked(seeded):
    """A transaction that has renewed it waits for no other, so that none waits in a circle."""
    member, case = UserFactory(), CaseStudyFactory(published=True)
    first, second = CommentFactory.create_batch(2, subject=case, standing=Standing.PUBLISHED)

    def change(comment):
        Comment.objects.filter(pk=comment.pk).update(body="Other words.")

    @transaction.atomic
    def notify_the_member():
        Comment.objects.select_for_update().get(pk=first.pk)
        change(first)
        # The member's row is locked for the foreign key, at the end of the transaction.
        Notification.objects.create(
            member=member, kind="reply", event="comment.reply", subject=case, key="1"
        )

    @transaction.atomic
    def lock_the_member():
        User.objects.select_for_update().get(pk=member.pk)
        change(second)

    before = number()
    assert races.together(notify_the_member, lock_the_member, after="FOR UPDATE") == []
    assert number() == before + 2
