"""What moderators compare in meaning: submitted cases, and proposed practices.

Neither is public: compare them with `among`, the rows that the reader may see.
"""

from django.db.models import QuerySet

from community.models import ProposedPractice
from repository.cases.models import SECTIONS
from repository.embeddings.sources import Source, described, sources
from repository.models import CaseStatus, CaseStudy


def submitted_case_rows() -> QuerySet:
    return described(
        CaseStudy.objects.filter(status=CaseStatus.SUBMITTED),
        "submitted_case",
        title="title",
        summary="summary",
        body=list(SECTIONS),
    )


def proposed_practice_rows() -> QuerySet:
    return described(
        ProposedPractice.objects.waiting(),
        "proposed_practice",
        title="name",
        summary="summary",
        language="case__language",
    )


def declare() -> None:
    for kind, rows in {
        "submitted_case": submitted_case_rows,
        "proposed_practice": proposed_practice_rows,
    }.items():
        sources.append(Source((kind,), rows, public=lambda rows=rows: rows().none()))
