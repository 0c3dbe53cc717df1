import re
from datetime import date
from decimal import Decimal

import pghistory
from django.db import models
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from repository.cases.sections import CaseSection
from repository.evidence.amounts import (
    CODE,
    NO_BREAK_SPACE,
    RANK,
    YEAR,
    YEARS,
    amount,
    number,
    with_unit,
)
from repository.text.languages import marked
from repository.text.lists import with_commas


class DrawnAs(models.TextChoices):
    """The drawings, in the order in which they are tried."""

    RANGE = "range", _("a value below the range it is compared with")
    FRACTION = "fraction", _("one part of several")
    MEMBERS = "members", _("members with all their links")
    FLOWS = "flows", _("two flows, as an arrow to a line and one from it")
    COLUMNS = "columns", _("columns, one for each value of a series")
    DAYS = "days", _("one sheet of a calendar for each day")
    HOURS = "hours", _("hours on a dial")
    REACH = "reach", _("one ray for each place reached")
    BEYOND = "beyond", _("marks beyond a distance")
    MARKS = "marks", _("one mark each")
    MANY = "many", _("one mark for a round number")
    SHARE = "share", _("a share of ten or a hundred marks")
    BARS = "bars", _("bars, longest first")


class Qualifier(models.TextChoices):
    ABOUT = "about", pgettext_lazy("before a number", "about")
    MORE_THAN = "more than", _("more than")
    AT_LEAST = "at least", _("at least")
    UP_TO = "up to", _("up to")
    LESS_THAN = "less than", _("less than")
    NEARLY = "nearly", _("nearly")


QUALIFIED = {
    "about": _("about %(figure)s"),
    "more than": _("more than %(figure)s"),
    "at least": _("at least %(figure)s"),
    "up to": _("up to %(figure)s"),
    "less than": _("less than %(figure)s"),
    "nearly": _("nearly %(figure)s"),
}

HALVES = {
    "H1": _("first half of %(year)s"),
    "H2": _("second half of %(year)s"),
}

COVER_FIELDS = (
    *("case", "position", "label", "value", "value_to", "qualifier", "unit", "currency"),
    *("numerator", "denominator", "display", "period", "group", "is_headline", "is_missing"),
    *("is_cover", "drawn_as"),
)


class EvidenceQuerySet(models.QuerySet):
    def for_cover(self):
        """The figures that a cover can draw, with the columns for that."""
        return (
            self.filter(is_missing=False)
            .filter(models.Q(is_headline=True) | models.Q(is_cover=True) | ~models.Q(group=""))
            .only(*COVER_FIELDS)
        )


