"""Partnerships on the pages of cases."""

from django import template

from partnerships.models import Partnership
from repository.models import CaseStudy

register = template.Library()
# The maximum number of partnerships shown for a case.
SHOWN = 6


@register.inclusion_tag("partnerships/agreements/_case_lines.html")
def partnerships_of_case(case: CaseStudy) -> dict:
    """The newest public partnerships inspired by a case, and the one it resulted from."""
    return {"partnerships": Partnership.objects.public().about(case)[:SHOWN]}
