"""What an import changes, and what it leaves alone."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from repository.models import Origin, TranslatedParagraph, Translation
from repository.text.parsing import NOT_STORED
from repository.translations import exchange
from repository.translations.actions import import_file
from repository.translations.exchange import (
    ExchangeFile,
    Outcome,
    compare_file,
    exchange_units,
    summary,
)
from repository.translations.kinds import kinds
from repository.translations.paragraphs import Paragraph, split
from tests.factories import CaseStudyFactory, EvidenceFactory, PracticeFactory, UserFactory
from tests.races import together
from tests.repository.translations.test_originals import translated

pytestmark = pytest.mark.django_db


def exported(*rows, language="es", kind="practice") -> ExchangeFile:
    units = exchange_units([(kinds[kind], row) for row in rows], language)
    return ExchangeFile("en", language, units)


def edited(file, **texts) -> ExchangeFile:
    """The file with other translations, by the first word of the original."""
    units = [
        replace(unit, text=texts.get(unit.source.split()[0].strip(".,"), unit.text))
        for unit in file.units
    ]
    return replace(file, units=units)


def outcomes(file) -> dict[str, Outcome]:
    return {
        each.unit.source.split()[0].strip(".,"): each.outcome
        for each in compare_file(file)
        if each.outcome not in (Outcome.EMPTY, Outcome.SAME)
    }


def texts(row, language="es") -> dict[str, str]:
    found = TranslatedParagraph.objects.filter(
        translation__object_id=row.pk, translation__language=language
    )
    return {each.source.split()[0].strip(".,"): each.text for each in found}


@pytest.fixture
def practice():
    return PracticeFactory(name="Parcels", summary="", description="One.\n\nTwo.", needs="")


@pytest.fixture
def member():
    return UserFactory()


def test_new_and_changed_paragraphs_are_written(practice, member):
    translated("practice", practice, "description")
    file = edited(exported(practice), Parcels="Paquetes", One="Uno.")
    assert outcomes(file) == {"Parcels": Outcome.NEW, "One": Outcome.CHANGED}
    assert import_file(file=file, ticks=[], by=member) == 2
    assert texts(practice) == {"Parcels": "Paquetes", "One": "Uno.", "Two": "ES Two."}
    written = TranslatedParagraph.objects.get(text="Uno.")
    assert (written.origin, written.by) == (Origin.PERSON, member)
    assert not written.translation.is_reviewed


def test_a_second_import_changes_nothing(practice, member):
    file = edited(exported(practice), Parcels="Paquetes")
    assert import_file(file=file, ticks=[], by=member) == 1
    events = TranslatedParagraph.pgh_event_model.objects.count()
    assert summary(compare_file(file)) == {Outcome.SAME: 1, Outcome.EMPTY: 2}
    assert import_file(file=file, ticks=[], by=member) == 0
    assert TranslatedParagraph.pgh_event_model.objects.count() == events


def test_an_untranslated_file_leaves_nothing_behind(practice, member):
    assert import_file(file=exported(practice), ticks=[], by=member) == 0
    assert not Translation.objects.exists()
    assert not Translation.pgh_event_model.objects.exists()


def test_what_a_reviewer_approved_is_only_replaced_if_ticked(practice, member):
    translation = translated("practice", practice)
    file = edited(exported(practice), One="Uno.", Two="Dos.")
    translation.paragraphs.update(is_reviewed=True)
    assert outcomes(file) == {"One": Outcome.REVIEWED, "Two": Outcome.REVIEWED}
    assert import_file(file=file, ticks=[], by=member) == 0
    translation.refresh_from_db()
    assert translation.is_reviewed
    [tick] = [each.tick for each in compare_file(file) if each.unit.source == "One."]
    assert import_file(file=file, ticks=[tick], by=member) == 1
    assert texts(practice) == {"Parcels": "ES Parcels", "One": "Uno.", "Two": "ES Two."}
    translation.refresh_from_db()
    assert not translation.is_reviewed
    # The others are still approved, and need a tick again.
    assert [row.text for row in translation.paragraphs.filter(is_reviewed=False)] == ["Uno."]
    assert outcomes(file) == {"Two": Outcome.REVIEWED}


def test_a_file_says_which_paragraphs_are_reviewed(practice):
    translated("practice", practice).paragraphs.filter(source="One.").update(is_reviewed=True)
    units = exported(practice).units
    assert [unit.source for unit in units if unit.is_reviewed] == ["One."]


def test_what_has_changed_since_the_export_is_only_replaced_if_ticked(practice, member):
    translation = translated("practice", practice)
    file = edited(exported(practice), One="Uno.")
    translation.paragraphs.filter(source="One.").update(text="Una.")
    assert outcomes(file) == {"One": Outcome.CHANGED_SINCE}
    assert import_file(file=file, ticks=[], by=member) == 0
    [tick] = [each.tick for each in compare_file(file) if each.may_be_ticked]
    # It changes once more between the preview and the import.
    translation.paragraphs.filter(source="One.").update(text="Unos.")
    assert import_file(file=file, ticks=[tick], by=member) == 0
    [tick] = [each.tick for each in compare_file(file) if each.may_be_ticked]
    assert import_file(file=file, ticks=[tick], by=member) == 1
    assert texts(practice)["One"] == "Uno."


def test_a_file_that_lost_what_was_exported_overwrites_nothing(practice, member):
    translated("practice", practice)
    file = edited(exported(practice), One="Uno.")
    file = replace(file, units=[replace(unit, base="") for unit in file.units])
    assert outcomes(file) == {"One": Outcome.CHANGED_SINCE}


def test_a_translation_of_an_earlier_original_is_imported_as_out_of_date(practice, member):
    file = edited(exported(practice), One="Uno.", Two="Dos.")
    practice.description = "One, changed.\n\nTwo."
    practice.save()
    assert outcomes(file) == {"One": Outcome.ORIGINAL_CHANGED, "Two": Outcome.NEW}
    [changed] = [each for each in compare_file(file) if each.may_be_ticked]
    assert changed.source_changes == [("removed", "One."), ("added", "One, changed.")]
    assert import_file(file=file, ticks=[], by=member) == 1
    assert texts(practice) == {"Two": "Dos."}
    assert import_file(file=file, ticks=[changed.tick], by=member) == 1
    stored = {each.source: each.text for each in TranslatedParagraph.objects.all()}
    assert stored == {"One.": "Uno.", "Two.": "Dos."}
    assert import_file(file=file, ticks=[changed.tick], by=member) == 0
    # Not over a newer translation.
    later = edited(exported(practice), One="Uno, nuevo.")
    assert import_file(file=later, ticks=[], by=member) == 1
    assert [each.tick for each in compare_file(file) if each.may_be_ticked] == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"context": "practice/unknown/name"}, "There is no such public object."),
        ({"context": "comment/1/text"}, "There is no such public object."),
        ({"context": "practice/parcels/slug"}, "There is no such field."),
        ({"context": "practice/parcels/figure-label"}, "There is no such field."),
        ({"text": "Uno.\n\nDos."}, "It must be a single paragraph, without spaces around it."),
        ({"text": "- Uno"}, "It must be a single paragraph, without spaces around it."),
        ({"text": "Uno\0"}, "It has characters that can’t be stored."),
        ({"text": "Uno\x01"}, "It has characters that can’t be stored."),
        ({"text": "Uno\x1b[31m"}, "It has characters that can’t be stored."),
        ({"text": "U" * 20_001}, "It is too long."),
        ({"text": "Uno <b>"}, "Its HTML must be the same as in the original."),
        ({"text": "**Uno**"}, "Its formatting must be the same as in the original."),
        ({"text": "Uno %(city)s"}, "Its placeholders must be the same as in the original."),
        ({"text": "Uno https://evil.example"}, "Its links must be the same as in the original."),
        ({"problem": "Only a part of it is translated."}, "Only a part of it is translated."),
    ],
)
def test_problems_are_listed_by_unit(practice, member, change, problem):
    practice.slug = "parcels"
    practice.save()
    file = edited(exported(practice), One="Uno.", Two="Dos.")
    units = [replace(unit, **change) if unit.source == "One." else unit for unit in file.units]
    file = replace(file, units=units)
    [wrong] = [each for each in compare_file(file) if each.outcome == Outcome.WRONG]
    assert wrong.problems == (problem,)
    assert not wrong.may_be_ticked
    assert import_file(file=file, ticks=[wrong.tick], by=member) == 1
    assert texts(practice) == {"Two": "Dos."}


def test_links_must_stay(member):
    source = "See [the guide](/cases/one/) or https://example.org/a_(b)."
    practice = PracticeFactory(name="Parcels", summary="", needs="", description=source)
    for text, outcome in {
        "Vea [la guía](/cases/one/) o https://example.org/a_(b).": Outcome.NEW,
        "Vea [la guía](/cases/two/) o https://example.org/a_(b).": Outcome.WRONG,
        "Vea la guía o https://example.org/a_(b).": Outcome.WRONG,
    }.items():
        assert outcomes(edited(exported(practice), See=text)) == {"See": outcome}


def test_the_languages_must_be_right(practice):
    file = edited(exported(practice), One="Uno.")
    assert set(outcomes(replace(file, language="en")).values()) == {Outcome.WRONG}
    assert set(outcomes(replace(file, source_language="fr")).values()) == {Outcome.WRONG}
    assert outcomes(replace(file, source_language="")) == {"One": Outcome.NEW}


def test_what_is_no_longer_public_is_not_imported(member):
    case = CaseStudyFactory(published=True, title="Ports")
    file = edited(exported(case, kind="case"), Ports="Puertos")
    type(case).objects.update(status="archived", archived_reason="Ended.")
    assert set(outcomes(file).values()) == {Outcome.WRONG}
    assert import_file(file=file, ticks=[], by=member) == 0


def test_figures_are_exchanged_with_their_case(member):
    case = CaseStudyFactory(published=True, title="Ports")
    EvidenceFactory(case=case, label="Ships", unit="%")
    file = edited(exported(case, kind="case"), Ships="Buques")
    assert outcomes(file) == {"Ships": Outcome.NEW}
    assert import_file(file=file, ticks=[], by=member) == 1
    assert texts(case) == {"Ships": "Buques"}


@pytest.mark.django_db(transaction=True)
def test_concurrent_imports_write_once(practice, member):
    file = edited(exported(practice), Parcels="Paquetes", One="Uno.")
    written = []

    def run():
        written.append(import_file(file=file, ticks=[], by=member))

    assert together(run, run, after='FROM "repository_practice"') == []
    assert sorted(written) == [0, 2]
    assert TranslatedParagraph.pgh_event_model.objects.count() == 2


WORDS = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=40
).map(lambda text: f"x{text}x")
ONE_PARAGRAPH = WORDS.filter(
    lambda text: split(text) == [Paragraph("", text)] and not NOT_STORED.search(text)
)


@given(source=ONE_PARAGRAPH, text=ONE_PARAGRAPH)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_out_in_and_out_again_is_the_same(member, source, text):
    practice = PracticeFactory(name="Parcels", summary="", needs="", description=source)
    translation = translated("practice", practice)
    translation.paragraphs.filter(field="description").update(text=text)
    first = exchange.write(exported(practice))
    file = exchange.read(first)
    assert set(summary(compare_file(file))) <= {Outcome.SAME, Outcome.WRONG}
    import_file(file=file, ticks=[], by=member)
    assert exchange.write(exported(practice)) == first
