"""Who wrote a case: named on its page, in its citation and to machines."""

from community.models import User
from community.pages.additions import additions
from repository.models import CaseStudy


def authors_of(case: CaseStudy) -> list[User]:
    """The members who wrote a case, as they joined it: nobody where the collection tells it."""
    known = case.__dict__.get("_authors")
    if known is None:
        links = CaseStudy.authors.through.objects.filter(casestudy=case).select_related("user")
        found = links.order_by("pk") if additions(case).has_authors else []
        known = case.__dict__["_authors"] = [link.user for link in found]
    return known
