"""The same form with a file, sent ten times at once, is one file and one message."""

import threading

import pytest
from django.contrib.messages import get_messages
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from community.models import Attachment, Notification
from partnerships.models import SpaceFile
from tests.community.test_files import PDF, picture
from tests.community.writing import as_user
from tests.factories import CaseStudyFactory, UserFactory
from tests.partnerships.matches import pair

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 10


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def sent_at_once(member, path: str, content: bytes, **fields) -> list[str]:
    """What a browser is told each time: where it is led to, and the message there."""
    browsers = [as_user(member) for _number in range(AT_ONCE)]
    connection.close()
    ready, answers = threading.Barrier(AT_ONCE), []

    def send(browser):
        ready.wait(timeout=30)
        try:
            sent = {"file": SimpleUploadedFile("file", content)} | fields
            response = browser.post(path, sent)
            texts = [str(text) for text in get_messages(response.wsgi_request)]
            answers.append((response.status_code, *texts))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[browser]) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def test_attach_once():
    member = UserFactory()
    CaseStudyFactory(slug="rail", authors=[member])
    answers = sent_at_once(member, "/cases/rail/files/add/", picture(), caption="The yard")
    assert answers == [(302, "The file is attached.")] * AT_ONCE
    assert Attachment.objects.count() == 1
    assert len(default_storage.listdir("attachments")[1]) == 1


def test_share_once():
    both = pair(introduced=True)
    path = f"{both.match.get_absolute_url()}files/"
    answers = sent_at_once(both.asked, path, PDF, title="Programme")
    assert answers == [(302, "The file is shared.")] * AT_ONCE
    assert SpaceFile.objects.count() == 1
    assert len(default_storage.listdir("spaces")[1]) == 1
    assert Notification.objects.filter(event="space.file").count() == 1
