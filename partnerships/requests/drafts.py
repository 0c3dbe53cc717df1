"""Drafts of partnership requests: create, save and discard; and the letter of endorsement."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from community.discussion.trust import lock_author
from community.models import AttachmentKind, User
from community.writing.attachments import files
from community.writing.preserved_input import EditConflict
from partnerships.models import PartnershipRequest, RequestCopy, RequestStatus
from partnerships.representation.rights import check_speaks
from partnerships.requests import documents
from partnerships.requests.actions import STEPS
from partnerships.requests.form_steps import FIRST
from repository.workflow import ActionRefused, acting, action, lock_or_none

MAX_DRAFTS = 30
MAX_COPIES = 20
# Fields that the form of a new request shows; the city, if its author represents several.
SHOWN_FIRST = {*FIRST.fields, "city"}
# States in which the city may edit the text.
WRITABLE = STEPS["submit"].sources


@action
def create(*, values: dict[str, Any], by: User, token: str) -> PartnershipRequest:
    """Create a draft request of a city. Idempotent for the same form token.

    `values` are cleaned objects by the names in `documents.FIELDS`. If the form was sent before,
    only the fields that it shows are compared: the others may have been filled in since.
    """
    lock_author(by)
    before = PartnershipRequest.objects.filter(token=token, created_by=by).first()
    if before is not None:
        shown = {name: values[name] for name in documents.FIELDS if name in SHOWN_FIRST}
        return save_draft(partnership_request=before, values=shown, base=None, by=by)
    check_speaks(by, values["city"])
    if PartnershipRequest.objects.filter(created_by=by, status__in=WRITABLE).count() >= MAX_DRAFTS:
        raise ActionRefused(_("You have too many drafts. Submit or delete one first."))
    partnership_request = PartnershipRequest(created_by=by, token=token)
    write(partnership_request, values)
    return partnership_request


@action
def save_draft(
    *,
    partnership_request: PartnershipRequest,
    values: dict[str, Any],
    base: documents.Document | None,
    by: User,
) -> PartnershipRequest:
    """Save the text of a request that its city may edit, or some fields of it.

    `base` is the document that the form began with. Raise EditConflict if one of the fields has
    changed since, unless the submitted values are those saved now.
    """
    partnership_request = locked(partnership_request, by)
    if "city" in values:
        check_speaks(by, values["city"])
    now = documents.document_of(partnership_request)
    if now != now | documents.document(values):
        if base is None or any(now[name] != base[name] for name in values):
            raise EditConflict(base, now)
        write(partnership_request, values)
    return partnership_request


def locked(partnership_request: PartnershipRequest, by: User) -> PartnershipRequest:
    """Lock an editable request for a focal point of its city."""
    # Two focal points may save concurrently: the second must see what the first wrote.
    found = lock_or_none(PartnershipRequest, partnership_request.pk)
    if found is None:
        raise ActionRefused(
            _("Someone changed this request after you opened the page. Check it, then try again.")
        )
    check_speaks(by, found.city)
    if found.status not in WRITABLE:
        raise ActionRefused(
            _("You can’t save “%(title)s” because its status is “%(status)s”.")
            % {"title": found.title, "status": found.get_status_display()}
        )
    return found


def write(partnership_request: PartnershipRequest, values: dict[str, Any]) -> None:
    """Write the fields that the values have."""
    for name in documents.COLUMNS:
        if name in values:
            setattr(partnership_request, name, values[name])
    partnership_request.save()
    for name in documents.LINKS:
        if name in values:
            getattr(partnership_request, name).set(values[name])


@action
def discard(*, partnership_request: PartnershipRequest, by: User) -> None:
    """Delete a draft and its letter. Idempotent."""
    found = lock_or_none(PartnershipRequest, partnership_request.pk)
    if found is None:
        return
    check_speaks(by, found.city)
    if found.status != RequestStatus.DRAFT:
        raise ActionRefused(
            _("You can’t delete “%(title)s” because its status is “%(status)s”.")
            % {"title": found.title, "status": found.get_status_display()}
        )
    letter = str(found.endorsement)
    found.delete()
    forget_file(letter)


@action
def keep(*, member: User, token: str, sent: dict[str, list[str]]) -> RequestCopy:
    """Keep a copy of a form submitted without a valid session, for the member who opened it."""
    lock_author(member)
    copy, _is_new = RequestCopy.objects.update_or_create(
        token=token, defaults={"member": member, "sent": sent}
    )
    old = member.request_copies.values_list("pk", flat=True)[MAX_COPIES:]
    RequestCopy.objects.filter(pk__in=list(old)).delete()
    return copy


def attach_letter(
    *, partnership_request: PartnershipRequest, upload: UploadedFile, by: User
) -> None:
    """Attach a letter of endorsement, replacing the previous one; ValidationError if not a PDF."""
    prepared = files.prepare(upload)
    if prepared.kind != AttachmentKind.PDF:
        raise ValidationError(_("The letter must be a PDF."))
    with files.removed_on_error() as written, acting(by):
        partnership_request = locked(partnership_request, by)
        before = str(partnership_request.endorsement)
        partnership_request.endorsement.save("", ContentFile(prepared.content), save=False)
        written.append(str(partnership_request.endorsement))
        partnership_request.save(update_fields=["endorsement", "updated_at"])
        forget_file(before)


@action
def remove_letter(*, partnership_request: PartnershipRequest, by: User) -> None:
    """Remove the letter. Idempotent."""
    partnership_request = locked(partnership_request, by)
    if before := str(partnership_request.endorsement):
        partnership_request.endorsement = ""
        partnership_request.save(update_fields=["endorsement", "updated_at"])
        forget_file(before)


def forget_file(name: str) -> None:
    """Delete a file once the deletion of its row is committed."""
    if name:
        files.delete_on_commit(name)
