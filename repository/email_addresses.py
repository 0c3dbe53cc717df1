"""Validation of e-mail addresses."""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _


def validate_email_address(address: str) -> None:
    """Refuse non-ASCII letters that Django's validator accepts.

    Its pattern ignores case, and so matches İ, ı, ſ and the Kelvin sign as forms of I, S and K. In
    lower case İ becomes two characters: the account would have another address than was typed.
    """
    try:
        validate_email(address)
    except ValidationError:
        # Django's validator reports it.
        return
    name, _at, domain = address.rpartition("@")
    wrong = [letter for letter in name if not letter.isascii()]
    # Domains may be in any script, in the normalized form used for lookups.
    wrong += [letter for letter in domain if unicodedata.normalize("NFKC", letter) != letter]
    wrong += [letter for letter in domain if len(letter.lower()) > 1]
    if wrong:
        raise ValidationError(
            _("Enter an email address without the letter “%(letter)s”."),
            code="invalid",
            params={"letter": wrong[0]},
        )
