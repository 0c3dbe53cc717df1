"""Offers and needs that the editors suggest to a place, drawn from its case."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery, Window
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.listings.models import Listing, one_of
from partnerships.representation.models import Representation
from repository.fields import RenderedField
from repository.models import CaseStudy
from repository.search.excerpts import beginning
from repository.text.lists import with_commas

# The length of the summary in lists, in characters.
SHORT = 180


class SuggestionKind(models.TextChoices):
    """The model that a suggestion becomes when the city adopts it."""

    OFFER = "offer", _("Suggested offer")
    NEED = "need", _("Suggested need")


class SuggestionStatus(models.TextChoices):
    OPEN = "open", _("Open")
    ADOPTED = "adopted", _("Adopted by the city")
    DECLINED = "declined", _("Declined")


class SuggestionQuerySet(models.QuerySet):
    def open(self):
        return self.filter(status=SuggestionStatus.OPEN)

    def of_cities_of(self, user):
        """Suggestions for the cities that a member currently represents."""
        return self.filter(city__in=Representation.objects.cities_of(user))

    def visible_to(self, user):
        """Open suggestions are public; the others are for the city's focal points and brokers."""
        if not user.is_authenticated:
            return self.open()
        if user.has_perm("partnerships.broker"):
            return self
        return self.open() | self.of_cities_of(user)

    def for_cards(self):
        """Suggestions with the columns that lists show, in one query.

        These are the place and the first published case. The order is that of the series' file.
        """
        cases = CaseStudy.objects.published().filter(suggestions=OuterRef("pk"))
        first = cases.order_by("pk")
        return (
            self.order_by("-published_at", "pk")
            .select_related("city__country", "country")
            .annotate(
                number=Window(Count("pk")),
                **{
                    f"case_{name}": Subquery(first.values(name)[:1])
                    for name in ("pk", "slug", "title", "language")
                },
            )
        )


@pghistory.track(exclude=["rendered"])
class Suggestion(models.Model):
    """An offer or need that the editors suggest to a place. The place has made no statement."""

    key = models.SlugField(_("key in a series"), max_length=120, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=5, choices=SuggestionKind)
    city = models.ForeignKey(
        "repository.City",
        models.PROTECT,
        related_name="suggestions",
        verbose_name=_("city"),
        null=True,
        blank=True,
    )
    # A country has no focal points, so only brokers decide about its suggestions.
    country = models.ForeignKey(
        "repository.Country",
        models.PROTECT,
        related_name="suggestions",
        verbose_name=_("country or area"),
        null=True,
        blank=True,
    )
    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("description"), max_length=3000, blank=True)
    rendered = RenderedField(sources=["description"])
    practices = models.ManyToManyField(
        "repository.Practice", related_name="suggestions", verbose_name=_("practices"), blank=True
    )
    themes = models.ManyToManyField(
        "repository.Theme", related_name="suggestions", verbose_name=_("themes"), blank=True
    )
    cases = models.ManyToManyField(
        "repository.CaseStudy", related_name="suggestions", verbose_name=_("cases"), blank=True
    )
    status = models.CharField(
        _("status"),
        max_length=8,
        choices=SuggestionStatus,
        default=SuggestionStatus.OPEN,
        editable=False,
    )
    published_at = models.DateTimeField(_("published"), default=timezone.now, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        editable=False,
    )
    # The listing that the city created from it.
    offer = models.ForeignKey(
        "partnerships.Offer",
        models.PROTECT,
        related_name="suggestions",
        verbose_name=_("offer"),
        null=True,
        blank=True,
        editable=False,
    )
    need = models.ForeignKey(
        "partnerships.Need",
        models.PROTECT,
        related_name="suggestions",
        verbose_name=_("need"),
        null=True,
        blank=True,
        editable=False,
    )

    objects = SuggestionQuerySet.as_manager()

    # Written in English; a translation sets its own language for showing.
    language = "en"

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        ordering = ["-published_at", "-pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=SuggestionKind.values), name="suggestion_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=SuggestionStatus.values), name="suggestion_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="suggestion_has_title",
                violation_error_message=_("Enter a title."),
            ),
            models.CheckConstraint(
                condition=one_of("city", "country"),
                name="suggestion_of_one_place",
                violation_error_message=_("A suggestion must be for one city or one country."),
            ),
            models.CheckConstraint(
                condition=Q(status=SuggestionStatus.OPEN, decided_at=None)
                | ~Q(status=SuggestionStatus.OPEN) & Q(decided_at__isnull=False),
                name="suggestion_decided_has_date",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=SuggestionStatus.ADOPTED,
                    kind=SuggestionKind.OFFER,
                    offer__isnull=False,
                    need=None,
                )
                | Q(
                    status=SuggestionStatus.ADOPTED,
                    kind=SuggestionKind.NEED,
                    need__isnull=False,
                    offer=None,
                )
                | ~Q(status=SuggestionStatus.ADOPTED) & Q(offer=None, need=None),
                name="suggestion_adopted_has_listing",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("partnerships:suggestion_detail", args=[self.pk])

    @property
    def place(self):
        """The city or country that it is for."""
        return self.city or self.country

    @property
    def place_name(self) -> str:
        """The name of the city with its country, or of the country, in the language of the page."""
        if self.city is None:
            return self.country.localized_name
        return with_commas([self.city.localized_name, self.city.country.localized_name])

    @property
    def summary(self) -> str:
        """The beginning of the description as plain text."""
        return beginning(self.rendered.get("description", ""), SHORT)

    @property
    def is_open(self) -> bool:
        return self.status == SuggestionStatus.OPEN

    @property
    def listing(self) -> Listing | None:
        """The offer or need that the city created from it."""
        return self.offer or self.need
