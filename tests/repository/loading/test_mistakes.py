"""What is wrong with a folder is told with file, line, field and reason, all of it at once."""

import pytest

from repository.loading.entries import SeriesError
from repository.loading.reading import HEADINGS, read_series
from repository.loading.writing import load_series
from repository.models import Series
from tests.factories import WebinarFactory
from tests.repository.loading.conftest import Folder

CASE = "cases/zhengzhou.md"
ORDER = f"the sections are, each once and in this order: {', '.join(HEADINGS)}"


def mistakes(folder):
    with pytest.raises(SeriesError) as error:
        load_series(folder.path)
    assert Series.objects.count() == 0
    return str(error.value).split("\n")


# A change of one file: the text that stands there, what it becomes, and what is said of it. Where
# only a line is told, it is of that file. These are found when the files are read.
BROKEN = [
    (
        "themes.yaml",
        "- {slug: customs,",
        "- {slug: customs",
        ["line 2: this is not YAML: expected ',' or '}', but got ':'"],
    ),
    ("themes.yaml", "Duties and borders.", "a\x07b", ["line 2: this is not YAML: character 0x7"]),
    (
        "themes.yaml",
        "Duties and borders.",
        "*other",
        ["line 2: this is not YAML: found undefined alias 'other'"],
    ),
    (
        "themes.yaml",
        "Duties and borders.",
        "!!python/name:os.system x",
        [
            (
                "line 2: this is not YAML: could not determine a constructor for the tag "
                "'tag:yaml.org,2002:python/name:os.system'"
            )
        ],
    ),
    (
        "themes.yaml",
        "description:",
        "? [a] :",
        ["line 2: this is not YAML: a key is a single word"],
    ),
    (
        "themes.yaml",
        "Duties and borders.",
        "[" * 500,
        ["line 1: this is not YAML: it is nested too deeply"],
    ),
    (
        "themes.yaml",
        "- {slug: customs,",
        "---\n- {slug: customs,",
        [
            (
                "line 2: this is not YAML: expected a single document in the stream, but found "
                "another document"
            )
        ],
    ),
    (
        "themes.yaml",
        "- {slug: customs,",
        "- more\n- {slug: customs,",
        ["line 1: this file must contain a list of mappings"],
    ),
    (
        "series.yaml",
        "slug: pilot",
        "- pilot",
        ["line 2: this is not YAML: expected <block end>, but found '?'"],
    ),
    (
        "themes.yaml",
        "description: Duties",
        "colour: Duties",
        ["line 2: colour: is not a key of this file"],
    ),
    ("themes.yaml", "description: Duties", "name: Duties", ["line 2: name: appears twice"]),
    ("themes.yaml", "name: Customs, ", "", ["line 2: name: is missing"]),
    ("themes.yaml", "name: Customs,", "name: ' ',", ["line 2: name: is missing"]),
    (
        "themes.yaml",
        "slug: customs, ",
        "",
        [
            "cases/zhengzhou.md, line 8: themes: there is no theme 'customs'",
            "line 2: slug: is missing",
        ],
    ),
    (
        "themes.yaml",
        "slug: customs,",
        "slug: [customs],",
        [
            "cases/zhengzhou.md, line 8: themes: there is no theme 'customs'",
            "line 2: slug: a list is not text",
        ],
    ),
    (
        "themes.yaml",
        "slug: customs,",
        "slug: logistics,",
        [
            "cases/zhengzhou.md, line 8: themes: there is no theme 'customs'",
            "line 2: slug: logistics appears in this file twice",
        ],
    ),
    (
        "webinars.yaml",
        "number: 1\n",
        "number: 1\n  price: 5\n",
        ["line 2: price: is not a key of this file"],
    ),
    (
        "webinars.yaml",
        "title: Adviser",
        "job: Adviser",
        ["line 13: job: is not a key of this file"],
    ),
    (
        "webinars.yaml",
        "date: 2020-08-14",
        "date: 9999-12-31",
        ["line 4: date: Enter a date between 2000 and 2099."],
    ),
    (
        "series.yaml",
        "start: 2020-08-14",
        "start: 0001-01-01",
        ["line 4: start: Enter a date between 2000 and 2099."],
    ),
    (CASE, "language: en\n", "", ["line 2: language: is missing"]),
    (
        CASE,
        "language: en\n",
        "language: en\nslug: other\n",
        ["line 5: slug: is not a key of this file: its name is the slug"],
    ),
    (CASE, "[logistics, customs]", "[]", ["line 8: themes: is missing"]),
    (
        "references.yaml",
        "year: 2021",
        "year: last year",
        ["line 4: year: 'last year' is not a whole number like 1352"],
    ),
    (
        "references.yaml",
        "year: 2021",
        "year: true",
        ["line 4: year: true is not a whole number like 1352"],
    ),
    (
        "references.yaml",
        "year: 2021",
        "year: 2021.5",
        ["line 4: year: '2021.5' is not a whole number like 1352"],
    ),
    (
        "references.yaml",
        "accessed: 2021-02-01",
        "accessed: 1 February 2021",
        ["line 7: accessed: '1 February 2021' is not a date like 2020-08-14"],
    ),
    (
        "references.yaml",
        "accessed: 2021-02-01",
        "accessed: 2021-02-30",
        ["line 7: accessed: '2021-02-30' is not a date like 2020-08-14"],
    ),
    (
        "references.yaml",
        "accessed: 2021-02-01",
        "accessed: 20210201",
        ["line 7: accessed: '20210201' is not a date like 2020-08-14"],
    ),
    ("references.yaml", "title: The report", "title: true", ["line 5: title: true is not text"]),
    (
        "references.yaml",
        "title: The report",
        'title: "a\\0b"',
        ["line 5: title: 'a\\x00b' is not text"],
    ),
    (
        "references.yaml",
        "[{literal: UNOSSC}, ",
        "[UNOSSC, ",
        ["line 3: authors: 'UNOSSC' is not a mapping"],
    ),
    (
        "cities.yaml",
        "latitude: 34.75",
        "latitude: north",
        ["line 4: latitude: 'north' is not a number like 7.1"],
    ),
    (
        "cities.yaml",
        "latitude: 34.75",
        "latitude: .nan",
        ["line 4: latitude: '.nan' is not a number like 7.1"],
    ),
    (
        "cities.yaml",
        "rail_hub: true",
        "rail_hub: yes",
        ["line 8: rail_hub: 'yes' is not true or false"],
    ),
    (
        "cities.yaml",
        "spelling_languages: [zh]",
        "spelling_languages: zh",
        ["line 9: spelling_languages: 'zh' is not a list"],
    ),
    ("cities.yaml", "{zh: 郑州}", "{zh: [郑州]}", ["line 10: names: a list is not text"]),
    ("cities.yaml", "{zh: 郑州}", "郑州", ["line 10: names: '郑州' is not a mapping"]),
    (CASE, "tags: [Belt and Road,", "tags: [{a: b},", ["line 11: tags: a mapping is not text"]),
    (
        CASE,
        "Belt and Road, rail freight",
        "{a: b}, [c]",
        ["line 11: tags: a list is not text", "line 11: tags: a mapping is not text"],
    ),
    (CASE, "tags: [Belt and Road,", "tags: [~,", ["line 11: tags: nothing is not text"]),
    (
        CASE,
        "goals: [9, 8]",
        "goals: [true, 8]",
        ["line 9: goals: true is not a whole number like 1352"],
    ),
    (CASE, "value: 50", 'value: "1,352"', ["line 17: value: '1,352' is not a number like 7.1"]),
    (CASE, "value: 50", "value: true", ["line 17: value: true is not a number like 7.1"]),
    (CASE, "headline: true", "headline: 1", ["line 17: headline: '1' is not true or false"]),
    (
        CASE,
        "A landlocked city trades by rail",
        f"{'x' * 91}",
        ["line 2: title: has 91 characters; the maximum is 90"],
    ),
    (
        CASE,
        "Belt and Road",
        f"{'x' * 101}",
        ["line 11: tags: has 101 characters; the maximum is 100"],
    ),
    (CASE, "by rail", f"by {'x' * 300}", ["line 2: title: has 328 characters; the maximum is 90"]),
    (
        "cities.yaml",
        "kind: prefecture",
        "kind: village",
        [
            (
                "line 7: kind: 'village' is not one of: city, municipality, prefecture, county, "
                "county-level city, district"
            )
        ],
    ),
    (
        "cities.yaml",
        "kind: prefecture",
        f"kind: {'x' * 70}",
        [
            f"line 7: kind: '{'x' * 60}…' is not one of: city, municipality, prefecture, county, "
            "county-level city, district"
        ],
    ),
    (
        CASE,
        "cities: [zhengzhou]",
        "cities: [zhengzou]",
        ["line 5: cities: there is no city 'zhengzou'; is it zhengzhou?"],
    ),
    (CASE, "countries: [CN]", "countries: [NO]", ["line 6: countries: there is no country 'NO'"]),
    (CASE, "goals: [9, 8]", "goals: [9, 18]", ["line 9: goals: there is no goal 18"]),
    (CASE, "webinars: [1]", "webinars: [2]", ["line 12: webinars: there is no webinar 2"]),
    (
        CASE,
        "speakers: [li-wei]",
        "speakers: [li-wei, li-wei]",
        ["line 13: speakers: lists the same item twice"],
    ),
    (
        CASE,
        "Belt and Road, rail freight",
        "Rail, rail",
        ["line 11: tags: lists the same item twice"],
    ),
    (
        CASE,
        "reference: report-2021",
        "reference: report-2020",
        ["line 18: reference: there is no reference 'report-2020'; is it report-2021?"],
    ),
    (
        "webinars.yaml",
        "speaker: ana-sol",
        "speaker: li-wei",
        ["line 11: appearances: lists the same item twice"],
    ),
    (CASE, "## Solution\n\nTrains.\n\n", "", [f"line 20: {ORDER}"]),
    (CASE, "## Solution", "## Answer", [f"line 20: {ORDER}", "line 24: no such section: Answer"]),
    (CASE, "## Solution", "## Results", [f"line 20: {ORDER}"]),
    (CASE, "Trains.", "### By train", ["line 26: no such section: By train"]),
    (CASE, "## Challenge", "Words.\n\n## Challenge", ["line 20: text before the first section"]),
    (CASE, "---\ntitle", "title", ["line 1: front matter between two lines --- is missing"]),
    (
        "cities.yaml",
        "slug: zhengzhou",
        "slug: zheng zhou",
        [
            "cases/zhengzhou.md, line 5: cities: there is no city 'zhengzhou'; is it zheng zhou?",
            (
                "line 1: slug: Enter a valid “slug” consisting of letters, numbers, underscores "
                "or hyphens."
            ),
            "organizations.yaml, line 2: city: there is no city 'zhengzhou'; is it zheng zhou?",
            "webinars.yaml, line 8: cities: there is no city 'zhengzhou'; is it zheng zhou?",
        ],
    ),
]

