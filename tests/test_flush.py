"""What every other test relies on after one that commits."""

import pytest
from django.contrib.auth.models import Group

from repository.models import Edition, Goal


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", [1, 2])
def test_keep_the_rows_of_migrations_over_a_flush(time):
    assert (Goal.objects.count(), Edition.objects.count()) == (17, 1)
    assert sorted(Group.objects.values_list("name", flat=True)) == [
        "Administrators",
        "Brokers",
        "Moderators",
    ]
