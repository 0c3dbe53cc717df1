"""Offers and needs that a series folder brings."""

import pytest
import yaml
from django.test import Client

from partnerships.actions import listing as actions
from partnerships.models import Need, Offer
from repository.loading import SeriesError, load_series
from repository.models import LoadRecord, PageStamp
from tests.collection import SERIES
from tests.factories import CountryFactory, RepresentationFactory, UserFactory
from tests.repository.loading.conftest import FILES
from tests.repository.test_series_words import report_runs, shared_runs

pytestmark = pytest.mark.django_db
OFFERS = """\
- key: stations
  city: chengkou
  title: An e-commerce station in each village
  description: Who runs them and how.
  modalities: [knowledge-exchange]
  practices: [rail]
  themes: [logistics]
  cases: [rail-city]
"""
NEEDS = """\
- key: roads
  country: CN
  title: Roads
  modalities: [investment]
  themes: [logistics]
  cases: [rail-city]
"""


@pytest.fixture
def folder(tmp_path):
    """The small series of the tests of loading, with one offer and one need."""
    for iso2 in ("CN", "BR"):
        CountryFactory(iso2=iso2)
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    practice = yaml.safe_load(FILES["practices.yaml"])[0]["slug"]
    case = next(name for name in FILES if name.startswith("cases/")).removeprefix("cases/")[:-3]
    for name, content in (("offers.yaml", OFFERS), ("needs.yaml", NEEDS)):
        words = content.replace("[rail]", f"[{practice}]").replace("[rail-city]", f"[{case}]")
        (tmp_path / name).write_text(words, encoding="utf-8")
    return tmp_path


def rewrite(folder, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_stock_is_published_as_not_yet_confirmed(folder):
    load_series(folder)
    offer, need = Offer.objects.get(), Need.objects.get()
    assert (offer.city.slug, offer.status, offer.is_unconfirmed) == ("chengkou", "published", True)
    assert (offer.published_at.year, offer.capacity, offer.created_by) == (2021, None, None)
    assert (offer.practices.count(), offer.themes.count(), offer.cases.count()) == (1, 1, 1)
    assert (need.city, need.country.iso2) == (None, "CN")
    assert not Offer.objects.waiting().exists()
    assert PageStamp.objects.filter(path="/partnerships/").exists()
    page = Client().get("/partnerships/").text
    assert page.count("not yet confirmed") == 2


def test_stock_loaded_again_is_the_same(folder):
    load_series(folder)
    before = (Offer.objects.get().events.count(), PageStamp.objects.get(path="/").version)
    outcome = load_series(folder)
    assert (outcome.created, outcome.changed, outcome.left_alone) == (0, 0, [])
    assert (Offer.objects.get().events.count(), PageStamp.objects.get(path="/").version) == before
    rewrite(folder, "offers.yaml", "Who runs them", "Who keeps them")
    assert load_series(folder).changed == 1
    assert Offer.objects.get().description == "Who keeps them and how."


@pytest.mark.parametrize("verb", ["confirm", "change", "close"])
@pytest.mark.parametrize("overwrite", [True, False])
def test_what_the_city_has_said_is_never_written_again(folder, verb, overwrite):
    load_series(folder)
    offer, member = Offer.objects.get(), UserFactory()
    RepresentationFactory(city=offer.city, member=member)
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
    getattr(actions, verb)(listing=offer, by=member, **(words if verb == "change" else {}))
    offer.refresh_from_db()
    rewrite(folder, "offers.yaml", "Who runs them", "Who keeps them")
    outcome = load_series(folder, overwrite=overwrite)
    assert outcome.left_alone == ["offer stations"]
    after = Offer.objects.get()
    assert (after.title, after.description, after.status) == (
        offer.title,
        offer.description,
        offer.status,
    )


def test_what_staff_have_edited_is_left_alone(folder):
    load_series(folder)
    Need.objects.update(title="Roads to the villages")
    rewrite(folder, "needs.yaml", "title: Roads", "title: Rails")
    assert load_series(folder).left_alone == ["need roads"]
    assert Need.objects.get().title == "Roads to the villages"
    load_series(folder, overwrite=True)
    assert Need.objects.get().title == "Rails"


def test_every_mistake_is_told_at_once_and_nothing_is_loaded(folder):
    rewrite(folder, "offers.yaml", "city: chengkou", "city: chenkou")
    rewrite(folder, "offers.yaml", "[knowledge-exchange]", "[gossip]")
    rewrite(folder, "needs.yaml", "country: CN", "capacity: 3")
    with pytest.raises(SeriesError) as error:
        load_series(folder)
    told = [(found.file, found.line, found.field) for found in error.value.mistakes]
    assert told == [
        ("needs.yaml", 1, ""),  # of nobody
        ("needs.yaml", 2, "capacity"),
        ("offers.yaml", 2, "city"),
        ("offers.yaml", 5, "modalities"),
    ]
    assert "is it chengkou?" in str(error.value)
    assert not LoadRecord.objects.exists()


def test_what_hangs_on_the_series_is_held_to_its_rules_without_it(folder):
    rewrite(folder, "series.yaml", "published: 2021-03-01", "published: soon")
    rewrite(folder, "offers.yaml", "[knowledge-exchange]", "[gossip]")
    rewrite(folder, "needs.yaml", "country: CN", "country: CN\n  city: chengkou")
    with pytest.raises(SeriesError) as error:
        load_series(folder)
    told = [(found.file, found.line, found.field) for found in error.value.mistakes]
    assert told == [
        ("needs.yaml", 3, "city"),
        ("offers.yaml", 5, "modalities"),
        ("series.yaml", 6, "published"),
    ]


def test_owner_is_one(folder):
    rewrite(folder, "needs.yaml", "country: CN", "country: CN\n  city: chengkou")
    with pytest.raises(SeriesError, match="A need is of one city or of one country"):
        load_series(folder)
    assert not Need.objects.exists()


def test_series_without_the_files_is_loaded(folder):
    (folder / "offers.yaml").unlink()
    (folder / "needs.yaml").unlink()
    load_series(folder)
    assert not Offer.objects.exists()


@pytest.mark.usefixtures("collection")
class TestSeries2020:
    def test_there_are_offers_and_needs_of_every_place(self):
        assert (Offer.objects.unconfirmed().count(), Need.objects.unconfirmed().count()) == (23, 12)
        cities = {*Offer.objects.exclude(city=None).values_list("city__slug", flat=True)}
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
        countries = {*Need.objects.exclude(country=None).values_list("country", flat=True)}
        assert countries == {"BJ", "BR", "BY"}

    def test_each_is_linked_to_the_case_it_was_drawn_from(self):
        for row in [*Offer.objects.all(), *Need.objects.all()]:
            case = row.cases.get()
            places = [*case.cities.all(), *case.countries.all()]
            assert row.owner in places, row
            assert {*row.practices.all()} <= {*case.practices.all()} or row.report_key in WANTED

    def test_no_figure_of_capacity_is_invented(self):
        assert not Offer.objects.exclude(capacity=None).exists()


# What they look for, which their own case does not show.
WANTED = {"brazil-skills", "brazil-logistics", "chengkou-sales-skills"}


@pytest.mark.parametrize("name", ["offers", "needs"])
def test_titles_share_no_run_of_words_with_the_report(name):
    # Descriptions are read by tests/repository/test_series_words.py with all the rest.
    rows = yaml.safe_load((SERIES / f"{name}.yaml").read_text(encoding="utf-8"))
    runs = report_runs()
    assert rows
    assert [row["key"] for row in rows if shared_runs(row["title"], runs)] == []