# The same of what the collection itself refuses.
REFUSED = [
    (
        "themes.yaml",
        "name: Customs,",
        "name: Logistics,",
        ["line 2: name: Theme with this Name already exists."],
    ),
    (
        "references.yaml",
        "url: https://example.org/report",
        "url: example",
        ["line 6: url: Enter a valid URL."],
    ),
    (
        "references.yaml",
        "year: 2021",
        "year: 20199",
        ["line 4: year: Ensure this value is less than or equal to 2100."],
    ),
    (
        "references.yaml",
        "year: 2021",
        "year: 12",
        ["line 4: year: Ensure this value is greater than or equal to 1500."],
    ),
    (
        "references.yaml",
        "year: 2021",
        "doi: foo10.1111/x",
        ["line 4: doi: Enter a DOI, like 10.1000/182."],
    ),
    (
        CASE,
        "language: en",
        "language: xx",
        ["line 4: language: “xx” is not a language code. Enter a code like en, fr or zh."],
    ),
    (
        "references.yaml",
        "year: 2021",
        "language: English",
        ["line 4: language: “English” is not a language code. Enter a code like en, fr or zh."],
    ),
    (
        "themes.yaml",
        "{fr: Logistique}",
        "{Klingon: Logistique}",
        ["line 1: names: “Klingon” is not a language code. Enter a code like en, fr or zh."],
    ),
    (
        "references.yaml",
        "{family: Li, given: C.}",
        "{given: C.}",
        [
            'line 3: authors: Enter a list of authors, like [{"family": "Li", "given": "C."}] for '
            'people and [{"literal": "World Bank"}] for organisations.'
        ],
    ),
    (
        "cities.yaml",
        "spelling_languages: [zh]",
        "spelling_languages: [zh, zh_Hans]",
        [
            "line 9: spelling_languages: Item 2 in the array did not validate: “zh_Hans” is not "
            "a language code. Enter a code like en, fr or zh."
        ],
    ),
    (
        "cities.yaml",
        "latitude: 34.75",
        "latitude: 95",
        ["line 4: latitude: Ensure this value is less than or equal to 90."],
    ),
    (
        "cities.yaml",
        "longitude: 108.66",
        "longitude: 508.66",
        ["line 17: longitude: Ensure this value is less than or equal to 180."],
    ),
    (
        "cities.yaml",
        "  latitude: 31.95\n  longitude: 108.66",
        "  latitude: -91\n  longitude: -181",
        [
            "line 16: latitude: Ensure this value is greater than or equal to -90.",
            "line 17: longitude: Ensure this value is greater than or equal to -180.",
        ],
    ),
    (
        "cities.yaml",
        "  longitude: 113.63\n",
        "",
        [
            (
                "line 4: latitude: Enter both coordinates: latitude from −90 to 90, longitude "
                "from −180 to 180."
            )
        ],
    ),
    (
        "cities.yaml",
        "kind: prefecture",
        "population: 5",
        ["line 7: population: Enter the source of the population figure."],
    ),
    (
        "series.yaml",
        "end: 2020-12-04",
        "end: 2020-08-13",
        ["line 4: start: The last day must not be before the first day."],
    ),
    (
        "series.yaml",
        "stated:",
        "value: 90, stated:",
        [
            "line 11: numerator: Leave the value empty: the share is calculated from its two "
            "numbers."
        ],
    ),
    (
        "series.yaml",
        "numerator: 1352, ",
        "",
        [
            "line 11: Enter a value, the two numbers of a share, or the text to display.",
            "line 11: denominator: Enter both numbers of the share. The second must be greater "
            "than 0.",
        ],
    ),
    (
        "series.yaml",
        "denominator: 1500",
        "denominator: 0",
        [
            "line 11: denominator: Enter both numbers of the share. The second must be greater "
            "than 0."
        ],
    ),
    (
        CASE,
        "value: 50, ",
        "",
        ["line 17: Enter a value, the two numbers of a share, or the text to display."],
    ),
    (
        CASE,
        "value_to: 100",
        "value_to: 10",
        ["line 18: value_to: The upper end of a range can’t be below the lower end."],
    ),
    (
        CASE,
        "value: 50,",
        "value: 50, currency: usd,",
        ["line 17: currency: Enter the currency as three capital letters, like USD."],
    ),
    (
        CASE,
        "value: 50,",
        f"value: {'9' * 21},",
        ["line 17: value: Ensure that there are no more than 20 digits in total."],
    ),
]


