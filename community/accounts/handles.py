"""Handles: the names of members in URLs and mentions.

Everyone who signs in has one. It is made from the display name, or from a word and a number, and
never from the e-mail address, which it would reveal.
"""

import secrets

from django.utils.text import slugify

from community.models import OldHandle, User
from repository.free_names import save_under_free_name

MAX_LENGTH = 30
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
    """Give a member without a handle a free one."""
    if not user.handle:
        save_under_free_name(
            # A concurrent session of the same member may have set it.
            lambda: User.objects.filter(pk=user.pk, handle="").update(
                handle=suggestion(user.display_name)
            ),
            "user_handle_unique",
        )
        user.refresh_from_db(fields=["handle"])
    return user


def suggestion(name: str) -> str:
    """A free handle similar to `name`; a word with a number if no usable letter is left."""
    base = slugify(name)[:MAX_LENGTH].replace("_", "-").strip("-")
    if base and base not in RESERVED and is_free(base):
        return base
    return f"{base or secrets.choice(WORDS)}-{secrets.randbelow(90_000) + 10_000}"


def is_free(handle: str, *, member: int | None = None) -> bool:
    """Whether no other member has the handle or had it so recently that it still redirects."""
    old = OldHandle.objects.redirecting().filter(handle=handle).exclude(member=member)
    others = User.objects.filter(handle=handle).exclude(pk=member)
    return not (old.exists() or others.exists())
