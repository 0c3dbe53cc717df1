"""Handles: the name of a member in addresses and mentions.

Everyone who signs in has one. It is made of the display name, or of a word and a number, and never
of the e-mail address, which would give the address away.
"""

import secrets

from django.utils.text import slugify

from community.models import OldHandle, User
from repository.free_names import save_under_free_name

LONGEST = 30
WORDS = [
    "acacia", "baobab", "bridge", "canal", "caravan", "cedar", "compass", "coral", "delta",
    "ferry", "garden", "harbour", "island", "jetty", "lagoon", "lantern", "market", "meadow",
    "monsoon", "mountain", "orchard", "prairie", "river", "savanna", "spring", "terrace", "valley",
]  # fmt: skip
# Nobody may appear to speak for the site or for the United Nations.
RESERVED = {
    "admin", "administrator", "administrators", "broker", "brokers", "catis", "desk", "exchange",
    "former-member", "help", "me", "moderator", "moderators", "official", "root", "security",
    "staff", "support", "system", "un", "undp", "unossc", "united-nations",
}  # fmt: skip


def give_handle(user: User) -> User:
    """Give a member who has no handle one that nobody has."""
    if not user.handle:
        save_under_free_name(
            # Another session of the same member may have been quicker.
            lambda: User.objects.filter(pk=user.pk, handle="").update(
                handle=suggestion(user.display_name)
            ),
            "user_handle_unique",
        )
        user.refresh_from_db(fields=["handle"])
    return user


def suggestion(name: str) -> str:
    """A free handle like `name`; like a word with a number where nothing of a name is left."""
    base = slugify(name)[:LONGEST].replace("_", "-").strip("-")
    if base and base not in RESERVED and is_free(base):
        return base
    return f"{base or secrets.choice(WORDS)}-{secrets.randbelow(90_000) + 10_000}"


def is_free(handle: str, *, member: int | None = None) -> bool:
    """Whether nobody else has the handle, nor had it so lately that it still leads to them."""
    old = OldHandle.objects.leading().filter(handle=handle).exclude(member=member)
    others = User.objects.filter(handle=handle).exclude(pk=member)
    return not (old.exists() or others.exists())
