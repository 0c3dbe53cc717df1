"""Matches between Cotonou, for which the author speaks, and Kisumu, the focal point's city."""

from django.core.files.base import ContentFile
from django.utils import timezone

from partnerships.models import Visibility
from tests.factories import (
    CityFactory,
    CityInvitationFactory,
    InterestFactory,
    MatchFactory,
    MeetingFactory,
    PartnershipRequestFactory,
    PlanFactory,
    QuestionFactory,
    RepresentationFactory,
    SpaceFileFactory,
    SpaceMessageFactory,
)

ENDED = {"status": "withdrawn", "proposed_at": timezone.now(), "reply_by": "2026-01-01"}
STATES = {
    "candidate": {},
    "interest": {"origin": "interest"},
    "proposed": {"proposed": True},
    "introduced": {"introduced": True},
    "withdrawn": ENDED,
    "foreign": {"introduced": True},
}


def add_matches(world) -> None:
    """A match in each state, with all that belongs to it, and requests that others may answer."""
    cotonou = CityFactory(slug="cotonou", name="Cotonou")
    author, focal_point = world.people["author"], world.people["focal_point"]
    RepresentationFactory(
        member=author,
        city=cotonou,
        position="Head of hushcontact",
        official_email="head@hushcontact.example",
    )
    for name in ("open", "narrow"):
        world.wanted[name] = PartnershipRequestFactory(
            opened=True,
            city=cotonou,
            visibility=Visibility.PUBLIC if name == "open" else Visibility.BROKERS,
            title="A request of Cotonou" if name == "open" else "Request hushnarrow",
        )
    for name in ("written", "ended"):
        world.city_invitations[name] = CityInvitationFactory(
            request=world.wanted["open"],
            city=CityFactory(),
            ended=name == "ended",
            office="Office hushinvitation",
            name="" if name == "ended" else "Somebody hushinvitation",
            words="No time: hushinvitation" if name == "ended" else "",
        )
    for name, traits in STATES.items():
        is_foreign = name == "foreign"
        word = f"hushmatch{name}"
        match = MatchFactory(
            request=PartnershipRequestFactory(
                opened=True,
                city=CityFactory() if is_foreign else cotonou,
                created_by=None if is_foreign else author,
                visibility=Visibility.BROKERS,
                title=f"Request hushwanted{name}",
                challenge=f"hushwanted{name}",
            ),
            city=CityFactory() if is_foreign else world.things["city"],
            message=f"Message {word}",
            broker_note="Note hushmatchnote",
            **traits,
        )
        if name == "interest":
            InterestFactory(match=match, by=focal_point, about="About hushinterest")
        world.matches[name] = match
        world.questions[name] = QuestionFactory(
            match=match,
            side="requester",
            by=author,
            words="Question hushquestion",
            passed_words=f"Question {word}",
            passed_at=timezone.now(),
        )
        PlanFactory(match=match, version=1, text=f"Plan {word}")
        SpaceMessageFactory(match=match, by=author, body=f"Message {word}")
        world.meetings[name] = MeetingFactory(match=match, by=author, title=f"Call {word}")
        file = SpaceFileFactory(match=match, by=author, title=f"File {word}")
        file.file.save("", ContentFile(f"%PDF {word}".encode()))
        world.shared_files[name] = file
