from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from community.models import User
from repository.actions import ActionRefused


def change_profile(*, user: User, by: User, display_name: str, handle: str, language: str) -> User:
    """Change how a member is shown and in which language they read."""
    if by != user:
        raise ActionRefused(_("A profile is changed by the member it belongs to."))
    user = User.objects.get(pk=user.pk)
    user.display_name, user.handle, user.language = display_name, handle, language
    try:
        with transaction.atomic():
            user.save(update_fields=["display_name", "handle", "language"])
    except IntegrityError:
        # Two members asked for the same handle at the same moment.
        raise ActionRefused(_("This handle is taken. Choose another one.")) from None
    return user
