"""Load the sample data set, and remove it."""

from django.db import transaction

from community.models import Notification
from partnerships.sample import cases, clusters, community, listings, requests, webinars
from partnerships.sample.people import create_cast, retire
from partnerships.sample.times import Calendar, without_tasks
from repository.models import City


def is_loaded() -> bool:
    return City.objects.samples().exists()


def load() -> bool:
    """Load all of it or nothing; return False if it is there already."""
    if is_loaded():
        return False
    # Tasks are queued after the commit.
    with without_tasks(), transaction.atomic():
        cast = create_cast(Calendar())
        listings.create_listings(cast)
        requests.create_requests(cast)
        community.create_experiences(cast)
        cases.create_cases(cast)
        voices = community.create_discussions(cast)
        community.create_moderated(cast, voices)
        community.propose_tags(cast)
        webinars.create_webinars(cast)
        webinars.count_views(cast)
        clusters.create_clusters(cast)
        clusters.create_round(cast)
        retire(cast.staff.values())
        # Nobody gets an email about sample data, and old news are read.
        Notification.objects.filter(mailed_at=None).update(mailed_at=cast.calendar.now)
    return True
