"""What is allowed of a match, of the space of an introduction, and of a partnership.

Read as the tables in `test_desk_workflows.py`, which walks these as well. A city asks, another is
asked; a broker is impartial or speaks for the city that asks. An answer that comes too late, and a
yes to a city that is full, are refused and noted: `actions/test_match_answer.py` has them.
"""

from datetime import date, timedelta

from django.utils import timezone

from partnerships.models import Partnership, PartnershipStatus, RecordedAgreement
from tests.factories import (
    MatchFactory,
    MeetingFactory,
    MilestoneFactory,
    PartnershipFactory,
    PartnershipRequestFactory,
    PartyFactory,
    PlanFactory,
    ProgressReportFactory,
    QuestionFactory,
    SpaceFileFactory,
)
from tests.permissions.desk import ASKED, ASKING, BOTH, BROKERS, HELPING, IMPARTIAL, REASONED
from tests.permissions.workflows import Request, Workflow, at, status_of

YES = {"answer": "yes", "words": ""}
NO = {"answer": "no", "refusal": "fit", "words": ""}


def day(days: int) -> str:
    return str(timezone.localdate() + timedelta(days=days))


def answered_yes(side: str) -> dict:
    return {f"{side}_answer": "yes", f"{side}_answered_at": timezone.now()}


def asked_for(desk, *, status: str = "open"):
    """A request of the city that asks."""
    over = {"closed_at": timezone.now(), "closing_reason": "partnered"}
    return PartnershipRequestFactory(
        opened=True,
        city=desk.cities["asking"],
        created_by=desk.people["requester"],
        status=status,
        **(over if status == "closed" else {}),
    )


def matched(*, request: str = "open", agreed: bool = False, **traits):
    """A match in some state, with two questions of the city that is asked: one is passed on."""

    def made(desk):
        more = {name: trait() if callable(trait) else trait for name, trait in traits.items()}
        row = MatchFactory(
            request=asked_for(desk, status=request), city=desk.cities["asked"], **more
        )
        by = desk.people["candidate"]
        QuestionFactory(match=row, by=by, words="Who pays?")
        passed = {"passed_words": "When?", "passed_at": timezone.now()}
        QuestionFactory(match=row, by=by, words="When?", **passed)
        if agreed:
            PartnershipFactory(match=row, parties=[])
        return row

    return made


def over(status: str):
    then = {"proposed_at": timezone.now, "reply_by": timezone.localdate}
    return matched(status=status, **then)


def of_desk(act, **sent):
    """An act on the page of the desk. `act` may name the question that it is about."""

    def request(desk, row, role) -> Request:
        name = act if isinstance(act, str) else act(row)
        return f"/admin/partnerships/matches/{row.pk}/", {"act": name, **sent}

    return request


def question(row, *, is_passed: bool) -> int:
    return row.questions.get(passed_at__isnull=not is_passed).pk


def about(page: str, **sent):
    return at(f"/partnerships/matches/{{pk}}/{page}/", **sent)


def replied(desk, row, role) -> Request:
    pk = question(row, is_passed=True)
    sent = {f"reply-{pk}-words": "We do."}
    return f"/partnerships/matches/{row.pk}/questions/{pk}/reply/", sent


ASKED_NOW = "proposed, half"
EARLY = "candidate, interest"
# The status that a state has where nothing changes it.
STATUS = {"half": "proposed", "agreed": "introduced"}


def stays(states: str, who: set[str]) -> dict:
    """The states in which somebody may do something that leaves the status as it is."""
    return {name: (STATUS.get(name, name), who) for name in states.split(", ")}


