"""A small exchange in which everything that can be hidden is hidden: the ground of these tests.

A cast of eight, one case in each status, one comment and one report in each standing, and what
hangs on them. What is not public carries in each of its texts a word that nothing else holds.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import models
from django.utils import timezone

from community.accounts import roles as accounts_roles
from community.models import (
    Appeal,
    Attachment,
    Bounce,
    Collection,
    Decision,
    Invitation,
    LanguageReviewer,
    Membership,
    PageFeedback,
    ProposedPractice,
    Revision,
    SavedItem,
    Standing,
    SurveyQuestion,
    TagProposal,
    TranslationProposal,
    WorkingCopy,
)
from community.notices.digests import send_at_once
from community.profiles.models import SHOWN_FIELDS
from community.webinars.registrations.actions import register
from community.webinars.surveys.actions import close
from community.writing.drafts.documents import document_of
from community.writing.revisions.models import UNANSWERED
from partnerships.models import (
    AddressCheck,
    Brokering,
    Call,
    Cluster,
    ClusterApplication,
    ClusterNews,
    Match,
    Need,
    Offer,
    Partnership,
    PartnershipRequest,
    Representation,
    RepresentationStatus,
    RequestStatus,
    Round,
    SavedView,
    Suggestion,
    TimelineEntry,
    Visibility,
)
from repository.cases.models import SECTIONS
from repository.models import (
    CaseStatus,
    CaseStudy,
    Chapter,
    Consent,
    Goal,
    Origin,
    Recording,
    Tag,
    Transcript,
)
from repository.translations.actions import store
from repository.translations.kinds import kinds
from tests.community.webinars.surveys import surveys
from tests.conftest import staff
from tests.factories import (
    AddressCheckFactory,
    AppearanceFactory,
    CallFactory,
    CaseStudyFactory,
    CityFactory,
    ClusterApplicationFactory,
    ClusterFactory,
    ClusterNewsFactory,
    CollectionFactory,
    CommentFactory,
    CountryFactory,
    DailyCountFactory,
    EvidenceFactory,
    ExperienceFactory,
    ExternalFigureFactory,
    GlossaryTermFactory,
    InterfaceReviewFactory,
    LandscapeSectionFactory,
    OrganizationFactory,
    PartnershipRequestFactory,
    PhotographFactory,
    PracticeFactory,
    RecommendationFactory,
    ReferenceFactory,
    RepresentationFactory,
    RoundFactory,
    SavedItemFactory,
    SavedViewFactory,
    SeriesFactory,
    SitePageFactory,
    SpeakerFactory,
    ThemeFactory,
    TimelineEntryFactory,
    TimetableFactory,
    TranslationReportFactory,
    UserFactory,
    WebinarFactory,
)
from tests.permissions.agreements import add_agreements
from tests.permissions.cast import Cast
from tests.permissions.matches import add_matches
from tests.permissions.partnerships import add_partnerships

ROLES = [
    "anonymous",
    "member",
    "focal_point",
    "author",
    "coauthor",
    "facilitator",
    "moderator",
    "broker",
    "administrator",
]
# Stands in all texts, of what is public and of what is not: to look for it finds the public alone.
COMMON = "lanternfish"
# What a published case shows; all begin so, and nothing that is public does.
HUSH = "hush"
UNPUBLISHED = ["draft", "submitted", "changes-requested", "declined"]
AWAY = ["pending", "hidden", "declined", "removed"]
CASES = [*CaseStatus.values, "foreign", "foreign-draft"]
WORDS = {"reason": "off-topic", "message": "Post it where it fits."}


def hush(name: str) -> str:
    """The word of one thing that is not public."""
    return HUSH + name.replace("-", "")


@dataclass
class World(Cast):
    """What was made, by name."""

    cases: dict[str, CaseStudy] = field(default_factory=dict)
    comments: dict = field(default_factory=dict)
    experiences: dict = field(default_factory=dict)
    proposals: dict[str, TagProposal] = field(default_factory=dict)
    invitations: dict[str, Invitation] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    appeals: dict[str, Appeal] = field(default_factory=dict)
    files: dict[str, Attachment] = field(default_factory=dict)
    revisions: dict[str, Revision] = field(default_factory=dict)
    translations: dict[str, TranslationProposal] = field(default_factory=dict)
    reports: dict[str, PageFeedback] = field(default_factory=dict)
    practices: dict[str, ProposedPractice] = field(default_factory=dict)
    representations: dict[str, Representation] = field(default_factory=dict)
    clusters: dict[str, Cluster] = field(default_factory=dict)
    rounds: dict[str, Round] = field(default_factory=dict)
    call: Call | None = None
    saved_views: dict[str, SavedView] = field(default_factory=dict)
    timeline_entries: dict[str, TimelineEntry] = field(default_factory=dict)
    collections: dict[str, Collection] = field(default_factory=dict)
    saved_items: dict[str, SavedItem] = field(default_factory=dict)
    news: dict[str, ClusterNews] = field(default_factory=dict)
    applications: dict[str, ClusterApplication] = field(default_factory=dict)
    requests: dict[str, PartnershipRequest] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)
    needs: dict[str, Need] = field(default_factory=dict)
    suggestions: dict[str, Suggestion] = field(default_factory=dict)
    wanted: dict = field(default_factory=dict)
    city_invitations: dict = field(default_factory=dict)
    address_checks: dict[str, AddressCheck] = field(default_factory=dict)
    matches: dict = field(default_factory=dict)
    questions: dict = field(default_factory=dict)
    meetings: dict = field(default_factory=dict)
    shared_files: dict = field(default_factory=dict)
    things: dict[str, models.Model] = field(default_factory=dict)
    partnerships: dict[str, Partnership] = field(default_factory=dict)
    introductions: dict[str, Match] = field(default_factory=dict)
    # What brokers decided, and an appeal against it.
    rulings: dict[str, Decision] = field(default_factory=dict)
    pleas: dict[str, Appeal] = field(default_factory=dict)


def make() -> World:
    """All of it, in the database that is worked on."""
    world = World()
    add_people(world)
    add_collection(world)
    for name in CASES:
        add_case(world, name)
    add_contributions(world)
    add_saved_pages(world)
    add_revisions(world)
    add_translations(world)
    add_decisions(world)
    add_representations(world)
    add_clusters(world)
    add_partnerships(world)
    add_agreements(world)
    add_requests(world)
    add_matches(world)
    add_rounds(world)
    add_calls(world)
    add_rulings(world)
    return world


def add_people(world: World) -> None:
    member = {"kind": "policymaker", "organization": "Bureau of Commerce"}
    for name in ("member", "focal_point", "author", "coauthor", "facilitator", "stranger"):
        person = UserFactory(
            email=f"{name}@example.org", handle=name.replace("_", "-"), display_name=name
        )
        world.people[name] = person
    for name, role in (
        ("moderator", accounts_roles.MODERATORS),
        ("another", accounts_roles.MODERATORS),
        ("broker", accounts_roles.BROKERS),
    ):
        world.people[name] = staff(role, name)
    world.people["administrator"] = UserFactory(
        superuser=True, email="administrator@example.org", handle="administrator"
    )
    world.people["closed"] = UserFactory(
        email="closed@example.org", handle="closed", display_name=hush("closed"), is_active=False
    )
    author = world.people["author"]
    # Each part of a profile that is meant for nobody.
    Membership.objects.create(
        member=author,
        **member | {"organization": hush("organization"), "place": hush("place")},
        bio=hush("bio"),
        proof=hush("proof"),
        asked_at=timezone.now(),
        **{f"{name}_shown": "nobody" for name in SHOWN_FIELDS},
    )
    Membership.objects.create(
        member=world.people["focal_point"], kind="practitioner", organization="Bureau of Commerce"
    )
    world.sign_in()


def add_collection(world: World) -> None:
    kenya = CountryFactory(iso2="KE")
    things = world.things
    things["country"] = kenya
    things["city"] = CityFactory(slug="kisumu", name="Kisumu", country=kenya)
    things["theme"] = ThemeFactory(slug="trade", name="Trade")
    things["practice"] = PracticeFactory(slug="window", name="One window")
    things["organization"] = OrganizationFactory(slug="bureau")
    # For this one the facilitator speaks, for the other nobody.
    things["bank"] = OrganizationFactory(slug="bank")
    things["series"] = SeriesFactory(slug="series")
    things["webinar"] = WebinarFactory(
        slug="webinar", series=things["series"], recording="https://video.example/1"
    )
    ExternalFigureFactory(webinar=things["webinar"])
    DailyCountFactory(webinar=things["webinar"])
    things["planned"] = WebinarFactory(
        slug="planned",
        series=things["series"],
        announced=True,
        meeting_link=f"https://meet.example/{hush('meeting')}",
    )
    things["unseen"] = WebinarFactory(slug="unseen", series=things["series"], draft=True)
    ExternalFigureFactory(webinar=things["unseen"], platform=hush("platform"))
    WebinarFactory(
        slug="unseen-too",
        series=SeriesFactory(slug="unseen-series", title=hush("series")),
        draft=True,
    )
    attended = WebinarFactory(slug="attended", series=things["series"], announced=True)
    things["registration"] = register(webinar=attended, by=world.people["author"])
    SurveyQuestion.objects.create(series=things["series"], kind="scale", text="How far?")
    close(survey=surveys.survey_of(things["webinar"]))
    asked = surveys.held(slug="asked", series=things["series"])
    surveys.survey_of(asked)
    things["asked"] = surveys.guest(asked)
    another = surveys.guest(asked, email="another@example.org")
    things["words"] = surveys.answer(another, comment=hush("words"), may_show=True)
    things["speaker"] = SpeakerFactory(slug="speaker")
    AppearanceFactory(webinar=things["webinar"], speaker=things["speaker"])
    add_webinars_with_surveys(things)
    things["goal"] = Goal.objects.get(pk=9)
    GlossaryTermFactory()
    SitePageFactory()
    InterfaceReviewFactory()
    PageFeedback.objects.create(page="/cases/", answer="no")
    Bounce.objects.create(email="x@example.org", kind="spam", reported_at=timezone.now())
    send_at_once.enqueue()  # what waits in the queue has a page at the desk
    things["reference"] = ReferenceFactory(key="report")
    world.tags["blocked"] = Tag.objects.create(name=hush("blocked"), slug="blocked")
    things["webinar"].tags.add("webinars")
    Tag.objects.filter(slug="blocked").update(is_blocked=True)


def add_webinars_with_surveys(things: dict) -> None:
    """Two webinars with all that remains of one; in the second a speaker does not agree to it."""
    for name, slug, says, word in (
        ("teller", "told", Consent.YES, "opentold"),
        ("silent", "untold", Consent.NO, hush("untold")),
    ):
        things[name] = speaker = SpeakerFactory(
            slug=name,
            email=f"{hush(name)}@example.org",
            bio=f"About {word}",
            shows_profile=says == Consent.YES,
            correction="" if says == Consent.YES else f"Not so: {word}",
        )
        speaker.photo.save("", ContentFile(b"photo"))
        things[slug] = webinar = WebinarFactory(
            slug=slug,
            series=things["series"],
            practices=[things["practice"]],
            recording=f"https://example.org/{word}",
            slides=f"https://example.org/slides-{word}",
        )
        appearance = AppearanceFactory(
            webinar=webinar, speaker=speaker, recording_consent=says, slides_consent=says
        )
        appearance.slides.save("", ContentFile(f"%PDF {word}".encode()))
        Recording.objects.create(
            webinar=webinar, label=f"Part {word}", url=f"https://example.org/part-{word}"
        )
        Chapter.objects.create(
            webinar=webinar, seconds=5, title=f"On {word}", practice=things["practice"]
        )
        text = f"WEBVTT\n\n00:01.000 --> 00:04.000\nSaid {word}"
        Transcript.objects.create(webinar=webinar, text=text)


def add_case(world: World, name: str) -> None:
    """A case that is linked to everything, with files, figures, works and a proposed practice."""
    status = {"foreign": "published", "foreign-draft": "draft"}.get(name, name)
    is_public = status == "published"
    # An archived case leaves its title, its address and the reason.
    word = "open" + name if is_public else hush(name)
    authors = ["stranger"] if name.startswith("foreign") else ["author", "coauthor"]
    things = world.things
    work = ReferenceFactory(key=name, title=f"Work {word}", is_proposed=not is_public)
    case = CaseStudyFactory(
        slug=name,
        status=status,
        title="A case that is gone" if status == "archived" else f"Case {word}",
        summary=f"What {word} did, {COMMON}.",
        setting=f"Setting {word}",
        cost=f"Cost {word}",
        time=f"Time {word}",
        source=f"Source {word}",
        **dict.fromkeys(SECTIONS, f"Story {word} {COMMON}."),
        published_at=datetime(2021, 3, 1, 9, tzinfo=UTC)
        if status in ("published", "archived")
        else None,
        archived_reason="It has ended." if status == "archived" else "",
        authors=[world.people[author] for author in authors],
        cities=[things["city"]],
        countries=[things["country"]],
        organizations=[things["organization"]],
        themes=[things["theme"]],
        goals=[things["goal"]],
        practices=[things["practice"]],
        webinars=[things["webinar"]],
        speakers=[things["speaker"]],
        references=[things["reference"], work],
        tags=[f"tag {word}", COMMON],
    )
    by = case.authors.order_by("pk")[0]
    EvidenceFactory(case=case, label=f"Figure {word}", is_headline=True, reference=work)
    LandscapeSectionFactory(slug=f"section-{name}", series=things["series"], title="The region")
    RecommendationFactory(
        slug=f"recommendation-{name}", series=things["series"], title="Open a window", cases=[case]
    )
    world.practices[name] = ProposedPractice.objects.create(
        case=case, by=by, name=f"Practice {hush(name)}proposed"
    )
    WorkingCopy.objects.create(
        token=f"token-{name}",
        member=by,
        case=case,
        document={"title": f"{hush(name)}copy", "summary": f"{hush(name)}copy"},
    )
    attachment = Attachment(case=case, by=by, kind="pdf", size=9, caption=f"File {word}")
    attachment.file.save("", ContentFile(f"%PDF {word}".encode()))
    attachment.save()
    world.files[name], world.cases[name] = attachment, case
    PhotographFactory(case=case, by=by, alt=f"Photograph {word}", credit=f"Credit {word}")
    world.tags[name] = Tag.objects.get(name=f"tag {word}")


def add_saved_pages(world: World) -> None:
    """What the author has saved: pages that are public, and one that was archived since."""
    author = world.people["author"]
    collection = CollectionFactory(member=author, name=f"Collection {hush('collection')}")
    world.collections["of-author"] = collection
    TranslationReportFactory(
        by=author, quoted=hush("report-of-author"), message=hush("report-of-author")
    )
    for name in ("foreign", "archived"):
        world.saved_items[name] = SavedItemFactory(
            member=author,
            subject=world.cases[name],
            collection=collection if name == "foreign" else None,
            note=f"Note {hush(f'note-on-{name}')}",
        )


def add_contributions(world: World) -> None:
    author, stranger = world.people["author"], world.people["stranger"]
    published, archived = world.cases["published"], world.cases["archived"]
    for name in [*Standing.values, "foreign", "foreign-pending", "of-archived"]:
        standing = {"foreign": "published", "foreign-pending": "pending"}.get(name, name)
        subject = published
        if name == "of-archived":
            standing, subject = "published", archived
        is_public = standing == "published" and subject == published
        word = "open" + name if is_public else hush(f"said-{name}")
        common = {
            "subject": subject,
            "author": stranger if name.startswith("foreign") else author,
            "standing": standing,
        }
        world.comments[name] = CommentFactory(body=f"Comment {word} {COMMON}", **common)
        world.experiences[name] = ExperienceFactory(
            city=world.things["city"],
            year=1990 + len(world.experiences),
            worked=f"Worked {word} {COMMON}",
            failed=f"Failed {word}",
            cost=f"Cost {word}",
            tags=[f"tried {word}"],
            **common,
        )
    # What waited in other words, which a moderator has put right.
    edited = CommentFactory(
        subject=published, author=author, pending=True, body=f"Comment {hush('said-edited')}"
    )
    edited.body, edited.standing = "Comment openedited", Standing.PUBLISHED
    edited.save()
    world.comments["edited"] = edited
    for name, subject in (
        ("waiting", published),
        ("answered", published),
        ("of-webinar", world.things["webinar"]),
        ("of-archived", archived),
        ("of-draft", world.cases["draft"]),
    ):
        proposal = TagProposal(subject=subject, by=stranger, name=f"proposed {hush(name)}")
        if name == "answered":
            proposal.status, proposal.decided_at = "declined", timezone.now()
        proposal.save()
        world.proposals[name] = proposal
    for name, case, by, answer in (
        ("open", "draft", "author", ""),
        ("answered", "submitted", "author", "declined"),
        ("foreign", "foreign-draft", "stranger", ""),
    ):
        world.invitations[name] = Invitation.objects.create(
            case=world.cases[case],
            by=world.people[by],
            member=world.people["broker" if name == "foreign" else "member"],
            answer=answer,
            answered_at=timezone.now() if answer else None,
        )


def add_revisions(world: World) -> None:
    """Changes that were proposed: by a member, by the author, to others' cases."""
    for name, case, by, status in (
        ("waiting", "published", "member", "waiting"),
        ("own", "published", "author", "waiting"),
        ("answered", "published", "member", "declined"),
        ("taken-back", "published", "member", "withdrawn"),
        ("of-archived", "archived", "member", "waiting"),
        ("foreign", "foreign", "coauthor", "waiting"),
        # A newcomer's, which the authors do not know of yet.
        ("held", "published", "stranger", "held"),
    ):
        base = document_of(world.cases[case])
        is_waiting = status in UNANSWERED
        world.revisions[name] = Revision.objects.create(
            case=world.cases[case],
            by=world.people[by],
            base=base,
            document=base | {"summary": f"Shorter {hush(f'revision-{name}')}"},
            why=f"Since {hush(f'why-{name}')}",
            status=status,
            message="" if is_waiting else f"No {hush(f'answer-{name}')}",
            decided_at=None if is_waiting else timezone.now(),
        )