def numbered(rows):
    return pytest.mark.parametrize(
        ("file", "old", "new", "told"),
        [pytest.param(*row, id=f"{row[0]}-{number}") for number, row in enumerate(rows)],
    )


def in_full(file, told):
    return [f"{file}, {text}" if text.startswith("line ") else text for text in told]


@numbered(BROKEN)
def test_report_mistake_in_the_files(tmp_path, file, old, new, told):
    folder = Folder(tmp_path)
    folder.change(file, old, new)
    found = read_series(folder.path, countries={"CN", "BR"}).mistakes
    assert [str(mistake) for mistake in sorted(set(found))] == in_full(file, told)


@numbered(REFUSED)
def test_report_what_the_models_refuse(folder, file, old, new, told):
    folder.change(file, old, new)
    assert mistakes(folder) == in_full(file, told)


def test_report_missing_file(folder):
    (folder.path / "glossary.yaml").unlink()
    assert mistakes(folder) == ["glossary.yaml: this file is missing"]


def test_report_missing_folder(folder):
    folder.path = folder.path / "nowhere"
    assert mistakes(folder) == [f"{folder.path}: there is no such folder"]


def test_report_folder_without_cases(folder):
    (folder.path / CASE).unlink()
    assert mistakes(folder) == [
        "cases: there are no cases here",
        "recommendations.yaml, line 6: cases: there is no case 'zhengzhou'",
    ]


