"""Forms say who can see an answer; these are those who do."""

import re

import pytest
from django.utils import timezone

from community.accounts.forms import SignupForm
from community.models import Audience, Membership, Registration, Survey, SurveyAnswer
from community.profiles.forms import MembershipForm, VerificationForm
from community.webinars.registrations.forms import RegistrationForm
from community.webinars.speakers.forms import SpeakingForm
from community.webinars.surveys.forms import SurveyForm
from tests.desk_client import DeskClient
from tests.factories import CountryFactory, SpeakerFactory, UserFactory, WebinarFactory

pytestmark = pytest.mark.django_db

SECRET = "zanzibar"
ADDRESS = f"{SECRET}@example.org"
NAMED = {
    "Only administrators": {"administrator"},
    "Only moderators and administrators": {"moderator", "administrator"},
}


def account():
    return f"user/{UserFactory(email=ADDRESS).pk}/change/"


def member_of_a_webinar():
    moments = {"placed_at": timezone.now(), "time_zone": "UTC"}
    member = UserFactory(email=ADDRESS)
    Registration.objects.create(
        webinar=WebinarFactory(), member=member, status="registered", **moments
    )
    return "registration/"


def guest():
    moments = {"placed_at": timezone.now(), "time_zone": "UTC"}
    who = {"name": "Afi", "email": ADDRESS}
    Registration.objects.create(webinar=WebinarFactory(), status="registered", **who, **moments)
    return "registration/"


def survey_partner():
    now = timezone.now()
    survey = Survey.objects.create(webinar=WebinarFactory(), opened_at=now, closes_at=now, seats=5)
    answer = SurveyAnswer.objects.create(
        survey=survey,
        is_member=False,
        country=CountryFactory(),
        attended="live",
        knowledge="much",
        collaborate="yes",
        brokered="yes",
        partner=SECRET,
        answered_at=now,
    )
    return f"surveyanswer/{answer.pk}/change/"


def part_of_a_profile():
    member = UserFactory()
    made = Membership.objects.create(
        member=member, organization=SECRET, organization_shown=Audience.NOBODY
    )
    return f"membership/{made.pk}/change/"


def correction():
    speaker = SpeakerFactory(correction=SECRET, email="speaker@example.org")
    return f"/admin/repository/speaker/{speaker.pk}/change/"


def verification():
    member = UserFactory()
    asked = {"kind": "policymaker", "proof": SECRET, "asked_at": timezone.now()}
    Membership.objects.create(member=member, **asked)
    return f"/admin/review/member/{member.pk}/"


def help_of(form, name: str) -> str:
    return str(form.base_fields[name].help_text)


PROMISES = [
    (account, str(SignupForm.help_texts["email"])),
    (member_of_a_webinar, str(SignupForm.help_texts["email"])),
    (guest, help_of(RegistrationForm, "email")),
    (survey_partner, help_of(SurveyForm, "partner")),
    (correction, help_of(SpeakingForm, "correction")),
    (verification, help_of(VerificationForm, "proof")),
]


def readers(path: str, people: dict) -> set[str]:
    """Those of the people who find the secret at a page of the staff desk."""
    found = set()
    for name, person in people.items():
        client = DeskClient()
        client.force_login(person)
        if SECRET in client.get(path if path[0] == "/" else f"/admin/community/{path}").text:
            found.add(name)
    return found


@pytest.fixture
def people(member, moderator, broker, administrator):
    return {
        "member": member,
        "moderator": moderator,
        "broker": broker,
        "administrator": administrator,
    }


@pytest.mark.parametrize(
    ("made", "promise"), PROMISES, ids=[made.__name__ for made, _promise in PROMISES]
)
def test_show_what_was_promised_to_nobody_else(made, promise, people):
    [who] = [who for who in NAMED if re.search(rf"\b{who} can (see|read)", promise)]
    assert readers(made(), people) == NAMED[who]


def test_name_the_staff_who_see_what_members_show_to_nobody(people):
    assert readers(part_of_a_profile(), people) == {"moderator", "administrator"}
    member = people["member"]
    form = MembershipForm(instance=Membership(member=member))
    choices = dict(form.fields["organization_shown"].choices)
    assert choices[Audience.NOBODY] == "Only me, moderators and administrators"
