"""Sheets of cases, cities and speakers: out, in, and what is refused on the way."""

import csv
import io
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from repository.history.object_history import History
from repository.models import CaseStudy, City, Speaker
from tests import factories
from tests.page import page_of
from tests.races import race

pytestmark = pytest.mark.django_db

CSV, XLSX = "0", "1"


def address(model, page):
    return reverse(f"admin:repository_{model._meta.model_name}_{page}")


def choose(client, model, content, name="sheet.csv"):
    """Choose a file and see what it would do."""
    if isinstance(content, str):
        content = content.encode()
    return client.post(
        address(model, "import"),
        {"import_file": SimpleUploadedFile(name, content), "resource": "0"},
    )


def confirm(client, model, response, **changes):
    form = response.context["confirm_form"]
    return client.post(
        address(model, "process_import"),
        {name: form[name].value() for name in form.fields} | changes,
        follow=True,
    )


def export(client, model, file_format, query=""):
    return client.post(address(model, "export") + query, {"resource": "0", "format": file_format})


def rows_of(response):
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def counted(response) -> list[int]:
    """The numbers of new, changed and unchanged rows in the message after an import."""
    [message] = page_of(response).messages
    return [int(number) for number in re.findall(r"\d+", message)]


def wrong(response):
    """The errors of a preview as (row, column, words); those of the whole file as words."""
    result = response.context.get("result")
    if result is None:
        return [str(error) for error in response.context["form"].errors["import_file"]]
    return [str(error.error) for error in result.base_errors] or [
        (row, column, str(words)) for row, column, words in response.context["rows_with_errors"]
    ]


def cells(response) -> list[tuple[int, str]]:
    """The row and the column of each error of a preview."""
    return [(row, column) for row, column, _words in wrong(response)]


@pytest.fixture
def moderated(client, moderator):
    client.force_login(moderator)
    return client


@pytest.fixture
def full_case():
    city = factories.CityFactory(slug="zhengzhou")
    return factories.CaseStudyFactory(
        slug="rail",
        title="Rail",
        published=True,
        series=factories.SeriesFactory(slug="series-2020"),
        cities=[city],
        countries=[city.country],
        organizations=[factories.OrganizationFactory(slug="itc")],
        themes=[factories.ThemeFactory(slug="z-logistics"), factories.ThemeFactory(slug="a-trade")],
        goals=[8, 17],
        practices=[factories.PracticeFactory(slug="consolidation")],
        webinars=[factories.WebinarFactory(slug="webinar-7")],
        speakers=[factories.SpeakerFactory(slug="sun-qi")],
        references=[factories.ReferenceFactory(key="li-2020")],
        tags=["port", "rail, road"],
        results='=cmd|" /C calc"!A0',
        lessons="-12 days, and\na second line",
        advice="Written in\r\na browser.",
    )


@pytest.mark.parametrize("model", [CaseStudy, City, Speaker], ids=lambda m: m._meta.model_name)
@pytest.mark.parametrize(("file_format", "ending"), [(CSV, "csv"), (XLSX, "xlsx")])
def test_import_what_was_exported_changes_nothing(model, file_format, ending, moderated, full_case):
    factories.CityFactory(
        slug="recife",
        names={"zh": "累西腓"},
        latitude=-8.05,
        longitude=-34.9,
        population=1_600_000,
        population_source="GeoNames",
        has_sea_port=True,
        has_air_hub=False,
        working_languages=["pt", "en"],
    )
    factories.SpeakerFactory(slug="quan-zhao", aliases=["Zhao, Quan", "+49"])
    before = {made.pk: len(History(made)) for made in model.objects.all()}
    exported = export(moderated, model, file_format)
    response = choose(moderated, model, exported.content, f"sheet.{ending}")
    assert {**response.context["result"].totals} == {
        "new": 0,
        "update": 0,
        "delete": 0,
        "skip": model.objects.count(),
        "error": 0,
        "invalid": 0,
    }
    response = confirm(moderated, model, response)
    count = model.objects.count()
    assert counted(response) == [0, 0, count]
    assert {made.pk: len(History(made)) for made in model.objects.all()} == before