def test_report_folder_in_place_of_a_file(folder):
    (folder.path / "glossary.yaml").unlink()
    (folder.path / "glossary.yaml").mkdir()
    assert mistakes(folder) == ["glossary.yaml: this file cannot be read: Is a directory"]


@pytest.mark.parametrize("file", ["glossary.yaml", CASE])
def test_report_file_that_is_not_utf_8(folder, file):
    text = (folder.path / file).read_bytes()
    folder.write(file, text.replace(b"\n", b"\n\xff", 1))
    assert mistakes(folder) == [
        f"{file}, line 2: this is not UTF-8: save the file in that encoding"
    ]


def test_report_what_is_no_part_of_the_folder(folder):
    folder.write("extra.yaml", "- {slug: extra}\n")
    folder.write("cases/notes.txt", "To be written.")
    folder.write(".DS_Store", b"\0")
    folder.write("cases/.notes.md.swp", b"\0")
    (folder.path / "cases" / "sub").mkdir()
    folder.write("cases/sub/x.md", "---\n---\n")
    assert mistakes(folder) == [
        "cases/notes.txt: this is not part of a series folder",
        "cases/sub: this is not part of a series folder",
        "extra.yaml: this is not part of a series folder",
    ]


def test_report_file_name_that_is_no_slug(folder):
    (folder.path / CASE).rename(folder.path / "cases" / "Zheng Zhou.md")
    folder.change("recommendations.yaml", "  cases: [zhengzhou]\n", "")
    assert mistakes(folder) == [
        "cases/Zheng Zhou.md: use lower-case letters and hyphens in the file name",
    ]


