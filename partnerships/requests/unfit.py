"""Warnings about a text that may be unfit for a partnership request. They stop nobody."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from partnerships.models import PartnershipRequest
from partnerships.requests.similar import TEXTS

PHONE = re.compile(r"(?<![\w.,])(?:\+|\()?\d[\d\s().\-/]{6,20}\d(?!\w)")
# At least this many digits: fewer are years, such as "2024 – 2026".
PHONE_DIGITS = 9
# "1 200 000 000" is a figure.
GROUPED = re.compile(r"\d{1,3}(?:[\s.]\d{3})+")
EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
# Words of purchases in the seven languages, whole or by their beginning.
PURCHASE = re.compile(
    r"\b(?:buy|buying|purchas\w*|procure\w*|tenders?|quotations?|suppliers? of"
    r"|acheter|achats?|devis|appels? d[’']offres"
    r"|comprar|compras?|licitaci\w+|cotizaci\w+|licitaç\w+"
    r"|купить|закуп\w*|приобрести|тендер\w*"
    r"|شراء|مناقصة)\b|购买|采购|招标",
    re.IGNORECASE,
)
# Chinese is written without spaces.
WITHOUT_SPACES = re.compile(r"[\u2e80-\u9fff]")


def warnings_about(asked: PartnershipRequest) -> list[str]:
    """Return a sentence, with what was found, for each reason to look twice."""
    texts = {name: getattr(asked, name) for name in ("title", *TEXTS, "baseline")}
    every = "\n".join(texts.values())
    phones = [found.group() for found in PHONE.finditer(every) if is_phone(found.group())]
    warnings = [_("Phone number in the text: %(found)s") % {"found": each} for each in phones]
    for found in EMAIL.findall(every):
        warnings.append(_("Email address in the text: %(found)s") % {"found": found})
    purchases = {found.casefold(): found for found in PURCHASE.findall(every)}
    for found in purchases.values():
        warnings.append(_("May be about a purchase: “%(found)s”") % {"found": found})
    return [*warnings, *too_short(asked, texts)]


def is_phone(text: str) -> bool:
    digits = sum(letter.isdigit() for letter in text)
    return digits >= PHONE_DIGITS and not GROUPED.fullmatch(text)


def too_short(asked: PartnershipRequest, texts: dict[str, str]) -> Iterator[str]:
    for name in ("title", *TEXTS):
        words = texts[name].split()
        is_short = len(words) == 1 and (len(words[0]) <= 2 or not WITHOUT_SPACES.search(words[0]))
        if is_short:
            label = asked._meta.get_field(name).verbose_name
            yield _("Only one word under “%(field)s”: %(found)s") % {
                "field": str(label).capitalize(),
                "found": words[0],
            }
