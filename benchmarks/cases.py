"""Generate cases of realistic length and their relations."""

import random
import re
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate

from benchmarks.bulk_writes import write_links
from benchmarks.texts import Writer
from repository.models import (
    Appearance,
    CaseStatus,
    CaseStudy,
    City,
    Country,
    Evidence,
    Goal,
    Organization,
    Practice,
    Reference,
    Tag,
    Theme,
)

# The mean number of words in each section of the 2020 cases.
WORDS = {
    "challenge": 167,
    "solution": 181,
    "results": 106,
    "lessons": 96,
    "what_did_not_work": 37,
    "preconditions": 65,
    "advice": 109,
}
# Languages with their weights.
LANGUAGES = {"en": 88, "fr": 5, "es": 4, "zh": 2, "ru": 1}
# A few cities have so many cases that their page shows its maximum even with 1,000 cases in total.
LEADING_CITIES, LEADING_SHARE = 12, 0.4
FIRST_DAY = datetime(2021, 1, 1, tzinfo=UTC)


class CaseWriter:
    """Writes cases, half with paragraphs of the 2020 cases, half with generated text."""

    def __init__(self, writer: Writer):
        self.writer = writer
        self.paragraphs: dict[str, list[str]] = defaultdict(list)
        english = CaseStudy.objects.filter(series__slug="series-2020", language="en")
        for case in english.order_by("slug"):
            for section in WORDS:
                self.paragraphs[section] += re.split(r"\n\s*\n", getattr(case, section).strip())

    def case(self, n: int) -> CaseStudy:
        rng = self.writer.random
        language = rng.choices(list(LANGUAGES), list(LANGUAGES.values()))[0]
        return CaseStudy(
            slug=f"case-{n}",
            title=self.writer.text(9, language)[:72].strip(),
            summary=self.writer.text(32, language)[:220].strip(),
            setting=self.writer.text(6, language)[:70],
            cost=self.writer.text(12, language)[:120],
            time=self.writer.text(6, language)[:60],
            source=self.writer.text(14)[:160],
            language=language,
            status=CaseStatus.PUBLISHED,
            published_at=FIRST_DAY + timedelta(hours=n),
            verified_at=date(2026, 1, 1),
            **{name: self.section(name, count, language) for name, count in WORDS.items()},
        )

    def section(self, name: str, count: int, language: str) -> str:
        rng, parts, remaining = self.writer.random, [], count
        while remaining > 0:
            part = rng.choice(self.paragraphs[name])
            size = len(part.split())
            if language != "en" or (size > 25 and rng.random() < 0.5):
                size = min(remaining, 60)
                # `text()` counts Chinese in characters, about 1.5 per word.
                part = self.writer.text(size * 3 // 2 if language == "zh" else size, language)
            parts.append(part)
            remaining -= size
        return "\n\n".join(parts)


class Relations:
    """Links cases to other objects."""

    def __init__(self):
        self.themes = list(Theme.objects.order_by("pk"))
        self.goals = list(Goal.objects.order_by("pk"))
        self.practices = list(Practice.objects.order_by("pk"))
        self.references = list(Reference.objects.order_by("pk"))
        self.speakers: dict[int, list[int]] = defaultdict(list)
        for webinar, speaker in Appearance.objects.order_by("pk").values_list("webinar", "speaker"):
            self.speakers[webinar].append(speaker)
        self.tags = list(Tag.objects.order_by("pk"))
        self.countries = list(Country.objects.order_by("pk"))
        self.organizations = list(Organization.objects.order_by("pk"))
        leading = leading_cities()
        others = City.objects.exclude(pk__in=[city.pk for city in leading])
        self.cities = leading + list(others.order_by("pk"))
        rest = len(self.cities) - LEADING_CITIES
        self.city_weights = list(
            accumulate(
                [LEADING_SHARE / LEADING_CITIES] * LEADING_CITIES
                + [(1 - LEADING_SHARE) / rest] * rest
            )
        )

    def link_places(self, cases: list[CaseStudy], rng: random.Random) -> None:
        """Link 75% of cases to one or two cities, 15% to a country and 10% to an organization."""
        cities, countries, organizations = [], [], []
        for case in cases:
            share = rng.random()
            if share < 0.75:
                number = rng.choice([1, 1, 2])
                for city in set(rng.choices(self.cities, cum_weights=self.city_weights, k=number)):
                    cities.append((case.pk, city.pk))
            elif share < 0.9:
                countries.append((case.pk, rng.choice(self.countries).pk))
            else:
                organizations.append((case.pk, rng.choice(self.organizations).pk))
        write_links(CaseStudy, "cities", sorted(cities))
        write_links(CaseStudy, "countries", countries)
        write_links(CaseStudy, "organizations", organizations)

    def link_webinars(self, cases: list[CaseStudy], rng: random.Random) -> None:
        """Link each case to one webinar and to one of its speakers."""
        pairs = [(case.pk, rng.choice(list(self.speakers))) for case in cases]
        write_links(CaseStudy, "webinars", pairs)
        presenters = [(case, rng.choice(self.speakers[webinar])) for case, webinar in pairs]
        write_links(CaseStudy, "speakers", presenters)

    def evidence(self, case: CaseStudy, position: int, writer: Writer) -> Evidence:
        """Create three headline figures, then three bars of a group, then two table rows."""
        rng = writer.random
        row = Evidence(
            case=case,
            position=position,
            label=writer.text(7, case.language)[:80],
            period=str(rng.randint(2015, 2025)),
            is_headline=position < 3,
            group=f"{case.title[:40]} {position % 3}" if 3 <= position < 6 else "",
            reference=rng.choice(self.references) if position % 2 else None,
            place=f"page {rng.randint(1, 90)}",
        )
        if 3 <= position < 6:
            row.group = case.title[:60]
            row.value, row.unit = Decimal(rng.randint(1, 99)), "%"
        elif position == 0:
            row.numerator, row.denominator = rng.randint(1, 1500), 1500
        else:
            row.value = Decimal(rng.randint(1, 900) * 10 ** rng.randint(0, 7))
            row.currency = rng.choice(["", "USD", "CNY"])
            row.qualifier = rng.choice(["", "about", "more than"])
        return row


def leading_cities() -> list[City]:
    """Return the cities with the most cases: the largest generated ones."""
    return list(
        City.objects.filter(slug__startswith="place-").order_by("-population", "pk")[
            :LEADING_CITIES
        ]
    )
