from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from repository.cases.preview_cache import draw_later
from repository.evidence.drawings import draw
from repository.evidence.models import DrawnAs
from repository.models import CaseStatus, CaseStudy, Evidence
from repository.workflow import ActionRefused, Step, action, lock

# The legal transitions of a case study.
STEPS = {
    "submit": Step(
        frozenset({CaseStatus.DRAFT, CaseStatus.CHANGES_REQUESTED}),
        CaseStatus.SUBMITTED,
        _("You can’t submit “%(title)s” because its status is “%(status)s”."),
    ),
    "withdraw": Step(
        frozenset({CaseStatus.SUBMITTED}),
        CaseStatus.DRAFT,
        _("You can’t withdraw “%(title)s” because its status is “%(status)s”."),
    ),
    "publish": Step(
        frozenset({CaseStatus.DRAFT, CaseStatus.SUBMITTED, CaseStatus.CHANGES_REQUESTED}),
        CaseStatus.PUBLISHED,
        _("You can’t publish “%(title)s” because its status is “%(status)s”."),
    ),
    "archive": Step(
        frozenset({CaseStatus.PUBLISHED}),
        CaseStatus.ARCHIVED,
        _(
            "You can’t archive “%(title)s” because its status is “%(status)s”. Only "
            "published cases can be archived."
        ),
    ),
    "restore": Step(
        frozenset({CaseStatus.ARCHIVED}),
        CaseStatus.PUBLISHED,
        _(
            "You can’t restore “%(title)s” because its status is “%(status)s”. Only archived "
            "cases can be restored."
        ),
    ),
    "mark_verified": Step(
        frozenset({CaseStatus.PUBLISHED}),
        CaseStatus.PUBLISHED,
        _(
            "You can’t mark “%(title)s” as verified because its status is “%(status)s”. Only "
            "published cases can be verified."
        ),
    ),
}


def lock_for(verb: str, case: CaseStudy) -> CaseStudy:
    """Lock the row of the case and check that its status allows the verb."""
    # Two editors may act on the same case at the same time: re-read its status under the lock.
    locked = lock(CaseStudy, case.pk)
    locked.status = STEPS[verb].check(locked, title=locked.title)
    return locked


@action
def publish(*, case: CaseStudy, by: AbstractBaseUser) -> CaseStudy:
    """Publish a case with the current time."""
    case = lock_for("publish", case)
    case.published_at = timezone.now()
    case.save(update_fields=["status", "published_at", "updated_at"])
    # References proposed with the case become public with it.
    case.references.filter(is_proposed=True).update(is_proposed=False)
    draw_later(case)
    return case


@action
def archive(*, case: CaseStudy, reason: str, by: AbstractBaseUser) -> CaseStudy:
    """Withdraw a published case, leaving a page with the reason."""
    reason = " ".join(reason.split())
    longest = CaseStudy._meta.get_field("archived_reason").max_length or 0
    if not 0 < len(reason) <= longest:
        raise ActionRefused(
            gettext("Enter a reason of up to %(longest)d characters. Readers will see it.")
            % {"longest": longest}
        )
    case = lock_for("archive", case)
    case.archived_reason = reason
    case.save(update_fields=["status", "archived_reason", "updated_at"])
    return case


@action
def restore(*, case: CaseStudy, by: AbstractBaseUser) -> CaseStudy:
    """Publish an archived case again with its original date."""
    case = lock_for("restore", case)
    case.archived_reason = ""
    case.save(update_fields=["status", "archived_reason", "updated_at"])
    draw_later(case)
    return case


@action
def mark_verified(*, case: CaseStudy, by: AbstractBaseUser, on: date) -> CaseStudy:
    """Record the day on which the facts of a case were last checked."""
    if on > timezone.localdate():
        raise ActionRefused(gettext("Enter the date of the check. It can’t be in the future."))
    case = lock_for("mark_verified", case)
    case.verified_at = on
    case.save(update_fields=["verified_at", "updated_at"])
    return case


@action
def choose_cover(
    *, case: CaseStudy, figure: Evidence | None, drawn_as: str, by: AbstractBaseUser
) -> CaseStudy:
    """Draw a figure in this form on the cover of its case; without a figure, choose by rule."""
    # Lock the case: a case has one cover, and two people may choose at the same time.
    case = lock(CaseStudy, case.pk)
    rows = list(case.evidence.filter(is_missing=False))
    if figure is not None and (figure not in rows or not fits(figure, rows, drawn_as)):
        raise ActionRefused(
            gettext("This figure can’t be drawn in this form. Choose another form or figure.")
        )
    case.evidence.filter(is_cover=True).update(is_cover=False, drawn_as="")
    if figure is not None:
        case.evidence.filter(pk=figure.pk).update(is_cover=True, drawn_as=drawn_as)
    case.save(update_fields=["updated_at"])
    draw_later(case)
    return case


def fits(figure: Evidence, rows: list[Evidence], drawn_as: str) -> bool:
    return drawn_as in DrawnAs.values and draw(figure, rows, drawn_as) is not None
