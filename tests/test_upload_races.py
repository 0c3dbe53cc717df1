"""The same form with a file, sent ten times at once, is one file and one message."""

import threading

import pytest
from django.contrib.messages import get_messages
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from community.models import Attachment, Notification
from community.webinars.speakers import actions as speakers_actions
from partnerships.agreements import recording
from partnerships.models import RecordedAgreement, Representation, SpaceFile
from partnerships.representation import actions as representation_actions
from partnerships.requests import drafts as requests_drafts
from repository.workflow import ActionRefused
from tests.community.writing.drafts.cases import as_user
from tests.factories import CaseStudyFactory, CityFactory, SpeakerFactory, UserFactory
from tests.factories.partnerships import PartnershipRequestFactory
from tests.files import PDF, picture
from tests.partnerships.matches.pairs import pair

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 10


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def at_once(attempt) -> list:
    """What ten threads get that make the same attempt at the same moment."""
    connection.close()
    ready, outcomes = threading.Barrier(AT_ONCE), []

    def run():
        ready.wait(timeout=120)
        try:
            outcomes.append(attempt())
        except ActionRefused as refusal:
            outcomes.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert len(outcomes) == AT_ONCE
    return outcomes


def sent_at_once(member, path: str, content: bytes, **fields) -> list[tuple[int, str]]:
    """What browsers are told each time."""
    browsers = [as_user(member) for _number in range(AT_ONCE)]

    def send():
        sent = {"file": SimpleUploadedFile("file", content)} | fields
        response = browsers.pop().post(path, sent)
        return response.status_code, *map(str, get_messages(response.wsgi_request))

    return at_once(send)


def files_in(folder: str) -> int:
    return len(default_storage.listdir(folder)[1])


def test_attach_once():
    member = UserFactory()
    CaseStudyFactory(slug="rail", authors=[member])
    answers = sent_at_once(member, "/cases/rail/files/add/", picture(), caption="The yard")
    assert answers == [(302, "File attached.")] * AT_ONCE
    assert Attachment.objects.count() == 1
    assert files_in("attachments") == 1


def test_share_once():
    both = pair(introduced=True)
    path = f"{both.match.get_absolute_url()}files/"
    answers = sent_at_once(both.asked, path, PDF, title="Programme")
    assert answers == [(302, "File shared.")] * AT_ONCE
    assert SpaceFile.objects.count() == 1
    assert files_in("spaces") == 1
    assert Notification.objects.filter(event="space.file").count() == 1


def pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.pdf", PDF)


def test_ask_to_speak_for_a_city_once():
    member, city = UserFactory(), CityFactory()
    asked = at_once(
        lambda: representation_actions.ask(place=city, position="Head", by=member, letter=pdf())
    )
    assert len({row.pk for row in asked}) == 1
    assert (Representation.objects.count(), files_in("letters")) == (1, 1)


def test_record_an_agreement_once():
    both = pair(introduced=True)
    outcomes = at_once(
        lambda: recording.record(
            match=both.match,
            title="Village shops",
            agreed_on=timezone.localdate(),
            agreement_kind="memorandum",
            by=both.asked,
            agreement=pdf(),
        )
    )
    assert len([made for made in outcomes if isinstance(made, RecordedAgreement)]) >= 1
    assert (RecordedAgreement.objects.count(), files_in("recorded")) == (1, 1)


def test_attach_one_letter_of_endorsement():
    both = pair()
    partnership_request = PartnershipRequestFactory(
        city=both.match.request.city, created_by=both.asking
    )
    at_once(
        lambda: requests_drafts.attach_letter(
            partnership_request=partnership_request, upload=pdf(), by=both.asking
        )
    )
    partnership_request.refresh_from_db()
    assert default_storage.exists(partnership_request.endorsement.name)
    assert files_in("endorsements") == 1


def test_keep_one_photo_of_a_speaker():
    speaker = SpeakerFactory(email="ana@example.org")
    photo = picture()

    def save():
        data = speakers_actions.SpeakerInput(
            bio="",
            shows_profile=True,
            correction="",
            photo=SimpleUploadedFile("me.jpg", photo),
        )
        speakers_actions.save_input(speaker=speaker, data=data)

    at_once(save)
    speaker.refresh_from_db()
    assert default_storage.exists(speaker.photo.name)
    assert files_in("speakers") == 1
