"""What members added to a page is asked for in one query, and no further where there is nothing."""

import pytest

from community.models import Attachment, AttachmentKind, Standing
from community.pages.additions import Additions, additions
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


def told(subject) -> Additions:
    return additions(type(subject).objects.get(pk=subject.pk))


def test_tell_of_nothing(case, django_assert_num_queries):
    additions(case)
    other = CaseStudy.objects.get(pk=case.pk)
    with django_assert_num_queries(1):
        assert additions(other) == additions(other) == NOTHING


@pytest.mark.parametrize("standing", Standing.values)
def test_tell_of_comments_of_any_standing(case, standing):
    CommentFactory(subject=case, standing=standing)
    assert told(case) == Additions(True, False, False)


def test_tell_of_reports_on_a_case_and_on_a_practice(case):
    practice = PracticeFactory()
    for subject in (case, practice):
        ExperienceFactory(subject=subject)
        assert told(subject) == Additions(False, True, False)


def test_tell_of_reports_by_a_city(case):
    city, other = CityFactory.create_batch(2)
    ExperienceFactory(subject=case, city=city)
    assert told(city) == Additions(False, True, False)
    assert told(other) == NOTHING


def test_tell_of_files(case):
    attach(case)
    assert told(case) == Additions(False, False, True)


def test_tell_nothing_of_others_with_the_same_number(db):
    case, city, practice = (
        factory(pk=1_000_000) for factory in (CaseStudyFactory, CityFactory, PracticeFactory)
    )
    CommentFactory(subject=case)
    attach(case)
    ExperienceFactory(subject=case)
    assert told(case) == Additions(True, True, True)
    assert [told(city), told(practice)] == [NOTHING, NOTHING]


def test_page_with_nothing_asks_little(client, case, django_assert_num_queries):
    client.get("/cases/parcels/")
    # The edition, the case, all that belongs to it, whether members added anything, partnerships.
    with django_assert_num_queries(5):
        client.get("/cases/parcels/")
