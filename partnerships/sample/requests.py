"""Partnership requests of the sample cities, in all states, and their candidates."""

from datetime import timedelta
from typing import Any

from community.models import Reason, User, Verb
from partnerships.listings import interest
from partnerships.matches import actions as matches
from partnerships.matches import answers, questions
from partnerships.models import (
    Answer,
    Direction,
    Match,
    MatchOrigin,
    PartnershipRequest,
    RefusalReason,
    Side,
    Visibility,
)
from partnerships.ranking.loading import ranked, ranking_for
from partnerships.requests import actions, drafts, expiry, review
from partnerships.sample import partnerships as made
from partnerships.sample import spaces
from partnerships.sample.content import modalities, read
from partnerships.sample.people import Cast
from partnerships.sample.times import at
from repository.dates import clock
from repository.models import City, Practice

# Candidates of the ranking that are added to each open request.
RANKED = 3
DECISIONS = {
    "changes": (Verb.REQUEST_CHANGES, Reason.INCOMPLETE),
    "declined": (Verb.DECLINE, Reason.FIT),
}
UNDECIDED = ("draft", "submitted")
INTERESTED = {
    "cooperation": "A first call, then a visit of two people for a week.",
    "about": "We have done this for three years and would like to learn in return.",
}


class Story:
    """One request, and what happened to it on which day."""

    def __init__(self, cast: Cast, row: dict[str, Any], practices: dict[str, Practice]) -> None:
        self.cast = cast
        self.row = row
        self.practices = practices
        self.city = row["city"]
        self.by: User = cast.focal_points[self.city]
        self.days: float = row["days"]
        self.request = PartnershipRequest()

    def after(self, days: float) -> Any:
        """Set the clock to so many days after the request was submitted, but not to the future."""
        latest = self.cast.calendar.now - timedelta(minutes=30)
        return at(min(self.cast.calendar.ago(self.days - days), latest))

    def tell(self) -> None:
        """Take the request as far as its stage says."""
        stage = self.row["stage"]
        self.write()
        if stage == "draft":
            return
        with self.after(0):
            actions.submit(partnership_request=self.request, by=self.by)
        if stage == "submitted":
            return
        verb, reason = DECISIONS.get(stage, (Verb.APPROVE, Reason.NONE))
        with self.after(2):
            review.decide(
                partnership_request=self.request,
                verb=verb,
                by=self.cast.broker,
                reason=reason,
                message=self.row.get("message", ""),
                form_step=1,
            )
        self.request.refresh_from_db()
        if stage in ("open", "matched", "partnership"):
            getattr(self, stage)()
        elif stage == "closed":
            with self.after(60):
                actions.close(
                    partnership_request=self.request, by=self.by, reason=self.row["reason"]
                )
        elif stage == "expired":
            with self.after(2 + 181):
                expiry.expire(partnership_request=self.request, now=clock.now())

    def write(self) -> None:
        row = self.row
        practice = self.practices[row["practice"]]
        offered = [self.practices[row["offers"]]] if "offers" in row else []
        values = {
            "city": self.cast.cities[self.city],
            "inspired_by": None,
            "title": row["title"],
            "language": self.cast.language[self.city],
            "direction": row.get("direction", Direction.SEEK),
            "challenge": row["challenge"],
            "desired_result": row["result"],
            "baseline": row.get("baseline", ""),
            "resources": row.get("brings", ""),
            "visibility": row.get("visibility", Visibility.PUBLIC),
            "facilitator_welcome": "facilitator" in row,
            "modalities": modalities(row["ask"]),
            "languages": self.cast.cities[self.city].working_languages,
            "musts": [],
            "starts_on": None,
            "ends_on": None,
            "practices": [practice],
            "offered_practices": offered,
            "themes": practice.themes.all(),
            "goals": [],
            "cases": [],
        }
        with self.after(-3):
            self.request = drafts.create(
                values=values, by=self.by, token=f"sample-{row['city']}-{self.days}"[:32]
            )

    # Open requests

    def open(self) -> None:
        for city, state in self.row["candidates"].items():
            self.candidate(city, state)
        with self.after(4):
            _gathered, ranking = ranked(self.request.pk, most=RANKED)
            cities = City.objects.in_bulk([each.place for each in ranking.candidates])
            for candidate in ranking.candidates:
                matches.suggest(
                    partnership_request=self.request,
                    city=cities[candidate.place],
                    origin=MatchOrigin.RANKING,
                    ranking=candidate.as_data(),
                )

    def candidate(self, city: str, state: str) -> None:
        """Make a city a candidate and take the match to a state."""
        # Early enough for the deadline to have passed, or late enough to be still ahead.
        start = 4 if state in ("expired", "declined") else max(4, self.days - 9)
        if state == "interest":
            with self.after(start):
                interest.express(
                    partnership_request=self.request,
                    city=self.cast.cities[city],
                    by=self.cast.focal_points[city],
                    **INTERESTED,
                )
            return
        with self.after(start):
            match = self.suggest(city)
        if state == "candidate":
            return
        self.propose(match, start + 2)
        if "question" in self.row and state == "proposed":
            self.question(match, city, start + 3)
        if state == "accepted":
            with self.after(start + 4):
                self.answer(match, Side.CANDIDATE, Answer.YES)
        elif state == "declined":
            with self.after(start + 6):
                self.answer(match, Side.CANDIDATE, Answer.NO, refusal=RefusalReason.CAPACITY)
        elif state == "expired":
            with self.after(start + 2 + 22):
                answers.expire(match=match)

    def suggest(self, city: str) -> Match:
        place = self.cast.cities[city]
        return matches.suggest(
            partnership_request=self.request,
            city=place,
            origin=MatchOrigin.STAFF,
            by=self.cast.broker,
            ranking=ranking_for(self.request.pk, place.pk),
        )

    def propose(self, match: Match, day: float) -> None:
        with self.after(day):
            matches.propose(
                match=match,
                by=self.cast.broker,
                message="",
                ranking=ranking_for(self.request.pk, match.city_id),
            )

    def question(self, match: Match, city: str, day: float) -> None:
        """Let the candidate ask a question, which the broker passes on, and so the answer."""
        asked, answered = self.row["question"]
        with self.after(day):
            question = questions.ask(match=match, side=Side.REQUESTER, by=self.by, words=asked)
        with self.after(day + 0.5):
            questions.forward_question(question=question, by=self.cast.broker, words=asked)
        with self.after(day + 1.5):
            questions.reply(question=question, by=self.cast.focal_points[city], words=answered)
        with self.after(day + 2):
            questions.forward_answer(question=question, by=self.cast.broker, words=answered)

    def answer(self, match: Match, side: Side, value: Answer, *, refusal: str = "") -> None:
        match = Match.objects.select_related("city", "request__city").get(pk=match.pk)
        key = match.city_of(side).slug.removeprefix("sample-")
        answers.answer(
            match=match,
            side=side,
            value=value,
            by=self.cast.focal_points[key],
            refusal=refusal,
        )

    # Matched requests, and those that became partnerships

    def introduce(self) -> Match:
        """Propose the partner, to which both cities say yes."""
        with self.after(4):
            match = self.suggest(self.row["partner"])
        self.propose(match, 7)
        with self.after(10):
            self.answer(match, Side.REQUESTER, Answer.YES)
        with self.after(14):
            self.answer(match, Side.CANDIDATE, Answer.YES)
        return Match.objects.select_related("city", "request__city").get(pk=match.pk)

    def matched(self) -> None:
        spaces.work(self, self.introduce())

    def partnership(self) -> None:
        made.agree(self, self.introduce())


def create_requests(cast: Cast) -> None:
    """Write all requests, the oldest first, as the partners that a city takes are counted."""
    practices = Practice.objects.prefetch_related("themes").in_bulk(field_name="slug")
    for row in sorted(read("requests"), key=lambda row: -row["days"]):
        Story(cast, row, practices).tell()
