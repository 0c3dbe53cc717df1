"""Requests similar to one under review."""

from django.db import models
from django.db.models import Case, Q, When

from community.models import User
from community.moderation.duplicates import Duplicate, duplicate, find
from community.moderation.reviewable import address_of
from partnerships.models import PartnershipRequest, RequestStatus
from repository.embeddings.nearest import Near

LIKE = 8
# The fields compared in meaning, besides the title.
TEXTS = ("challenge", "desired_result", "resources")
# States of requests compared with a pending one.
COMPARED = (
    RequestStatus.SUBMITTED,
    RequestStatus.CHANGES_REQUESTED,
    RequestStatus.OPEN,
    RequestStatus.MATCHED,
)


def similar(partnership_request: PartnershipRequest) -> models.QuerySet[PartnershipRequest]:
    """Requests of the same city, then those about the same practices; newest first."""
    rows = PartnershipRequest.objects.filter(
        Q(pk__in=PartnershipRequest.objects.filter(city=partnership_request.city_id).values("pk"))
        | Q(
            pk__in=PartnershipRequest.practices.through.objects.filter(
                practice__in=partnership_request.practices.all()
            ).values("partnershiprequest")
        ),
        status__in=COMPARED,
    )
    is_other_city = Case(When(city=partnership_request.city_id, then=0), default=1)
    rows = rows.exclude(pk=partnership_request.pk).select_related("city")
    return rows.order_by(is_other_city, "-created_at", "-pk")[:LIKE]


def close_requests(partnership_request: PartnershipRequest, user: User) -> list[Duplicate]:
    """Return requests close in meaning, of any city and in any language, that a broker may see."""
    others = PartnershipRequest.objects.visible_to(user).exclude(pk=partnership_request.pk)
    text = "\n\n".join(getattr(partnership_request, name) for name in TEXTS)
    among = {"request": others.select_related("city")}
    return find(partnership_request.title, text, among, {"request": describe})


def describe(other: PartnershipRequest, near: Near) -> Duplicate:
    return duplicate(
        near,
        title=other.title,
        url=address_of(other),
        language=other.language,
        note=f"{other.city.localized_name} · {other.get_status_display()}",
    )
