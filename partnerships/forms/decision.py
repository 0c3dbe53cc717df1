from django.db.models import QuerySet

from community.forms.moderation import DecisionForm
from community.models import CannedText


class BrokerDecisionForm(DecisionForm):
    """What a broker decides, why, and in which words, with the texts that brokers use."""

    @staticmethod
    def canned_texts(language: str) -> QuerySet[CannedText]:
        return CannedText.objects.for_brokers(language)
