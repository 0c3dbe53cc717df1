"""Staff who are notified of waiting work."""

import pytest
from django.contrib.auth.models import Group, Permission

from community.notices.notify import moderators, staff_with
from tests.factories import UserFactory


@pytest.fixture
def right(db) -> Permission:
    return Permission.objects.get(codename="moderate", content_type__app_label="community")


def test_staff_with_own_or_group_permissions_and_superusers(right):
    group = Group.objects.create(name="Readers")
    group.permissions.add(right)
    told = [UserFactory(staff=True, groups=[group]), UserFactory(staff=True)]
    told.append(UserFactory(superuser=True))
    told[1].user_permissions.add(right)
    told[1].groups.add(group)
    other = UserFactory(staff=True)
    other.user_permissions.add(Permission.objects.exclude(pk=right.pk)[0])
    assert staff_with("community.moderate") == moderators() == sorted(each.pk for each in told)


@pytest.mark.parametrize("gone", ["is_staff", "is_active"])
@pytest.mark.parametrize("trait", ["staff", "superuser"])
def test_leave_out_former_staff(gone, trait, right):
    person = UserFactory(**{trait: True})
    person.user_permissions.add(right)
    assert moderators() == [person.pk]
    setattr(person, gone, False)
    person.save()
    assert moderators() == []
