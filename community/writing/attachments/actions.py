from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Sum
from django.utils.translation import gettext as _

from community.discussion.trust import lock_author
from community.models import Attachment, User
from community.writing.attachments import files
from community.writing.attachments.models import LARGEST, MEGABYTE, small_name
from community.writing.drafts.actions import can_write_now
from repository.models import CaseStudy
from repository.workflow import ActionRefused, acting, action, lock, lock_or_none

MAX_FILES = 10
MAX_BYTES = 50 * MEGABYTE


def attach(*, case: CaseStudy, upload: UploadedFile, caption: str, by: User) -> Attachment:
    """Attach a file to a case; ValidationError for a file that is not accepted.

    Idempotent for the same file with the same caption.
    """
    prepared = files.prepare(upload)
    small = files.small_copy(prepared)
    with files.removed_on_error() as written, acting(by):
        lock_author(by)
        case = locked(case, by)
        same = case.attachments.filter(by=by, caption=caption, digest=prepared.digest)
        if known := same.first():
            return known
        if case.attachments.count() >= MAX_FILES:
            raise ActionRefused(_("A case can have up to 10 files. Delete one first."))
        used = Attachment.objects.filter(by=by).aggregate(size=Sum("size"))["size"] or 0
        if used + len(prepared.content) > MAX_BYTES or len(prepared.content) > LARGEST:
            raise ActionRefused(
                _("All your files together can take up to 50 MB. Delete one first.")
            )
        attachment = Attachment(
            case=case,
            by=by,
            kind=prepared.kind,
            size=len(prepared.content),
            width=prepared.width,
            height=prepared.height,
            caption=caption,
            digest=prepared.digest,
        )
        attachment.file.save("", ContentFile(prepared.content), save=False)
        written.append(str(attachment.file.name))
        if small:
            name = small_name(str(attachment.file.name))
            written.append(default_storage.save(name, ContentFile(small)))
        attachment.save()
    return attachment


@action
def detach(*, attachment: Attachment, by: User) -> None:
    """Delete a file from a case. Idempotent."""
    case = locked(attachment.case, by)
    found = lock_or_none(case.attachments.all(), attachment.pk)
    if found is None:
        return
    found.delete()
    files.delete_on_commit(str(found.file.name), small_name(str(found.file.name)))


def locked(case: CaseStudy, by: User) -> CaseStudy:
    case = lock(CaseStudy, case.pk)
    if not can_write_now(case, by):
        raise ActionRefused(
            _("You can’t change “%(title)s” because its status is “%(status)s”.")
            % {"title": case.title, "status": case.get_status_display()}
        )
    return case
