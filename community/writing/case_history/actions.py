"""Hide the text of a change in the public history of a case, and show it again."""

from datetime import datetime

from django.utils.translation import gettext as _

from community import permissions
from community.models import HiddenChange, User
from repository.models import CaseStudy
from repository.workflow import ActionRefused, action


@action
def hide(*, case: CaseStudy, at: datetime, by: User) -> HiddenChange:
    """Hide the text of one change from the public; the desk still shows it. Idempotent."""
    check_may(by)
    hidden, _is_new = HiddenChange.objects.get_or_create(case=case, at=at, defaults={"by": by})
    return hidden


@action
def show(*, case: CaseStudy, at: datetime, by: User) -> None:
    """Show the text of one change again."""
    check_may(by)
    HiddenChange.objects.filter(case=case, at=at).delete()


def check_may(by: User) -> None:
    if not permissions.can_moderate(by):
        raise ActionRefused(_("Only moderators can do this."))
