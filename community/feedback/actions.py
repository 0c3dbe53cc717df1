"""Store feedback on pages, and delete it after a year."""

from datetime import timedelta

from django.utils import timezone

from community.models import PageFeedback

KEPT_FOR = timedelta(days=365)


def send(*, page: str, answer: str, message: str = "") -> PageFeedback:
    """Store one answer."""
    return PageFeedback.objects.create(page=page, answer=answer, message=message)


def forget_feedback() -> int:
    """Delete feedback older than a year; return how much."""
    old = PageFeedback.objects.filter(created_at__lt=timezone.now() - KEPT_FOR)
    return old.delete()[0]
