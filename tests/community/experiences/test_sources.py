import pytest

from community.models import Standing
from community.privacy.actions import delete_account
from repository.embeddings import updating
from repository.models import CaseStatus, Passage
from tests.engines import embed_everything
from tests.factories import CaseStudyFactory, CityFactory, ExperienceFactory, PracticeFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("engine")]


def passages() -> list[tuple[str, ...]]:
    rows = Passage.objects.filter(kind="experience").order_by("object_id", "position")
    return [*rows.values_list("language", "title", "text")]


def test_embed_experiences_under_the_name_of_their_subject():
    practice = PracticeFactory(name="Village stations")
    ExperienceFactory(subject=practice, worked="One *form*.", failed="The roads.", language="fr")
    case = CaseStudyFactory(published=True, title="Parcels")
    ExperienceFactory(subject=case, worked="Less paper.")
    embed_everything()
    assert passages() == [
        ("fr", "Village stations", "One form. The roads."),
        ("fr", "Village stations", "One form."),
        ("fr", "Village stations", "The roads."),
        ("en", "Parcels", "Less paper."),
    ]


@pytest.mark.parametrize(
    ("of_city", "language"), [(["pt", "en"], "pt"), ([], "en")], ids=["of its city", "unknown"]
)
def test_experience_without_a_language(of_city, language):
    ExperienceFactory(language="", city=CityFactory(working_languages=of_city))
    embed_everything()
    assert [code for code, *_rest in passages()] == [language]


@pytest.mark.parametrize(
    "standing", [Standing.PENDING, Standing.HIDDEN, Standing.DECLINED, Standing.REMOVED]
)
def test_embed_no_experience_that_is_not_public(standing):
    ExperienceFactory(standing=standing)
    embed_everything()
    assert passages() == []


def test_delete_passages_when_the_case_is_no_longer_published():
    case = CaseStudyFactory(published=True)
    ExperienceFactory(subject=case)
    embed_everything()
    type(case).objects.filter(pk=case.pk).update(status=CaseStatus.DRAFT)
    updating.update(texts=10, passages=10)
    assert passages() == []


def test_delete_passages_of_an_erased_experience(member):
    ExperienceFactory(author=member)
    embed_everything()
    assert passages()
    delete_account(member=member, by=member, erase=True)
    updating.update(texts=10, passages=10)
    assert passages() == []
