"""The card of each city of a member: what to do next, and how complete its profile is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from partnerships.city_profiles.models import HUBS
from partnerships.models import (
    CityProfile,
    Match,
    Offer,
    PartnershipRequest,
    Representation,
    RequestStatus,
    Suggestion,
)
from repository.dates import clock
from repository.models import City

# A column of the city; the other texts are of its profile.
LANGUAGES = "working_languages"
# What is missing first, and what it brings once it is there.
BENEFITS = {
    LANGUAGES: _("Helps cities find a partner who works in the same language."),
    "partners_a_year": _("Avoids more requests than you can handle."),
    "setting": _("Helps similar cities find you."),
    "corridors": _("Helps cities on the same trade corridor find you."),
    "sectors": _("Shows partners what you have in common."),
    "exports": _("Shows partners what you have in common."),
    "platforms": _("Shows partners what your firms do."),
    "contact_hours": _("Shows partners when to call."),
}
HUBS_BENEFIT = _("Some requests need a port or a hub.")
SHOWN = 3


@dataclass(frozen=True)
class Missing:
    """A field of the profile that is not filled in, and what filling it in brings."""

    label: str | Promise
    benefit: str | Promise


@dataclass(frozen=True)
class Step:
    """Something to do, with its page."""

    words: str | Promise
    url: str


@dataclass(frozen=True)
class Card:
    """What to do for a city, and its profile: `filled` of `total` fields, and what is missing."""

    steps: list[Step]
    filled: int
    total: int
    missing: list[Missing]

    @property
    def is_complete(self) -> bool:
        return self.filled == self.total

    @property
    def per_cent(self) -> int:
        return round(100 * self.filled / self.total)


def with_tasks(rows: QuerySet[Representation]) -> QuerySet[Representation]:
    """Annotate representations with what their cities have to do, in their own query."""
    of_city = OuterRef("city")
    to_answer = Match.objects.proposed().filter(reply_by__gte=clock.today())
    is_asked = Q(city=of_city, candidate_answer="") | Q(request__city=of_city, requester_answer="")
    requests = PartnershipRequest.objects.filter(city=of_city)
    return rows.annotate(
        unanswered=number_of(to_answer.filter(is_asked)),
        returned=number_of(requests.filter(status=RequestStatus.CHANGES_REQUESTED)),
        drafts=number_of(requests.filter(status=RequestStatus.DRAFT)),
        suggested=number_of(Suggestion.objects.open().filter(city=of_city)),
        has_offer=Exists(Offer.objects.open().filter(city=of_city)),
    )


def number_of(rows: QuerySet) -> Any:
    """Return a subquery that counts the rows."""
    counted = rows.order_by().annotate(one=Value(1)).values("one").annotate(count=Count("pk"))
    return Coalesce(Subquery(counted.values("count")), 0)


def card_of(row: Representation) -> Card:
    """Return the card of a representation with tasks, of a city."""
    city: Any = row.city
    return Card(steps_of(row, city), *answers_of(city, getattr(city, "profile", None)))


def answers_of(city: City, profile: CityProfile | None) -> tuple[int, int, list[Missing]]:
    """How many answers of a city's profile are filled in, of how many, and what is missing."""
    missing = missing_of(city, profile)
    total = len(HUBS) + len(BENEFITS)
    return total - len(missing), total, grouped(missing)[:SHOWN]


def missing_of(city: City, profile: CityProfile | None) -> list[str]:
    """Return the names of the fields that nobody has filled in, the most useful first."""
    hubs = [name for name in HUBS if getattr(city, name) is None]
    texts = [
        name
        for name in BENEFITS
        if is_empty(getattr(city if name == LANGUAGES else profile, name, None))
    ]
    return [*texts[:1], *hubs, *texts[1:]] if LANGUAGES in texts else [*hubs, *texts]


def is_empty(value: Any) -> bool:
    return value is None or value == "" or value == []


def grouped(names: Iterable[str]) -> list[Missing]:
    """Return the missing fields with their benefits; ports and hubs as one."""
    found: dict[str, Missing] = {}
    for name in names:
        if name in HUBS:
            found.setdefault("hubs", Missing(_("Ports and hubs"), HUBS_BENEFIT))
        else:
            model: Any = City if name == LANGUAGES else CityProfile
            label = capfirst(model._meta.get_field(name).verbose_name)
            found[name] = Missing(label, BENEFITS[name])
    return list(found.values())


def steps_of(row: Any, city: City) -> list[Step]:
    """Return what to do next for the city, the most urgent first."""
    desk, board = reverse("community:desk"), reverse("partnerships:board")
    steps = []
    if row.unanswered:
        words = ngettext(
            "Answer %(count)s proposal",
            "Answer %(count)s proposals",
            row.unanswered,
        )
        steps.append(Step(words % {"count": row.unanswered}, desk))
    if row.returned:
        words = ngettext(
            "Make the changes a broker requested in %(count)s request",
            "Make the changes a broker requested in %(count)s requests",
            row.returned,
        )
        steps.append(Step(words % {"count": row.returned}, desk))
    if row.suggested:
        words = ngettext(
            "Adopt or decline %(count)s suggestion from the editors",
            "Adopt or decline %(count)s suggestions from the editors",
            row.suggested,
        )
        steps.append(Step(words % {"count": row.suggested}, f"{board}?city={city.slug}"))
    if row.drafts:
        words = ngettext(
            "Submit %(count)s draft request", "Submit %(count)s draft requests", row.drafts
        )
        steps.append(Step(words % {"count": row.drafts}, desk))
    if not row.has_offer:
        steps.append(
            Step(_("Add an offer: what your city can share"), reverse("partnerships:offer_new"))
        )
    return steps
