import pytest
from django.conf import settings

from repository.models import InterfaceReview
from tests.desk_client import DeskClient
from tests.page import page_of

pytestmark = pytest.mark.django_db
URL = "/admin/repository/interfacereview/add/"


@pytest.fixture
def desk(moderator):
    client = DeskClient()
    client.force_login(moderator)
    return client


def test_record_a_review(desk):
    codes = page_of(desk.get(URL)).select("select[name=language] option")
    assert [option["value"] for option in codes][1:] == [
        code for code, _name in settings.LANGUAGES if code != "en"
    ]
    desk.post(URL, {"language": "fr", "reviewed_on": "2026-11-20"})
    review = InterfaceReview.objects.get()
    assert (review.language, str(review.reviewed_on)) == ("fr", "2026-11-20")


@pytest.mark.parametrize("language", ["en", "xx", ""])
def test_refuse_other_languages(desk, language):
    desk.post(URL, {"language": language, "reviewed_on": "2026-11-20"})
    assert not InterfaceReview.objects.exists()
