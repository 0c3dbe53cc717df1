"""E-mail addresses that can be compared and written to."""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _


def validate_email_address(address: str) -> None:
    """Refuse letters of other scripts that Django's validator takes for ASCII.

    Its pattern ignores case, and to it İ, ı, ſ and the Kelvin sign are forms of I, S and K. In
    small letters İ becomes two characters: the account would have another address than was typed.
    """
    try:
        validate_email(address)
    except ValidationError:
        # Refused already, in Django's words.
        return
    name, _at, domain = address.rpartition("@")
    wrong = [letter for letter in name if not letter.isascii()]
    # Domains may be in any script, in the form in which they are looked up.
    wrong += [letter for letter in domain if unicodedata.normalize("NFKC", letter) != letter]
    wrong += [letter for letter in domain if len(letter.lower()) > 1]
    if wrong:
        raise ValidationError(
            _("Enter an e-mail address without the letter “%(letter)s”."),
            code="invalid",
            params={"letter": wrong[0]},
        )
