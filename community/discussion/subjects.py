"""What members can discuss: each kind, by its word in URLs and forms."""

from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kind:
    """A kind of subject: its word, its model, and its display name."""

    word: str
    label: str
    name: Promise

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.label)


KINDS = {
    kind.word: kind
    for kind in [
        Kind("case", "repository.CaseStudy", _("Case")),
        Kind("practice", "repository.Practice", _("Practice")),
        Kind("webinar", "repository.Webinar", _("Webinar")),
        Kind("recommendation", "repository.Recommendation", _("Recommendation")),
        Kind("city", "repository.City", _("City")),
        Kind("theme", "repository.Theme", _("Theme")),
        Kind("tag", "repository.Tag", _("Tag")),
        Kind("member", "community.User", _("Member")),
        Kind("comment", "community.Comment", _("Comment")),
        Kind("experience", "community.Experience", _("Experience")),
    ]
}
DISCUSSED = ("case", "practice", "webinar", "recommendation", "city")
TRIED = ("case", "practice")
TAGGED = ("case", "webinar")
FOLLOWED = ("case", "practice", "city", "theme", "tag", "member")
SAVED = ("case", "practice", "webinar", "recommendation", "city")
FLAGGED = ("case", "comment", "experience")


@cache
def _words() -> dict[type[models.Model], str]:
    return {kind.model: word for word, kind in KINDS.items()}


def word_of(subject: models.Model) -> str:
    """The word for the kind of an object; KeyError for a kind that cannot be discussed."""
    return _words()[type(subject)]


def visible(word: str, user) -> models.QuerySet:
    """The objects of a kind that are visible to `user`."""
    rows = KINDS[word].model._default_manager.all()
    if hasattr(rows, "visible_to"):
        return rows.visible_to(user)
    return rows.filter(is_active=True) if word == "member" else rows


def find(word: str, pk: int, *, user, among: tuple[str, ...]) -> models.Model:
    """An object of one of the kinds `among`, if visible to `user`; Http404 otherwise."""
    if word not in among:
        raise Http404
    found = visible(word, user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def content_type(word: str) -> ContentType:
    return ContentType.objects.get_for_model(KINDS[word].model)
