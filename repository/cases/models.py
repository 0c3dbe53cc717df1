from collections.abc import Mapping, Sequence
from datetime import date

import pghistory
from django.conf import settings
from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Greatest, Lower, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from repository.cases.covers import Cover
from repository.cases.sections import CaseSection
from repository.dates import days
from repository.evidence.models import Evidence
from repository.fields import RenderedField
from repository.pages.addresses import address_of
from repository.people.models import Organization
from repository.photographs.models import Photograph
from repository.places.models import City, Country, check_language
from repository.samples import SampleQuerySet, sample_field
from repository.search.questions import AnswersQuestions
from repository.tags.models import Tags
from repository.text.lists import with_commas
from repository.themes.models import Theme


class CaseStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    CHANGES_REQUESTED = "changes-requested", _("Changes requested")
    PUBLISHED = "published", _("Published")
    DECLINED = "declined", _("Declined")
    ARCHIVED = "archived", _("Archived")


# In which states the authors (WRITABLE) and the moderators (EDITABLE) may change the text.
WRITABLE = frozenset({CaseStatus.DRAFT, CaseStatus.CHANGES_REQUESTED})
EDITABLE = WRITABLE | {CaseStatus.SUBMITTED}
# Publicly visible states. Of an archived case only its title and the reason are shown.
PUBLIC = (CaseStatus.PUBLISHED, CaseStatus.ARCHIVED)

# With this permission, moderators and administrators also read unpublished cases.
EDIT = "repository.change_casestudy"

# Sections of a case in page order: field name and heading.
SECTIONS = dict(CaseSection.choices)

# Columns needed for a card.
CITY_FIELDS = ("slug", "name", "names", "country", "latitude", "longitude")
COUNTRY_FIELDS = ("iso2", "name", "latitude", "longitude")
CARD_FIELDS = ("slug", "title", "summary", "language", "status", "published_at", "is_sample")
PHOTOGRAPH_FIELDS = ("photograph__case", "photograph__alt", "photograph__credit")


class CaseStudyQuerySet(SampleQuerySet):
    def published(self):
        return self.filter(status=CaseStatus.PUBLISHED)

    def public(self):
        return self.filter(status__in=PUBLIC)

    def visible_to(self, user):
        """Published and archived cases are public; the others are for authors and editors.

        The form for drafts promises this to authors. Other staff, such as brokers, may view cases
        in the admin, but only published ones.
        """
        if not user.is_authenticated:
            return self.public()
        if user.has_perm(EDIT):
            return self
        mine = self.model.authors.through.objects.filter(user=user).values("casestudy")
        return self.filter(models.Q(status__in=PUBLIC) | models.Q(pk__in=mine))

    def unchecked_since(self, day):
        """Published cases last checked, or published if never checked, before a day."""
        last = Greatest("verified_at", TruncDate("published_at"))
        return self.published().alias(last_checked=last).filter(last_checked__lt=day)

    def newest(self):
        return self.order_by("-published_at", "-pk")

    def with_places_and_themes(self):
        """Prefetch what `places` and a card read, with four queries for any number of cases.

        Sets the lists `city_list`, `country_list`, `organization_list` and `theme_list`.
        """
        return self.prefetch_related(*places_and_themes())

    def for_cards(self, *, also=()):
        """Load only what a card shows, in six queries; `also` names further columns.

        Sets `evidence_list` besides the lists of `with_places_and_themes`.
        """
        return self.with_card_fields(*also).prefetch_related(*parts_of_cards())

    def with_card_fields(self, *also):
        """Load the columns of a card, and the photograph, which is joined."""
        fields = (*CARD_FIELDS, *PHOTOGRAPH_FIELDS, *also)
        return self.select_related("photograph").only(*fields)

    def cards_of(self, pks, *, also=()):
        """Return a list of the published cases with these primary keys, loaded for cards.

        They are in this order. The keys may be of an earlier edition, and some withdrawn since.
        """
        found = self.published().for_cards(also=also).in_bulk(pks)
        return [found[pk] for pk in pks if pk in found]

    def lists_of_cards(self, *conditions, most):
        """Return the newest cases that meet each condition, loaded for cards, as separate lists.

        One query for each list, and five for all of them together.
        """
        cases = self.with_card_fields().newest()
        lists = [list(cases.filter(condition)[:most]) for condition in conditions]
        models.prefetch_related_objects(
            [case for part in lists for case in part], *parts_of_cards()
        )
        return lists

    def marking_mine(self, user):
        """Annotate `is_mine`: is the user one of the authors?"""
        authorships = self.model.authors.through.objects.filter(user=user.pk)
        return self.annotate(
            is_mine=models.Exists(authorships.filter(casestudy=models.OuterRef("pk")))
        )


