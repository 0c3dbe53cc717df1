"""Possible duplicates on review pages, across languages."""

import pytest

from community.models import ProposedPractice, Revision
from community.writing.drafts.documents import document_of
from repository.models import CaseStatus
from tests.desk_client import DeskClient
from tests.engines import apply_search_changes, embed_everything
from tests.factories import CaseStudyFactory, PracticeFactory
from tests.page import page_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("engine")]

ENGLISH = {
    "title": "Credit cooperatives lend farmers money for seed",
    "summary": "Farmers borrow money for seed from a credit cooperative before the harvest.",
    "language": "en",
}
FRENCH = {
    "title": "Les coopératives de crédit prêtent aux agriculteurs pour les semences",
    "summary": "Les agriculteurs empruntent à une coopérative de crédit pour acheter des semences "
    "avant la récolte.",
    "language": "fr",
}
OTHER = {
    "title": "Asphalt for mountain roads",
    "summary": "Machines pave the roads to the mine.",
    "language": "en",
}


def rows_on(user, path: str):
    client = DeskClient()
    client.force_login(user)
    return page_of(client.get(path)).select("ul.duplicates > li")


def duplicates(user, word: str, pk: int) -> list[tuple[str, str]]:
    """The titles and addresses of what is close in meaning on a review page."""
    return [link for row in rows_on(user, f"/admin/review/{word}/{pk}/") for link in row.links]


def review_of(case) -> str:
    return f"/admin/review/case/{case.pk}/"


@pytest.fixture
def submitted():
    return CaseStudyFactory(status=CaseStatus.SUBMITTED, **FRENCH)


def embed():
    apply_search_changes()
    embed_everything()


def test_case_in_french_is_close_to_published_and_submitted_ones_in_english(moderator, submitted):
    published = CaseStudyFactory(published=True, **ENGLISH)
    waiting = CaseStudyFactory(status=CaseStatus.SUBMITTED, **ENGLISH)
    CaseStudyFactory(published=True, **OTHER)
    CaseStudyFactory(status=CaseStatus.SUBMITTED, **OTHER)
    embed()
    assert sorted(duplicates(moderator, "case", submitted.pk)) == sorted(
        [
            (ENGLISH["title"], published.get_absolute_url()),
            (ENGLISH["title"], review_of(waiting)),
        ]
    )
    row = rows_on(moderator, review_of(submitted))[0]
    assert row.one("blockquote").text == ENGLISH["summary"]
    assert row.one("p").text in ("May be a duplicate", "About the same subject")


@pytest.mark.parametrize(
    "status", [CaseStatus.DRAFT, CaseStatus.CHANGES_REQUESTED, CaseStatus.DECLINED]
)
def test_case_is_not_compared_with_what_is_not_under_review(moderator, submitted, status):
    hidden = CaseStudyFactory(status=CaseStatus.SUBMITTED, **ENGLISH)
    embed()
    assert duplicates(moderator, "case", submitted.pk) == [(ENGLISH["title"], review_of(hidden))]
    # The passages are still there.
    type(hidden).objects.filter(pk=hidden.pk).update(status=status)
    assert duplicates(moderator, "case", submitted.pk) == []


def test_case_is_no_duplicate_of_itself(moderator, submitted):
    embed()
    assert duplicates(moderator, "case", submitted.pk) == []


def test_suggested_change_that_makes_a_case_like_another_one(moderator):
    known = CaseStudyFactory(published=True, **ENGLISH)
    changed = CaseStudyFactory(published=True, **OTHER)
    base = document_of(changed)
    revision = Revision.objects.create(
        case=changed, base=base, document=base | FRENCH, why="The text was another one."
    )
    embed()
    assert duplicates(moderator, "revision", revision.pk) == [
        (ENGLISH["title"], known.get_absolute_url())
    ]


def test_proposed_practice_is_close_to_practices_and_proposals(moderator, submitted):
    english = {"name": ENGLISH["title"], "summary": ENGLISH["summary"]}
    known = PracticeFactory(**english)
    PracticeFactory(name=OTHER["title"], summary=OTHER["summary"])
    case = CaseStudyFactory(status=CaseStatus.SUBMITTED, **OTHER)
    other = ProposedPractice.objects.create(case=case, **english)
    proposed = ProposedPractice.objects.create(
        case=submitted, name=FRENCH["title"], summary=FRENCH["summary"]
    )
    embed()
    assert sorted(duplicates(moderator, "practice", proposed.pk)) == sorted(
        [
            (known.name, known.get_absolute_url()),
            (other.name, f"/admin/review/practice/{other.pk}/"),
        ]
    )


def test_review_without_an_engine(moderator, submitted, settings):
    CaseStudyFactory(published=True, **ENGLISH)
    embed()
    settings.EMBEDDINGS_URL = ""
    assert duplicates(moderator, "case", submitted.pk) == []
