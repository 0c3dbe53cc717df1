"""What brokers have to look at: requests that wait, and what is like one of them."""

from django.db import models
from django.db.models import Case, Q, When

from partnerships.models import PartnershipRequest, RequestStatus

LIKE = 8
# What may be the same as one that waits.
COMPARED = (
    RequestStatus.SUBMITTED,
    RequestStatus.CHANGES_REQUESTED,
    RequestStatus.OPEN,
    RequestStatus.MATCHED,
)


def waiting() -> models.QuerySet[PartnershipRequest]:
    """Requests that wait for a broker, the longest first."""
    rows = PartnershipRequest.objects.submitted().select_related("city__country")
    return rows.order_by("submitted_at", "pk")


def similar(request: PartnershipRequest) -> models.QuerySet[PartnershipRequest]:
    """Others of the same city, then those about the same practices; the newest first."""
    rows = PartnershipRequest.objects.filter(
        Q(pk__in=PartnershipRequest.objects.filter(city=request.city_id).values("pk"))
        | Q(
            pk__in=PartnershipRequest.practices.through.objects.filter(
                practice__in=request.practices.all()
            ).values("partnershiprequest")
        ),
        status__in=COMPARED,
    )
    is_other_city = Case(When(city=request.city_id, then=0), default=1)
    rows = rows.exclude(pk=request.pk).select_related("city")
    return rows.order_by(is_other_city, "-created_at", "-pk")[:LIKE]