def places_and_themes() -> list[models.Prefetch]:
    return [
        in_order_added("cities", City.objects.only(*CITY_FIELDS)),
        in_order_added("countries", Country.objects.only(*COUNTRY_FIELDS)),
        in_order_added("organizations", Organization.objects.only("name", "acronym")),
        in_order_added("themes", Theme.objects.only("slug", "name", "names")),
    ]


def parts_of_cards() -> list[models.Prefetch]:
    figures = models.Prefetch("evidence", Evidence.objects.for_cover(), to_attr="evidence_list")
    return [*places_and_themes(), figures]


def in_order_added(relation: str, rows: models.QuerySet) -> models.Prefetch:
    """Prefetch related objects of cases in the order in which they were added to each case.

    The first theme is the main one. The order is that of the ids in the through table, which the
    ORM cannot reference.
    """
    through = CaseStudy._meta.get_field(relation).remote_field.through._meta.db_table
    in_order = rows.order_by(RawSQL(f'"{through}"."id"', ()))  # noqa: S611
    return models.Prefetch(relation, in_order, to_attr=f"{rows.model._meta.model_name}_list")


@pghistory.track(exclude=["rendered", "updated_at"])
class CaseStudy(AnswersQuestions):
    """A case study: the practice of a city, country or organisation, and lessons for others."""

    slug = models.SlugField(_("slug"), max_length=120, unique=True)
    title = models.CharField(_("title"), max_length=90)
    summary = models.CharField(
        _("summary"), max_length=260, help_text=_("One or two plain sentences.")
    )
    language = models.CharField(
        _("language"), max_length=10, default="en", validators=[check_language]
    )
    setting = models.CharField(
        _("type of place"),
        max_length=120,
        blank=True,
        help_text=_("For example “Landlocked provincial capital, rail hub”."),
    )
    challenge = models.TextField(_("challenge"), blank=True)
    solution = models.TextField(_("solution"), blank=True)
    results = models.TextField(_("results"), blank=True)
    lessons = models.TextField(_("lessons"), blank=True)
    what_did_not_work = models.TextField(_("what didn’t work"), blank=True)
    preconditions = models.TextField(_("preconditions"), blank=True)
    advice = models.TextField(_("advice for replication"), blank=True)
    cost = models.CharField(_("cost"), max_length=300, blank=True)
    time = models.CharField(_("time it took"), max_length=300, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)

    cities = models.ManyToManyField(
        "repository.City", related_name="cases", verbose_name=_("cities"), blank=True
    )
    countries = models.ManyToManyField(
        "repository.Country",
        related_name="cases",
        verbose_name=_("countries and areas"),
        blank=True,
    )
    organizations = models.ManyToManyField(
        "repository.Organization",
        related_name="cases",
        verbose_name=_("organisations"),
        blank=True,
    )
    themes = models.ManyToManyField(
        "repository.Theme", related_name="cases", verbose_name=_("themes"), blank=True
    )
    goals = models.ManyToManyField(
        "repository.Goal", related_name="cases", verbose_name=_("Goals"), blank=True
    )
    practices = models.ManyToManyField(
        "repository.Practice", related_name="cases", verbose_name=_("practices"), blank=True
    )
    series = models.ForeignKey(
        "repository.Series",
        models.PROTECT,
        related_name="cases",
        verbose_name=_("series"),
        null=True,
        blank=True,
    )
    webinars = models.ManyToManyField(
        "repository.Webinar",
        related_name="cases_from_it",
        verbose_name=_("presented at"),
        blank=True,
    )
    speakers = models.ManyToManyField(
        "repository.Speaker", related_name="cases", verbose_name=_("presented by"), blank=True
    )
    references = models.ManyToManyField(
        "repository.Reference", related_name="cases", verbose_name=_("references"), blank=True
    )
    authors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="cases", verbose_name=_("authors"), blank=True
    )
    tags = Tags()

    status = models.CharField(
        _("status"),
        max_length=20,
        choices=CaseStatus,
        default=CaseStatus.DRAFT,
        db_index=True,
        editable=False,
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    archived_reason = models.CharField(
        _("reason for archiving"), max_length=300, blank=True, editable=False
    )
    verified_at = models.DateField(
        _("last verified"), null=True, blank=True, validators=[days.check_day]
    )
    is_sample = sample_field()
    rendered = RenderedField(sources=list(SECTIONS))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = CaseStudyQuerySet.as_manager()

    class Meta:
        verbose_name = _("case study")
        verbose_name_plural = _("case studies")
        ordering = ["-published_at", "-pk"]
        permissions = [("publish_casestudy", _("Can publish and archive case studies"))]
        indexes = [
            models.Index(
                fields=["-published_at", "-id"],
                condition=models.Q(status="published"),
                name="case_newest_published",
            ),
        ]
        constraints = [
            days.day_in_range("verified_at", name="case_verified_in_range"),
            models.CheckConstraint(
                condition=models.Q(status__in=CaseStatus.values), name="case_status_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=[CaseStatus.PUBLISHED, CaseStatus.ARCHIVED])
                | models.Q(published_at__isnull=False),
                name="case_published_has_date",
                violation_error_message=_("A published case must have a publication date."),
            ),
            models.CheckConstraint(
                condition=~models.Q(status=CaseStatus.ARCHIVED) | ~models.Q(archived_reason=""),
                name="case_archived_has_reason",
                violation_error_message=_("Enter the reason for archiving. Readers will see it."),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return address_of("repository:case_detail", self.slug)

    @property
    def is_published(self) -> bool:
        return self.status == CaseStatus.PUBLISHED

    @property
    def is_from_report(self) -> bool:
        """Was it written by the editors from the report of a series, rather than by members?"""
        return self.series_id is not None

    @property
    def is_archived(self) -> bool:
        return self.status == CaseStatus.ARCHIVED

    @property
    def last_checked(self) -> date:
        """Return the day a published case was published or last verified, whichever is later."""
        return max(filter(None, [self.verified_at, timezone.localdate(self.published_at)]))

    @property
    def place(self) -> str:
        """Return the names of its places in the active language: "Zhengzhou, China"."""
        return with_commas(place["name"] for place in self.places)

    @property
    def cover(self) -> Cover:
        """Return its cover; requires for_cards() or case_page()."""
        shown = [row for row in self.evidence_list if not row.is_missing]
        drawn = [row for row in shown if row.is_headline or row.is_cover or row.group]
        return Cover(self, drawn)

    @property
    def shown_photograph(self) -> Photograph | None:
        """Return the photograph that replaces the drawing of its cover."""
        return getattr(self, "photograph", None)

    @property
    def places(self) -> list[dict]:
        """Return the parts of `place` as `{"name", "url"}`; requires with_places_and_themes().

        Cities with their countries; without cities, the countries; without either, the
        organisations, which have no pages.
        """
        if self.city_list:
            cities = [
                {"name": city.localized_name, "url": city.get_absolute_url()}
                for city in self.city_list
            ]
            codes = dict.fromkeys(city.country_id for city in self.city_list)
            return [*cities, *(country_place(Country(iso2=code)) for code in codes)]
        if self.country_list:
            return [country_place(country) for country in self.country_list]
        return [{"name": body.short_name, "url": ""} for body in self.organization_list]


def country_place(country: Country) -> dict:
    return {"name": country.localized_name, "url": country.get_absolute_url()}


class CaseFacetQuerySet(SampleQuerySet):
    """Rows of published cases; those with one facet and key have each case once."""

    def of(self, facet: str, key: str):
        return self.filter(facet=facet, key=key)

    def matching(self, chosen: Mapping[str, Sequence[str]]):
        """Rows of cases that have of each facet any of the keys chosen."""
        rows = self
        for facet, keys in chosen.items():
            if keys:
                having = CaseFacet.objects.filter(facet=facet, key__in=keys)
                rows = rows.filter(case__in=having.values("case"))
        return rows

    def newest(self):
        """Newest first, with samples last."""
        return self.order_by("is_sample", "-published_at", "-case_id")

    def by_title(self):
        """By the titles of the cases, without case and accents. Samples come last."""
        title = Lower(models.Func("case__title", function="unaccent"))
        return self.order_by("is_sample", title, "-published_at", "-case_id")

    def cases(self):
        return self.values_list("case", flat=True)

    def cards(self, *, also=()):
        """Return the cases of these rows, in their order, loaded for cards in seven queries."""
        # Keys first, from the index alone: a join sorts all cases with their texts for late pages.
        return CaseStudy.objects.cards_of(list(self.cases()), also=also)


class CaseFacet(models.Model):
    """A value of a facet that a published case has, written only by database triggers.

    Facets are those of lists, types of places, and others that repository/sql/case_facets.sql
    defines. Without a foreign key, for which each row would lock its case.
    """

    pk = models.CompositePrimaryKey("case", "facet", "key")
    case = models.ForeignKey(
        CaseStudy, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    facet = models.CharField(max_length=10, db_collation="C")
    key = models.CharField(max_length=120, db_collation="C")
    is_sample = models.BooleanField()
    published_at = models.DateTimeField()

    objects = CaseFacetQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["facet", "key", "is_sample", "-published_at", "-case"],
                name="case_facet_newest",
            ),
        ]

    def __str__(self):
        return f"{self.case_id}: {self.facet}={self.key}"
