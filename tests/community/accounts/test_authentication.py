"""Permissions of users, as Django defines them, in one query."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission

from community.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def fresh(person) -> User:
    return User.objects.get(pk=person.pk)


def permission(codename: str) -> Permission:
    return Permission.objects.get(codename=codename, content_type__app_label="repository")


def test_permissions_are_those_of_the_person_and_of_their_groups(django_assert_num_queries):
    group, other = Group.objects.create(name="Readers"), Group.objects.create(name="Others")
    group.permissions.add(permission("view_city"), permission("view_tag"))
    other.permissions.add(permission("delete_city"))
    person = UserFactory(staff=True, groups=[group])
    person.user_permissions.add(permission("view_tag"), permission("change_city"))
    person = fresh(person)
    with django_assert_num_queries(1):
        assert person.get_all_permissions() == {
            "repository.view_city",
            "repository.view_tag",
            "repository.change_city",
        }
        assert person.has_perm("repository.change_city")
        assert not person.has_perm("repository.delete_city")


def test_permissions_on_single_objects_are_not_granted(moderator):
    assert moderator.get_all_permissions(moderator) == set()


def test_superusers_have_all_permissions():
    person = fresh(UserFactory(superuser=True))
    assert person.get_all_permissions() == {
        f"{row.content_type.app_label}.{row.codename}"
        for row in Permission.objects.select_related("content_type")
    }


def test_closed_accounts_and_visitors_have_no_permissions(moderator):
    User.objects.filter(pk=moderator.pk).update(is_active=False)
    assert fresh(moderator).get_all_permissions() == set()
    assert not fresh(moderator).has_perm("repository.view_city")
    assert AnonymousUser().get_all_permissions() == set()


def test_a_revoked_permission_is_gone_in_the_next_request(moderator):
    assert fresh(moderator).has_perm("repository.publish_casestudy")
    moderator.groups.clear()
    assert not fresh(moderator).has_perm("repository.publish_casestudy")


def test_former_staff_have_no_permissions(moderator):
    User.objects.filter(pk=moderator.pk).update(is_staff=False)
    assert fresh(moderator).get_all_permissions() == set()
