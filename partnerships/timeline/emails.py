"""What a broker may write to both cities of a match, in the language of each, by situation."""

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from community.accounts.languages import profile_language
from partnerships.models import Match, PartnershipStatus, Representation, Side


def languages_of(match: Match) -> dict[Side, str]:
    """Return the language of each city that somebody represents, in one query.

    It is that of its longest-serving representative.
    """
    rows = Representation.objects.current().filter(
        city__in=[match.request.city_id, match.city_id], member__is_active=True
    )
    found: dict[int, str] = {}
    for row in rows.select_related("member").order_by("since", "pk"):
        found.setdefault(row.city_id, profile_language(row.member) or settings.LANGUAGE_CODE)
    cities = {Side.REQUESTER: match.request.city_id, Side.CANDIDATE: match.city_id}
    return {side: found[city] for side, city in cities.items() if city in found}


def text_for(match: Match, side: Side, language: str) -> str:
    """Return the suggested text for one city."""
    [other] = [each for each in Side if each != side]
    with override(language):
        values = {
            "city": match.city_of(other).localized_name,
            "title": match.request.title,
            "day": date_format(match.reply_by) if match.reply_by else "",
        }
        return situation(match) % values


def situation(match: Match) -> str:
    """Return what to ask in the present state of the match, with placeholders."""
    if match.is_introduced:
        partnership = getattr(match, "partnership", None)
        if partnership and partnership.status == PartnershipStatus.STALLED:
            return _(
                "Your partnership with %(city)s for “%(title)s” has stalled. What would help you "
                "to go on? We can arrange a call between both cities."
            )
        if partnership:
            return _(
                "How is your partnership with %(city)s for “%(title)s” going? Please write a short "
                "progress report, and tell us if you need anything."
            )
        if getattr(match, "recorded", None):
            return _(
                "An agreement with %(city)s for “%(title)s” has been recorded, and is waiting for "
                "confirmation. Please confirm or correct it."
            )
        return _(
            "You were introduced to %(city)s for “%(title)s”. Have you been in touch, and is there "
            "anything that keeps you from agreeing on a first step? We can arrange a call between "
            "both cities."
        )
    return _(
        "We have proposed a partnership with %(city)s for “%(title)s”. Please accept or decline by "
        "%(day)s. If you need more time or information, ask us."
    )
