"""The texts of partnerships that can be translated."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from community.permissions import EDITORS
from partnerships.models import Cluster, Need, Offer, Suggestion
from partnerships.permissions import can_keep
from repository.translations.kinds import TranslatedKind, kinds

LISTING = ("title", "description")


def is_editor(user: Any, row: Any) -> bool:
    """Whether the user may change an offer or need."""
    return isinstance(row, Offer | Need) and can_keep(user, row)


def declare() -> None:
    EDITORS.append(is_editor)
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
