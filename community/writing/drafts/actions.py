"""Writing a case: create, save, submit, withdraw, and confirm it once a year."""

import re
from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils.text import slugify
from django.utils.translation import gettext as _

from community.discussion.trust import check_rate, lock_author
from community.models import (
    NoticeKind,
    Notification,
    SavedText,
    Submission,
    User,
    WorkingCopy,
)
from community.notices.notify import moderators, notify
from community.writing.confirmation import EVENT, unasked
from community.writing.drafts import completeness, documents
from community.writing.preserved_input import EditConflict
from repository.cases.actions import lock_for, mark_verified
from repository.cases.models import EDITABLE, SECTIONS, WRITABLE
from repository.dates import clock
from repository.free_names import free_name, save_under_free_name
from repository.models import (
    CaseStatus,
    CaseStudy,
    City,
    Country,
    Evidence,
    Goal,
    Organization,
    Practice,
    Reference,
    Theme,
)
from repository.tags import folding
from repository.text.lists import COMMAS, SEMICOLONS, list_of
from repository.workflow import ActionRefused, action, lock

Document = dict[str, Any]

# Slugs that would clash with routes.
RESERVED = {"new", "autosave", "preview"}
# The constraints for unique slugs of cases and unique keys of references.
SLUG_UNIQUE = "repository_casestudy_slug_key"
KEY_UNIQUE = "repository_reference_key_key"
MAX_DRAFTS = 30
SUBMISSIONS_A_DAY = 5
MAX_COPIES = 40


@action
def create_draft(*, document: Document, by: User, token: str) -> CaseStudy:
    """Save a new case as a draft of its author. Submitting the same form twice creates one."""
    lock_author(by)
    before = SavedText.objects.filter(token=token, case__authors=by).first()
    if before is not None:
        return save_draft(
            case=before.case, document=document, base=before.digest, by=by, token=token
        )
    if CaseStudy.objects.filter(authors=by, status__in=WRITABLE).count() >= MAX_DRAFTS:
        raise ActionRefused(_("You have too many drafts. Submit one of them first."))
    title = document["title"]
    case = save_under_free_name(
        lambda: CaseStudy.objects.create(
            slug=free_slug(title), title=title, is_sample=by.is_sample
        ),
        SLUG_UNIQUE,
    )
    case.authors.add(by)
    write(case, document, by=by)
    remember(case, token=token)
    WorkingCopy.objects.filter(member=by, token=token).delete()
    return case


@action
def save_draft(
    *, case: CaseStudy, document: Document, base: str, by: User, token: str = ""
) -> CaseStudy:
    """Save the text of a case that is not public.

    `base` is the digest of the text that the form was opened with. Raises EditConflict if the
    stored text is another one, unless it is the same as this one.
    """
    # Two authors may save concurrently: the second must see what the first has written.
    case = lock(CaseStudy, case.pk)
    if not can_write_now(case, by):
        raise ActionRefused(
            _("You can’t save “%(title)s” because its status is “%(status)s”.")
            % {"title": case.title, "status": case.get_status_display()}
        )
    now = documents.document_of(case)
    if without_keys(now) != without_keys(document):
        if documents.digest(now) != base:
            began = SavedText.objects.filter(case=case, digest=base).first()
            raise EditConflict(began.document if began else None, now)
        # Other open forms may be based on the current text, which editors wrote at the desk.
        remember(case, now=now)
        write(case, document, by=by)
        remember(case, token=token)
    WorkingCopy.objects.filter(member=by, token=token).delete()
    return case


def can_write_now(case: CaseStudy, by: User) -> bool:
    """Whether this person may change the text in the present state of the case."""
    return case.status in (EDITABLE if by.has_perm("repository.change_casestudy") else WRITABLE)


def without_keys(document: Document) -> Document:
    """The document with its rows identified by content: keys of new rows are random."""
    place = {row["key"]: f"#{at}" for at, row in enumerate(document["references"])}
    rows = {
        table: [{**row, "key": "", **reference_place(row, place)} for row in document[table]]
        for table in documents.ROWS
    }
    return document | rows


def reference_place(row: dict[str, str], place: dict[str, str]) -> dict[str, str]:
    return {"reference": place.get(row["reference"], "")} if "reference" in row else {}


def remember(case: CaseStudy, *, now: Document | None = None, token: str = "") -> str:
    """Store the current text as a base for open forms; return its digest."""
    now = now or documents.document_of(case)
    digest = documents.digest(now)
    SavedText.objects.update_or_create(
        case=case,
        digest=digest,
        defaults={"document": now} | ({"token": token} if token else {}),
    )
    return digest


def free_slug(title: str, *, pk: int = 0) -> str:
    """A slug that no other case has now; see `save_under_free_name`."""
    stem = slugify(title)[:100].strip("-") or "case"
    others = CaseStudy.objects.filter(slug__startswith=stem).exclude(pk=pk)
    taken = RESERVED | set(others.values_list("slug", flat=True))
    return free_name(stem, taken)


