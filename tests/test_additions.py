"""What a new field, page or table needs elsewhere: each failure names the file to edit.

See docs/recipes.md.
"""

import inspect
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, models
from django.urls import reverse

from repository.api import schemas
from repository.cases.models import SECTIONS
from repository.cases.resources import CaseStudyResource
from repository.models import CaseStudy, City, Practice, Speaker, Webinar
from repository.pages import sitemaps
from repository.people.resources import SpeakerResource
from repository.places.resources import CityResource
from tests.collection import PUBLIC_PAGES
from tests.permissions.answers import patterns
from tests.permissions.table import PUBLIC, TABLE

# Fields that a sheet lacks, with the reason.
NOT_IN_SHEETS = {
    "id": "rows are identified by their slug",
    "created_at": "never changes",
    "updated_at": "set with each change",
    "is_sample": "invented objects are made by the sample data only",
    "rendered": "made of the Markdown",
    "questions": "written with the series, for the search",
    "archived_reason": "given with the action that archives",
    **dict.fromkeys(
        ["bio", "correction", "email", "photo", "shows_profile"], "the speaker’s own, with consent"
    ),
}
# Fields that the API does not give, with the reason or the name that it has there.
NOT_IN_API = {
    "id": "objects are identified by their slug",
    "created_at": "published_at says when readers could first read it",
    "updated_at": "changes that no reader sees change it too",
    "is_sample": "the API has real objects only",
    "rendered": "HTML of this site; the API gives the Markdown",
    "questions": "written for the search",
    **dict.fromkeys(SECTIONS, "sections"),
    "archived_reason": "what is archived is gone",
    "status": "the API has what is public",
    "series": "of the webinars of a case",
    "verified_at": "last_checked",
    "working_languages": "languages",
    "spelling_languages": "for pages: the API gives the names in all languages",
    "geoname_id": "from a library that may renumber",
    **dict.fromkeys(
        ["has_air_hub", "has_dry_port", "has_rail_hub", "has_sea_port"], "for matching"
    ),
    "cancelled_because": "on the page of the webinar",
    "capacity": "on the page of the webinar",
    "meeting_link": "for those who registered",
    "recording": "opened through the page of the webinar",
    "slides": "opened through the page of the webinar",
    "downloads": "a count for editors",
    "views": "a count for editors",
    "tags": "of cases only",
}
# Texts that the search does not find, with the reason.
NOT_SEARCHED = {
    "archived_reason": "what is archived is not found",
    "source": "names the report, which all cases of a series share",
    "population_source": "not about the city",
    "bio": "members see who a speaker is on the profile",
    "correction": "read by staff",
    "email": "private",
    "cancelled_because": "of one day",
    "meeting_link": "private",
    "recording": "an address",
    "slides": "an address",
    "time_zone": "not about the webinar",
}
# Public addresses that are no pages for readers, with the reason.
NO_PAGES = {
    "community:webinar_feed": "a calendar",
    "repository:case_feed": "a feed",
}
# Pages that search engines need not list, with the reason.
NOT_LISTED = {"repository:search": "a search of the same pages"}


def file_of(thing) -> str:
    return str(Path(inspect.getfile(thing)).relative_to(settings.BASE_DIR))


def report(missing: Iterable[str]) -> None:
    """Fail with one line for each addition that is missing."""
    if lines := list(missing):
        pytest.fail("\n".join(lines), pytrace=False)


def fields_of(model) -> list[models.Field]:
    return [field for field in model._meta.get_fields() if field.concrete]


@pytest.mark.parametrize("resource", [CaseStudyResource, CityResource, SpeakerResource])
def test_import_and_export_each_field(resource):
    columns = {field.attribute for field in resource.fields.values()}
    missing = {field.name for field in fields_of(resource._meta.model)} - columns
    report(
        f"add {name} to {resource.__name__} in {file_of(resource)}"
        for name in sorted(missing - NOT_IN_SHEETS.keys())
    )


@pytest.mark.parametrize(
    ("model", "schema"),
    [
        (CaseStudy, schemas.CaseDetail),
        (City, schemas.CityDetail),
        (Practice, schemas.PracticeDetail),
        (Webinar, schemas.WebinarDetail),
    ],
)
def test_give_each_field_in_the_api(model, schema):
    missing = {field.name for field in fields_of(model)} - schema.model_fields.keys()
    report(
        f"add {name} to {schema.__name__} in {file_of(schema)} and to repository/api/endpoints.py"
        for name in sorted(missing - NOT_IN_API.keys())
    )


SEARCHED = """
SELECT DISTINCT attrelid::regclass::text, attname
FROM pg_depend
JOIN pg_rewrite ON pg_rewrite.oid = objid AND ev_class = 'repository_searchable'::regclass
JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
"""


@pytest.mark.django_db
@pytest.mark.parametrize("model", [CaseStudy, City, Practice, Speaker, Webinar])
def test_find_each_text(model):
    with connection.cursor() as cursor:
        cursor.execute(SEARCHED)
        searched = {name for table, name in cursor.fetchall() if table == model._meta.db_table}
    texts = {
        field.column
        for field in fields_of(model)
        if isinstance(field, models.CharField | models.TextField) and not field.choices
    }
    report(
        f"add {name} of {model._meta.label} to repository/sql/search_2_entries.sql"
        for name in sorted(texts - searched - NOT_SEARCHED.keys())
    )


# Pages


def public_pages() -> dict[str, str]:
    """The addresses of public pages without arguments, by name."""
    apps = ("repository:", "community:", "partnerships:")
    return {
        name: reverse(name)
        for name, route in patterns()
        if name.startswith(apps) and TABLE.get(name) == PUBLIC and "<" not in route
        if name not in NO_PAGES
    }


def test_open_each_public_page_in_the_tests():
    known = {path.partition("?")[0] for path in PUBLIC_PAGES}
    report(
        f"add {path} to PUBLIC_PAGES in tests/collection.py"
        for path in public_pages().values()
        if path not in known
    )


@pytest.mark.django_db
def test_list_each_public_page_for_search_engines():
    listed = {f"repository:{page.name}" for page in sitemaps.PageSitemap().items()}
    report(
        f"add {name} to PageSitemap in repository/pages/sitemaps.py"
        for name in public_pages()
        if name.startswith("repository:") and name not in listed | NOT_LISTED.keys()
    )


def test_recipes_name_files_of_this_project():
    recipes = (settings.BASE_DIR / "docs" / "recipes.md").read_text()
    named = re.findall(r"`([\w.]+/[\w./]*)`", recipes)
    assert len(named) > 20
    assert [name for name in named if not (settings.BASE_DIR / name).exists()] == []
