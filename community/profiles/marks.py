"""Whether a member is verified, and their name for plain text."""

from django.utils.translation import gettext as _

from community.models import User


def is_verified(person: User) -> bool:
    """Whether staff have verified the member. Select `membership` with rows of a list."""
    membership = getattr(person, "membership", None)
    return membership is not None and membership.is_verified


def name_in_text(person: User) -> str:
    """The name for plain text: "Amina Otieno (verified)"."""
    name = str(person)
    return _("%(name)s (verified)") % {"name": name} if is_verified(person) else name
