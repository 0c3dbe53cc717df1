"""What the editors of this site add to a case from a report. It is marked wherever it is shown.

A practice is described by the editors after the report; what it needs is always their suggestion.
"""

from repository.models import CaseStudy

CASE_FIELDS = ("preconditions", "advice", "goals")
PRACTICE_FIELDS = ("needs",)


def suggested_fields(case: CaseStudy) -> list[str]:
    """Names of the fields that the editors wrote: none in a case that members contributed."""
    return list(CASE_FIELDS) if case.is_from_report else []