def test_export_writes_natural_keys_and_no_formula(moderated, full_case):
    response = export(moderated, CaseStudy, CSV)
    assert response["Content-Type"] == "text/csv"
    assert re.fullmatch(
        r'attachment; filename="case-studies-\d{4}-\d\d-\d\d\.csv"', response["Content-Disposition"]
    )
    row = rows_of(response)[0]
    assert {key: row[key] for key in ("cities", "countries", "themes", "goals", "tags")} == {
        "cities": "zhengzhou",
        "countries": "CN",
        "themes": "z-logistics, a-trade",
        "goals": "17, 8",
        "tags": '"rail, road", port',
    }
    assert (row["status"], row["published_at"], row["verified_at"]) == (
        "published",
        "2021-03-01",
        "",
    )
    assert row["results"] == '\'=cmd|" /C calc"!A0'
    assert row["lessons"] == "'-12 days, and\na second line"
    sheet = load_workbook(io.BytesIO(export(moderated, CaseStudy, XLSX).content)).active
    assert "f" not in {cell.data_type for column in sheet for cell in column}


def test_export_names_the_columns_that_the_editors_added(moderated):
    factories.CaseStudyFactory(slug="reported", series=factories.SeriesFactory())
    factories.CaseStudyFactory(slug="contributed")
    rows = rows_of(export(moderated, CaseStudy, CSV))
    assert {row["slug"]: row["suggested_by_editors"] for row in rows} == {
        "reported": "preconditions, advice, goals",
        "contributed": "",
    }


def test_export_what_the_list_shows(moderated):
    factories.CityFactory(slug="here", name="Zhengzhou")
    factories.CityFactory(slug="there", name="Recife")
    assert [row["slug"] for row in rows_of(export(moderated, City, CSV, "?q=zheng"))] == ["here"]
    page = page_of(moderated.get(address(City, "export") + "?q=zheng"))
    assert "The file will have 1 row: everything in the list" in page.text


def test_export_with_a_query_that_is_none_goes_back_to_the_list(moderated):
    for method in (moderated.get, moderated.post):
        response = method(address(City, "export") + "?nonsense=1")
        assert (response.status_code, response.url) == (302, address(City, "changelist"))


def test_export_too_many_rows_is_refused(moderated, monkeypatch):
    monkeypatch.setattr("repository.desk.import_export.MAX_ROWS", 1)
    factories.CityFactory.create_batch(2)
    response = export(moderated, City, CSV)
    assert page_of(response).outcomes == ["error"]


@pytest.mark.parametrize("model", [CaseStudy, City, Speaker], ids=lambda m: m._meta.model_name)
def test_export_costs_the_same_for_one_row_and_three(model, moderated):
    make = {
        CaseStudy: lambda: factories.CaseStudyFactory(
            cities=[factories.CityFactory()], tags=["port"], themes=[factories.ThemeFactory()]
        ),
        City: factories.CityFactory,
        Speaker: lambda: factories.SpeakerFactory(organization=factories.OrganizationFactory()),
    }[model]
    costs = []
    for _ in range(2):
        make()
        export(moderated, model, CSV)
        with CaptureQueriesContext(connection) as queries:
            export(moderated, model, CSV)
        costs.append(len(queries))
        make()
    assert costs[0] == costs[1]


def test_import_new_and_changed_cases(moderated, moderator, full_case):
    sheet = (
        "slug,title,summary,themes,tags,solution\n"
        'rail,Rail and road,A new summary.,a-trade,"port, sea",\n'
        'new-case,New case,A summary.,"a-trade, z-logistics",sea,**One** window.\n'
    )
    response = choose(moderated, CaseStudy, sheet)
    page = page_of(response)
    (change,) = [each for each in page.select("dd") if "Rail" in each.text]
    assert change.text == "Rail → Rail and road"
    assert (change.one("del").text, change.one("ins").text) == ("Rail", "Rail and road")
    assert CaseStudy.objects.count() == 1
    assert counted(confirm(moderated, CaseStudy, response)) == [1, 1, 0]
    full_case.refresh_from_db()
    assert (full_case.title, full_case.solution, full_case.challenge) == (
        "Rail and road",
        "",
        "Parcels waited at the border.",
    )
    assert full_case.rendered["solution"] == ""
    assert [theme.slug for theme in full_case.themes.all()] == ["a-trade"]
    assert sorted(full_case.tags.names()) == ["port", "sea"]
    new = CaseStudy.objects.with_places_and_themes().get(slug="new-case")
    assert (new.status, new.published_at) == ("draft", None)
    assert new.rendered["solution"] == "<p><strong>One</strong> window.</p>\n"
    assert [theme.slug for theme in new.theme_list] == ["a-trade", "z-logistics"]
    assert [(change.by, change.verb) for change in History(new)[0:5]] == [("Moderator", "added")]
    assert LogEntry.objects.filter(user=moderator).count() == 2