def add_translations(world: World) -> None:
    """Translations that are not public: begun, submitted, declined, or of what is not public.

    The facilitator reviews Spanish.
    """
    LanguageReviewer.objects.create(user=world.people["facilitator"], language="es")
    for name, case, language, by, status in (
        ("claimed", "published", "pt", "member", "claimed"),
        ("submitted", "published", "es", "member", "submitted"),
        ("declined", "published", "fr", "member", "declined"),
        ("withdrawn", "published", "es", "stranger", "withdrawn"),
        ("of-archived", "archived", "es", "member", "submitted"),
    ):
        row = world.cases[case]
        is_decided = status == "declined"
        world.translations[name] = TranslationProposal.objects.create(
            kind="case",
            object_id=row.pk,
            language=language,
            by=world.people[by],
            status=status,
            claimed_until=timezone.now() + timedelta(days=7),
            submitted_at=None if status == "claimed" else timezone.now(),
            decided_at=timezone.now() if is_decided else None,
            message=f"No {hush(f'translation-answer-{name}')}" if is_decided else "",
            paragraphs=[
                {
                    "field": "summary",
                    "source": row.summary,
                    "text": f"{COMMON} {hush(f'translation-{name}')}",
                    "origin": "person",
                }
            ],
        )
    for name, language in (("spanish", "es"), ("french", "fr")):
        world.reports[name] = TranslationReportFactory(
            text=f"{COMMON} {hush(f'report-{name}')}",
            language=language,
            is_message=False,
            by=world.people["member"],
            quoted=hush(f"report-{name}"),
        )
    # Those of what was public once.
    for name in ("declined", "archived"):
        row = world.cases[name]
        for language in ("es", "fr"):
            store(
                kind=kinds["case"],
                row=row,
                language=language,
                texts={
                    unit.key: f"{COMMON} {hush(f'translated-{name}')}"
                    for unit in kinds["case"].units(row)
                },
                origin=Origin.EDITORS,
            )


