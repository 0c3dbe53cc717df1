from django.db.models import QuerySet

from community.models import CannedText
from community.moderation.reviews.forms import DecisionForm


class BrokerDecisionForm(DecisionForm):
    """A broker's decision with a reason, a message, and canned texts."""

    @staticmethod
    def canned_texts(language: str) -> QuerySet[CannedText]:
        return CannedText.objects.for_brokers(language)
