"""Fill a database with invented content, the same on every machine.

Cases are as long as those of the 2020 series; half of their paragraphs are from it.
"""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, chain, cycle, product

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from community.accounts import roles
from community.models import Comment, Standing, User
from partnerships import models as partnerships
from repository import models
from repository.embeddings import updating
from repository.models import CaseStudy, Evidence, TaggedItem
from tests import factories
from tests.collection import SERIES, signed_in
from tests.second_factors import add_totp

# The first cases, which have no comments, and the case after them, which has 200.
MEASURED_CASES, COMMENTS_ON_CASE = 300, 200
# The mean number of words in each section of the 2020 cases.
WORDS = {"challenge": 167, "solution": 181, "results": 106, "lessons": 96}
WORDS |= {"what_did_not_work": 37, "preconditions": 65, "advice": 109}
LETTERS = "aaeeiioubdfghklmnprstvz"
BATCH = 1_000
LEADING_CITIES, LEADING_SHARE = 12, 0.4
FIRST_DAY, BETWEEN_CASES = datetime(2021, 1, 1, tzinfo=UTC), timedelta(minutes=30)
# Passages of each text, and characters of each.
PASSAGES, LENGTH = 6, 300
COMMENT = "We tried the same in our port, with forms that farmers fill in on a telephone. " * 2


@contextmanager
def without_triggers() -> Iterator[None]:
    """Write rows without history, search entries and checks of foreign keys, in a transaction.

    With triggers it would take hours. Only a superuser of the database may do this.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")


class Writer:
    """Writes texts with the words of the 2020 series, and invented ones, by Zipf's law."""

    def __init__(self, *, seed: int):
        self.random = random.Random(1)
        self.paragraphs: dict[str, list[str]] = defaultdict(list)
        english = CaseStudy.objects.filter(series__slug="series-2020", language="en")
        for case, section in product(english.order_by("pk"), WORDS):
            self.paragraphs[section] += re.split(r"\n\s*\n", getattr(case, section).strip())
        text = " ".join(chain(*self.paragraphs.values())).lower()
        frequent = Counter(re.findall(r"[a-z]{2,}", text)).most_common()
        rare = {"".join(self.random.choices(LETTERS, k=7)) for _ in range(30_000)}
        self.words = [*(word for word, _count in frequent), *sorted(rare)]
        self.weights = list(accumulate(1 / (n + 3) for n in range(len(self.words))))
        self.random.seed(seed)

    def text(self, count: int) -> str:
        words = self.random.choices(self.words, cum_weights=self.weights, k=count)
        lines = (" ".join(words[start : start + 14]) for start in range(0, count, 14))
        return ". ".join(line.capitalize() for line in lines) + "."

    def section(self, name: str) -> str:
        """Return a section, half with paragraphs of the 2020 series."""
        parts, remaining = [], WORDS[name]
        while remaining > 0:
            part = self.random.choice(self.paragraphs[name])
            if self.random.random() < 0.5:
                part = self.text(min(remaining, 60))
            parts.append(part)
            remaining -= len(part.split())
        return "\n\n".join(parts)


def fill_series(*, texts: int) -> None:
    """Load the 2020 series, and embed some of its texts."""
    call_command("load_series", SERIES, verbosity=0)
    while texts > 0 and updating.update(texts=min(texts, 100), passages=1_000):
        texts -= 100


# Cases, and what they are linked to


def fill_cases(total: int) -> None:
    """Add cases until there are `total`, and rebuild all search entries."""
    existing = CaseStudy.objects.filter(slug__startswith="case-").count()
    writer = Writer(seed=existing)
    if not existing:
        add_subjects(writer)
    for start in range(existing, total, BATCH):
        add_cases(range(start, min(start + BATCH, total)), writer)
    execute("VACUUM (ANALYZE)")
    call_command("rebuild_search", verbosity=0)
    execute("VACUUM (ANALYZE)")


