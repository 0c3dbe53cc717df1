"""The content of the yearly report, and the accessibility of its PDF."""

import sys
from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from partnerships.figures.periods import Period
from partnerships.figures.yearly import yearly
from repository.models import Goal
from tests.factories import (
    CaseStudyFactory,
    MatchFactory,
    PartnershipFactory,
    PartnershipRequestFactory,
    ThemeFactory,
)
from tests.page import Page, page_of

pytestmark = pytest.mark.django_db

MARCH = datetime(2021, 3, 9, 9, tzinfo=UTC)
BEFORE = datetime(2020, 12, 31, 23, tzinfo=UTC)
YEAR = Period(date(2021, 1, 1), date(2021, 12, 31))
DAY = date(2026, 11, 25)


def write(folder, period: str = "2021", **options) -> list[str]:
    """Write the report; the names of the files."""
    call_command("yearly_report", period, output=folder, verbosity=0, **options)
    return sorted(path.name for path in folder.iterdir())


def report(path) -> Page:
    return page_of(path.read_text(encoding="utf-8"))


@pytest.fixture
def year():
    """A year with rows that belong in the report and others that do not."""
    themes = [ThemeFactory(name="Trade")]
    CaseStudyFactory(published=True, published_at=MARCH, title="Rail & ports", themes=themes)
    CaseStudyFactory(published=True, published_at=BEFORE, title="Too early")
    CaseStudyFactory(title="A draft of March")
    asked = PartnershipRequestFactory(opened=True, opened_at=MARCH)
    asked.goals.set([Goal.objects.get_or_create(number=8)[0]])
    PartnershipRequestFactory(opened=True, opened_at=BEFORE)
    MatchFactory(introduced=True, introduced_at=MARCH)
    hidden = PartnershipRequestFactory(opened=True, opened_at=MARCH, visibility="brokers")
    MatchFactory(introduced=True, introduced_at=MARCH, request=hidden)
    PartnershipFactory(title="Hidden", is_public=False, agreed_on=date(2021, 5, 2))
    done = {
        "status": "completed",
        "agreed_on": date(2020, 5, 1),
        "started_on": date(2020, 6, 1),
        "ended_on": date(2021, 6, 1),
    }
    PartnershipFactory(title="Completed", baseline="20 days", outcome="Three days.", **done)
    PartnershipFactory(title="Hidden", outcome="Nobody knows.", is_public=False, **done)
    PartnershipFactory(title="New one", agreed_on=date(2021, 5, 2))


@pytest.mark.usefixtures("year")
def test_report_on_the_period_only():
    found = yearly(YEAR, on=DAY)
    assert [case.title for case in found.cases] == ["Rail & ports"]
    assert [row.partnership.title for row in found.agreed] == ["New one"]
    assert [row.partnership.title for row in found.completed] == ["Completed"]
    # The request of the introduction was opened today.
    assert [row[-1] for row in found.headline.rows] == [1, 1, 1, 1, 0]
    tables = {table.key: table.rows for table in found.tables}
    assert tables["case-themes"] == (("Trade", 1),)
    assert tables["goals"] == (("8. Decent work and economic growth", 1),)


@pytest.mark.usefixtures("year")
def test_write_both_files(tmp_path):
    names = write(tmp_path / "new" / "folder")
    assert names == ["yearly-report-2021-en.html", "yearly-report-2021-en.pdf"]
    page = report(tmp_path / "new" / "folder" / names[0])
    for hidden in ("Hidden", "Nobody knows", "A draft", "Too early"):
        assert hidden not in page.html
    assert [entry.text for entry in page.select(".entry h3")] == [
        "Rail & ports",
        "New one",
        "Completed",
    ]
    assert page.select(".entry")[-1].lines[-2:] == [
        "Baseline: 20 days",
        "Outcome: Three days.",
    ]


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize(
    ("language", "title", "heading"),
    [
        ("en", "Report of South-South City Exchange: 2021", "New cases"),
        ("fr", "Rapport de South-South City Exchange\u00a0: 2021", "Nouvelles études de cas"),
    ],
)
def test_write_an_accessible_pdf(tmp_path, language, title, heading):
    write(tmp_path, language=language)
    reader = PdfReader(tmp_path / f"yearly-report-2021-{language}.pdf")
    root = reader.trailer["/Root"]
    assert (root["/Lang"], reader.metadata.title) == (language, title)
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - an object of PDF
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data() or (
        b'pdfuaid:part="1"' in root["/Metadata"].get_data()
    )
    kinds = kinds_of(root["/StructTreeRoot"])
    assert {"/H1", "/H2", "/H3", "/P", "/Table", "/TH", "/TD", "/Link"} <= kinds
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert heading in text
    assert "Three days." in text


def kinds_of(element, found=None) -> set[str]:
    """Return the types of all elements in the structure tree."""
    found = set() if found is None else found
    element = element.get_object()
    if isinstance(element, list):
        for one in element:
            kinds_of(one, found)
    elif isinstance(element, dict):
        if "/S" in element:
            found.add(element["/S"])
        if "/K" in element:
            kinds_of(element["/K"], found)
    return found


def test_write_a_report_of_nothing(tmp_path):
    names = write(tmp_path, "2021-02-01/2021-02-28", html_only=True)
    assert names == ["yearly-report-2021-02-01_2021-02-28-en.html"]
    page = report(tmp_path / names[0])
    assert page.select(".entry") == []
    assert page.lines.count("None in this period.") == 3


@pytest.mark.parametrize(
    ("period", "sentence"),
    [
        ("soon", "“soon” is not a period."),
        ("2021-13-01/2021-12-01", "“2021-13-01/2021-12-01” is not a period."),
        ("0000", "“0000” is not a period."),
        ("1999", "“1999” begins before 2000."),
        ("2998", "“2998” ends in the future"),
        ("2021-06-30/2021-01-01", "“2021-06-30/2021-01-01” ends before it begins."),
    ],
)
def test_refuse_an_invalid_period(tmp_path, period, sentence):
    with pytest.raises(CommandError) as refused:
        write(tmp_path, period)
    assert str(refused.value).startswith(sentence)
    assert list(tmp_path.iterdir()) == []


def test_refuse_a_folder_that_cannot_be_written(tmp_path):
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(CommandError, match="Can’t write to"):
        call_command("yearly_report", "2021", output=file, html_only=True)


def test_name_the_requirements_of_the_pdf(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(CommandError, match=r"requirements/report\.lock"):
        write(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert len(write(tmp_path, html_only=True)) == 1


def test_escape_markup_in_titles(tmp_path):
    """WeasyPrint would fetch the URLs of images."""
    CaseStudyFactory(published=True, published_at=MARCH, title='<img src="file:///etc/passwd">')
    write(tmp_path)
    html = (tmp_path / "yearly-report-2021-en.html").read_text(encoding="utf-8")
    assert "<img" not in html
    assert "&lt;img" in html
