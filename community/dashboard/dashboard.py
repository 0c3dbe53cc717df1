"""The member's dashboard: drafts, tasks, and the state of contributions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, Q, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.dashboard import rows
from community.dashboard.entries import Contribution, Day, Draft, Entry, Part, Progress, Waiting
from community.dashboard.rows import ROWS, SHOWN
from community.discussion.contributions import About
from community.models import Decision, Follow, Mark, User
from community.moderation.queue import entries as queue_entries
from community.moderation.reviewable import reviewable_of
from community.permissions import can_moderate
from community.translating.models import title_of
from community.webinars import links as webinars_links
from community.webinars import time_zones as webinars_time_zones
from community.writing import confirmation
from repository.cases.models import SECTIONS
from repository.cases.values import language_name
from repository.dates import clock
from repository.models import CaseStatus, CaseStudy


@dataclass(frozen=True)
class Found:
    """The rows of a member, by the function that selects them."""

    user: User
    rows: dict[Callable[[User], QuerySet], list[Any]]

    @cached_property
    def decisions(self) -> dict[tuple[int, int], Decision]:
        reviewed = [row for row in chain.from_iterable(self.rows.values()) if reviewable_of(row)]
        profiles = self.rows[rows.memberships]
        return decisions_about([*reviewed, *(profile.member for profile in profiles)])

    def decision(self, row: models.Model) -> Decision | None:
        return self.decisions.get(key_of(row))


# Added by higher apps: querysets, and functions of their rows in display order.
ADDED_ROWS: list[Callable[[User], QuerySet]] = []
ADDED_WAITING: list[Callable[[Found], list[Waiting]]] = []
ADDED_PARTS: list[Callable[[Found], Part | None]] = []
ADDED_DAYS: list[Callable[[Found], list[Day]]] = []
# What a member can ask for, shown as a button: the first that applies.
ADDED_CALLS: list[Callable[[Found], Entry | None]] = []
# The number of days in the list of dates.
DAYS_SHOWN = 8


def find(user: User) -> Found:
    """All rows of the dashboard.

    One query tells of which kinds there are any, and each of them takes one, as does each type of
    their subjects.
    """
    querysets = {select: select(user) for select in (*ROWS, *ADDED_ROWS)}
    exist = User.objects.filter(pk=user.pk).values_list(*map(Exists, querysets.values())).get()
    found = {
        select: list(queryset) if exists else []
        for (select, queryset), exists in zip(querysets.items(), exist, strict=True)
    }
    every = chain.from_iterable(found.values())
    prefetch_related_objects([row for row in every if isinstance(row, About)], "subject")
    return Found(user, found)


def drafts(found: Found) -> list[Draft]:
    """Cases that were not submitted yet, each with its unsaved text."""
    return [
        Draft(
            case,
            Progress(case.filled, len(SECTIONS)),
            [copy_of(copy) for copy in found.rows[rows.copies] if copy.case_id == case.pk],
        )
        for case in cases_in(CaseStatus.DRAFT, found)
    ]


def cases_in(status: CaseStatus, found: Found) -> list[CaseStudy]:
    return [case for case in found.rows[rows.cases] if case.status == status][:SHOWN]


def copies(found: Found) -> list[Entry]:
    """Unsaved text of new cases, and of those that are no drafts."""
    listed = {case.pk for case in cases_in(CaseStatus.DRAFT, found)}
    return [copy_of(copy) for copy in found.rows[rows.copies] if copy.case_id not in listed]


def copy_of(copy: Any) -> Entry:
    """A working copy of an unsaved form, with a link to the form."""
    form = (
        reverse("community:case_edit", args=[copy.case.slug])
        if copy.case
        else reverse("community:case_new")
    )
    when = date_format(localtime(copy.kept_at), "DATETIME_FORMAT")
    return Entry(
        copy.title or "",
        f"{form}?copy={copy.token}",
        words=_("Draft saved %(when)s") % {"when": when},
    )


def parts(found: Found) -> list[Part]:
    """The member's upcoming webinars, and the parts that higher apps add."""
    return [part for add in (registrations, *ADDED_PARTS) if (part := add(found)) is not None]


