"""E-mail about notices: immediately, or in daily or weekly digest e-mails.

A notice is locked and marked as mailed in the transaction that queues the message: concurrent runs
or a crash send it once, and no message is lost while the mail server is down
(community/notices/emails.py).
"""

import logging
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Case, CharField, F, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.tasks import TaskResultStatus, task
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext, override
from django_tasks_db.models import DBTaskResult

from community.accounts.languages import profile_language
from community.models import Delivery, NoticeKind, NoticeSetting, Notification, User
from community.notices.emails import absolute, post
from community.notices.events import HELD, HELD_FOR, enclosure_of, wording_of
from community.notices.models import USUAL
from community.notices.wording import Shown, shown_to
from repository.pages.signed_links import SignedLink
from repository.workflow import lock

logger = logging.getLogger(__name__)

# Kinds that are sent together. Others carry calendars, or can be answered by email.
BUNDLED = [
    NoticeKind.REPLY,
    NoticeKind.MENTION,
    NoticeKind.DECISION,
    NoticeKind.FOLLOWED,
    NoticeKind.VERIFY,
    NoticeKind.INVITATION,
    NoticeKind.REVIEW,
]
BUNDLED_FOR = timedelta(hours=1)
MAX_SUBJECT_LENGTH = 120
# The maximum number of lines of a digest; the rest is on the site.
MAX_LINES = 100
# Dots in what mail programs would turn into links, and other full stops that domains may have.
DOT = re.compile(r"(?<=\w)\.(?=[^\W\d_]{2})|(?<=\w)[。．｡․](?=[a-z0-9])", re.IGNORECASE)
# Control characters, and characters that change the text direction.
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


# Texts of members in messages


def defanged(text: str) -> str:
    """The text, changed so that mail programs do not turn any part of it into a link."""
    text = text.replace("://", ":⁄⁄").replace("www.", "www[.]")
    return DOT.sub("[.]", text)


def one_line(text: str) -> str:
    """A name or title on one line: no line breaks, no invisible characters, no links."""
    return defanged(INVISIBLE.sub("", " ".join(text.split())))


def quoted(text: str) -> str:
    """A person's text with each line marked as a quotation, so that none looks like ours."""
    lines = INVISIBLE.sub("", "\n".join(text.splitlines())).split("\n")
    return "\n".join(f"> {defanged(line)}".rstrip() for line in lines)


def words(shown: Shown) -> str:
    """One notice as a line of plain text, in the active language."""
    text = wording_of(shown.notice)
    return text.format(actor=one_line(shown.actor), subject=one_line(shown.quoted_title))


# Unsent notices


def unsent(delivery: Delivery) -> QuerySet[Notification]:
    """Notices that were not mailed yet and whose reader wants this delivery."""
    chosen = NoticeSetting.objects.filter(member=OuterRef("member"), kind=OuterRef("kind"))
    usual = Case(
        *(When(kind=kind, then=Value(value)) for kind, value in USUAL.items()),
        output_field=CharField(),
    )
    return (
        Notification.objects.filter(mailed_at=None)
        .annotate(delivery=Coalesce(Subquery(chosen.values("delivery")), usual))
        .filter(delivery=delivery)
    )


def is_held() -> Q:
    """Condition of notices that may still be withdrawn, because a publication can be undone."""
    return Q(event__in=HELD, created_at__gt=timezone.now() - HELD_FOR)


def waiting(delivery: Delivery) -> QuerySet[Notification]:
    """Notices that can be mailed now to readers who want this delivery."""
    return unsent(delivery).exclude(is_held())


def end_of_hold() -> list[datetime]:
    """When the first held notice can be mailed, if its reader wants it immediately."""
    held = unsent(Delivery.NOW).filter(is_held()).order_by("created_at")
    return [at + HELD_FOR for at in held.values_list("created_at", flat=True)[:1]]


class NoticesNotMailed(Exception):
    """Some notices could not be rendered; the task is retried for them."""