def add_decisions(world: World) -> None:
    """Decisions of another moderator; the author has appealed against one of them."""
    people = world.people
    for name, subject, verb, before, concerned in (
        ("hidden", world.comments["hidden"], "hide", "published", "author"),
        ("removed", world.experiences["removed"], "remove", "published", "author"),
        ("declined", world.cases["declined"], "decline", "submitted", "author"),
        ("appealed", world.experiences["hidden"], "hide", "published", "author"),
        ("foreign", world.comments["foreign"], "restore", "hidden", "stranger"),
    ):
        world.decisions[name] = Decision.objects.create(
            subject=subject,
            by=people["another"],
            concerns=people[concerned],
            verb=verb,
            before=before,
            reason=WORDS["reason"],
            message=f"Because of {hush(name)}decision",
        )
    appeal = Appeal.objects.create(
        decision=world.decisions["appealed"], by=people["author"], words=hush("appeal")
    )
    world.appeals["waiting"] = appeal
    ContentType.objects.clear_cache()


def add_representations(world: World) -> None:
    """Who speaks for a city, in each status; nobody else may know of any of it."""
    for name in [*RepresentationStatus.values, "foreign"]:
        status = "approved" if name == "foreign" else name
        representation = RepresentationFactory(
            member=world.people["stranger" if name == "foreign" else "focal_point"],
            city=world.things["city"] if name == "approved" else CityFactory(),
            status=status,
            since=timezone.localdate() if status in ("approved", "ended") else None,
            place="A place",
            position=f"Head of {hush(f'position-{name}')}",
            official_email=f"me@{hush(f'domain-{name}')}.example",
            note=hush(f"note-{name}"),
        )
        representation.letter.save("", ContentFile(hush(f"letter-{name}").encode()))
        world.representations[name] = representation
        if name in ("asked", "declined"):
            world.address_checks[name] = AddressCheckFactory(representation=representation)
    of_bank = RepresentationFactory(
        member=world.people["facilitator"],
        city=None,
        organization=world.things["bank"],
        place="A bank",
        position=f"Officer of {hush('bank-position')}",
        official_email=f"me@{hush('bank-domain')}.example",
        note=hush("bank-note"),
    )
    of_bank.letter.save("", ContentFile(hush("bank-letter").encode()))
    world.representations["of-organization"] = of_bank


