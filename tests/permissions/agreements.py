"""Partnerships of the cast: `focal_point` speaks for Kisumu, `facilitator` for a bank, no one for
the foreign cities."""

from datetime import date

from django.core.files.base import ContentFile
from django.utils import timezone

from partnerships.agreements import links as agreements_links
from partnerships.models import Representation
from tests.factories import (
    CityFactory,
    CountryFactory,
    MatchFactory,
    MilestoneFactory,
    PartnershipFactory,
    PartnershipRequestFactory,
    PartyFactory,
    ProgressReportFactory,
    RepresentationFactory,
)

STATES = ["private", "public", "foreign", "facilitated"]


def add_agreements(world) -> None:
    """A partnership that is private, one that is public, one of others, and what may become one."""
    kisumu, person = world.things["city"], world.people["focal_point"]
    if not Representation.objects.filter(member=person, city=kisumu).exists():
        RepresentationFactory(member=person, city=kisumu)
    partner = CityFactory(slug="santos", name="Santos", country=CountryFactory(iso2="BR"))
    other = CityFactory(slug="belem", name="Belem", country=CountryFactory(iso2="BR"))
    for name in STATES:
        is_public = name == "public"
        word = "openpartnership" if is_public else f"hushpartnership{name}"
        made = PartnershipFactory(
            title=f"Title {word}",
            summary=f"Words {word}",
            is_public=is_public,
            parties=[
                (kisumu if name in ("private", "public") else other, "requester"),
                (partner, "provider"),
            ],
        )
        if name == "facilitated":
            bank = {"city": None, "organization": world.things["bank"]}
            PartyFactory(partnership=made, role="facilitator", **bank)
        MilestoneFactory(partnership=made, title=f"Step {word}")
        ProgressReportFactory(partnership=made)
        # One that is in: what is in the way is for the cities in it.
        ProgressReportFactory(
            partnership=made,
            month=12,
            due_on=date(2027, 3, 2),
            light="delayed",
            progress=f"Progress {word}",
            problems=f"Problems hushproblems{name}",
            submitted_at=timezone.now(),
        )
        made.agreement.save("", ContentFile(f"%PDF hushagreement{name}".encode()))
        world.partnerships[name] = made
    for name, city in (("introduced", kisumu), ("foreign", other)):
        partnership_request = PartnershipRequestFactory(
            opened=True, status="matched", city=city, title=f"Ask hushasked{name}"
        )
        world.introductions[name] = MatchFactory(
            introduced=True, request=partnership_request, city=partner
        )


def partnerships(world) -> dict[str, dict]:
    return {name: {"pk": row.pk} for name, row in world.partnerships.items()}


def belonging(argument: str, relation: str):
    """Partnerships with something that belongs to each: a party, a milestone, a report."""
    return lambda world: {
        name: {"pk": row.pk, argument: getattr(row, relation).first().pk}
        for name, row in world.partnerships.items()
    }


def steps(world) -> dict[str, dict]:
    return {
        f"{verb} {name}": {"pk": row.pk, "verb": verb}
        for verb in ("resume", "burn")
        for name, row in world.partnerships.items()
    }


def introductions(world) -> dict[str, dict]:
    return {name: {"match": row.pk} for name, row in world.introductions.items()}


def links(world) -> dict[str, dict]:
    report = world.partnerships["public"].reports.get(month=6)
    path = agreements_links.path(report, world.people["focal_point"])
    return {"right": {"token": path.split("/")[-2]}, "wrong": {"token": "wrong"}}


EXAMPLES = {
    "monitoring/<slug:key>.csv": lambda world: {key: {"key": key} for key in ("path", "nothing")},
    "partnerships/<int:pk>/facilitators/<int:party>/": belonging("party", "parties"),
    "partnerships/<int:pk>/milestones/<int:milestone>/": belonging("milestone", "milestones"),
    "partnerships/<int:pk>/reports/<int:report>/": belonging("report", "reports"),
    "partnerships/<int:pk>/<slug:verb>/": steps,
    "partnerships/<int:pk>/": partnerships,
    "partnerships/matches/<int:match>/agree/": introductions,
    "partnerships/reports/<str:token>/": links,
}
