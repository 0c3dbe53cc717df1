"""What shows that a city knows a subject: its cases, offers, reports and partnerships, as links."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from partnerships.ranking.facts import GOAL, PRACTICE, Knowledge, Source, subject
from partnerships.ranking.records import CASE, shown_by
from partnerships.ranking.vocabulary import Vocabulary
from repository.models import City, Evidence


@dataclass(frozen=True)
class Proof:
    """A published record that shows that a city knows its subjects (`about`), and its page.

    `case` is the primary key of a case. `figures` are its first figures by the practice that they
    measure, and `figure` is that of the practices which are told.
    """

    source: Source
    about: frozenset[str]
    url: str
    title: str = ""
    language: str = ""
    case: int | None = None
    figures: Mapping[str, Evidence] = field(default_factory=dict)
    figure: Evidence | None = None
    # Of a report.
    year: int | None = None
    # Why the city abandoned it, and the language of that.
    why: str = ""
    why_language: str = ""


def proofs_of(cities: Collection[City], vocabulary: Vocabulary) -> dict[int, list[Proof]]:
    """Return what each city from `known_cities` has to show, by primary key.

    The latest of each kind is first. One query, for the figures of cases.
    """
    figures = figures_of({row["pk"] for city in cities for row in city.case_list})
    return {
        city.pk: [
            proof_of(item, row, figures, vocabulary) for item, row in shown_by(city, vocabulary)
        ]
        for city in cities
    }


def figures_of(cases: Collection[int]) -> dict[int, dict[str, Evidence]]:
    """Return the figure to show first of each case and practice, with its number there.

    What a case says of its place or its country proves nothing of a practice.
    """
    # As `repository/evidence/arrangement.py` numbers them on the page of the case.
    number = Window(RowNumber(), partition_by="case", order_by=["position", "pk"])
    figures = Evidence.objects.filter(case__in=cases, is_missing=False).annotate(
        figure_number=number
    )
    figures = figures.select_related("practice")
    found: dict[int, dict[str, Evidence]] = {}
    for figure in figures.order_by("case", "-is_headline", "position", "pk"):
        if figure.practice is not None:
            about = subject(PRACTICE, figure.practice.slug)
            found.setdefault(figure.case_id, {}).setdefault(about, figure)
    return found


def proof_of(
    item: Knowledge,
    row: Mapping[str, Any],
    figures: Mapping[int, Mapping[str, Evidence]],
    vocabulary: Vocabulary,
) -> Proof:
    source = item.source
    about = frozenset(subject for subject in item.about if not subject.startswith(GOAL))
    shown = Proof(
        source, about, "", row.get("title", ""), row.get("language") or "", year=item.year
    )
    if source == Source.CASE:
        url = reverse("repository:case_detail", args=[row["slug"]])
        return replace(shown, url=url, case=row["pk"], figures=figures.get(row["pk"], {}))
    if source == Source.OFFER:
        return replace(shown, url=reverse("partnerships:offer_detail", args=[row["pk"]]))
    if source in (Source.COMPLETED, Source.RUNNING):
        return replace(shown, url=reverse("partnerships:partnership_detail", args=[row["pk"]]))
    # A report, which has no title of its own.
    if source == Source.ABANDONED:
        why, written_in = row["failed"] or row["worked"], row["language"]
        shown = replace(shown, why=why, why_language=written_in)
    if row["model"] == CASE:
        case = row["case"]
        url = reverse("repository:case_detail", args=[case["slug"]])
        shown = replace(shown, title=case["title"], language=case["language"])
    else:
        slug, title, _themes = vocabulary.practices[row["subject"]]
        url = reverse("repository:practice_detail", args=[slug])
        shown = replace(shown, title=title)
    return replace(shown, url=f"{url}#experience-{row['pk']}")
