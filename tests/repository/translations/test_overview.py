from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from repository.models import Origin, Original, Translation, TranslationState
from repository.translations.overview import (
    OPEN,
    Filters,
    Sort,
    WorkState,
    languages,
    listed,
    shares,
    work,
)
from tests.factories import CaseStudyFactory, DailyCountFactory, PracticeFactory
from tests.repository.translations.test_originals import translated

pytestmark = pytest.mark.django_db


def titles(**filters):
    rows, total = listed(Filters(**filters), stop=50)
    assert total == len(rows)
    return [row.title for row in rows]


def cell_of(title, language):
    rows, _total = listed(Filters(text=title), stop=50)
    [row] = [row for row in rows if row.title == title]
    return next(cell for cell in row.cells if cell.language == language)


@pytest.fixture
def practices():
    """One for each state in Spanish, by the name of the state."""
    found = {}
    for state in TranslationState.values:
        practice = PracticeFactory(name=f"Practice {state}", description="One.\n\nTwo.")
        found[state] = practice
        if state == "missing":
            continue
        translation = translated("practice", practice)
        if state == "current":
            translation.paragraphs.update(is_reviewed=True)
        elif state == "stale":
            type(practice).objects.filter(pk=practice.pk).update(
                name="Practice stale!", summary="New.", description="New.", needs=""
            )
        elif state == "partly-stale":
            practice.description = "One.\n\nThree."
            practice.save()
    return found


def test_each_state_is_shown_and_found(practices):
    for state in TranslationState.values:
        [title] = titles(kind="practice", language="es", state=state)
        assert title.rstrip("!") == f"Practice {state}"
        cell = cell_of(title, "es")
        assert cell.state == state
        assert (cell.since is not None) == (state in ("stale", "partly-stale"))
    # The properties of the model say the same.
    assert {
        Original.objects.get(kind="practice", object_id=each.object_id).title.rstrip(
            "!"
        ): each.state
        for each in Translation.objects.all()
    } == {
        f"Practice {state}": state
        for state in TranslationState
        if state != TranslationState.MISSING
    }
    assert titles(kind="practice", language="es", state=OPEN) == [
        "Practice missing",
        "Practice partly-stale",
        "Practice stale!",
    ]


def test_without_a_language_a_state_is_that_in_any(practices):
    assert titles(kind="practice", state="current") == ["Practice current"]
    current = practices["current"]
    for language in languages():
        if language not in ("en", "es"):
            assert "Practice current" in titles(kind="practice", state="missing")
            translated("practice", current, language=language)
    assert "Practice current" not in titles(kind="practice", state="missing")
    assert "Practice draft" in titles(kind="practice", state="missing")


def test_the_language_of_the_original_has_no_state():
    CaseStudyFactory(published=True, title="Puertos", language="es")
    assert cell_of("Puertos", "es").state is None
    assert cell_of("Puertos", "en").state == TranslationState.MISSING
    assert titles(language="es", kind="case") == []
    assert titles(language="en", kind="case") == ["Puertos"]


def test_search_for_titles():
    for name in ("100 % parcels", "1000 parcels", "Ships"):
        PracticeFactory(name=name)
    assert titles(kind="practice", text="PARCELS") == ["100 % parcels", "1000 parcels"]
    assert titles(kind="practice", text="0 % p") == ["100 % parcels"]


def test_only_public_objects_are_listed():
    CaseStudyFactory(title="Draft")
    case = CaseStudyFactory(published=True, title="Public")
    translated("case", case)
    assert titles(kind="case") == ["Public"]
    type(case).objects.filter(pk=case.pk).update(status="archived", archived_reason="Ended.")
    assert titles(kind="case") == []
    assert {share.total for share in shares(Filters(kind="case"))} == {0}
    assert {share.complete for share in shares(Filters(kind="case"))} == {0}


def test_most_read_come_first():
    today = timezone.localdate()
    read, often, never = (
        CaseStudyFactory(published=True, title=title) for title in ("Read", "Often", "A never")
    )
    for case, number, days in ((read, 5, 1), (often, 3, 1), (often, 4, 2), (never, 99, 91)):
        DailyCountFactory(case=case, webinar=None, number=number, day=today - timedelta(days=days))
    rows, _total = listed(Filters(kind="case", sort=Sort.READ), stop=50)
    assert [(row.title, row.views) for row in rows] == [("Often", 7), ("Read", 5), ("A never", 0)]
    # Views of a few rows are looked up, those of many counted at once.
    for stop in (50, 5_000):
        rows, _total = listed(Filters(kind="case"), stop=stop)
        assert {row.title: row.views for row in rows} == {"Often": 7, "Read": 5, "A never": 0}
    translated("case", often)
    missing = Filters(kind="case", language="es", state="missing", sort=Sort.READ)
    assert [row.title for row in listed(missing, stop=50)[0]] == ["Read", "A never"]


def test_out_of_date_for_longest_comes_first():
    for name, day in (("New", 3), ("Old", 1), ("Middle", 2)):
        translation = translated("practice", PracticeFactory(name=name), "name")
        since = datetime(2026, 1, day, tzinfo=UTC)
        Translation.objects.filter(pk=translation.pk).update(stale_since=since)
    PracticeFactory(name="Current")
    expected = ["Old", "Middle", "New", "Current"]
    assert titles(kind="practice", sort=Sort.AGE) == expected
    assert titles(kind="practice", sort=Sort.AGE, language="es") == expected
    assert titles(kind="practice", sort=Sort.AGE, language="fr") == sorted(expected)


def test_shares_count_what_people_have_translated_completely(practices):
    of = {share.language: share for share in shares(Filters(kind="practice"))}
    assert (of["es"].total, of["es"].complete, of["es"].reviewed) == (5, 2, 1)
    assert of["es"].percent == 40
    assert (of["fr"].total, of["fr"].complete, of["en"].total) == (5, 0, 0)
    draft = Translation.objects.get(object_id=practices["draft"].pk)
    draft.paragraphs.filter(field="name").update(origin=Origin.MACHINE)
    of = {share.language: share for share in shares(Filters(kind="practice"))}
    assert of["es"].complete == 1
    assert cell_of("Practice draft", "es").is_machine_made
    assert not cell_of("Practice current", "es").is_machine_made


def test_work_in_progress_is_shown(monkeypatch):
    """The hook for the workflow of members, here with rows of another table."""
    from django.db.models import DateTimeField, F, Value

    practice = PracticeFactory(name="Claimed")
    translated("practice", practice, language="fr")
    until = datetime(2026, 12, 1, 12, tzinfo=UTC)

    def rows():
        return Translation.objects.annotate(
            state=Value("claimed"), until=Value(until, DateTimeField()), place=F("pk")
        )

    monkeypatch.setattr(work, "rows", rows)
    cell = cell_of("Claimed", "fr")
    assert (cell.work, cell.until) == (WorkState.CLAIMED, until)
    assert cell_of("Claimed", "es").work is None
    assert titles(kind="practice", state="claimed") == ["Claimed"]
    assert titles(kind="practice", state="claimed", language="es") == []
    assert titles(kind="practice", state="suggested") == []


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("sort", Sort)
def test_the_table_is_one_query_and_the_shares_are_two(number, sort, django_assert_num_queries):
    for _ in range(number):
        translated("practice", PracticeFactory())
    with django_assert_num_queries(1):
        listed(Filters(sort=sort), stop=50)
    with django_assert_num_queries(2):
        shares(Filters())