def test_import_cities(moderated):
    factories.CountryFactory(iso2="BR")
    sheet = (
        "slug;name;country;latitude;longitude;population;population_source;has_sea_port;working_languages\n"
        "recife;Recife;BR;-8.05;-34.9;1600000;GeoNames;yes;pt; \n"
    ).replace("pt; ", '"pt; es"')
    response = confirm(moderated, City, choose(moderated, City, sheet))
    assert counted(response) == [1, 0, 0]
    city = City.objects.get(slug="recife")
    assert (city.name, city.country_id, city.latitude, city.longitude, city.population) == (
        "Recife",
        "BR",
        -8.05,
        -34.9,
        1_600_000,
    )
    assert (city.has_sea_port, city.has_air_hub, city.working_languages) == (
        True,
        None,
        ["pt", "es"],
    )


def test_import_shows_errors_by_row_and_column(moderated, full_case):
    sheet = (
        "slug,title,summary,cities,goals,status,series\n"
        "rail,Rail,A summary.,zhengzhou,8,published,series-2020\n"
        "bad slug,,A summary.,nowhere,18,published,none\n"
        'draft,Draft,A summary.,"here, there",,archived,\n'
    )
    response = choose(moderated, CaseStudy, sheet)
    assert cells(response) == [
        *[(3, "cities"), (3, "goals"), (3, "series"), (3, "slug"), (3, "status"), (3, "title")],
        *[(4, "cities"), (4, "status")],
    ]
    # Values that are not in the collection are quoted.
    told = " ".join(words for _row, _column, words in wrong(response))
    assert [value in told for value in ("“nowhere”", "“18”", "“none”", "“here”")] == [True] * 4
    assert "confirm_form" not in response.context
    words = "Nothing has been imported. Correct the file and choose it again."
    assert words in page_of(response).lines
    assert CaseStudy.objects.count() == 1


def test_import_shows_errors_of_cities(moderated):
    factories.CountryFactory(iso2="BR")
    factories.CityFactory(slug="taken", geoname_id=7)
    sheet = (
        "slug,name,country,latitude,longitude,population,population_source,has_sea_port,names,"
        "geoname_id,kind\n"
        "one,One,XX,north,1,many,,maybe,[1],,\n"
        "two,Two,BR,91,0,,,,,7,city\n"
        "three,Three,BR,nan,0,5,,,,,city\n"
    )
    assert cells(choose(moderated, City, sheet)) == [
        *[(2, "country"), (2, "has_sea_port"), (2, "kind"), (2, "latitude"), (2, "names")],
        *[(2, "population"), (3, "geoname_id"), (3, "latitude"), (4, ""), (4, "latitude")],
    ]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ('"郑州"', "Enter names by language code"),
        ('{"fr": {"a": 1}}', "Enter names by language code"),
        (r'{"zh": "\ud800"}', "Enter names by language code"),
        (r'{"zh": "\u0000"}', "Enter names by language code"),
        ("[" * 100_000, "Enter names by language code"),
        ("[" * 900 + "]" * 900, "Enter names by language code"),
        ("1" * 5_000, "Enter names by language code"),
        ('{"Klingon": "x"}', "“Klingon” is not a language code."),
        ('{"": "x"}', "Enter names by language code"),
    ],
    ids=["text", "object", "half", "nul", "deep", "deeper", "digits", "unknown", "empty"],
)
def test_import_shows_why_names_are_refused(names, words, moderated):
    factories.CountryFactory(iso2="BR")
    quoted = names.replace('"', '""')
    sheet = f'slug,name,country,kind,names\none,One,BR,city,"{quoted}"\n'
    ((row, column, told),) = wrong(choose(moderated, City, sheet))
    assert (row, column) == (2, "names")
    assert told.startswith(words)


