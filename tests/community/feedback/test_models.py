import pytest
from django.db import IntegrityError
from django.utils import timezone

from community.models import PageFeedback
from tests.factories import TranslationReportFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"language": "en"}, "feedback_report_is_translation"),
        ({"language": ""}, "feedback_report_is_translation"),
        ({"text": ""}, "feedback_report_is_translation"),
        ({"quoted": ""}, "feedback_report_has_text"),
        ({"by": None}, "feedback_report_has_text"),
        ({"status": "done"}, "feedback_done_has_date"),
        ({"done_at": timezone.now()}, "feedback_done_has_date"),
        ({"status": ""}, "feedback_done_has_date"),
    ],
)
def test_refuse_wrong_reports(values, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        TranslationReportFactory(**values)


def test_refuse_a_text_twice():
    first = TranslationReportFactory(text="Save" * 2000)
    same = {"by": first.by, "text": first.text}
    TranslationReportFactory(text=first.text)
    for other in ({"language": "es"}, {"context": "tag"}, {"is_message": False}):
        TranslationReportFactory(**same | other)
    with pytest.raises(IntegrityError, match="feedback_translation_once"):
        TranslationReportFactory(**same)


@pytest.mark.parametrize(
    "values", [{"answer": ""}, {"answer": "x"}, {"kind": "x"}, {"language": "fr"}, {"text": "x"}]
)
def test_refuse_wrong_feedback_about_a_page(values):
    with pytest.raises(IntegrityError, match="feedback_about_page_is_anonymous"):
        PageFeedback.objects.create(**{"page": "/cases/", "answer": "no"} | values)


def test_store_nobody_with_feedback_about_a_page():
    with pytest.raises(IntegrityError, match="feedback_about_page_is_anonymous"):
        PageFeedback.objects.create(page="/cases/", answer="no", by=UserFactory())
