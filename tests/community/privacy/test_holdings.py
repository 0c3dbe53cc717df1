"""The export and the deletion of an account cover everything that refers to it."""

import json
import re
import zipfile
from datetime import timedelta

import pghistory
import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pghistory.models import Context

from community.accounts import roles as accounts_roles
from community.models import (
    Appeal,
    Attachment,
    Collection,
    Comment,
    Decision,
    Deletion,
    Experience,
    Flag,
    Follow,
    HelpfulMark,
    HiddenChange,
    Invitation,
    LanguageReviewer,
    Membership,
    NoticeSetting,
    Notification,
    OldHandle,
    ProposedPractice,
    Revision,
    SavedItem,
    Submission,
    SurveyQuestion,
    TagProposal,
    TranslationProposal,
    User,
    WorkingCopy,
)
from community.notices import emails as notices_emails
from community.privacy import actions as accounts
from community.privacy import export as privacy_export
from community.privacy import holdings as privacy_holdings
from community.webinars.registrations import actions as registrations_actions
from partnerships.models import RequestCopy
from repository.models import (
    CaseStatus,
    CaseStudy,
    Evidence,
    Photograph,
    PhotographKind,
    TranslatedParagraph,
    Translation,
)
from repository.photographs.models import WIDTHS
from repository.workflow import ActionRefused
from tests.community.webinars.surveys import surveys
from tests.factories import (
    AddressCheckFactory,
    CaseStudyFactory,
    CityFactory,
    CityInvitationFactory,
    ClusterApplicationFactory,
    ClusterNewsFactory,
    CommentFactory,
    CountryFactory,
    EvidenceFactory,
    HandlingFactory,
    InterestFactory,
    MatchFactory,
    MeetingFactory,
    NeedFactory,
    OfferFactory,
    PartnershipRequestFactory,
    PracticeFactory,
    ProgressReportFactory,
    QuestionFactory,
    RecordedAgreementFactory,
    RepresentationFactory,
    RoundFactory,
    SavedViewFactory,
    SpaceFileFactory,
    SpaceMessageFactory,
    SuggestionFactory,
    TagFactory,
    TimelineEntryFactory,
    TranslationReportFactory,
    UserFactory,
    WebinarFactory,
)
from tests.page import page_of

# Stands in everything that the member of these tests has ever written, and in nothing else.
TOKEN = "Zanzibar7731"
NUMBER = 987_654_321
SESSION = "s7731zanzibarsession"
ADDRESS = "zanzibar7731@example.org"
# What names somebody without a link.
TELLING = re.compile(r"e?mail$|^handle$|^display_name$|session_key|^metadata$|args|object_repr")


@pytest.fixture(autouse=True)
def deletions_file(settings, tmp_path):
    settings.DELETIONS_FILE = tmp_path / "kept" / "deletions.jsonl"
    return settings.DELETIONS_FILE


# The lists


def models():
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy and not hasattr(model, "pgh_tracked_model")
    ]


def links() -> set[tuple[str, str]]:
    """Each link between a model and accounts: foreign keys, and many-to-many from both ends."""
    found = set()
    for model in models():
        if model._meta.auto_created:
            continue  # known by the many-to-many field it was made for
        found |= {
            (model._meta.label, field.name) for field in privacy_holdings.links_to_members(model)
        }
        found |= {
            (model._meta.label, field.name)
            for field in model._meta.local_many_to_many
            if User in (model, field.related_model)
        }
    return found


def test_declare_every_link_to_a_member():
    declared = {(holding.model, holding.field) for holding in privacy_holdings.HOLDINGS}

    assert links() - declared == set()
    assert declared - links() == set()


def test_detect_an_undeclared_link(monkeypatch):
    monkeypatch.setattr(privacy_holdings, "HOLDINGS", privacy_holdings.HOLDINGS[1:])

    with pytest.raises(AssertionError):
        test_declare_every_link_to_a_member()


def test_declare_what_history_keeps_of_members():
    tracked = {
        privacy_holdings.tracked_label(event)
        for event in privacy_holdings.event_models()
        if privacy_holdings.links_to_members(event)
    }

    assert tracked == set(privacy_holdings.HISTORY)


