"""The published records that show what cities, countries and organisations know or look for.

They are read with lists of their records, in one query each. A record is a dictionary with its
primary key and title, and the primary keys of its practices and themes.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject, TruncDate
from django.utils import timezone

from community.models import Experience, Standing
from partnerships.listings.keys import keys_of
from partnerships.models import (
    Match,
    MatchStatus,
    Need,
    Offer,
    Partnership,
    PartnershipStatus,
    Party,
    PartyRole,
    Representation,
    Suggestion,
)
from partnerships.ranking.facts import Knowledge, Source, without_abandoned
from partnerships.ranking.vocabulary import Vocabulary
from repository.dates import clock
from repository.models import CaseStudy, City, Country, Evidence, Organization, Practice

type Row = Mapping[str, Any]

SUBJECTS = ("practices", "themes")
# Roles that count in the record of a city.
PARTNERS = (PartyRole.REQUESTER, PartyRole.PROVIDER)
# A city that asked has something to show once the partnership is completed, one that provides from
# the start.
HAS_TO_SHOW = Q(status=PartnershipStatus.COMPLETED, parties__role__in=PARTNERS) | Q(
    status__in=[PartnershipStatus.ACTIVE, PartnershipStatus.STALLED],
    parties__role=PartyRole.PROVIDER,
)
# Reports of something that has been done.
DONE = frozenset([Source.ADOPTED, Source.ADAPTED])
CASE, PRACTICE = CaseStudy._meta.model_name, Practice._meta.model_name


def reports() -> QuerySet[Experience]:
    return Experience.objects.filter(
        standing=Standing.PUBLISHED,
        content_type__app_label="repository",
        content_type__model__in=[PRACTICE, CASE],
    )


def partnerships(**party: Any) -> QuerySet[Partnership]:
    """Public partnerships, once for each of their cities (`parties__city`) that can show them.

    A condition for `parties` is about the same party only here: a later filter joins them again.
    """
    return Partnership.objects.public().filter(HAS_TO_SHOW, **party)


# Lists of records, the latest first


def listed(rows: QuerySet, *fields: str, **values: Any) -> ArraySubquery:
    """Return the list of some records, with more of their fields."""
    named = {name: name for name in ("pk", "title", *fields)}
    data = JSONObject(**named, **keys(rows.model, *SUBJECTS), **values)
    return ArraySubquery(rows.order_by("-pk").values(data=data))


def keys(model: type[Model], *links: str) -> dict[str, ArraySubquery]:
    return {name: keys_of(model, name) for name in links}


def listed_cases(rows: QuerySet[CaseStudy]) -> ArraySubquery:
    figures = Evidence.objects.filter(case=OuterRef("pk"), is_missing=False)
    return listed(
        rows,
        "slug",
        "language",
        has_results=~Q(results="") | Exists(figures),
        **keys(CaseStudy, "goals", "organizations"),
    )


def listed_reports(rows: QuerySet[Experience]) -> ArraySubquery:
    """Return a list of reports with the published `case` that one is about, if it is one."""
    fields = {name: name for name in ("slug", "title", "language")}
    data = JSONObject(**fields, **keys(CaseStudy, *SUBJECTS, "goals"))
    case = Subquery(
        CaseStudy.objects.published().filter(pk=OuterRef("object_id")).values(data=data)
    )
    report = JSONObject(
        pk="pk",
        status="status",
        model="content_type__model",
        subject="object_id",
        case=case,
        year="year",
        language="language",
        worked="worked",
        failed="failed",
        evidence_url="evidence_url",
        created_at="created_at",
    )
    return ArraySubquery(rows.order_by("-pk").values(data=report))


def known_cities() -> QuerySet[City]:
    """Cities with their country and profile, their records, and how they have answered so far."""
    city = OuterRef("pk")
    year = timezone.localtime().year
    introduced = Match.objects.introduced().filter(introduced_at__year=year, city=city)
    proposed = Match.objects.filter(proposed_at__isnull=False)
    ended = [PartnershipStatus.COMPLETED, PartnershipStatus.DISCONTINUED]
    parties = Party.objects.filter(role__in=PARTNERS, partnership__status__in=ended, city=city)
    return (
        City.objects.select_related("country", "profile")
        .order_by()
        .annotate(
            offer_list=listed(
                Offer.objects.open().filter(city=city),
                "language",
                "modalities",
                "capacity",
                "changed_at",
            ),
            need_list=listed(Need.objects.open().filter(city=city)),
            case_list=listed_cases(CaseStudy.objects.published().filter(cities=city)),
            report_list=listed_reports(reports().filter(city=city)),
            partnership_list=listed(partnerships(parties__city=city), "language", "status"),
            introduced=ArraySubquery(introduced.order_by().values("pk")),
            answers_as_candidate=in_time(proposed.filter(city=city), "candidate_answered_at"),
            answers_as_requester=in_time(
                proposed.filter(request__city=city), "requester_answered_at"
            ),
            ended=ArraySubquery(parties.order_by().values("partnership__status")),
            is_represented=Exists(Representation.objects.current().filter(city=city)),
        )
    )


def known_countries(vocabulary: Vocabulary, wanted: frozenset[str]) -> QuerySet[Country]:
    """Countries with records of their own about one of some subjects, with all of these records.

    A case without a city is about its countries, as on their pages.
    """
    country, naming = OuterRef("pk"), vocabulary.naming
    suggested = Suggestion.objects.open()
    without_city = CaseStudy.objects.published().filter(cities=None)
    return (
        Country.objects.order_by()
        .filter(
            Q(pk__in=naming(wanted, Offer.objects.open(), *SUBJECTS).values("country"))
            | Q(pk__in=naming(wanted, Need.objects.open(), *SUBJECTS).values("country"))
            | Q(pk__in=naming(wanted, suggested, *SUBJECTS).values("country"))
            | Q(pk__in=naming(wanted, without_city, *SUBJECTS, "goals").values("countries"))
        )
        .annotate(
            offer_list=listed(
                Offer.objects.open().filter(country=country), "language", "modalities"
            ),
            need_list=listed(Need.objects.open().filter(country=country), "language"),
            suggestion_list=listed(suggested.filter(country=country), "kind"),
            case_list=listed_cases(without_city.filter(countries=country)),
        )
    )


def known_organizations(
    vocabulary: Vocabulary, wanted: frozenset[str], named: Collection[int]
) -> QuerySet[Organization]:
    """Organisations with records about one of some subjects, with all of these records.

    A case with neither cities nor countries is about its organisations. Also those `named` by key.
    """
    organization, naming = OuterRef("pk"), vocabulary.naming
    without_place = CaseStudy.objects.published().filter(cities=None, countries=None)
    return (
        Organization.objects.order_by()
        .filter(
            Q(pk__in=named)
            | Q(pk__in=naming(wanted, Offer.objects.open(), *SUBJECTS).values("organization"))
            | Q(pk__in=naming(wanted, without_place, *SUBJECTS, "goals").values("organizations"))
        )
        .annotate(
            offer_list=listed(
                Offer.objects.open().filter(organization=organization), "language", "modalities"
            ),
            case_list=listed_cases(without_place.filter(organizations=organization)),
        )
    )


def in_time(proposed: QuerySet[Match], answered_at: str) -> ArraySubquery:
    """Return for each proposal that a city had to answer whether it did so in time."""
    # What may still be answered, or was taken back before it had to be, tells nothing.
    due = (
        Q(**{f"{answered_at}__isnull": False})
        | Q(status=MatchStatus.EXPIRED)
        | Q(status=MatchStatus.PROPOSED, reply_by__lt=clock.today())
    )
    rows = proposed.filter(due).order_by().annotate(day=TruncDate(answered_at, tzinfo=UTC))
    is_in_time = Q(day__isnull=False, day__lte=F("reply_by"))
    return ArraySubquery(rows.values(is_in_time=is_in_time))


def has_record(vocabulary: Vocabulary, known: frozenset[str], wanted: frozenset[str]) -> Q:
    """Return the condition that a city knows one of some subjects, or wants or plans others."""
    practices, naming = vocabulary.practices_about(known), vocabulary.naming
    shown = naming(known, CaseStudy.objects.published(), *SUBJECTS, "goals")
    on_cases = reports().filter(content_type__model=CASE, object_id__in=shown.values("pk"))
    on_practices = reports().filter(content_type__model=PRACTICE, object_id__in=practices)
    agreed = naming(known, partnerships(), *SUBJECTS)
    planned = reports().filter(status=Source.PLANNED.value)
    of_cases = naming(wanted, CaseStudy.objects.published(), *SUBJECTS, "goals").values("pk")
    of_practices = vocabulary.practices_about(wanted)
    return (
        Q(pk__in=naming(known, Offer.objects.open(), *SUBJECTS).values("city"))
        | Q(pk__in=shown.values("cities"))
        | Q(pk__in=on_cases.values("city"))
        | Q(pk__in=on_practices.values("city"))
        | Q(pk__in=agreed.values("parties__city"))
        | Q(pk__in=naming(wanted, Need.objects.open(), *SUBJECTS).values("city"))
        | Q(pk__in=planned.filter(content_type__model=CASE, object_id__in=of_cases).values("city"))
        | Q(
            pk__in=planned.filter(content_type__model=PRACTICE, object_id__in=of_practices).values(
                "city"
            )
        )
    )


def shown_by(city: City, vocabulary: Vocabulary) -> Iterator[tuple[Knowledge, Row]]:
    """Yield what a city from `known_cities` has to show, with its records.

    Reports on a case or a practice that is no longer published are left out, and what the city
    reported later to have abandoned.
    """
    pairs = list(_stated_by(city, vocabulary))
    current = without_abandoned([item for item, _row in pairs])
    for item, (_item, row) in zip(current, pairs, strict=True):
        if item is not None:
            yield item, row


def _stated_by(city: City, vocabulary: Vocabulary) -> Iterator[tuple[Knowledge, Row]]:
    for row in city.case_list:
        about = vocabulary.about(row["practices"], row["themes"], row["goals"])
        yield Knowledge(Source.CASE, about, has_results=row["has_results"]), row
    for row in city.report_list:
        if row["model"] == CASE and (case := row["case"]):
            about = vocabulary.about(case["practices"], case["themes"], case["goals"])
        elif row["model"] == PRACTICE and row["subject"] in vocabulary.practices:
            about = vocabulary.about([row["subject"]])
        else:
            continue
        source = Source(row["status"])
        has_results = source in DONE and bool(row["worked"] or row["evidence_url"])
        yield (
            Knowledge(
                source,
                about,
                has_results=has_results,
                year=row["year"],
                stated_on=datetime.fromisoformat(row["created_at"]).date(),
            ),
            row,
        )
    for row in city.offer_list:
        changed = datetime.fromisoformat(row["changed_at"]).date()
        about = vocabulary.about(row["practices"], row["themes"])
        yield (
            Knowledge(
                Source.OFFER,
                about,
                frozenset(row["modalities"]),
                year=changed.year,
                stated_on=changed,
            ),
            row,
        )
    for row in city.partnership_list:
        is_completed = row["status"] == PartnershipStatus.COMPLETED
        source = Source.COMPLETED if is_completed else Source.RUNNING
        yield Knowledge(source, vocabulary.about(row["practices"], row["themes"])), row
