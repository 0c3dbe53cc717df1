import pytest
from django.contrib.auth.models import AnonymousUser

from repository import permissions
from repository.models import CaseStatus
from tests.factories import CaseStudyFactory, UserFactory


@pytest.fixture
def people(member, stranger, moderator, broker, administrator):
    return {
        "anonymous": AnonymousUser(),
        "author": member,
        "stranger": stranger,
        "staff without a role": UserFactory(staff=True),
        "broker": broker,
        "moderator": moderator,
        "administrator": administrator,
    }


def who(people, may):
    return [name for name, person in people.items() if may(person)]


@pytest.mark.parametrize("status", CaseStatus.values)
def test_preview_by_status(status, people):
    case = CaseStudyFactory(
        archived=True, status=status, authors=[people["author"]], archived_reason="Gone."
    )
    public = status in {"published", "archived"}
    assert who(people, lambda person: permissions.can_preview(person, case)) == (
        list(people) if public else ["author", "moderator", "administrator"]
    )


def test_edit_by_role(people):
    case = CaseStudyFactory(authors=[people["author"]])
    assert who(people, lambda person: permissions.can_edit(person, case)) == [
        "moderator",
        "administrator",
    ]


def test_publish_by_role(people):
    assert who(people, permissions.can_publish) == ["moderator", "administrator"]