def add_clusters(world: World) -> None:
    """A cluster for everybody and one for brokers; news of the focal point and of somebody else."""
    city = world.things["city"]
    for name in ("public", "secret"):
        word = "opencluster" if name == "public" else hush("cluster")
        world.clusters[name] = ClusterFactory(
            slug=f"{name}-cluster",
            name=f"Cluster {word}",
            summary=f"Summary {word} {COMMON}",
            description=f"Description {word}",
            cities=[city],
            is_public=name == "public",
        )
    for name, cluster, by in (
        ("own", "public", "focal_point"),
        ("taken-down", "public", "focal_point"),
        ("foreign", "public", "stranger"),
        ("of-secret", "secret", "stranger"),
    ):
        is_public = name in ("own", "foreign")
        word = "opennews" if is_public else hush(f"news-{name}")
        world.news[name] = ClusterNewsFactory(
            cluster=world.clusters[cluster],
            city=city,
            by=world.people[by],
            title=f"News {word}",
            body=f"Text {word}",
            hidden_at=timezone.now() if name == "taken-down" else None,
        )

    for name, by, of_city in (
        ("pending", "focal_point", city),
        ("declined", "focal_point", city),
        ("foreign", "stranger", CityFactory()),
    ):
        world.applications[name] = ClusterApplicationFactory(
            cluster=world.clusters["public"],
            city=of_city,
            by=world.people[by],
            note=f"Because of {hush(f'application-{name}')}",
            decided=name == "declined",
        )


