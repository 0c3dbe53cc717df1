"""Suggestions that a series folder brings."""

import pytest
import yaml
from django.test import Client

from partnerships.models import Need, Offer, Suggestion
from partnerships.suggestions import actions
from repository.loading.entries import SeriesError
from repository.loading.writing import load_series
from repository.models import LoadRecord
from repository.workflow import ActionRefused
from tests import editions
from tests.collection import SERIES
from tests.factories import (
    CaseStudyFactory,
    CountryFactory,
    RepresentationFactory,
    SeriesFactory,
    SuggestionFactory,
    UserFactory,
)
from tests.races import Meeting
from tests.repository.content.shared_text import report_runs, shared_runs
from tests.repository.loading.conftest import FILES

pytestmark = pytest.mark.django_db
SUGGESTIONS = """\
- key: stations
  kind: offer
  city: chengkou
  title: An e-commerce station in each village
  description: Who runs them and how.
  practices: [rail]
  themes: [logistics]
  cases: [rail-city]
- key: roads
  kind: need
  country: CN
  title: Roads
  description: What was missing.
  themes: [logistics]
  cases: [rail-city]
"""
NAME = "suggestions.yaml"


@pytest.fixture
def folder(tmp_path):
    """The small series of the tests of loading, with a suggested offer and a suggested need."""
    for iso2 in ("CN", "BR"):
        CountryFactory(iso2=iso2)
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    practice = yaml.safe_load(FILES["practices.yaml"])[0]["slug"]
    case = next(name for name in FILES if name.startswith("cases/")).removeprefix("cases/")[:-3]
    words = SUGGESTIONS.replace("[rail]", f"[{practice}]").replace("[rail-city]", f"[{case}]")
    (tmp_path / NAME).write_text(words, encoding="utf-8")
    return tmp_path


