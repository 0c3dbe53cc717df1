"""The landscape of a series folder, which may be missing."""

import pytest

from repository.loading.entries import SeriesError
from repository.loading.writing import load_series
from repository.models import LandscapeSection

pytestmark = pytest.mark.django_db

LANDSCAPE = """\
- slug: regions
  number: 1
  title: The regions
  summary: Not all grow.
  body: Some **grow**.
  place: Chapter I
  references: [report-2021]
  evidence:
    - {label: of the companies, value: 90, unit: "%", reference: report-2021, place: Chapter I}
"""


@pytest.fixture
def with_landscape(folder):
    folder.write("landscape.yaml", LANDSCAPE)
    return folder


def test_load_sections_with_figures_and_works(with_landscape):
    load_series(with_landscape.path)
    section = LandscapeSection.objects.get()
    assert (section.slug, section.number, section.title) == ("regions", 1, "The regions")
    assert section.rendered["body"] == "<p>Some <strong>grow</strong>.</p>\n"
    assert [work.key for work in section.references.all()] == ["report-2021"]
    (figure,) = section.evidence.all()
    assert (figure.label, figure.value, figure.reference.key) == (
        "of the companies",
        90,
        "report-2021",
    )


def test_load_sections_again_writes_nothing(with_landscape):
    load_series(with_landscape.path)
    outcome = load_series(with_landscape.path)
    assert (outcome.created, outcome.changed, outcome.left_alone) == (0, 0, [])


def test_keep_what_staff_have_edited(with_landscape):
    load_series(with_landscape.path)
    LandscapeSection.objects.get().evidence.update(value=89)
    with_landscape.change("landscape.yaml", "Some **grow**.", "Others grow.")
    assert load_series(with_landscape.path).left_alone == ["landscape section regions"]
    load_series(with_landscape.path, overwrite=True)
    section = LandscapeSection.objects.get()
    assert (section.body, section.evidence.get().value) == ("Others grow.", 90)


def test_load_a_folder_without_a_landscape(folder):
    load_series(folder.path)
    assert not LandscapeSection.objects.exists()


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        (
            "references: [report-2021]",
            "references: [report-2022]",
            "landscape.yaml, line 7: references: there is no reference 'report-2022'; "
            "is it report-2021?",
        ),
        (
            "number: 1",
            "number: one",
            "landscape.yaml, line 2: number: 'one' is not a whole number like 1352",
        ),
        (
            "value: 90",
            "numerator: 9",
            "landscape.yaml, line 9: numerator: Enter both numbers of the share. The "
            "second must be greater than 0.",
        ),
    ],
)
def test_report_mistakes_in_a_section(with_landscape, old, new, mistake):
    with_landscape.change("landscape.yaml", old, new)
    with pytest.raises(SeriesError) as error:
        load_series(with_landscape.path)
    assert mistake in map(str, error.value.mistakes)
    assert not LandscapeSection.objects.exists()
