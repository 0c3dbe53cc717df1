from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from partnerships.representation.models import Representation
from repository.dates import clock, days
from repository.search.excerpts import shortened

if TYPE_CHECKING:
    from repository.models import City


class MatchStatus(models.TextChoices):
    INTEREST = "interest", _("Interest expressed")
    CANDIDATE = "candidate", _("Candidate")
    PROPOSED = "proposed", _("Waiting for answers")
    INTRODUCED = "introduced", pgettext_lazy("match", "Introduced")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("No answer in time")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# Those that a broker can propose next: a city's own interest, until a broker answers it, and those
# that brokers consider.
TO_PROPOSE = (MatchStatus.INTEREST, MatchStatus.CANDIDATE)
# A city has at most one match in these states for each request.
LIVE = (*TO_PROPOSE, MatchStatus.PROPOSED, MatchStatus.INTRODUCED)


class MatchOrigin(models.TextChoices):
    RANKING = "ranking", _("Ranking")
    STAFF = "staff", _("Broker")
    INTEREST = "interest", _("The city’s own interest")


class Side(models.TextChoices):
    REQUESTER = "requester", _("City that made the request")
    CANDIDATE = "candidate", _("Proposed partner")


class Answer(models.TextChoices):
    YES = "yes", _("Accepted")
    NO = "no", _("Declined")


class RefusalReason(models.TextChoices):
    """Reasons of a city for declining a match."""

    CAPACITY = "capacity", _("No capacity right now")
    FIT = "fit", _("Doesn’t fit our work")
    LANGUAGE = "language", _("No shared language")
    PARTNER = "partner", _("We prefer a different city")
    OTHER = "other", _("Other reason")


class MatchQuerySet(models.QuerySet):
    def live(self):
        return self.filter(status__in=LIVE)

    def proposed(self):
        return self.filter(status=MatchStatus.PROPOSED)

    def introduced(self):
        return self.filter(status=MatchStatus.INTRODUCED)

    def shown_to_candidate(self):
        """Matches known to the candidate city: proposed to both, or started by its own interest."""
        return self.filter(
            Q(status__in=[MatchStatus.PROPOSED, MatchStatus.INTRODUCED])
            | Q(origin=MatchOrigin.INTEREST)
            | Q(proposed_at__isnull=False)
        )

    def visible_to(self, user):
        """All matches for brokers; for a city, those proposed to it and those it asked for.

        The requesting city sees a candidate only once the match is proposed.
        """
        if user.has_perm("partnerships.broker"):
            return self
        mine = Representation.objects.cities_of(user)
        theirs = self.shown_to_candidate().filter(city__in=mine).values("pk")
        return self.filter(Q(pk__in=theirs) | Q(request__city__in=mine, proposed_at__isnull=False))


