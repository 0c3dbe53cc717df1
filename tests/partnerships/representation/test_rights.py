"""Each action checks the right again under the lock: it may have ended since the view checked."""

import importlib
import inspect
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from community.models import Appeal, AppealOutcome, Decision, User, Verb
from community.moderation.appeals import actions as appeals_actions
from community.moderation.decisions import undo as decisions_undo
from partnerships.agreements import actions as agreements_actions
from partnerships.agreements import recording, write_up
from partnerships.agreements import reports as agreements_reports
from partnerships.city_profiles import actions as city_profiles_actions
from partnerships.clusters import actions as clusters_actions
from partnerships.clusters import joining
from partnerships.listings import actions as listings_actions
from partnerships.listings import interest
from partnerships.matches import actions as matches_actions
from partnerships.matches import answers as matches_answers
from partnerships.matches import closing, questions
from partnerships.models import (
    Answer,
    Offer,
    RecordedAgreement,
    Representation,
    Side,
    SnoozeReason,
)
from partnerships.pipeline import actions as pipeline_actions
from partnerships.representation import actions as representation_actions
from partnerships.representation import address_checks, review
from partnerships.requests import actions as requests_actions
from partnerships.requests import documents as requests_documents
from partnerships.requests import drafts as requests_drafts
from partnerships.requests import review as requests_review
from partnerships.rounds import actions as rounds_actions
from partnerships.rounds import proposals
from partnerships.spaces import actions as spaces_actions
from partnerships.suggestions import actions as suggestions_actions
from partnerships.timetables import actions as timetables_actions
from repository.models import City
from repository.workflow import ActionRefused
from tests.factories import (
    CallFactory,
    CityFactory,
    ClusterApplicationFactory,
    ClusterFactory,
    ClusterNewsFactory,
    MatchFactory,
    MeetingFactory,
    MilestoneFactory,
    OfferFactory,
    OrganizationFactory,
    PartnershipFactory,
    PartnershipRequestFactory,
    PartyFactory,
    PlanFactory,
    PracticeFactory,
    ProgressReportFactory,
    QuestionFactory,
    RepresentationFactory,
    RoundFactory,
    SavedViewFactory,
    SpaceFileFactory,
    SuggestionFactory,
    TimetableFactory,
)
from tests.partnerships.conftest import values_of
from tests.partnerships.timetables.pairs import ANOTHER_SLOT, VALUES, introduce
from tests.races import race

SAID = {"reason": "fit", "message": "It is better so."}
LISTED = {
    "title": "Two weeks with us",
    "description": "All of it.",
    "language": "en",
    "modalities": ["training"],
    "languages": ["en"],
    "valid_until": None,
    "links": {},
}
AGREED = {"title": "Village shops", "agreement_kind": "letters"}
REPORT = {"light": "done", "progress": "All.", "problems": "", "figure": "", "evidence_url": ""}
PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"


class Stage:
    """Two cities and what belongs to them; `mine` is the one that the member represents."""

    def __init__(self, mine: City):
        self.mine = mine
        self.other = CityFactory()
        RepresentationFactory(city=self.other)

    def request(self, status="draft", city=None, **traits):
        traits |= {"submitted": True} if status == "submitted" else {}
        traits |= {"opened": True} if status in ("open", "matched") else {}
        about = {"city": city or self.mine, "practices": [PracticeFactory()]}
        return PartnershipRequestFactory(status=status, **about, **traits)

    def match(self, **traits):
        """A match of a request of the city with the other city."""
        is_introduced = "introduced" in traits
        request = self.request("matched" if is_introduced else "open")
        return MatchFactory(request=request, city=self.other, **traits)

    def introduced(self):
        return self.match(introduced=True)

    def foreign(self, **traits):
        """A match of two other cities, for brokers."""
        made = MatchFactory(**traits)
        RepresentationFactory(city=made.request.city)
        RepresentationFactory(city=made.city)
        return made

    def partnership(self, **values):
        parties = [(self.mine, "requester"), (self.other, "provider")]
        return PartnershipFactory(match=self.introduced(), parties=parties, **values)

    def question(self, match, *, passed=False):
        passed = {"passed_at": timezone.now(), "passed_words": "Who?"} if passed else {}
        return QuestionFactory(match=match, side=Side.CANDIDATE, **passed)


Row = Callable[[Stage, User], Callable]


