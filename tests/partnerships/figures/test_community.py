from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from community.models import Decision, Revision, Submission
from partnerships.figures import community, monitoring
from partnerships.figures.periods import Period
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CommentFactory,
    CountryFactory,
    ExperienceFactory,
    PracticeFactory,
    ThemeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 25)
MARCH = datetime(2026, 3, 9, 9, tzinfo=UTC)
FEW = "not shown: protects groups of fewer than 5 people"


def rows(key: str, on: date = DAY) -> dict:
    table = monitoring.report(on=on).table(key)
    return {row[:-1]: row[-1] for row in table.rows}


def at(moment: datetime, *made):
    for row in made:
        type(row).objects.filter(pk=row.pk).update(created_at=moment)


def comments(number: int, moment: datetime = MARCH, **fields):
    made = CommentFactory.create_batch(number, **fields)
    at(moment, *made)
    return made


def test_period_has_twelve_calendar_months():
    period = Period.year_before(DAY)
    assert (period.first, period.last) == (date(2025, 12, 1), DAY)
    assert [month.month for month in period.months] == [12, *range(1, 12)]
    assert Period.year_before(date(2026, 12, 31)).first == date(2026, 1, 1)
    assert str(period) == "1 December 2025 to 25 November 2026"


def test_count_contributions_of_members():
    comments(5)
    for moment in (datetime(2025, 11, 30, 23, tzinfo=UTC), datetime(2026, 11, 26, tzinfo=UTC)):
        comments(5, moment)
    comments(5, pending=True)
    hidden = CaseStudyFactory()
    comments(5, subject=hidden)
    for author in UserFactory.create_batch(5):
        case = CaseStudyFactory(published=True, published_at=MARCH)
        case.authors.add(author)
        Revision.objects.create(
            case=case, by=author, base={}, document={}, why="Newer.", status="accepted",
            decided_at=MARCH,
        )  # fmt: skip
    # A case of the collection, without an author.
    CaseStudyFactory(published=True, published_at=MARCH)
    tried = ExperienceFactory.create_batch(4)
    at(MARCH, *tried)
    assert list(rows("contributions").values()) == [5, FEW, 5, 5]


def test_count_a_member_once_in_a_month():
    busy, *others = UserFactory.create_batch(5)
    comments(3, author=busy)
    for author in others:
        comments(1, author=author)
    assert rows("active-members")["March 2026",] == 5
    assert rows("comments")["March 2026",] == 7
    comments(1, MARCH + timedelta(days=60), author=busy)
    assert rows("active-members")["May 2026",] == FEW


def test_hide_a_second_month_if_one_is_small():
    comments(6)
    comments(5, MARCH + timedelta(days=30))
    comments(2, MARCH + timedelta(days=60))
    found = rows("comments")
    # Both have the same text, so that the small one is not recognisable.
    assert list(found.values()).count(FEW) == 2
    assert (found["March 2026",], found["April 2026",]) == (6, FEW)
    assert (found["May 2026",], found["June 2026",]) == (FEW, 0)
    assert rows("contributions")["Comments",] == 13


def test_count_cases_by_region_and_theme():
    benin = CountryFactory(iso2="BJ", region="Africa")
    trade = ThemeFactory(name="Trade", names={"fr": "Commerce"})
    case = CaseStudyFactory(published=True, themes=[trade])
    case.countries.add(benin)
    case.cities.add(CityFactory(country=benin), CityFactory(country=benin))
    CaseStudyFactory(published=True)
    draft = CaseStudyFactory(themes=[trade])
    draft.countries.add(benin)
    assert rows("case-regions") == {
        ("Africa",): 1,
        ("No country: an organisation’s perspective",): 1,
    }
    assert rows("case-themes") == {("Trade",): 1}
    page = Client().get("/fr/monitoring/")
    assert page.context["report"].table("case-themes").rows == (("Commerce", 1),)


def test_count_cases_of_a_period():
    CaseStudyFactory(published=True, published_at=MARCH, themes=[ThemeFactory(name="Trade")])
    year = Period(date(2026, 1, 1), date(2026, 12, 31))
    assert community.cases(year)[1].rows == (("Trade", 1),)
    assert community.cases(Period(date(2025, 1, 1), date(2025, 12, 31)))[1].rows == ()


def decide(subject, before: str, *, hours: int, since: datetime = MARCH, **fields):
    made = Decision.objects.create(
        subject=subject, verb="approve", before=before, concerns=UserFactory(), **fields
    )
    at(since + timedelta(hours=hours), made)


def test_show_the_median_time_of_moderation():
    for hours, comment in zip((2, 4, 6, 30, 50), comments(5), strict=True):
        decide(comment, "pending", hours=hours)
    undone, shown = comments(2)
    decide(undone, "pending", hours=900, undone_at=MARCH)
    decide(shown, "published", hours=900)
    for hours in (3, 3, 3, 3):
        case = CaseStudyFactory()
        at(MARCH, Submission.objects.create(case=case))
        decide(case, "submitted", hours=hours)
    table = monitoring.report(on=DAY).table("moderation")
    assert [row[1:] for row in table.rows] == [(5, 6), (0, None), (FEW, None)]
    assert [bar["label"] for bar in table.bars][:1] == ["Comments"]
    case = CaseStudyFactory()
    # The time counts from the last submission.
    for days in (-30, 0, 60):
        at(MARCH + timedelta(days=days), Submission.objects.create(case=case))
    decide(case, "submitted", hours=8)
    assert monitoring.report(on=DAY).table("moderation").rows[2][1:] == (5, 3)


def test_count_each_city_once_for_a_practice():
    parcels, window = PracticeFactory(name="Parcels"), PracticeFactory(name="Window")
    city = CityFactory()
    ExperienceFactory(subject=parcels, city=city, year=2021, status="piloting")
    ExperienceFactory(subject=parcels, city=city, year=2022, status="adopted")
    ExperienceFactory(subject=parcels, status="adapted")
    ExperienceFactory(subject=window, city=city, status="abandoned")
    ExperienceFactory(subject=window, pending=True)
    found = {key[0]: n for key, n in rows("adoption").items() if n}
    assert found == {"Adopted": 1, "Adapted": 1, "Abandoned": 1}
    assert rows("adopted") == {("Parcels",): 2}


def test_each_table_names_its_period_and_rule():
    report = monitoring.report(on=DAY)
    for key in ("contributions", "active-members", "comments", "moderation"):
        counted = report.table(key).counted
        assert "1 December 2025 to 25 November 2026" in counted
        assert "Numbers are shown only when they cover at least 5 people." in counted
