"""Delete an account so that nothing in the database identifies the person any more."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import pghistory
import pgtrigger
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models.functions import Cast
from django.tasks import TaskResultStatus
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult
from pghistory.models import Context

from community.accounts import roles as accounts_roles
from community.discussion.trust import lock_contributions
from community.models import (
    Appeal,
    Bounce,
    Comment,
    Deletion,
    Experience,
    Invitation,
    ProposedPractice,
    Revision,
    RevisionStatus,
    Standing,
    SurveyAnswer,
    TagProposal,
    TranslationProposal,
    User,
)
from community.privacy import deletion_file, holdings
from community.webinars.registrations import actions as registrations_actions
from community.webinars.surveys import actions as surveys_actions
from community.writing.attachments import files
from community.writing.attachments.models import small_name
from repository.dates import clock
from repository.models import CaseStatus, CaseStudy, Speaker, TaggedItem
from repository.workflow import ActionRefused, action, lock_all

# Replaces deleted text that has answers. Not shown: the page has a placeholder.
REMOVED_TEXT = "…"
# Rows owned by the member, by field, in locking order.
DECIDED_ABOUT: list[tuple[type[models.Model], str]] = [
    (Revision, "by"),
    (ProposedPractice, "by"),
    (TagProposal, "by"),
    (TranslationProposal, "by"),
    (Invitation, "by"),
    (Invitation, "member"),
    (Comment, "author"),
    (Experience, "author"),
    (Appeal, "by"),
    (SurveyAnswer, "member"),
]
# A non-existent primary key, for history rows that require an account.
NOBODY = 0


@action
def delete_account(
    *, member: User, by: User | None, erase: bool, at: datetime | None = None
) -> Deletion:
    """Delete an account; `erase` also deletes the member's contributions or else anonymises them.

    `by` is the member; None if a deletion is repeated after restoring an older backup.
    """
    if by is not None and by != member:
        raise ActionRefused(_("You can only delete your own account."))
    return remove_account(member=member, by=by, erase=erase, at=at)


@action
def remove_account(
    *,
    member: User,
    by: User | None,
    erase: bool,
    at: datetime | None = None,
    check: Callable[[User], None] = lambda member: None,
) -> Deletion:
    """Delete an account on anyone's request; `check` may raise ActionRefused under the locks."""
    # Lock the member's rows first, then people: the same order as in decisions about them.
    lock_contributions(member)
    webinars = registrations_actions.lock_webinars(member)
    lock_belongings(member)
    administrators = lock_people(member, by)
    member = User.objects.get(pk=member.pk)
    check(member)
    if by is not None and member.pk in administrators and len(administrators) == 1:
        raise ActionRefused(
            _("You are the last administrator. Make another member an administrator first.")
            if by == member
            else _("This is the last administrator. Make another member an administrator first.")
        )
    # From here on, events are written without the member as the acting user.
    with pghistory.context(user=by.pk if by is not None and by != member else None):
        erased_cases = leave_cases(member, erase=erase)
        leave_revisions(member, erase=erase)
        for proposal in TranslationProposal.objects.filter(by=member):
            delete_about(proposal)
        if erase:
            erase_contributions(member)
        forget_traces(member)
        delete_own_files(member)
        surveys_actions.erase_words(SurveyAnswer.objects.filter(member=member), also_shown=True)
        number, joined_at = member.pk, member.date_joined
        handles = {member.handle, *member.old_handles.values_list("handle", flat=True)} - {""}
        member.delete()
        for webinar in webinars:
            registrations_actions.fill(webinar)
        anonymise_history(number, handles=handles, erase=erase, erased_cases=erased_cases)
    deletion, _made = Deletion.objects.get_or_create(
        number=number,
        joined_at=joined_at,
        defaults={"erased": erase, "deleted_at": at or clock.now()},
    )
    # Last: nothing is deleted unless its line is in the file, which survives restoring a backup.
    deletion_file.add(deletion)
    return deletion


def lock_belongings(member: User) -> None:
    """Lock what others may be deciding about now, cases first."""
    cases = CaseStudy.objects.filter(
        models.Q(authors=member)
        | models.Q(revisions__by=member)
        | models.Q(invitations__by=member)
        | models.Q(invitations__member=member)
    )
    lock_all(CaseStudy.objects.filter(pk__in=cases.values("pk")))
    for model, link in DECIDED_ABOUT:
        lock_all(model._base_manager.filter(**{link: member}))


