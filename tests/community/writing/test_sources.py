import pytest

from community.models import ProposalOutcome, ProposedPractice
from repository.embeddings import updating
from repository.models import CaseStatus, Passage
from tests.engines import embed_everything
from tests.factories import CaseStudyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("engine")]


def passages(kind: str) -> list[tuple[str, ...]]:
    rows = Passage.objects.filter(kind=kind).order_by("object_id", "position")
    return [*rows.values_list("language", "title", "text")]


def case_in(status: CaseStatus, **values):
    return CaseStudyFactory(
        status=status, title="Parcels", summary="In three days.", language="fr", **values
    )


def test_embed_a_submitted_case():
    case_in(CaseStatus.SUBMITTED, challenge="The *roads*.", solution="Shops.", results="Twelve.")
    embed_everything()
    assert passages("submitted_case") == [
        ("fr", "Parcels", "In three days."),
        ("fr", "Parcels", "The roads."),
        ("fr", "Parcels", "Shops."),
        ("fr", "Parcels", "Twelve."),
    ]


@pytest.mark.parametrize(
    "status",
    [
        CaseStatus.DRAFT,
        CaseStatus.CHANGES_REQUESTED,
        CaseStatus.DECLINED,
    ],
)
def test_embed_no_case_that_is_not_under_review(status):
    case_in(status)
    embed_everything()
    assert not Passage.objects.filter(kind__in=["case", "submitted_case"]).exists()


def test_delete_passages_of_a_case_that_is_declined():
    case = case_in(CaseStatus.SUBMITTED)
    embed_everything()
    type(case).objects.filter(pk=case.pk).update(status=CaseStatus.DECLINED)
    updating.update(texts=10, passages=10)
    assert passages("submitted_case") == []


def test_embed_a_proposed_practice_until_it_is_answered():
    case = case_in(CaseStatus.SUBMITTED)
    proposed = ProposedPractice.objects.create(case=case, name="Shops", summary="As stations.")
    embed_everything()
    assert passages("proposed_practice") == [("fr", "Shops", "As stations.")]
    ProposedPractice.objects.filter(pk=proposed.pk).update(outcome=ProposalOutcome.DECLINED)
    updating.update(texts=10, passages=10)
    assert passages("proposed_practice") == []


def test_embed_no_practice_proposed_in_a_draft():
    ProposedPractice.objects.create(case=case_in(CaseStatus.DRAFT), name="Shops")
    embed_everything()
    assert passages("proposed_practice") == []
