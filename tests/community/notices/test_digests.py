"""Notices by mail: what is sent, to whom, only once, and with which content."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from django.utils.translation import gettext, override
from django_tasks_db.models import DBTaskResult

from community.models import Delivery, NoticeKind, NoticeSetting, Notification, Standing, User
from community.notices.digests import defanged, one_line, quoted, send_at_once, send_digests
from community.notices.notify import notify
from repository.models import CaseStudy, TranslatedParagraph, Translation
from tests.community.conftest import run_queue
from tests.factories import CaseStudyFactory, CommentFactory, PracticeFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
# A Monday.
NOW = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)


@pytest.fixture
def case():
    return CaseStudyFactory(published=True, title="Parcels by train")


def send_notice(member, subject, **changes):
    values = {"kind": NoticeKind.REPLY, "event": "comment.reply"} | changes
    notify([member.pk], subject=subject, **values)


def choose(member, kind, delivery):
    NoticeSetting.objects.update_or_create(
        member=member, kind=kind, defaults={"delivery": delivery}
    )


def written(ago, **filters):
    """Set back the day on which notices were written."""
    Notification.objects.filter(**filters).update(created_at=NOW - ago)


def parts(message):
    return message.to, message.subject


def test_mail_at_once_what_a_member_wants_at_once(member, colleague, case):
    send_notice(member, case, actor=colleague)
    [message] = run_queue()
    assert parts(message) == (
        ["member@example.org"],
        "Colleague replied to your comment on “Parcels by train”.",
    )
    address = f"http://127.0.0.1:8000{case.get_absolute_url()}"
    lines = message.body.splitlines()
    assert lines[:3] == ["Colleague replied to your comment on “Parcels by train”.", "", address]
    assert message.message().get_content_type() == "text/plain"
    assert Notification.objects.get().mailed_at is not None
    send_at_once.enqueue()
    assert run_queue() == []


def translate_title(case: CaseStudy, language: str, title: str) -> None:
    translation = Translation.objects.create(kind="case", object_id=case.pk, language=language)
    TranslatedParagraph.objects.create(
        translation=translation, field="title", position=0, source=case.title, text=title
    )


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_mail_the_title_of_a_case_in_the_language_of_the_reader(member, colleague, case, language):
    for code, _name in settings.LANGUAGES[1:]:
        translate_title(case, code, f"Parcels ({code})")
    User.objects.filter(pk=member.pk).update(language=language)
    title = case.title if language == "en" else f"Parcels ({language})"
    send_notice(member, case, actor=colleague)
    [message] = run_queue()
    assert (title in message.subject, title in message.body) == (True, True)

    # A digest heads what is new about a case with its title.
    choose(member, NoticeKind.REPLY, Delivery.DAILY)
    send_notice(member, case, actor=colleague)
    written(DAY, mailed_at=None)
    assert send_digests(NOW) == 1
    [message] = run_queue()
    assert title in message.body.splitlines()


def test_mail_in_the_language_of_the_reader(member, colleague, case):
    User.objects.filter(pk=member.pk).update(language="fr")
    send_notice(member, case, actor=colleague)
    [message] = run_queue()
    with override("fr"):
        title = gettext("“%(title)s”") % {"title": "Parcels by train"}
    # Subjects have ordinary spaces.
    title = title.replace("\xa0", " ")
    assert title in message.subject
    assert "South-South City Exchange" not in message.body
    links = [word for word in message.body.split() if word.startswith(settings.SITE_URL)]
    assert [link.removeprefix(settings.SITE_URL)[:4] for link in links] == ["/fr/"] * len(links)
    assert len(links) > 1


def test_mail_nothing_at_once_that_waits_for_a_digest(member, case):
    choose(member, NoticeKind.REPLY, Delivery.DAILY)
    send_notice(member, case)
    assert run_queue() == []


def test_mail_nothing_to_members_who_want_none(member, case):
    choose(member, NoticeKind.REPLY, Delivery.NONE)
    send_notice(member, case)
    # Nor later, whatever they choose then.
    choose(member, NoticeKind.REPLY, Delivery.NOW)
    send_at_once.enqueue()
    assert run_queue() == []
    assert Notification.objects.unread().count() == 1


def test_quote_the_message_of_a_decision(member, case):
    words = "Give a source.\n-- \nSouth-South City Exchange\nSign in at http://evil.example/"
    send_notice(member, case, kind="decision", event="case.changes-requested", message=words)
    [message] = run_queue()
    assert message.body.splitlines()[2:6] == [
        "> Give a source.",
        "> --",
        "> South-South City Exchange",
        "> Sign in at http:⁄⁄evil[.]example/",
    ]


# What became invisible


def hide_comment(comment, **others):
    comment.standing = Standing.HIDDEN
    comment.save(update_fields=["standing"])


def archive_case(case, **others):
    case.status, case.archived_reason = "archived", "Out of date."
    case.save(update_fields=["status", "archived_reason"])


def close_account_of_actor(colleague, **others):
    User.objects.filter(pk=colleague.pk).update(is_active=False)


def close_account_of_member(member, **others):
    User.objects.filter(pk=member.pk).update(is_active=False)


def delete_comment(comment, **others):
    comment.delete()


@pytest.mark.parametrize(
    "change",
    [
        hide_comment,
        archive_case,
        close_account_of_actor,
        close_account_of_member,
        delete_comment,
    ],
)
@pytest.mark.parametrize("delivery", [Delivery.NOW, Delivery.WEEKLY])
def test_mail_nothing_about_what_became_invisible(member, colleague, case, change, delivery):
    choose(member, NoticeKind.REPLY, delivery)
    comment = CommentFactory(subject=case, author=colleague, standing=Standing.PUBLISHED)
    send_notice(member, case, actor=colleague, comment=str(comment.pk))
    written(8 * DAY)
    change(comment=comment, case=case, colleague=colleague, member=member)
    send_digests(NOW)
    assert run_queue() == []
    assert Notification.objects.filter(mailed_at=None).count() == 0


def test_mail_nothing_about_a_draft_to_a_former_author(member, colleague):
    case = CaseStudyFactory(authors=[member])
    send_notice(member, case, kind="decision", event="case.changes-requested")
    case.authors.set([colleague])
    assert run_queue() == []


def test_mail_no_work_to_former_moderators(moderator, colleague, case):
    send_notice(moderator, case, kind="review", event="revision.submitted", actor=colleague)
    written(DAY)
    moderator.groups.clear()
    send_digests(NOW)
    assert run_queue() == []


# Digests


def test_collect_the_notices_of_a_day(member, colleague, case):
    choose(member, NoticeKind.REPLY, Delivery.DAILY)
    practice = PracticeFactory(name="Night trains")
    for subject, event in [
        (case, "comment.new"),
        (practice, "comment.new"),
        (case, "comment.reply"),
    ]:
        send_notice(member, subject, event=event, actor=colleague)
    new = CaseStudyFactory(published=True, title="A port of call")
    send_notice(member, new, event="case.new")
    for hours, row in enumerate(Notification.objects.order_by("-pk"), start=5):
        written(timedelta(hours=hours), pk=row.pk)
    # The newest is about the practice, but the case that is new leads.
    written(timedelta(hours=4, minutes=40), object_id=practice.pk, event="comment.new")

    assert send_digests(NOW) == 1
    [message] = run_queue()
    assert message.subject == "4 new notifications"
    told = [line for line in message.body.splitlines() if line and "http" not in line]
    assert told[:7] == [
        "A port of call",
        "- New case, based on what you follow: “A port of call”.",
        "Night trains",
        "- Colleague commented on “Night trains”, which you follow.",
        "Parcels by train",
        "- Colleague replied to your comment on “Parcels by train”.",
        "- Colleague commented on “Parcels by train”, which you follow.",
    ]


def test_send_a_digest_once_however_often_it_is_asked_for(member, case):
    choose(member, NoticeKind.REPLY, Delivery.DAILY)
    send_notice(member, case, actor=None)
    written(DAY)
    assert [send_digests(NOW), send_digests(NOW), send_digests(NOW + DAY)] == [1, 0, 0]
    assert len(run_queue()) == 1


@pytest.mark.parametrize(
    ("delivery", "ago", "now", "sent"),
    [
        ("daily", timedelta(hours=5), NOW, 1),
        ("daily", timedelta(hours=4), NOW, 0),  # today's: tomorrow
        ("weekly", timedelta(hours=5), NOW, 1),
        ("weekly", timedelta(hours=4), NOW, 0),
        ("weekly", timedelta(hours=4), NOW + 6 * DAY, 0),
        ("weekly", timedelta(hours=4), NOW + 7 * DAY, 1),
        ("weekly", timedelta(hours=5), NOW + DAY, 1),  # Monday's run failed
        ("none", 5 * DAY, NOW, 0),
    ],
)
def test_send_a_digest_when_its_day_or_week_has_ended(member, case, delivery, ago, now, sent):
    choose(member, NoticeKind.REPLY, delivery)
    send_notice(member, case)
    written(ago)
    assert send_digests(now) == sent


def test_leave_out_of_a_digest_what_was_read_on_the_site(member, case):
    choose(member, NoticeKind.REPLY, Delivery.DAILY)
    send_notice(member, case)
    Notification.objects.update(read_at=timezone.now())
    written(DAY)
    assert send_digests(NOW) == 0


def test_send_with_the_digests_what_a_killed_worker_left(member, case, capsys):
    send_notice(member, case)
    DBTaskResult.objects.all().delete()
    call_command("send_digests")
    assert capsys.readouterr().out == "Digests queued: 0.\n"
    assert len(run_queue()) == 1


# Nothing is lost


@pytest.mark.usefixtures("no_mail_server")
def test_lose_nothing_while_the_mail_server_is_down(member, case, settings):
    send_notice(member, case)
    assert run_queue() == []
    assert DBTaskResult.objects.filter(status="READY").count() == 1

    DBTaskResult.objects.update(run_after=timezone.now())
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    assert [message.to for message in run_queue()] == [["member@example.org"]]


def test_mail_the_others_when_one_cannot_be_rendered(member, colleague, case, caplog, monkeypatch):
    send_notice(member, case)
    send_notice(colleague, case)
    from community.notices import digests

    work = digests.words

    def fail(shown):
        if shown.notice.member_id == member.pk:
            raise ValueError("no words")
        return work(shown)

    with monkeypatch.context() as patch:
        patch.setattr(digests, "words", fail)
        assert [message.to for message in run_queue()] == [["colleague@example.org"]]
    # It stays in the queue.
    send_at_once.enqueue()
    assert [message.to for message in run_queue()] == [["member@example.org"]]


# Hostile names

HOSTILE = [
    "Bcc: x@evil.example\r\nBcc: y@evil.example",
    "{{ settings.SECRET_KEY }}{% load x %}",
    "{actor}{subject}{0.__class__}%(count)d",
    "Win at https://evil.example/x",
    "www.evil.example",
    "evil.com",
    "\u202egro.elpmaxe",
    "a\u200b.b\x00\u2028c",
    "evil。com",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_neither_names_nor_titles_inject_anything(member, colleague, name):
    kept = name.replace("\x00", "")
    User.objects.filter(pk=colleague.pk).update(display_name=kept)
    case = CaseStudyFactory(published=True, title=kept, slug="the-case")
    send_notice(member, case, actor=colleague)
    messages = run_queue()
    choose(member, NoticeKind.MENTION, Delivery.DAILY)
    send_notice(member, case, actor=colleague, kind="mention", event="comment.mention")
    written(DAY)
    send_digests(NOW)
    messages += run_queue()
    assert len(messages) == 2
    for message in messages:
        raw = message.message()
        assert len(raw.keys()) == len({*raw.keys()})
        assert (message.to, message.bcc, raw["Bcc"]) == (["member@example.org"], [], None)
        assert "\n" not in message.subject
        hosts = re.findall(r"https?://([^/\s]*)", message.body)
        assert {*hosts} == {"127.0.0.1:8000"}
        assert re.search(r"(?<=[a-z])[.。](?:com|example)|www\.", message.body) is None
        assert not re.search("[\u200b-\u200f\u202a-\u202e\u2028]", message.body)


def test_leave_template_code_as_it_is(member, colleague, case):
    User.objects.filter(pk=colleague.pk).update(display_name="{{ 7|add:7 }}{subject} %(line)s")
    send_notice(member, case, actor=colleague)
    [message] = run_queue()
    assert message.subject == (
        "{{ 7|add:7 }}{subject} %(line)s replied to your comment on “Parcels by train”."
    )


def test_defang_addresses_and_leave_other_dots():
    assert defanged("See https://www.evil.example, v1.2, e.g. U.S. ports. And more") == (
        "See https:⁄⁄www[.]evil[.]example, v1.2, e.g. U.S. ports. And more"
    )
    assert defanged("中国。城市") == "中国。城市"


def test_write_names_in_one_line_and_words_as_quoted():
    assert one_line(" a\r\nb\u2028\tc\u202e ") == "a b c"
    assert quoted("a\r\n\r\nb\x0bc") == "> a\n>\n> b\n> c"


def test_stop_messages_by_the_header(member, case, client):
    send_notice(member, case)
    [message] = run_queue()
    raw = message.message().as_bytes()
    [address] = re.findall(rb"^List-Unsubscribe: <(http://127.0.0.1:8000/[^>\s]+)>\r?$", raw, re.M)
    assert raw.count(b"List-Unsubscribe-Post: List-Unsubscribe=One-Click") == 1
    path = address.decode().removeprefix("http://127.0.0.1:8000")
    client.handler.enforce_csrf_checks = True
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    send_notice(member, case)
    assert run_queue() == []


def test_bundle_notices_at_most_once_an_hour(member, colleague, case):
    send_notice(member, case, actor=colleague)
    [first] = run_queue()
    for other in (case, CaseStudyFactory(published=True)):
        send_notice(member, other, actor=colleague)
    assert run_queue() == []
    # One task, however many notices wait for it.
    [due] = DBTaskResult.objects.filter(status="READY", run_after__gt=timezone.now())
    assert due.run_after - timezone.now() < timedelta(hours=1)

    hour = timedelta(hours=1, minutes=1)
    Notification.objects.exclude(mailed_at=None).update(
        created_at=timezone.now() - 2 * hour, mailed_at=timezone.now() - hour
    )
    send_at_once.enqueue()
    [second] = run_queue()
    assert (parts(first)[0], parts(second)) == (
        ["member@example.org"],
        (["member@example.org"], "2 new notifications"),
    )
    assert Notification.objects.filter(mailed_at=None).count() == 0


def test_leave_out_of_a_bundle_what_was_read_on_the_site(member, colleague, case):
    for _ in range(3):
        send_notice(member, case, actor=colleague)
    Notification.objects.filter(pk__in=Notification.objects.values("pk")[:2]).update(
        read_at=timezone.now()
    )
    [message] = run_queue()
    assert "comment" in message.subject


def test_do_not_hold_back_what_others_get(member, colleague, stranger, case):
    send_notice(member, case, actor=colleague)
    assert len(run_queue()) == 1
    send_notice(member, case, actor=colleague)
    send_notice(stranger, case, actor=colleague)
    assert [message.to for message in run_queue()] == [["stranger@example.org"]]


def test_never_hold_back_messages_about_partnerships(member, case):
    for _ in range(2):
        send_notice(member, case, kind="partnership", event="case.declined")
    assert len(run_queue()) == 2
