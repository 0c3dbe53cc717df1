from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from repository.loading.entries import SeriesError
from repository.loading.kinds import MODELS
from repository.loading.reading import read_series
from repository.models import Country, SitePage, SiteTopic
from repository.site_pages import loading as site_pages
from repository.translations.kinds import kinds
from repository.translations.loading import export, translated_languages


class Command(BaseCommand):
    help = (
        "Write the texts of a series that has been loaded, or those of the pages about the site, "
        "into the PO files of the folder, for translation. Translations that are there are kept; "
        "those of texts that have changed are left out."
    )

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path, help="the folder, for example repository/content/…")

    def handle(self, *, path: Path, **options):
        if path.resolve() == site_pages.FOLDER:
            by_topic = SitePage.objects.in_bulk(field_name="topic")
            rows = {"page": [by_topic[topic] for topic in SiteTopic.values if topic in by_topic]}
        else:
            rows = rows_of_series(path)
        for language in translated_languages():
            for written in export(path, rows, language):
                self.stdout.write(str(written))


def rows_of_series(path: Path) -> dict[str, list[Any]]:
    """Return the objects of a series folder by kind."""
    try:
        content = read_series(path, countries=set(Country.objects.values_list("iso2", flat=True)))
    except SeriesError as error:
        raise CommandError(str(error)) from None
    keys = {MODELS[name][0]: (MODELS[name][1], found) for name, found in content.entries.items()}
    keys[MODELS["series"][0]] = ("slug", {content.series["slug"]: content.series})
    rows = {}
    for kind in kinds:
        if kind.model in keys:
            field, found = keys[kind.model]
            # In the order of the files.
            by_key = {
                getattr(row, field): row
                for row in kind.model._default_manager.filter(**{f"{field}__in": list(found)})
            }
            rows[kind.name] = [by_key[key] for key in found if key in by_key]
    return rows
