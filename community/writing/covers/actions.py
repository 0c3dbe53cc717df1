"""A photograph as the cover of a case."""

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from community.discussion.trust import lock_author
from community.models import User
from community.writing.attachments import files
from community.writing.drafts.actions import can_write_now
from repository.cases.models import EDIT
from repository.models import CaseStudy, Photograph
from repository.workflow import ActionRefused, acting, action, lock


def save_photograph(
    *, case: CaseStudy, upload: UploadedFile | None, alt: str, credit: str, by: User
) -> Photograph:
    """Show a photograph as the cover of a case; without an upload, change only its texts.

    ValidationError for a file that is not accepted.
    """
    stored = prepared(upload) if upload else {}
    with files.removed_on_error() as written, acting(by):
        lock_author(by)
        case = lock(CaseStudy, case.pk)
        check_can_show(case, by)
        photograph = Photograph.objects.filter(case=case).first()
        if photograph is None:
            if not stored:
                raise ActionRefused(_("Choose a photograph."))
            photograph = Photograph(case=case)
        gone = [str(file.name) for file in photograph.files() if file]
        photograph.alt, photograph.credit = alt, credit
        if stored:
            photograph.by = by
            for (kind, width), content in stored.items():
                file = photograph.file(kind, width)
                file.save(kind, ContentFile(content), save=False)
                written.append(str(file.name))
            files.delete_on_commit(*gone)
        photograph.save()
        case.save(update_fields=["updated_at"])
    return photograph


@action
def remove_photograph(*, case: CaseStudy, by: User) -> None:
    """Show a drawing on the cover again, and delete the photograph. Idempotent."""
    case = lock(CaseStudy, case.pk)
    photograph = Photograph.objects.filter(case=case).first()
    if photograph is None:
        return
    gone = [str(file.name) for file in photograph.files()]
    photograph.delete()
    files.delete_on_commit(*gone)
    case.save(update_fields=["updated_at"])


def can_show_now(case: CaseStudy, by: User) -> bool:
    """Whether this person may add a photograph in the present state of the case.

    Authors may while they write: moderators see it when they review the case. Editors always may.
    """
    return by.has_perm(EDIT) or can_write_now(case, by)


def check_can_show(case: CaseStudy, by: User) -> None:
    if not can_show_now(case, by):
        raise ActionRefused(
            _("You can’t add a photograph to “%(title)s” because its status is “%(status)s”.")
            % {"title": case.title, "status": case.get_status_display()}
        )


def prepared(upload: UploadedFile) -> dict[tuple[str, int], bytes]:
    # Imported here because Pillow takes several MB in each worker and few requests need it.
    from community.writing.attachments.pictures import cover_files

    return cover_files(files.content_of(upload))
