"""Fields that the editors add to a case from a report, marked as theirs on every page.

The editors describe practices from the report; the needs of a practice are always their suggestion.
"""

from repository.models import CaseStudy

CASE_FIELDS = ("preconditions", "advice", "goals")
PRACTICE_FIELDS = ("needs",)


def suggested_fields(case: CaseStudy) -> list[str]:
    """Return the names of the fields written by the editors: none for members' cases."""
    return list(CASE_FIELDS) if case.is_from_report else []
