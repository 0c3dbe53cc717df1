"""The member's dashboard: drafts, tasks, and the state of contributions."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.dashboard.entries import Contribution, Day, Draft, Entry, Part, Progress, Waiting
from community.dashboard.rows import SHOWN, Row, Source, read_rows, subjects
from community.dashboard.sources import GENERIC, SOURCES
from community.models import (
    Comment,
    Decision,
    Experience,
    Mark,
    ProposalOutcome,
    ProposalState,
    ProposalStatus,
    ProposedPractice,
    Registration,
    RegistrationStatus,
    Revision,
    RevisionStatus,
    Standing,
    TagProposal,
    TranslationProposal,
    User,
)
from community.moderation.queue import entries as queue_entries
from community.permissions import can_moderate
from community.webinars import links as webinars_links
from community.webinars import time_zones as webinars_time_zones
from community.writing.revisions.models import UNANSWERED
from repository.cases.models import SECTIONS
from repository.cases.values import language_name
from repository.dates import clock
from repository.models import CaseStatus, CaseStudy, Webinar

WAITS = Mark.WAITING.label


@dataclass(frozen=True)
class Found:
    """The rows of a member by the word of their source, and the decisions about them."""

    user: User
    rows: dict[str, list[Row]]
    decisions: dict[tuple[int, int], Decision]
    subjects: dict[tuple[int, int], Any]

    def decision(self, row: Row) -> Decision | None:
        return self.decisions.get((row.kind, row.key))

    def subject(self, row: Row) -> Any:
        return self.subjects.get(row.subject)


# Added by higher apps: sources, and functions of their rows in display order.
ADDED_SOURCES: list[Source] = []
ADDED_WAITING: list[Callable[[Found], list[Waiting]]] = []
ADDED_PARTS: list[Callable[[Found], Part | None]] = []
ADDED_DAYS: list[Callable[[Found], list[Day]]] = []
# What a member can ask for, shown as a button: the first that applies.
ADDED_CALLS: list[Callable[[Found], Entry | None]] = []
# The number of days in the list of dates.
DAYS_SHOWN = 8


def find(user: User) -> Found:
    """All data of the dashboard, in two queries and one for each kind of subject."""
    sources = [*SOURCES, *ADDED_SOURCES]
    rows = read_rows(user, sources)
    decided = [source.word for source in sources if source.is_decided]
    keys = {(row.kind, row.key) for word in decided for row in rows[word]}
    about = subjects(row for word in GENERIC for row in rows[word])
    return Found(user, rows, decisions_of(keys), about)


def drafts(found: Found) -> list[Draft]:
    """Cases that were not submitted yet, each with its unsaved text."""
    return [
        Draft(
            case_of(row),
            Progress(int(row.state), len(SECTIONS)),
            [copy_of(unsaved) for unsaved in found.rows["unsaved"] if unsaved.words == row.words],
        )
        for row in found.rows["draft"]
    ]


def copies(found: Found) -> list[Entry]:
    """Unsaved text of new cases, and of those that are no drafts."""
    listed = {row.words for row in found.rows["draft"]}
    return [copy_of(row) for row in found.rows["unsaved"] if row.words not in listed]


def copy_of(row: Row) -> Entry:
    """A working copy of an unsaved form, with a link to the form."""
    return Entry(
        row.title,
        f"{edit_address(row.words)}?copy={row.state}",
        words=_("Draft saved %(when)s")
        % {"when": date_format(localtime(row.at), "DATETIME_FORMAT")},
    )


def edit_address(case: str) -> str:
    return reverse("community:case_edit", args=[case]) if case else reverse("community:case_new")


def case_of(row: Row) -> CaseStudy:
    return CaseStudy(pk=row.key, slug=row.words, title=row.title, updated_at=row.at)


def page_of(case: str) -> str:
    return CaseStudy(slug=case).get_absolute_url()


def parts(found: Found) -> list[Part]:
    """The member's upcoming webinars, and the parts that higher apps add."""
    return [part for add in (registrations, *ADDED_PARTS) if (part := add(found)) is not None]