def test_import_shows_unknown_language_codes(moderated):
    factories.CountryFactory(iso2="BR")
    sheet = "slug,name,country,kind,working_languages\none,One,BR,city,pt; Klingon\n"
    ((row, column, told),) = wrong(choose(moderated, City, sheet))
    assert (row, column) == (2, "working_languages")
    assert "“Klingon” is not a language code." in told


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        ("slug,naem\na,b\n", "Unknown column: “naem”."),
        ("name\nb\n", "The file needs a “slug” column"),
        ("slug,name,name\na,b,c\n", "The column “name” appears twice."),
        ("slug,name\na,b\na,c\n", "The slug “a” appears in more than one row."),
        ("slug,<script>\na,b\n", "Unknown column: “<script>”."),
    ],
)
def test_import_of_a_wrong_sheet_gives_one_answer(sheet, words, moderated):
    response = choose(moderated, Speaker, sheet)
    (answer,) = wrong(response)
    assert answer.startswith(words)
    assert response.context["rows_with_errors"] == []
    assert "<script>" not in page_of(response).html


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("sheet.ods", b"x", "Choose a .csv or .xlsx file."),
        ("sheet", b"x", "Choose a .csv or .xlsx file."),
        (
            "sheet.xlsx",
            b"slug\na",
            "This isn’t an XLSX workbook, or it is damaged. Save it again as XLSX.",
        ),
        (
            "sheet.csv",
            b"slug\n\xff",
            "The file is not in UTF-8. Save it as “CSV UTF-8” and choose it again.",
        ),
        ("sheet.csv", b"", "The submitted file is empty."),
        (
            "big.csv",
            b"slug\n" + b"x" * 5_300_000,
            "The file is larger than 5 MB. Split it into smaller files.",
        ),
    ],
    ids=["ods", "no-ending", "no-workbook", "latin", "empty", "large"],
)
def test_import_of_a_bad_file_is_refused_in_words(name, content, words, moderated):
    assert wrong(choose(moderated, Speaker, content, name)) == [words]


def test_import_harmless_names(moderated):
    sheet = 'slug,name\nx,"<img src=x onerror=alert(1)>"\n'
    response = choose(moderated, Speaker, sheet, '"><script>alert(1)</script>.csv')
    html = page_of(response).html
    assert "<img src=x" not in html
    assert "alert(1)</script>" not in html
    confirm(moderated, Speaker, response)
    assert Speaker.objects.get(slug="x").name == "<img src=x onerror=alert(1)>"


def test_confirm_twice_is_harmless(moderated):
    response = choose(moderated, Speaker, "slug,name\na,Ama\n")
    confirm(moderated, Speaker, response)
    assert page_of(confirm(moderated, Speaker, response)).outcomes == ["warning"]
    assert len(History(Speaker.objects.get(slug="a"))) == 1


def test_confirm_by_get_is_refused(moderated):
    assert moderated.get(address(Speaker, "process_import")).status_code == 405


@pytest.mark.parametrize("given", ["", "x", "passwd", "../../etc/passwd"])
def test_confirm_a_file_of_another_name_is_refused(given, moderated):
    cache.set("django-import-export-x", b"slug,name\na,Ama\n")
    response = choose(moderated, Speaker, "slug,name\nb,Bo\n")
    refused = confirm(moderated, Speaker, response, import_file_name=given)
    assert page_of(refused).outcomes == ["warning"]
    assert not Speaker.objects.exists()


def test_confirm_the_file_of_somebody_else_is_refused(client, moderator, administrator):
    client.force_login(moderator)
    response = choose(client, Speaker, "slug,name\na,Ama\n")
    client.force_login(administrator)
    confirm(client, Speaker, response)
    assert not Speaker.objects.exists()


def test_confirm_in_another_list_is_refused(moderated):
    response = choose(moderated, Speaker, "slug,name\na,Ama\n")
    confirm(moderated, City, response)
    assert not City.objects.exists()


@pytest.mark.parametrize("number", ["2", "-1", "x", ""])
def test_confirm_in_no_known_format_is_refused(number, moderated):
    response = choose(moderated, Speaker, "slug,name\na,Ama\n")
    confirm(moderated, Speaker, response, format=number)
    assert not Speaker.objects.exists()


@pytest.mark.parametrize("is_workbook", [False, True])
def test_confirm_in_the_other_format_is_refused_in_words(is_workbook, moderated):
    content, name, other = "slug,name\na,Ama\n", "sheet.csv", XLSX
    if is_workbook:
        factories.SpeakerFactory(slug="a")
        content, name, other = export(moderated, Speaker, XLSX).content, "sheet.xlsx", CSV
        Speaker.objects.all().delete()
    response = choose(moderated, Speaker, content, name)
    response = confirm(moderated, Speaker, response, format=other)
    assert page_of(response).outcomes == ["error"]
    assert not Speaker.objects.exists()
    assert response.request["PATH_INFO"] == address(Speaker, "import")
    assert not Speaker.objects.exists()


