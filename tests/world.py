"""One object of each kind that members create, in all states that pages show, with its URLs."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import models
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from community.models import (
    Appeal,
    Attachment,
    Audience,
    Comment,
    Decision,
    Experience,
    Flag,
    Follow,
    Invitation,
    LanguageReviewer,
    MemberKind,
    Membership,
    NoticeKind,
    ProposedPractice,
    Registration,
    RegistrationStatus,
    Revision,
    Standing,
    Submission,
    SurveyAnswer,
    SurveyQuestion,
    TagProposal,
    TranslationProposal,
    User,
    Verb,
)
from community.moderation.flags import actions as flags_actions
from community.notices import digests
from community.notices.notify import notify
from community.profiles.models import SHOWN_FIELDS
from community.translating.originals import units_of
from community.webinars import links as webinars_links
from community.webinars.links import registration_token
from community.webinars.surveys.actions import close
from community.writing.drafts import actions as drafts_actions
from community.writing.drafts.documents import document_of
from partnerships.agreements import links as agreements_links
from partnerships.invitations import links as invitations_links
from partnerships.models import (
    Brokering,
    CityProfile,
    PartnershipRequest,
    Representation,
    SuggestionKind,
)
from partnerships.representation.addresses import LINK
from partnerships.requests import renewals
from partnerships.spaces.tabs import Tab
from repository.cases.models import SECTIONS
from repository.models import (
    CaseStatus,
    CaseStudy,
    Chapter,
    City,
    Organization,
    Practice,
    Recommendation,
    Recording,
    Reference,
    Series,
    Speaker,
    Tag,
    Theme,
    Transcript,
    TranslatedParagraph,
    Translation,
    Webinar,
)
from repository.recordings.transcripts import escaped
from repository.translations.kinds import kinds
from tests.community.webinars.surveys.surveys import answer, answered, guest, held, survey_of
from tests.desk_models import desk_models
from tests.factories import (
    AddressCheckFactory,
    AppearanceFactory,
    CallFactory,
    CaseStudyFactory,
    CityInvitationFactory,
    ClusterApplicationFactory,
    ClusterFactory,
    ClusterNewsFactory,
    CollectionFactory,
    CommentFactory,
    DailyCountFactory,
    EvidenceFactory,
    ExperienceFactory,
    ExternalFigureFactory,
    InterestFactory,
    InterfaceReviewFactory,
    MatchFactory,
    MeetingFactory,
    MilestoneFactory,
    NeedFactory,
    OfferFactory,
    PartnershipFactory,
    PartnershipRequestFactory,
    PhotographFactory,
    PlanFactory,
    ProgressReportFactory,
    QuestionFactory,
    RepresentationFactory,
    RoundFactory,
    SavedItemFactory,
    SavedViewFactory,
    SpaceFileFactory,
    SpaceMessageFactory,
    SpeakerFactory,
    SuggestionFactory,
    TimelineEntryFactory,
    TimetableFactory,
    TranslationReportFactory,
    UserFactory,
    WebinarFactory,
)
from tests.files import PDF, picture

Say = Callable[[int], str]


class World:
    """Objects that belong to the member or need the member's action.

    `colleague` is another user. `say(most)` returns a text of at most `most` characters.
    """

    def __init__(self, say: Say):
        self.say = say
        self.member = User.objects.get(handle="member")
        self.colleague = UserFactory(handle="colleague", display_name=say(80))
        self.administrator = User.objects.get(handle="administrator")
        self.profiles()
        self.cases()
        self.discussion()
        self.tries()
        self.revisions()
        self.translations()
        self.decisions()
        self.invitations()
        self.partnerships()
        self.matches()
        self.notices()
        self.listings()
        self.webinars()
        self.saved_pages()

    def profiles(self) -> None:
        for user in (self.member, self.colleague):
            user.display_name = self.say(80)
            user.save()
            self.profile = Membership.objects.create(
                member=user,
                kind=MemberKind.POLICYMAKER,
                organization=self.say(160),
                place=self.say(120),
                bio=self.say(2000),
                proof=self.say(500),
                asked_at=timezone.now(),
                **{f"{name}_shown": Audience.PUBLIC for name in SHOWN_FIELDS},
            )

    def cases(self) -> None:
        self.published = self.case(slug="shown", published=True)
        # A case for which the member has not suggested any changes yet.
        self.open_case = self.case(slug="open", published=True)
        self.draft = self.case(slug="draft")
        self.submitted = self.case(slug="waiting", status=CaseStatus.SUBMITTED)
        self.theirs = self.case(slug="theirs", authors=[self.colleague])
        Submission.objects.create(case=self.submitted, by=self.member, note=self.say(1000))
        self.copy = drafts_actions.keep(
            member=self.member,
            token="c0ffee",
            case=self.draft,
            document=document_of(self.draft) | {"title": self.say(90)},
            base="",
        )

    def case(self, **options) -> CaseStudy:
        say = self.say
        texts = ("title", "summary", "setting", "cost", "time", "source")
        limits = {name: CaseStudy._meta.get_field(name).max_length for name in texts}
        case = CaseStudyFactory(
            **{"authors": [self.member], "cities": City.objects.all()[:1]} | options,
            themes=Theme.objects.all()[:1],
            tags=[Tag.objects.resolve([" ".join(say(50).replace(",", " ").split()) or "tag"])[0]],
            **{name: say(most) for name, most in limits.items()},
            **{name: say(4000) for name in SECTIONS},
        )
        reference = Reference.objects.create(
            key=f"work-{case.pk}",
            title=say(400),
            publisher=say(200),
            authors=[{"literal": say(200)}],
            url="https://example.org/?q='\"><",
            doi="10.1000/a'b",
            is_proposed=True,
        )
        case.references.add(reference)
        for position in (1, 2):
            EvidenceFactory(
                case=case,
                position=position,
                label=say(200),
                place=say(200),
                unit=say(40),
                period=say(40),
                is_headline=position == 1,
                reference=reference if position == 1 else None,
            )
        self.practice = ProposedPractice.objects.create(
            case=case, by=self.member, name=say(90), summary=say(260)
        )
        attachment = Attachment(
            case=case, by=self.member, kind="png", size=100, width=40, height=30, caption=say(200)
        )
        attachment.file.save("", ContentFile(picture("PNG")))
        attachment.save()
        PhotographFactory(case=case, by=self.member, alt=say(200), credit=say(120))
        return case

    def discussion(self) -> None:
        def comment(**options) -> Comment:
            about = {"subject": self.published, "author": self.member, "body": self.say(5000)}
            return CommentFactory(**about | options)

        self.comment = comment(edited_at=timezone.now())
        self.answer = comment(parent=self.comment, author=self.colleague)
        self.pending = comment(standing=Standing.PENDING)
        self.hidden = comment(standing=Standing.HIDDEN)
        self.appealed = comment(standing=Standing.HIDDEN)
        Comment.objects.filter(pk=self.comment.pk).update(body=self.say(5000))
        flags_actions.flag(subject=self.answer, by=self.member, reason="other", note=self.say(500))
        Flag.objects.create(
            subject=self.published, by=self.colleague, reason="other", note=self.say(500)
        )

    def tries(self) -> None:
        def experience(year: int, **options) -> Experience:
            about = {"subject": self.published, "author": self.member, "year": year}
            return ExperienceFactory(
                **about | options,
                city=City.objects.all()[0],
                worked=self.say(3000),
                failed=self.say(3000),
                cost=self.say(300),
                evidence_url="https://example.org/?q='\"><",
                tags=self.published.tags.all(),
            )

        self.experience = experience(2020)
        experience(2021, author=self.colleague)
        self.pending_experience = experience(2022, standing=Standing.PENDING)
        self.proposal = TagProposal.objects.create(
            subject=self.published, by=self.colleague, name=self.say(50)
        )

    def revisions(self) -> None:
        def revision(by: User) -> Revision:
            base = document_of(self.published)
            return Revision.objects.create(
                case=self.published,
                by=by,
                base=base,
                document=base | {"title": self.say(90), "challenge": self.say(4000)},
                why=self.say(500),
            )

        self.revision = revision(self.colleague)
        self.own_revision = revision(self.member)

    def translations(self) -> None:
        """A translation that waits, one that is public and out of date, and one that is begun."""
        LanguageReviewer.objects.create(user=self.member, language="pt")
        case = kinds["case"]
        units = units_of(case, self.published)
        entries = [
            {"field": unit.field, "source": unit.paragraph.text, "text": self.say(200)}
            for unit in units
        ]

        def proposal(language: str, by: User, status: str) -> TranslationProposal:
            return TranslationProposal.objects.create(
                kind="case",
                object_id=self.published.pk,
                language=language,
                by=by,
                status=status,
                claimed_until=timezone.now() + timedelta(days=7),
                submitted_at=timezone.now() if status == "submitted" else None,
                paragraphs=[entry | {"origin": "person"} for entry in entries],
            )

        self.translation = proposal("pt", self.colleague, "submitted")
        self.own_translation = proposal("es", self.member, "submitted")
        proposal("ar", self.member, "claimed")
        stored = Translation.objects.create(kind="case", object_id=self.published.pk, language="ru")
        for place, unit in enumerate(units):
            TranslatedParagraph.objects.create(
                translation=stored,
                field=unit.field,
                position=place,
                source=f"{place} {unit.paragraph.text} {self.say(40)}",
                text=self.say(200),
                by=self.colleague,
            )

    def decisions(self) -> None:
        def decision(comment: Comment) -> Decision:
            return Decision.objects.create(
                subject=comment,
                concerns=self.member,
                by=User.objects.get(handle="moderator"),
                verb=Verb.HIDE,
                reason="other",
                message=self.say(2000),
                before=Standing.PUBLISHED,
            )

        self.decision = decision(self.hidden)
        self.appeal = Appeal.objects.create(
            decision=decision(self.appealed), by=self.member, words=self.say(2000)
        )

    def invitations(self) -> None:
        self.invitation = Invitation.objects.create(
            case=self.theirs, by=self.colleague, member=self.member
        )

    def partnerships(self) -> None:
        def representation(**options) -> Representation:
            return RepresentationFactory(
                **{"member": self.member, "place": self.say(120)} | options,
                position=self.say(120),
                note=self.say(1000),
            )

        self.asked = representation(city=None, country=City.objects.all()[0].country, asked=True)
        self.address_check = AddressCheckFactory(representation=self.asked)
        self.asked.letter.save("", ContentFile(PDF))
        self.held = representation(city=City.objects.all()[0])
        self.asked_of_new = representation(
            city=None, is_of_organization=True, place=self.say(200), asked=True
        )
        self.held_of_organization = representation(
            city=None, organization=Organization.objects.all()[0], place=self.say(200)
        )
        self.cluster = ClusterFactory(
            name=self.say(120),
            summary=self.say(260),
            description=self.say(5000),
            cities=[self.held.city],
        )
        self.applications = [
            ClusterApplicationFactory(
                cluster=self.cluster,
                city=self.held.city,
                by=self.member,
                note=self.say(1000),
                **state,
            )
            for state in ({}, {"decided": True})
        ]
        self.round = RoundFactory(name=self.say(120))
        self.settings = Brokering.objects.create(pk=1)
        self.news = [
            ClusterNewsFactory(
                cluster=self.cluster,
                city=self.held.city,
                by=by,
                title=self.say(120),
                body=self.say(3000),
            )
            for by in (self.member, self.colleague)
        ]
        texts = ("sectors", "exports", "platforms", "contact_hours")
        limits = {name: CityProfile._meta.get_field(name).max_length for name in texts}
        CityProfile.objects.create(
            city=self.held.city,
            confirmed_by=self.member,
            confirmed_at=timezone.now(),
            **{name: self.say(most) for name, most in limits.items()},
        )
        self.agreements()

    def agreements(self) -> None:
        """A current partnership, and an introduction that may become one."""
        here, there = City.objects.all()[:2]
        asked = {"opened": True, "status": "matched", "city": here}
        self.introduction, done = (
            MatchFactory(
                introduced=True,
                request=PartnershipRequestFactory(title=self.say(120), **asked),
                city=there,
            )
            for _each in range(2)
        )
        self.partnership = PartnershipFactory(
            match=done,
            title=self.say(120),
            summary=self.say(2000),
            baseline=self.say(300),
            parties=[(here, "requester"), (there, "provider")],
        )
        self.milestone = MilestoneFactory(partnership=self.partnership, title=self.say(160))
        for month in (6, 12):
            self.report = ProgressReportFactory(
                partnership=self.partnership,
                month=month,
                light="delayed",
                progress=self.say(3000),
                problems=self.say(2000),
                figure=self.say(300),
                evidence_url="https://example.org/?q='\"><",
                by=self.member,
                submitted_at=timezone.now() if month == 6 else None,
            )
        self.drafted = self.request()
        self.handed_in = self.request(submitted=True)
        declined = Decision.objects.create(
            subject=self.request(status="declined"),
            concerns=self.member,
            verb=Verb.DECLINE,
            reason="other",
            message=self.say(2000),
            before="submitted",
        )
        self.plea = Appeal.objects.create(decision=declined, by=self.member, words=self.say(2000))
        self.opened = self.request(opened=True, warned_at=timezone.now())
        self.written_to = CityInvitationFactory(
            request=self.opened,
            office=self.say(120),
            name=self.say(100),
            source=self.say(200),
            message=self.say(2000),
        )
        self.entry = TimelineEntryFactory(
            request=self.opened,
            words=self.say(3000),
            follow_up_on=timezone.localdate(),
            by=self.administrator,
        )
        self.saved_view = SavedViewFactory(member=self.administrator, name=self.say(60))
        self.drafted.endorsement.save("", ContentFile(PDF))

    def request(self, **options) -> PartnershipRequest:
        """A request of the member's city with all fields filled in."""
        texts = ("title", "challenge", "desired_result", "baseline", "resources", "broker_note")
        limits = {name: PartnershipRequest._meta.get_field(name).max_length for name in texts}
        case = self.published
        return PartnershipRequestFactory(
            **{"city": self.held.city, "created_by": self.member, "direction": "both"} | options,
            **{name: self.say(most) for name, most in limits.items()},
            practices=Practice.objects.all()[:2],
            offered_practices=Practice.objects.all()[:1],
            themes=Theme.objects.all()[:2],
            cases=[case],
            inspired_by=case,
            musts=["speaks:fr", "region:Africa", "country:BJ", "landlocked"],
        )

    def matches(self) -> None:
        """Matches of the member's city: proposed and introduced."""
        partnership_request = {"request__city": self.held.city, "request__created_by": self.member}
        partnership_request |= {"request__title": self.say(120), "request__visibility": "brokers"}
        said = {"message": self.say(2000), "broker_note": self.say(3000)}
        later = {"reply_by": timezone.localdate() + timedelta(days=14)}
        self.proposed = MatchFactory(proposed=True, **partnership_request, **said, **later)
        self.introduced = MatchFactory(introduced=True, **said)
        type(self.introduced.request).objects.filter(pk=self.introduced.request_id).update(
            city=self.held.city, title=self.say(120)
        )
        self.interest = InterestFactory(
            match__city=self.held.city,
            match__origin="interest",
            by=self.member,
            cooperation=self.say(2000),
            unclear=self.say(2000),
            about=self.say(2000),
        )
        self.question = QuestionFactory(
            match=self.proposed, words=self.say(1000), passed_words=self.say(1000)
        )
        type(self.question).objects.update(passed_at=timezone.now())
        QuestionFactory(match=self.proposed, side="requester", words=self.say(900), by=self.member)
        timetable = TimetableFactory(round=self.round, rooms=self.say(300))
        self.round.requests.add(self.introduced.request)
        self.call = CallFactory(timetable=timetable, match=self.introduced)
        PlanFactory(match=self.introduced, text=self.say(5000), version=1)
        SpaceMessageFactory(match=self.introduced, by=self.member, body=self.say(5000))
        self.meeting = MeetingFactory(
            match=self.introduced, by=self.member, title=self.say(120), place=self.say(300)
        )
        self.shared = SpaceFileFactory(match=self.introduced, by=self.member, title=self.say(200))
        self.shared.file.save("", ContentFile(PDF))

    def notices(self) -> None:
        for number, subject in enumerate([self.published, self.colleague]):
            Follow.objects.create(subject=subject, member=self.member)
            notify(
                [self.member.pk, self.administrator.pk],
                kind=NoticeKind.DECISION,
                event=["contribution.declined", "comment.new"][number],
                subject=self.published,
                actor=self.colleague,
                key=f"news-{number}",
                message=self.say(2000),
            )

    def saved_pages(self) -> None:
        """A collection of the member with a page of each kind, and one that is gone."""
        self.collection = CollectionFactory(member=self.member, name=self.say(80))
        rows = [*(model.objects.all()[0] for model in (Practice, Recommendation, City))]
        for subject in (self.published, self.planned, self.submitted, *rows):
            self.saved = SavedItemFactory(
                member=self.member,
                subject=subject,
                collection=self.collection,
                note=self.say(1000),
            )
        SavedItemFactory(member=self.member, subject=self.told, note=self.say(1000))
        self.reported = TranslationReportFactory(
            is_message=False,
            text=self.say(500),
            language="pt",
            by=self.member,
            quoted=self.say(500),
            message=self.say(1000),
        )
        InterfaceReviewFactory()

    def listings(self) -> None:
        """Listings of the member's city, published and pending, and an organisation's offer."""
        city = City.objects.all()[0]
        about = {"practices": Practice.objects.all()[:1], "themes": Theme.objects.all()[:1]}
        self.offers, self.needs = (
            [
                factory(
                    city=city,
                    title=self.say(120),
                    description=self.say(3000),
                    created_by=self.member,
                    pending=pending,
                    **about,
                )
                for pending in (False, True)
            ]
            for factory in (OfferFactory, NeedFactory)
        )
        self.suggestions = [
            SuggestionFactory(
                city=city,
                kind=kind,
                title=self.say(120),
                description=self.say(3000),
                cases=CaseStudy.objects.published()[:1],
                **about,
            )
            for kind in SuggestionKind
        ]
        self.offers.append(
            OfferFactory(
                city=None,
                organization=Organization.objects.all()[0],
                title=self.say(120),
                description=self.say(3000),
                created_by=self.member,
                pending=True,
                **about,
            )
        )

    def webinars(self) -> None:
        """A webinar to come with a registered guest, and a past one with all its records."""
        self.speaker = SpeakerFactory(
            slug="teller",
            name=self.say(120),
            email="teller@example.org",
            bio=self.say(1500),
            shows_profile=True,
            correction=self.say(500),
        )
        self.speaker.photo.save("", ContentFile(picture()))
        self.told = WebinarFactory(
            slug="told", series=Series.objects.all()[0], number=98, title=self.say(250)
        )
        self.talk = AppearanceFactory(webinar=self.told, speaker=self.speaker, title=self.say(300))
        self.talk.slides.save("", ContentFile(PDF))
        Recording.objects.create(
            webinar=self.told, label=self.say(80), url="https://example.org/film"
        )
        Chapter.objects.create(webinar=self.told, seconds=90, title=self.say(200))
        said = escaped(" ".join(self.say(1000).split())) or "Words"
        Transcript.objects.create(
            webinar=self.told, text=f"WEBVTT\n\n00:01.000 --> 00:04.000\n{said}"
        )
        self.planned = WebinarFactory(
            slug="planned",
            series=Series.objects.all()[0],
            number=99,
            announced=True,
            title=self.say(250),
            summary=self.say(400),
            recording="https://video.example/1",
            slides="https://slides.example/1",
        )
        ExternalFigureFactory(webinar=self.planned, platform=self.say(80), source=self.say(200))
        DailyCountFactory(webinar=self.planned)
        self.guest = Registration.objects.create(
            webinar=self.planned,
            name=self.say(120),
            email="guest@example.org",
            organization=self.say(160),
            place=self.say(120),
            time_zone="UTC",
            status=RegistrationStatus.REGISTERED,
            placed_at=timezone.now(),
        )

        past = held(slug="past", series=Series.objects.all()[0], number=96, title=self.say(250))
        survey_of(past)
        self.surveyed = guest(past, name=self.say(120))
        question = SurveyQuestion.objects.create(
            series=past.series, kind="text", text=self.say(200)
        )
        choice = SurveyQuestion.objects.create(
            series=past.series,
            kind="choice",
            text=self.say(200),
            choices=[self.say(100), self.say(100)],
        )
        self.words = answer(
            self.surveyed,
            brokered="yes",
            partner=self.say(200),
            comment=self.say(1000),
            may_show=True,
            extra={question.key: self.say(500), choice.key: "1"},
        )
        self.counted = held(slug="counted", series=Series.objects.all()[0], number=97)
        survey_of(self.counted)
        words = answer(guest(self.counted), comment=self.say(1000), may_show=True)
        answered(self.counted, 5)
        SurveyAnswer.objects.filter(pk=words.pk).update(words="shown")
        close(survey=self.counted.survey)

    def examples(self) -> dict[str, list[dict]]:
        """Return the arguments for each URL pattern with parameters."""
        case, draft = {"slug": self.published.slug}, {"slug": self.draft.slug}
        about = [
            {"word": word, "pk": subject.pk}
            for word, subject in [
                ("case", self.published),
                ("practice", Practice.objects.all()[0]),
                ("webinar", Webinar.objects.all()[0]),
            ]
        ]
        waits = [
            {"word": word, "pk": subject.pk}
            for word, subject in [
                ("case", self.submitted),
                ("case", self.published),
                ("comment", self.pending),
                ("comment", self.answer),
                ("comment", self.hidden),
                ("experience", self.pending_experience),
                ("appeal", self.appeal),
                ("member", self.member),
                ("revision", self.revision),
                ("practice", self.practice),
                ("tag", self.proposal),
                ("words", self.words),
                ("translation", self.translation),
                ("appeal", self.plea),
                *(
                    ("representation", row)
                    for row in (self.asked, self.held, self.asked_of_new, self.held_of_organization)
                ),
                *(("cluster-application", row) for row in self.applications),
                *(("offer", row) for row in self.offers[1:]),
                ("need", self.needs[1]),
            ]
        ]
        attachment = self.draft.attachments.all()[0]
        mine = {"pk": self.comment.pk}
        translated = {"kind": "case", "pk": self.published.pk}
        return {
            "api:case": [case, draft],
            "api:city": [{"slug": City.objects.all()[0].slug}],
            "api:practice": [{"slug": Practice.objects.all()[0].slug}],
            "api:webinar": [{"slug": Webinar.objects.all()[0].slug}],
            "api:figure": [{"key": "path"}, {"key": "waiting"}],
            "repository:case_detail": [case, draft, {"slug": self.submitted.slug}],
            "repository:case_cover_image": [case],
            "repository:case_photograph": [
                case | {"pk": self.published.photograph.pk, "width": 400, "kind": "avif"}
            ],
            "repository:practice_detail": [{"slug": Practice.objects.all()[0].slug}],
            "repository:city_detail": [{"slug": City.objects.all()[0].slug}],
            "repository:country_detail": [{"iso2": "cn"}],
            "repository:webinar_detail": [
                {"slug": Webinar.objects.all()[0].slug},
                {"slug": self.planned.slug},
                {"slug": self.told.slug},
            ],
            "repository:webinar_slides": [{"slug": self.told.slug, "pk": self.talk.pk}],
            "repository:webinar_transcript": [{"slug": self.told.slug}],
            "repository:webinar_subtitles": [{"slug": self.told.slug}],
            "repository:speaker_photo": [{"slug": self.speaker.slug}],
            "community:speaking": [{"token": webinars_links.speaker_token(self.speaker)}],
            "community:speaking_file": [
                {"token": webinars_links.speaker_token(self.speaker), "key": key}
                for key in ("photo", self.talk.slides_key)
            ],
            "repository:recording_part": [
                {"slug": self.told.slug, "pk": self.told.recordings.get().pk}
            ],
            "repository:series_detail": [{"slug": self.planned.series.slug}],
            "repository:series_csv": [
                {"slug": self.planned.series.slug, "key": key}
                for key in ("overview", "opened", "elsewhere")
            ],
            "repository:recording": [{"slug": self.planned.slug}],
            "repository:slides": [{"slug": self.planned.slug}],
            "community:registration_new": [{"slug": self.planned.slug}],
            "community:webinar_calendar": [{"slug": self.planned.slug}],
            "community:registration": [{"token": registration_token(self.guest)}],
            "community:registration_calendar": [{"token": registration_token(self.guest)}],
            "repository:speaker_detail": [
                {"slug": Speaker.objects.all()[0].slug},
                {"slug": self.speaker.slug},
            ],
            "community:survey": [{"token": webinars_links.survey_token(self.surveyed)}],
            "community:survey_results": [{"slug": self.counted.slug}],
            "community:survey_csv": [{"slug": self.counted.slug}],
            "admin:survey_figures": [{"pk": self.counted.series_id}],
            "admin:survey_export": [{"pk": self.counted.series_id}],
            "repository:recommendation_detail": [{"slug": Recommendation.objects.all()[0].slug}],
            "repository:tag_detail": [{"slug": self.published.tags.all()[0].slug}],
            "sitemap_section": [{"section": "cases"}],
            "community:comment": [mine],
            "community:comment_edit": [mine],
            "community:comment_helpful": [{"pk": self.answer.pk}],
            "community:comment_history": [mine],
            "community:comment_new": about,
            "community:comment_reply": [{"pk": self.answer.pk}],
            "community:comment_withdraw": [mine],
            "community:notice_stop": [
                {"token": digests.unsubscribe_path(self.member, "reply").split("/")[-2]}
            ],
            "community:follow": about[:2],
            "community:save": about,
            **{
                f"community:collection{page}": [{"pk": self.collection.pk}]
                for page in ("", "_csv", "_delete", "_edit", "_print")
            },
            "community:saved_item": [{"pk": self.saved.pk}],
            "community:saved_item_remove": [{"pk": self.saved.pk}],
            "community:experience_delete": [{"pk": self.experience.pk}],
            "community:experience_edit": [{"pk": self.experience.pk}],
            "community:experience_new": about[:2],
            "community:tag_accept": [{"pk": self.proposal.pk}],
            "community:tag_decline": [{"pk": self.proposal.pk}],
            "community:tag_propose": [about[2]],
            "language": [{"code": "fr"}],
            "account_confirm_email": [{"key": "wrong"}],
            "account_reset_password_from_key": [{"uidb36": "1", "key": "wrong-key"}],
            "community:case_edit": [draft, {"slug": self.open_case.slug}],
            "community:case_history": [case],
            "community:case_history_hide": [case],
            "community:case_confirm": [case],
            "community:case_cover": [draft],
            "community:case_photograph_add": [draft],
            "community:case_photograph_remove": [draft],
            "community:revision": [{"pk": self.revision.pk}, {"pk": self.own_revision.pk}],
            "community:revision_accept": [{"pk": self.revision.pk}],
            "community:revision_decline": [{"pk": self.revision.pk}],
            "community:revision_edit": [{"pk": self.revision.pk}],
            "community:revision_withdraw": [{"pk": self.own_revision.pk}],
            "community:translation_languages": [translated],
            "community:translation": [
                translated | {"language": language} for language in ("fr", "ar", "pt", "ru")
            ],
            "community:translation_changes": [translated],
            "community:translation_reviewed": [translated | {"language": "ru"}],
            "community:translation_proposal": [
                {"pk": self.translation.pk},
                {"pk": self.own_translation.pk},
            ],
            **{
                f"community:translation_{verb}": [{"pk": self.translation.pk}]
                for verb in ("accept", "decline", "undo")
            },
            "community:translation_withdraw": [{"pk": self.own_translation.pk}],
            "community:translation_report_done": [{"pk": self.reported.pk}],
            "community:translation_report_reopen": [{"pk": self.reported.pk}],
            "community:case_submit": [draft],
            "community:case_withdraw": [{"slug": self.submitted.slug}],
            "community:case_invite": [draft],
            "community:case_leave": [draft],
            "community:attachment_add": [draft],
            "community:attachment_remove": [draft | {"pk": attachment.pk}],
            "community:attachment": [draft | {"pk": attachment.pk}],
            "community:invitation": [{"pk": self.invitation.pk}],
            "community:invitation_answer": [{"pk": self.invitation.pk, "verb": "decline"}],
            "community:member": [{"handle": "member"}, {"handle": "colleague"}],
            "community:flag_new": [about[0], {"word": "comment", "pk": self.answer.pk}],
            "community:appeal_new": [{"pk": self.decision.pk}],
            "partnerships:representation_withdraw": [{"pk": self.asked.pk}],
            "partnerships:representation_resign": [
                {"pk": self.held.pk},
                {"pk": self.held_of_organization.pk},
            ],
            "partnerships:representation_letter": [{"pk": self.asked.pk}],
            **{
                f"partnerships:{word}_{page}": [{"pk": row.pk} for row in found]
                for word, found in (("offer", self.offers), ("need", self.needs))
                for page in ("detail", "edit", "close")
            },
            **{
                f"partnerships:suggestion_{page}": [{"pk": row.pk} for row in self.suggestions]
                for page in ("detail", "adopt", "decline")
            },
            "partnerships:interest_new": [{"pk": self.interest.match.request_id}],
            "partnerships:match_detail": [
                {"pk": row.pk} for row in (self.proposed, self.introduced, self.interest.match)
            ],
            **{
                f"partnerships:match_{verb}": [{"pk": self.proposed.pk}]
                for verb in ("answer", "withdraw", "question")
            },
            "partnerships:match_reply": [{"pk": self.proposed.pk, "question": self.question.pk}],
            **{
                f"partnerships:space_{verb}": [{"pk": self.introduced.pk}]
                for verb in ("say", "file_add", "meeting_add", "plan", "agree", "memorandum")
            },
            **{
                f"partnerships:space_{verb}": [{"pk": self.introduced.pk, "file": self.shared.pk}]
                for verb in ("file", "file_remove")
            },
            **{
                f"partnerships:space_{verb}": [
                    {"pk": self.introduced.pk, "meeting": self.meeting.pk}
                ]
                for verb in ("calendar", "meeting_edit", "meeting_cancel")
            },
            "admin:candidates": [{"pk": row.pk} for row in (self.handed_in, self.opened)],
            **{
                f"admin:candidates_{extension}": [{"pk": self.opened.pk}]
                for extension in ("csv", "xlsx")
            },
            **{
                f"admin:{name}": [{"pk": self.saved_view.pk}]
                for name in ("pipeline_view", "pipeline_view_rename", "pipeline_view_delete")
            },
            "admin:request": [{"pk": row.pk} for row in (self.handed_in, self.opened)],
            "admin:propose": [{"pk": row.pk} for row in (self.handed_in, self.opened)],
            "admin:city_record": [{"pk": self.opened.city_id}],
            "admin:follow_up": [{"pk": self.entry.pk}],
            "admin:invitation_new": [{"pk": self.opened.pk}],
            "admin:invitation": [{"pk": self.written_to.pk}],
            "partnerships:invitation": [
                {"token": invitations_links.path(self.written_to).split("/")[-2]}
            ],
            "admin:partnerships_round_result": [{"pk": self.round.pk}],
            "admin:partnerships_round_cities": [{"pk": self.round.pk}],
            "admin:partnerships_round_timetable": [{"pk": self.round.pk}],
            "admin:partnerships_round_call": [{"pk": self.round.pk, "call": self.call.pk}],
            "admin:match": [{"pk": row.pk} for row in (self.proposed, self.introduced)],
            "admin:offer_review": [{"pk": row.pk} for row in self.offers[1:]],
            "admin:need_review": [{"pk": self.needs[1].pk}],
            "partnerships:cluster_detail": [{"slug": self.cluster.slug}],
            "partnerships:cluster_news_new": [{"slug": self.cluster.slug}],
            **{
                name: [{"pk": row.pk} for row in self.applications]
                for name in (
                    "partnerships:cluster_application",
                    "partnerships:cluster_application_withdraw",
                    "admin:cluster-application_review",
                )
            },
            "partnerships:cluster_join": [{"slug": self.cluster.slug}],
            "partnerships:cluster_news_remove": [{"pk": row.pk} for row in self.news],
            "partnerships:city_profile_edit": [{"slug": self.held.city.slug}],
            **self.partnership_examples(),
            "partnerships:request_detail": [
                {"pk": row.pk} for row in (self.drafted, self.handed_in, self.opened)
            ],
            **{
                f"partnerships:request_{verb}": [{"pk": self.drafted.pk}]
                for verb in (
                    "edit",
                    "submit",
                    "discard",
                    "letter",
                    "letter_add",
                    "letter_remove",
                )
            },
            "partnerships:request_withdraw": [{"pk": self.handed_in.pk}],
            "partnerships:request_renew": [{"pk": self.opened.pk}],
            "partnerships:request_close": [{"pk": self.opened.pk}],
            "partnerships:request_renew_signed": [
                {"token": renewals.token_for(self.opened, self.member.pk)}
            ],
            "admin:request_review": [{"pk": row.pk} for row in (self.handed_in, self.opened)],
            "admin:partnerships_partnershiprequest_note": [{"pk": self.handed_in.pk}],
            "mfa_edit_webauthn": [{"pk": 1}],
            "mfa_remove_webauthn": [{"pk": 1}],
            "admin:reported_text": [{"rest": "1/change/"}],
            "admin:view_on_site": [{"content_type_id": 1, "object_id": 1}],
            "admin:app_list": [{"app_label": "repository"}],
            "admin:review": waits,
            "admin:review_claim": waits[:1],
            "admin:broker_appeal": [{"pk": self.plea.pk}],
            "admin:decision_undo": [{"pk": self.decision.pk}],
            "admin:repository_casestudy_step": [{"verb": "publish"}],
            "admin:repository_tag_step": [{"verb": "merge"}],
            "admin:community_user_erase": [{"pk": self.colleague.pk}],
            "admin:repository_webinar_step": [{"verb": "cancel"}],
            "admin:community_membership_verify": [{"pk": self.profile.pk}],
            "admin:community_membership_withdraw": [{"pk": self.profile.pk}],
            "admin:partnerships_representation_check_address": [{"pk": self.asked.pk}],
            "partnerships:address_check": [{"token": LINK.sign(self.address_check.pk)}],
            "admin:representation_review": [
                {"pk": self.asked.pk},
                {"pk": self.held.pk},
                {"pk": self.asked_of_new.pk},
                {"pk": self.held_of_organization.pk},
            ],
        } | self.rows_of_the_desk()

    def partnership_examples(self) -> dict[str, list[dict]]:
        pk = {"pk": self.partnership.pk}
        token = agreements_links.path(self.report, self.member).split("/")[-2]
        return {
            **{
                f"partnerships:{name}": [{"match": self.introduction.pk}]
                for name in (
                    "partnership_new",
                    "agreement_confirm",
                    "agreement_withdraw",
                    "agreement_file",
                )
            },
            **{
                f"partnerships:{name}": [pk]
                for name in (
                    "partnership_detail",
                    "partnership_edit",
                    "partnership_agreement",
                    "partnership_publicity",
                    "partnership_case",
                    "facilitator_add",
                    "milestone_add",
                )
            },
            "partnerships:facilitator_remove": [pk | {"party": 1}],
            "partnerships:milestone_mark": [pk | {"milestone": self.milestone.pk}],
            "partnerships:milestone_remove": [pk | {"milestone": self.milestone.pk}],
            "partnerships:report": [pk | {"report": self.report.pk}],
            "partnerships:report_signed": [{"token": token}],
            "partnerships:partnership_step": [
                pk | {"verb": name} for name in ("stall", "complete")
            ],
            "partnerships:monitoring_csv": [{"key": "path"}],
            "admin:figures_csv": [{"key": "path"}],
        }

    def rows_of_the_desk(self) -> dict[str, list[dict]]:
        """Return the newest row of each model in the admin, the member's own where possible."""
        found = {}
        for model in desk_models():
            row = newest(model)
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            for page in ("change", "history", "delete"):
                found[f"{name}_{page}"] = [{"object_id": row.pk if row else 0}]
        # A missing task: no task is queued for this URL.
        found["admin:django_tasks_database_dbtaskresult_retry"] = [{"pk": UUID(int=0)}]
        return found