def add_rulings(world: World) -> None:
    """Brokers declined a request and a representation; against one of them there is an appeal."""
    for name, subject in (
        ("request", world.requests["declined"]),
        ("representation", world.representations["declined"]),
    ):
        world.rulings[name] = Decision.objects.create(
            subject=subject,
            by=world.people["another"],
            concerns=world.people["focal_point"],
            verb="decline",
            reason="fit",
            message=f"Because of {hush(name)}ruling",
        )
    world.pleas["waiting"] = Appeal.objects.create(
        decision=world.rulings["representation"],
        by=world.people["focal_point"],
        words=hush("plea"),
    )


def add_rounds(world: World) -> None:
    """A round that waits and one that is done; and the settings of the brokers."""
    Brokering.objects.create(pk=1)
    world.timeline_entries["open"] = TimelineEntryFactory(
        request=world.requests["open"],
        words=f"Called {hush('entry')}",
        follow_up_on=timezone.localdate(),
    )
    world.saved_views["broker"] = SavedViewFactory(
        member=world.people["broker"], name=f"View {hush('view')}"
    )
    result = {"total": 0.0, "assignments": [], "unassigned": []}
    for status in ("draft", "done"):
        world.rounds[status] = RoundFactory(
            name=f"Round {hush(f'round-{status}')}",
            status=status,
            requests=[world.requests["open"]],
            result=result if status == "done" else {},
        )