MATCH = Workflow(
    states={
        "candidate": matched(),
        "interest": matched(origin="interest"),
        "proposed": matched(proposed=True),
        "half": matched(proposed=True, **answered_yes("requester")),
        "introduced": matched(request="matched", introduced=True),
        "agreed": matched(request="closed", introduced=True, agreed=True),
        **{name: over(name) for name in ("declined", "expired", "withdrawn")},
    },
    verbs={
        "accept, asking": about("answer", side="requester", **YES),
        "accept, asked": about("answer", side="candidate", **YES),
        "decline, asking": about("answer", side="requester", **NO),
        "decline, asked": about("answer", side="candidate", **NO),
        "step back, asking": about("withdraw", side="requester"),
        "step back, asked": about("withdraw", side="candidate"),
        "ask, asking": about("questions", side="requester", words="Where?"),
        "ask, asked": about("questions", side="candidate", words="Where?"),
        "reply": replied,
        "consider": of_desk("consider"),
        "propose": of_desk("propose", reply_by=day(9), message="Have a look."),
        "extend": of_desk("extend", reply_by=day(30)),
        "withdraw": of_desk("withdraw", verb="withdraw", **REASONED),
        "part": of_desk("part", verb="withdraw", **REASONED),
        "pass on": of_desk(lambda row: f"pass-{question(row, is_passed=False)}", words="Who?"),
        "give back": of_desk(lambda row: f"return-{question(row, is_passed=True)}", words="They."),
        "note": of_desk("note", words="Call them."),
        "record": about("agree", title="Shops", agreed_on=day(0), agreement_kind="letters"),
    },
    state_of=status_of,
    allowed={
        "accept, asking": {"proposed": ("proposed", ASKING)},
        "accept, asked": {"proposed": ("proposed", ASKED), "half": ("introduced", ASKED)},
        "decline, asking": {"proposed": ("declined", ASKING)},
        "decline, asked": {ASKED_NOW: ("declined", ASKED)},
        "step back, asking": {ASKED_NOW: ("withdrawn", ASKING)},
        # The city that asks does not know of an interest.
        "step back, asked": {f"interest, {ASKED_NOW}": ("withdrawn", ASKED)},
        "ask, asking": {ASKED_NOW: ("proposed", ASKING)},
        "ask, asked": {ASKED_NOW: ("proposed", ASKED)},
        "reply": {ASKED_NOW: ("proposed", ASKING)},
        # A representative of one of the cities leaves the match to another broker.
        "consider": {"interest": ("candidate", IMPARTIAL)},
        "propose": {EARLY: ("proposed", IMPARTIAL)},
        "extend": {ASKED_NOW: ("proposed", IMPARTIAL)},
        "withdraw": {f"{EARLY}, {ASKED_NOW}": ("withdrawn", IMPARTIAL)},
        # Where a partnership was agreed, that one is ended.
        "part": {"introduced": ("withdrawn", IMPARTIAL)},
        "pass on": {ASKED_NOW: ("proposed", IMPARTIAL)},
        "give back": {ASKED_NOW: ("proposed", IMPARTIAL)},
        "note": stays(
            f"{EARLY}, {ASKED_NOW}, introduced, agreed, declined, expired, withdrawn", BROKERS
        ),
        "record": {"introduced": ("introduced", BOTH | BROKERS)},
    },
    # Who comes second finds the partnership that is there.
    harmless=frozenset({("record", "agreed", role) for role in BOTH | BROKERS}),
)


# The space of two introduced cities


def space(**traits):
    """With a plan, and a date and a file of the city that is asked."""

    def made(desk):
        row = matched(**traits)(desk)
        PlanFactory(match=row, version=1)
        MeetingFactory(match=row, by=desk.people["candidate"])
        SpaceFileFactory(match=row, by=desk.people["candidate"])
        return row

    return made


def on_part(part: str, relation: str, verb: str, **sent):
    def request(desk, row, role) -> Request:
        pk = getattr(row, relation).get().pk
        return f"/partnerships/matches/{row.pk}/{part}/{pk}/{verb}/", sent

    return request