@task
def send_at_once() -> None:
    """Queue all unsent notices whose readers want them immediately.

    Notices of BUNDLED kinds are sent together, at most one message an hour for each reader: the
    first at once, the following ones when the hour is over.

    It processes all of them, so that another worker picks up what a killed worker has left. Raises
    NoticesNotMailed at the end if some failed.
    """
    failed: list[int] = []
    held: dict[int, datetime] = {}
    while True:
        with transaction.atomic():
            notice = (
                waiting(Delivery.NOW)
                .exclude(pk__in=failed)
                .exclude(kind__in=BUNDLED, member__in=held)
                .select_related("actor__membership", "member")
                .select_for_update(skip_locked=True, of=("self",))
                .order_by("pk")
                .first()
            )
            if notice is None:
                break
            if notice.kind in BUNDLED and (due := next_bundle(notice.member_id)):
                held[notice.member_id] = due
                continue
            together = bundle_with(notice) if notice.kind in BUNDLED else [notice]
            try:
                with transaction.atomic():
                    mail_bundle(notice.member, together)
                    Notification.objects.filter(pk__in=[one.pk for one in together]).update(
                        mailed_at=timezone.now()
                    )
            except Exception:
                # Notices that fail to render must not hold up the others.
                logger.exception("Notices were not mailed: numbers %s.", numbers(together))
                failed += [one.pk for one in together]
    if later := [*held.values(), *end_of_hold()]:
        enqueue_once(min(later))
    if failed:
        raise NoticesNotMailed(f"Notices that were not mailed: {len(failed)}")


def enqueue_once(due: datetime) -> None:
    """Queue the task for a later moment, unless it is queued for one until then.

    Otherwise each notice would add a task, and each task another one while any notice waits.
    """
    queued = DBTaskResult.objects.filter(
        status=TaskResultStatus.READY, task_path=send_at_once.module_path
    )
    if not queued.filter(run_after__gt=timezone.now(), run_after__lte=due).exists():
        send_at_once.using(run_after=due).enqueue()


def next_bundle(member: int) -> datetime | None:
    """When the next message with bundled notices may be sent; None for now.

    Notices that are not to be mailed are marked when they are made, others later.
    """
    mailed = Notification.objects.filter(
        member=member, kind__in=BUNDLED, mailed_at__gt=timezone.now() - BUNDLED_FOR
    ).filter(mailed_at__gt=F("created_at"))
    latest = mailed.order_by("-mailed_at").values_list("mailed_at", flat=True).first()
    return latest + BUNDLED_FOR if latest else None


def bundle_with(notice: Notification) -> list[Notification]:
    """The unsent notices for the same reader that are sent in one message, newest first."""
    return list(
        waiting(Delivery.NOW)
        .filter(member=notice.member_id, kind__in=BUNDLED)
        .select_related("actor__membership", "member")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("-created_at", "-pk")
    )


def numbers(notices: list[Notification]) -> str:
    return ", ".join(str(notice.pk) for notice in notices)


def mail_bundle(member: User, notices: list[Notification]) -> None:
    """Queue one message about notices that their reader has not read on the site."""
    if len(notices) == 1:
        mail_notice(notices[0])
        return
    unread = [notice for notice in notices if notice.read_at is None]
    if len(unread) == 1:
        mail_notice(unread[0])
    elif unread and member.is_active:
        with override(language_of(member)):
            mail_digest(member, unread, stop=Delivery.NOW)


def mail_notice(notice: Notification) -> None:
    """Queue a message about one notice, if its reader may still see it."""
    member = notice.member
    if not member.is_active:
        return
    with override(language_of(member)):
        for shown in shown_to(member, [notice]):
            line = words(shown)
            enclosed = enclosure_of(notice, member)
            message = shown.message or enclosed.words
            context = {
                "marker": enclosed.marker,
                "line": line,
                "facts": [line for line in (one_line(shown.place), *enclosed.lines) if line],
                "message": quoted(message) if message else "",
                "answer": enclosed.answer,
                "url": absolute(shown.path or reverse("community:notices")),
            }
            send(
                member,
                line,
                "notice",
                context,
                stop=notice.kind,
                calendar=enclosed.calendar,
                headers=enclosed.headers,
            )


def send_digests(now: datetime) -> int:
    """Queue the digests of the past day and week; return how many.

    Idempotent: a notice belongs to the digest of the day, or of the week from Monday, in which it
    was created. After a missed run, the next one sends the rest.
    """
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight - timedelta(days=midnight.weekday())
    sent = 0
    for delivery, before in [(Delivery.DAILY, midnight), (Delivery.WEEKLY, monday)]:
        due = waiting(delivery).filter(created_at__lt=before)
        members = due.order_by().values_list("member").annotate(first=Min("created_at"))
        for member in [pk for pk, _first in members.order_by("first")]:
            try:
                sent += send_digest(member, delivery, before)
            except Exception:
                logger.exception("A digest was not mailed: to member %s.", member)
    return sent


