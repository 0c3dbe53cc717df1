"""The authors of a case: on its page, in its citation and in structured data."""

from community.models import User
from community.pages.additions import additions
from repository.models import CaseStudy


def authors_of(case: CaseStudy) -> list[User]:
    """The authors in the order of joining; empty if the collection is the author."""
    known = case.__dict__.get("_authors")
    if known is None:
        links = CaseStudy.authors.through.objects.filter(casestudy=case)
        links = links.select_related("user__membership__city")
        found = links.order_by("pk") if additions(case).has_authors else []
        known = case.__dict__["_authors"] = [link.user for link in found]
    return known