@pytest.mark.parametrize("front", ["", "# nothing\n", "- a list\n"])
def test_report_front_matter_that_is_no_mapping(folder, front):
    folder.write(CASE, f"---\n{front}---\n## Challenge\n")
    assert mistakes(folder) == [f"{CASE}, line 1: the front matter is not a mapping"]


@pytest.mark.parametrize("text", ["", "[]", "word"])
def test_report_series_that_is_no_mapping(folder, text):
    folder.write("series.yaml", text)
    assert mistakes(folder) == ["series.yaml, line 1: this file must contain one mapping"]


def test_report_empty_series(folder):
    folder.write("series.yaml", "{}")
    assert mistakes(folder) == [
        f"series.yaml, line 1: {key}: is missing" for key in ("published", "slug", "title")
    ]


def test_report_city_missing_in_the_gazetteer(folder):
    folder.add("cities.yaml", "- {slug: nowhere, name: Nowhere-upon-Sea, country: CN}\n")
    assert mistakes(folder) == [
        "cities.yaml, line 18: name: the gazetteer has no Nowhere-upon-Sea in CN: give its name "
        "there as gazetteer, or its coordinates and by_hand: true"
    ]


def test_report_webinar_whose_address_is_taken(folder):
    WebinarFactory(slug="by-rail", series__slug="other")
    with pytest.raises(SeriesError) as error:
        load_series(folder.path)
    assert str(error.value) == "webinars.yaml, line 2: slug: Webinar with this Slug already exists."


