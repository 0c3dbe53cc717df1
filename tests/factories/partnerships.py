from datetime import UTC, date, datetime, time, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from partnerships.models import (
    AddressCheck,
    AgreementKind,
    Answer,
    Call,
    CityInvitation,
    CityProfile,
    ClosingReason,
    Cluster,
    ClusterApplication,
    ClusterNews,
    Handling,
    Interest,
    InvitationStatus,
    ListingStatus,
    Match,
    MatchOrigin,
    MatchStatus,
    Meeting,
    Milestone,
    Need,
    Offer,
    Partnership,
    PartnershipRequest,
    Party,
    PartyRole,
    Plan,
    ProgressReport,
    Question,
    RecordedAgreement,
    Representation,
    RepresentationStatus,
    RequestStatus,
    Round,
    SavedView,
    Side,
    SpaceFile,
    SpaceMessage,
    Suggestion,
    SuggestionKind,
    SuggestionStatus,
    TimelineEntry,
    Timetable,
    Visibility,
    WorkingHours,
)

from .community import UserFactory
from .repository import CityFactory, CountryFactory, related

THEN = datetime(2026, 3, 2, 9, tzinfo=UTC)


def in_days(days: int):
    return factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=days))


class RepresentationFactory(DjangoModelFactory):
    """Somebody who speaks for a city; `asked=True` waits for a broker.

    For an organisation give `organization=…, city=None`.
    """

    class Meta:
        model = Representation

    class Params:
        asked = factory.Trait(status=RepresentationStatus.ASKED, since=None, decided_at=None)

    member = factory.SubFactory(UserFactory)
    city = factory.SubFactory(CityFactory)
    organization = None
    is_of_organization = factory.LazyAttribute(lambda made: made.organization is not None)
    position = "Head of the trade office"
    official_email = "trade@city.example"
    status = RepresentationStatus.APPROVED
    since = date(2026, 3, 2)
    decided_at = THEN


class CityProfileFactory(DjangoModelFactory):
    class Meta:
        model = CityProfile

    city = factory.SubFactory(CityFactory)
    sectors = "Cotton, port services"


class ListingFactory(DjangoModelFactory):
    """Something published; `pending=True` waits for a broker."""

    class Meta:
        abstract = True

    class Params:
        pending = factory.Trait(status=ListingStatus.PENDING, published_at=None)

    city = factory.SubFactory(CityFactory)
    description = "Two weeks with the people who run it."
    modalities = ["training"]
    languages = ["en"]
    status = ListingStatus.PUBLISHED
    published_at = THEN
    reviewed_at = THEN
    practices = related("practices")
    themes = related("themes")
    cases = related("cases")
    experiences = related("experiences")


class OfferFactory(ListingFactory):
    """An offer of a city; for one of an organisation give `organization=…, city=None`."""

    class Meta:
        model = Offer
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"Offer {n}")


class NeedFactory(ListingFactory):
    class Meta:
        model = Need
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"Need {n}")


class SuggestionFactory(DjangoModelFactory):
    """An open suggestion of an offer; `adopted=True` and `declined=True` are decided."""

    class Meta:
        model = Suggestion
        skip_postgeneration_save = True

    class Params:
        adopted = factory.Trait(
            status=SuggestionStatus.ADOPTED,
            decided_at=THEN,
            offer=factory.SubFactory(OfferFactory, city=factory.SelfAttribute("..city")),
        )
        declined = factory.Trait(status=SuggestionStatus.DECLINED, decided_at=THEN)

    key = factory.Sequence(lambda n: f"suggestion-{n}")
    kind = SuggestionKind.OFFER
    city = factory.SubFactory(CityFactory)
    title = factory.Sequence(lambda n: f"Suggestion {n}")
    description = "The case describes a station in every village."
    published_at = THEN
    practices = related("practices")
    themes = related("themes")
    cases = related("cases")


