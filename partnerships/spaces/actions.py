"""Actions in the space of an introduction: messages, files, meetings and a plan."""

from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from community.models import NoticeKind, User
from community.notices.notify import notify
from community.writing.attachments import files
from community.writing.attachments.models import LARGEST
from partnerships import permissions
from partnerships.desk.notices import brokers, focal_points
from partnerships.matches.actions import Recipients, check_side, checked, notify_recipients
from partnerships.models import Match, Meeting, Plan, Side, SpaceFile, SpaceMessage
from partnerships.representation.rights import as_now
from repository.dates import clock
from repository.workflow import ActionRefused, acting, action, lock, lock_or_none

MAX_FILES = 30
MAX_MEETINGS = 100


class EditConflict(ActionRefused):
    """It has changed since it was loaded."""


def entered(match: Match, by: User) -> Match:
    """Lock the row of the match, for a member who currently has access to its space."""
    rows = Match.objects.select_related("request__city", "city")
    found = lock_or_none(rows, match.pk, no_key=True)
    if found is None or not permissions.can_enter(as_now(by), found):
        raise ActionRefused(_("You’re no longer part of this introduction."))
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
        raise ActionRefused(_("Enter a message or add a file."))
    message.save()
    notify_others(match, by, "space.message", key=f"message-{message.pk}", said=str(message.pk))
    return message


def add_file(*, match: Match, by: User, upload: UploadedFile, title: str) -> SpaceFile:
    """Share a file; ValidationError if it is not accepted.

    Idempotent for the same file and title.
    """
    prepared = files.prepare_shared(files.content_of(upload))
    with files.removed_on_error() as written, acting(by):
        match = entered(match, by)
        file = SpaceFile(match=match, by=by, kind=prepared.kind, size=len(prepared.content))
        file.title, file.digest = checked(file, "title", title), prepared.digest
        if not file.title:
            raise ActionRefused(_("Enter a short description of the file."))
        if known := match.files.filter(by=by, title=file.title, digest=file.digest).first():
            return known
        check_room(match)
        if len(prepared.content) > LARGEST:
            raise ActionRefused(_("The file must be 8 MB or smaller."))
        file.file.save("", ContentFile(prepared.content), save=False)
        written.append(str(file.file.name))
        file.save()
        notify_others(match, by, "space.file", key=f"file-{file.pk}", file=str(file.pk))
    return file


def check_room(match: Match) -> None:
    """Refuse one more file if the space is full."""
    if match.files.count() >= MAX_FILES:
        raise ActionRefused(_("You have reached the maximum number of files. Remove one first."))


@action
def remove_file(*, file: SpaceFile, by: User) -> None:
    """Delete a file that the member has shared. Idempotent."""
    match = entered(file.match, by)
    found = match.files.filter(pk=file.pk).first()
    if found is None:
        return
    check_own(found, by)
    found.delete()
    files.delete_on_commit(str(found.file.name))


@action
def add_meeting(
    *, match: Match, by: User, title: str, at: datetime, place: str = "", minutes: int = 60
) -> Meeting:
    """Add a meeting. Idempotent for the same values."""
    match = entered(match, by)
    meeting = Meeting(match=match, by=by, minutes=minutes)
    fill_in(meeting, title=title, at=at, place=place)
    planned = match.meetings.planned()
    if known := planned.filter(title=meeting.title, at=at).first():
        return known
    if planned.count() >= MAX_MEETINGS:
        raise ActionRefused(_("You have reached the maximum number of meetings. Cancel one first."))
    meeting.save()
    notify_of_meeting(match, by, "space.meeting", meeting)
    return meeting


@action
def change_meeting(
    *, meeting: Meeting, by: User, title: str, at: datetime, place: str, sequence: int
) -> Meeting:
    """Change a meeting that the member has added. Idempotent for the same values.

    `sequence` is the version that was loaded. Raise EditConflict if it is outdated.
    """
    match, found = own_meeting(meeting, by)
    before = (found.title, found.at, found.place)
    fill_in(found, title=title, at=at, place=place)
    if (found.title, found.at, found.place) == before:
        return found
    if found.is_cancelled:
        raise ActionRefused(_("This meeting has been cancelled."))
    if found.sequence != sequence:
        raise EditConflict(
            _("Someone changed this meeting after you opened the page. Check it again.")
        )
    found.sequence += 1
    found.save(update_fields=["title", "at", "place", "sequence", "changed_at"])
    notify_of_meeting(match, by, "space.meeting-changed", found)
    return found


@action
def cancel_meeting(*, meeting: Meeting, by: User) -> Meeting:
    """Cancel a meeting that the member has added. Idempotent."""
    match, found = own_meeting(meeting, by)
    if found.is_cancelled:
        return found
    found.cancelled_at = clock.now()
    found.sequence += 1
    found.save(update_fields=["cancelled_at", "sequence", "changed_at"])
    # One that is over only leaves the page.
    if found.at > found.cancelled_at:
        notify_of_meeting(match, by, "space.meeting-cancelled", found)
    return found


def own_meeting(meeting: Meeting, by: User) -> tuple[Match, Meeting]:
    """Lock the match and the meeting, for the member who has added it."""
    match = entered(meeting.match, by)
    found = lock(match.meetings.all(), meeting.pk)
    check_own(found, by)
    return match, found


def fill_in(meeting: Meeting, *, title: str, at: datetime, place: str) -> None:
    """Set the columns; ActionRefused without a title, or for another time that is over."""
    meeting.title = checked(meeting, "title", title)
    meeting.place = checked(meeting, "place", place)
    if not meeting.title:
        raise ActionRefused(_("Enter what the meeting is about."))
    if at != meeting.at and at < clock.now():
        raise ActionRefused(_("Choose a time in the future."))
    meeting.at = at


def notify_of_meeting(match: Match, by: User, event: str, meeting: Meeting) -> None:
    """Notify the focal points of both cities; the acting one gets it for their own calendar."""
    people = focal_points(match.request.city_id, match.city_id)
    key = f"meeting-{meeting.pk}-{meeting.sequence}"
    notify_others(match, by, event, key=key, meeting=str(meeting.pk))
    notify(
        {by.pk}.intersection(people),
        kind=NoticeKind.PARTNERSHIP,
        event="space.meeting-own",
        subject=match.request,
        key=f"match-{match.pk}-{key}",
        match=str(match.pk),
        meeting=str(meeting.pk),
    )


def check_own(row: SpaceFile | Meeting, by: User) -> None:
    """Refuse changes to rows of others, except by brokers, who moderate the space."""
    if not permissions.can_change_in_space(as_now(by), row):
        raise ActionRefused(_("Someone else has already added this."))


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
        raise ActionRefused(_("Describe what you want to do together."))
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
        notify_recipients(
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
        raise EditConflict(
            _("Someone changed the plan after you opened the page. Check the new version.")
        )


def notify_others(match: Match, by: User, event: str, *, key: str, **details: str) -> None:
    """Notify the other focal points of both cities, who know each other by now."""
    notify(
        focal_points(match.request.city_id, match.city_id),
        kind=NoticeKind.PARTNERSHIP,
        event=event,
        subject=match.request,
        actor=by,
        key=f"match-{match.pk}-{key}",
        match=str(match.pk),
        **details,
    )