def registrations(found: Found) -> Part | None:
    """Webinars that the member is registered for, the soonest first, in the member's time zone."""
    entries = [
        Entry(
            title=row.webinar.title,
            url=webinars_links.registration_path(row),
            state=row.get_status_display(),
            waits=row.is_waiting,
            words=webinars_time_zones.moment(row.webinar.starts_at, row.time_zone),
        )
        for row in found.rows[rows.registrations]
    ]
    more = Entry(_("All webinars"), reverse("repository:webinar_list"))
    if not entries:
        return None
    return Part("registrations", _("Your webinars"), entries, "", more)


def days(found: Found) -> list[Day]:
    """What lies ahead of the member, the soonest first."""
    webinars = [
        Day(
            localtime(row.webinar.starts_at).date(),
            row.webinar.title,
            webinars_links.registration_path(row),
        )
        for row in found.rows[rows.registrations]
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
    url = f"{reverse('admin:index')}#waiting"
    return [queue_card(_("Moderation"), total, late, url)] if total else []


def second_factor(user: User) -> list[Waiting]:
    """One card for staff whose rights are suspended until they set up or show a second factor."""
    act, page = _("Go to the staff desk"), reverse("admin:index")
    card = Waiting(_("Staff desk"), _("Two-step verification"), page, act=act, ink="people")
    return [card] if user.staff_rights_suspended else []


def queue_card(name: str, total: int, late: int, url: str) -> Waiting:
    """A card for a queue of the staff desk."""
    title = ngettext("%(total)s item in the queue", "%(total)s items in the queue", total)
    return Waiting(
        _("%(queue)s (late: %(late)s)") % {"queue": name, "late": late} if late else name,
        title % {"total": total},
        url,
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
                row.email,
                reverse("account_email"),
                act=_("View reason"),
                ink="people",
            )
            for row in found.rows[rows.bounces]
        ),
        *(card for add in ADDED_WAITING for card in add(found)),
        *(
            Waiting(
                _("Invitation to co-write a case"),
                row.case.title,
                row.get_absolute_url(),
                act=_("View invitation"),
                ink="people",
            )
            for row in found.rows[rows.invitations]
        ),
        *(
            Waiting(
                _("A moderator requested changes"),
                case.title,
                case.get_absolute_url(),
                found.decision(case),
                act=_("Make changes"),
                ink="people",
            )
            for case in cases_in(CaseStatus.CHANGES_REQUESTED, found)
        ),
        *(
            Waiting(
                _("A member suggested a change: %(why)s") % {"why": row.why},
                row.case.title,
                row.get_absolute_url(),
                act=_("View change"),
                ink="border",
            )
            for row in found.rows[rows.suggested_edits]
        ),
        *(
            Waiting(
                _("A member submitted a translation: %(language)s")
                % {"language": language_name(row.language)},
                title_of(row),
                row.get_absolute_url(),
                act=_("Review translation"),
                ink="border",
            )
            for row in found.rows[rows.submitted_translations]
        ),
        *(
            # One card for all of them.
            Waiting(
                ngettext(
                    "%(total)s text with a reported translation",
                    "%(total)s texts with reported translations",
                    row.total,
                )
                % {"total": row.total},
                Truncator(row.text).chars(80),
                reverse("community:translation_reports"),
                act=_("Review translation"),
                ink="border",
            )
            for row in found.rows[rows.reported_translations]
        ),
        *(
            Waiting(
                _("A member proposed the tag “%(tag)s”") % {"tag": row.name},
                row.subject.title,
                row.get_absolute_url(),
                act=_("Add or decline tag"),
                ink="border",
            )
            for row in found.rows[rows.proposed_tags]
        ),
        *(
            Waiting(
                _("Is this case still up to date?"),
                case.title,
                case.get_absolute_url(),
                act=_("Check case"),
                ink="soil",
            )
            for case in to_check(found)
        ),
    ]


def to_check(found: Found) -> list[CaseStudy]:
    """Cases that nobody has checked for a year, the oldest first."""
    due = [case for case in found.rows[rows.cases] if confirmation.is_due(case)]
    return sorted(due, key=lambda case: (case.published_at, case.pk))[:SHOWN]


