"""What shows that a city knows a subject: its cases, offers, reports and partnerships, as links."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Cast, JSONObject, RowNumber
from django.urls import reverse

from community.models import Experience, Standing
from partnerships.listings.keys import keys_of
from partnerships.models import Offer, Partnership, PartnershipStatus, PartyRole
from partnerships.ranking.basis import part
from partnerships.ranking.facts import Source
from partnerships.ranking.vocabulary import Vocabulary
from repository.models import CaseStudy, Evidence, Practice

# The fields that make up a figure.
FIGURE = ("label", "value", "value_to", "qualifier", "unit", "currency", "display")
NUMBERS = ("value", "value_to")
RUNNING = (PartnershipStatus.AGREED, PartnershipStatus.ACTIVE, PartnershipStatus.STALLED)


@dataclass(frozen=True)
class Proof:
    """A published record that shows that a city knows its subjects (`about`), and its page.

    `case` is the primary key of a case, `figure` the first figure that the case shows large.
    """

    source: Source
    about: frozenset[str]
    url: str
    title: str = ""
    language: str = ""
    case: int | None = None
    figure: Evidence | None = None


def proofs_of(cities: Collection[int], vocabulary: Vocabulary) -> dict[int, list[Proof]]:
    """Return what each city has to show, by primary key, in one query."""
    parts = [cases(cities), offers(cities), experiences(cities), partnerships(cities)]
    found: dict[int, list[Proof]] = defaultdict(list)
    rows = parts[0].union(*parts[1:], all=True).order_by()
    for kind, city, data in sorted(rows, key=lambda row: (row[1], row[0], -row[2]["pk"])):
        proof = MAKERS[kind](data, vocabulary)
        if proof is not None:
            found[city].append(proof)
    return found


# Queries for the parts


def cases(cities: Collection[int]) -> QuerySet:
    figures = (
        Evidence.objects.filter(case=OuterRef("pk"), is_missing=False)
        # As `repository/evidence/arrangement.py` numbers them on the page of the case.
        .annotate(number=Window(RowNumber(), order_by=["position", "pk"]))
        .order_by("-is_headline", "position", "pk")
        .values(
            data=JSONObject(
                **{name: text_of(name) for name in FIGURE},
                numerator="numerator",
                denominator="denominator",
                period="period",
                number="number",
            )
        )
    )
    data = JSONObject(
        pk="pk",
        slug="slug",
        title="title",
        language="language",
        practices=keys_of(CaseStudy, "practices"),
        themes=keys_of(CaseStudy, "themes"),
        figure=Subquery(figures[:1]),
    )
    rows = CaseStudy.objects.published().filter(cities__in=cities)
    return part(rows, "case", data, key="cities")


def text_of(name: str) -> Any:
    """Return a field as text: JSON has no exact decimal numbers."""
    return Cast(name, models.TextField()) if name in NUMBERS else F(name)


def offers(cities: Collection[int]) -> QuerySet:
    data = JSONObject(
        pk="pk",
        title="title",
        language="language",
        practices=keys_of(Offer, "practices"),
        themes=keys_of(Offer, "themes"),
    )
    return part(Offer.objects.open().filter(city__in=cities), "offer", data, key="city")


def experiences(cities: Collection[int]) -> QuerySet:
    """Reports on practices, and on cases, which stand for their practices and themes."""
    subject = CaseStudy.objects.published().filter(pk=OuterRef("object_id"))
    links = {
        name: ArraySubquery(
            CaseStudy._meta.get_field(name)
            .remote_field.through.objects.filter(casestudy=OuterRef("object_id"))
            .values(CaseStudy._meta.get_field(name).m2m_reverse_field_name())
        )
        for name in ("practices", "themes")
    }
    data = JSONObject(
        pk="pk",
        status="status",
        model="content_type__model",
        subject="object_id",
        slug=Subquery(subject.values("slug")),
        title=Subquery(subject.values("title")),
        language=Subquery(subject.values("language")),
        **links,
    )
    rows = Experience.objects.filter(
        standing=Standing.PUBLISHED,
        city__in=cities,
        content_type__app_label="repository",
        content_type__model__in=[Practice._meta.model_name, CaseStudy._meta.model_name],
    )
    return part(rows, "experience", data, key="city")


def partnerships(cities: Collection[int]) -> QuerySet:
    """Completed ones for both parties, running ones for the provider."""
    data = JSONObject(
        pk="pk",
        title="title",
        language="language",
        status="status",
        practices=keys_of(Partnership, "practices"),
        themes=keys_of(Partnership, "themes"),
    )
    completed = Q(status=PartnershipStatus.COMPLETED) & ~Q(parties__role=PartyRole.FACILITATOR)
    running = Q(status__in=RUNNING, parties__role=PartyRole.PROVIDER)
    rows = Partnership.objects.public().filter(completed | running, parties__city__in=cities)
    return part(rows, "partnership", data, key="parties__city")


# Proofs from their rows


def of_case(row: Mapping[str, Any], vocabulary: Vocabulary) -> Proof:
    return Proof(
        Source.CASE,
        vocabulary.about(row["practices"], row["themes"]),
        reverse("repository:case_detail", args=[row["slug"]]),
        row["title"],
        row["language"],
        row["pk"],
        figure_of(row["figure"]),
    )


def figure_of(row: Mapping[str, Any] | None) -> Evidence | None:
    if row is None:
        return None
    row = dict(row)
    figure_number = row.pop("number")
    numbers = {name: Decimal(row[name]) for name in NUMBERS if row[name] is not None}
    figure = Evidence(**row | numbers)
    figure.figure_number = figure_number
    return figure


def of_offer(row: Mapping[str, Any], vocabulary: Vocabulary) -> Proof:
    return Proof(
        Source.OFFER,
        vocabulary.about(row["practices"], row["themes"]),
        reverse("partnerships:offer_detail", args=[row["pk"]]),
        row["title"],
        row["language"],
    )


def of_experience(row: Mapping[str, Any], vocabulary: Vocabulary) -> Proof | None:
    """Return None for a report on a case or a practice that is no longer published."""
    if row["model"] == Practice._meta.model_name:
        if row["subject"] not in vocabulary.practices:
            return None
        slug, title, _themes = vocabulary.practices[row["subject"]]
        about, page, language = vocabulary.about([row["subject"]]), "practice_detail", ""
    elif row["slug"]:
        about = vocabulary.about(row["practices"], row["themes"])
        slug, title, page, language = row["slug"], row["title"], "case_detail", row["language"]
    else:
        return None
    url = f"{reverse(f'repository:{page}', args=[slug])}#experience-{row['pk']}"
    return Proof(Source(row["status"]), about, url, title, language)


def of_partnership(row: Mapping[str, Any], vocabulary: Vocabulary) -> Proof:
    is_completed = row["status"] == PartnershipStatus.COMPLETED
    return Proof(
        Source.COMPLETED if is_completed else Source.RUNNING,
        vocabulary.about(row["practices"], row["themes"]),
        reverse("partnerships:partnership_detail", args=[row["pk"]]),
        row["title"],
        row["language"],
    )


MAKERS = {
    "case": of_case,
    "offer": of_offer,
    "experience": of_experience,
    "partnership": of_partnership,
}
