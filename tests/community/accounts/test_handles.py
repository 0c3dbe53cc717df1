"""Handles, given at the first sign-in."""

import re

import pytest
from django.db import connection

from community.accounts import names
from community.models import User
from tests.community.conftest import confirm, sign_in
from tests.factories import UserFactory


@pytest.mark.django_db
def test_give_a_handle_similar_to_the_name():
    user = UserFactory(handle="", display_name="Amina Bello")

    assert names.give_handle(user).handle == "amina-bello"
    user.refresh_from_db()
    assert names.give_handle(user).handle == "amina-bello"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("", r"[a-z]+-\d{5}"),
        ("阿米娜", r"[a-z]+-\d{5}"),
        ("Member", r"member-\d{5}"),  # taken
        ("Moderator", r"moderator-\d{5}"),  # kept for the site
        ("x" * 80, r"x{30}"),
        ("_-_", r"[a-z]+-\d{5}"),
    ],
)
def test_give_a_handle_that_is_free(member, name, pattern):
    user = names.give_handle(UserFactory(handle="", display_name=name, email="zz@example.org"))

    assert re.fullmatch(pattern, user.handle)
    user.full_clean()


@pytest.mark.django_db
def test_give_another_handle_when_it_was_taken_concurrently(member, monkeypatch):
    found = iter(["member", "river-12345"])
    monkeypatch.setattr(names, "suggested_handle", lambda name: next(found))

    assert names.give_handle(UserFactory(handle="")).handle == "river-12345"


def test_have_a_handle_after_signing_in(client, db):
    user = confirm(UserFactory(handle="", display_name="", email="amina.bello@example.org"))

    sign_in(client, user)

    handle = User.objects.get(pk=user.pk).handle
    assert re.fullmatch(r"[a-z]+-\d{5}", handle)
    assert "amina" not in handle


@pytest.mark.django_db
def test_find_members_by_handle_without_reading_all():
    with connection.cursor() as cursor:
        # The table of a test is so small that it would be read as a whole.
        cursor.execute("SET LOCAL enable_seqscan = off")
    for found in ({"handle": "amina"}, {"handle__in": ["amina"]}, {"handle__startswith": "am"}):
        assert "user_handle" in User.objects.filter(**found).explain()
