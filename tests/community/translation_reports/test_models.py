import pytest
from django.db import IntegrityError
from django.utils import timezone

from tests.factories import ReportedTextFactory, TranslationReportFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"language": "en"}, "reported_text_is_translation"),
        ({"text": ""}, "reported_text_has_text"),
        ({"status": "done"}, "reported_text_done_has_date"),
        ({"done_at": timezone.now()}, "reported_text_done_has_date"),
        ({"status": "lost"}, "reported_text_done_has_date"),
    ],
)
def test_refuse_wrong_texts(values, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        ReportedTextFactory(**values)


def test_refuse_a_text_twice():
    ReportedTextFactory(text="Save" * 2000)
    ReportedTextFactory(text="Save" * 2000, language="es")
    ReportedTextFactory(text="Save" * 2000, context="tag")
    ReportedTextFactory(text="Save" * 2000, is_message=False)
    with pytest.raises(IntegrityError, match="reported_text_once"):
        ReportedTextFactory(text="Save" * 2000)


def test_refuse_a_report_without_text():
    with pytest.raises(IntegrityError, match="translation_report_has_text"):
        TranslationReportFactory(quoted="")


def test_refuse_two_reports_of_one_member():
    report = TranslationReportFactory()
    with pytest.raises(IntegrityError, match="translation_report_once"):
        TranslationReportFactory(text=report.text, by=report.by)
