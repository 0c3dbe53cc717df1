"""Countries and organisations that have what a request asks for, as shown on pages."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partnerships.ranking.explanations import Labels, sentences
from partnerships.ranking.starting_points import Evidence, HolderKind, Record, StartingPoint

KINDS: dict[HolderKind, Promise] = {
    HolderKind.COUNTRY: _("country or area"),
    HolderKind.ORGANIZATION: _("organisation"),
}
RECORDS: dict[Record, Promise] = {
    Record.OFFER: _("Offer"),
    Record.CASE: _("Case"),
    Record.NEED: _("Need"),
    Record.SUGGESTED_OFFER: _("Suggested by the editors"),
    Record.SUGGESTED_NEED: _("Suggested by the editors"),
}
PAGES = {
    Record.OFFER: "partnerships:offer_detail",
    Record.NEED: "partnerships:need_detail",
    Record.SUGGESTED_OFFER: "partnerships:suggestion_detail",
    Record.SUGGESTED_NEED: "partnerships:suggestion_detail",
}


@dataclass(frozen=True)
class EvidenceRow:
    label: Promise
    title: str
    language: str
    url: str


@dataclass(frozen=True)
class StartingPointRow:
    """A country or an organisation with links to what it has; `country` is its ISO code, if any."""

    name: str
    kind: Promise
    country: str
    points: Decimal
    most: float
    subjects: list[str]
    asked: int
    evidence: list[EvidenceRow]
    organizations: tuple[str, ...]
    exclusions: list[str]


def rows_of(points: Iterable[StartingPoint], labels: Labels) -> list[StartingPointRow]:
    """Return starting points as text, in the language of the reader."""
    return [row_of(point, labels) for point in points]


def row_of(point: StartingPoint, labels: Labels) -> StartingPointRow:
    holder = point.holder
    named = replace(labels, places={holder.place.pk: holder.name})
    return StartingPointRow(
        name=holder.name,
        kind=KINDS[holder.kind],
        country=holder.key if holder.kind == HolderKind.COUNTRY else "",
        points=point.points,
        most=point.most / 10,
        subjects=[labels.subject(about) for about in point.subjects],
        asked=point.asked,
        evidence=[
            EvidenceRow(RECORDS[each.record], each.title, each.language, url_of(each))
            for each in point.evidence
        ],
        organizations=point.organizations,
        exclusions=sentences(point.exclusions, named),
    )


def url_of(evidence: Evidence) -> str:
    if evidence.record == Record.CASE:
        return reverse("repository:case_detail", args=[evidence.slug])
    return reverse(PAGES[evidence.record], args=[evidence.pk])
