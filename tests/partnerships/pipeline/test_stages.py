"""The stage, the next step and the deadline of a request."""

from datetime import date, timedelta

import pytest
import yaml
from django.conf import settings
from django.utils import timezone

from partnerships.models import MatchOrigin, MatchStatus, PartnershipStatus
from partnerships.pipeline.stages import (
    INKS,
    Filters,
    Stage,
    fit_of,
    lanes,
    listed,
    views_with_totals,
)
from partnerships.pipeline.steps import next_step, url_of
from tests.factories import CityFactory, CountryFactory, ThemeFactory, UserFactory
from tests.factories import partnerships as p

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
STOPPED = {
    PartnershipStatus.STALLED: {"reason": "The office has moved."},
    PartnershipStatus.COMPLETED: {"outcome": "Ten shops.", "ended_on": p.THEN.date()},
}


def today() -> date:
    return timezone.localdate()


def ago(days: int):
    return timezone.now() - days * DAY


def in_stage(stage: str, status=PartnershipStatus.ACTIVE, *, due: int | None = None):
    """A request with a partnership."""
    request = p.PartnershipRequestFactory(closed=True)
    match = p.MatchFactory(introduced=True, request=request)
    partnership = p.PartnershipFactory(match=match, status=status, **STOPPED.get(status, {}))
    if due is not None:
        p.ProgressReportFactory(partnership=partnership, due_on=today() + due * DAY)
    return request


def recorded(days: int = 0, **confirmed):
    """A request with an agreement that waits for confirmation."""
    match = p.MatchFactory(
        introduced=True, request__city__name="Accra", city__name="Kisumu", introduced_at=ago(70)
    )
    made = p.RecordedAgreementFactory(match=match, **confirmed)
    type(made).objects.filter(pk=made.pk).update(updated_at=ago(days))
    return match.request


def candidate(request=None, **options):
    request = request or p.PartnershipRequestFactory(opened=True, opened_at=ago(1))
    p.MatchFactory(request=request, **options)
    return request


def ended(days: int):
    """The only candidate has ended."""
    request = p.PartnershipRequestFactory(opened=True, opened_at=ago(30))
    return candidate(request, status=MatchStatus.DECLINED, ended_at=ago(days))


def unsuited(days: int, **options):
    request = p.PartnershipRequestFactory(opened=True)
    until = today() + timedelta(days=30 - days)
    p.HandlingFactory(
        request=request,
        nobody_suits_at=ago(days),
        snoozed_until=until,
        snooze_reason="no-match",
    )
    if options:
        p.MatchFactory(request=request, **options)
    return request