def test_declare_rows_about_any_object():
    about = {
        model._meta.label
        for model in models()
        if any(isinstance(field, GenericForeignKey) for field in model._meta.private_fields)
    }

    assert about - set(privacy_holdings.ABOUT) == set()
    assert {fate for fate in privacy_holdings.ABOUT.values() if not fate} == set()


def test_declare_what_names_members_by_value():
    telling = {
        model._meta.label
        for model in models()
        for field in model._meta.concrete_fields
        if TELLING.search(field.name)
    }
    linked = {holding.model for holding in privacy_holdings.HOLDINGS}

    assert telling - set(privacy_holdings.BY_VALUE) - linked == set()


def test_cut_rows_as_declared():
    """The `on_delete` of each link agrees with what is declared."""
    for holding in privacy_holdings.HOLDINGS:
        field = holding.rows._meta.get_field(holding.field)
        if field.many_to_many:
            continue
        behaviour = field.remote_field.on_delete.__name__.removeprefix("DB_")
        expected = {"DELETED": "CASCADE", "ANONYMISED": "SET_NULL", "CHOSEN": "SET_NULL"}
        assert behaviour == expected[holding.fate.name], (holding.model, holding.field)


# A member who has done all that one can do


@pytest.fixture
def full(db, colleague, moderator):
    member = UserFactory(
        pk=NUMBER, email=ADDRESS, handle="zanzibar7731", display_name=f"Name {TOKEN}"
    )
    with pghistory.context(user=NUMBER, url=f"/somewhere/{TOKEN}/"):
        fill(member, colleague, moderator)
    # Apart: the history does not keep whose answer it is.
    report_on_a_webinar(member)
    with pghistory.context(user=colleague.pk, url="/members/zanzibar7731/follow/"):
        Follow.objects.create(member=colleague, subject=member)
        colleague.display_name = "Colleague, renamed"
        colleague.save()
    surveys.review(member.survey_answers.get(), moderator)
    return User.objects.get(pk=NUMBER)