def write(case: CaseStudy, document: Document, *, by: User, also: Iterable[str] = ()) -> None:
    """Write a document to a case; `also` names fields that the caller has set on it."""
    is_renamed = case.status == CaseStatus.DRAFT and document["title"] != case.title
    for name in documents.TEXTS:
        if name != "tags":
            setattr(case, name, document[name])
    fields = ["slug", "title", "summary", "language", "setting", "cost", "time", "source"]

    def save() -> None:
        if is_renamed:
            case.slug = free_slug(document["title"], pk=case.pk)
        case.save(update_fields=[*fields, *SECTIONS, *also, "rendered", "updated_at"])

    save_under_free_name(save, SLUG_UNIQUE)
    case.cities.set(City.objects.filter(slug__in=document["cities"]))
    case.countries.set(Country.objects.filter(pk__in=document["countries"]))
    case.organizations.set(Organization.objects.filter(slug__in=document["organizations"]))
    case.themes.set(Theme.objects.filter(slug__in=document["themes"]))
    case.goals.set(Goal.objects.filter(pk__in=map(int, document["goals"])))
    case.practices.set(Practice.objects.filter(slug__in=document["practices"]))
    try:
        case.tags.set(folding.parse(document["tags"]))
    except folding.TooMany as mistake:
        raise ActionRefused(" ".join(mistake.messages)) from None
    works = write_references(case, document["references"])
    write_evidence(case, document["evidence"], works)
    write_proposed(case, document["proposed"], by=by)


def write_references(case: CaseStudy, rows: list[dict[str, str]]) -> dict[str, Reference]:
    """Link the works of the rows; return them by the keys of the rows."""
    linked = {str(work.pk): work for work in case.references.all()}
    works = {}
    if sum(row["key"] not in linked for row in rows) > 1:
        # Two forms with the same new works in a different order would deadlock.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [KEY_UNIQUE])
    for row in rows:
        work = linked.get(row["key"])
        if work is None and row["doi"]:
            work = Reference.objects.public().filter(doi__iexact=row["doi"]).first()
        if work is None:
            work = Reference(is_proposed=True)
        if work.is_proposed:
            fill_reference(work, row)
        works[row["key"]] = work
    case.references.set(works.values())
    gone = [work.pk for work in linked.values() if work not in works.values() and work.is_proposed]
    Evidence.objects.filter(reference__in=gone, case=case).update(reference=None)
    Reference.objects.filter(pk__in=gone, cases=None, evidence=None).delete()
    return works


def fill_reference(work: Reference, row: dict[str, str]) -> None:
    work.doi, work.kind, work.title = row["doi"], row["kind"], row["title"] or row["doi"]
    work.publisher, work.url = row["publisher"], row["url"]
    work.year = int(row["year"]) if row["year"] else None
    work.authors = read_authors(row["authors"])
    if work.pk is not None:
        work.save()
        return

    def save() -> None:
        work.key = free_key(row)
        work.save()

    save_under_free_name(save, KEY_UNIQUE)


def read_authors(text: str) -> list[dict[str, str]]:
    """Parse names as in a list of references: "Li, C.; World Bank"."""
    authors = []
    for name in filter(None, (part.strip() for part in SEMICOLONS.split(text))):
        family, *given = (part.strip() for part in COMMAS.split(name, maxsplit=1))
        authors.append({"family": family, "given": given[0]} if given else {"literal": name})
    return authors


def free_key(row: dict[str, str]) -> str:
    authors = read_authors(row["authors"])
    name = next(iter(authors[0].values())) if authors else row["title"] or row["doi"]
    stem = re.sub(r"^$", "work", slugify(f"{name[:40]} {row['year']}"))[:70]
    taken = set(Reference.objects.filter(key__startswith=stem).values_list("key", flat=True))
    return free_name(stem, taken)


def write_evidence(
    case: CaseStudy, rows: list[dict[str, str]], works: dict[str, Reference]
) -> None:
    there = {str(figure.pk): figure for figure in case.evidence.all()}
    for position, row in enumerate(rows, 1):
        figure = there.pop(row["key"], None) or Evidence(case=case)
        figure.position = position
        for name in ("label", "qualifier", "unit", "currency", "period", "place"):
            setattr(figure, name, row[name])
        figure.case_section = row.get("case_section", "")
        for name in ("value", "value_to", "numerator", "denominator"):
            to_python = getattr(Evidence, name).field.to_python
            setattr(figure, name, to_python(row[name]) if row[name] else None)
        figure.is_headline = bool(row["is_headline"])
        figure.reference = works.get(row["reference"])
        figure.save()
    Evidence.objects.filter(pk__in=[figure.pk for figure in there.values()]).delete()


