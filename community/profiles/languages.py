"""Languages that people speak, as text: "English, Kiswahili"."""

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from repository.cases.values import language_name
from repository.places.country_names import NAME_LANGUAGES
from repository.places.gazetteer import fold
from repository.places.models import languages
from repository.text.lists import LIST_SIGNS, list_of

LIMIT = 12


def names_of(codes: list[str]) -> str:
    """The names of languages in the active language, as they are shown and typed."""
    return list_of(language_name(code) for code in codes)


def resolve(text: str) -> list[str]:
    """The codes of the languages named in `text`; ValidationError for an unknown name.

    Names may be in the active language, the languages of the United Nations or Portuguese.
    """
    codes = []
    for name in filter(None, (part.strip() for part in LIST_SIGNS.split(text))):
        code = code_of(name)
        if code is None:
            raise ValidationError(
                _("We don’t recognise the language “%(name)s”. Separate languages with commas.")
                % {"name": name[:60]}
            )
        codes.append(code)
    codes = list(dict.fromkeys(codes))
    if len(codes) > LIMIT:
        raise ValidationError(_("Enter %(most)d languages or fewer.") % {"most": LIMIT})
    return codes


def code_of(name: str) -> str | None:
    wanted = fold(name)
    for language in dict.fromkeys([get_language() or "en", *NAME_LANGUAGES]):
        for code, known in languages(language).items():
            if wanted in (fold(known), code):
                return code
    return None