@pghistory.track()
class Match(models.Model):
    """One city as a candidate for one request, with the reasons and both answers."""

    # Not stored: the status before the step for which the row was locked.
    status_before = ""

    request = models.ForeignKey(
        "partnerships.PartnershipRequest",
        models.CASCADE,
        related_name="matches",
        verbose_name=_("partnership request"),
    )
    city = models.ForeignKey(
        "repository.City", models.PROTECT, related_name="matches", verbose_name=_("city")
    )
    # An organisation that supports both sides; a city of a developed economy makes its own offer.
    facilitator = models.ForeignKey(
        "repository.Organization",
        models.PROTECT,
        related_name="matches",
        verbose_name=_("facilitator"),
        null=True,
        blank=True,
    )
    origin = models.CharField(_("suggested by"), max_length=8, choices=MatchOrigin)
    status = models.CharField(
        _("status"),
        max_length=11,
        choices=MatchStatus,
        default=MatchStatus.CANDIDATE,
        editable=False,
    )
    # The ranking at the time of the proposal, so that both cities read the same later: {"total":
    # points, "factors": [...]} as written by `ranking.matching`.
    ranking = models.JSONField(_("ranking"), default=dict, blank=True, editable=False)
    message = models.TextField(
        _("message to both"), max_length=2000, blank=True, help_text=_("Both cities can read it.")
    )
    broker_note = models.TextField(_("note for brokers"), max_length=3000, blank=True)
    reply_by = models.DateField(
        _("deadline to answer"), null=True, blank=True, validators=[days.check_day]
    )
    proposed_at = models.DateTimeField(_("proposed"), null=True, blank=True, editable=False)
    introduced_at = models.DateTimeField(_("introduced"), null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)

    requester_answer = models.CharField(max_length=3, choices=Answer, blank=True, editable=False)
    requester_refusal = models.CharField(
        max_length=10, choices=RefusalReason, blank=True, editable=False
    )
    requester_words = models.CharField(max_length=1000, blank=True, editable=False)
    requester_answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    requester_answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    candidate_answer = models.CharField(max_length=3, choices=Answer, blank=True, editable=False)
    candidate_refusal = models.CharField(
        max_length=10, choices=RefusalReason, blank=True, editable=False
    )
    candidate_words = models.CharField(max_length=1000, blank=True, editable=False)
    candidate_answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    candidate_answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    created_at = models.DateTimeField(_("suggested"), auto_now_add=True)

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(
                fields=["reply_by"], condition=Q(status=MatchStatus.PROPOSED), name="match_due"
            ),
            models.Index(fields=["city", "status"], name="match_of_city"),
        ]
        constraints = [
            days.day_in_range("reply_by", name="match_deadline_in_range"),
            models.CheckConstraint(
                condition=Q(status__in=MatchStatus.values), name="match_status_known"
            ),
            models.CheckConstraint(
                condition=Q(origin__in=MatchOrigin.values), name="match_origin_known"
            ),
            models.UniqueConstraint(
                fields=["request", "city"],
                condition=Q(status__in=LIVE),
                name="match_live_unique",
                violation_error_message=_("This city is already a candidate."),
            ),
            # At most one partner for each request.
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(status=MatchStatus.INTRODUCED),
                name="match_introduced_once",
                violation_error_message=_("This request already has a partner."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[MatchStatus.PROPOSED, MatchStatus.EXPIRED])
                | Q(proposed_at__isnull=False, reply_by__isnull=False),
                name="match_proposed_has_deadline",
                violation_error_message=_("Enter a deadline for both cities."),
            ),
            models.CheckConstraint(
                condition=~Q(status=MatchStatus.INTRODUCED)
                | Q(
                    requester_answer=Answer.YES,
                    candidate_answer=Answer.YES,
                    introduced_at__isnull=False,
                ),
                name="match_introduced_by_both",
                violation_error_message=_("Both cities must accept first."),
            ),
            models.CheckConstraint(
                condition=Q(requester_answer="", requester_answered_at=None)
                | ~Q(requester_answer="") & Q(requester_answered_at__isnull=False),
                name="match_requester_answer_has_date",
            ),
            models.CheckConstraint(
                condition=Q(candidate_answer="", candidate_answered_at=None)
                | ~Q(candidate_answer="") & Q(candidate_answered_at__isnull=False),
                name="match_candidate_answer_has_date",
            ),
            models.CheckConstraint(
                condition=Q(requester_answer__in=["", *Answer.values])
                & Q(candidate_answer__in=["", *Answer.values]),
                name="match_answers_known",
            ),
            models.CheckConstraint(
                condition=(~Q(requester_answer=Answer.NO) | ~Q(requester_refusal=""))
                & (~Q(candidate_answer=Answer.NO) | ~Q(candidate_refusal="")),
                name="match_refusal_has_reason",
                violation_error_message=_(
                    "Choose a reason. It helps the broker find another city."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.request} ↔ {self.city}"

    def get_absolute_url(self):
        return reverse("partnerships:match_detail", args=[self.pk])

    @property
    def status_label(self) -> str:
        """The status; of introduced cities also that their agreement is not confirmed by both.

        One query unless `recorded` was selected.
        """
        if self.is_introduced and hasattr(self, "recorded"):
            return str(_("Waiting for confirmation"))
        return self.get_status_display()

    @property
    def is_introduced(self) -> bool:
        return self.status == MatchStatus.INTRODUCED

    @property
    def is_proposed(self) -> bool:
        return self.status == MatchStatus.PROPOSED

    @property
    def is_late(self) -> bool:
        """Whether the deadline has passed."""
        return self.reply_by is not None and self.reply_by < clock.today()

    def city_of(self, side: str) -> "City":
        """The requesting city or the candidate."""
        return self.request.city if side == Side.REQUESTER else self.city

    def is_known_to(self, side: str) -> bool:
        """Whether the city of a side knows of it: it was proposed, or the city asked itself."""
        if self.proposed_at is not None:
            return True
        return side == Side.CANDIDATE and self.origin == MatchOrigin.INTEREST


@pghistory.track()
class Interest(models.Model):
    """A city's interest in an open request: modality, open questions and contacts."""

    match = models.OneToOneField(
        Match, models.CASCADE, related_name="interest", verbose_name=_("match")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="interests",
        verbose_name=_("author"),
        null=True,
    )
    cooperation = models.TextField(_("cooperation in mind"), max_length=2000)
    unclear = models.TextField(_("what they would like to know"), max_length=2000, blank=True)
    about = models.TextField(_("about the office"), max_length=2000)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("interest")
        verbose_name_plural = _("interests")
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(cooperation="") & ~Q(about=""),
                name="interest_answers_questions",
                violation_error_message=_(
                    "Describe the cooperation you have in mind, and your office. The "
                    "broker needs both."
                ),
            ),
        ]

    def __str__(self):
        return shortened(self.cooperation, 60)


@pghistory.track()
class Question(models.Model):
    """A question between the two cities before the introduction, passed on by a broker."""

    match = models.ForeignKey(
        Match, models.CASCADE, related_name="questions", verbose_name=_("match")
    )
    side = models.CharField(_("asking side"), max_length=9, choices=Side)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="match_questions",
        verbose_name=_("author"),
        null=True,
    )
    words = models.TextField(_("question"), max_length=1000)
    # As passed on by the broker, without names and addresses of people.
    passed_words = models.TextField(_("forwarded question"), max_length=1000, blank=True)
    passed_at = models.DateTimeField(_("forwarded on"), null=True, blank=True, editable=False)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        verbose_name=_("answered by"),
        null=True,
        blank=True,
        editable=False,
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    passed_answer = models.TextField(_("forwarded answer"), max_length=2000, blank=True)
    returned_at = models.DateTimeField(_("returned"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("proposed"), auto_now_add=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["created_at", "pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(condition=Q(side__in=Side.values), name="question_side_known"),
            models.CheckConstraint(
                condition=~Q(words=""),
                name="question_has_words",
                violation_error_message=_("Enter your question."),
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(passed_at__isnull=False) & ~Q(answer=""),
                name="question_answered_after_passing",
            ),
        ]

    def __str__(self):
        return shortened(self.words, 60)
