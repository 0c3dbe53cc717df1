"""Start a case from the results of a partnership."""

from django.db.models import Q
from django.utils.translation import gettext as _

from community.models import User
from community.writing.drafts import documents as drafts_documents
from community.writing.drafts.actions import create_draft
from partnerships.models import Partnership, PartnershipStatus, Representation
from partnerships.permissions import parties_of
from partnerships.representation.rights import as_now
from repository.models import CaseStudy
from repository.workflow import ActionRefused, action, lock


@action
def write_up(*, partnership: Partnership, by: User, include_problems: bool = False) -> CaseStudy:
    """Create a draft case on the results of a partnership. Idempotent.

    Reported problems are for the parties and the brokers only. They are copied into the case only
    at the author's request, and only those that the author's own side has reported.
    """
    # Both cities may start concurrently: only one case is created.
    partnership = lock(Partnership, partnership.pk)
    if not parties_of(as_now(by), partnership):
        raise ActionRefused(_("You no longer represent a party to this partnership."))
    if partnership.resulting_case is not None:
        return partnership.resulting_case
    if partnership.status != PartnershipStatus.COMPLETED:
        raise ActionRefused(_("You can write a case when the partnership is completed."))
    document = document_of(partnership)
    if include_problems:
        document["what_did_not_work"] = paragraphs(*own_problems(partnership, by))
    case = create_draft(document=document, by=by, token=f"partnership-{partnership.pk}")
    partnership.resulting_case = case
    partnership.save(update_fields=["resulting_case", "updated_at"])
    return case


def document_of(partnership: Partnership) -> dict:
    """Return the initial document: places, practices, inspiration and outcome."""
    partnership_request = partnership.match.request if partnership.match else None
    parties = partnership.parties.select_related("city", "organization")
    reports = list(partnership.reports.submitted().order_by("due_on"))
    return drafts_documents.empty() | {
        "title": partnership.title[:90],
        "summary": first_sentences(partnership.summary, 260),
        "language": partnership.language,
        "challenge": paragraphs(
            partnership_request.challenge if partnership_request else "", partnership.baseline
        ),
        "solution": paragraphs(*(report.progress for report in reports)),
        "results": paragraphs(partnership.outcome, *(report.figure for report in reports[-1:])),
        "cities": [party.city.slug for party in parties if party.city],
        "organizations": [party.organization.slug for party in parties if party.organization],
        "practices": list(partnership.practices.values_list("slug", flat=True)),
        "themes": list(partnership.themes.values_list("slug", flat=True)),
        "goals": [str(goal.pk) for goal in partnership_request.goals.all()]
        if partnership_request
        else [],
    }


def own_problems(partnership: Partnership, user: User) -> list[str]:
    """Return the problems reported by current focal points of the user's side."""
    parties = parties_of(user, partnership)
    ours = Q(city__in=[party.city_id for party in parties if party.city_id]) | Q(
        organization__in=[party.organization_id for party in parties if party.organization_id]
    )
    colleagues = Representation.objects.current().filter(ours).values("member")
    reports = partnership.reports.submitted().exclude(problems="").filter(by__in=colleagues)
    return list(reports.order_by("due_on").values_list("problems", flat=True))


def paragraphs(*texts: str) -> str:
    return "\n\n".join(filter(None, (text.strip() for text in texts)))


def first_sentences(text: str, longest: int) -> str:
    """Return the beginning of a text in whole words, shortened for a summary."""
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1].rsplit(" ", 1)[0] + "…"
