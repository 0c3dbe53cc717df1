"""Record what two introduced cities have agreed; it becomes a partnership once both confirm it.

Rows are locked in this order: the request, its match, members.
"""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from community.models import AttachmentKind, NoticeKind, User
from community.notices.notify import notify
from community.writing.attachments import files
from partnerships import permissions
from partnerships.agreements import progress
from partnerships.agreements.actions import checked, notify_parties
from partnerships.desk.notices import brokers, focal_points
from partnerships.matches.actions import check_side
from partnerships.models import (
    ClosingReason,
    Match,
    Partnership,
    PartnershipRequest,
    Party,
    PartyRole,
    ProgressReport,
    RecordedAgreement,
    RequestStatus,
    Side,
)
from partnerships.representation.rights import as_now
from partnerships.requests.actions import advance
from repository.dates import clock
from repository.workflow import ActionRefused, acting, action, lock


class EditConflict(ActionRefused):
    """It has changed since it was loaded."""


def record(
    *,
    match: Match,
    title: str,
    agreed_on: date,
    agreement_kind: str,
    by: User,
    summary: str = "",
    agreement: UploadedFile | None = None,
    version: int = 0,
) -> RecordedAgreement | Partnership:
    """Record an agreement, or correct what is recorded, for the other city to confirm.

    The cities that the member represents confirm it by this. `version` is the one that was loaded,
    0 for a new one; raise EditConflict if it is outdated. Without a new file the earlier one stays.
    ValidationError if the file is not a PDF.
    """
    content = prepared(agreement) if agreement is not None else b""
    with files.removed_on_error() as written, acting(by):
        match = entered(match, by)
        check_none(match)
        check_day(agreed_on, match)
        found = RecordedAgreement.objects.filter(match=match).first()
        found = found or RecordedAgreement(match=match)
        check_version(found, version)
        found.title, found.summary = title.strip(), summary.strip()
        found.agreed_on, found.agreement_kind = agreed_on, agreement_kind
        if content:
            if found.agreement:
                files.delete_on_commit(str(found.agreement.name))
            found.agreement.save("agreement.pdf", ContentFile(content), save=False)
            written.append(str(found.agreement.name))
        found.by, found.version = by, found.version + 1
        sides = permissions.sides_of(as_now(by), match)
        for side in Side:
            setattr(found, f"{side}_confirmed_at", clock.now() if side in sides else None)
        if {*Side} <= {*sides}:
            return conclude(found, match, by, written)
        checked(found)
        found.save()
        notify_others(match, by, "agreement.recorded", key=f"recorded-{found.pk}-{found.version}")
    return found


def prepared(upload: UploadedFile) -> bytes:
    file = files.prepare(upload)
    if file.kind != AttachmentKind.PDF:
        raise ValidationError(_("Upload the agreement as a PDF."))
    return file.content


def confirm(*, match: Match, side: Side, by: User, version: int) -> RecordedAgreement | Partnership:
    """Confirm what is recorded on behalf of one of the two cities.

    With the second city it becomes a partnership. Idempotent.
    """
    with files.removed_on_error() as written, acting(by):
        match = entered(match, by)
        check_side(match, side, by)
        if made := Partnership.objects.filter(match=match).first():
            return made
        found = recorded_of(match)
        check_version(found, version)
        if getattr(found, f"{side}_confirmed_at") is None:
            setattr(found, f"{side}_confirmed_at", clock.now())
            if found.requester_confirmed_at and found.candidate_confirmed_at:
                return conclude(found, match, by, written)
            found.save(update_fields=[f"{side}_confirmed_at", "updated_at"])
        return found


@action
def withdraw(*, match: Match, by: User) -> None:
    """Delete what is recorded, as one of the two cities or a broker. Idempotent."""
    match = entered(match, by)
    check_none(match)
    found = RecordedAgreement.objects.filter(match=match).first()
    if found is None:
        return
    key = f"recorded-{found.pk}-{found.version}-taken-back"
    forget(found)
    notify_others(match, by, "agreement.taken-back", key=key)


