import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from partnerships.ranking.factors import FACTORS

NAMES = ", ".join(f"'{name}'" for name in FACTORS)


class AreWeights(models.Func):
    """Whether a JSON value is accepted by `Weights.read`; see `factors.py`."""

    output_field = models.BooleanField()
    template = f"""CASE WHEN jsonb_typeof(%(expressions)s) = 'object' THEN
        %(expressions)s - ARRAY[{NAMES}] = '{{}}'
        AND NOT jsonb_path_exists(%(expressions)s,
            'strict $.* ? (@.type() != "number" || @ < 0 || @ > 1000)')
        AND (jsonb_path_exists(%(expressions)s, '$.* ? (@ > 0)')
            OR NOT %(expressions)s ?& ARRAY[{NAMES}])
        ELSE false END"""


@pghistory.track()
class Brokering(models.Model):
    """Settings of the brokers: terms and weights of the ranking. There is one row."""

    request_days = models.PositiveSmallIntegerField(
        _("days until an open request expires"),
        default=180,
        validators=[MinValueValidator(7), MaxValueValidator(730)],
    )
    warning_days = models.PositiveSmallIntegerField(
        _("days before expiry when the city is warned"),
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    reply_days = models.PositiveSmallIntegerField(
        _("days to answer a proposal"),
        default=21,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
    )
    # {factor: weight}; missing factors have the defaults of `factors.py`.
    weights = models.JSONField(_("weights of the ranking"), default=dict, blank=True)
    compares_texts = models.BooleanField(
        _("compare texts"),
        default=True,
        db_default=True,
        help_text=_(
            "An offer or a need that is close in meaning to a request counts towards the fit, at "
            "most as much as a plan to use one of the practices requested. It never makes a city "
            "a candidate, and never outweighs a practice."
        ),
    )

    class Meta:
        verbose_name = _("settings for brokers")
        verbose_name_plural = _("settings for brokers")
        default_permissions = ("change", "view")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="brokering_one_row"),
            models.CheckConstraint(
                condition=AreWeights("weights"),
                name="brokering_weights_known",
                violation_error_message=_(
                    "Weights must be numbers from 0 to 1,000, one for each factor, and at least"
                    " one must be above 0."
                ),
            ),
        ]

    def __str__(self):
        return str(self._meta.verbose_name)

    @classmethod
    def current(cls) -> "Brokering":
        """The current settings; the defaults if nobody has changed them."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