class PartnershipRequestFactory(DjangoModelFactory):
    """A draft; `submitted=True`, `opened=True` and `closed=True` take it further."""

    class Meta:
        model = PartnershipRequest
        skip_postgeneration_save = True

    class Params:
        submitted = factory.Trait(status=RequestStatus.SUBMITTED, submitted_at=THEN)
        opened = factory.Trait(
            status=RequestStatus.OPEN,
            submitted_at=THEN,
            opened_at=THEN,
            expires_at=factory.LazyFunction(lambda: timezone.now() + timedelta(days=90)),
        )
        closed = factory.Trait(
            status=RequestStatus.CLOSED,
            submitted_at=THEN,
            opened_at=THEN,
            expires_at=THEN,
            closed_at=THEN,
            closing_reason=ClosingReason.CHANGED,
        )

    city = factory.SubFactory(CityFactory)
    title = factory.Sequence(lambda n: f"Request {n}")
    challenge = "Parcels take twelve days to reach a village."
    desired_result = "Three days, to every village with a shop."
    baseline = "12 days in 2025"
    modalities = ["training"]
    languages = ["en"]
    visibility = Visibility.PUBLIC
    practices = related("practices")
    offered_practices = related("offered_practices")
    themes = related("themes")
    goals = related("goals")
    cases = related("cases")


class MatchFactory(DjangoModelFactory):
    """A candidate, or its own interest; `proposed=True` asks both, `introduced=True` has both said
    yes."""

    class Meta:
        model = Match

    class Params:
        proposed = factory.Trait(
            status=MatchStatus.PROPOSED, proposed_at=THEN, reply_by=in_days(14)
        )
        introduced = factory.Trait(
            status=MatchStatus.INTRODUCED,
            proposed_at=THEN,
            reply_by=in_days(14),
            requester_answer=Answer.YES,
            requester_answered_at=THEN,
            candidate_answer=Answer.YES,
            candidate_answered_at=THEN,
            introduced_at=THEN,
            request=factory.SubFactory(
                PartnershipRequestFactory, opened=True, status=RequestStatus.MATCHED
            ),
        )

    request = factory.SubFactory(PartnershipRequestFactory, opened=True)
    city = factory.SubFactory(CityFactory)
    origin = MatchOrigin.RANKING
    status = factory.LazyAttribute(
        lambda match: (
            MatchStatus.INTEREST if match.origin == MatchOrigin.INTEREST else MatchStatus.CANDIDATE
        )
    )


class CityInvitationFactory(DjangoModelFactory):
    """An office was written to; `ended=True` has no contact any more."""

    class Meta:
        model = CityInvitation

    class Params:
        ended = factory.Trait(
            status=InvitationStatus.LAPSED, ended_at=THEN, name="", email="", message=""
        )

    request = factory.SubFactory(PartnershipRequestFactory, opened=True)
    city = factory.SubFactory(CityFactory)
    office = "Department of trade"
    name = "Sample contact"
    email = "trade@nakuru.example"
    source = "https://nakuru.example/trade"
    message = "Would your office answer?"


class InterestFactory(DjangoModelFactory):
    class Meta:
        model = Interest

    match = factory.SubFactory(MatchFactory, origin=MatchOrigin.INTEREST)
    by = factory.SubFactory(UserFactory)
    cooperation = "A training of two weeks for ten shopkeepers."
    about = "A port city with forty village shops."


class QuestionFactory(DjangoModelFactory):
    class Meta:
        model = Question

    match = factory.SubFactory(MatchFactory, proposed=True)
    side = Side.CANDIDATE
    by = factory.SubFactory(UserFactory)
    words = "Who pays for the journey?"


class PlanFactory(DjangoModelFactory):
    class Meta:
        model = Plan

    match = factory.SubFactory(MatchFactory, introduced=True)
    text = "A first visit in May."


class SpaceMessageFactory(DjangoModelFactory):
    class Meta:
        model = SpaceMessage

    match = factory.SubFactory(MatchFactory, introduced=True)
    by = factory.SubFactory(UserFactory)
    body = "Welcome. When can we call you?"
    token = factory.Sequence(lambda n: f"token-{n}")


class SpaceFileFactory(DjangoModelFactory):
    class Meta:
        model = SpaceFile

    match = factory.SubFactory(MatchFactory, introduced=True)
    by = factory.SubFactory(UserFactory)
    kind = "pdf"
    file = "spaces/00.pdf"
    size = 1000
    title = "Programme of the visit"


class MeetingFactory(DjangoModelFactory):
    class Meta:
        model = Meeting

    match = factory.SubFactory(MatchFactory, introduced=True)
    by = factory.SubFactory(UserFactory)
    title = "First call"
    at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))


