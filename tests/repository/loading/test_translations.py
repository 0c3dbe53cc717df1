"""Load and export the PO files of a series folder."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from repository.loading.entries import SeriesError
from repository.loading.writing import load_series
from repository.models import (
    CaseStudy,
    Origin,
    Practice,
    Theme,
    TranslatedParagraph,
    Translation,
    TranslationState,
)
from repository.translations import actions, loading
from repository.translations.kinds import kinds
from repository.translations.po import Entry, as_po, from_po
from tests.repository.loading.conftest import Folder

RAIL = [
    Entry("rail/name", "Rail corridor", "Corredor ferroviario"),
    Entry("rail/summary", "Goods go by rail.", "Las mercancías van en tren."),
    Entry("rail/description", "By **train**.", "En **tren**."),
]
LABELS = [
    Entry("zhengzhou/title", "A landlocked city trades by rail", "Una ciudad sin litoral"),
    Entry("zhengzhou/figure-unit", "days", "días"),
    Entry("zhengzhou/figure-label", "from order to door", "del pedido a la puerta"),
]


def add(folder: Folder, kind: str, entries, *, language="es", **options) -> None:
    (folder.path / language).mkdir(exist_ok=True)
    folder.write(f"{language}/{kind}.po", as_po(language, entries, **options))


def texts(kind: str, row, language="es"):
    """The texts of a translation by field, in the order of the object."""
    rows = TranslatedParagraph.objects.filter(
        translation__kind=kind, translation__object_id=row.pk, translation__language=language
    )
    return list(rows.order_by("position").values_list("field", "text", "origin"))


@pytest.fixture
def rail(folder) -> Practice:
    add(folder, "practice", RAIL)
    load_series(folder.path)
    return Practice.objects.get(slug="rail")


def test_load_translations_as_drafts_by_the_editors(folder, rail):
    assert texts("practice", rail) == [
        ("name", "Corredor ferroviario", Origin.EDITORS),
        ("summary", "Las mercancías van en tren.", Origin.EDITORS),
        ("description", "En **tren**.", Origin.EDITORS),
    ]
    translation = Translation.objects.get()
    assert (
        translation.state,
        translation.is_reviewed,
        translation.total,
        translation.up_to_date,
    ) == (
        TranslationState.DRAFT,
        False,
        3,
        3,
    )
    assert translation.version == rail.events.latest("pgh_id").pgh_id


def test_load_reviewed_translations(folder):
    add(folder, "practice", RAIL, is_reviewed=True)
    load_series(folder.path)
    assert Translation.objects.get().state == TranslationState.CURRENT


def test_mark_what_a_native_speaker_has_reviewed_since(folder, rail, member):
    add(folder, "practice", RAIL, is_reviewed=True)
    assert load_series(folder.path).changed == 1
    assert Translation.objects.get().state == TranslationState.CURRENT
    assert load_series(folder.path).changed == 0
    # Who reviewed the file has not seen the text of a member.
    TranslatedParagraph.objects.update(is_reviewed=False)
    TranslatedParagraph.objects.filter(field="name").update(origin=Origin.PERSON, by=member)
    assert load_series(folder.path).changed == 1
    assert Translation.objects.get().state == TranslationState.DRAFT
    unreviewed = TranslatedParagraph.objects.filter(is_reviewed=False)
    assert [row.field for row in unreviewed] == ["name"]
    assert load_series(folder.path).changed == 0


def test_a_new_text_of_a_file_that_is_not_reviewed(folder):
    add(folder, "practice", RAIL, is_reviewed=True)
    load_series(folder.path)
    add(folder, "practice", [Entry("rail/name", "Rail corridor", "Vía férrea"), *RAIL[1:]])
    load_series(folder.path)
    assert Translation.objects.get().state == TranslationState.DRAFT
    unreviewed = TranslatedParagraph.objects.filter(is_reviewed=False)
    assert [row.text for row in unreviewed] == ["Vía férrea"]


def test_load_texts_of_figures(folder):
    folder.change("cases/zhengzhou.md", 'value: 50, unit: "%"', "value: 50, unit: days")
    add(folder, "case", LABELS)
    load_series(folder.path)
    # Two figures have the same unit, which is stored once.
    assert sorted(texts("case", CaseStudy.objects.get())) == [
        ("figure-label", "del pedido a la puerta", Origin.EDITORS),
        ("figure-unit", "días", Origin.EDITORS),
        ("title", "Una ciudad sin litoral", Origin.EDITORS),
    ]


def test_load_again_writes_nothing(folder, rail):
    before = list(Translation.objects.values())
    with CaptureQueriesContext(connection) as queries:
        outcome = load_series(folder.path)
    assert (outcome.created, outcome.changed) == (0, 0)
    assert list(Translation.objects.values()) == before
    written = ("INSERT", "UPDATE", "DELETE")
    assert [row["sql"] for row in queries if row["sql"].startswith(written)] == []


def test_load_only_what_has_changed(folder, rail):
    add(folder, "practice", [Entry("rail/name", "Rail corridor", "Vía férrea"), *RAIL[1:]])
    before = dict(TranslatedParagraph.objects.values_list("field", "pk"))
    assert load_series(folder.path).changed == 1
    assert [text for _field, text, _origin in texts("practice", rail)] == [
        "Vía férrea",
        "Las mercancías van en tren.",
        "En **tren**.",
    ]
    assert dict(TranslatedParagraph.objects.values_list("field", "pk")) == before


def test_keep_translations_by_members(folder, rail, member):
    key = next(unit.key for unit in kinds["practice"].units(rail))
    actions.store(
        kind=kinds["practice"],
        row=rail,
        language="es",
        texts={key: "Corredor de trenes"},
        origin=Origin.PERSON,
        by=member,
    )
    add(folder, "practice", [Entry("rail/name", "Rail corridor", "Vía férrea"), *RAIL[1:]])
    assert load_series(folder.path).changed == 0
    assert texts("practice", rail)[0] == ("name", "Corredor de trenes", Origin.PERSON)


def test_keep_a_translation_whose_original_has_changed_until_the_file_follows(folder, rail):
    folder.change("practices.yaml", "Goods go by rail.", "Goods go by train.")
    load_series(folder.path)
    assert len(texts("practice", rail)) == 3
    assert Translation.objects.get().state == TranslationState.PARTLY_STALE
    newer = Entry("rail/summary", "Goods go by train.", "Las mercancías viajan en tren.")
    add(folder, "practice", [RAIL[0], newer, RAIL[2]])
    load_series(folder.path)
    assert [text for _field, text, _origin in texts("practice", rail)] == [
        "Corredor ferroviario",
        "Las mercancías viajan en tren.",
        "En **tren**.",
    ]
    assert Translation.objects.get().state == TranslationState.DRAFT


def test_report_what_a_load_makes_stale(folder, rail, monkeypatch):
    reported = []
    monkeypatch.setattr(loading, "became_stale", [lambda *pair: reported.append(pair)])
    load_series(folder.path)
    assert reported == []
    folder.change("practices.yaml", "Goods go by rail.", "Goods go by train.")
    load_series(folder.path)
    assert reported == [("practice", rail.pk)]
    # Once, although it is still out of date.
    load_series(folder.path)
    assert reported == [("practice", rail.pk)]
    # The file follows in the same load.
    folder.change("practices.yaml", "Goods go by train.", "Goods go by ship.")
    newer = Entry("rail/summary", "Goods go by ship.", "Las mercancías van en barco.")
    add(folder, "practice", [RAIL[0], newer, RAIL[2]])
    load_series(folder.path)
    assert reported == [("practice", rail.pk)]


def test_keep_an_earlier_translation_by_a_member(folder, rail, member):
    TranslatedParagraph.objects.filter(field="summary").update(origin=Origin.PERSON, by=member)
    folder.change("practices.yaml", "Goods go by rail.", "Goods go by train.")
    newer = Entry("rail/summary", "Goods go by train.", "Las mercancías viajan en tren.")
    add(folder, "practice", [RAIL[0], newer, RAIL[2]])
    load_series(folder.path)
    assert texts("practice", rail)[1] == ("summary", RAIL[1].text, Origin.PERSON)
    assert Translation.objects.get().state == TranslationState.PARTLY_STALE


def test_load_nothing_for_texts_without_translation(folder):
    add(folder, "practice", [Entry(entry.context, entry.source) for entry in RAIL])
    load_series(folder.path)
    assert not Translation.objects.exists()


def test_load_all_objects_of_a_file_with_the_same_queries(folder):
    def count():
        with CaptureQueriesContext(connection) as queries:
            load_series(folder.path)
        return len(queries)

    load_series(folder.path)
    unchanged = count()
    add(folder, "theme", [Entry("logistics/name", "Logistics", "Logística")])
    one = count() - unchanged
    TranslatedParagraph.objects.all().delete()
    Translation.objects.all().delete()
    add(
        folder,
        "theme",
        [
            Entry("logistics/name", "Logistics", "Logística"),
            Entry("customs/name", "Customs", "Aduanas"),
            Entry("customs/description", "Duties and borders.", "Derechos y fronteras."),
        ],
    )
    assert count() - unchanged == one
    assert [len(texts("theme", row)) for row in Theme.objects.order_by("slug")] == [2, 1]


def test_refuse_files_with_mistakes(folder):
    add(folder, "practice", [Entry("trams/name", "Trams", "Tranvías")])
    add(folder, "member", RAIL)
    add(folder, "theme", [Entry("customs/name", "Customs", "Aduanas")])
    folder.write(
        "es/theme.po", (folder.path / "es/theme.po").read_bytes().replace(b": es", b": fr")
    )
    folder.write("es/term.po", 'msgid "Bonded area\n')
    with pytest.raises(SeriesError) as error:
        load_series(folder.path)
    assert sorted((mistake.file, mistake.field) for mistake in error.value.mistakes) == [
        ("es/member.po", ""),
        ("es/practice.po", "trams"),
        ("es/term.po", ""),
        ("es/theme.po", ""),
    ]
    assert not Translation.objects.exists()


def test_export_keeps_translations_and_adds_new_texts(folder, rail, settings):
    folder.change("practices.yaml", "Goods go by rail.", "Goods go by train.")
    load_series(folder.path)
    call_command("export_translations", str(folder.path), verbosity=0)
    language, is_reviewed, entries = from_po((folder.path / "es/practice.po").read_bytes())
    assert (language, is_reviewed) == ("es", False)
    assert [(entry.context, entry.source, entry.text) for entry in entries] == [
        ("rail/name", "Rail corridor", "Corredor ferroviario"),
        ("rail/summary", "Goods go by train.", ""),
        ("rail/description", "By **train**.", "En **tren**."),
    ]
    # A file for each language and kind, and loading them changes nothing.
    assert len(list(folder.path.glob("*/practice.po"))) == len(settings.LANGUAGES) - 1
    outcome = load_series(folder.path)
    assert (outcome.created, outcome.changed) == (0, 0)