# What makes a request, its stage, whether it is late, and the beginning of the next step.
CASES = {
    "submitted": (
        lambda: p.PartnershipRequestFactory(submitted=True, submitted_at=ago(0)),
        (Stage.NEW, False, "Review by"),
    ),
    "submitted long ago": (
        lambda: p.PartnershipRequestFactory(submitted=True, submitted_at=ago(4)),
        (Stage.NEW, True, "Review by"),
    ),
    "changes requested": (
        lambda: p.PartnershipRequestFactory(status="changes-requested", submitted_at=ago(9)),
        (Stage.NEW, False, "Waiting for the city’s changes"),
    ),
    "open": (
        lambda: p.PartnershipRequestFactory(opened=True, opened_at=ago(1)),
        (Stage.OPEN, False, "No candidates yet"),
    ),
    "open for long": (
        lambda: p.PartnershipRequestFactory(opened=True, opened_at=ago(21)),
        (Stage.OPEN, True, "No candidates yet"),
    ),
    "candidates": (candidate, (Stage.OPEN, False, "1 candidate to review")),
    "interest": (
        lambda: candidate(origin=MatchOrigin.INTEREST),
        (Stage.OPEN, False, "Cities interested in a request"),
    ),
    "said no today": (lambda: ended(0), (Stage.OPEN, False, "No candidates yet")),
    "said no long ago": (lambda: ended(4), (Stage.OPEN, True, "No candidates yet")),
    "nobody suits": (lambda: unsuited(9), (Stage.OPEN, False, "Snoozed until ")),
    "nobody suited a month ago": (lambda: unsuited(32), (Stage.OPEN, True, "No candidates yet")),
    "nobody suited, then a candidate ended": (
        lambda: unsuited(9, status=MatchStatus.DECLINED, ended_at=ago(4)),
        (Stage.OPEN, True, "No candidates yet"),
    ),
    "nobody suited, then a candidate": (
        lambda: unsuited(9, status=MatchStatus.CANDIDATE),
        (Stage.OPEN, False, "1 candidate to review"),
    ),
    "asked": (
        lambda: candidate(proposed=True),
        (Stage.ASKED, False, "0 of 2 cities have answered; deadline "),
    ),
    "asked, one yes": (
        lambda: candidate(
            proposed=True, requester_answer="yes", requester_answered_at=timezone.now()
        ),
        (Stage.ASKED, False, "1 of 2 cities have answered; deadline "),
    ),
    "asked too long ago": (
        lambda: candidate(proposed=True, reply_by=today() - DAY),
        (Stage.ASKED, True, "0 of 2 cities have answered; deadline "),
    ),
    "introduced": (
        lambda: p.MatchFactory(introduced=True, introduced_at=ago(3)).request,
        (Stage.INTRODUCED, False, "Introduced on "),
    ),
    "introduced long ago": (
        lambda: p.MatchFactory(introduced=True, introduced_at=ago(70)).request,
        (Stage.INTRODUCED, True, "Introduced on "),
    ),
    "to be confirmed by the other": (
        lambda: recorded(),
        (Stage.INTRODUCED, False, "Waiting for confirmation by Kisumu"),
    ),
    "to be confirmed by the asking city": (
        lambda: recorded(requester_confirmed_at=None, candidate_confirmed_at=timezone.now()),
        (Stage.INTRODUCED, False, "Waiting for confirmation by Accra"),
    ),
    "recorded by a broker long ago": (
        lambda: recorded(15, requester_confirmed_at=None),
        (Stage.INTRODUCED, True, "Waiting for confirmation by both cities"),
    ),
    "agreed": (lambda: in_stage("agreed"), (Stage.AGREED, False, "All progress reports submitted")),
    "report to come": (
        lambda: in_stage("agreed", PartnershipStatus.ACTIVE, due=3),
        (Stage.AGREED, False, "Progress report due on"),
    ),
    "report late": (
        lambda: in_stage("agreed", due=-3),
        (Stage.AGREED, True, "Progress report due on"),
    ),
    "stalled": (
        lambda: in_stage("stalled", PartnershipStatus.STALLED),
        (Stage.STALLED, False, "Help the partners resume work"),
    ),
    "completed": (
        lambda: in_stage("closed", PartnershipStatus.COMPLETED),
        (Stage.CLOSED, False, "Our plans changed"),
    ),
    "closed": (
        lambda: p.PartnershipRequestFactory(closed=True),
        (Stage.CLOSED, False, "Our plans changed"),
    ),
    "declined": (
        lambda: p.PartnershipRequestFactory(status="declined", submitted_at=ago(9)),
        (Stage.CLOSED, False, "Declined"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_stage_and_next_step(name):
    make, (stage, is_late, step) = CASES[name]
    made = make()
    shown = Filters(is_closed=stage == Stage.CLOSED)
    [card] = listed(shown, start=0, stop=9)
    assert listed(Filters(is_closed=not shown.is_closed), start=0, stop=9) == []
    assert (card.request, card.stage, card.is_late) == (made, stage, is_late)
    assert next_step(card).startswith(step)
    assert url_of(card).startswith(("/admin/partnerships/", "/admin/review/", "/partnerships/"))
    found = {lane.stage: (lane.total, len(lane.cards)) for lane in lanes(shown, most=3)}
    columns = [Stage.CLOSED] if shown.is_closed else [*Stage][:-1]
    assert found == {each: (int(each == stage),) * 2 for each in columns}
    is_in = bool(listed(Filters(is_late=True), start=0, stop=9))
    assert is_in is is_late


def test_drafts_are_not_shown():
    p.PartnershipRequestFactory()
    assert listed(Filters(), start=0, stop=9) == []


def test_snoozed_requests_are_neither_late_nor_first():
    snoozed = p.PartnershipRequestFactory(submitted=True, submitted_at=ago(9))
    p.HandlingFactory(request=snoozed, snoozed_until=today() + DAY, snooze_reason="city")
    over = p.PartnershipRequestFactory(submitted=True, submitted_at=ago(3))
    p.HandlingFactory(request=over, snoozed_until=today())
    found = listed(Filters(), start=0, stop=9)
    assert [(card.request, card.is_late) for card in found] == [(over, True), (snoozed, False)]
    assert next_step(found[1]).startswith("Snoozed until ")
    assert next_step(found[1]).endswith(": Waiting for the city")
    [card] = listed(Filters(is_snoozed=True), start=0, stop=9)
    assert card.request == snoozed


def test_filters():
    theme = ThemeFactory(slug="customs")
    owner = UserFactory()
    africa = CityFactory(country=CountryFactory(iso2="BJ", region="Africa"))
    mine = p.PartnershipRequestFactory(opened=True, themes=[theme], title="Mine")
    p.HandlingFactory(request=mine, owner=owner)
    p.PartnershipRequestFactory(submitted=True, city=africa, title="African")
    asked = candidate(p.PartnershipRequestFactory(opened=True, title="Submitted"), proposed=True)

    def titles(**filters):
        return {card.request.title for card in listed(Filters(**filters), start=0, stop=9)}

    assert titles() == {"Mine", "African", "Submitted"}
    assert titles(owner="me", by=owner.pk) == titles(owner=str(owner.pk)) == {"Mine"}
    assert titles(owner="nobody") == {"African", "Submitted"}
    assert titles(theme="customs") == {"Mine"}
    assert titles(region="Africa") == {"African"}
    assert titles(stage="asked") == {asked.title}
    assert titles(has_no_candidate=True) == {"Mine"}
    [lane] = lanes(Filters(stage="asked"), most=3)
    assert [card.request for card in lane.cards] == [asked]


def test_search_by_city_person_and_word():
    city = CityFactory(name="Zhengzhou", names={"zh": "郑州"})
    asked = p.PartnershipRequestFactory(
        submitted=True,
        city=city,
        title="Parcels by rail",
        challenge="Containers return empty.",
        created_by=UserFactory(display_name="Amina Diallo"),
    )
    p.HandlingFactory(request=asked, owner=UserFactory(display_name="Omar Keita"))
    p.PartnershipRequestFactory(submitted=True, title="Another")
    for text in ("zhengZHOU", "郑州", "amina", "keita", "BY RAIL", "return empty"):
        [card] = listed(Filters(text=text), start=0, stop=9)
        assert card.request == asked
    for text in ("%", "_", "nothing of the kind"):
        assert listed(Filters(text=text), start=0, stop=9) == []


def test_order_of_the_list():
    for title, name, days in (("First", "Beira", 9), ("Second", "Accra", 1)):
        p.PartnershipRequestFactory(
            submitted=True, title=title, submitted_at=ago(days), city=CityFactory(name=name)
        )

    def titles(order):
        return [card.request.title for card in listed(Filters(order=order), start=0, stop=9)]

    assert titles("") == titles("oldest") == ["First", "Second"]
    assert titles("newest") == titles("city") == ["Second", "First"]


def test_count_the_ready_made_views_in_one_query(django_assert_num_queries):
    owner = UserFactory()
    mine = p.PartnershipRequestFactory(submitted=True, submitted_at=ago(9))
    p.HandlingFactory(request=mine, owner=owner)
    snoozed = p.PartnershipRequestFactory(opened=True)
    p.HandlingFactory(request=snoozed, snoozed_until=today() + timedelta(days=3))
    p.PartnershipRequestFactory(closed=True)
    with django_assert_num_queries(1):
        totals = views_with_totals(owner.pk)
    assert totals == {
        "everything": 2,
        "mine": 1,
        "nobody": 1,
        "late": 1,
        "snoozed_now": 1,
        "closed": 1,
    }


def test_a_lane_holds_its_most_urgent_cards():
    for days in (3, 5, 4):
        p.PartnershipRequestFactory(submitted=True, submitted_at=ago(days), title=str(days))
    lane = lanes(Filters(), most=2)[0]
    assert ([card.request.title for card in lane.cards], lane.total) == (["5", "4"], 3)


def test_the_best_candidate_and_its_fit():
    request = p.PartnershipRequestFactory(opened=True)

    def ranking(points: float):
        return {"total": 50, "factors": [{"factor": "fit", "points": points, "most": 40}]}

    p.MatchFactory(request=request, ranking=ranking(10))
    best = p.MatchFactory(request=request, ranking=ranking(29))
    p.MatchFactory(request=request, status=MatchStatus.DECLINED, ended_at=ago(1))
    [card] = listed(Filters(), start=0, stop=9)
    assert (card.best, card.fit, len(card.matches)) == (best, 72, 2)
    asked = p.MatchFactory(request=request, proposed=True)
    [card] = listed(Filters(), start=0, stop=9)
    assert (card.best, card.fit) == (asked, None)
    assert fit_of(asked) is None


def test_the_colour_is_that_of_the_theme():
    p.PartnershipRequestFactory(submitted=True, themes=[ThemeFactory(slug="finance")])
    [card] = listed(Filters(), start=0, stop=9)
    assert card.css == "t-money late"


def test_each_theme_of_the_collection_has_a_colour():
    folder = settings.BASE_DIR / "repository/content/series-2020"
    themes = yaml.safe_load((folder / "themes.yaml").read_text(encoding="utf-8"))
    assert {theme["slug"] for theme in themes} == {*INKS}
