"""What a member's own desk shows: drafts, what waits for them, what became of what they sent."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community import still_true
from community.actions import verification
from community.desk_rows import SHOWN, Row, Source, read
from community.models import (
    Comment,
    Decision,
    Experience,
    Follow,
    Invitation,
    ProposalOutcome,
    ProposalStatus,
    ProposedPractice,
    Revision,
    TagProposal,
    User,
)
from repository.models import CaseStatus, CaseStudy, Webinar
from repository.models.case_study import EDITABLE


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


@dataclass(frozen=True)
class Found:
    """The rows of all sources, by the word of each, and decisions about them."""

    rows: dict[str, list[Row]]
    said: dict[tuple[int, int], Decision]

    def decision(self, row: Row) -> Decision | None:
        return self.said.get((row.kind, row.key))


# What higher apps add: sources of rows, and functions of them in the order in which they are shown.
ADDED_SOURCES: list[Source] = []
ADDED_WAITING: list[Callable[[Found], list[Waiting]]] = []
ADDED_PARTS: list[Callable[[Found], Part | None]] = []


def cases_of(user: User) -> models.QuerySet:
    return CaseStudy.objects.filter(authors=user)


def open_invitations(user: User) -> models.QuerySet:
    """To cases that somebody wants to write together with the member."""
    return Invitation.objects.open().filter(member=user, case__status__in=EDITABLE)


def suggested(user: User) -> models.QuerySet:
    """Changes that others propose of published cases of the member."""
    authors = CaseStudy.authors.through.objects.filter(
        casestudy=OuterRef("case"), user=OuterRef("by")
    )
    mine = CaseStudy.authors.through.objects.filter(user=user).values("casestudy")
    return Revision.objects.with_authors().filter(
        ~Exists(authors), case__in=mine, case__status=CaseStatus.PUBLISHED
    )


def proposed_tags(user: User) -> models.QuerySet:
    """Tags that others find missing on cases of the member."""
    mine = CaseStudy.authors.through.objects.filter(user=user).values("casestudy")
    return TagProposal.objects.waiting().filter(
        content_type=ContentType.objects.get_for_model(CaseStudy), object_id__in=mine
    )


def own_practices(user: User) -> models.QuerySet:
    """Practices that the member proposed, once the moderators could read of them."""
    read = [CaseStatus.SUBMITTED, CaseStatus.PUBLISHED]
    return ProposedPractice.objects.filter(~Q(outcome="") | Q(case__status__in=read), by=user)


def own_tags(model: type[models.Model], user: User) -> models.QuerySet:
    """Tags that the member proposed for something of one kind, which is still there."""
    return TagProposal.objects.filter(
        Exists(model._default_manager.filter(pk=OuterRef("object_id"))),
        content_type=ContentType.objects.get_for_model(model),
        by=user,
    )


# The case that a tag was proposed for.
TAGGED = CaseStudy.objects.filter(pk=OuterRef("object_id"))
TAGGED_WEBINAR = Webinar.objects.filter(pk=OuterRef("object_id"))
WAITS = gettext_lazy("Waiting for a moderator")
MARKS = {
    verification.VERIFIED: gettext_lazy("Verified"),
    verification.WAITING: WAITS,
    verification.NOT_VERIFIED: gettext_lazy("Not verified"),
}
SOURCES = [
    Source(
        "draft",
        lambda user: cases_of(user).filter(status=CaseStatus.DRAFT),
        at=F("updated_at"),
        title=F("title"),
        words=F("slug"),
    ),
    Source(
        "change",
        lambda user: cases_of(user).filter(status=CaseStatus.CHANGES_REQUESTED),
        at=F("updated_at"),
        title=F("title"),
        words=F("slug"),
        is_decided=True,
    ),
    Source(
        "verify",
        lambda user: still_true.due().filter(authors=user),
        at=F("published_at"),
        newest_first=False,
        title=F("title"),
        words=F("slug"),
    ),
    Source("invitation", open_invitations, at=F("created_at"), title=F("case__title")),
    Source("edit", suggested, at=F("created_at"), title=F("case__title"), words=F("why")),
    Source(
        "tag",
        proposed_tags,
        at=F("created_at"),
        newest_first=False,
        title=F("name"),
        words=Subquery(TAGGED.values("slug")),
        state=Subquery(TAGGED.values("title")),
    ),
    # What the member proposed or asked for, with what moderators decided about it.
    Source(
        "own-practice",
        own_practices,
        at=F("created_at"),
        title=F("name"),
        words=F("case__slug"),
        state=F("outcome"),
        is_decided=True,
    ),
    *(
        Source(
            word,
            partial(own_tags, model),
            at=F("created_at"),
            title=F("name"),
            words=Subquery(rows.values("slug")),
            state=F("status"),
            is_decided=True,
        )
        for word, model, rows in (
            ("own-tag", CaseStudy, TAGGED),
            ("own-tag-of-webinar", Webinar, TAGGED_WEBINAR),
        )
    ),
    Source(
        "own-mark",
        lambda user: User.objects.filter(pk=user.pk, membership__isnull=False),
        at=Coalesce("membership__asked_at", "membership__verified_at"),
        state=Case(
            When(membership__verified_at__isnull=False, then=Value(verification.VERIFIED)),
            When(membership__asked_at__isnull=False, then=Value(verification.WAITING)),
            default=Value(verification.NOT_VERIFIED),
        ),
        is_decided=True,
    ),
]


def find(user: User) -> Found:
    """What the member's desk shows: two queries, whatever higher apps add."""
    sources = [*SOURCES, *ADDED_SOURCES]
    rows = read(user, sources)
    decided = [source.word for source in sources if source.is_decided]
    keys = {(row.kind, row.key) for word in decided for row in rows[word]}
    return Found(rows, decisions_of(keys))


