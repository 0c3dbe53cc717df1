from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from community.accounts.names import impersonates
from community.models import (
    Membership,
    User,
)
from repository.workflow import ActionRefused, action, lock


@action
def change_profile(
    *,
    user: User,
    by: User,
    display_name: str,
    handle: str,
    language: str,
    about: dict[str, Any] | None = None,
) -> User:
    """Change a member's display name, handle, language and profile.

    `about` has fields of `Membership`; without it the profile is not changed.
    """
    if by != user:
        raise ActionRefused(_("You can only change your own profile."))
    user = lock(User, user.pk)
    # Existing names are not checked, and administrators may set others at the desk.
    if display_name != user.display_name and impersonates(display_name):
        raise ActionRefused(
            _("This name could be mistaken for the site or its staff. Choose another one.")
        )
    user.display_name, user.handle, user.language = display_name, handle, language
    try:
        with transaction.atomic():
            user.save(update_fields=["display_name", "handle", "language"])
    except IntegrityError:
        # Two members requested the same handle concurrently.
        raise ActionRefused(_("This handle is already taken. Choose another one.")) from None
    if about is not None:
        change_membership(user, about)
    return user


def change_membership(user: User, about: dict[str, Any]) -> None:
    """Save the profile; remove the verification if what it is based on has changed."""
    membership, _made = Membership.objects.select_for_update().get_or_create(member=user)
    before = membership.kind, membership.organization
    themes = {name: about[name] for name in ("knows", "wants") if name in about}
    for name, value in about.items():
        if name not in themes:
            setattr(membership, name, value)
    if before != (membership.kind, membership.organization):
        membership.verified_at = membership.asked_at = None
        membership.proof = ""
    membership.save()
    for name, chosen in themes.items():
        getattr(membership, name).set(chosen)