IN_SPACE = "introduced, agreed"
SPACE = Workflow(
    states={
        "proposed": space(proposed=True),
        "introduced": space(request="matched", introduced=True),
        "agreed": space(request="closed", introduced=True, agreed=True),
        "parted": space(introduced=True, status="withdrawn"),
    },
    verbs={
        "say": about("messages", body="Welcome.", token="a"),
        "add a date": about("dates", title="Call", day=day(9), time="10:00"),
        "change a date": on_part(
            "dates", "meetings", "edit", title="Call", day=day(9), time="11:00", sequence=0
        ),
        "cancel a date": on_part("dates", "meetings", "cancel"),
        "remove a file": on_part("files", "files", "remove"),
        "write a plan": about("plan", text="Another visit.", version=1),
        "agree, asking": about("plan/agree", side="requester", version=1),
        "agree, asked": about("plan/agree", side="candidate", version=1),
    },
    state_of=status_of,
    allowed={
        "say": stays(IN_SPACE, BOTH | BROKERS),
        "add a date": stays(IN_SPACE, BOTH | BROKERS),
        # Of somebody else; brokers keep the space in order.
        "change a date": stays(IN_SPACE, ASKED | BROKERS),
        "cancel a date": stays(IN_SPACE, ASKED | BROKERS),
        "remove a file": stays(IN_SPACE, ASKED | BROKERS),
        "write a plan": stays(IN_SPACE, BOTH | BROKERS),
        "agree, asking": stays(IN_SPACE, ASKING),
        "agree, asked": stays(IN_SPACE, ASKED),
    },
)


# What both have agreed, recorded by one city


def recorded():
    """Recorded by the city that asks."""

    def made(desk):
        row = matched(request="matched", introduced=True)(desk)
        RecordedAgreement.objects.create(
            match=row,
            title="Shops",
            agreed_on=timezone.localdate(),
            agreement_kind="word",
            version=1,
            requester_confirmed_at=timezone.now(),
        )
        return row

    return made


def record(desk, row, role) -> Request:
    known = RecordedAgreement.objects.filter(match=row).values_list("version", flat=True).first()
    sent = {"title": "Other shops", "agreed_on": day(0), "agreement_kind": "word"}
    return f"/partnerships/matches/{row.pk}/agree/", sent | {"version": known or 0}


def agreement_of(desk, row) -> str:
    if Partnership.objects.filter(match=row).exists():
        return "agreed"
    is_recorded = RecordedAgreement.objects.filter(match=row).exists()
    return "recorded" if is_recorded else status_of(desk, row)


AGREEMENT = Workflow(
    states={
        "proposed": matched(proposed=True),
        "introduced": matched(request="matched", introduced=True),
        "recorded": recorded(),
        "agreed": matched(request="closed", introduced=True, agreed=True),
        "withdrawn": matched(introduced=True, status="withdrawn"),
    },
    verbs={
        "record": record,
        "confirm, asking": about("agree/confirm", side="requester", version=1),
        "confirm, asked": about("agree/confirm", side="candidate", version=1),
        "take back": about("agree/take-back"),
    },
    state_of=agreement_of,
    allowed={
        "record": {"introduced, recorded": ("recorded", BOTH | BROKERS)},
        # The city that asks has recorded it.
        "confirm, asked": {"recorded": ("agreed", ASKED)},
        "take back": {"recorded": ("introduced", BOTH | BROKERS)},
    },
    harmless=frozenset(
        {("take back", "introduced", role) for role in BOTH | BROKERS}
        | {("record", "agreed", role) for role in BOTH | BROKERS}
        | {("confirm, asking", state, role) for state in ("recorded", "agreed") for role in ASKING}
        | {("confirm, asked", "agreed", role) for role in ASKED}
    ),
)


# What came of it


