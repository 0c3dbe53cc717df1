"""What sample members write: experiences, discussions, cases, tags; and what moderators decide."""

from collections import defaultdict
from datetime import timedelta
from itertools import cycle
from typing import Any

from django.db.models import Model

from community.discussion import actions as discussion
from community.experiences import actions as experiences
from community.models import AppealOutcome, Comment, FlagReason, Reason, User, Verb
from community.moderation.appeals import actions as appeals
from community.moderation.decisions import actions as decisions
from community.moderation.decisions.rules import latest_decision
from community.moderation.flags import actions as flags
from community.tagging import actions as tagging
from partnerships.sample.content import read
from partnerships.sample.people import Cast
from partnerships.sample.times import at
from repository.models import CaseStudy, City, Practice

# Days from the first to the last discussion.
DISCUSSED = 640
MESSAGE = "Advertising is not allowed here. Tell others what your city did instead."


class Voices:
    """The members who write in a language, in turn."""

    def __init__(self, cast: Cast) -> None:
        speaking: dict[str, list[User]] = defaultdict(list)
        for city, member in cast.focal_points.items():
            speaking[cast.language[city]].append(member)
        language_of = {city.pk: cast.language[key] for key, city in cast.cities.items()}
        for member in cast.members:
            speaking[language_of[member.membership.city_id]].insert(0, member)
        self.everybody = speaking
        self._turns = {language: cycle(members) for language, members in speaking.items()}

    def next(self, language: str) -> User:
        return next(self._turns[language])


class Subjects:
    """Practices by slug, and cases of the 2020 series by "case:" and the beginning of a slug."""

    def __init__(self) -> None:
        self.practices = Practice.objects.in_bulk(field_name="slug")
        self.cases = list(CaseStudy.objects.published().real().prefetch_related("cities"))

    def get(self, key: str) -> Model:
        if not key.startswith("case:"):
            return self.practices[key]
        city = City.objects.filter(slug=key.removeprefix("case:"), cases__in=self.cases).first()
        found = city.cases.published().first() if city else None
        return found or self.practices["live-streaming"]


def create_experiences(cast: Cast) -> None:
    """Report what cities tried; a moderator approves the first report of each member."""
    subjects = Subjects()
    rows = read("experiences")
    for number, (city, practice, years, status, worked, failed, cost) in enumerate(rows):
        with at(cast.calendar.ago(600 - 590 * number / len(rows))):
            made = experiences.report(
                subject=subjects.get(practice),
                place=cast.cities[city],
                year=cast.calendar.now.year - years,
                tags=[],
                by=cast.focal_points[city],
                status=status,
                worked=worked,
                failed=failed,
                cost=cost,
                language=cast.language[city],
            )
            approve(cast, made)


def approve(cast: Cast, contribution: Any) -> None:
    """Approve what is pending, as the first contribution of a member is."""
    if contribution.is_pending:
        decisions.decide(subject=contribution, verb=Verb.APPROVE, by=cast.staff["moderator"])
        contribution.refresh_from_db()


def create_discussions(cast: Cast) -> Voices:
    """Write the discussions, each over a few days."""
    subjects, voices = Subjects(), Voices(cast)
    rows = read("comments")
    for number, (key, language, texts) in enumerate(rows):
        subject = subjects.get(key)
        began = DISCUSSED - DISCUSSED * number / len(rows) + 3
        first: Comment | None = None
        for reply, text in enumerate(texts):
            with at(cast.calendar.ago(began - reply * 0.7)):
                made = post(cast, subject, voices.next(language), text, language, answered=first)
                first = first or made
        if first is not None and number % 3 == 0:
            with at(cast.calendar.ago(began - 2.8)):
                for member in (voices.next("en"), voices.next("es")):
                    if member != first.author:
                        discussion.mark_helpful(comment=first, by=member, is_helpful=True)
    return voices


def post(
    cast: Cast,
    subject: Model,
    by: User,
    text: str,
    language: str,
    *,
    answered: Comment | None = None,
) -> Comment:
    made = discussion.post(subject=subject, body=text, by=by, answered=answered, language=language)
    approve(cast, made)
    return made


def create_moderated(cast: Cast, voices: Voices) -> None:
    """Write comments that are pending, flagged, hidden, removed or appealed."""
    subjects = Subjects()
    newcomers = cycle([cast.focal_points["savusari"], cast.focal_points["valdomar"]])
    for number, (key, language, what, text) in enumerate(read("moderation")):
        by = next(newcomers) if what == "pending" else voices.next(language)
        with at(cast.calendar.ago(1 + number)):
            comment = discussion.post(
                subject=subjects.get(key), body=text, by=by, language=language
            )
            if what != "pending":
                approve(cast, comment)
        with at(cast.calendar.ago(1 + number) + timedelta(hours=5)):
            moderate(cast, voices, comment, what)


def moderate(cast: Cast, voices: Voices, comment: Comment, what: str) -> None:
    """Flag or remove a comment, and appeal, as far as `what` says."""
    if what in ("flagged", "hidden"):
        members = [each for each in voices.everybody["en"] if each != comment.author]
        for member in members[: 1 if what == "flagged" else 5]:
            comment.refresh_from_db()
            if comment.is_published:
                flags.flag(subject=comment, by=member, reason=FlagReason.SPAM)
    if what not in ("removed", "appealed", "restored", "upheld"):
        return
    author: Any = comment.author
    decisions.decide(
        subject=comment,
        verb=Verb.REMOVE,
        by=cast.staff["moderator"],
        reason=Reason.SPAM,
        message=MESSAGE,
    )
    if what == "removed":
        return
    decision: Any = latest_decision(comment)
    made = appeals.appeal(
        decision=decision, by=author, words="This was meant as my experience, not as advertising."
    )
    if what != "appealed":
        appeals.decide_appeal(
            appeal=made,
            by=cast.staff["second-moderator"],
            outcome=AppealOutcome.RESTORED if what == "restored" else AppealOutcome.UPHELD,
            answer="We read it again together.",
        )


def propose_tags(cast: Cast) -> None:
    """Propose tags for sample cases; the authors have not decided yet."""
    cases = CaseStudy.objects.published().samples().order_by("pk")
    with at(cast.calendar.ago(6)):
        for case, name in zip(cases, ("market days", "guichet unique"), strict=False):
            tagging.propose(subject=case, name=name, by=cast.focal_points["oguwani"])