def registrations(found: Found) -> Part | None:
    """Webinars that the member is registered for, the soonest first, in the member's time zone."""
    entries = [
        Entry(
            title=row.title,
            url=registration_page(found, row),
            state=str(RegistrationStatus(row.state).label),
            waits=row.state == RegistrationStatus.WAITING,
            words=webinars_time_zones.moment(row.at, row.words),
        )
        for row in found.rows["registration"]
    ]
    more = Entry(_("All webinars"), reverse("repository:webinar_list"))
    if not entries:
        return None
    return Part("registrations", _("Your webinars"), entries, "", more)


def registration_page(found: Found, row: Row) -> str:
    return webinars_links.registration_path(Registration(pk=row.key, member=found.user))


def days(found: Found) -> list[Day]:
    """What lies ahead of the member, the soonest first."""
    webinars = [
        Day(localtime(row.at).date(), row.title, registration_page(found, row))
        for row in found.rows["registration"]
    ]
    added = [day for add in ADDED_DAYS for day in add(found)]
    today = clock.today()
    ahead = [day for day in (*webinars, *added) if day.day >= today]
    return sorted(ahead, key=lambda each: each.day)[:DAYS_SHOWN]


def call(found: Found) -> Entry | None:
    """What the member can ask for, if a higher app knows of something."""
    return next((entry for add in ADDED_CALLS if (entry := add(found)) is not None), None)


def waiting(found: Found) -> list[Waiting]:
    """What the member has to do, the first that is due first."""
    never = date.max
    return sorted(to_do(found), key=lambda each: each.due or never)


def review(user: User) -> list[Waiting]:
    """One card for the queue of moderators, if anything is in it."""
    if not can_moderate(user):
        return []
    total, late = queue_entries.totals(queue_entries.moderated())
    return [queue_card(_("Moderation"), total, late, "waiting")] if total else []


def second_factor(user: User) -> list[Waiting]:
    """One card for staff whose rights are suspended until they set up or show a second factor."""
    act, page = _("Go to the staff desk"), reverse("admin:index")
    card = Waiting(_("Staff desk"), _("Two-step verification"), page, act=act, ink="people")
    return [card] if user.staff_rights_suspended else []


def queue_card(name: str, total: int, late: int, anchor: str) -> Waiting:
    """A card for a queue of the staff desk."""
    title = ngettext("%(total)s item in the queue", "%(total)s items in the queue", total)
    return Waiting(
        _("%(queue)s (late: %(late)s)") % {"queue": name, "late": late} if late else name,
        title % {"total": total},
        f"{reverse('admin:index')}#{anchor}",
        act=_("Open the queue"),
        ink="people",
        things=total,
    )


def to_do(found: Found) -> list[Waiting]:
    """What the member is asked for: reviews, changes, and whether a case is still true."""
    return [
        *second_factor(found.user),
        *review(found.user),
        *(
            Waiting(
                _("We stopped emailing you"),
                row.title,
                reverse("account_email"),
                act=_("View reason"),
                ink="people",
            )
            for row in found.rows["bounce"]
        ),
        *(row for add in ADDED_WAITING for row in add(found)),
        *(
            Waiting(
                _("Invitation to co-write a case"),
                row.title,
                reverse("community:invitation", args=[row.key]),
                act=_("View invitation"),
                ink="people",
            )
            for row in found.rows["invitation"]
        ),
        *(
            Waiting(
                _("A moderator requested changes"),
                row.title,
                page_of(row.words),
                found.decision(row),
                act=_("Make changes"),
                ink="people",
            )
            for row in found.rows["change"]
        ),
        *(
            Waiting(
                _("A member suggested a change: %(why)s") % {"why": row.words},
                row.title,
                reverse("community:revision", args=[row.key]),
                act=_("View change"),
                ink="border",
            )
            for row in found.rows["edit"]
        ),
        *(
            Waiting(
                _("A member submitted a translation: %(language)s")
                % {"language": language_name(row.words)},
                row.title,
                TranslationProposal(pk=row.key).get_absolute_url(),
                act=_("Review translation"),
                ink="border",
            )
            for row in found.rows["translation"]
        ),
        *(
            # One card for all of them.
            Waiting(
                ngettext(
                    "%(total)s text with a reported translation",
                    "%(total)s texts with reported translations",
                    int(row.state),
                )
                % {"total": row.state},
                Truncator(row.title).chars(80),
                reverse("community:translation_reports"),
                act=_("Review translation"),
                ink="border",
            )
            for row in found.rows["reported-text"][:1]
        ),
        *(
            Waiting(
                _("A member proposed the tag “%(tag)s”") % {"tag": row.title},
                row.state,
                page_of(row.words),
                act=_("Add or decline tag"),
                ink="border",
            )
            for row in found.rows["tag"]
        ),
        *(
            Waiting(
                _("Is this case still up to date?"),
                row.title,
                page_of(row.words),
                act=_("Check case"),
                ink="soil",
            )
            for row in found.rows["verify"]
        ),
    ]