def fill(member, colleague, moderator):
    member.groups.add(Group.objects.get(name=accounts_roles.BROKERS))
    member.emailaddress_set.create(email=member.email, verified=True, primary=True)
    Membership.objects.create(
        member=member,
        kind="policymaker",
        organization=TOKEN,
        bio=TOKEN,
        place=TOKEN,
        proof=TOKEN,
        country=CountryFactory(iso2="KE"),
        languages=["sw"],
    )
    Authenticator.objects.create(user=member, type="totp", data={"secret": TOKEN})
    Session.objects.create(session_key=SESSION, session_data=TOKEN, expire_date=timezone.now())
    SocialAccount.objects.create(user=member, provider="https://id.example", uid="person-1")
    UserSession.objects.create(user=member, session_key=SESSION, ip="203.0.113.7", user_agent=TOKEN)
    case = CaseStudyFactory(published=True, title="Read by others")
    theirs = Comment.objects.create(
        author=colleague, subject=case, body="By a colleague.", standing="published"
    )
    theirs.mentioned.add(member)
    HelpfulMark.objects.create(comment=theirs, member=member)
    for body, standing in ((f"First {TOKEN}", "published"), (f"Second {TOKEN}", "hidden")):
        comment = Comment.objects.create(author=member, subject=case, body=body, standing=standing)
    answered = Comment.objects.create(
        author=member, subject=case, body=f"Answered {TOKEN}", standing="published"
    )
    answered.body = f"Answered, edited {TOKEN}"
    answered.save()
    Comment.objects.create(
        author=colleague, subject=case, body="An answer.", parent=answered, standing="published"
    )
    experience = Experience.objects.create(
        author=member,
        subject=PracticeFactory(),
        city=CityFactory(),
        year=2020,
        status="adopted",
        worked=TOKEN,
        failed=TOKEN,
        cost=TOKEN,
        evidence_url=f"https://example.org/{TOKEN}",
    )
    experience.tags.add(TagFactory())
    Follow.objects.create(member=member, subject=case)
    collection = Collection.objects.create(member=member, name=TOKEN)
    for subject in (case, CaseStudyFactory(title="Not public any more")):
        SavedItem.objects.create(
            member=member, subject=subject, collection=collection, note=f"Noted {TOKEN}"
        )
    Flag.objects.create(subject=theirs, by=member, reason="other", note=TOKEN)
    decision = Decision.objects.create(
        subject=comment,
        by=moderator,
        concerns=member,
        verb="hide",
        reason="other",
        message="Too short.",
    )
    Appeal.objects.create(decision=decision, by=member, words=TOKEN)
    Decision.objects.create(
        subject=theirs, by=member, concerns=colleague, verb="hide", reason="other", message="Why."
    )
    for to, actor in ((member, colleague), (colleague, member)):
        Notification.objects.create(
            member=to, actor=actor, kind="reply", event="comment.reply", subject=theirs, key="1"
        )
    CaseStudyFactory(title="A draft", challenge=TOKEN, authors=[member])
    own = CaseStudyFactory(
        published=True,
        title="Alone",
        slug="alone",
        challenge=TOKEN,
        summary=TOKEN,
        authors=[member],
    )
    EvidenceFactory(case=own, label=TOKEN)
    Attachment.objects.create(
        case=own, by=member, kind="pdf", size=1, caption=TOKEN, file="attachments/own.pdf"
    )
    files = {
        f"{kind}_{width}": f"photographs/{kind}-{width}/own"
        for kind in PhotographKind.values
        for width in WIDTHS
    }
    Photograph.objects.create(case=own, by=member, alt=TOKEN, credit=TOKEN, **files)
    ProposedPractice.objects.create(case=own, by=member, name=TOKEN, summary=TOKEN)
    Submission.objects.create(case=own, by=member, note=TOKEN)
    TagProposal.objects.create(subject=case, by=member, name=TOKEN)
    for status in ("accepted", "waiting"):
        Revision.objects.create(
            case=case,
            by=member,
            base={"title": TOKEN},
            document={"title": TOKEN},
            why=TOKEN,
            status=status,
            decided_by=member if status == "accepted" else None,
            decided_at=timezone.now() if status == "accepted" else None,
        )
    HiddenChange.objects.create(case=case, at=timezone.now(), by=member)
    translate(member, colleague)
    TranslationReportFactory(is_message=False, text=TOKEN, by=member, quoted=TOKEN, message=TOKEN)
    TranslationReportFactory(status="done", done_by=member, done_at=timezone.now())
    NoticeSetting.objects.create(member=member, kind="reply", delivery="none")
    OldHandle.objects.create(member=member, handle="zanzibar")
    WorkingCopy.objects.create(token="1", member=member, document={"title": TOKEN})
    CaseStudyFactory(published=True, title="Together", slug="together", authors=[member, colleague])
    Invitation.objects.create(case=own, by=member, member=moderator)
    Invitation.objects.create(case=case, by=moderator, member=member)
    notices_emails.deliver.enqueue(
        subject=TOKEN, body=TOKEN, sender="a@example.org", to=[member.email]
    )
    LogEntry.objects.create(
        user=moderator,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(member.pk),
        object_repr=str(member),
        action_flag=2,
    )
    LogEntry.objects.create(
        user=member,
        content_type=ContentType.objects.get_for_model(CaseStudy),
        object_id=str(case.pk),
        object_repr="Read by others",
        action_flag=2,
    )
    represent_a_city(member)


def translate(member, colleague):
    """A translation that is not public, one that is, and the role of a reviewer."""
    LanguageReviewer.objects.create(user=member, language="es")
    common = {"kind": "practice", "claimed_until": timezone.now(), "submitted_at": timezone.now()}
    entry = {"field": "name", "source": "Parcels", "text": TOKEN, "origin": "person"}
    TranslationProposal.objects.create(
        **common, object_id=1, language="es", by=member, status="submitted", paragraphs=[entry]
    )
    TranslationProposal.objects.create(
        **common,
        object_id=2,
        language="es",
        by=colleague,
        status="accepted",
        decided_by=member,
        decided_at=timezone.now(),
    )
    translation = Translation.objects.create(kind="practice", object_id=2, language="fr")
    # What is public stays, as an accepted change of a case does.
    TranslatedParagraph.objects.create(
        translation=translation, field="name", position=0, source="Parcels", text="Colis", by=member
    )