def on(subject: Callable[[Stage], object], act: Callable, name: str, /, **more) -> Row:
    """An action on something that is created first."""

    def made(stage, by):
        row = subject(stage)
        return lambda: act(**{name: row}, by=by, **more)

    return made


def agreed(stage, by):
    found = stage.introduced()
    day = {"agreed_on": timezone.localdate()}
    return lambda: recording.record(match=found, by=by, **AGREED, **day)


def recorded(stage):
    """An introduction whose agreement the other city has recorded."""
    found = stage.introduced()
    day, now = timezone.localdate(), timezone.now()
    RecordedAgreement.objects.create(
        match=found, agreed_on=day, version=1, candidate_confirmed_at=now, **AGREED
    )
    return found


def created(stage, by):
    values = values_of(stage.request(), title="Another")
    return lambda: requests_drafts.create(values=values, by=by, token="a-token")


def saved(stage, by):
    partnership_request = stage.request()
    values = values_of(partnership_request, title="Another")
    base = requests_documents.document_of(partnership_request)
    return lambda: requests_drafts.save_draft(
        partnership_request=partnership_request, values=values, base=base, by=by
    )


def on_part(factory, act, name, **more) -> Row:
    """An action on part of a partnership, given by its primary key."""

    def made(stage, by):
        whole = stage.partnership()
        part = factory(partnership=whole)
        return lambda: act(partnership=whole, by=by, **{name: part.pk}, **more)

    return made


def profiled(stage, by):
    base = city_profiles_actions.values_of(stage.mine, city_profiles_actions.profile_of(stage.mine))
    values = base | {"sectors": "Cotton"}
    return lambda: city_profiles_actions.save(city=stage.mine, by=by, values=values, base=base)


def posted(stage, by):
    group = ClusterFactory(cities=[stage.mine])
    news = {"title": "News", "body": "Words.", "language": "en"}
    return lambda: clusters_actions.post(cluster=group, city=stage.mine, by=by, **news)


def asked_to_join(stage, by):
    group = ClusterFactory(cities=[stage.other])
    return lambda: joining.ask_to_join(cluster=group, city=stage.mine, by=by)


def interested(stage, by):
    partnership_request = stage.request("open", stage.other)
    words = {"cooperation": "A training.", "about": "A port."}
    return lambda: interest.express(
        partnership_request=partnership_request, city=stage.mine, by=by, **words
    )


def filed(stage, by):
    found = stage.introduced()
    upload = SimpleUploadedFile("a.pdf", PDF, "application/pdf")
    return lambda: spaces_actions.add_file(match=found, by=by, upload=upload, title="A file")


def lettered(stage, by):
    partnership_request = stage.request()
    upload = SimpleUploadedFile("a.pdf", PDF, "application/pdf")
    return lambda: requests_drafts.attach_letter(
        partnership_request=partnership_request, upload=upload, by=by
    )


def own_file(stage, by):
    file = SpaceFileFactory(match=stage.introduced(), by=by)
    return lambda: spaces_actions.remove_file(file=file, by=by)


def own_meeting(stage, by):
    meeting = MeetingFactory(match=stage.introduced(), by=by)
    return lambda: spaces_actions.cancel_meeting(meeting=meeting, by=by)


def changed_meeting(stage, by):
    meeting = MeetingFactory(match=stage.introduced(), by=by)
    values = {"title": "Call", "at": meeting.at, "place": "Online", "sequence": 0}
    return lambda: spaces_actions.change_meeting(meeting=meeting, by=by, **values)


def completed(stage):
    done = {"status": "completed", "outcome": "Three days.", "ended_on": timezone.localdate()}
    return stage.partnership(**done)


def in_days(days: int):
    return timezone.now() + timedelta(days=days)


def asked(stage):
    return stage.match(proposed=True)