def entered(match: Match, by: User) -> Match:
    """Lock the request and its match, for a member who may record what its cities agree."""
    # Both cities may record or confirm concurrently: the second must find what the first did.
    partnership_request = lock(PartnershipRequest.objects.select_related("city"), match.request_id)
    match = lock(Match.objects.select_related("city"), match.pk)
    match.request = partnership_request
    if not permissions.can_record_agreement(as_now(by), match):
        raise ActionRefused(_("You’re no longer part of this introduction."))
    if not match.is_introduced:
        raise ActionRefused(_("Only cities that have been introduced can agree on a partnership."))
    return match


def check_none(match: Match) -> None:
    if Partnership.objects.filter(match=match).exists():
        raise ActionRefused(_("This partnership has already been recorded."))


def recorded_of(match: Match) -> RecordedAgreement:
    found = RecordedAgreement.objects.filter(match=match).first()
    if found is None:
        raise ActionRefused(_("There is no recorded agreement to confirm."))
    return found


def check_version(found: RecordedAgreement, version: int) -> None:
    if found.version != version:
        raise EditConflict(
            _(
                "Someone changed the recorded agreement after you opened this page. Check the new "
                "version first."
            )
        )


def conclude(found: RecordedAgreement, match: Match, by: User, written: list[str]) -> Partnership:
    """Make a partnership of what both cities have confirmed; add its file to `written`."""
    partnership_request = match.request
    made = Partnership(
        match=match,
        title=found.title,
        summary=found.summary,
        language=partnership_request.language,
        agreed_on=found.agreed_on,
        agreement_kind=found.agreement_kind,
        started_on=clock.today(),
        baseline=partnership_request.baseline,
        inspired_by=partnership_request.inspired_by,
    )
    if found.agreement:
        with found.agreement.open() as file:
            made.agreement.save("agreement.pdf", ContentFile(file.read()), save=False)
        written.append(str(made.agreement.name))
    checked(made)
    made.save()
    forget(found)
    made.practices.set(partnership_request.practices.all())
    made.themes.set(partnership_request.themes.all())
    Party.objects.bulk_create(
        [
            Party(partnership=made, city=partnership_request.city, role=PartyRole.REQUESTER),
            Party(partnership=made, city=match.city, role=PartyRole.PROVIDER),
            *[
                Party(partnership=made, organization=helper, role=PartyRole.FACILITATOR)
                for helper in [match.facilitator]
                if helper is not None
            ],
        ]
    )
    ProgressReport.objects.bulk_create(
        ProgressReport(partnership=made, month=month, due_on=due)
        for month, due in progress.due_dates(made.agreed_on).items()
    )
    if partnership_request.status == RequestStatus.MATCHED:
        reason, today = ClosingReason.PARTNERED, clock.now()
        advance("close", partnership_request, closing_reason=reason, closed_at=today)
    notify_parties(made, "partnership.agreed", by=by)
    return made


def forget(found: RecordedAgreement) -> None:
    """Delete the row, and its file after the transaction."""
    if found.agreement:
        files.delete_on_commit(str(found.agreement.name))
    if found.pk is not None:
        found.delete()


def check_day(agreed_on: date, match: Match) -> None:
    """Check the day of the agreement: not before the introduction, not in the future."""
    if agreed_on > clock.today():
        raise ActionRefused(_("The date of the agreement must not be in the future."))
    # In the cities' time zone it may have been the day before.
    if agreed_on < timezone.localdate(match.introduced_at) - timedelta(days=1):
        raise ActionRefused(_("The date of the agreement must not be before the introduction."))


def notify_others(match: Match, by: User, event: str, *, key: str) -> None:
    """Notify the other focal points of both cities, and the brokers."""
    people, staff = focal_points(match.request.city_id, match.city_id), brokers()
    for kind, members in ((NoticeKind.PARTNERSHIP, people), (NoticeKind.BROKERING, staff)):
        notify(
            members,
            kind=kind,
            event=event,
            subject=match.request,
            actor=by,
            key=key,
            agreement=str(match.pk),
        )