def test_confirm_after_something_changed_imports_nothing(moderated):
    organization = factories.OrganizationFactory(slug="itc")
    response = choose(moderated, Speaker, "slug,name,organization\na,Ama,\nb,Bo,itc\n")
    organization.delete()
    assert page_of(confirm(moderated, Speaker, response)).outcomes == ["error"]
    assert not Speaker.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "county"},
        {"population": 12_000, "population_source": "Census"},
        {"names": {"zh": "累西腓"}},
        {"country_id": "BR"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_confirm_writes_over_no_colleague(change, moderated):
    factories.CountryFactory(iso2="BR")
    city = factories.CityFactory(slug="recife", name="Recife")
    sheet = export(moderated, City, CSV).content.decode().replace("Recife", "Recife city")
    response = choose(moderated, City, sheet)
    City.objects.filter(pk=city.pk).update(**change)
    assert page_of(confirm(moderated, City, response)).outcomes == ["error"]
    stored = City.objects.values("name", *change).get(pk=city.pk)
    assert stored == {"name": "Recife"} | change
    response = confirm(moderated, City, choose(moderated, City, sheet))
    assert counted(response) == [0, 1, 0]


@pytest.mark.parametrize("name", ["cities", "tags"])
def test_confirm_keeps_the_links_that_a_colleague_made(name, moderated, full_case):
    sheet = export(moderated, CaseStudy, CSV).content.decode().replace("Rail", "Road")
    response = choose(moderated, CaseStudy, sheet)
    made = "sea" if name == "tags" else factories.CityFactory()
    getattr(full_case, name).add(made)
    assert page_of(confirm(moderated, CaseStudy, response)).outcomes == ["error"]
    full_case.refresh_from_db()
    assert (full_case.title, getattr(full_case, name).count()) == (
        "Rail",
        {"tags": 3, "cities": 2}[name],
    )


def test_confirm_a_row_that_a_colleague_has_made(moderated):
    response = choose(moderated, Speaker, "slug,name\na,Ama\n")
    factories.SpeakerFactory(slug="a", name="Ana")
    assert page_of(confirm(moderated, Speaker, response)).outcomes == ["error"]
    assert Speaker.objects.get(slug="a").name == "Ana"


def test_confirm_leaves_alone_what_is_not_in_the_file(moderated):
    speaker = factories.SpeakerFactory(slug="a", name="Ana")
    response = choose(moderated, Speaker, "slug,name\na,Ama\n")
    Speaker.objects.filter(pk=speaker.pk).update(aliases=["Anna"])
    assert counted(confirm(moderated, Speaker, response)) == [0, 1, 0]
    assert Speaker.objects.values_list("name", "aliases").get() == ("Ama", ["Anna"])


@pytest.mark.django_db(transaction=True)
def test_confirm_while_a_colleague_saves(moderated):
    """The rows are held before they are compared."""
    speaker = factories.SpeakerFactory(slug="a", name="Ana")
    response = choose(moderated, Speaker, "slug,name,aliases\na,Ama,\n")
    answers = []
    outcomes = race(
        speaker,
        lambda: answers.append(confirm(moderated, Speaker, response)),
        while_waiting=lambda: Speaker.objects.filter(pk=speaker.pk).update(aliases=["Anna"]),
    )
    assert (outcomes, page_of(*answers).outcomes) == (["done"], ["error"])
    assert Speaker.objects.values_list("name", "aliases").get() == ("Ana", ["Anna"])


def test_import_needs_the_rights_to_add_and_to_change(client, broker, member):
    for person in (broker, member):
        client.force_login(person)
        assert choose(client, Speaker, "slug,name\na,Ama\n").status_code == 403
        assert client.get(address(Speaker, "import")).status_code == 403
        assert client.post(address(Speaker, "process_import")).status_code == 403
    client.force_login(broker)
    assert "/import/" not in page_of(client.get(address(Speaker, "changelist"))).html
    assert export(client, Speaker, CSV).status_code == 200
    client.force_login(member)
    assert export(client, Speaker, CSV).status_code == 403
