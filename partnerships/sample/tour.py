"""The tour of a demo: five things to try in each role."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from community.models import Comment, Experience
from partnerships.models import Match, MatchStatus, Partnership, PartnershipRequest, RequestStatus
from repository.models import CaseStatus, CaseStudy, Practice, Webinar


@dataclass(frozen=True)
class Stop:
    """Something to try, and where."""

    text: str | Promise
    url: str


@dataclass(frozen=True)
class Role:
    """A role; `handle` is that of its demo account, empty for readers, who have none."""

    handle: str
    name: str | Promise
    about: str | Promise
    stops: tuple[Stop, ...]


def tour(city: str) -> list[Role]:
    """Return the tour; `city` is the slug of the city that the demo's focal point represents."""
    return [reader(), member(), focal_point(city), moderator(), broker(), administrator()]


def reader() -> Role:
    tried = Experience.objects.published().order_by("pk").first()
    practice = tried.subject if tried else Practice.objects.order_by("pk").first()
    case = CaseStudy.objects.published().real().order_by("pk").first()
    return Role(
        "",
        _("Reader"),
        _("You don’t have an account and are looking for ideas for your city."),
        (
            Stop(_("Find a case by your city’s problem"), reverse("repository:home")),
            Stop(_("Read a case, from its figures to its sources"), address(case)),
            Stop(_("See which cities have tried a practice"), address(practice)),
            Stop(_("Browse the offers and needs of cities"), reverse("partnerships:board")),
            Stop(
                _("See how requests become partnerships"),
                reverse("partnerships:monitoring") + "?data=sample",
            ),
        ),
    )


def member() -> Role:
    comment = Comment.objects.published().order_by("-pk").first()
    webinar = Webinar.objects.public().upcoming().first()
    practice = Practice.objects.order_by("pk").first()
    return Role(
        "member",
        _("Member"),
        _("You work on trade in your city and share what you know."),
        (
            Stop(_("Start writing a case and save the draft"), reverse("community:case_new")),
            Stop(_("Answer a comment"), address(comment) or reverse("repository:case_list")),
            Stop(
                _("Share your city’s experience"),
                reverse("community:experience_new", args=["practice", practice.pk])
                if practice
                else reverse("repository:practice_list"),
            ),
            Stop(
                _("Register for a webinar"), address(webinar) or reverse("repository:webinar_list")
            ),
            Stop(_("Open your desk"), reverse("community:desk")),
        ),
    )


def focal_point(city: str) -> Role:
    mine = PartnershipRequest.objects.filter(city__slug=city)
    asked = Match.objects.filter(city__slug=city, status=MatchStatus.PROPOSED).first()
    running = Partnership.objects.running().filter(parties__city__slug=city).first()
    running = running or Partnership.objects.filter(parties__city__slug=city).first()
    return Role(
        "focal-point",
        _("Focal point"),
        _("You represent a city."),
        (
            Stop(_("Answer a proposal"), address(asked) or reverse("partnerships:to_answer")),
            Stop(_("Request a partner, in four steps"), reverse("partnerships:request_new")),
            Stop(
                _("Check the status of your city’s request"),
                address(mine.open().first()) or reverse("community:desk"),
            ),
            Stop(_("Report on a partnership"), address(running) or reverse("partnerships:board")),
            Stop(
                _("Describe your city for partner cities"),
                reverse("partnerships:city_profile_edit", args=[city]),
            ),
        ),
    )


def moderator() -> Role:
    case = CaseStudy.objects.filter(status=CaseStatus.SUBMITTED).order_by("pk").first()
    desk = reverse("admin:index")
    return Role(
        "moderator",
        _("Moderator"),
        _("You review what members write."),
        (
            Stop(_("Open the queue"), desk),
            Stop(
                _("Review a submitted case"),
                reverse("admin:review", args=["case", case.pk]) if case else desk,
            ),
            Stop(_("Decide an appeal"), f"{desk}?kind=appeal"),
            Stop(_("Plan a webinar"), reverse("admin:repository_webinar_changelist")),
            Stop(_("Read the decision log"), reverse("admin:decisions")),
        ),
    )


def broker() -> Role:
    waiting = PartnershipRequest.objects.filter(status=RequestStatus.SUBMITTED).first()
    open_request = PartnershipRequest.objects.open().filter(matches__isnull=False).first()
    pipeline = reverse("admin:pipeline")
    return Role(
        "broker",
        _("Broker"),
        _("You bring cities together."),
        (
            Stop(
                _("Review a new request"),
                address(waiting) or pipeline,
            ),
            Stop(
                _("Compare the candidates for a request"),
                reverse("admin:candidates", args=[open_request.pk]) if open_request else pipeline,
            ),
            Stop(_("See all requests on the board"), pipeline),
            Stop(
                _("Match many requests at once in a matchmaking round"),
                reverse("admin:partnerships_round_changelist"),
            ),
            Stop(
                _("Check the brokers’ figures"),
                reverse("partnerships:monitoring") + "?data=sample",
            ),
        ),
    )


def administrator() -> Role:
    return Role(
        "administrator",
        _("Administrator"),
        _("You manage members and settings."),
        (
            Stop(_("Find a member"), reverse("admin:community_user_changelist")),
            Stop(_("Change a group’s permissions"), reverse("admin:auth_group_changelist")),
            Stop(_("Edit a practice"), reverse("admin:repository_practice_changelist")),
            Stop(
                _("Edit the moderators’ canned responses"),
                reverse("admin:community_cannedtext_changelist"),
            ),
            Stop(
                _("Change the weights of the ranking"),
                reverse("admin:partnerships_brokering_changelist"),
            ),
        ),
    )


def address(row) -> str:
    """Return the URL of an object; empty if there is none."""
    return row.get_absolute_url() if row is not None else ""
