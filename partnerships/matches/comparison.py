"""Candidates side by side: what is recorded of each, and of the city that asks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import TextChoices
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnerships.matches.candidates import Row
from partnerships.models import Corridor, Modality, Setting
from partnerships.ranking.explanations import Labels, fact
from partnerships.ranking.facts import PRACTICE, Ask, Place, Source, subject
from partnerships.ranking.headlines import TELLING
from partnerships.ranking.proofs import Proof
from repository.models import City, IncomeGroup
from repository.places.models import REGIONS
from repository.text.lists import list_with_and

# What a city did about a practice.
VERBS = {
    Source.CASE: _("Has a published case"),
    Source.COMPLETED: _("Completed a partnership"),
    Source.ADOPTED: _("Adopted"),
    Source.ADAPTED: _("Adapted"),
    Source.RUNNING: _("Working with a partner"),
    Source.PILOTING: _("In progress"),
    Source.OFFER: _("Offers to share it"),
    Source.PLANNED: _("Planned"),
    Source.ABANDONED: _("Abandoned"),
}
STRONGEST = (*TELLING, Source.PLANNED, Source.ABANDONED)
LINKS = ("has_sea_port", "has_dry_port", "has_rail_hub", "has_air_hub")


@dataclass(frozen=True)
class Cell:
    """One fact about one city, not recorded without `text`; and the record that shows it."""

    text: object = ""
    detail: object = ""
    proof: Proof | None = None


@dataclass(frozen=True)
class Line:
    """A fact about candidates, and about the city that asks if that says anything."""

    name: str | Promise
    cells: list[Cell]
    own: Cell | None = None


@dataclass(frozen=True)
class Comparison:
    """Facts about candidates, by groups with a heading. `own` is the city that asks."""

    own: City
    rows: Sequence[Row]
    groups: list[tuple[str, list[Line]]]

    @property
    def columns(self) -> int:
        return len(self.rows) + 2


@dataclass(frozen=True)
class Compared:
    """A city of the comparison: its facts for the ranking, and its records."""

    place: Place
    city: City


def comparison(
    ask: Ask,
    rows: Sequence[Row],
    known: Mapping[int, City],
    places: Mapping[int, Place],
    proofs: Mapping[int, Sequence[Proof]],
    labels: Labels,
) -> Comparison:
    """Compare candidates, given the `known_cities`, what the ranking knows and what shows it."""
    cities = [Compared(places[row.city.pk], known[row.city.pk]) for row in rows]
    own = Compared(ask.requester, known[ask.requester.pk])

    def line(name: str | Promise, of: Callable[[Compared], Cell]) -> Line:
        return Line(name, [of(each) for each in cities], of(own))

    asked = [
        Line(
            _("Practices recorded"),
            [Cell(met(row.candidate.met, len(ask.central))) for row in rows if row.candidate],
        ),
        *(
            Line(
                labels.practices[slug],
                [
                    about_practice(ask, each, proofs.get(each.city.pk, ()), slug, labels)
                    for each in cities
                ],
            )
            for slug in sorted(ask.practices)
        ),
    ]
    together = [
        Line(
            _("Working languages"),
            [languages(ask, each) for each in cities],
            Cell(fact(sorted(ask.working_languages))),
        ),
        line(_("Represented here"), lambda each: Cell(yes_or_no(each.place.is_represented))),
        line(_("Kinds of cooperation offered"), offered),
        line(_("Capacity for partners this year"), capacity),
        line(_("Past partnerships"), partnerships),
    ]
    settings = [
        line(_("Population"), lambda each: Cell(number(each.place.population))),
        line(_("Type of place"), lambda each: Cell(named(Setting, each.place.setting))),
        line(
            _("Region"),
            lambda each: Cell(REGIONS.get(each.place.region, ""), each.city.country.localized_name),
        ),
        line(_("Income group"), lambda each: Cell(named(IncomeGroup, each.place.income_group))),
        *(line(name_of(field), lambda each, field=field: link(each, field)) for field in LINKS),
        line(
            _("Trade corridors"),
            lambda each: Cell(
                list_with_and(named(Corridor, key) for key in sorted(each.place.corridors))
            ),
        ),
    ]
    return Comparison(
        own.city,
        rows,
        [
            (gettext("What is asked"), asked),
            (gettext("Working together"), together),
            (gettext("Place"), settings),
        ],
    )


def about_practice(
    ask: Ask, each: Compared, proofs: Sequence[Proof], slug: str, labels: Labels
) -> Cell:
    """The strongest that is recorded of a city and one practice; that it looks for one offered."""
    about = subject(PRACTICE, slug)
    if ask.direction == "offer" and any(about in need.about for need in each.place.needs):
        return Cell(gettext("Looks for it"))
    found = [proof for proof in proofs if about in proof.about and proof.source in STRONGEST]
    if not found:
        return Cell()
    strongest = min(found, key=lambda proof: (STRONGEST.index(proof.source), -(proof.year or 0)))
    # A report on a practice has the name of the practice as its title.
    title = "" if strongest.title == labels.practices[slug] else strongest.title
    shown = replace(strongest, title=title)
    return Cell(VERBS[strongest.source], str(strongest.year or ""), shown)


def met(has: int, asked: int) -> str:
    return gettext("%(has)s of %(asked)s") % {"has": has, "asked": asked}


def languages(ask: Ask, each: Compared) -> Cell:
    theirs, own = each.place.languages, ask.working_languages | ask.requester.languages
    is_none = theirs and own and theirs.isdisjoint(own)
    return Cell(fact(sorted(theirs)), gettext("none in common") if is_none else "")


def offered(each: Compared) -> Cell:
    kinds = sorted({kind for offer in each.city.offer_list for kind in offer["modalities"]})
    return Cell(list_with_and(named(Modality, kind) for kind in kinds))


def capacity(each: Compared) -> Cell:
    place = each.place
    if place.room is None:
        return Cell()
    words = {"room": place.room, "capacity": place.capacity}
    return Cell(gettext("%(room)s of %(capacity)s free") % words)


def partnerships(each: Compared) -> Cell:
    place = each.place
    if not place.ended:
        return Cell(gettext("None here"))
    return Cell(
        gettext("%(done)s of %(count)s completed") % {"done": place.completed, "count": place.ended}
    )


def link(each: Compared, field: str) -> Cell:
    has = getattr(each.place, field)
    if field == "has_sea_port" and has is None:
        has = each.place.is_port
    return Cell() if has is None else Cell(yes_or_no(has))


def name_of(field: str) -> str:
    return capfirst(str(City._meta.get_field(field).verbose_name))


def yes_or_no(value: object) -> str:
    return gettext("Yes") if value else gettext("No")


def number(value: int | None) -> str:
    return number_format(value, force_grouping=True) if value else ""


def named(choices: type[TextChoices], value: str) -> Any:
    return dict(choices.choices).get(value, "")
