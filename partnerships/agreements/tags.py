"""What partnerships add to the pages of cases."""

from django import template

from partnerships.models import Partnership
from repository.models import CaseStudy

register = template.Library()
# Of many that began with one case the newest are named.
SHOWN = 6


@register.inclusion_tag("partnerships/agreements/_case_lines.html")
def partnerships_of_case(case: CaseStudy) -> dict:
    """The newest public partnerships that began with a case, and the one it came of."""
    return {"partnerships": Partnership.objects.public().about(case)[:SHOWN]}
