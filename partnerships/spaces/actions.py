"""Actions in the space of an introduction: messages, files, meetings and a plan."""

from datetime import datetime
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from community.models import NoticeKind, User
from community.notices.notify import notify
from community.writing.attachments import files
from community.writing.attachments.models import LARGEST
from partnerships import permissions
from partnerships.desk.notices import brokers, focal_points
from partnerships.matches.actions import Recipients, check_side, checked, tell
from partnerships.models import Match, Meeting, Plan, Side, SpaceFile, SpaceMessage
from partnerships.representation.rights import as_now
from repository.dates import clock
from repository.workflow import ActionRefused, acting, action, lock_or_none

MAX_FILES = 30
MAX_MEETINGS = 100


def entered(match: Match, by: User) -> Match:
    """Lock the row of the match, for a member who currently has access to its space."""
    rows = Match.objects.select_related("request__city", "city")
    found = lock_or_none(rows, match.pk, no_key=True)
    if found is None or not permissions.can_enter(as_now(by), found):
        raise ActionRefused(_("You have no part in this any more."))
    return found


@action
def say(*, match: Match, by: User, body: str, token: str) -> SpaceMessage:
    """Post a message. Idempotent for the same form token."""
    match = entered(match, by)
    if known := match.messages.filter(token=token).first():
        return known
    message = SpaceMessage(match=match, by=by, token=token)
    message.body = checked(message, "body", body)
    if not message.body:
        raise ActionRefused(_("Write something first."))
    message.save()
    notify_others(match, by, "space.message", key=f"message-{message.pk}")
    return message


def add_file(*, match: Match, by: User, upload: UploadedFile, title: str) -> SpaceFile:
    """Share a file; ValidationError if it is not accepted.

    Idempotent for the same file and title.
    """
    prepared = files.prepare(upload)
    with files.removed_on_error() as written, acting(by):
        match = entered(match, by)
        file = SpaceFile(match=match, by=by, kind=prepared.kind, size=len(prepared.content))
        file.title, file.digest = checked(file, "title", title), prepared.digest
        if not file.title:
            raise ActionRefused(_("Say in a few words what it is."))
        if known := match.files.filter(by=by, title=file.title, digest=file.digest).first():
            return known
        if match.files.count() >= MAX_FILES:
            raise ActionRefused(_("There are as many files as fit here. Remove one first."))
        if len(prepared.content) > LARGEST:
            raise ActionRefused(_("A file may have up to 8 MB."))
        file.file.save("", ContentFile(prepared.content), save=False)
        written.append(str(file.file.name))
        file.save()
        notify_others(match, by, "space.file", key=f"file-{file.pk}")
    return file


@action
def remove_file(*, file: SpaceFile, by: User) -> None:
    """Delete a file that the member has shared. Idempotent."""
    match = entered(file.match, by)
    found = match.files.filter(pk=file.pk).first()
    if found is None:
        return
    check_own(found, by)
    found.delete()
    transaction.on_commit(partial(default_storage.delete, str(found.file.name)))


@action
def add_meeting(*, match: Match, by: User, title: str, at: datetime, place: str = "") -> Meeting:
    """Add a meeting. Idempotent for the same values."""
    match = entered(match, by)
    meeting = Meeting(match=match, by=by, at=at)
    meeting.title, meeting.place = (
        checked(meeting, "title", title),
        checked(meeting, "place", place),
    )
    if not meeting.title:
        raise ActionRefused(_("Say what the date is for."))
    if at < clock.now():
        raise ActionRefused(_("This moment is over."))
    if known := match.meetings.filter(title=meeting.title, at=at).first():
        return known
    if match.meetings.count() >= MAX_MEETINGS:
        raise ActionRefused(_("There are as many dates as fit here. Remove one first."))
    meeting.save()
    notify_others(match, by, "space.meeting", key=f"meeting-{meeting.pk}")
    return meeting


@action
def remove_meeting(*, meeting: Meeting, by: User) -> None:
    """Delete a meeting that the member has added. Idempotent."""
    match = entered(meeting.match, by)
    found = match.meetings.filter(pk=meeting.pk).first()
    if found is not None:
        check_own(found, by)
        found.delete()


def check_own(row: SpaceFile | Meeting, by: User) -> None:
    """Refuse changes to rows of others, except by brokers, who moderate the space."""
    if row.by_id != by.pk and not permissions.can_broker(as_now(by)):
        raise ActionRefused(_("Somebody else has put this here."))


class EditConflict(ActionRefused):
    """The plan has changed since it was loaded."""


@action
def write_plan(*, match: Match, by: User, text: str, version: int) -> Plan:
    """Change the text of the plan, which resets agreement by both cities.

    `version` is the one that was loaded, 0 for a new plan. Raise EditConflict if it is
    outdated.
    """
    match = entered(match, by)
    plan = Plan.objects.filter(match=match).first() or Plan(match=match)
    text = checked(plan, "text", text)
    if not text:
        raise ActionRefused(_("Write down what you want to do together."))
    if text == plan.text:
        return plan
    check_version(plan, version)
    plan.text, plan.version = text, plan.version + 1
    plan.requester_agreed_at = plan.candidate_agreed_at = None
    plan.save()
    notify_others(match, by, "plan.changed", key=f"plan-{plan.version}")
    return plan


@action
def agree(*, match: Match, side: Side, by: User, version: int) -> Plan:
    """Agree to a version of the plan on behalf of one of the two cities. Idempotent."""
    match = entered(match, by)
    check_side(match, side, by)
    plan = Plan.objects.filter(match=match).first()
    if plan is None:
        raise ActionRefused(_("There is no plan yet."))
    check_version(plan, version)
    column = f"{side}_agreed_at"
    if getattr(plan, column) is not None:
        return plan
    setattr(plan, column, clock.now())
    plan.save(update_fields=[column, "updated_at"])
    if plan.is_agreed:
        both = focal_points(match.request.city_id, match.city_id)
        tell(
            match,
            Recipients("plan.agreed", both),
            Recipients("plan.agreed", brokers(), NoticeKind.BROKERING),
            key=f"plan-{plan.version}-agreed",
        )
    else:
        notify_others(match, by, "plan.accepted", key=f"plan-{plan.version}-{side}")
    return plan


def check_version(plan: Plan, version: int) -> None:
    if plan.version != version:
        raise EditConflict(_("Somebody has changed the plan meanwhile. Read it again."))


def notify_others(match: Match, by: User, event: str, *, key: str) -> None:
    """Notify the other focal points of both cities, who know each other by now."""
    notify(
        focal_points(match.request.city_id, match.city_id),
        kind=NoticeKind.PARTNERSHIP,
        event=event,
        subject=match.request,
        actor=by,
        key=f"match-{match.pk}-{key}",
        match=str(match.pk),
    )