def lock_people(member: User, by: User | None = None) -> set[int]:
    """Lock the member, `by`, and all who can assign roles; return the primary keys of the latter.

    These are superusers if there are any, administrators otherwise. In the order of primary keys,
    and together, so that two administrators who leave at once do not rely
    on each other.
    """
    active = models.Q(is_active=True)
    superusers = models.Q(is_superuser=True)
    if not User.objects.filter(active, superusers).exists():
        links = User.groups.through.objects.filter(group__name=accounts_roles.ADMINISTRATORS)
        superusers = models.Q(pk__in=links.values("user"))
    both = models.Q(pk__in=[member.pk, *([by.pk] if by is not None else [])])
    # Read again: the state may have changed while this transaction waited for the locks.
    locked = [user.pk for user in lock_all(User.objects.filter((active & superusers) | both))]
    left = User.objects.filter(active, superusers, pk__in=locked)
    return set(left.values_list("pk", flat=True))


def leave_cases(member: User, *, erase: bool) -> list[int]:
    """Delete unpublished cases without other authors; with `erase`, empty published ones.

    Returns the primary keys of the emptied cases. A case with other authors is left to them.
    """
    alone = [
        case
        for case in lock_all(CaseStudy.objects.filter(authors=member))
        if case.authors.count() == 1
    ]
    gone = []
    for case in alone:
        was_read = case.status in (CaseStatus.PUBLISHED, CaseStatus.ARCHIVED)
        if was_read and not erase:
            continue
        gone.append(case.pk)
        delete_about(case)
        delete_files(case)
        if not was_read:
            TaggedItem.objects.filter(**about(case)).delete()
            case.delete()
            continue
        # Links and texts of others refer to it: the URL remains, with the reason.
        for name in holdings.CASE_WORDS:
            setattr(case, name, "")
        if case.status == CaseStatus.PUBLISHED:
            case.status = CaseStatus.ARCHIVED
            case.archived_reason = _("Withdrawn by its author.")
        case.save()
        delete_belongings(case)
    return gone


def leave_revisions(member: User, *, erase: bool) -> None:
    """Delete suggested edits that were not accepted; accepted ones belong to the case's history.

    With `erase` their reason and the suggested text are deleted as well.
    """
    for revision in Revision.objects.filter(by=member).select_related("case"):
        delete_about(revision)
        if revision.status != RevisionStatus.ACCEPTED:
            revision.delete()
            continue
        if erase:
            revision.why, revision.base, revision.document = REMOVED_TEXT, {}, {}
            revision.save(update_fields=["why", "base", "document"])


def belongings(case: CaseStudy) -> Iterable[Any]:
    """Related rows that are deleted with a case: figures, files, notes to the moderators."""
    for relation in case._meta.related_objects:
        if not relation.many_to_many and relation.on_delete is models.CASCADE:
            yield relation


def delete_belongings(case: CaseStudy) -> None:
    for relation in belongings(case):
        relation.related_model._base_manager.filter(**{relation.field.name: case}).delete()


def delete_files(case: CaseStudy) -> None:
    """Delete the files of a case, and smaller copies of pictures, once that is committed."""
    for relation in belongings(case):
        rows = relation.related_model._base_manager.filter(**{relation.field.name: case})
        for column in relation.related_model._meta.concrete_fields:
            if isinstance(column, models.FileField):
                for name in rows.values_list(column.name, flat=True):
                    files.delete_on_commit(name, small_name(name))


def delete_own_files(member: User) -> None:
    """Delete the files of rows that are deleted with the account, once that is committed."""
    for holding in holdings.HOLDINGS:
        links = {link.name for link in holdings.links_to_members(holding.rows)}
        if holding.fate is not holdings.DELETED or holding.field not in links:
            continue
        rows = holding.rows._base_manager.filter(**{holding.field: member})
        for column in holding.rows._meta.concrete_fields:
            if isinstance(column, models.FileField):
                for name in rows.exclude(**{column.name: ""}).values_list(column.name, flat=True):
                    files.delete_on_commit(name)


def about(subject: models.Model) -> dict[str, Any]:
    return {
        "content_type": ContentType.objects.get_for_model(subject),
        "object_id": subject.pk,
    }


