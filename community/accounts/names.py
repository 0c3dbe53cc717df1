"""Display names and handles must not suggest that a member speaks for the site."""

import re
import secrets
import unicodedata
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from community.models import OldHandle, User
from repository.free_names import save_under_free_name

# In English and French: roles of staff, the site, and the organisations behind it.
ROLES = {
    *{"admin", "admins", "administration", "administrator", "administrators", "administrateur"},
    *{"administratrice", "broker", "brokers", "catis", "courtier", "helpdesk", "moderation"},
    *{"moderator", "moderators", "mods", "moderateur", "moderateurs", "moderatrice", "root"},
    *{"official", "security", "staff", "superuser", "support", "sysadmin", "system", "un", "undp"},
    *{"unossc", "webmaster"},
}
# A name made only of these and the words above is refused as well.
FILLERS = {
    *{
        "a",
        "account",
        "and",
        "at",
        "city",
        "customer",
        "d",
        "de",
        "desk",
        "des",
        "du",
        "equipe",
        "et",
    },
    *{"equipe", "et", "exchange", "for", "from", "help", "l", "la", "le", "les", "of", "office"},
    *{"our", "service", "services", "site", "south", "sse", "team", "the", "user"},
    *{"website", "your"},
}
# Not allowed in any part of a name: the profile has a field for the organisation.
NOWHERE = ("South-South City Exchange", "United Nations", "Nations Unies", "UNOSSC")
# Not allowed as a word of a name: emails write the mark of verified members after the name.
MARKS = {"verified", "verifie", "verifiee"}
# Digits and signs that replace letters, and letters that look alike.
ALIKE = str.maketrans({"0": "o", "1": "i", "l": "i", "|": "i", "!": "i", "3": "e", "4": "a"})
ALIKE |= str.maketrans({"5": "s", "$": "s", "7": "t", "@": "a", "8": "b"})


def validate_name(name: str) -> None:
    if impersonates(name):
        raise ValidationError(
            _("This name could be mistaken for the site or its staff. Choose another one."),
            code="impersonation",
        )


def impersonates(name: str) -> bool:
    """Whether a name resembles that of the site, its staff, or an organisation behind it.

    Or that of a verified member, whose mark staff grant.

    Homoglyphs of other scripts count as Latin letters. Invisible characters, spaces and other
    signs between the letters of a word are ignored.
    """
    plain = latin(name)
    for text in {plain.translate(ALIKE), re.sub(r"\d", "", plain).translate(ALIKE)}:
        words = re.findall(r"[a-z]+", text)
        joined = "".join(words)
        if set(words) & alike(MARKS):
            return True
        if joined in alike(ROLES) or any(each in joined for each in alike(NOWHERE)):
            return True
        if set(words) & alike(ROLES) and set(words) <= alike(ROLES) | alike(FILLERS):
            return True
    return False


def alike(names) -> frozenset[str]:
    return _alike(tuple(sorted(names)))


@lru_cache
def _alike(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(re.sub(r"[^a-z]", "", name.lower().translate(ALIKE)) for name in names)


def latin(name: str) -> str:
    """Lower case without accents, with homoglyphs of other scripts replaced by Latin letters."""
    text = unicodedata.normalize("NFKD", name)
    if not text.isascii():
        # Combining marks and invisible characters: control, format and unassigned.
        text = "".join(each for each in text if unicodedata.category(each)[0] not in "MC")
        text = "".join(map(as_latin, text))
    return text.casefold()


@lru_cache(maxsize=2_000)
def as_latin(character: str) -> str:
    if character.isascii():
        return character
    # Imported here because its tables take ten megabytes and few names need them.
    from confusable_homoglyphs.confusables import is_confusable

    for form in (character, character.casefold()):
        for found in is_confusable(form, greedy=True) or []:
            for each in found["homoglyphs"]:
                if each["c"].isascii() and each["c"].isalpha():
                    return each["c"]
    return character


# Handles: the names of members in URLs and mentions.
#
# Everyone who signs in has one. It is made from the display name, or from a word and a number, and
# never from the e-mail address, which it would reveal.


MAX_HANDLE_LENGTH = 30
HANDLE_WORDS = [
    "acacia", "baobab", "bridge", "canal", "caravan", "cedar", "compass", "coral", "delta",
    "ferry", "garden", "harbour", "island", "jetty", "lagoon", "lantern", "market", "meadow",
    "monsoon", "mountain", "orchard", "prairie", "river", "savanna", "spring", "terrace", "valley",
]  # fmt: skip
# Nobody may appear to speak for the site or for the United Nations.
RESERVED_HANDLES = {
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
                handle=suggested_handle(user.display_name)
            ),
            "user_handle_unique",
        )
        user.refresh_from_db(fields=["handle"])
    return user


def suggested_handle(name: str) -> str:
    """A free handle similar to `name`; a word with a number if no usable letter is left."""
    base = slugify(name)[:MAX_HANDLE_LENGTH].replace("_", "-").strip("-")
    if base and base not in RESERVED_HANDLES and is_free_handle(base):
        return base
    return f"{base or secrets.choice(HANDLE_WORDS)}-{secrets.randbelow(90_000) + 10_000}"


def is_free_handle(handle: str, *, member: int | None = None) -> bool:
    """Whether no other member has the handle or had it so recently that it still redirects."""
    old = OldHandle.objects.redirecting().filter(handle=handle).exclude(member=member)
    others = User.objects.filter(handle=handle).exclude(pk=member)
    return not (old.exists() or others.exists())
