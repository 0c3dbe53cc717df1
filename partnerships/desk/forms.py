from django.db.models import QuerySet

from community.models import CannedText
from community.moderation.reviews.forms import DecisionForm


class BrokerDecisionForm(DecisionForm):
    """What a broker decides, why, and in which words, with the texts that brokers use."""

    @staticmethod
    def canned_texts(language: str) -> QuerySet[CannedText]:
        return CannedText.objects.for_brokers(language)
