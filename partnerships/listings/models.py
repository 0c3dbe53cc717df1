"""Offers of cities and organisations, and needs of cities."""

from datetime import date

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.listings.modalities import Modality, languages_field, modalities_field, within
from partnerships.representation.models import Representation
from repository.dates import clock, days
from repository.fields import RenderedField
from repository.samples import SampleQuerySet


class ListingStatus(models.TextChoices):
    """The state of an offer or a need in its review."""

    PENDING = "pending", _("Submitted")
    PUBLISHED = "published", _("Published")
    CHANGES_REQUESTED = "changes-requested", _("Changes requested")
    DECLINED = "declined", _("Declined")
    CLOSED = "closed", _("Closed")
    # Published by an earlier release on behalf of a place that had not made it. The row is retained
    # for its decisions and history; a `Suggestion` with the same key is shown instead.
    REPLACED = "replaced", _("Replaced by an editors’ suggestion")


# The maximum number of open or pending offers and needs of a city or an organisation.
MAX_OPEN = 30
COUNTED = (ListingStatus.PENDING, ListingStatus.PUBLISHED, ListingStatus.CHANGES_REQUESTED)


class ListingQuerySet(SampleQuerySet):
    sample_path = "city__is_sample"

    def published(self):
        return self.filter(status=ListingStatus.PUBLISHED)

    def open(self, *, on: date | None = None):
        """Published and not expired on the given day (default: today)."""
        on = on or clock.today()
        return self.published().filter(Q(valid_until=None) | Q(valid_until__gte=on))

    def pending(self):
        return self.filter(status=ListingStatus.PENDING)

    def changed_since_review(self):
        """Published, and changed since the last review."""
        return self.published().filter(reviewed_at__lt=models.F("changed_at"))

    def waiting(self):
        """Pending review: new ones, then those changed after publication."""
        return self.pending() | self.changed_since_review()

    def counted(self):
        """Those that count towards the maximum of a city."""
        return self.filter(status__in=COUNTED)

    def of_those_of(self, user):
        """Those of a city or an organisation that the user currently represents."""
        return self.filter(city__in=Representation.objects.cities_of(user))

    def visible_to(self, user):
        """Published listings; others only for their focal points and brokers.

        Listings that the city never made (REPLACED) are not shown to it as its own.
        """
        if user.has_perm("partnerships.broker"):
            return self
        own = self.of_those_of(user).exclude(status=ListingStatus.REPLACED)
        return self.published() | own


class OfferQuerySet(ListingQuerySet):
    def of_those_of(self, user):
        cities = Representation.objects.cities_of(user)
        organizations = Representation.objects.organizations_of(user)
        return self.filter(Q(city__in=cities) | Q(organization__in=organizations))


def one_of(*names: str) -> Q:
    """Return the condition that exactly one of the fields is set."""
    condition = Q()
    for filled in names:
        condition |= Q(**{f"{name}__isnull": name != filled for name in names})
    return condition