def follows(found: Found) -> list[Follow]:
    """What a member follows, newest first, without deleted objects."""
    return [
        row
        for row in found.rows[rows.follows]
        if row.subject is not None and row.subject.get_absolute_url()
    ]


def contributions(found: Found) -> list[Contribution]:
    """All contributions of a member, newest first, whatever their state."""
    every = [*cases(found), *written(found), *edits(found), *translations(found), *asked(found)]
    return sorted(every, key=lambda each: each.at, reverse=True)[:SHOWN]


def contribution(found: Found, row: Any, title: str, *, waits: bool, **fields: Any) -> Contribution:
    """The line of a row; `fields` are those that differ from the usual ones of its model."""
    usual = {
        "label": row._meta.verbose_name,
        "url": row.get_absolute_url(),
        "at": row.created_at,
        "decision": found.decision(row),
    }
    return Contribution(title=title, waits=waits, **usual | fields)


def cases(found: Found) -> Iterator[Contribution]:
    own = [case for case in found.rows[rows.cases] if case.status != CaseStatus.DRAFT]
    for case in own[:SHOWN]:
        yield Contribution(
            title=case.title,
            label=_("Case"),
            url=case.get_absolute_url(),
            state=case.get_status_display(),
            waits=case.status in (CaseStatus.SUBMITTED, CaseStatus.CHANGES_REQUESTED),
            at=case.updated_at,
            decision=found.decision(case),
        )


def written(found: Found) -> Iterator[Contribution]:
    """Comments and reports, by the names of their subjects."""
    for row in found.rows[rows.own_comments] + found.rows[rows.own_experiences]:
        if row.subject is not None:
            state = row.get_standing_display()
            yield contribution(found, row, str(row.subject), state=state, waits=row.is_pending)


def edits(found: Found) -> Iterator[Contribution]:
    """Edits of published cases that the member suggested."""
    for row in found.rows[rows.own_edits]:
        yield contribution(
            found,
            row,
            row.case.title,
            label=_("Suggested change"),
            state=row.get_status_display(),
            waits=row.is_waiting,
            message=row.message,
        )


def translations(found: Found) -> Iterator[Contribution]:
    """Translations that the member has begun or submitted."""
    for row in found.rows[rows.own_translations]:
        yield contribution(
            found,
            row,
            title_of(row),
            label=_("Translation into %(name)s") % {"name": language_name(row.language)},
            state=row.get_status_display(),
            waits=row.is_claimed or row.is_submitted,
        )


def asked(found: Found) -> Iterator[Contribution]:
    """Proposals and requests of the member."""
    for row in found.rows[rows.own_practices]:
        state = row.get_outcome_display() if row.outcome else str(Mark.WAITING.label)
        yield contribution(found, row, row.name, state=state, waits=not row.outcome)
    for row in found.rows[rows.own_tags]:
        state = row.get_status_display()
        yield contribution(found, row, row.name, state=state, waits=row.is_waiting)
    for row in found.rows[rows.memberships]:
        decision = found.decision(row.member)
        at = row.asked_at or row.verified_at or (decision and decision.created_at)
        if at is not None:
            yield Contribution(
                title=_("Verified policymaker"),
                label=_("Your profile"),
                url=reverse("community:profile"),
                state=str(row.mark.label),
                waits=row.mark == Mark.WAITING,
                at=at,
                decision=decision,
            )


def key_of(subject: models.Model) -> tuple[int, int]:
    return ContentType.objects.get_for_model(subject).pk, subject.pk


def decisions_about(subjects: list) -> dict[tuple[int, int], Decision]:
    """The last valid decision about each subject that concerns its author, in one query."""
    keys: dict[int, list[int]] = {}
    for content_type, pk in map(key_of, subjects):
        keys.setdefault(content_type, []).append(pk)
    if not keys:
        return {}
    wanted = Q()
    for content_type, pks in keys.items():
        wanted |= Q(content_type=content_type, object_id__in=pks)
    decisions = Decision.objects.standing().for_authors().filter(wanted).select_related("appeal")
    found: dict[tuple[int, int], Decision] = {}
    for decision in decisions.order_by("-created_at", "-pk"):
        found.setdefault((decision.content_type_id, decision.object_id), decision)
    return found
