import re
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from partnerships.figures.periods import Period
from partnerships.figures.yearly import yearly

DAY = r"\d{4}-\d{2}-\d{2}"
# There is no data before this year.
FIRST_YEAR = 2000


class Command(BaseCommand):
    help = "Write the report for a year or another period as HTML and PDF."

    def add_arguments(self, parser):
        parser.add_argument(
            "period", help="a year, like 2026, or two days, like 2026-01-01/2026-06-30"
        )
        parser.add_argument("--output", type=Path, required=True, help="the folder to write into")
        languages = [code for code, _name in settings.LANGUAGES]
        parser.add_argument("--language", choices=languages, default="en")
        parser.add_argument("--html-only", action="store_true", help="don’t create a PDF")

    def handle(self, *, period: str, output: Path, language: str, html_only: bool, **options):
        asked = read_period(period)
        write_pdf = None if html_only else printer()
        with translation.override(language):
            html = page(asked, period)
        name = f"yearly-report-{period.replace('/', '_')}-{language}"
        try:
            output.mkdir(parents=True, exist_ok=True)
            written = [output / f"{name}.html"]
            written[0].write_text(html, encoding="utf-8")
            if write_pdf:
                written.append(output / f"{name}.pdf")
                written[1].write_bytes(write_pdf(html))
        except OSError as error:
            raise CommandError(f"Can’t write to {output}: {error.strerror}.") from None
        for path in written:
            self.stdout.write(f"Written: {path}")


def read_period(text: str) -> Period:
    """Parse a year or two days; the current year ends today. CommandError if invalid."""
    today = timezone.localdate()
    try:
        if re.fullmatch(r"\d{4}", text):
            first, last = date(int(text), 1, 1), min(date(int(text), 12, 31), today)
        elif re.fullmatch(f"{DAY}/{DAY}", text):
            first, last = map(date.fromisoformat, text.split("/"))
        else:
            raise ValueError
    except ValueError:
        raise CommandError(
            f"“{text}” is not a period. Enter a year, like 2026, or two days, like "
            "2026-01-01/2026-06-30."
        ) from None
    if first > today or last > today:
        raise CommandError(f"“{text}” ends in the future. Enter a period up to today, {today}.")
    if first.year < FIRST_YEAR:
        raise CommandError(f"“{text}” begins before {FIRST_YEAR}.")
    if first > last:
        raise CommandError(f"“{text}” ends before it begins.")
    return Period(first, last)


def page(period: Period, name: str) -> str:
    """Return the report as a self-contained HTML file, in the active language."""
    title = _("Report of South-South City Exchange: %(period)s") % {
        "period": name.replace("/", " – ")
    }
    year = yearly(period, on=timezone.localdate())
    context = {"title": title, "year": year, "site": settings.SITE_URL}
    return render_to_string("partnerships/figures/yearly_report.html", context)


def printer():
    """Return a function that converts HTML to tagged PDF; CommandError if it is not installed."""
    try:
        # An optional dependency, as most sites never print reports.
        from weasyprint import HTML
    except (ImportError, OSError):
        raise CommandError(
            "WeasyPrint and Pango, which create the PDF, are not both installed. Install "
            "requirements/report.lock and the packages named in docs/operations/daily.md, or add "
            "--html-only."
        ) from None

    def write(html: str) -> bytes:
        document = HTML(string=html, url_fetcher=refuse)
        return document.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)

    return write


def refuse(url: str, *_arguments, **_options):
    """Refuse all URLs: the report is self-contained, and user text must not trigger requests."""
    raise ValueError(f"The report must not load anything: {url}")