OWN = {"side": Side.REQUESTER}
PLAN = {"text": "A visit in May.", "version": 0}
DESCRIBED = {"title": "T", "summary": "", "baseline": "", "practices": [], "themes": []}
# The actions of those who represent a city, and their objects.
OF_CITIES: dict[Callable, Row] = {
    listings_actions.create: lambda stage, by: (
        lambda: listings_actions.create(model=Offer, owner=stage.mine, by=by, **LISTED)
    ),
    listings_actions.change: on(
        lambda stage: OfferFactory(city=stage.mine), listings_actions.change, "listing", **LISTED
    ),
    listings_actions.close: on(
        lambda stage: OfferFactory(city=stage.mine), listings_actions.close, "listing"
    ),
    suggestions_actions.adopt: on(
        lambda stage: SuggestionFactory(city=stage.mine),
        suggestions_actions.adopt,
        "suggestion",
        **LISTED,
    ),
    suggestions_actions.decline: on(
        lambda stage: SuggestionFactory(city=stage.mine), suggestions_actions.decline, "suggestion"
    ),
    requests_drafts.create: created,
    requests_drafts.save_draft: saved,
    requests_drafts.discard: on(Stage.request, requests_drafts.discard, "partnership_request"),
    requests_drafts.attach_letter: lettered,
    requests_drafts.remove_letter: on(
        Stage.request, requests_drafts.remove_letter, "partnership_request"
    ),
    requests_actions.submit: on(Stage.request, requests_actions.submit, "partnership_request"),
    requests_actions.withdraw: on(
        lambda stage: stage.request("submitted"), requests_actions.withdraw, "partnership_request"
    ),
    requests_actions.renew: on(
        lambda stage: stage.request("open"), requests_actions.renew, "partnership_request"
    ),
    requests_actions.close: on(
        lambda stage: stage.request("open"),
        requests_actions.close,
        "partnership_request",
        reason="changed",
    ),
    interest.express: interested,
    joining.ask_to_join: asked_to_join,
    joining.withdraw: on(
        lambda stage: ClusterApplicationFactory(city=stage.mine), joining.withdraw, "application"
    ),
    matches_answers.answer: on(asked, matches_answers.answer, "match", value=Answer.YES, **OWN),
    closing.step_back: on(asked, closing.step_back, "match", **OWN),
    questions.ask: on(asked, questions.ask, "match", words="Who?", **OWN),
    questions.reply: on(
        lambda stage: stage.question(asked(stage), passed=True),
        questions.reply,
        "question",
        words="We.",
    ),
    spaces_actions.say: on(
        Stage.introduced, spaces_actions.say, "match", body="Welcome.", token="t"
    ),
    spaces_actions.add_file: filed,
    spaces_actions.remove_file: own_file,
    spaces_actions.add_meeting: on(
        Stage.introduced, spaces_actions.add_meeting, "match", title="A", at=in_days(9)
    ),
    spaces_actions.change_meeting: changed_meeting,
    spaces_actions.cancel_meeting: own_meeting,
    spaces_actions.write_plan: on(Stage.introduced, spaces_actions.write_plan, "match", **PLAN),
    spaces_actions.agree: on(
        lambda stage: PlanFactory(match=stage.introduced(), version=1).match,
        spaces_actions.agree,
        "match",
        version=1,
        **OWN,
    ),
    recording.record: agreed,
    recording.confirm: on(recorded, recording.confirm, "match", version=1, **OWN),
    recording.withdraw: on(recorded, recording.withdraw, "match"),
    agreements_actions.take_step: on(
        Stage.partnership, agreements_actions.take_step, "partnership", verb="stall", words="No."
    ),
    agreements_actions.describe: on(
        Stage.partnership, agreements_actions.describe, "partnership", **DESCRIBED
    ),
    agreements_actions.want_public: on(
        Stage.partnership, agreements_actions.want_public, "partnership", wanted=True
    ),
    agreements_reports.add_milestone: on(
        Stage.partnership,
        agreements_reports.add_milestone,
        "partnership",
        title="Ten shops",
        due_on=timezone.localdate(),
    ),
    agreements_reports.mark_milestone: on_part(
        MilestoneFactory,
        agreements_reports.mark_milestone,
        "milestone",
        done_on=timezone.localdate(),
    ),
    agreements_reports.remove_milestone: on_part(
        MilestoneFactory, agreements_reports.remove_milestone, "milestone"
    ),
    agreements_reports.submit_report: on(
        lambda stage: ProgressReportFactory(partnership=stage.partnership()),
        agreements_reports.submit_report,
        "report",
        outcome="All of it.",
        **REPORT,
    ),
    write_up.write_up: on(completed, write_up.write_up, "partnership"),
    city_profiles_actions.save: profiled,
    clusters_actions.post: posted,
}


def facilitated(stage, by):
    whole = stage.partnership()
    party = PartyFactory(
        partnership=whole, city=None, organization=OrganizationFactory(), role="facilitator"
    )
    return lambda: agreements_actions.remove_facilitator(partnership=whole, party=party.pk, by=by)