def test_report_mistakes_of_every_kind_at_once(folder):
    folder.write("glossary.yaml", b"\xff")
    folder.change("series.yaml", "stated:", "value: 90, stated:")
    folder.change("themes.yaml", "description: Duties", "colour: Duties")
    folder.change("references.yaml", "year: 2021", "year: last year")
    folder.change("references.yaml", "https://example.org/report", "example")
    folder.change("cities.yaml", "latitude: 34.75", "latitude: 95")
    folder.add("cities.yaml", "- {slug: nowhere, name: Nowhere-upon-Sea, country: CN}\n")
    folder.change("organizations.yaml", "kind: un", "kind: bank, url: bank")
    folder.change("speakers.yaml", "country: BR", "country: Brazil")
    folder.change("practices.yaml", "slug: rail", "slug: ra il")
    folder.change("webinars.yaml", "recording: https://example.org/film", "recording: film")
    folder.change("recommendations.yaml", "kind: policy", "kind: advice")
    folder.change(CASE, "value: 50", "value: many")
    folder.change(CASE, "Trains.", "# Trains")
    folder.write("cases/other.md", "No front matter.")
    assert [text.split(": ")[:2] for text in mistakes(folder)] == [
        ["cases/other.md, line 1", "front matter between two lines --- is missing"],
        ["cases/zhengzhou.md, line 10", "practices"],
        ["cases/zhengzhou.md, line 17", "value"],
        ["cases/zhengzhou.md, line 26", "no such section"],
        ["cities.yaml, line 4", "latitude"],
        ["cities.yaml, line 18", "name"],
        ["glossary.yaml, line 1", "this is not UTF-8"],
        ["organizations.yaml, line 1", "url"],
        ["practices.yaml, line 1", "slug"],
        ["recommendations.yaml, line 2", "kind"],
        ["references.yaml, line 4", "year"],
        ["references.yaml, line 6", "url"],
        ["series.yaml, line 11", "numerator"],
        ["speakers.yaml, line 2", "country"],
        ["themes.yaml, line 2", "colour"],
        ["webinars.yaml, line 5", "recording"],
        ["webinars.yaml, line 9", "practices"],
    ]


def test_report_all_mistakes_of_an_entry(folder):
    folder.change("cities.yaml", "kind: county", "kind: planet\n  population: 5")
    folder.change("cities.yaml", "longitude: 108.66", "longitude: 508.66")
    folder.change("themes.yaml", "slug: logistics,", "slug: logi stics,")
    folder.change("themes.yaml", "name: Customs,", "name: Customs, names: many,")
    folder.change("references.yaml", "kind: report", "kind: leaflet\n  doi: none")
    folder.change(CASE, "language: en", "language: xx")
    folder.change(CASE, "themes: [logistics, customs]", "themes: [customs]")
    folder.change(CASE, "value: 50,", "value: many, currency: usd,")
    folder.change(CASE, "value_to: 100", "value_to: 10")
    assert [text.split(": ")[:2] for text in mistakes(folder)] == [
        ["cases/zhengzhou.md, line 4", "language"],
        ["cases/zhengzhou.md, line 17", "currency"],
        ["cases/zhengzhou.md, line 17", "value"],
        ["cases/zhengzhou.md, line 18", "value_to"],
        ["cities.yaml, line 15", "kind"],
        ["cities.yaml, line 16", "population"],
        ["cities.yaml, line 18", "longitude"],
        ["practices.yaml, line 5", "themes"],
        ["references.yaml, line 2", "kind"],
        ["references.yaml, line 3", "doi"],
        ["themes.yaml, line 1", "slug"],
        ["themes.yaml, line 2", "names"],
    ]


def test_report_mistakes_in_the_figures_of_a_refused_object(folder):
    folder.change("series.yaml", "end: 2020-12-04", "end: 2020-08-13")
    folder.change("series.yaml", "value: 4874930", "value: 4874930, currency: usd")
    folder.change(CASE, "language: en", "language: xx")
    folder.change(CASE, "value: 50,", "value: 50, currency: usd,")
    assert [text.split(": ")[:2] for text in mistakes(folder)] == [
        ["cases/zhengzhou.md, line 4", "language"],
        ["cases/zhengzhou.md, line 17", "currency"],
        ["series.yaml, line 4", "start"],
        ["series.yaml, line 10", "currency"],
    ]


