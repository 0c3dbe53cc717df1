"""The parties of a partnership, and the kind of partnership that they form."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from repository.models import Development


class PartyRole(models.TextChoices):
    REQUESTER = "requester", _("Requester")
    PROVIDER = "provider", _("Provider")
    FACILITATOR = "facilitator", _("Facilitator")


class PartnershipKind(models.TextChoices):
    """The kind of a partnership, derived from its parties: see `kind_of`."""

    SOUTH_SOUTH = "south-south", _("South-South")
    TRIANGULAR = "triangular", _("Triangular")
    NORTH_SOUTH = "north-south", _("With a developed economy")
    NORTH_NORTH = "north-north", _("Between developed economies")
    UNKNOWN = "unknown", _("Not known")


@pghistory.track()
class Party(models.Model):
    """A city or an organisation in a partnership, and its role."""

    partnership = models.ForeignKey(
        "partnerships.Partnership",
        models.CASCADE,
        related_name="parties",
        verbose_name=_("partnership"),
    )
    city = models.ForeignKey(
        "repository.City",
        models.PROTECT,
        related_name="parties",
        verbose_name=_("city"),
        null=True,
        blank=True,
    )
    organization = models.ForeignKey(
        "repository.Organization",
        models.PROTECT,
        related_name="parties",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
    )
    role = models.CharField(_("role"), max_length=11, choices=PartyRole)
    # A partnership is public once all its cities want it to be.
    wants_public = models.BooleanField(_("wants to make it public"), default=False, editable=False)

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(condition=Q(role__in=PartyRole.values), name="party_role_known"),
            models.CheckConstraint(
                condition=Q(city__isnull=False, organization=None)
                | Q(city=None, organization__isnull=False),
                name="party_is_city_or_organization",
                violation_error_message=_("Choose either a city or an organisation as party."),
            ),
            models.UniqueConstraint(
                fields=["partnership", "city"],
                name="party_city_unique",
                violation_error_message=_("This city is already in the partnership."),
            ),
            models.UniqueConstraint(
                fields=["partnership", "organization"],
                name="party_organization_unique",
                violation_error_message=_("This organisation is already in the partnership."),
            ),
        ]

    def __str__(self):
        return str(self.city or self.organization)

    @property
    def development(self) -> str:
        """The UNCTAD development status of its country; empty if not known."""
        place = self.city or self.organization
        if self.organization and self.organization.is_of_states:
            return ""
        return place.country.development if place and place.country else ""


def kind_of(parties) -> PartnershipKind:
    """Return the kind of partnership that the parties form.

    In the terms of the United Nations: South-South if all givers and takers are developing
    economies; triangular if a city of a developed economy or a multi-country organisation
    facilitates it. The United Nations call the third kind North-South; pages say "with a developed
    economy", the classification of UNCTAD, because no city calls itself Northern.

    Source: A/RES/64/222, Nairobi outcome document, 2009, paragraphs 12 to 15.
    """
    sides = [party for party in parties if party.role != PartyRole.FACILITATOR]
    helpers = [party for party in parties if party.role == PartyRole.FACILITATOR]
    sides_of = {party.development for party in sides}
    if not sides or "" in sides_of:
        return PartnershipKind.UNKNOWN
    if sides_of == {Development.DEVELOPING}:
        outside = [party for party in helpers if party.development != Development.DEVELOPING]
        return PartnershipKind.TRIANGULAR if outside else PartnershipKind.SOUTH_SOUTH
    if sides_of == {Development.DEVELOPED}:
        return PartnershipKind.NORTH_NORTH
    return PartnershipKind.NORTH_SOUTH