def add_calls(world: World) -> None:
    """A timetable with a call of two introduced cities."""
    timetable = TimetableFactory(round=world.rounds["done"], rooms=hush("rooms"))
    world.call = CallFactory(timetable=timetable, match=world.matches["introduced"])


def add_requests(world: World) -> None:
    """Requests of the focal point's city in each status; open ones also as cities narrow them."""
    now = timezone.now()
    dates = {"submitted_at": now, "opened_at": now, "expires_at": now + timedelta(days=90)}
    narrowed = {"members": Visibility.MEMBERS, "brokers-only": Visibility.BROKERS}
    for name in [*RequestStatus.values, *narrowed, "foreign", "foreign-draft"]:
        is_draft = name == "foreign-draft"
        status = name if name in RequestStatus.values else "draft" if is_draft else "open"
        is_foreign = name.startswith("foreign")
        is_public = name in ("open", "foreign")
        word = COMMON if is_public else hush(f"request-{name}")
        over = {"closed_at": now, "closing_reason": "changed"} if name == "closed" else {}
        partnership_request = PartnershipRequestFactory(
            city=CityFactory() if is_foreign else world.things["city"],
            created_by=world.people["stranger" if is_foreign else "focal_point"],
            status=status,
            visibility=narrowed.get(name, Visibility.PUBLIC),
            title=f"A request: {word}",
            challenge=word,
            desired_result=word,
            baseline=word,
            resources=word,
            broker_note=hush(f"note-of-{name}"),
            practices=[world.things["practice"]],
            **dates,
            **over,
        )
        partnership_request.endorsement.save("", ContentFile(hush(f"endorsement-{name}").encode()))
        world.requests[name] = partnership_request
