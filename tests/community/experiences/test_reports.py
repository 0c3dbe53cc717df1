import pytest

from community.experiences import reports as experiences_reports
from community.models import Experience, Follow, Standing
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    ExperienceFactory,
    PracticeFactory,
    TagFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice():
    return PracticeFactory()


def add_report(practice, city, year, status, **values):
    return ExperienceFactory(subject=practice, city=city, year=year, status=status, **values)


def test_sum_up_each_city_once_by_its_latest_report(practice):
    first, second, third = CityFactory.create_batch(3)
    add_report(practice, first, 2019, "piloting")
    add_report(practice, first, 2022, "adopted")
    add_report(practice, first, 2021, "abandoned")
    add_report(practice, second, 2020, "adopted")
    # Of two of one year the later written one.
    add_report(practice, third, 2020, "adopted")
    add_report(practice, third, 2020, "abandoned", failed="Nobody *came*.", language="fr")
    add_report(PracticeFactory(), third, 2024, "adopted")
    add_report(practice, second, 2024, "abandoned", standing=Standing.PENDING)
    found = experiences_reports.summary(practice)
    assert str(found) == "Adopted in 2 cities, abandoned in 1 city"
    assert found.reasons == [
        experiences_reports.Reason(third, "<p>Nobody <em>came</em>.</p>\n", "fr")
    ]


def test_sum_up_nothing(practice):
    add_report(practice, CityFactory(), 2024, "adopted", pending=True)
    assert not experiences_reports.summary(practice)


@pytest.mark.parametrize("count", [1, 3, 50])
def test_sum_up_in_one_query(practice, count, django_assert_num_queries):
    for city in CityFactory.create_batch(count):
        add_report(practice, city, 2020, "abandoned", failed="Too dear.")
    with django_assert_num_queries(1):
        found = experiences_reports.summary(practice)
    assert found.cities == {"abandoned": count}
    assert len(found.reasons) == min(count, experiences_reports.SHOWN)


def test_public_reports_are_published_and_on_public_subjects():
    shown = ExperienceFactory()
    on_practice = ExperienceFactory(subject=PracticeFactory())
    ExperienceFactory(subject=CaseStudyFactory())
    ExperienceFactory(subject=CaseStudyFactory(archived=True))
    for standing in Standing:
        if standing != Standing.PUBLISHED:
            ExperienceFactory(standing=standing)
    assert {*experiences_reports.public(Experience.objects.all())} == {shown, on_practice}


def test_find_cities_in_the_collection_and_the_gazetteer():
    rwanda = CountryFactory(iso2="RW", name="Rwanda")
    known = CityFactory(name="Kigali", country=rwanda, geoname_id=202061)
    assert [found.city for found in experiences_reports.cities_called("KIGALI, Rwanda")] == [known]
    found = experiences_reports.cities_called("Gisenyi, Rwanda")
    assert [(each.label.partition(" (")[0], each.city) for each in found] == [
        ("Gisenyi, Rwanda", None)
    ]
    assert experiences_reports.cities_called("Nowhere at all") == []
    assert experiences_reports.cities_called("a\0b") == []


def test_move_follows_to_the_merged_tag(member, colleague):
    merged, into = TagFactory.create_batch(2)
    for follower, tag in ((member, merged), (member, into), (colleague, merged)):
        Follow.objects.create(member=follower, subject=tag)
    experiences_reports.move_follows(merged.pk, into.pk)
    rows = Follow.objects.order_by("member__handle").values_list("member__handle", "object_id")
    assert [*rows] == [("colleague", into.pk), ("member", into.pk)]


def test_draw_the_stages_as_one_bar():
    summary = experiences_reports.Summary({"abandoned": 1, "adopted": 2, "planned": 1}, [])
    assert [(stage.status, stage.count, stage.start, stage.width) for stage in summary.stages] == [
        ("adopted", 2, "0", "50"),
        ("planned", 1, "50", "25"),
        ("abandoned", 1, "75", "25"),
    ]


def test_sum_up_sample_cities_only_without_real_ones(practice):
    add_report(practice, CityFactory(is_sample=True), 2024, "abandoned")
    found = experiences_reports.summary(practice)
    assert (found.cities, found.is_sample) == ({"abandoned": 1}, True)
    add_report(practice, CityFactory(), 2024, "adopted")
    found = experiences_reports.summary(practice)
    assert (found.cities, found.is_sample) == ({"adopted": 1}, False)