def test_report_mistakes_in_everything_of_a_refused_series(folder):
    folder.change("series.yaml", "published: 2021-03-01\n", "")
    folder.change("series.yaml", "end: 2020-12-04", "end: 2020-08-13")
    folder.change("series.yaml", "value: 4874930", "value: 4874930, currency: usd")
    folder.change("webinars.yaml", "recording: https://example.org/film", "downloads: -1")
    folder.change("recommendations.yaml", "number: 1", "number: -1")
    folder.change(CASE, "language: en", "language: xx")
    assert [text.split(": ")[:2] for text in mistakes(folder)] == [
        ["cases/zhengzhou.md, line 4", "language"],
        ["recommendations.yaml, line 3", "number"],
        ["series.yaml, line 1", "published"],
        ["series.yaml, line 4", "start"],
        ["series.yaml, line 9", "currency"],
        ["webinars.yaml, line 5", "downloads"],
    ]


def test_report_all_mistakes_of_a_city_without_a_place(folder):
    folder.add("cities.yaml", "- {slug: nowhere, name: Nowhere-upon-Sea, country: CN, kind: no}\n")
    assert [text.split(": ")[:2] for text in mistakes(folder)] == [
        ["cities.yaml, line 18", "kind"],
        ["cities.yaml, line 18", "name"],
    ]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("series.yaml", "published: 2021-03-01", "published: soon"),
        ("series.yaml", "slug: pilot", "slug: pi lot"),
        ("themes.yaml", "slug: logistics,", "slug: logi stics,"),
        ("webinars.yaml", "number: 1\n", "number: one\n"),
        ("recommendations.yaml", "slug: ", "slug: a b "),
    ],
)
def test_take_nothing_for_another_of_what_is_there(folder, file, old, new):
    load_series(folder.path)
    folder.change(file, old, new)
    with pytest.raises(SeriesError) as error:
        load_series(folder.path)
    key = old.split(":")[0]
    told = [mistake for mistake in error.value.mistakes if "there is no" not in mistake.reason]
    assert [(mistake.file, mistake.field) for mistake in told] == [(file, key)]


def test_report_an_unreadable_file_once(folder):
    for file in ("themes.yaml", "cities.yaml", "speakers.yaml", "webinars.yaml"):
        folder.write(file, "{")
    assert len(mistakes(folder)) == 4


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: text.replace(b"---\n", b"---  \n"),
    ],
    ids=["lines of Windows", "mark of the byte order", "spaces after the dashes"],
)
def test_load_what_other_editors_write(folder, change):
    folder.write(CASE, change((folder.path / CASE).read_bytes()))
    assert load_series(folder.path).created == 16


def test_read_words_as_they_stand(folder):
    folder.change(CASE, "Belt and Road, rail freight", "NO, 1:30, 007, 1.10, 0x1F, on, 2020-08-14")
    folder.change(CASE, "unit: days", "unit: 1.10")
    load_series(folder.path)
    case = Series.objects.get().cases.get()
    assert sorted(case.tags.names()) == ["007", "0x1F", "1.10", "1:30", "2020-08-14", "NO", "on"]
    assert case.evidence.last().unit == "1.10"


@pytest.mark.parametrize("name", ["cases/zhengzhou.md", "practices.yaml", "series.yaml"])
def test_fact_of_the_editors_has_a_source(folder, name):
    before = {"cases/zhengzhou.md": "language: en", "practices.yaml": "  name: Rail corridor"}
    line = before.get(name, "slug: pilot")
    indent = " " * (len(line) - len(line.lstrip()))
    folder.change(name, line, f"{line}\n{indent}editors: [{{fact: An airport opened in 2016}}]")
    [mistake] = mistakes(folder)
    assert mistake.endswith("source: is missing")
    folder.change(name, "opened in 2016}", "opened in 2016, source: The operator}")
    load_series(folder.path)
    assert Series.objects.count() == 1
