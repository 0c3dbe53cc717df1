"""Placeholders for contributions removed by a moderator (not by the author)."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import BooleanField, Case, OuterRef, Q, Subquery, When
from django.db.models.lookups import In

from community.discussion.contributions import Contribution
from community.models import Decision, Standing, Verb


def by_moderator(model: type[Contribution]) -> Case:
    """Whether a row was removed by a moderator, as a column of comments or experiences.

    The last decision counts: the author may withdraw a contribution after it was restored.
    """
    decisions = Decision.objects.standing().exclude(verb=Verb.UNDO)
    about = decisions.filter(
        content_type=ContentType.objects.get_for_model(model), object_id=OuterRef("pk")
    )
    latest = Subquery(about.order_by("-created_at", "-pk").values("verb")[:1])
    # The order avoids the subquery for rows that were not removed.
    return Case(
        When(~Q(standing=Standing.REMOVED), then=False),
        When(In(latest, [Verb.REMOVE, Verb.UPHOLD]), then=True),
        default=False,
        output_field=BooleanField(),
    )