def represent_a_city(member):
    """All that the partnership desk holds of one who speaks for a city."""
    city = CityFactory()
    RepresentationFactory(
        member=member, city=city, position=TOKEN, official_email=ADDRESS, note=TOKEN
    )
    for listing in (OfferFactory, NeedFactory):
        listing(city=city, created_by=member)
    SuggestionFactory(city=city, declined=True, decided_by=member)
    PartnershipRequestFactory(city=city, created_by=member)
    RequestCopy.objects.create(token="request", member=member, sent={"title": [TOKEN]})
    SavedViewFactory(member=member, name=TOKEN)
    AddressCheckFactory(sent_by=member)
    match = MatchFactory(
        introduced=True, requester_answered_by=member, candidate_answered_by=member
    )
    InterestFactory(match=match, by=member)
    QuestionFactory(match=match, by=member, answered_by=member)
    SpaceMessageFactory(match=match, by=member)
    SpaceFileFactory(match=match, by=member)
    MeetingFactory(match=match, by=member)
    registrations_actions.register(webinar=WebinarFactory(announced=True), by=member)
    ProgressReportFactory(by=member)
    RecordedAgreementFactory(match=match, by=member)
    ClusterNewsFactory(by=member)
    ClusterApplicationFactory(by=member)
    RoundFactory(created_by=member)
    HandlingFactory(owner=member)
    TimelineEntryFactory(by=member)
    CityInvitationFactory(ended=True, status="answered", member=member, created_by=member)


def report_on_a_webinar(member):
    webinar = surveys.held()
    surveys.survey_of(webinar)
    question = SurveyQuestion.objects.create(series=webinar.series, kind="text", text="Why?")
    surveys.answer(
        surveys.seat(webinar, member=member),
        brokered="yes",
        partner=TOKEN,
        comment=TOKEN,
        may_show=True,
        extra={question.key: TOKEN},
    )