def newest(model: type[models.Model]) -> models.Model | None:
    if model is CaseStudy:
        return CaseStudy.objects.get(slug="draft")
    return model._default_manager.order_by("pk").last()


def patterns(resolver=None, namespaces=(), before=()) -> Iterator[tuple[str, list[str]]]:
    """Yield each named URL pattern with its parameters."""
    for pattern in (resolver or get_resolver()).url_patterns:
        parts = [*before, *parts_of(pattern)]
        if isinstance(pattern, URLResolver):
            inside = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from patterns(pattern, inside, parts)
        elif pattern.name:
            yield ":".join([*namespaces, pattern.name]), parts


def parts_of(pattern) -> list[str]:
    return list(pattern.pattern.converters) or list(pattern.pattern.regex.groupindex)


# Pages in parts, which are queries of their address.
IN_PARTS = ["partnerships:match_detail", "partnerships:partnership_detail"]


def paths(world: World) -> dict[str, list[str]]:
    """Return all URLs with example arguments by name; KeyError for a pattern without an example."""
    examples = world.examples()
    found = {
        name: [reverse(name, kwargs=kwargs) for kwargs in (examples[name] if parts else [{}])]
        for name, parts in patterns()
    }
    for name in IN_PARTS:
        found[name] += [f"{path}?tab={tab}" for path in found[name] for tab in Tab.values]
    return found
