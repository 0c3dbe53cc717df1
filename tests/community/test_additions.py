"""One query finds what members added to a page; if nothing, no other query follows."""

import pytest

from community.additions import Additions, additions
from community.models import Attachment, AttachmentKind, Standing
from repository.models import CaseStudy
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CommentFactory,
    ExperienceFactory,
    PracticeFactory,
)

NOTHING = Additions(has_comments=False, has_experiences=False, has_attachments=False)


@pytest.fixture
def case(db):
    return CaseStudyFactory(published=True, slug="parcels")


def attach(case):
    Attachment.objects.create(
        case=case, file="files/plan.pdf", kind=AttachmentKind.PDF, caption="Plan", size=1000
    )


def found(subject) -> Additions:
    return additions(type(subject).objects.get(pk=subject.pk))


def test_find_nothing_in_one_query(case, django_assert_num_queries):
    additions(case)
    other = CaseStudy.objects.get(pk=case.pk)
    with django_assert_num_queries(1):
        assert additions(other) == additions(other) == NOTHING


@pytest.mark.parametrize("standing", Standing.values)
def test_find_comments_of_any_standing(case, standing):
    CommentFactory(subject=case, standing=standing)
    assert found(case) == Additions(True, False, False)


def test_find_reports_on_a_case_and_on_a_practice(case):
    practice = PracticeFactory()
    for subject in (case, practice):
        ExperienceFactory(subject=subject)
        assert found(subject) == Additions(False, True, False)


def test_find_reports_by_a_city(case):
    city, other = CityFactory.create_batch(2)
    ExperienceFactory(subject=case, city=city)
    assert found(city) == Additions(False, True, False)
    assert found(other) == NOTHING


def test_find_files(case):
    attach(case)
    assert found(case) == Additions(False, False, True)


def test_ignore_other_models_with_the_same_primary_key(db):
    case, city, practice = (
        factory(pk=1_000_000) for factory in (CaseStudyFactory, CityFactory, PracticeFactory)
    )
    CommentFactory(subject=case)
    attach(case)
    ExperienceFactory(subject=case)
    assert found(case) == Additions(True, True, True)
    assert [found(city), found(practice)] == [NOTHING, NOTHING]


def test_page_without_additions_takes_few_queries(client, case, django_assert_num_queries):
    client.get("/cases/parcels/")
    # The edition, the case, all that belongs to it, whether members added anything, partnerships.
    with django_assert_num_queries(5):
        client.get("/cases/parcels/")