def drafts(found: Found) -> list[CaseStudy]:
    """What nobody else reads yet."""
    return [case_of(row) for row in found.rows["draft"]]


def case_of(row: Row) -> CaseStudy:
    return CaseStudy(pk=row.key, slug=row.words, title=row.title, updated_at=row.at)


def page_of(case: str) -> str:
    return CaseStudy(slug=case).get_absolute_url()


def parts(found: Found) -> list[Part]:
    """The parts that higher apps add for this member."""
    return [part for add in ADDED_PARTS if (part := add(found)) is not None]


def waiting(found: Found) -> list[Waiting]:
    """What the member is asked for: changes, answers, and whether a case is still true."""
    return [
        *(row for add in ADDED_WAITING for row in add(found)),
        *(
            Waiting(
                _("An invitation to write together"),
                row.title,
                reverse("community:invitation", args=[row.key]),
            )
            for row in found.rows["invitation"]
        ),
        *(
            Waiting(
                _("A moderator asks for changes"),
                row.title,
                page_of(row.words),
                found.decision(row),
            )
            for row in found.rows["change"]
        ),
        *(
            Waiting(
                _("Somebody suggests an edit: %(why)s") % {"why": row.words},
                row.title,
                reverse("community:revision", args=[row.key]),
            )
            for row in found.rows["edit"]
        ),
        *(
            Waiting(
                _("Somebody proposes the tag “%(tag)s”") % {"tag": row.title},
                row.state,
                page_of(row.words),
            )
            for row in found.rows["tag"]
        ),
        *(
            Waiting(_("Is this still true?"), row.title, page_of(row.words))
            for row in found.rows["verify"]
        ),
    ]


def follows(user: User) -> list[Follow]:
    """What a member follows, newest first, without what is gone."""
    rows = Follow.objects.filter(member=user).prefetch_related("subject")[:SHOWN]
    return [row for row in rows if row.subject is not None and row.subject.get_absolute_url()]


def contributions(user: User, found: Found) -> list[Contribution]:
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
    every = [*cases, *words, *changes, *asked(found)]
    return sorted(every, key=lambda each: each.at, reverse=True)[:SHOWN]


def asked(found: Found) -> Iterator[Contribution]:
    """What a member proposed or asked for, beside texts of their own."""
    for word, label, states, url in (
        ("own-practice", ProposedPractice._meta.verbose_name, ProposalOutcome, page_of),
        ("own-tag", TagProposal._meta.verbose_name, ProposalStatus, page_of),
        (
            "own-tag-of-webinar",
            TagProposal._meta.verbose_name,
            ProposalStatus,
            lambda slug: Webinar(slug=slug).get_absolute_url(),
        ),
    ):
        for row in found.rows[word]:
            yield Contribution(
                title=row.title,
                label=label,
                url=url(row.words),
                state=str(states(row.state).label if row.state else WAITS),
                waits=row.state in ("", ProposalStatus.WAITING),
                at=row.at,
                decision=found.decision(row),
            )
    for row in found.rows["own-mark"]:
        decision = found.decision(row)
        if row.at is not None or decision is not None:
            yield Contribution(
                title=_("Verified policymaker"),
                label=_("Your profile"),
                url=reverse("community:profile"),
                state=str(MARKS[row.state]),
                waits=row.state == verification.WAITING,
                at=row.at or decision.created_at,  # type: ignore[union-attr]
                decision=decision,
            )


def key_of(subject: models.Model) -> tuple[int, int]:
    return ContentType.objects.get_for_model(subject).pk, subject.pk


def decisions_about(subjects: list) -> dict[tuple[int, int], Decision]:
    """The last decision about each that holds and has words, in one query."""
    return decisions_of(map(key_of, subjects))


def decisions_of(subjects: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Decision]:
    """The same for their content types and primary keys."""
    keys: dict[int, list[int]] = {}
    for kind, pk in subjects:
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
