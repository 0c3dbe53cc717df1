"""The texts of partnerships that can be translated."""

from django.utils.translation import gettext_lazy as _

from partnerships.models import Cluster, Need, Offer, Suggestion
from repository.translations.kinds import TranslatedKind, kinds

LISTING = ("title", "description")


def declare() -> None:
    kinds.add(
        TranslatedKind(
            "offer", _("Offer"), Offer, LISTING, Offer.objects.published, "language", card=LISTING
        ),
        TranslatedKind(
            "need", _("Need"), Need, LISTING, Need.objects.published, "language", card=LISTING
        ),
        TranslatedKind(
            "suggestion",
            _("Editors’ suggestion"),
            Suggestion,
            LISTING,
            Suggestion.objects.open,
            card=LISTING,
            key="key",
        ),
        TranslatedKind(
            "cluster",
            _("Cluster"),
            Cluster,
            ("name", "summary", "description"),
            Cluster.objects.public,
            card=("name", "summary"),
        ),
    )