def agreed(status: str, *, is_public: bool = False):
    """A partnership with a facilitator, a step to come, and a report that is due."""
    values = {
        "started_on": date(2026, 4, 1),
        "ended_on": date(2026, 9, 1) if status in ("completed", "discontinued") else None,
        "reason": "No visas." if status in ("stalled", "discontinued") else "",
        "outcome": "Three days." if status == "completed" else "",
    }

    def made(desk):
        partnership_request = asked_for(desk, status="closed")
        row = PartnershipFactory(
            match=MatchFactory(
                request=partnership_request, city=desk.cities["asked"], introduced=True
            ),
            status=status,
            is_public=is_public,
            parties=[],
            **values,
        )
        for city, role in (("asking", "requester"), ("asked", "provider")):
            wants = {"wants_public": is_public, "role": role}
            PartyFactory(partnership=row, city=desk.cities[city], **wants)
        helper = {"city": None, "organization": desk.organization, "role": "facilitator"}
        PartyFactory(partnership=row, **helper)
        MilestoneFactory(partnership=row)
        ProgressReportFactory(partnership=row)
        return row

    return made


def run(page: str, **sent):
    return at(f"/partnerships/{{pk}}/{page}/", **sent)


def run_on(page: str, relation: str, verb: str = "", **sent):
    """A page of something that belongs to a partnership."""

    def request(desk, row, role) -> Request:
        pk = getattr(row, relation).order_by("pk").last().pk
        return f"/partnerships/{row.pk}/{page}/{pk}/{verb}", sent

    return request


def another_helper(desk, row, role) -> Request:
    return f"/partnerships/{row.pk}/facilitators/add/", {"organization": desk.another.pk}


RUNNING = "active, public, stalled"
ENDED = "completed, discontinued"
ALL = BOTH | HELPING | BROKERS
PUBLIC = {"public": "active"}


def goes_on(who: set[str], states: str = RUNNING) -> dict:
    return {name: (PUBLIC.get(name, name), who) for name in states.split(", ")}


PARTNERSHIP = Workflow(
    states={name: agreed(name) for name in PartnershipStatus.values}
    | {"public": agreed("active", is_public=True)},
    verbs={
        "stall": run("stall", words="No visas.", reason="capacity"),
        "resume": run("resume"),
        "complete": run("complete", words="Three days."),
        "discontinue": run("discontinue", words="No money.", reason="capacity"),
        "describe": run("edit", title="Other shops", summary="", baseline=""),
        "want public": run("public", public="yes"),
        "want private": run("public", public="no"),
        "add a facilitator": another_helper,
        "remove a facilitator": run_on("facilitators", "parties", "remove/"),
        "plan a step": run("milestones/add", title="Ten shops", due_on=day(30)),
        "mark a step": run_on("milestones", "milestones", "mark/", done="yes"),
        "remove a step": run_on("milestones", "milestones", "remove/"),
        "report": run_on("reports", "reports", light="on-track", progress="Ten shops."),
        "write it up": run("case"),
    },
    state_of=status_of,
    allowed={
        "stall": {"active, public": ("stalled", ALL)},
        "resume": {"stalled": ("active", ALL)},
        "complete": {"active, public, stalled": ("completed", ALL)},
        "discontinue": {RUNNING: ("discontinued", ALL)},
        "describe": goes_on(ALL),
        # What cities want, after the end as well. What the organisation wants does not count.
        "want public": goes_on(BOTH, f"active, stalled, {ENDED}"),
        "want private": goes_on(BOTH, "public"),
        "add a facilitator": goes_on(BROKERS),
        "remove a facilitator": goes_on(BROKERS),
        "plan a step": goes_on(ALL),
        "mark a step": goes_on(ALL),
        "remove a step": goes_on(ALL),
        "report": goes_on(ALL),
        # Words are the parties'.
        "write it up": goes_on(BOTH | HELPING, "completed"),
    },
    harmless=frozenset(
        {("want public", "public", role) for role in BOTH}
        | {("want private", name, role) for name in PartnershipStatus.values for role in BOTH}
    ),
)

WORKFLOWS = {
    "match": MATCH,
    "space": SPACE,
    "agreement": AGREEMENT,
    "partnership": PARTNERSHIP,
}
