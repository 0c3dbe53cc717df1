"""What a member's own desk shows: drafts, what waits for them, what became of what they sent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from community import still_true
from community.models import (
    Comment,
    Decision,
    Experience,
    Follow,
    Invitation,
    Revision,
    TagProposal,
    User,
)
from repository.models import CaseStatus, CaseStudy
from repository.models.case_study import EDITABLE

SHOWN = 20


@dataclass(frozen=True)
class Contribution:
    """Something a member sent, its state in words, and what a moderator said about it."""

    title: str
    label: object
    url: str
    state: str
    waits: bool
    at: object
    decision: Decision | None
    # What an author said about it.
    message: str = ""


def drafts(user: User) -> list[CaseStudy]:
    """What nobody else reads yet."""
    return list(
        CaseStudy.objects.filter(authors=user, status=CaseStatus.DRAFT)
        .only("slug", "title", "updated_at")
        .order_by("-updated_at")[:SHOWN]
    )


@dataclass(frozen=True)
class Waiting:
    """Something that waits for the member, and where they deal with it."""

    what: object
    title: str
    url: str
    decision: Decision | None = None


@dataclass(frozen=True)
class Entry:
    """One line of a part of the desk: a name that leads on, its state in words, more words."""

    title: str
    url: str
    state: str = ""
    waits: bool = False
    words: str = ""


@dataclass(frozen=True)
class Part:
    """A part of the desk that a higher app adds; `key` is its name in the page."""

    key: str
    title: str
    entries: Sequence[Entry]
    empty: str
    more: Entry | None = None


# What higher apps add: functions of the member, in the order in which they are shown.
ADDED_WAITING: list[Callable[[User], list[Waiting]]] = []
ADDED_PARTS: list[Callable[[User], Part | None]] = []


def parts(user: User) -> list[Part]:
    """The parts that higher apps add for this member."""
    return [part for add in ADDED_PARTS if (part := add(user)) is not None]


def waiting(user: User) -> list[Waiting]:
    """What the member is asked for: changes, answers, and whether a case is still true."""
    added = [row for add in ADDED_WAITING for row in add(user)]
    return [
        *added,
        *invitations(user),
        *to_change(user),
        *suggested_edits(user),
        *proposed_tags(user),
        *to_verify(user),
    ]


def invitations(user: User) -> list[Waiting]:
    """Cases that somebody wants to write together with the member."""
    rows = Invitation.objects.open().filter(member=user, case__status__in=EDITABLE)
    rows = rows.select_related("case")
    return [
        Waiting(_("An invitation to write together"), row.case.title, row.get_absolute_url())
        for row in rows[:SHOWN]
    ]


def suggested_edits(user: User) -> list[Waiting]:
    """Changes that others propose of published cases of the member."""
    mine = CaseStudy.authors.through.objects.filter(user=user).values("casestudy")
    authors = CaseStudy.authors.through.objects.filter(
        casestudy=models.OuterRef("case"), user=models.OuterRef("by")
    )
    rows = (
        Revision.objects.with_authors()
        .filter(~models.Exists(authors), case__in=mine, case__status=CaseStatus.PUBLISHED)
        .select_related("case")
        .defer("base", "document")
    )
    return [
        Waiting(
            _("Somebody suggests an edit: %(why)s") % {"why": row.why},
            row.case.title,
            row.get_absolute_url(),
        )
        for row in rows[:SHOWN]
    ]


def proposed_tags(user: User) -> list[Waiting]:
    """Tags that others find missing on cases of the member."""
    mine = CaseStudy.authors.through.objects.filter(user=user).values("casestudy")
    rows = TagProposal.objects.waiting().filter(
        content_type=ContentType.objects.get_for_model(CaseStudy), object_id__in=mine
    )
    return [
        Waiting(
            _("Somebody proposes the tag “%(tag)s”") % {"tag": row.name},
            str(row.subject),
            row.subject.get_absolute_url(),
        )
        for row in rows.prefetch_related("subject")[:SHOWN]
    ]


def to_change(user: User) -> list[Waiting]:
    """Cases a moderator wants changed, each with the moderator's words."""
    cases = list(
        CaseStudy.objects.filter(authors=user, status=CaseStatus.CHANGES_REQUESTED)
        .only("slug", "title")
        .order_by("-updated_at")[:SHOWN]
    )
    said = decisions_about(cases)
    return [
        Waiting(
            _("A moderator asks for changes"),
            case.title,
            case.get_absolute_url(),
            said.get(key_of(case)),
        )
        for case in cases
    ]


