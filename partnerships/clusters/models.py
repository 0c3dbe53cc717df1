import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partnerships.representation.models import Representation
from repository.dates.clock import MomentField
from repository.fields import RenderedField
from repository.samples import SampleQuerySet, sample_field


class ClusterQuerySet(SampleQuerySet):
    def public(self):
        """Those that are public and have a city."""
        links = self.model.cities.through.objects.filter(cluster=OuterRef("pk"))
        return self.filter(Exists(links), is_public=True)

    def visible_to(self, user):
        """Public clusters; others only for brokers."""
        return self if user.has_perm("partnerships.broker") else self.public()


@pghistory.track(exclude=["rendered"])
class Cluster(models.Model):
    """Cities that work on the same themes, such as online trade."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    summary = models.CharField(_("summary"), max_length=260)
    description = models.TextField(_("description"), max_length=5000, blank=True)
    rendered = RenderedField(sources=["description"])
    themes = models.ManyToManyField(
        "repository.Theme", related_name="clusters", verbose_name=_("themes"), blank=True
    )
    cities = models.ManyToManyField(
        "repository.City", related_name="clusters", verbose_name=_("cities"), blank=True
    )
    is_public = models.BooleanField(_("public"), default=True)
    is_sample = sample_field()
    created_at = MomentField(_("created"), auto_now_add=True)

    objects = ClusterQuerySet.as_manager()

    # Written in English; a translation sets its own language for showing.
    language = "en"

    class Meta:
        verbose_name = _("cluster")
        verbose_name_plural = _("clusters")
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("partnerships:cluster_detail", args=[self.slug])


@pghistory.track(exclude=["rendered"])
class ClusterNews(models.Model):
    """News from a focal point of a city to the other cities of a cluster."""

    cluster = models.ForeignKey(
        Cluster, models.CASCADE, related_name="news", verbose_name=_("cluster")
    )
    city = models.ForeignKey(
        "repository.City", models.PROTECT, related_name="+", verbose_name=_("city")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="cluster_news",
        verbose_name=_("by"),
        null=True,
    )
    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(_("text"), max_length=3000)
    rendered = RenderedField(sources=["body"])
    language = models.CharField(_("language"), max_length=10, default="en")
    # Hidden by its author or a broker.
    hidden_at = models.DateTimeField(_("removed"), null=True, blank=True, editable=False)
    created_at = MomentField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("cluster news")
        verbose_name_plural = _("cluster news")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(body=""),
                name="cluster_news_has_words",
                violation_error_message=_("Enter a title and a text."),
            ),
        ]

    def __str__(self):
        return self.title


class ApplicationStatus(models.TextChoices):
    PENDING = "pending", _("Waiting for a broker")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ClusterApplicationQuerySet(models.QuerySet):
    def pending(self):
        return self.filter(status=ApplicationStatus.PENDING)

    def of_cities_of(self, user):
        """Those of the cities that a user represents now."""
        return self.filter(city__in=Representation.objects.cities_of(user))

    def visible_to(self, user):
        """Those of the user's cities; all for brokers."""
        return self if user.has_perm("partnerships.broker") else self.of_cities_of(user)


@pghistory.track()
class ClusterApplication(models.Model):
    """A city that asks to join a cluster; brokers decide."""

    cluster = models.ForeignKey(
        Cluster, models.CASCADE, related_name="applications", verbose_name=_("cluster")
    )
    city = models.ForeignKey(
        "repository.City",
        models.PROTECT,
        related_name="cluster_applications",
        verbose_name=_("city"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="cluster_applications",
        verbose_name=_("by"),
        null=True,
        editable=False,
    )
    note = models.TextField(_("note to brokers"), max_length=1000, blank=True)
    status = models.CharField(
        _("status"),
        max_length=9,
        choices=ApplicationStatus,
        default=ApplicationStatus.PENDING,
        editable=False,
    )
    asked_at = MomentField(_("submitted"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)

    objects = ClusterApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("cluster application")
        verbose_name_plural = _("cluster applications")
        ordering = ["-asked_at", "-pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ApplicationStatus.values),
                name="cluster_application_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status=ApplicationStatus.PENDING, decided_at=None)
                | ~Q(status=ApplicationStatus.PENDING) & Q(decided_at__isnull=False),
                name="cluster_application_decided_has_date",
            ),
            models.UniqueConstraint(
                fields=["cluster", "city"],
                condition=Q(status=ApplicationStatus.PENDING),
                name="cluster_application_once",
                violation_error_message=_("This city has already applied to join the cluster."),
            ),
        ]

    def __str__(self):
        return f"{self.city} → {self.cluster}"

    def get_absolute_url(self):
        return reverse("partnerships:cluster_application", args=[self.pk])

    @property
    def is_pending(self) -> bool:
        return self.status == ApplicationStatus.PENDING
