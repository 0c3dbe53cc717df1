from django.core.management.base import BaseCommand
from django.utils import timezone

from community.notices.digests import send_at_once, send_digests


class Command(BaseCommand):
    help = (
        "Queue the email digests that are due, and notifications that a stopped worker has left "
        "behind. Run it once a day. Running it more often does no harm."
    )

    def handle(self, *, verbosity: int, **options):
        send_at_once.call()
        digests = send_digests(timezone.now())
        if verbosity:
            self.stdout.write(f"Digests queued: {digests}.")