@transaction.atomic
def send_digest(pk: int, delivery: Delivery, before: datetime) -> bool:
    """Queue one digest; return whether there was anything to send."""
    # Serialise for each member: two concurrent runs would split the notices between them.
    member = lock(User, pk, no_key=True)
    notices = list(
        waiting(delivery)
        .filter(member=member, created_at__lt=before)
        .select_related("actor__membership")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("-created_at", "-pk")
    )
    # Including notices left out because they were read on the site or their subject is gone.
    Notification.objects.filter(pk__in=[notice.pk for notice in notices]).update(
        mailed_at=timezone.now()
    )
    unread = [notice for notice in notices if notice.read_at is None]
    if not unread or not member.is_active:
        return False
    with override(language_of(member)):
        return mail_digest(member, unread, stop=delivery)


def mail_digest(member: User, notices: list[Notification], *, stop: str) -> bool:
    """Queue a message about several notices; return whether its reader may see any of them."""
    shown = shown_to(member, notices)
    if not shown:
        return False
    count = len(shown)
    subject = ngettext("%(count)d new notification", "%(count)d new notifications", count) % {
        "count": count
    }
    context = {
        "groups": grouped(shown[:MAX_LINES]),
        "more": max(0, count - MAX_LINES),
        "url": absolute(reverse("community:notices")),
    }
    send(member, subject, "digest", context, stop=stop)
    return True


def grouped(shown: list[Shown]) -> list[dict]:
    """Notices grouped by subject: new cases first, then the subjects with the newest notices."""

    def subject(one: Shown) -> tuple[int, int]:
        return one.notice.content_type_id, one.notice.object_id

    first = {subject(one): place for place, one in reversed(list(enumerate(shown)))}
    new = {subject(one) for one in shown if one.notice.event == "case.new"}
    ordered = sorted(shown, key=lambda one: (subject(one) not in new, first[subject(one)]))
    return [
        {"title": one_line(rows[0].title), "lines": [lines(one) for one in rows]}
        for rows in (list(rows) for _subject, rows in groupby(ordered, key=subject))
    ]


def lines(shown: Shown) -> dict:
    path = shown.path
    return {"words": words(shown), "url": absolute(path) if path else ""}


# Messages


def send(
    member: User,
    subject: str,
    template: str,
    context: dict,
    *,
    stop: str,
    calendar: str = "",
    headers: Mapping[str, str] | None = None,
) -> None:
    """Queue a message to a member, with an unsubscribe link for its kind."""
    url = absolute(unsubscribe_path(member, stop))
    context |= {"stop_url": url, "settings_url": absolute(reverse("community:notice_settings"))}
    if len(subject) > MAX_SUBJECT_LENGTH:
        subject = subject[: MAX_SUBJECT_LENGTH - 1].rstrip() + "…"
    headers = {
        **(headers or {}),
        "List-Unsubscribe": f"<{url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    body = render_to_string(f"community/notices/email/{template}.txt", context)
    message = EmailMessage(subject, body.strip() + "\n", to=[member.email], headers=headers)
    post(message, calendar=calendar)


def language_of(member: User) -> str:
    return profile_language(member) or settings.LANGUAGE_CODE


# Unsubscribe from a message without signing in (RFC 8058).
#
# The signed link authorises to stop one kind of message to one member and nothing else. It does not
# expire, because old messages are opened late.


UNSUBSCRIBE = SignedLink("community.unsubscribing", "community:notice_stop", holds=2, is_plain=True)


def unsubscribe_path(member: User, what: str) -> str:
    """The path at which a member unsubscribes from one kind of notice or digest."""
    return UNSUBSCRIBE.path(member.pk, what)


def unsubscribing_member(token: str) -> tuple[User, str] | None:
    """The member and the kind of message of a signed link; None for an invalid one."""
    values = UNSUBSCRIBE.read(token)
    if values is None:
        return None
    number, what = values
    member = User.objects.filter(pk=number).first()
    return (member, what) if member else None
