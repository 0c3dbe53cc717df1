"""The review queue of requests, and requests similar to one of them."""

from django.db import models
from django.db.models import Case, Q, When

from partnerships.models import PartnershipRequest, RequestStatus

LIKE = 8
# States of requests compared with a pending one.
COMPARED = (
    RequestStatus.SUBMITTED,
    RequestStatus.CHANGES_REQUESTED,
    RequestStatus.OPEN,
    RequestStatus.MATCHED,
)


def waiting() -> models.QuerySet[PartnershipRequest]:
    """Requests pending review, oldest first."""
    rows = PartnershipRequest.objects.submitted().select_related("city__country")
    return rows.order_by("submitted_at", "pk")


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