class Listing(models.Model):
    """An offer or a need: subjects, modality, validity and evidence."""

    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("description"), max_length=3000, blank=True)
    rendered = RenderedField(sources=["description"])
    language = models.CharField(_("language"), max_length=10, default="en")
    modalities = modalities_field()
    languages = languages_field()
    valid_until = models.DateField(
        _("valid until"), null=True, blank=True, validators=[days.check_day]
    )
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=ListingStatus,
        default=ListingStatus.PENDING,
        editable=False,
    )
    # Set if an earlier release drew it from the report of a series and the city confirmed it.
    report_key = models.SlugField(_("key in a series"), max_length=120, blank=True, editable=False)
    confirmed_at = models.DateTimeField(
        _("confirmed by the city"), null=True, blank=True, editable=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        verbose_name=_("author"),
        null=True,
        blank=True,
        editable=False,
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("last changed"), default=timezone.now, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    # Changes of published listings are shown at once and reviewed afterwards.
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True, editable=False)

    objects = ListingQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-published_at", "-pk"]
        default_permissions = ("view",)
        constraints = [
            days.day_in_range("valid_until", name="%(class)s_end_in_range"),
            models.CheckConstraint(
                condition=Q(status__in=ListingStatus.values), name="%(class)s_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="%(class)s_has_title",
                violation_error_message=_("Enter a title."),
            ),
            models.CheckConstraint(
                condition=within("modalities", Modality), name="%(class)s_modalities_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=ListingStatus.PUBLISHED) | Q(published_at__isnull=False),
                name="%(class)s_published_has_date",
            ),
            models.UniqueConstraint(
                fields=["report_key"],
                condition=~Q(report_key=""),
                name="%(class)s_report_key_unique",
            ),
            # Content drawn from a report is a suggestion until the city confirms it.
            models.CheckConstraint(
                condition=Q(status=ListingStatus.REPLACED, confirmed_at=None) & ~Q(report_key="")
                | ~Q(status=ListingStatus.REPLACED)
                & (Q(report_key="") | Q(confirmed_at__isnull=False)),
                name="%(class)s_is_confirmed",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_published(self) -> bool:
        return self.status == ListingStatus.PUBLISHED

    @property
    def owner(self):
        """The city, organisation or country that it belongs to."""
        return self.city or getattr(self, "organization", None) or self.country

    @property
    def is_read(self) -> bool:
        """Whether a broker has reviewed the current text."""
        if not self.is_published:
            return False
        return self.reviewed_at is None or self.reviewed_at >= self.changed_at

    @property
    def is_sample(self) -> bool:
        """Whether it belongs to a sample city."""
        return self.city is not None and self.city.is_sample

    @property
    def is_over(self) -> bool:
        return self.valid_until is not None and self.valid_until < clock.today()


@pghistory.track(exclude=["rendered"])
class Offer(Listing):
    """Know-how that a city can share, or support that an organisation can give."""

    city = models.ForeignKey(
        "repository.City",
        models.PROTECT,
        related_name="offers",
        verbose_name=_("city"),
        null=True,
        blank=True,
    )
    # The offer of an organisation to facilitate, which makes a partnership triangular.
    organization = models.ForeignKey(
        "repository.Organization",
        models.PROTECT,
        related_name="offers",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
    )
    # Offers of a country as a whole have no focal points: brokers maintain them.
    country = models.ForeignKey(
        "repository.Country",
        models.PROTECT,
        related_name="offers",
        verbose_name=_("country or area"),
        null=True,
        blank=True,
    )
    # Partners a year; None if not stated.
    capacity = models.PositiveSmallIntegerField(_("partners per year"), null=True, blank=True)
    practices = models.ManyToManyField(
        "repository.Practice", related_name="offers", verbose_name=_("practices"), blank=True
    )
    themes = models.ManyToManyField(
        "repository.Theme", related_name="offers", verbose_name=_("themes"), blank=True
    )
    cases = models.ManyToManyField(
        "repository.CaseStudy", related_name="offers", verbose_name=_("cases"), blank=True
    )
    experiences = models.ManyToManyField(
        "community.Experience",
        related_name="offers",
        verbose_name=_("experiences"),
        blank=True,
    )

    objects = OfferQuerySet.as_manager()

    class Meta(Listing.Meta):
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        indexes = [
            models.Index(
                fields=["-published_at", "-id"],
                condition=Q(status=ListingStatus.PUBLISHED),
                name="offer_newest_published",
            ),
            models.Index(
                fields=["changed_at"],
                condition=Q(status=ListingStatus.PENDING),
                name="offer_waiting",
            ),
        ]
        constraints = [
            *Listing.Meta.constraints,
            models.CheckConstraint(
                condition=one_of("city", "organization", "country"),
                name="offer_of_one_owner",
                violation_error_message=_(
                    "An offer must belong to one city, one organisation or one country."
                ),
            ),
        ]

    def get_absolute_url(self):
        return reverse("partnerships:offer_detail", args=[self.pk])


@pghistory.track(exclude=["rendered"])
class Need(Listing):
    """Know-how that a city or a country looks for."""

    city = models.ForeignKey(
        "repository.City",
        models.PROTECT,
        related_name="needs",
        verbose_name=_("city"),
        null=True,
        blank=True,
    )
    country = models.ForeignKey(
        "repository.Country",
        models.PROTECT,
        related_name="needs",
        verbose_name=_("country or area"),
        null=True,
        blank=True,
    )
    practices = models.ManyToManyField(
        "repository.Practice", related_name="wanted_in", verbose_name=_("practices"), blank=True
    )
    themes = models.ManyToManyField(
        "repository.Theme", related_name="wanted_in", verbose_name=_("themes"), blank=True
    )
    cases = models.ManyToManyField(
        "repository.CaseStudy", related_name="wanted_in", verbose_name=_("cases"), blank=True
    )
    experiences = models.ManyToManyField(
        "community.Experience",
        related_name="wanted_in",
        verbose_name=_("experiences"),
        blank=True,
    )

    class Meta(Listing.Meta):
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        indexes = [
            models.Index(
                fields=["-published_at", "-id"],
                condition=Q(status=ListingStatus.PUBLISHED),
                name="need_newest_published",
            ),
            models.Index(
                fields=["changed_at"],
                condition=Q(status=ListingStatus.PENDING),
                name="need_waiting",
            ),
        ]
        constraints = [
            *Listing.Meta.constraints,
            models.CheckConstraint(
                condition=one_of("city", "country"),
                name="need_of_one_owner",
                violation_error_message=_("A need must belong to one city or one country."),
            ),
        ]

    def get_absolute_url(self):
        return reverse("partnerships:need_detail", args=[self.pk])
