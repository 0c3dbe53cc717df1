import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from repository.fields import RenderedField
from repository.places.country_names import country_name
from repository.text.lists import with_commas


class MemberKind(models.TextChoices):
    """Kinds of members."""

    POLICYMAKER = "policymaker", _("Policymaker")
    PRACTITIONER = "practitioner", _("Practitioner")
    RESEARCHER = "researcher", _("Researcher")
    PRIVATE_SECTOR = "private-sector", _("Private sector")
    AGENCY = "agency", _("UN or development agency")


class Audience(models.TextChoices):
    """Who sees a field of a profile. Staff also see fields that are shown to nobody."""

    PUBLIC = "public", _("Everyone")
    MEMBERS = "members", _("Signed-in members")
    NOBODY = "nobody", _("Only me")


# The fields of a profile that each have an audience in `<field>_shown`.
SHOWN_FIELDS = ["kind", "organization", "place", "languages", "knows", "wants", "bio"]


class Mark(models.TextChoices):
    """Whether staff have verified that a member is a policymaker."""

    VERIFIED = "verified", _("Verified")
    WAITING = "waiting", _("Waiting for review")
    NOT_VERIFIED = "not-verified", _("Not verified")


class MembershipQuerySet(models.QuerySet):
    def waiting_for_verification(self):
        """Policymakers who have asked for verification."""
        return self.filter(
            asked_at__isnull=False, verified_at__isnull=True, member__is_active=True
        ).select_related("member", "city", "country")

    def verified(self):
        return self.filter(verified_at__isnull=False)


def audience():
    # Nothing is public unless the member says so.
    return models.CharField(
        _("visible to"), max_length=8, choices=Audience, default=Audience.MEMBERS
    )


@pghistory.track(exclude=["rendered"])
class Membership(models.Model):
    """A member's profile, and the audience of each field."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="membership",
        verbose_name=_("member"),
    )
    kind = models.CharField(_("role"), max_length=16, choices=MemberKind, blank=True)
    kind_shown = audience()
    organization = models.CharField(_("organisation"), max_length=160, blank=True)
    organization_shown = audience()
    # A city of the collection, or the name of a place from the gazetteer, or only a country.
    city = models.ForeignKey(
        "repository.City",
        models.SET_NULL,
        related_name="members",
        verbose_name=_("city"),
        null=True,
        blank=True,
    )
    place = models.CharField(_("place"), max_length=120, blank=True)
    country = models.ForeignKey(
        "repository.Country",
        models.SET_NULL,
        related_name="members",
        verbose_name=_("country or area"),
        null=True,
        blank=True,
    )
    place_shown = audience()
    # Kept for the last release, whose forms to publish asked whether these two are public. The
    # audience is changed on the profile page alone.
    byline_answered_at = models.DateTimeField(
        _("answered about organisation and place"), null=True, blank=True, editable=False
    )
    languages = ArrayField(
        models.CharField(max_length=10), verbose_name=_("languages"), default=list, blank=True
    )
    languages_shown = audience()
    knows = models.ManyToManyField(
        "repository.Theme", related_name="+", verbose_name=_("themes they know"), blank=True
    )
    knows_shown = audience()
    wants = models.ManyToManyField(
        "repository.Theme",
        related_name="+",
        verbose_name=_("themes they want to learn about"),
        blank=True,
    )
    wants_shown = audience()
    bio = models.TextField(_("about"), max_length=2000, blank=True)
    bio_shown = audience()
    rendered = RenderedField(sources=["bio"])
    # The request for verification. The proof is visible to staff alone, and deleted from the
    # profile once they have decided.
    proof = models.CharField(_("how to verify this"), max_length=500, blank=True, editable=False)
    asked_at = models.DateTimeField(_("requested"), null=True, blank=True, editable=False)
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        default_permissions = ("view",)
        indexes = [
            models.Index(
                fields=["asked_at"],
                condition=models.Q(asked_at__isnull=False),
                name="membership_waiting",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["", *MemberKind.values]), name="membership_kind_known"
            ),
            *[
                models.CheckConstraint(
                    condition=models.Q(**{f"{name}_shown__in": Audience.values}),
                    name=f"membership_{name}_shown_known",
                )
                for name in SHOWN_FIELDS
            ],
            models.CheckConstraint(
                condition=models.Q(verified_at__isnull=True)
                | models.Q(kind=MemberKind.POLICYMAKER, asked_at__isnull=True),
                name="membership_verified_policymaker",
                violation_error_message=_("Only policymakers can be verified, and only once."),
            ),
            models.CheckConstraint(
                condition=models.Q(asked_at__isnull=True) | models.Q(kind=MemberKind.POLICYMAKER),
                name="membership_asked_policymaker",
                violation_error_message=_("Only policymakers can request verification."),
            ),
        ]

    def __str__(self):
        return str(self.member)

    def get_absolute_url(self):
        return self.member.get_absolute_url()

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None

    @property
    def mark(self) -> Mark:
        if self.is_verified:
            return Mark.VERIFIED
        return Mark.WAITING if self.asked_at is not None else Mark.NOT_VERIFIED

    @property
    def where(self) -> str:
        """The place in the language of the page: "Zhengzhou, China"."""
        city = self.city.localized_name if self.city else self.place
        country = country_name(self.country_id) if self.country_id else ""
        return with_commas([city, country])

    @property
    def public_organization(self) -> str:
        return self.organization if self.organization_shown == Audience.PUBLIC else ""

    @property
    def byline(self) -> str:
        """The organisation and the place of an author, as far as everyone may see them."""
        place = self.where if self.place_shown == Audience.PUBLIC else ""
        return with_commas([self.public_organization, place])

    def shows(self, name: str, user) -> bool:
        """Whether `user` may see one field of this profile; members see all of their own."""
        if user.is_authenticated and user.pk == self.member_id:
            return True
        audience = getattr(self, f"{name}_shown")
        return audience == Audience.PUBLIC or (
            audience == Audience.MEMBERS and user.is_authenticated
        )