@pghistory.track()
class Evidence(models.Model):
    """A figure with its source. It belongs to one case, series or section of the landscape.

    A share has a numerator and a denominator, and the percentage is computed; `stated` holds what
    the source printed if it differs. `value_to` is the upper end of a range. `is_missing` marks a
    figure whose data are missing in the source: it is listed without a bar.
    """

    case = models.ForeignKey(
        "repository.CaseStudy",
        models.CASCADE,
        related_name="evidence",
        verbose_name=_("case study"),
        null=True,
        blank=True,
    )
    series = models.ForeignKey(
        "repository.Series",
        models.CASCADE,
        related_name="evidence",
        verbose_name=_("series"),
        null=True,
        blank=True,
    )
    section = models.ForeignKey(
        "repository.LandscapeSection",
        models.CASCADE,
        related_name="evidence",
        verbose_name=_("section of the landscape"),
        null=True,
        blank=True,
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    label = models.CharField(_("what it measures"), max_length=200)
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=4, null=True, blank=True)
    value_to = models.DecimalField(
        _("upper end of a range"), max_digits=20, decimal_places=4, null=True, blank=True
    )
    qualifier = models.CharField(_("qualifier"), max_length=10, choices=Qualifier, blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    numerator = models.PositiveBigIntegerField(_("numerator"), null=True, blank=True)
    denominator = models.PositiveBigIntegerField(_("denominator"), null=True, blank=True)
    stated = models.CharField(_("as printed in the source"), max_length=80, blank=True)
    display = models.CharField(_("displayed as"), max_length=40, blank=True)
    period = models.CharField(
        _("period"),
        max_length=40,
        blank=True,
        help_text=_("For example 2019, 2020-H1, 2018/2020 or 2020-09-30."),
    )
    group = models.CharField(_("heading"), max_length=120, blank=True)
    case_section = models.CharField(
        _("section of the case"),
        max_length=20,
        choices=CaseSection,
        blank=True,
        default="",
        db_default="",
        help_text=_("Where it is shown. If empty: beside the sentence with its number."),
    )
    practice = models.ForeignKey(
        "repository.Practice",
        models.SET_NULL,
        related_name="evidence",
        verbose_name=_("practice"),
        null=True,
        blank=True,
        help_text=_("The practice of the case that it measures, as a proof of this practice."),
    )
    is_headline = models.BooleanField(_("key figure"), default=False)
    is_missing = models.BooleanField(_("data missing in the source"), default=False)
    is_cover = models.BooleanField(_("cover figure"), default=False, db_default=False)
    drawn_as = models.CharField(
        _("drawn as"), max_length=10, choices=DrawnAs, blank=True, default="", db_default=""
    )
    reference = models.ForeignKey(
        "repository.Reference",
        models.PROTECT,
        related_name="evidence",
        verbose_name=_("reference"),
        null=True,
        blank=True,
    )
    webinar = models.ForeignKey(
        "repository.Webinar",
        models.PROTECT,
        related_name="evidence",
        verbose_name=_("webinar"),
        null=True,
        blank=True,
    )
    place = models.CharField(_("place in the source"), max_length=200, blank=True)

    objects = EvidenceQuerySet.as_manager()

    # Its number on the page of its case, where the page has it; see `number_figures`.
    figure_number: int | None = None
    # Whether that page shows it large at its top.
    is_key: bool = False

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(case__isnull=False, series__isnull=True, section__isnull=True)
                | models.Q(case__isnull=True, series__isnull=False, section__isnull=True)
                | models.Q(case__isnull=True, series__isnull=True, section__isnull=False),
                name="evidence_has_one_owner",
                violation_error_message=_(
                    "Choose a case, a series or a section of the landscape: only one of them."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(numerator__isnull=True, denominator__isnull=True)
                | models.Q(numerator__isnull=False, denominator__isnull=False, denominator__gt=0),
                name="evidence_share_complete",
                violation_error_message=_(
                    "Enter both numbers of the share. The second must be greater than 0."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(numerator__isnull=True) | models.Q(value__isnull=True),
                name="evidence_share_without_value",
                violation_error_message=_(
                    "Leave the value empty: the share is calculated from its two numbers."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(value_to__isnull=True)
                | models.Q(value__isnull=False, value_to__gte=models.F("value")),
                name="evidence_range_ordered",
                violation_error_message=_("The upper end of a range can’t be below the lower end."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_missing=True)
                | models.Q(value__isnull=False)
                | models.Q(numerator__isnull=False)
                | ~models.Q(display=""),
                name="evidence_has_figure",
                violation_error_message=_(
                    "Enter a value, the two numbers of a share, or the text to display."
                ),
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(is_cover=True),
                name="evidence_one_cover",
                violation_error_message=_("Choose one figure for the cover."),
            ),
            models.CheckConstraint(
                condition=models.Q(case_section__in=["", *CaseSection.values]),
                name="evidence_case_section_known",
            ),
            models.CheckConstraint(
                condition=models.Q(case_section="") | models.Q(case__isnull=False),
                name="evidence_case_section_of_case",
                violation_error_message=_(
                    "Only the figures of a case can be in one of its sections."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(practice__isnull=True) | models.Q(case__isnull=False),
                name="evidence_practice_of_case",
                violation_error_message=_("Only the figures of a case can measure a practice."),
            ),
            models.CheckConstraint(
                condition=models.Q(drawn_as__in=["", *DrawnAs.values]),
                name="evidence_drawn_as_known",
            ),
            models.CheckConstraint(
                condition=models.Q(currency="") | models.Q(currency__regex=r"^[A-Z]{3}$"),
                name="evidence_currency_code",
                violation_error_message=_("Enter the currency as three capital letters, like USD."),
            ),
        ]

    def __str__(self):
        return self.sentence

    @property
    def language(self) -> str:
        """Return the language of its text as shown: that of its case, otherwise English."""
        reading = self.__dict__.get("reading")
        if reading is None:
            return self.case.language if self.case_id else "en"
        return reading.language if self.is_translated else reading.original_language

    @property
    def original_language(self) -> str:
        """Return the language in which it was written, also while it is shown in another."""
        reading = self.__dict__.get("reading")
        return reading.original_language if reading else self.language

    def original(self, name: str) -> str:
        """Return a text in the original language, also while it is shown in another."""
        return self.__dict__.get("originals", {}).get(name, getattr(self, name))

    @property
    def share(self) -> Decimal | None:
        """Return numerator / denominator in per cent, unrounded; None if it is not a share."""
        if self.numerator is None or self.denominator is None:
            return None
        return Decimal(self.numerator) * 100 / Decimal(self.denominator)

    @property
    def per_cent(self) -> Decimal | None:
        """Return the figure in per cent for a bar, which may exceed 100; None if it is not one."""
        if self.share is not None:
            return self.share
        return self.value if self.unit == "%" else None

    @property
    def figure(self) -> str:
        """Format the value in the active language: "90.1 %", "$22 billion", "20 to 100 days"."""
        if self.display:
            return self.display
        # An unsaved form without a value also formats its instance, for the error message.
        if self.is_missing or (self.share is None and self.value is None):
            return gettext("not available")
        text = self._share_text() if self.share is not None else self._value_text()
        return QUALIFIED[self.qualifier] % {"figure": text} if self.qualifier else text

    def _share_text(self) -> str:
        return f"{number(self.share, digits=1)}{NO_BREAK_SPACE}%"

    def _value_text(self) -> str:
        if self.unit == RANK:
            return number(self.value)
        if self.unit == CODE or (self.unit == YEAR and self.value in YEARS):
            # Without a sign between thousands.
            return f"{self.value.normalize():f}"
        text = amount(self.value)
        if self.value_to is not None:
            text = gettext("%(low)s to %(high)s") % {"low": text, "high": amount(self.value_to)}
        last = self.value if self.value_to is None else self.value_to
        # “Nearly” is an adverb in Russian, and ends with a preposition in Arabic.
        no_preposition = () if get_language() == "ar" else (Qualifier.NEARLY,)
        return with_unit(
            text,
            last,
            unit=self.unit,
            currency=self.currency,
            label=self.label,
            is_genitive=self.qualifier not in ("", *no_preposition),
        )

    @property
    def arithmetic(self) -> str:
        """Format the numbers of a share: "1,352 of 1,500"; empty if it is not a share."""
        if self.share is None:
            return ""
        return gettext("%(part)s of %(whole)s") % {
            "part": number(Decimal(self.numerator)),
            "whole": number(Decimal(self.denominator)),
        }

    @property
    def bar_width(self) -> str:
        """Return the length of its bar for SVG, limited to 0 to 100."""
        return f"{min(max(self.per_cent or 0, 0), 100):.1f}"

    @property
    def short_source(self) -> str:
        """Return the cited work or webinar: "UNCTAD (2020)"."""
        if self.reference:
            return self.reference.short
        if self.webinar is None or self.webinar.is_draft:
            return ""
        return gettext("webinar %(number)s") % {"number": self.webinar.number}

    @property
    def source_text(self) -> str:
        """Return the source with the page: "UNCTAD (2020), page 3"."""
        return with_commas([self.short_source, self.place])

    @property
    def period_text(self) -> str:
        """Format the period: "first half of 2020", "2018–2020"."""
        if half := re.fullmatch(r"(\d{4})-(H[12])", self.period):
            return HALVES[half[2]] % {"year": half[1]}
        try:
            return date_format(date.fromisoformat(self.period))
        except ValueError:
            return self.period.replace("/", "–")

    @property
    def details(self) -> list[str]:
        """Return the small print: numbers of a share, period, and the printed value."""
        return [
            text
            for text in (
                self.arithmetic if self.arithmetic != self.display else "",
                self.period_text,
                self.stated
                and format_html(
                    gettext("printed in the source: {text}"),
                    text=marked(self.stated, self.original_language),
                ),
            )
            if text
        ]

    @property
    def sentence(self) -> str:
        """Return the figure with its label: "1,352 of 1,500 participants, 90.1 %"."""
        if self.is_missing and not self.display:
            return gettext("%(label)s: not available") % {"label": self.label}
        if self.share is None or self.display:
            return f"{self.figure}{NO_BREAK_SPACE}{self.label}"
        return gettext("%(part)s of %(whole)s %(label)s, %(share)s") % {
            "part": number(Decimal(self.numerator)),
            "whole": number(Decimal(self.denominator)),
            "label": self.label,
            "share": self.figure,
        }