@without_triggers()
def add_subjects(writer: Writer) -> None:
    """Add what cases are linked to: as much for any number of cases."""
    rng = writer.random
    countries = list(models.Country.objects.order_by("pk"))
    models.City.objects.bulk_create(
        factories.CityFactory.build(
            slug=f"place-{n}",
            name=writer.text(1)[:-1],
            country=rng.choice(countries),
            summary=writer.text(30),
            population=rng.randint(50_000, 9_000_000),
            population_source="Invented",
        )
        for n in range(1_000 - models.City.objects.count())
    )
    practices = models.Practice.objects.bulk_create(
        factories.PracticeFactory.build(name=writer.text(6)[:90], summary=writer.text(28)[:260])
        for _ in range(100 - models.Practice.objects.count())
    )
    link(practices, "themes", lambda pks: rng.sample(pks, 2))
    series = models.Series.objects.bulk_create(factories.SeriesFactory.build_batch(9))
    webinars = models.Webinar.objects.bulk_create(
        factories.WebinarFactory.build(series=rng.choice(series)) for _ in range(140)
    )
    speakers = models.Speaker.objects.bulk_create(factories.SpeakerFactory.build_batch(300))
    models.Appearance.objects.bulk_create(
        factories.AppearanceFactory.build(webinar=webinar, speaker=speaker, position=n)
        for webinar in webinars
        for n, speaker in enumerate(rng.sample(speakers, 4))
    )
    models.Organization.objects.bulk_create(factories.OrganizationFactory.build_batch(60))
    models.Reference.objects.bulk_create(
        factories.ReferenceFactory.build(title=writer.text(12)) for _ in range(3_000)
    )
    models.Tag.objects.bulk_create(factories.TagFactory.build_batch(400))


def leading_cities() -> list[models.City]:
    """Return the cities with the most cases."""
    cities = models.City.objects.filter(slug__startswith="place-")
    return list(cities.order_by("pk")[:LEADING_CITIES])


@without_triggers()
def add_cases(numbers: range, writer: Writer) -> None:
    """Add cases with these numbers, and their relations."""
    rng = writer.random

    def written(n: int) -> CaseStudy:
        return CaseStudy(
            slug=f"case-{n}",
            title=writer.text(9)[:72].strip(),
            summary=writer.text(32)[:220].strip(),
            setting=writer.text(6)[:70],
            cost=writer.text(12)[:120],
            time=writer.text(6)[:60],
            source=writer.text(14)[:160],
            # All texts are English, but are searched by the rules of these.
            language=rng.choices(["en", "fr", "es", "zh", "ru"], [88, 5, 4, 2, 1])[0],
            status=models.CaseStatus.PUBLISHED,
            published_at=FIRST_DAY + n * BETWEEN_CASES,
            verified_at=date(2026, 1, 1),
            **{name: writer.section(name) for name in WORDS},
        )

    cases = CaseStudy.objects.bulk_create(map(written, numbers))
    link(cases, "themes", lambda pks: rng.sample(pks, 3))
    link(cases, "goals", lambda pks: rng.sample(pks, 3))
    link(cases, "practices", lambda pks: rng.sample(pks, rng.randint(2, 3)))
    link(cases, "references", lambda pks: rng.sample(pks, rng.randint(0, 5)))
    link(cases, "webinars", lambda pks: [rng.choice(pks)])
    link(cases, "speakers", lambda pks: [rng.choice(pks)])
    link_places(cases, rng)
    references, tags = keys(models.Reference), keys(models.Tag)
    Evidence.objects.bulk_create(
        figure(case, n, writer, references) for case in cases for n in range(8)
    )
    TaggedItem.objects.bulk_create(
        TaggedItem(content_type=type_of_cases(), object_id=case.pk, tag_id=tag)
        for case in cases
        for tag in rng.sample(tags, 5)
    )


