"""Each verb asks for the right again under the lock: what ended since the page asked is gone."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from community.models import Appeal, AppealOutcome, Decision, User, Verb
from partnerships import actions, request_text
from partnerships.actions import (
    city_profile,
    cluster,
    interest,
    listing,
    match,
    match_answer,
    match_end,
    partnership,
    partnership_request,
    progress,
    question,
    representation,
    request_draft,
    request_review,
    round,
    space,
    suggestion,
    undoing,
    write_up,
)
from partnerships.actions import representation_review as review
from partnerships.models import Answer, Offer, Representation, Side
from repository.models import City
from repository.workflow import ActionRefused
from tests.factories import (
    CityFactory,
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
    SpaceFileFactory,
    SuggestionFactory,
)
from tests.partnerships.conftest import values_of
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
TOLD = {"light": "done", "progress": "All.", "problems": "", "figure": "", "evidence_url": ""}
PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"


class Stage:
    """Two cities, and what may be between them; `mine` is the one that somebody speaks for."""

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
        """One that the city asks for, with the other city."""
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
    """A verb on something that is made first."""

    def made(stage, by):
        row = subject(stage)
        return lambda: act(**{name: row}, by=by, **more)

    return made


def agreed(stage, by):
    found = stage.introduced()
    day = {"agreed_on": timezone.localdate()}
    return lambda: partnership.record(match=found, by=by, **AGREED, **day)


def created(stage, by):
    values = values_of(stage.request(), title="Another")
    return lambda: request_draft.create(values=values, by=by, token="a-token")


def saved(stage, by):
    request = stage.request()
    values = values_of(request, title="Another")
    base = request_text.document_of(request)
    return lambda: request_draft.save_draft(request=request, values=values, base=base, by=by)


def on_part(factory, act, name, **more) -> Row:
    """A verb on something that belongs to a partnership and is named by its number."""

    def made(stage, by):
        whole = stage.partnership()
        part = factory(partnership=whole)
        return lambda: act(partnership=whole, by=by, **{name: part.pk}, **more)

    return made


def profiled(stage, by):
    base = city_profile.values_of(stage.mine, city_profile.profile_of(stage.mine))
    values = base | {"sectors": "Cotton"}
    return lambda: city_profile.save(city=stage.mine, by=by, values=values, base=base)


def posted(stage, by):
    group = ClusterFactory(cities=[stage.mine])
    news = {"title": "News", "body": "Words.", "language": "en"}
    return lambda: cluster.post(cluster=group, city=stage.mine, by=by, **news)


def interested(stage, by):
    request = stage.request("open", stage.other)
    words = {"cooperation": "A training.", "about": "A port."}
    return lambda: interest.express(request=request, city=stage.mine, by=by, **words)


def filed(stage, by):
    found = stage.introduced()
    upload = SimpleUploadedFile("a.pdf", PDF, "application/pdf")
    return lambda: space.add_file(match=found, by=by, upload=upload, title="A file")


def lettered(stage, by):
    request = stage.request()
    upload = SimpleUploadedFile("a.pdf", PDF, "application/pdf")
    return lambda: request_draft.attach_letter(request=request, upload=upload, by=by)


def own_file(stage, by):
    file = SpaceFileFactory(match=stage.introduced(), by=by)
    return lambda: space.remove_file(file=file, by=by)


def own_meeting(stage, by):
    meeting = MeetingFactory(match=stage.introduced(), by=by)
    return lambda: space.remove_meeting(meeting=meeting, by=by)


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
# What those who speak for a city do, and how it is set up.
OF_CITIES: dict[Callable, Row] = {
    listing.create: lambda stage, by: (
        lambda: listing.create(model=Offer, owner=stage.mine, by=by, **LISTED)
    ),
    listing.change: on(
        lambda stage: OfferFactory(city=stage.mine), listing.change, "listing", **LISTED
    ),
    listing.close: on(lambda stage: OfferFactory(city=stage.mine), listing.close, "listing"),
    suggestion.adopt: on(
        lambda stage: SuggestionFactory(city=stage.mine), suggestion.adopt, "suggestion", **LISTED
    ),
    suggestion.decline: on(
        lambda stage: SuggestionFactory(city=stage.mine), suggestion.decline, "suggestion"
    ),
    request_draft.create: created,
    request_draft.save_draft: saved,
    request_draft.discard: on(Stage.request, request_draft.discard, "request"),
    request_draft.attach_letter: lettered,
    request_draft.remove_letter: on(Stage.request, request_draft.remove_letter, "request"),
    partnership_request.submit: on(Stage.request, partnership_request.submit, "request"),
    partnership_request.withdraw: on(
        lambda stage: stage.request("submitted"), partnership_request.withdraw, "request"
    ),
    partnership_request.renew: on(
        lambda stage: stage.request("open"), partnership_request.renew, "request"
    ),
    partnership_request.close: on(
        lambda stage: stage.request("open"),
        partnership_request.close,
        "request",
        reason="changed",
    ),
    interest.express: interested,
    match_answer.answer: on(asked, match_answer.answer, "match", value=Answer.YES, **OWN),
    match_end.step_back: on(asked, match_end.step_back, "match", **OWN),
    question.ask: on(asked, question.ask, "match", words="Who?", **OWN),
    question.reply: on(
        lambda stage: stage.question(asked(stage), passed=True),
        question.reply,
        "question",
        words="We.",
    ),
    space.say: on(Stage.introduced, space.say, "match", body="Welcome.", token="t"),
    space.add_file: filed,
    space.remove_file: own_file,
    space.add_meeting: on(Stage.introduced, space.add_meeting, "match", title="A", at=in_days(9)),
    space.remove_meeting: own_meeting,
    space.write_plan: on(Stage.introduced, space.write_plan, "match", **PLAN),
    space.agree: on(
        lambda stage: PlanFactory(match=stage.introduced(), version=1).match,
        space.agree,
        "match",
        version=1,
        **OWN,
    ),
    partnership.record: agreed,
    partnership.take_step: on(
        Stage.partnership, partnership.take_step, "partnership", verb="start"
    ),
    partnership.describe: on(Stage.partnership, partnership.describe, "partnership", **DESCRIBED),
    partnership.want_public: on(
        Stage.partnership, partnership.want_public, "partnership", wanted=True
    ),
    progress.add_milestone: on(
        Stage.partnership,
        progress.add_milestone,
        "partnership",
        title="Ten shops",
        due_on=timezone.localdate(),
    ),
    progress.mark_milestone: on_part(
        MilestoneFactory, progress.mark_milestone, "milestone", done_on=timezone.localdate()
    ),
    progress.remove_milestone: on_part(MilestoneFactory, progress.remove_milestone, "milestone"),
    progress.hand_in: on(
        lambda stage: ProgressReportFactory(partnership=stage.partnership()),
        progress.hand_in,
        "report",
        **TOLD,
    ),
    write_up.write_up: on(completed, write_up.write_up, "partnership"),
    city_profile.save: profiled,
    cluster.post: posted,
}


def facilitated(stage, by):
    whole = stage.partnership()
    party = PartyFactory(
        partnership=whole, city=None, organization=OrganizationFactory(), role="facilitator"
    )
    return lambda: partnership.remove_facilitator(partnership=whole, party=party.pk, by=by)


def helped(stage, by):
    whole, helper = stage.partnership(), OrganizationFactory()
    return lambda: partnership.add_facilitator(partnership=whole, helper=helper, by=by)


def suggested(stage, by):
    request = stage.request("open")
    return lambda: match.suggest(request=request, city=stage.other, origin="staff", by=by)


def computed(stage):
    result = {"assignments": [], "unassigned": [], "total": 0}
    return RoundFactory(status="done", result=result)


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
    request = stage.request("declined", submitted_at=timezone.now())
    return Decision.objects.create(subject=request, by=by, **words)


def undone(stage, by):
    decision = declined(stage, by)
    return lambda: undoing.undo(decision=decision, by=by)


def appealed(stage, by):
    member = RepresentationFactory(city=stage.mine).member
    appeal = Appeal.objects.create(decision=declined(stage, None), by=member, words="Why?")
    answer = {"outcome": AppealOutcome.UPHELD, "answer": "Read it again."}
    return lambda: undoing.decide_appeal(appeal=appeal, by=by, **answer)


def upheld(stage, by):
    member = RepresentationFactory(city=stage.mine).member
    first = declined(stage, None)
    Decision.objects.filter(pk=first.pk).update(concerns=member)
    appeal = Appeal.objects.create(decision=first, by=member, words="Why?")
    answer = {"outcome": AppealOutcome.UPHELD, "answer": "Read it again."}
    decision = undoing.decide_appeal(appeal=appeal, by=by, **answer)
    return lambda: undoing.undo_answer(decision=decision, by=by)


PROPOSED = foreign(proposed=True)
# What brokers do.
OF_BROKERS: dict[Callable, Row] = {
    listing.change: on(
        lambda stage: OfferFactory(city=None, organization=OrganizationFactory()),
        listing.change,
        "listing",
        **LISTED,
    ),
    listing.decide: on(
        lambda stage: OfferFactory(city=stage.mine, pending=True),
        listing.decide,
        "listing",
        verb=Verb.APPROVE,
    ),
    request_review.decide: on(
        lambda stage: stage.request("submitted"),
        request_review.decide,
        "request",
        verb=Verb.APPROVE,
    ),
    request_review.note: on(Stage.request, request_review.note, "request", words="Call them."),
    partnership_request.close: on(
        lambda stage: stage.request("open"),
        partnership_request.close,
        "request",
        reason="no-match",
        message="Nobody.",
    ),
    partnership_request.reopen: on(
        lambda stage: stage.request("matched"),
        partnership_request.reopen,
        "request",
        message="Once more.",
    ),
    match.suggest: suggested,
    match.shortlist: on(foreign(), match.shortlist, "match"),
    match.propose: on(foreign(), match.propose, "match"),
    match.extend: on(PROPOSED, match.extend, "match", reply_by=day_to_come()),
    match.note: on(PROPOSED, match.note, "match", words="Call them."),
    match_end.withdraw: on(PROPOSED, match_end.withdraw, "match", **SAID),
    match_end.part: on(foreign(introduced=True), match_end.part, "match", **SAID),
    question.pass_on: on(
        lambda stage: stage.question(PROPOSED(stage)), question.pass_on, "question", words="Who?"
    ),
    question.give_back: on(
        lambda stage: stage.question(PROPOSED(stage)), question.give_back, "question", words="They."
    ),
    round.start: on(
        lambda stage: RoundFactory(requests=[stage.request("open")]), round.start, "round"
    ),
    round.suggest_all: on(computed, round.suggest_all, "round"),
    round.shortlist_all: on(computed, round.shortlist_all, "round"),
    round.propose_all: on(computed, round.propose_all, "round", message="", reply_by=day_to_come()),
    space.say: on(Stage.introduced, space.say, "match", body="Welcome.", token="t"),
    space.remove_file: on(
        lambda stage: SpaceFileFactory(match=stage.introduced()), space.remove_file, "file"
    ),
    partnership.record: agreed,
    partnership.take_step: on(
        Stage.partnership, partnership.take_step, "partnership", verb="start"
    ),
    partnership.add_facilitator: helped,
    partnership.remove_facilitator: facilitated,
    cluster.take_down: on(
        news_of_others, cluster.take_down, "news", words=cluster.Words(*SAID.values())
    ),
    review.approve: on(waiting, review.approve, "representation"),
    review.decline: on(waiting, review.decline, "representation", **SAID),
    review.end: on(lambda stage: RepresentationFactory(), review.end, "representation", **SAID),
    review.set_last_day: on(
        lambda stage: RepresentationFactory(),
        review.set_last_day,
        "representation",
        until=day_to_come(),
    ),
    undoing.undo: undone,
    undoing.decide_appeal: appealed,
    undoing.undo_answer: upheld,
}
# A member's own affair; and what follows from another verb, or is told in it.
OWN_AFFAIRS = {representation.ask, representation.take_back, representation.lay_down}
WITHIN = {
    partnership_request.mark_matched,
    partnership_request.record,
    listing.put_up,
    match_answer.take,
    partnership.tell,
    round.made_candidates,
}


def verbs() -> set[Callable]:
    """All functions of the rooms of actions that somebody does."""
    found = set()
    for module in pkgutil.iter_modules(actions.__path__, f"{actions.__name__}."):
        room = importlib.import_module(module.name)
        for act in vars(room).values():
            if inspect.isfunction(act) and act.__module__ == module.name:
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
        # As a page has asked for it: the user remembers.
        assert broker.has_perm("partnerships.broker")
        User.objects.get(pk=broker.pk).groups.clear()

    assert walk(OF_BROKERS, Stage(CityFactory()), broker, [left]) == []


def submit_while_the_right_ends(city, focal_point) -> tuple[list[str], str]:
    """Somebody holds the request, and takes the right away before letting it go."""
    request = PartnershipRequestFactory(city=city, practices=[PracticeFactory()])
    held = Representation.objects.filter(member=focal_point)
    outcomes = race(
        request,
        lambda: partnership_request.submit(request=request, by=focal_point),
        meanwhile=lambda: held.update(status="ended"),
    )
    request.refresh_from_db()
    return outcomes, request.status


@pytest.mark.django_db(transaction=True)
def test_submit_while_the_right_ends(city, focal_point, monkeypatch):
    assert submit_while_the_right_ends(city, focal_point) == (["refused"], "draft")
    # The test sees what it is there for: without locks it goes wrong.
    Representation.objects.update(status="approved")
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **kwargs: rows.all())
    assert submit_while_the_right_ends(city, focal_point) == (["done"], "submitted")
