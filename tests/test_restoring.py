"""What every other test relies on after one that commits."""

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType

from repository.models import CaseStudy, Edition, Goal
from tests.factories import CaseStudyFactory, UserFactory


def rows() -> list:
    return [
        list(Goal.objects.order_by("pk").values_list()),
        list(Edition.objects.values_list()),
        list(ContentType.objects.order_by("pk").values_list()),
        list(Group.objects.order_by("pk").values_list("pk", "name", "permissions__codename")),
    ]


@pytest.fixture(scope="module")
def before(django_db_setup, django_db_blocker) -> list:
    with django_db_blocker.unblock():
        return rows()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", [1, 2, 3])
def test_find_everything_as_it_was_after_a_test_that_commits(before, time):
    assert rows() == before
    assert [len(some) for some in before[:2]] == [17, 1]
    assert CaseStudy.objects.count() == 0

    # Rows with a history that may only grow, which others refer to; rows of migrations.
    UserFactory(groups=Group.objects.all())
    CaseStudyFactory(published=True)
    Goal.objects.filter(number=17).delete()
    Goal.objects.filter(number=16).update(number=17)
    ContentType.objects.create(app_label="some", model="thing")
    assert rows() != before


@pytest.mark.django_db
def test_find_everything_as_it_was_after_the_last_of_them(before):
    assert rows() == before