def delete_about(subject: models.Model) -> None:
    """Delete rows that depend on a deleted object: follows, notices, claims."""
    for label, fate in holdings.ABOUT.items():
        if fate == "deleted":
            apps.get_model(label)._base_manager.filter(**about(subject)).delete()


def erase_contributions(member: User) -> None:
    """Delete a member's contributions. A placeholder remains where others have answered."""
    for comment in Comment.objects.filter(author=member):
        delete_about(comment)
        if comment.replies.exclude(author=member).exists():
            comment.body, comment.standing, comment.author = REMOVED_TEXT, Standing.REMOVED, None
            comment.save()
    # This includes their answers to their own comments.
    Comment.objects.filter(author=member).delete()
    for experience in Experience.objects.filter(author=member):
        delete_about(experience)
        TaggedItem.objects.filter(**about(experience)).delete()
        experience.delete()


def forget_traces(member: User) -> None:
    """Delete rows that hold data of a member without a link to the account."""
    delete_about(member)
    sessions = apps.get_model("usersessions.UserSession")._default_manager.filter(user=member)
    keys = sessions.values("session_key")
    Session.objects.filter(session_key__in=keys).delete()
    emails = apps.get_model("account.EmailAddress")._default_manager.filter(user=member)
    addresses = {member.email, *emails.values_list("email", flat=True)}
    for address in addresses:
        Speaker.objects.filter(email__iexact=address).update(email="", correction="")
        Bounce.objects.of(address).delete()
    tasks = DBTaskResult.objects.annotate(
        arguments=Cast("args_kwargs", models.TextField())
    ).exclude(status=TaskResultStatus.RUNNING)
    for address in addresses:
        tasks.filter(arguments__icontains=f'"{address}"').delete()
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=kind, object_id=str(member.pk)).update(object_repr="")


def anonymise_history(
    number: int, *, handles: Iterable[str], erase: bool, erased_cases: Iterable[int]
) -> None:
    """Remove the member from the history: cut the links, and empty their data.

    The only code that changes the history: for these statements alone the triggers that make it
    append-only are bypassed.
    """
    events = {
        label: holdings.event_model(label) for label in holdings.HISTORY | holdings.CASE_HISTORY
    }
    with pgtrigger.ignore(*(f"{event._meta.label}:append_only" for event in events.values())):
        for label, past in holdings.HISTORY.items():
            event = events[label]
            columns = past.private + (past.words if erase else ())
            if columns:
                event._base_manager.filter(**{past.of: number}).update(**emptied(event, columns))
            for link in holdings.links_to_members(event):
                if link.name not in past.kept:
                    value = None if link.null else NOBODY
                    event._base_manager.filter(**{link.attname: number}).update(
                        **{link.attname: value}
                    )
        gone = list(erased_cases)
        for label, (owner, words) in holdings.CASE_HISTORY.items():
            event = events[label]
            event._base_manager.filter(**{f"{owner}__in": gone}).update(**emptied(event, words))
    mine = Context.objects.filter(metadata__user=number)
    for handle in handles:
        mine = mine | Context.objects.filter(metadata__url__icontains=f"/members/{handle}/")
    mine.update(metadata={"user": None})


def emptied(event: type[models.Model], columns: Iterable[str]) -> dict[str, Any]:
    """The empty value of each column: null, or an empty list or text."""
    values: dict[str, Any] = {}
    for name in columns:
        column = event._meta.get_field(name)
        values[name] = None if column.null else [] if isinstance(column, ArrayField) else ""
    return values


def reapply_deletions() -> tuple[int, int]:
    """Repeat deletions after an older backup was restored; return (repeated, all).

    Uses both the file and the table, and completes each from the other.
    """
    known = {(row.number, row.joined_at): row for row in Deletion.objects.all()}
    written = set()
    for line in deletion_file.read_deletions():
        key = (line.number, line.joined_at)
        written.add(key)
        known.setdefault(key, line)
    again = 0
    for key, deletion in known.items():
        member = User.objects.filter(pk=deletion.number, date_joined=deletion.joined_at).first()
        if member is not None:
            delete_account(member=member, by=None, erase=deletion.erased, at=deletion.deleted_at)
            again += 1
        elif deletion.pk is None:
            deletion.save()
        if key not in written and member is None:
            deletion_file.add(deletion)
    return again, len(known)