def rewrite(folder, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def without_need(folder) -> None:
    text = (folder / NAME).read_text(encoding="utf-8")
    (folder / NAME).write_text(text[: text.index("- key: roads")], encoding="utf-8")


def stations() -> Suggestion:
    return Suggestion.objects.get(key="stations")


def decide(verb: str) -> Suggestion:
    """Adopt or decline the suggestion as a representative of the city."""
    member = UserFactory()
    RepresentationFactory(city=stations().city, member=member)
    words = {
        "links": {},
        "title": "Our stations",
        "description": "Come and see.",
        "language": "en",
        "modalities": ["study-visit"],
        "languages": [],
        "valid_until": None,
        "capacity": 2,
    }
    getattr(actions, verb)(suggestion=stations(), by=member, **(words if verb == "adopt" else {}))
    return stations()


def test_load_creates_suggestions_and_no_offers(folder):
    load_series(folder)
    assert not Offer.objects.exists()
    assert not Need.objects.exists()
    offer, need = stations(), Suggestion.objects.get(key="roads")
    assert (offer.city.slug, offer.kind, offer.status) == ("chengkou", "offer", "open")
    assert (offer.published_at.year, offer.decided_at) == (2021, None)
    assert (offer.practices.count(), offer.themes.count(), offer.cases.count()) == (1, 1, 1)
    assert (need.city, need.country.iso2, need.kind) == (None, "CN", "need")
    answer = Client().get("/partnerships/")
    assert answer.context["count"] == "0 entries"
    assert {row.key for row in answer.context["suggestions"]} == {"stations", "roads"}


def test_load_again_changes_nothing(folder):
    load_series(folder)
    before = (stations().events.count(), editions.number())
    outcome = load_series(folder)
    assert (outcome.created, outcome.changed, outcome.left_alone) == (0, 0, [])
    assert (stations().events.count(), editions.number()) == before
    rewrite(folder, NAME, "Who runs them", "Who keeps them")
    assert load_series(folder).changed == 1
    assert stations().description == "Who keeps them and how."


@pytest.mark.parametrize("verb", ["adopt", "decline"])
@pytest.mark.parametrize("overwrite", [True, False])
def test_load_keeps_decided_suggestions(folder, verb, overwrite):
    load_series(folder)
    decided = decide(verb)
    rewrite(folder, NAME, "Who runs them", "Who keeps them")
    outcome = load_series(folder, overwrite=overwrite)
    assert outcome.left_alone == ["suggestion stations"]
    after = stations()
    assert (after.title, after.description, after.status) == (
        decided.title,
        decided.description,
        decided.status,
    )
    listed = Client().get("/partnerships/").context["suggestions"]
    assert [row.key for row in listed] == ["roads"]


def test_load_replaces_edited_texts(folder):
    load_series(folder)
    Suggestion.objects.filter(key="roads").update(title="Roads to the villages")
    LoadRecord.objects.filter(kind="suggestion").delete()
    assert load_series(folder).left_alone == []
    assert Suggestion.objects.get(key="roads").title == "Roads"


def test_load_deletes_suggestions_missing_from_the_file(folder):
    load_series(folder)
    without_need(folder)
    load_series(folder)
    assert [row.key for row in Suggestion.objects.all()] == ["stations"]


@pytest.mark.parametrize("verb", ["adopt", "decline"])
def test_load_keeps_decided_suggestions_missing_from_the_file(folder, verb):
    load_series(folder)
    decide(verb)
    (folder / NAME).unlink()
    load_series(folder)
    assert [row.key for row in Suggestion.objects.all()] == ["stations"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", ["adopt", "decline"])
@pytest.mark.parametrize(
    ("is_gone", "reads"),
    [
        (False, r'FROM "partnerships_suggestion" WHERE "partnerships_suggestion"."id" ='),
        (True, r'FROM "partnerships_suggestion".*"status" = '),
    ],
)
def test_load_while_the_city_decides(folder, verb, is_gone, reads):
    """The loader has read the suggestion as open, and the city has locked it to decide."""
    load_series(folder)
    if is_gone:
        (folder / NAME).unlink()
    else:
        rewrite(folder, NAME, "Who runs them", "Who keeps them")
    meeting = Meeting()

    def load():
        with meeting.after(reads):
            load_series(folder)

    def decide_meanwhile():
        with meeting.after(r'FROM "partnerships_suggestion".*FOR NO KEY UPDATE'):
            decide(verb)

    errors = meeting.together(load, decide_meanwhile)
    left = Suggestion.objects.filter(key="stations").first()
    if left is None:
        # The loader was first, and the action was refused.
        assert [type(error) for error in errors] == [ActionRefused]
    else:
        assert errors == []
        assert left.status == {"adopt": "adopted", "decline": "declined"}[verb]
        assert left.decided_at


def test_load_leaves_the_suggestions_of_other_series(folder):
    load_series(folder)
    other = SuggestionFactory(cases=[CaseStudyFactory(published=True, series=SeriesFactory())])
    load_series(folder)
    assert Suggestion.objects.filter(pk=other.pk).exists()


def test_all_mistakes_are_reported_and_nothing_is_loaded(folder):
    rewrite(folder, NAME, "city: chengkou", "city: chenkou")
    rewrite(folder, NAME, "kind: offer", "kind: gossip")
    rewrite(folder, NAME, "country: CN", "capacity: 3")
    with pytest.raises(SeriesError) as error:
        load_series(folder)
    mistakes = [(found.file, found.line, found.field) for found in error.value.mistakes]
    assert mistakes == [
        (NAME, 2, "kind"),
        (NAME, 3, "city"),
        (NAME, 9, ""),  # of nobody
        (NAME, 11, "capacity"),
    ]
    assert "is it chengkou?" in str(error.value)
    assert not LoadRecord.objects.exists()


def test_suggestions_are_checked_despite_mistakes_in_the_series(folder):
    rewrite(folder, "series.yaml", "published: 2021-03-01", "published: soon")
    rewrite(folder, NAME, "kind: offer", "kind: gossip")
    rewrite(folder, NAME, "country: CN", "country: CN\n  city: chengkou")
    with pytest.raises(SeriesError) as error:
        load_series(folder)
    mistakes = [(found.file, found.line, found.field) for found in error.value.mistakes]
    assert mistakes == [
        ("series.yaml", 6, "published"),
        (NAME, 2, "kind"),
        (NAME, 12, "city"),
    ]


def test_place_is_a_city_or_a_country(folder):
    rewrite(folder, NAME, "country: CN", "country: CN\n  city: chengkou")
    with pytest.raises(SeriesError, match="A suggestion must be for one city or one country"):
        load_series(folder)
    assert not Suggestion.objects.exists()


def test_series_without_the_file_is_loaded(folder):
    (folder / NAME).unlink()
    load_series(folder)
    assert not Suggestion.objects.exists()


@pytest.mark.usefixtures("collection")
class TestSeries2020:
    def test_suggestions_for_every_place_and_no_offers_or_needs(self):
        assert not Offer.objects.exists()
        assert not Need.objects.exists()
        kinds = [*Suggestion.objects.open().values_list("kind", flat=True)]
        assert (kinds.count("offer"), kinds.count("need")) == (23, 10)
        cities = {*Suggestion.objects.exclude(city=None).values_list("city__slug", flat=True)}
        assert cities == {
            "chengkou",
            "guangzhou",
            "hangzhou",
            "kolkata",
            "qingdao",
            "tianjin",
            "zhalantun",
            "zhengzhou",
        }
        countries = {*Suggestion.objects.exclude(country=None).values_list("country", flat=True)}
        assert countries == {"BJ", "BR", "BY"}

    def test_each_is_about_the_place_and_the_practices_of_its_case(self):
        for row in Suggestion.objects.all():
            case = row.cases.get()
            assert row.place in [*case.cities.all(), *case.countries.all()], row
            assert {*row.practices.all()} <= {*case.practices.all()}, row


# Claims of earlier texts that the report does not make.
UNFOUNDED = [
    "ask to take part",
    "cold storage",
    "next step",
    "return cargo",
    "training for students",
    "twinning",
    "way back",
    "who have never been",
]


def test_texts_repeat_no_unfounded_claim():
    text = (SERIES / NAME).read_text(encoding="utf-8").lower()
    assert [claim for claim in UNFOUNDED if claim in text] == []


def test_titles_share_no_run_of_words_with_the_report():
    # Descriptions are read by tests/repository/content/test_series_words.py with all the rest.
    rows = yaml.safe_load((SERIES / NAME).read_text(encoding="utf-8"))
    runs = report_runs()
    assert rows
    assert [row["key"] for row in rows if shared_runs(row["title"], runs)] == []
