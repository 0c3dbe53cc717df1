"""A sample series: a webinar that was held, with its survey, and one to come; and view counts.

Registrations, answers and view counts are the only rows that no action writes: there are
thousands, and each would take a dozen queries.
"""

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from community.models import (
    Brokered,
    Gender,
    Registration,
    RegistrationStatus,
    Survey,
    SurveyAnswer,
)
from community.webinars.surveys import actions as surveys
from community.webinars.surveys.models import Attendance, Growth, Will, Words
from partnerships.sample.content import PREFIX, read
from partnerships.sample.people import DOMAIN, Cast
from partnerships.sample.times import at
from repository.counts.models import CountKind, DailyCount
from repository.models import CaseStudy, Practice, Series, Webinar
from repository.webinars import actions

REGISTERED, ANSWERED, WAITING = 180, 120, 15
COUNTED = 730


def create_webinars(cast: Cast) -> None:
    """Hold one webinar, close its survey, and announce another one."""
    rows = read("webinars")
    now = cast.calendar.now
    with at(cast.calendar.ago(200)):
        series = Series.objects.create(
            slug=f"{PREFIX}series",
            title=rows["series"]["title"],
            summary=rows["series"]["summary"],
            start=(now - timedelta(days=120)).date(),
            is_sample=True,
        )
    held = create_webinar(cast, series, 1, rows["held"], starts_at(now - timedelta(days=64)))
    with at(cast.calendar.ago(100)):
        actions.announce(webinar=held, by=cast.staff["moderator"])
    registrations = register(cast, held, REGISTERED, held.starts_at)
    with at(held.starts_at + timedelta(hours=3)):
        actions.hold(webinar=held, by=cast.staff["moderator"])
    survey = Survey.objects.get(webinar=held)
    answer(survey, registrations[:ANSWERED], rows["remarks"])
    with at(survey.closes_at + timedelta(hours=1)):
        surveys.close(survey=survey)
    coming = create_webinar(cast, series, 2, rows["coming"], starts_at(now + timedelta(days=16)))
    with at(cast.calendar.ago(20)):
        actions.announce(webinar=coming, by=cast.staff["moderator"])
    capacity = coming.capacity or 0
    register(cast, coming, capacity + WAITING, now, capacity=capacity)


def starts_at(day: datetime) -> datetime:
    return day.astimezone(ZoneInfo("Africa/Nairobi")).replace(
        hour=14, minute=0, second=0, microsecond=0
    )


def create_webinar(cast: Cast, series: Series, number: int, row: dict, starts: datetime) -> Webinar:
    with at(cast.calendar.ago(150)):
        webinar = Webinar.objects.create(
            series=series,
            number=number,
            slug=f"{PREFIX}{row['slug']}",
            title=row["title"],
            summary=row["summary"],
            starts_at=starts,
            minutes=90,
            time_zone="Africa/Nairobi",
            languages=["en"],
            interpretation=["fr"],
            meeting_link="https://meet.example/sample",
            capacity=row.get("capacity"),
        )
    webinar.practices.set(Practice.objects.filter(slug__in=row["practices"]))
    webinar.cities.set([cast.cities[city] for city in row["cities"]])
    return webinar


def register(
    cast: Cast, webinar: Webinar, number: int, until: datetime, *, capacity: int | None = None
) -> list[Registration]:
    """Register guests from the sample cities; beyond the capacity they are on the waiting list."""
    chance = random.Random(number)  # noqa: S311
    cities = list(cast.cities.values())
    rows = []
    for place in range(number):
        city = chance.choice(cities)
        has_seat = capacity is None or place < capacity
        rows.append(
            Registration(
                webinar=webinar,
                name=f"Sample guest {place + 1}",
                email=f"guest-{webinar.number}-{place + 1}{DOMAIN}",
                city=city,
                country=city.country,
                gender=chance.choice([Gender.WOMAN, Gender.WOMAN, Gender.MAN, Gender.UNSAID]),
                language=chance.choice(["en", "en", "fr"]),
                time_zone=webinar.time_zone,
                status=RegistrationStatus.REGISTERED if has_seat else RegistrationStatus.WAITING,
                placed_at=until - timedelta(hours=2 * (number - place)),
            )
        )
    return Registration.objects.bulk_create(rows)


def answer(
    survey: Survey, registrations: list[Registration], remarks: list[dict[str, str]]
) -> None:
    chance = random.Random(2)  # noqa: S311
    # The language of a comment is that of its registration.
    for registration, remark in zip(registrations, remarks, strict=False):
        registration.language = remark["language"]
        registration.save(update_fields=["language"])
    SurveyAnswer.objects.bulk_create(
        [
            SurveyAnswer(
                survey=survey,
                registration=registration,
                is_member=False,
                country=registration.country,
                gender=registration.gender,
                attended=chance.choice([Attendance.values[0]] * 5 + Attendance.values[1:]),
                knowledge=chance.choice([Growth.MUCH, Growth.MUCH, Growth.SOME, Growth.NONE]),
                collaborate=chance.choice([Will.YES, Will.YES, Will.MAYBE, Will.NO]),
                brokered=chance.choice([Brokered.NO] * 6 + [Brokered.YES]),
                comment=remarks[number]["text"] if number < len(remarks) else "",
                words=Words.WAITING if number < len(remarks) else Words.UNSHOWN,
                answered_at=survey.opened_at + timedelta(hours=4 * number),
            )
            for number, registration in enumerate(registrations)
        ]
    )


def count_views(cast: Cast) -> None:
    """Count views of sample cases and webinars over two years, since each was public."""
    chance = random.Random(3)  # noqa: S311
    rows: list[DailyCount] = []
    for case in CaseStudy.objects.samples().filter(published_at__isnull=False):
        rows += daily(cast, chance, (cast.calendar.now - case.published_at).days, case=case)
    for webinar in Webinar.objects.samples():
        rows += daily(cast, chance, 100 if webinar.is_held else 20, webinar=webinar)
    DailyCount.objects.bulk_create(rows)


def daily(cast: Cast, chance: random.Random, days: int, **subject: CaseStudy | Webinar) -> list:
    """Return counts of each day up to yesterday: growing, and fewer at weekends."""
    rows = []
    for ago in range(1, min(days, COUNTED)):
        day = cast.calendar.ago(ago).date()
        usual = chance.uniform(1, 10 if day.weekday() > 4 else 20)
        number = round(usual * (2 - ago / COUNTED))
        rows.append(DailyCount(kind=CountKind.VIEW, day=day, number=number, **subject))
    return rows
