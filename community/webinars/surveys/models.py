import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from community.webinars.registrations.models import Gender
from repository.dates import clock
from repository.dates.clock import MomentField
from repository.pages.addresses import address_of
from repository.series.models import Series


class Attendance(models.TextChoices):
    LIVE = "live", _("Yes, live")
    RECORDING = "recording", _("No, I watched the recording")
    NO = "no", _("No")


class Growth(models.TextChoices):
    MUCH = "much", _("Yes, a lot")
    SOME = "some", _("Yes, a little")
    NONE = "none", _("No")


class Will(models.TextChoices):
    YES = "yes", _("Yes")
    MAYBE = "maybe", _("Perhaps")
    NO = "no", _("No")


class Brokered(models.TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("Not yet")


class Words(models.TextChoices):
    """The state of a comment in a survey that may be published."""

    UNSHOWN = "", _("Private")
    WAITING = "waiting", _("Waiting for review")
    SHOWN = "shown", _("Published")
    DECLINED = "declined", _("Declined")


# The figures are excluded: they contain small counts, which must not be stored twice.
@pghistory.track(exclude=["seats", "counts"])
class Survey(models.Model):
    """A survey of those who had a seat at a webinar; with its figures once it is closed.

    Seats are counted and stored when the webinar is marked as held: otherwise a deleted account
    would be revealed by the difference between the figures of two days.
    """

    webinar = models.OneToOneField(
        "repository.Webinar",
        models.CASCADE,
        related_name="survey",
        verbose_name=_("webinar"),
    )
    opened_at = MomentField(_("opened"), auto_now_add=True)
    closes_at = models.DateTimeField(_("closes on"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    # Seats by gender, country, kind and city (`seats_of` in `figures.py`).
    seats = models.JSONField(_("people with a seat"))
    # The number of people in each category of each table, when the survey was closed.
    counts = models.JSONField(_("figures"), default=dict, blank=True)

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["-closes_at", "-pk"]
        default_permissions = ("view",)
        permissions = [("export_survey", _("Can export answers to surveys"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False) | Q(counts={}),
                name="survey_counted_when_closed",
            ),
        ]

    def __str__(self):
        return str(self.webinar)

    def get_absolute_url(self):
        return address_of("community:survey_results", self.webinar.slug)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and clock.now() < self.closes_at


class QuestionKind(models.TextChoices):
    SCALE = "scale", _("Scale from 1 to 5")
    CHOICE = "choice", _("Multiple choice")
    TEXT = "text", _("Text")


class SurveyQuestionQuerySet(models.QuerySet):
    def public(self):
        """Those that everyone who registers for a webinar is asked, and that results show."""
        return self.filter(is_asked=True, series__in=Series.objects.public())


@pghistory.track()
class SurveyQuestion(models.Model):
    """An additional question of a series, asked in the survey of each webinar."""

    series = models.ForeignKey(
        "repository.Series",
        models.CASCADE,
        related_name="survey_questions",
        verbose_name=_("series"),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    kind = models.CharField(_("type of answer"), max_length=8, choices=QuestionKind)
    text = models.CharField(_("question"), max_length=200)
    choices = ArrayField(
        models.CharField(max_length=100),
        verbose_name=_("choices"),
        default=list,
        blank=True,
        size=10,
    )
    is_asked = models.BooleanField(_("active"), default=True)

    objects = SurveyQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey question")
        verbose_name_plural = _("survey questions")
        ordering = ["series", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=QuestionKind.values), name="survey_question_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kind=QuestionKind.CHOICE, choices__len__gte=2)
                | ~Q(kind=QuestionKind.CHOICE) & Q(choices=[]),
                name="survey_question_has_choices",
                violation_error_message=_(
                    "Enter at least two choices for a multiple-choice question, and none for other "
                    "questions."
                ),
            ),
        ]

    def __str__(self):
        return self.text

    def get_absolute_url(self):
        """The page of its series, which shows the answers of all webinars."""
        return self.series.get_absolute_url()

    @property
    def key(self) -> str:
        """The key of its answer in `extra`."""
        return f"q{self.pk}"

    def is_answered(self) -> bool:
        """Whether it has answers: then its text must not change."""
        return SurveyAnswer.objects.filter(extra__has_key=self.key).exists()

    @property
    def numbered_choices(self) -> list[tuple[int, str]]:
        """The choices by number, which is what answers store; empty for a text."""
        if self.kind == QuestionKind.SCALE:
            return [(number, str(number)) for number in range(1, 6)]
        return list(enumerate(self.choices, 1))


class SurveyAnswerQuerySet(models.QuerySet):
    def waiting(self):
        """Comments to be moderated before publication, oldest first."""
        return self.filter(words=Words.WAITING).order_by("answered_at", "pk")

    def shown(self):
        return self.filter(words=Words.SHOWN).order_by("-answered_at", "-pk")


@pghistory.track(
    fields=["id", "survey", "words"],
    model_name="SurveyAnswerEvent",
    obj_field=pghistory.ObjForeignKey(related_name="events"),
)
class SurveyAnswer(models.Model):
    """An answer to a survey by a person who had a seat, without a name.

    The link to a registration, and so to a person, is cut with the registration or the account;
    their words are erased with it (`actions.py`). The history, which is append-only, records
    whether a comment is pending, shown or not: neither the words, nor the choices, nor the person.
    """

    survey = models.ForeignKey(
        Survey, models.CASCADE, related_name="answers", verbose_name=_("survey")
    )
    registration = models.OneToOneField(
        "community.Registration",
        models.SET_NULL,
        related_name="survey_answer",
        verbose_name=_("registration"),
        null=True,
        blank=True,
    )
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="survey_answers",
        verbose_name=_("member"),
        null=True,
        blank=True,
    )
    is_member = models.BooleanField(_("is a member"))
    country = models.ForeignKey(
        "repository.Country",
        models.SET_NULL,
        related_name="+",
        verbose_name=_("country or area"),
        null=True,
        blank=True,
    )
    gender = models.CharField(_("gender"), max_length=8, choices=Gender, blank=True)
    attended = models.CharField(_("attended"), max_length=10, choices=Attendance)
    knowledge = models.CharField(_("learned something new"), max_length=8, choices=Growth)
    collaborate = models.CharField(_("will collaborate"), max_length=8, choices=Will)
    brokered = models.CharField(_("led to a partnership"), max_length=8, choices=Brokered)
    partner = models.CharField(_("with whom"), max_length=200, blank=True)
    # The city or organisation of the collection that the text names, if there is exactly one.
    partner_city = models.ForeignKey(
        "repository.City",
        models.SET_NULL,
        related_name="+",
        verbose_name=_("matching city"),
        null=True,
        blank=True,
    )
    partner_organization = models.ForeignKey(
        "repository.Organization",
        models.SET_NULL,
        related_name="+",
        verbose_name=_("matching organisation"),
        null=True,
        blank=True,
    )
    comment = models.TextField(_("comment"), max_length=1000, blank=True)
    # {key of a question: number of a choice as text, or a text}
    extra = models.JSONField(_("answers to series questions"), default=dict, blank=True)
    words = models.CharField(
        _("comment status"), max_length=8, choices=Words, default=Words.UNSHOWN, blank=True
    )
    answered_at = models.DateTimeField(_("answered"), default=timezone.now)

    objects = SurveyAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey answer")
        verbose_name_plural = _("survey answers")
        ordering = ["-answered_at", "-pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["survey", "words", "answered_at"], name="survey_answer_words"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    attended__in=Attendance.values,
                    knowledge__in=Growth.values,
                    collaborate__in=Will.values,
                    brokered__in=Brokered.values,
                    gender__in=["", *Gender.values],
                    words__in=Words.values,
                ),
                name="survey_answer_known",
            ),
            models.CheckConstraint(
                condition=Q(brokered=Brokered.YES) | Q(partner=""),
                name="survey_answer_partner_of_partnership",
            ),
            models.CheckConstraint(
                condition=Q(partner_city=None, partner_organization=None)
                | Q(partner_city=None) & ~Q(partner="")
                | Q(partner_organization=None) & ~Q(partner=""),
                name="survey_answer_partner_is_one",
            ),
            models.CheckConstraint(
                condition=Q(words=Words.UNSHOWN) | ~Q(comment=""),
                name="survey_answer_shows_words",
            ),
        ]

    def __str__(self):
        return f"{capfirst(str(self._meta.verbose_name))} {self.pk}"

    def get_absolute_url(self):
        """The page that shows the comment once it is published."""
        return self.survey.webinar.get_absolute_url()