def helped(stage, by):
    whole, helper = stage.partnership(), OrganizationFactory()
    return lambda: agreements_actions.add_facilitator(partnership=whole, helper=helper, by=by)


def suggested(stage, by):
    partnership_request = stage.request("open")
    RepresentationFactory(city=stage.other)
    return lambda: matches_actions.suggest(
        partnership_request=partnership_request, city=stage.other, origin="staff", by=by
    )


def computed(stage):
    result = {"assignments": [], "unassigned": [], "total": 0}
    return RoundFactory(status="done", result=result)


def call_of(stage):
    match = introduce(1).match
    timetable = TimetableFactory(round=RoundFactory(requests=[match.request]))
    return CallFactory(timetable=timetable, match=match)


def timetabled(stage):
    return call_of(stage).timetable.round


def news_of_others(stage):
    return ClusterNewsFactory()


def waiting(stage):
    return RepresentationFactory(asked=True)


def day_to_come():
    return timezone.localdate() + timedelta(days=60)


def foreign(**traits):
    return lambda stage: stage.foreign(**traits)


def declined(stage, by) -> Decision:
    """A request that was declined, and the decision."""
    words = {"verb": "decline", "before": "submitted", "reason": "fit", "message": "No."}
    partnership_request = stage.request("declined", submitted_at=timezone.now())
    return Decision.objects.create(subject=partnership_request, by=by, **words)


def undone(stage, by):
    decision = declined(stage, by)
    return lambda: decisions_undo.undo(decision=decision, by=by)


def appealed(stage, by):
    member = RepresentationFactory(city=stage.mine).member
    appeal = Appeal.objects.create(decision=declined(stage, None), by=member, words="Why?")
    answer = {"outcome": AppealOutcome.UPHELD, "answer": "Read it again."}
    return lambda: appeals_actions.decide_appeal(appeal=appeal, by=by, **answer)


def upheld(stage, by):
    member = RepresentationFactory(city=stage.mine).member
    first = declined(stage, None)
    Decision.objects.filter(pk=first.pk).update(concerns=member)
    appeal = Appeal.objects.create(decision=first, by=member, words="Why?")
    answer = {"outcome": AppealOutcome.UPHELD, "answer": "Read it again."}
    decision = appeals_actions.decide_appeal(appeal=appeal, by=by, **answer)
    return lambda: appeals_actions.reopen(decision=decision, by=by)


def on_open(act, **more) -> Row:
    return on(lambda stage: stage.request("open"), act, "partnership_request", **more)


def own_view(act, **more) -> Row:
    """An action on a saved view of the broker."""

    def made(stage, by):
        view = SavedViewFactory(member=by)
        return lambda: act(view=view, by=by, **more)

    return made