def write_proposed(case: CaseStudy, rows: list[dict[str, str]], *, by: User) -> None:
    """Replace the proposed practices by the rows; of a public case, only add."""
    waiting = {row.name: row for row in case.proposed_practices.filter(outcome="")}
    wanted = {row["name"]: row["summary"] for row in rows}
    if not case.is_published:
        for name in waiting.keys() - wanted.keys():
            waiting[name].delete()
    for name, summary in wanted.items():
        proposed, is_new = case.proposed_practices.get_or_create(
            name=name, defaults={"summary": summary, "by": by}
        )
        is_open = not case.is_published and proposed.outcome == ""
        if not is_new and is_open and proposed.summary != summary:
            proposed.summary = summary
            proposed.save(update_fields=["summary"])


@action
def submit(*, case: CaseStudy, by: User, note: str = "") -> CaseStudy:
    """Submit a case to the moderators."""
    lock_author(by)
    case = lock_for("submit", case)
    document = documents.document_of(case)
    missing = completeness.missing_essentials(document)
    if missing:
        raise ActionRefused(
            _("To submit your case, add %(missing)s.") % {"missing": list_of(missing)}
        )
    if not by.is_staff:
        check_rate(Submission.objects.filter(by=by), most=SUBMISSIONS_A_DAY, hours=24)
    case.save(update_fields=["status", "updated_at"])
    sent = Submission.objects.create(case=case, by=by, note=note[:1000], document=document)
    others, readers = other_authors(case, by), moderators()
    notifications = [
        (others, NoticeKind.DECISION, "case.handed-in"),
        (readers, NoticeKind.REVIEW, "case.submitted"),
    ]
    for members, kind, event in notifications:
        notify(
            members,
            kind=kind,
            event=event,
            subject=case,
            actor=by,
            key=f"submission-{sent.pk}",
        )
    return case


def other_authors(case: CaseStudy, by: User) -> list[int]:
    """Primary keys of the other authors, who are notified of what happens to the case."""
    return list(case.authors.exclude(pk=by.pk).values_list("pk", flat=True))


@action
def withdraw(*, case: CaseStudy, by: User) -> CaseStudy:
    """Withdraw a submitted case; it becomes a draft again."""
    case = lock_for("withdraw", case)
    case.save(update_fields=["status", "updated_at"])
    notify(
        other_authors(case, by),
        kind=NoticeKind.DECISION,
        event="case.taken-back",
        subject=case,
        actor=by,
    )
    return case


@action
def keep(
    *,
    member: User,
    token: str,
    case: CaseStudy | None,
    document: Document,
    base: str,
    parent: str = "",
) -> WorkingCopy:
    """Save a working copy of a member's input. It replaces the copy `parent`."""
    lock_author(member)
    mine = WorkingCopy.objects.filter(member=member)
    copy, is_new = WorkingCopy.objects.update_or_create(
        token=token,
        member=member,
        defaults={"case": case, "document": document, "base": base},
    )
    if is_new:
        mine.filter(token=parent).exclude(pk=copy.pk).delete()
        old = list(mine.values_list("pk", flat=True)[MAX_COPIES:])
        mine.filter(pk__in=old).delete()
    return copy


# Once a year, ask authors whether their cases are still true


def ask_authors() -> int:
    """Ask the authors of cases that were not checked for a year; return how many were asked.

    Idempotent: each author is asked once a year about each case.
    """
    cases = unasked().order_by("casestudy").values("casestudy").distinct()
    return sum(ask(case=case) for case in CaseStudy.objects.filter(pk__in=cases))


@action
def ask(*, case: CaseStudy) -> int:
    """Ask the authors of one case if it is due; return how many were asked."""
    # Two concurrent runs: the second must see whom the first has asked.
    locked = lock(CaseStudy, case.pk, no_key=True)
    authors = list(unasked().filter(casestudy=locked.pk).values_list("user", flat=True))
    if authors:
        day = clock.today().isoformat()
        notify(
            authors,
            kind=NoticeKind.VERIFY,
            event=EVENT,
            subject=locked,
            key=f"case-verify-{locked.pk}-{day}",
        )
    return len(authors)


@action
def confirm(*, case: CaseStudy, by: User) -> CaseStudy:
    """Record that an author confirms a case today. Idempotent."""
    # Two authors may confirm concurrently: the second finds the date set.
    locked = lock(CaseStudy, case.pk)
    today = clock.today()
    if not (locked.is_published and locked.verified_at == today):
        locked = mark_verified(case=locked, by=by, on=today)
    end_question(locked)
    return locked


def end_question(case: CaseStudy) -> None:
    """Mark the question as read for all authors: one has answered it."""
    waiting = Notification.objects.unread().filter(
        event=EVENT,
        content_type=ContentType.objects.get_for_model(CaseStudy),
        object_id=case.pk,
    )
    members = set(waiting.values_list("member", flat=True))
    if members:
        waiting.update(read_at=clock.now())