def link_places(cases: list[CaseStudy], rng: random.Random) -> None:
    """Link three quarters to one or two cities, and an eighth each to countries and organizations.

    A few cities have so many cases that their page shows its maximum even with 1,000 in total.
    """
    leading = [city.pk for city in leading_cities()]

    def some_cities(cities: list[int]) -> set[int]:
        pools = rng.choices([leading, cities], [LEADING_SHARE, 1 - LEADING_SHARE], k=2)
        return {rng.choice(pool) for pool in pools[: rng.choice([1, 1, 2])]}

    link([case for n, case in enumerate(cases) if n % 4], "cities", some_cities)
    link(cases[::8], "countries", lambda pks: [rng.choice(pks)])
    link(cases[4::8], "organizations", lambda pks: [rng.choice(pks)])


def figure(case: CaseStudy, position: int, writer: Writer, references: list) -> Evidence:
    """Return one of three headline figures, then three bars of a group, then two table rows."""
    rng, values = writer.random, {}
    if position == 0:
        values = {"value": None, "numerator": rng.randint(1, 1500), "denominator": 1500}
    elif 3 <= position < 6:
        values = {"value": rng.randint(1, 99), "unit": "%", "group": case.title[:60]}
    return Evidence(
        case=case,
        position=position,
        label=writer.text(7)[:80],
        period=str(rng.randint(2015, 2025)),
        is_headline=position < 3,
        reference_id=rng.choice(references) if position % 2 else None,
        **({"value": rng.randint(1, 900) * 10 ** rng.randint(0, 7)} | values),
    )


# Members


def fill_members(total: int, *, comments: int, pending: int) -> dict[str, str]:
    """Add members until there are `total`, and comments by the new ones.

    Returns the cookies of a member, a moderator and a broker.
    """
    existing = User.objects.filter(handle__startswith="member-").count()
    with without_triggers():
        members = User.objects.bulk_create(
            User(email=f"member-{n}@example.org", handle=f"member-{n}", display_name=f"Member {n}")
            for n in range(existing, total)
        )
        cases = keys(CaseStudy)
        # The 2020 series has fewer than twenty cases.
        others = cases[MEASURED_CASES + 20 :]
        add_comments(COMMENTS_ON_CASE, [commented_case().pk], members)
        add_comments(comments, others, members)
        add_comments(pending, others, members, standing=Standing.PENDING)
    execute("VACUUM (ANALYZE)")
    who = {"reader": members[0]}
    who |= {"moderator": staff(roles.MODERATORS), "broker": staff(roles.BROKERS)}
    name = settings.SESSION_COOKIE_NAME
    return {role: f"{name}={signed_in(user).cookies[name].value}" for role, user in who.items()}


def commented_case() -> CaseStudy:
    return CaseStudy.objects.get(slug=f"case-{MEASURED_CASES}")


def add_comments(number: int, cases: list, members: list, *, standing=Standing.PUBLISHED) -> None:
    """Add comments by members in turn; none is a reply."""
    Comment.objects.bulk_create(
        Comment(
            content_type=type_of_cases(),
            object_id=case,
            author=member,
            standing=standing,
            body=f"{COMMENT}{n}",
            language="en",
        )
        for n, case, member in zip(range(number), cycle(cases), cycle(members), strict=False)
    )


def staff(role: str) -> User:
    """Return a new moderator or broker, with a second factor."""
    user = factories.UserFactory(staff=True, groups=[Group.objects.get(name=role)])
    add_totp(user)
    return user


# Partnerships