PROPOSED = foreign(proposed=True)
# The actions of brokers.
OF_BROKERS: dict[Callable, Row] = {
    listings_actions.change: on(
        lambda stage: OfferFactory(city=None, organization=OrganizationFactory()),
        listings_actions.change,
        "listing",
        **LISTED,
    ),
    listings_actions.decide: on(
        lambda stage: OfferFactory(city=stage.mine, pending=True),
        listings_actions.decide,
        "listing",
        verb=Verb.APPROVE,
    ),
    requests_review.decide: on(
        lambda stage: stage.request("submitted"),
        requests_review.decide,
        "partnership_request",
        verb=Verb.APPROVE,
    ),
    requests_review.note: on(
        Stage.request, requests_review.note, "partnership_request", words="Call them."
    ),
    requests_actions.close: on(
        lambda stage: stage.request("open"),
        requests_actions.close,
        "partnership_request",
        reason="no-match",
        message="Nobody.",
    ),
    requests_actions.reopen: on(
        lambda stage: stage.request("matched"),
        requests_actions.reopen,
        "partnership_request",
        message="Once more.",
    ),
    matches_actions.suggest: suggested,
    matches_actions.consider: on(foreign(origin="interest"), matches_actions.consider, "match"),
    matches_actions.propose: on(foreign(), matches_actions.propose, "match"),
    matches_actions.extend: on(PROPOSED, matches_actions.extend, "match", reply_by=day_to_come()),
    matches_actions.note: on(PROPOSED, matches_actions.note, "match", words="Call them."),
    closing.withdraw: on(PROPOSED, closing.withdraw, "match", **SAID),
    closing.part: on(foreign(introduced=True), closing.part, "match", **SAID),
    questions.forward_question: on(
        lambda stage: stage.question(PROPOSED(stage)),
        questions.forward_question,
        "question",
        words="Who?",
    ),
    questions.forward_answer: on(
        lambda stage: stage.question(PROPOSED(stage)),
        questions.forward_answer,
        "question",
        words="They.",
    ),
    rounds_actions.start: on(
        lambda stage: RoundFactory(requests=[stage.request("open")]), rounds_actions.start, "round"
    ),
    rounds_actions.choose_cities: on(
        computed, rounds_actions.choose_cities, "round", added={}, removed=[]
    ),
    proposals.select: on(
        computed,
        proposals.select,
        "round",
        selection=proposals.Selection(frozenset(), frozenset(), ""),
    ),
    proposals.allow_again: on(computed, proposals.allow_again, "round", asked=1, city=1),
    proposals.suggest_all: on(computed, proposals.suggest_all, "round"),
    proposals.propose_all: on(
        computed, proposals.propose_all, "round", message="", reply_by=day_to_come()
    ),
    timetables_actions.plan: on(
        timetabled, timetables_actions.plan, "round", values=VALUES, hours={}
    ),
    timetables_actions.move: on(call_of, timetables_actions.move, "call", at=ANOTHER_SLOT),
    timetables_actions.cancel: on(call_of, timetables_actions.cancel, "call"),
    timetables_actions.send: on(call_of, timetables_actions.send, "call"),
    timetables_actions.send_all: on(timetabled, timetables_actions.send_all, "round"),
    spaces_actions.say: on(
        Stage.introduced, spaces_actions.say, "match", body="Welcome.", token="t"
    ),
    spaces_actions.remove_file: on(
        lambda stage: SpaceFileFactory(match=stage.introduced()), spaces_actions.remove_file, "file"
    ),
    recording.record: agreed,
    recording.withdraw: on(recorded, recording.withdraw, "match"),
    agreements_actions.take_step: on(
        Stage.partnership,
        agreements_actions.take_step,
        "partnership",
        verb="stall",
        words="No.",
        reason="capacity",
    ),
    agreements_actions.add_facilitator: helped,
    agreements_actions.remove_facilitator: facilitated,
    clusters_actions.remove_news: on(
        news_of_others,
        clusters_actions.remove_news,
        "news",
        words=clusters_actions.Words(*SAID.values()),
    ),
    pipeline_actions.assign: on_open(pipeline_actions.assign, owner=None),
    pipeline_actions.snooze: on_open(
        pipeline_actions.snooze, until=day_to_come(), reason=SnoozeReason.OTHER
    ),
    pipeline_actions.wake: on_open(pipeline_actions.wake),
    pipeline_actions.remind: on(
        lambda stage: stage.match(proposed=True).request,
        pipeline_actions.remind,
        "partnership_request",
    ),
    pipeline_actions.save_view: lambda stage, by: (
        lambda: pipeline_actions.save_view(name="Late", parameters={"late": "on"}, by=by)
    ),
    pipeline_actions.rename_view: own_view(pipeline_actions.rename_view, name="Another"),
    pipeline_actions.delete_view: own_view(pipeline_actions.delete_view),
    address_checks.send_check: on(waiting, address_checks.send_check, "representation"),
    review.approve: on(waiting, review.approve, "representation"),
    review.decline: on(waiting, review.decline, "representation", **SAID),
    review.end: on(lambda stage: RepresentationFactory(), review.end, "representation", **SAID),
    review.set_last_day: on(
        lambda stage: RepresentationFactory(),
        review.set_last_day,
        "representation",
        until=day_to_come(),
    ),
    joining.decide: on(
        lambda stage: ClusterApplicationFactory(), joining.decide, "application", verb=Verb.APPROVE
    ),
    decisions_undo.undo: undone,
    appeals_actions.decide_appeal: appealed,
    appeals_actions.reopen: upheld,
}
# Actions on a member's own objects, and those called by other actions.
OWN_AFFAIRS = {
    representation_actions.ask,
    representation_actions.withdraw,
    representation_actions.resign,
    appeals_actions.appeal,
}
WITHIN = {
    requests_actions.mark_matched,
    requests_actions.record,
    listings_actions.publish_as_broker,
    matches_answers.record_answer,
    agreements_actions.notify_parties,
    proposals.made_candidates,
    joining.accept_added,
}