def tables_telling(*words: str) -> set[str]:
    """Every table of the database that contains one of the words."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            name = connection.ops.quote_name(table)
            cursor.execute(
                f"SELECT 1 FROM {name} AS t WHERE t::text ILIKE ANY(%s) LIMIT 1",  # noqa: S608
                [[f"%{word}%" for word in words]],
            )
            if cursor.fetchone():
                found.add(table)
    return found


# Where the number stands after a deletion, naming nobody.
NUMBERED = {
    "community_deletion",
    "community_userevent",
    "community_usergroupsevent",
    "community_decision",  # none about the member in these tests; named for those that are
    "django_admin_log",
}


def test_leave_nothing_of_a_member_who_erases(full):
    before = tables_telling(TOKEN)
    assert {"community_comment", "community_commentevent", "pghistory_context"} <= before

    accounts.delete_account(member=full, by=full, erase=True)

    assert tables_telling(TOKEN, SESSION) == set()
    assert tables_telling(str(NUMBER)) - NUMBERED == set()


def test_keep_contributions_without_their_author_if_chosen(full):
    accounts.delete_account(member=full, by=full, erase=False)

    assert tables_telling(TOKEN) == {
        "community_attachment",
        "community_attachmentevent",
        "community_comment",
        "community_commentevent",
        "community_proposedpractice",
        "community_proposedpracticeevent",
        "community_revision",
        "community_revisionevent",
        "community_submission",
        "community_submissionevent",
        "community_tagproposalevent",
        "community_experience",
        "community_experienceevent",
        "repository_casestudy",
        "repository_casestudyevent",
        "repository_evidence",
        "repository_evidenceevent",
        "repository_photograph",
        "repository_photographevent",
    }
    assert tables_telling(ADDRESS, "zanzibar7731@", "Name Zanzibar7731") == set()
    assert tables_telling(str(NUMBER)) - NUMBERED == set()
    assert set(Comment.objects.filter(body__contains=TOKEN).values_list("author", flat=True)) == {
        None
    }


def test_take_cases_as_chosen(full, colleague):
    accounts.delete_account(member=full, by=full, erase=True)

    assert not CaseStudy.objects.filter(title="A draft").exists()
    alone = CaseStudy.objects.get(slug="alone")
    assert (alone.status, alone.challenge, alone.rendered["challenge"]) == (
        CaseStatus.ARCHIVED,
        "",
        "",
    )
    assert alone.archived_reason == "Withdrawn by its author."
    assert not Evidence.objects.filter(case=alone).exists()
    together = CaseStudy.objects.get(slug="together")
    assert (list(together.authors.all()), together.status) == ([colleague], CaseStatus.PUBLISHED)
    assert together.challenge == "Parcels waited at the border."


@pytest.mark.parametrize(("erase", "why"), [(True, "…"), (False, TOKEN)])
def test_keep_accepted_changes_without_a_name(full, erase, why):
    accounts.delete_account(member=full, by=full, erase=erase)

    rows = Revision.objects.values_list("by", "decided_by", "status", "why")
    assert list(rows) == [(None, None, "accepted", why)]


def test_keep_a_placeholder_for_answered_comments(full, colleague):
    accounts.delete_account(member=full, by=full, erase=True)

    answer = Comment.objects.get(body="An answer.")
    parent = answer.parent
    assert (parent.body, parent.author, parent.standing) == ("…", None, "removed")
    assert Comment.objects.filter(author=None).count() == 1
    assert Experience.objects.count() == 0


def test_keep_decisions_without_a_name(full, moderator):
    accounts.delete_account(member=full, by=full, erase=True)

    rows = Decision.objects.order_by("pk").values_list("by", "concerns__handle", "message")
    assert list(rows) == [
        (moderator.pk, None, "Too short."),
        (None, "colleague", "Why."),
        (moderator.pk, None, ""),
    ]


def test_end_all_sessions(full):
    accounts.delete_account(member=full, by=full, erase=False)

    assert (Session.objects.count(), UserSession.objects.count()) == (0, 0)
    assert not DBTaskResult.objects.filter(args_kwargs__icontains="zanzibar").exists()


def test_keep_the_history_closed_to_everyone_else(full):
    accounts.delete_account(member=full, by=full, erase=True)

    event = privacy_holdings.event_model("community.User")
    with pytest.raises(Exception, match="Cannot update"):
        event.objects.update(email="")


def test_delete_nobody_else(full, colleague, moderator):
    others = set(User.objects.exclude(pk=full.pk).values_list("pk", flat=True))

    accounts.delete_account(member=full, by=full, erase=True)

    assert set(User.objects.values_list("pk", flat=True)) == others
    colleague.refresh_from_db()
    assert colleague.events.filter(email="colleague@example.org").exists()
    with pytest.raises(ActionRefused):
        accounts.delete_account(member=colleague, by=moderator, erase=True)


def test_refuse_the_last_administrator(administrator, member):
    with pytest.raises(ActionRefused, match="last administrator"):
        accounts.delete_account(member=administrator, by=administrator, erase=False)

    other = UserFactory(superuser=True)
    accounts.delete_account(member=administrator, by=administrator, erase=False)
    with pytest.raises(ActionRefused):
        accounts.delete_account(member=other, by=other, erase=False)
    accounts.delete_account(member=member, by=member, erase=False)


# After restoring a backup


def restored(user: User) -> None:
    """The account, restored from an older backup."""
    User.objects.bulk_create(
        [User(pk=user.pk, email=user.email, handle=user.handle, date_joined=user.date_joined)]
    )
    Comment.objects.create(
        author_id=user.pk, subject=CaseStudyFactory(published=True), body=f"Back {TOKEN}"
    )
    Deletion.objects.all().delete()


def test_delete_again_after_a_restore(full, deletions_file):
    accounts.delete_account(member=full, by=full, erase=True)
    [line] = deletions_file.read_text().splitlines()
    assert json.loads(line) == {
        "number": NUMBER,
        "joined": full.date_joined.isoformat(),
        "deleted": Deletion.objects.get().deleted_at.isoformat(),
        "erased": True,
    }
    assert deletions_file.stat().st_mode & 0o777 == 0o600
    told = Deletion.objects.get().deleted_at
    full.pk = NUMBER
    restored(full)

    for _ in range(2):
        call_command("reapply_deletions", verbosity=0)

    assert not User.objects.filter(pk=NUMBER).exists()
    assert tables_telling(TOKEN) == set()
    assert Deletion.objects.get().deleted_at == told


def test_spare_a_later_account_with_the_same_number(full):
    accounts.delete_account(member=full, by=full, erase=True)
    full.pk, full.date_joined = NUMBER, timezone.now() + timedelta(days=1)
    restored(full)

    call_command("reapply_deletions", verbosity=0)

    assert User.objects.filter(pk=NUMBER).exists()
    assert Deletion.objects.count() == 1


def test_rewrite_the_file_from_the_table(full, deletions_file):
    accounts.delete_account(member=full, by=full, erase=True)
    text = deletions_file.read_text()
    deletions_file.unlink()

    call_command("reapply_deletions", verbosity=0)

    assert deletions_file.read_text() == text


def test_report_unreadable_line(db, deletions_file):
    deletions_file.parent.mkdir()
    deletions_file.write_text('{"number": 1}\n')

    with pytest.raises(CommandError, match="Line 1"):
        call_command("reapply_deletions")


def test_delete_nothing_without_its_line(full, settings, tmp_path):
    settings.DELETIONS_FILE = tmp_path  # a folder: nothing can be written to it

    with pytest.raises(OSError, match="directory"):
        accounts.delete_account(member=full, by=full, erase=True)
    assert User.objects.filter(pk=NUMBER).exists()
    assert Context.objects.filter(metadata__user=NUMBER).exists()


# The export

# What the member of these tests, who is no administrator, has none of.
NEVER = {"permission.user_permissions", "claim.by", "appeal.decided_by", "tagproposal.decided_by"}


def exported(member) -> tuple[dict, str]:
    with privacy_export.archive_of(member) as file, zipfile.ZipFile(file) as archive:
        assert sorted(archive.namelist()) == ["data.json", "index.html"]
        return json.loads(archive.read("data.json")), archive.read("index.html").decode()


def test_export_all_that_is_declared(full):
    data, page = exported(full)

    for holding in privacy_holdings.HOLDINGS:
        if holding.columns != ():
            model, _rows = privacy_export.rows_of(holding, full)
            key = f"{model._meta.model_name}.{holding.field}"
            is_there = bool(data.get(key))
            expected = key not in NEVER
            assert is_there == expected, key
    assert data["account"]["email"] == ADDRESS
    assert [row["body"] for row in data["comment.author"]] == [
        f"First {TOKEN}",
        f"Second {TOKEN}",
        f"Answered, edited {TOKEN}",
    ]
    saved = [{name: row[name] for name in ("about", "note")} for row in data["saveditem.member"]]
    assert saved == [
        {"about": "Read by others", "note": f"Noted {TOKEN}"},
        {"about": "No longer available", "note": f"Noted {TOKEN}"},
    ]
    assert data["collection.member"][0]["name"] == TOKEN
    assert data["decision.concerns"][0]["message"] == "Too short."
    assert f"Answered {TOKEN}" in [row["body"] for row in data["history.comment"]]
    assert data["acts"][0]["address"] == f"/somewhere/{TOKEN}/"
    assert f"Answered, edited {TOKEN}" in page_of(page).text


def test_export_no_dismissed_flags(member, moderator):
    about = {"subject": CommentFactory(author=member), "by": moderator, "concerns": member}
    Decision.objects.create(**about, verb="dismiss", message="Spite.")
    Decision.objects.create(**about, verb="hide", reason="spam", message="An advertisement.")
    data, page = exported(member)
    assert [row["message"] for row in data["decision.concerns"]] == ["An advertisement."]
    assert "Spite." not in page


def test_export_no_secret_and_nobody_else(full, colleague, moderator):
    full.set_password("seventeen quiet lanterns")
    full.save()
    data, page = exported(full)
    text = json.dumps(data) + page

    secrets = [full.password, '"secret"', SESSION, colleague.email, "By a colleague."]
    assert [secret for secret in [*secrets, moderator.email] if secret in text] == []
    assert len(data["left_out"]) == len(privacy_export.LEFT_OUT)


def test_export_escapes_hostile_text(full):
    Comment.objects.filter(author=full).update(body="<script>alert(1)</script>")

    assert "<script>" not in exported(full)[1]


def test_export_with_the_same_queries_for_one_and_many(full, django_assert_max_num_queries):
    case = CaseStudyFactory(published=True)
    with django_assert_max_num_queries(300) as few:
        privacy_export.archive_of(full).close()
    for _ in range(3):
        Comment.objects.create(author=full, subject=case, body="More.")
    with django_assert_max_num_queries(300) as many:
        privacy_export.archive_of(full).close()
    assert len(many) - len(few) == 0