def to_verify(user: User) -> list[Waiting]:
    """Published cases whose facts nobody has checked for a year."""
    cases = still_true.due().filter(authors=user).only("slug", "title")
    return [
        Waiting(_("Is this still true?"), case.title, case.get_absolute_url())
        for case in cases.order_by("published_at")[:SHOWN]
    ]


def follows(user: User) -> list[Follow]:
    """What a member follows, newest first, without what is gone."""
    rows = Follow.objects.filter(member=user).prefetch_related("subject")[:SHOWN]
    return [row for row in rows if row.subject is not None and row.subject.get_absolute_url()]


def contributions(user: User) -> list[Contribution]:
    """What a member sent, newest first, whatever became of it."""
    sent = list(
        CaseStudy.objects.filter(authors=user)
        .exclude(status=CaseStatus.DRAFT)
        .only("slug", "title", "status", "updated_at")
        .order_by("-updated_at")[:SHOWN]
    )
    written = [
        row
        for rows in (Comment.objects, Experience.objects)
        for row in rows.filter(author=user)
        .order_by("-created_at", "-pk")
        .prefetch_related("subject")[:SHOWN]
        if row.subject is not None
    ]
    proposed = list(
        Revision.objects.filter(by=user).select_related("case").defer("base", "document")[:SHOWN]
    )
    said = decisions_about([*sent, *written, *proposed])
    cases = [
        Contribution(
            title=case.title,
            label=_("Case"),
            url=case.get_absolute_url(),
            state=case.get_status_display(),
            waits=case.status in (CaseStatus.SUBMITTED, CaseStatus.CHANGES_REQUESTED),
            at=case.updated_at,
            decision=said.get(key_of(case)),
        )
        for case in sent
    ]
    words = [
        Contribution(
            title=str(row.subject),
            label=row._meta.verbose_name,
            url=row.get_absolute_url(),
            state=row.get_standing_display(),
            waits=row.is_pending,
            at=row.created_at,
            decision=said.get(key_of(row)),
        )
        for row in written
    ]
    changes = [
        Contribution(
            title=row.case.title,
            label=_("Suggested edit"),
            url=row.get_absolute_url(),
            state=row.get_status_display(),
            waits=row.is_waiting,
            at=row.created_at,
            decision=said.get(key_of(row)),
            message=row.message,
        )
        for row in proposed
    ]
    return sorted([*cases, *words, *changes], key=lambda each: each.at, reverse=True)[:SHOWN]


def key_of(subject: models.Model) -> tuple[int, int]:
    return ContentType.objects.get_for_model(subject).pk, subject.pk


def decisions_about(subjects: list) -> dict[tuple[int, int], Decision]:
    """The last decision about each that holds and has words, in one query."""
    keys: dict[int, list[int]] = {}
    for kind, pk in map(key_of, subjects):
        keys.setdefault(kind, []).append(pk)
    if not keys:
        return {}
    wanted = Q()
    for kind, pks in keys.items():
        wanted |= Q(content_type=kind, object_id__in=pks)
    rows = Decision.objects.standing().filter(wanted).select_related("appeal")
    found: dict[tuple[int, int], Decision] = {}
    for row in rows.order_by("-created_at", "-pk"):
        found.setdefault((row.content_type_id, row.object_id), row)
    return found