ACTIONS = [
    "community.moderation.appeals.actions",
    "partnerships.agreements.actions",
    "partnerships.agreements.recording",
    "partnerships.agreements.reminders",
    "partnerships.agreements.reports",
    "partnerships.agreements.write_up",
    "partnerships.city_profiles.actions",
    "partnerships.clusters.actions",
    "partnerships.clusters.joining",
    "partnerships.desk.daily",
    "community.moderation.decisions.undo",
    "partnerships.listings.actions",
    "partnerships.listings.interest",
    "partnerships.matches.actions",
    "partnerships.matches.answers",
    "partnerships.matches.closing",
    "partnerships.matches.questions",
    "partnerships.pipeline.actions",
    "partnerships.representation.actions",
    "partnerships.representation.address_checks",
    "partnerships.representation.review",
    "partnerships.representation.rights",
    "partnerships.requests.actions",
    "partnerships.requests.drafts",
    "partnerships.requests.expiry",
    "partnerships.requests.review",
    "partnerships.rounds.actions",
    "partnerships.rounds.proposals",
    "partnerships.spaces.actions",
    "partnerships.suggestions.actions",
    "partnerships.timetables.actions",
]


def verbs() -> set[Callable]:
    """All functions of the rooms of actions that somebody does."""
    found = set()
    for module in ACTIONS:
        room = importlib.import_module(module)
        for act in vars(room).values():
            if inspect.isfunction(act) and act.__module__ == module:
                by = inspect.signature(act).parameters.get("by")
                found |= {act} if by and by.kind == by.KEYWORD_ONLY else set()
    return found


def test_know_each_verb():
    assert verbs() == {*OF_CITIES, *OF_BROKERS} | OWN_AFFAIRS | WITHIN


def outcome(row: Row, stage: Stage, by: User, take: Callable[[], object] | None) -> str:
    """What comes of a verb, after the right is taken away between the page and the lock."""
    act = row(stage, by)
    if take is not None:
        take()
    try:
        with transaction.atomic():
            act()
    except ActionRefused as refusal:
        return str(refusal)
    return "done"


def walk(rows: dict[Callable, Row], stage: Stage, by: User, takes: list) -> list[str]:
    """What was refused with the right, or done without it."""
    wrong = []
    for act, row in rows.items():
        for take in [None, *takes]:
            with transaction.atomic():
                came = outcome(row, stage, by, take)
                transaction.set_rollback(True)
            if (came == "done") != (take is None):
                how = take.__name__ if take else "with the right"
                wrong.append(f"{act.__module__}.{act.__name__}, {how}: {came}")
    return wrong


@pytest.mark.django_db
def test_refuse_what_a_city_does_once_the_right_has_ended(city, focal_point, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    def ended():
        Representation.objects.filter(member=focal_point).update(status="ended")

    def closed():
        User.objects.filter(pk=focal_point.pk).update(is_active=False)

    assert walk(OF_CITIES, Stage(city), focal_point, [ended, closed]) == []


@pytest.mark.django_db
def test_refuse_what_a_broker_does_once_the_right_has_ended(broker, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    def left():
        # As a view has checked it: the user caches the result.
        assert broker.has_perm("partnerships.broker")
        User.objects.get(pk=broker.pk).groups.clear()

    assert walk(OF_BROKERS, Stage(CityFactory()), broker, [left]) == []


def submit_while_the_right_ends(city, focal_point) -> tuple[list[str], str]:
    """The representation ends while another transaction has the request locked."""
    partnership_request = PartnershipRequestFactory(city=city, practices=[PracticeFactory()])
    held = Representation.objects.filter(member=focal_point)
    outcomes = race(
        partnership_request,
        lambda: requests_actions.submit(partnership_request=partnership_request, by=focal_point),
        while_waiting=lambda: held.update(status="ended"),
    )
    partnership_request.refresh_from_db()
    return outcomes, partnership_request.status


@pytest.mark.django_db(transaction=True)
def test_submit_while_the_right_ends(city, focal_point, monkeypatch):
    assert submit_while_the_right_ends(city, focal_point) == (["refused"], "draft")
    # Without locks the action succeeds, which shows that the test can fail.
    Representation.objects.update(status="approved")
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **kwargs: rows.all())
    assert submit_while_the_right_ends(city, focal_point) == (["done"], "submitted")
