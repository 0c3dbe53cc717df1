"""Every named constraint of the partnership desk refuses a write, and none is without a test."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone

from community.writing.attachments.models import LARGEST
from partnerships.models import Brokering, ReceivedMail
from partnerships.ranking.factors import FACTORS
from tests.factories import (
    AddressCheckFactory,
    CallFactory,
    CityFactory,
    CityInvitationFactory,
    CityProfileFactory,
    ClusterApplicationFactory,
    ClusterNewsFactory,
    CountryFactory,
    HandlingFactory,
    InterestFactory,
    MatchFactory,
    MeetingFactory,
    MilestoneFactory,
    NeedFactory,
    OfferFactory,
    OrganizationFactory,
    PartnershipFactory,
    PartnershipRequestFactory,
    PartyFactory,
    ProgressReportFactory,
    QuestionFactory,
    RecordedAgreementFactory,
    RepresentationFactory,
    RoundFactory,
    SavedViewFactory,
    SpaceFileFactory,
    SpaceMessageFactory,
    SuggestionFactory,
    TimelineEntryFactory,
    TimetableFactory,
    WorkingHoursFactory,
)

NOW = timezone.now


def twice(factory, *fields: str, **options) -> None:
    """Another row with the same values in these fields."""
    first = factory(**options)
    factory(**options, **{name: getattr(first, name) for name in fields})


def twice_with(factory, *fields: str, **changes) -> None:
    """Another row with the same values in these fields, and others in `changes`."""
    first = factory()
    factory(**changes, **{name: getattr(first, name) for name in fields})


def of_listing(name: str, factory) -> dict:
    return {
        f"{name}_status_known": [lambda: factory(status="lost")],
        f"{name}_has_title": [lambda: factory(title="")],
        f"{name}_modalities_known": [
            lambda: factory(modalities=["teleport"]),
            lambda: factory(modalities=["training", ""]),
        ],
        f"{name}_published_has_date": [lambda: factory(published_at=None)],
        f"{name}_report_key_unique": [
            lambda: twice(factory, report_key="customs", confirmed_at=NOW())
        ],
        f"{name}_is_confirmed": [
            lambda: factory(report_key="customs"),
            lambda: factory(status="replaced"),
            lambda: factory(status="replaced", report_key="customs", confirmed_at=NOW()),
        ],
        f"{name}_of_one_owner": [
            lambda: factory(city=None),
            lambda: factory(country=CountryFactory(iso2="BJ")),
        ],
    }


def adopted(**options):
    return SuggestionFactory(adopted=True, **options)


def matched(**options):
    return MatchFactory(introduced=True, **options)


# For each constraint the writes it refuses; one where a value is missing tells a condition that is
# unknown, which PostgreSQL lets pass, from one that is false.
BROKEN = {
    "brokering_one_row": [lambda: Brokering.objects.create(pk=2)],
    "brokering_weights_known": [
        lambda: Brokering.objects.create(pk=1, weights=[1]),
        lambda: Brokering.objects.create(pk=1, weights="fit"),
        lambda: Brokering.objects.create(pk=1, weights={"charm": 1}),
        lambda: Brokering.objects.create(pk=1, weights={"fit": "much"}),
        lambda: Brokering.objects.create(pk=1, weights={"fit": None}),
        lambda: Brokering.objects.create(pk=1, weights={"fit": True}),
        lambda: Brokering.objects.create(pk=1, weights={"fit": [1]}),
        lambda: Brokering.objects.create(pk=1, weights={"fit": -1}),
        lambda: Brokering.objects.create(pk=1, weights={"fit": 1001}),
        lambda: Brokering.objects.create(pk=1, weights=dict.fromkeys(FACTORS, 0)),
    ],
    "recorded_agreement_known": [lambda: RecordedAgreementFactory(agreement_kind="handshake")],
    "recorded_has_title": [lambda: RecordedAgreementFactory(title="")],
    "recorded_agreed_in_range": [lambda: RecordedAgreementFactory(agreed_on=date(1899, 12, 31))],
    "recorded_waits_for_a_city": [lambda: RecordedAgreementFactory(candidate_confirmed_at=NOW())],
    "suggestion_kind_known": [lambda: SuggestionFactory(kind="wish")],
    "suggestion_status_known": [lambda: SuggestionFactory(status="lost", decided_at=NOW())],
    "suggestion_has_title": [lambda: SuggestionFactory(title="")],
    "suggestion_of_one_place": [
        lambda: SuggestionFactory(city=None),
        lambda: SuggestionFactory(country=CountryFactory(iso2="BJ")),
    ],
    "suggestion_decided_has_date": [
        lambda: SuggestionFactory(declined=True, decided_at=None),
        lambda: SuggestionFactory(decided_at=NOW()),
    ],
    "suggestion_adopted_has_listing": [
        lambda: adopted(offer=None),
        lambda: adopted(kind="need"),
        lambda: adopted(offer=None, need=NeedFactory()),
        lambda: adopted(need=NeedFactory()),
        lambda: SuggestionFactory(offer=OfferFactory()),
    ],
    "saved_view_has_name": [lambda: SavedViewFactory(name="")],
    "saved_view_name_unique": [
        lambda: twice(SavedViewFactory, "member", "name"),
        lambda: SavedViewFactory(name="LATE", member=SavedViewFactory(name="Late").member),
    ],
    "address_check_has_address": [lambda: AddressCheckFactory(email="")],
    "address_check_confirmed_after_sent": [
        lambda: AddressCheckFactory(confirmed_at=datetime(2026, 3, 1, tzinfo=UTC))
    ],
    "address_check_confirmed_once": [
        lambda: twice(
            AddressCheckFactory,
            "representation",
            email="trade@city.example",
            confirmed_at=NOW() + timedelta(hours=1),
        )
    ],
    "city_invitation_status_known": [lambda: CityInvitationFactory(ended=True, status="lost")],
    "city_invitation_ended_without_contact": [
        lambda: CityInvitationFactory(ended=True, name="Aisha"),
        lambda: CityInvitationFactory(ended=True, email="trade@nakuru.example"),
        lambda: CityInvitationFactory(ended=True, message="Would you?"),
        lambda: CityInvitationFactory(ended=True, ended_at=None),
        lambda: CityInvitationFactory(ended_at=NOW()),
        lambda: CityInvitationFactory(email=""),
    ],
    "city_invitation_reminded_has_date": [lambda: CityInvitationFactory(status="reminded")],
    "city_invitation_has_source": [
        lambda: CityInvitationFactory(office=""),
        lambda: CityInvitationFactory(source=""),
    ],
    "city_invitation_once": [lambda: twice(CityInvitationFactory, "request", "city")],
    "city_profile_setting_known": [lambda: CityProfileFactory(setting="space")],
    "city_profile_corridors_known": [lambda: CityProfileFactory(corridors=["northern", "silk"])],
    "cluster_application_status_known": [
        lambda: ClusterApplicationFactory(decided=True, status="lost")
    ],
    "cluster_application_decided_has_date": [
        lambda: ClusterApplicationFactory(status="accepted"),
        lambda: ClusterApplicationFactory(decided=True, decided_at=None),
        lambda: ClusterApplicationFactory(decided_at=NOW()),
    ],
    "cluster_application_once": [lambda: twice(ClusterApplicationFactory, "cluster", "city")],
    "cluster_news_has_words": [
        lambda: ClusterNewsFactory(title=""),
        lambda: ClusterNewsFactory(body=""),
    ],
    "interest_answers_questions": [
        lambda: InterestFactory(cooperation=""),
        lambda: InterestFactory(about=""),
    ],
    "match_status_known": [lambda: MatchFactory(status="lost")],
    "match_origin_known": [lambda: MatchFactory(origin="chance")],
    "match_live_unique": [
        lambda: twice(MatchFactory, "request", "city"),
        lambda: twice(MatchFactory, "request", "city", proposed=True),
    ],
    "match_deadline_in_range": [lambda: MatchFactory(proposed=True, reply_by=date.max)],
    "meeting_moment_in_range": [lambda: MeetingFactory(at=datetime(9999, 12, 31, tzinfo=UTC))],
    "milestone_due_in_range": [
        lambda: MilestoneFactory(due_on=date(1999, 12, 31)),
        lambda: MilestoneFactory(due_on=date(2100, 1, 1)),
    ],
    "match_introduced_once": [lambda: twice(MatchFactory, "request", introduced=True)],
    "match_proposed_has_deadline": [
        lambda: MatchFactory(proposed=True, reply_by=None),
        lambda: MatchFactory(proposed=True, proposed_at=None),
        lambda: MatchFactory(status="expired"),
    ],
    "match_introduced_by_both": [
        lambda: matched(requester_answer="", requester_answered_at=None),
        lambda: matched(candidate_answer="no", candidate_refusal="fit"),
        lambda: matched(introduced_at=None),
    ],
    "match_requester_answer_has_date": [
        lambda: MatchFactory(requester_answer="yes"),
        lambda: MatchFactory(requester_answered_at=NOW()),
    ],
    "match_candidate_answer_has_date": [
        lambda: MatchFactory(candidate_answer="yes"),
        lambda: MatchFactory(candidate_answered_at=NOW()),
    ],
    "match_answers_known": [
        lambda: MatchFactory(requester_answer="hm", requester_answered_at=NOW()),
        lambda: MatchFactory(candidate_answer="hm", candidate_answered_at=NOW()),
    ],
    "match_refusal_has_reason": [
        lambda: MatchFactory(requester_answer="no", requester_answered_at=NOW()),
        lambda: MatchFactory(candidate_answer="no", candidate_answered_at=NOW()),
    ],
    "meeting_has_title": [lambda: MeetingFactory(title="")],
    "milestone_has_title": [lambda: MilestoneFactory(title="")],
    **of_listing("need", NeedFactory),
    **of_listing("offer", OfferFactory),
    "need_end_in_range": [lambda: NeedFactory(valid_until=date.max)],
    "offer_end_in_range": [lambda: OfferFactory(valid_until=date.min)],
    "partnership_agreed_in_range": [lambda: PartnershipFactory(agreed_on=date.min)],
    "partnership_status_known": [lambda: PartnershipFactory(status="lost")],
    "partnership_agreement_known": [lambda: PartnershipFactory(agreement_kind="handshake")],
    "partnership_has_title": [lambda: PartnershipFactory(title="")],
    "partnership_ended_has_date": [
        lambda: PartnershipFactory(status="completed", outcome="3 days"),
        lambda: PartnershipFactory(status="discontinued", reason="No money."),
    ],
    "partnership_stopped_has_reason": [
        lambda: PartnershipFactory(status="stalled"),
        lambda: PartnershipFactory(status="discontinued", ended_on=date(2026, 5, 1)),
    ],
    "partnership_completed_has_outcome": [
        lambda: PartnershipFactory(status="completed", ended_on=date(2026, 5, 1)),
    ],
    "party_role_known": [lambda: PartyFactory(role="guest")],
    "party_is_city_or_organization": [
        lambda: PartyFactory(city=None),
        lambda: PartyFactory(organization=OrganizationFactory()),
    ],
    "party_city_unique": [lambda: twice(PartyFactory, "partnership", "city")],
    "party_organization_unique": [
        lambda: twice(PartyFactory, "partnership", organization=OrganizationFactory(), city=None),
    ],
    "question_side_known": [lambda: QuestionFactory(side="outside")],
    "question_has_words": [lambda: QuestionFactory(words="")],
    "question_answered_after_passing": [
        lambda: QuestionFactory(answered_at=NOW(), answer="We do."),
        lambda: QuestionFactory(answered_at=NOW(), passed_at=NOW()),
    ],
    "received_mail_once": [
        lambda: ReceivedMail.objects.bulk_create(
            [ReceivedMail(digest="a"), ReceivedMail(digest="a")]
        )
    ],
    "report_unique_for_month": [
        lambda: twice(ProgressReportFactory, "partnership", "month"),
    ],
    "report_light_known": [lambda: ProgressReportFactory(light="blue")],
    "report_submitted_is_whole": [
        lambda: ProgressReportFactory(submitted_at=NOW(), light="on-track"),
        lambda: ProgressReportFactory(submitted_at=NOW(), progress="Ten shops."),
    ],
    "representation_status_known": [lambda: RepresentationFactory(status="lost")],
    "representation_has_place": [
        lambda: RepresentationFactory(asked=True, city=None),
        lambda: RepresentationFactory(asked=True, city=None, place="Ndhiwa"),
        lambda: RepresentationFactory(asked=True, city=None, country=CountryFactory(iso2="KE")),
        lambda: RepresentationFactory(asked=True, city=None, is_of_organization=True),
    ],
    "representation_of_one_kind": [
        lambda: RepresentationFactory(organization=OrganizationFactory()),
        lambda: RepresentationFactory(
            organization=OrganizationFactory(), city=None, is_of_organization=False
        ),
        lambda: RepresentationFactory(is_of_organization=True),
        lambda: RepresentationFactory(organization=OrganizationFactory(), city=None, geoname_id=7),
    ],
    "representation_approved_has_whom": [
        lambda: RepresentationFactory(city=None, place="Ndhiwa", country=CountryFactory(iso2="KE")),
        lambda: RepresentationFactory(city=None, place="A bank", is_of_organization=True),
        lambda: RepresentationFactory(since=None),
        lambda: RepresentationFactory(organization=OrganizationFactory(), city=None, since=None),
    ],
    "representation_end_in_range": [lambda: RepresentationFactory(until=date.max)],
    "representation_ends_after_start": [
        lambda: RepresentationFactory(since=date(2026, 3, 2), until=date(2026, 3, 1)),
    ],
    "representation_has_position": [lambda: RepresentationFactory(position="")],
    "representation_unique": [
        lambda: twice(RepresentationFactory, "member", "city"),
        lambda: twice(RepresentationFactory, "member", "city", asked=True),
    ],
    "representation_organization_unique": [
        lambda: twice(
            RepresentationFactory, "member", organization=OrganizationFactory(), city=None
        ),
        lambda: twice(
            RepresentationFactory,
            "member",
            organization=OrganizationFactory(),
            city=None,
            asked=True,
        ),
    ],
    "representation_place_unique": [
        lambda: twice(
            RepresentationFactory,
            "member",
            asked=True,
            city=None,
            place="A bank",
            is_of_organization=True,
        ),
        lambda: twice(
            RepresentationFactory,
            "member",
            asked=True,
            city=None,
            place="Ndhiwa",
            country=CountryFactory(iso2="KE"),
        ),
    ],
    "request_status_known": [lambda: PartnershipRequestFactory(status="lost")],
    "request_direction_known": [lambda: PartnershipRequestFactory(direction="up")],
    "request_visibility_known": [
        lambda: PartnershipRequestFactory(visibility="friends"),
        lambda: PartnershipRequestFactory(submitted=True, visibility=""),
        lambda: PartnershipRequestFactory(opened=True, visibility=""),
    ],
    "request_modalities_known": [lambda: PartnershipRequestFactory(modalities=["teleport"])],
    "request_has_title": [lambda: PartnershipRequestFactory(title="")],
    "request_end_in_range": [lambda: PartnershipRequestFactory(ends_on=date.max)],
    "request_start_in_range": [lambda: PartnershipRequestFactory(starts_on=date.min)],
    "request_ends_after_start": [
        lambda: PartnershipRequestFactory(starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 1)),
    ],
    "request_step_known": [
        lambda: PartnershipRequestFactory(step_to_change=0),
        lambda: PartnershipRequestFactory(step_to_change=5),
    ],
    "request_submitted_has_date": [
        lambda: PartnershipRequestFactory(submitted=True, submitted_at=None),
    ],
    "request_open_has_dates": [
        lambda: PartnershipRequestFactory(opened=True, opened_at=None),
        lambda: PartnershipRequestFactory(opened=True, expires_at=None),
        lambda: PartnershipRequestFactory(opened=True, status="matched", expires_at=None),
        lambda: PartnershipRequestFactory(opened=True, status="expired", opened_at=None),
    ],
    "request_closed_has_reason": [
        lambda: PartnershipRequestFactory(closed=True, closing_reason=""),
        lambda: PartnershipRequestFactory(closed=True, closed_at=None),
        lambda: PartnershipRequestFactory(closing_reason="changed"),
    ],
    "request_of_form_once": [lambda: twice(PartnershipRequestFactory, token="c0ffee")],
    "timeline_kind_known": [lambda: TimelineEntryFactory(kind="fax")],
    "timeline_has_words": [lambda: TimelineEntryFactory(words="")],
    "timeline_follow_up_in_range": [lambda: TimelineEntryFactory(follow_up_on=date(1999, 12, 31))],
    "timeline_followed_up_has_day": [lambda: TimelineEntryFactory(followed_up_at=timezone.now())],
    "handling_snooze_in_range": [lambda: HandlingFactory(snoozed_until=date(1999, 12, 31))],
    "handling_snooze_reason_known": [lambda: HandlingFactory(snooze_reason="lost")],
    "round_status_known": [lambda: RoundFactory(status="lost")],
    "round_progress_is_share": [lambda: RoundFactory(progress=101)],
    "timetable_first_day_in_range": [lambda: TimetableFactory(first_day=date(1999, 12, 31))],
    "timetable_last_day_in_range": [lambda: TimetableFactory(last_day=date(2100, 1, 1))],
    "timetable_days_in_order": [lambda: TimetableFactory(last_day=date(2030, 3, 3))],
    "timetable_hours_in_order": [lambda: TimetableFactory(ends_at=time(9))],
    "timetable_minutes_in_range": [
        lambda: TimetableFactory(minutes=9),
        lambda: TimetableFactory(minutes=241),
    ],
    "timetable_parallel_in_range": [
        lambda: TimetableFactory(parallel=0),
        lambda: TimetableFactory(parallel=51),
    ],
    "working_hours_once": [lambda: twice(WorkingHoursFactory, "timetable", "city")],
    "working_hours_in_order": [lambda: WorkingHoursFactory(begins_at=time(17))],
    "call_moment_in_range": [lambda: CallFactory(at=datetime(1999, 12, 1, tzinfo=UTC))],
    "call_of_match_once": [lambda: twice_with(CallFactory, "timetable", "match", line=2)],
    "call_line_once": [lambda: twice(CallFactory, "timetable", "at", "line")],
    "call_line_in_range": [lambda: CallFactory(line=0), lambda: CallFactory(line=51)],
    "meeting_minutes_in_range": [
        lambda: MeetingFactory(minutes=0),
        lambda: MeetingFactory(minutes=1441),
    ],
    "space_file_kind_known": [lambda: SpaceFileFactory(kind="exe")],
    "space_file_size": [
        lambda: SpaceFileFactory(size=0),
        lambda: SpaceFileFactory(size=LARGEST + 1),
    ],
    "space_file_has_title": [lambda: SpaceFileFactory(title="")],
    "space_file_once": [
        lambda: twice(SpaceFileFactory, "match", "by", "title", digest="c0ffee"),
    ],
    "space_message_has_body": [lambda: SpaceMessageFactory(body="")],
    "space_message_once": [lambda: twice(SpaceMessageFactory, "match", "token")],
}


def test_break_every_constraint_of_the_partnership_desk():
    names = {
        constraint.name
        for model in apps.get_app_config("partnerships").get_models(include_auto_created=True)
        for constraint in model._meta.constraints
    }
    assert names == set(BROKEN)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "write"),
    [
        pytest.param(name, write, id=f"{name}-{number}")
        for name, writes in BROKEN.items()
        for number, write in enumerate(writes, 1)
    ],
)
def test_refuse_write_against_constraint(name, write):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        write()
    assert refusal.value.__cause__.diag.constraint_name == name


@pytest.mark.django_db
def test_allow_the_same_place_again_after_an_answer(member):
    """What was answered makes room: only what waits is asked for once."""
    kenya, place = CountryFactory(iso2="KE"), {"city": None, "place": "Ndhiwa"}
    for _ in range(2):
        RepresentationFactory(member=member, country=kenya, status="declined", since=None, **place)
    RepresentationFactory(member=member, country=kenya, asked=True, **place)
    # Two places of one name in one country are told apart by their number.
    RepresentationFactory(member=member, country=kenya, asked=True, geoname_id=7, **place)
    assert member.representations.count() == 4


@pytest.mark.django_db
def test_distinguish_place_and_organization_of_the_same_name(member):
    kenya, words = CountryFactory(iso2="KE"), {"city": None, "place": "Lake Basin"}
    RepresentationFactory(member=member, country=kenya, asked=True, **words)
    RepresentationFactory(
        member=member, country=kenya, asked=True, is_of_organization=True, **words
    )
    # Two of the collection may have one name.
    for _ in range(2):
        body = OrganizationFactory(name="Lake Basin", country=kenya)
        RepresentationFactory(member=member, country=kenya, asked=True, organization=body, **words)
    assert member.representations.count() == 4


@pytest.mark.django_db
def test_allow_a_city_again_after_the_end(member):
    city = CityFactory()
    for status in ("ended", "withdrawn", "declined", "approved"):
        RepresentationFactory(member=member, city=city, status=status)
    assert member.representations.count() == 4