@dataclass(frozen=True)
class Followed:
    """Something that a member follows."""

    subject: Any


def follows(found: Found) -> list[Followed]:
    """What a member follows, newest first, without deleted objects."""
    rows = (found.subject(row) for row in found.rows["follow"])
    return [Followed(row) for row in rows if row is not None and row.get_absolute_url()]


def contributions(found: Found) -> list[Contribution]:
    """All contributions of a member, newest first, whatever their state."""
    every = [*cases(found), *written(found), *edits(found), *translations(found), *asked(found)]
    return sorted(every, key=lambda each: each.at, reverse=True)[:SHOWN]


def cases(found: Found) -> Iterator[Contribution]:
    for row in found.rows["own-case"]:
        yield Contribution(
            title=row.title,
            label=_("Case"),
            url=page_of(row.words),
            state=str(CaseStatus(row.state).label),
            waits=row.state in (CaseStatus.SUBMITTED, CaseStatus.CHANGES_REQUESTED),
            at=row.at,
            decision=found.decision(row),
        )


def written(found: Found) -> Iterator[Contribution]:
    """Comments and reports, by the names of their subjects."""
    for model in (Comment, Experience):
        for row in found.rows[f"own-{model._meta.model_name}"]:
            subject = found.subject(row)
            if subject is None:
                continue
            yield Contribution(
                title=str(subject),
                label=model._meta.verbose_name,
                url=(
                    Comment(pk=row.key).get_absolute_url()
                    if model is Comment
                    else f"{subject.get_absolute_url()}#experience-{row.key}"
                ),
                state=str(Standing(row.state).label),
                waits=row.state == Standing.PENDING,
                at=row.at,
                decision=found.decision(row),
            )


def edits(found: Found) -> Iterator[Contribution]:
    """Edits of published cases that the member suggested."""
    for row in found.rows["own-edit"]:
        yield Contribution(
            title=row.title,
            label=_("Suggested change"),
            url=Revision(pk=row.key).get_absolute_url(),
            state=str(RevisionStatus(row.state).label),
            waits=row.state in UNANSWERED,
            at=row.at,
            decision=found.decision(row),
            message=row.words,
        )


def translations(found: Found) -> Iterator[Contribution]:
    """Translations that the member has begun or submitted."""
    for row in found.rows["own-translation"]:
        yield Contribution(
            title=row.title,
            label=_("Translation into %(name)s") % {"name": language_name(row.words)},
            url=TranslationProposal(pk=row.key).get_absolute_url(),
            state=str(ProposalState(row.state).label),
            waits=row.state in (ProposalState.CLAIMED, ProposalState.SUBMITTED),
            at=row.at,
            decision=found.decision(row),
        )


def asked(found: Found) -> Iterator[Contribution]:
    """Proposals and requests of the member."""
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
                state=str(Mark(row.state).label),
                waits=row.state == Mark.WAITING,
                at=row.at or decision.created_at,  # type: ignore[union-attr]
                decision=decision,
            )


def key_of(subject: models.Model) -> tuple[int, int]:
    return ContentType.objects.get_for_model(subject).pk, subject.pk


def decisions_about(subjects: list) -> dict[tuple[int, int], Decision]:
    """The last valid decision about each subject that concerns its author, in one query."""
    return decisions_of(map(key_of, subjects))


def decisions_of(subjects: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Decision]:
    """The same by content type and primary key."""
    keys: dict[int, list[int]] = {}
    for kind, pk in subjects:
        keys.setdefault(kind, []).append(pk)
    if not keys:
        return {}
    wanted = Q()
    for kind, pks in keys.items():
        wanted |= Q(content_type=kind, object_id__in=pks)
    rows = Decision.objects.standing().for_authors().filter(wanted).select_related("appeal")
    found: dict[tuple[int, int], Decision] = {}
    for row in rows.order_by("-created_at", "-pk"):
        found.setdefault((row.content_type_id, row.object_id), row)
    return found