class PartnershipFactory(DjangoModelFactory):
    """Agreed in public between a city of China and one of Benin; `parties=[]` leaves them out."""

    class Meta:
        model = Partnership
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"Partnership {n}")
    summary = "Village shops that collect parcels."
    is_public = True
    agreed_on = date(2026, 3, 2)
    agreement_kind = AgreementKind.MEMORANDUM
    baseline = "12 days in 2025"
    practices = related("practices")
    themes = related("themes")

    @factory.post_generation
    def parties(self, create, extracted, **kwargs):
        if not create:
            return
        if extracted is None:
            requester = CityFactory(country=CountryFactory(iso2="BJ"))
            extracted = [(requester, PartyRole.REQUESTER), (CityFactory(), PartyRole.PROVIDER)]
        for city, role in extracted:
            PartyFactory(partnership=self, city=city, role=role)


class PartyFactory(DjangoModelFactory):
    """A city in a partnership; for an organisation give `organization=…, city=None`."""

    class Meta:
        model = Party

    partnership = factory.SubFactory(PartnershipFactory, parties=[])
    city = factory.SubFactory(CityFactory)
    role = PartyRole.PROVIDER


class MilestoneFactory(DjangoModelFactory):
    class Meta:
        model = Milestone

    partnership = factory.SubFactory(PartnershipFactory)
    title = "First ten shops trained"
    due_on = date(2026, 6, 1)


class ProgressReportFactory(DjangoModelFactory):
    class Meta:
        model = ProgressReport

    partnership = factory.SubFactory(PartnershipFactory)
    month = 6
    due_on = date(2026, 9, 2)


class RecordedAgreementFactory(DjangoModelFactory):
    """Recorded by the requesting city."""

    class Meta:
        model = RecordedAgreement

    match = factory.SubFactory(MatchFactory, introduced=True)
    by = factory.SubFactory(UserFactory)
    title = "Village shops"
    summary = "Village shops that collect parcels."
    agreed_on = factory.LazyFunction(timezone.localdate)
    agreement_kind = AgreementKind.MEMORANDUM
    version = 1
    requester_confirmed_at = factory.LazyFunction(timezone.now)


class ClusterFactory(DjangoModelFactory):
    class Meta:
        model = Cluster
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"cluster-{n}")
    name = factory.Sequence(lambda n: f"Cluster {n}")
    summary = "Cities that bring village goods to the world."
    themes = related("themes")
    cities = related("cities")


class ClusterNewsFactory(DjangoModelFactory):
    class Meta:
        model = ClusterNews

    cluster = factory.SubFactory(ClusterFactory)
    city = factory.SubFactory(CityFactory)
    by = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"News {n}")
    body = "The first parcels have arrived."


class ClusterApplicationFactory(DjangoModelFactory):
    class Meta:
        model = ClusterApplication

    class Params:
        decided = factory.Trait(status="declined", decided_at=factory.LazyFunction(timezone.now))

    cluster = factory.SubFactory(ClusterFactory)
    city = factory.SubFactory(CityFactory)
    by = factory.SubFactory(UserFactory)
    note = "We sell village goods, too."


class RoundFactory(DjangoModelFactory):
    class Meta:
        model = Round
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Round {n}")
    requests = related("requests")


class SavedViewFactory(DjangoModelFactory):
    class Meta:
        model = SavedView

    member = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda number: f"View {number}")
    parameters = {"late": "on"}


class AddressCheckFactory(DjangoModelFactory):
    class Meta:
        model = AddressCheck

    representation = factory.SubFactory(RepresentationFactory, asked=True)
    email = factory.SelfAttribute("representation.official_email")


class TimetableFactory(DjangoModelFactory):
    """Two days, from 9 to 17 in UTC."""

    class Meta:
        model = Timetable

    round = factory.SubFactory(RoundFactory)
    first_day = date(2030, 3, 4)
    last_day = date(2030, 3, 5)
    begins_at = time(9)
    ends_at = time(17)
    zone = "UTC"
    minutes = 30
    parallel = 2


class WorkingHoursFactory(DjangoModelFactory):
    class Meta:
        model = WorkingHours

    timetable = factory.SubFactory(TimetableFactory)
    city = factory.SubFactory(CityFactory)


class CallFactory(DjangoModelFactory):
    class Meta:
        model = Call

    timetable = factory.SubFactory(TimetableFactory)
    match = factory.SubFactory(MatchFactory, introduced=True)
    at = datetime(2030, 3, 4, 10, tzinfo=UTC)
    line = 1


class HandlingFactory(DjangoModelFactory):
    class Meta:
        model = Handling

    request = factory.SubFactory(PartnershipRequestFactory, opened=True)


class TimelineEntryFactory(DjangoModelFactory):
    class Meta:
        model = TimelineEntry

    request = factory.SubFactory(PartnershipRequestFactory, opened=True)
    kind = "note"
    words = "Spoke to the office of trade."
