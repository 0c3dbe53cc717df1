"""The desk shows each person what they may see, in groups."""

import pytest
from django.contrib import admin
from django.test import RequestFactory

from config.admin_site import DESK

pytestmark = pytest.mark.django_db


def desk_of(person):
    request = RequestFactory().get("/admin/")
    request.user = person
    return {
        str(group["name"]): [row["object_name"] for row in group["models"]]
        for group in admin.site.get_app_list(request)
    }


def test_desk_names_all_nouns_but_those_of_the_system(administrator):
    grouped = desk_of(administrator)
    assert list(grouped) == [str(name) for name, _key, _labels in DESK] + ["System"]
    assert grouped["System"] == ["DBTaskResult"]
    assert grouped["Webinars"] == ["Series", "Webinar", "Speaker"]


def test_desk_of_a_moderator_has_no_members(moderator):
    assert list(desk_of(moderator)) == ["Collection", "Places", "Webinars", "Vocabulary"]


def test_desk_of_one_app_is_left_as_it_is(administrator):
    request = RequestFactory().get("/admin/repository/")
    request.user = administrator
    assert [app["app_label"] for app in admin.site.get_app_list(request, "repository")] == [
        "repository"
    ]