def fill_partnerships(*, cities: int, offers: int, requests: int) -> None:
    """Add cities with offers, a fifth as many needs, and open and waiting requests."""
    countries, now = list(models.Country.objects.order_by("pk")), timezone.now()
    published = {"status": "published", "published_at": now, "reviewed_at": now}
    asked = {"challenge": "Parcels take long.", "desired_result": "Three days."}
    asked |= {"visibility": "public", "submitted_at": now, "opened_at": now}
    asked["expires_at"] = now + timedelta(days=90)
    with without_triggers():
        places = models.City.objects.bulk_create(
            factories.CityFactory.build(slug=f"partner-{n}", country=countries[n % len(countries)])
            for n in range(cities)
        )
        add_of_cities(partnerships.Offer, offers, places, **published)
        add_of_cities(partnerships.Need, offers // 5, places, **published)
        of_requests = (partnerships.PartnershipRequest, requests // 2, places)
        add_of_cities(*of_requests, status="open", **asked)
        add_of_cities(*of_requests, status="submitted", **asked)


def add_of_cities(model: type[Model], number: int, cities: list[models.City], **values) -> None:
    """Add offers, needs or requests of cities in turn, with practices and themes."""
    rows = model._default_manager.bulk_create(
        model(
            title=f"{model.__name__} {n}",
            city=cities[n * 7 % len(cities)],
            modalities=[["training", "study-visit", "twinning"][n % 3]],
            languages=["en"],
            **values,
        )
        for n in range(number)
    )
    rng = random.Random(1)
    link(rows, "practices", lambda pks: rng.sample(pks, min(2, len(pks))))
    if model is not partnerships.Need:
        link(rows, "themes", lambda pks: rng.sample(pks, min(1, len(pks))))


# Passages


def fill_passages() -> None:
    """Add passages to all texts that have none, with vectors between three of the 2020 series."""
    model = models.EmbeddingModel.objects.in_use()
    # PostgreSQL builds the index much faster in memory.
    execute("SET maintenance_work_mem = '1GB'")
    execute(
        """CREATE TEMPORARY TABLE embedded AS
        SELECT row_number() OVER (ORDER BY id) - 1 AS n, vector FROM repository_passage
        WHERE vector IS NOT NULL"""
    )
    number = models.Passage.objects.filter(vector__isnull=False).count()
    for source in updating.sources:
        texts, values = updating.changed_texts(source).query.sql_with_params()
        execute(
            f"""INSERT INTO repository_passage (kind, object_id, source_digest, position,
                language, title, text, is_collection, digest, model_id, vector)
            SELECT kind, object_id, part.digest, position, language, title, part.text, %s,
                md5(title || part.text), %s,
                l2_normalize(one.vector + one.vector + two.vector + three.vector)
            FROM (
                SELECT texts.*, position, row_number() OVER () AS n, CASE position
                    WHEN 0 THEN summary
                    ELSE substr(body, 1 + (position - 1) * {LENGTH}, {LENGTH}) END AS text
                FROM ({texts}) AS texts, generate_series(0, {PASSAGES - 1}) AS position
            ) AS part
            JOIN embedded AS one ON one.n = mod(part.n, {number})
            JOIN embedded AS two ON two.n = mod(part.n * 7, {number})
            JOIN embedded AS three ON three.n = mod(part.n / {number} * 13, {number})
            WHERE part.text <> '' ON CONFLICT DO NOTHING""",
            [source.is_collection, model.pk, *values],
        )
    updating.create_indexes(model)
    execute("VACUUM (ANALYZE)")


# Rows of any model


def keys(model: type[Model]) -> list:
    return list(model._default_manager.order_by("pk").values_list("pk", flat=True))


def type_of_cases() -> ContentType:
    return ContentType.objects.get_for_model(CaseStudy)


def link(rows: list, name: str, draw: Callable[[list], Iterable]) -> None:
    """Link each row to those that `draw` chooses of all primary keys."""
    field = type(rows[0])._meta.get_field(name)
    between, pks = field.remote_field.through, keys(field.related_model)
    one, other = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
    between._default_manager.bulk_create(
        between(**{one: row.pk, other: pk}) for row in rows for pk in draw(pks)
    )


def execute(statement: str, values=None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
