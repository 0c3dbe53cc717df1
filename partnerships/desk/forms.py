from collections.abc import Collection

from django.db.models import QuerySet

from community.models import CannedText, Reason, UsedBy, Verb
from community.moderation.reviews.forms import DecisionForm

# The reasons that do not go with a decision: canned texts with these are not offered for it.
REFUSALS = {Reason.FIT, Reason.CAPACITY}
CORRECTIONS = {Reason.INCOMPLETE, Reason.UNCLEAR}
OF_OTHERS = {Reason.MISTAKE, Reason.UNCONFIRMED}
UNFIT = {
    Verb.REQUEST_CHANGES: REFUSALS | OF_OTHERS,
    Verb.DECLINE: CORRECTIONS | OF_OTHERS,
    Verb.CLOSE: CORRECTIONS | OF_OTHERS,
    Verb.REOPEN: REFUSALS | CORRECTIONS | {Reason.UNCONFIRMED},
}


class BrokerDecisionForm(DecisionForm):
    """A broker's decision with a reason, a message, and canned texts.

    `verbs` are the decisions that are possible: only texts for these are offered.
    """

    used_by = UsedBy.REVIEWS

    def __init__(self, *args, verbs: Collection[Verb] = (), **kwargs):
        super().__init__(*args, **kwargs)
        # Texts that are for none of the possible decisions.
        if unfit := [UNFIT[verb] for verb in verbs if verb in UNFIT]:
            texts = self.fields["canned"].queryset
            self.fields["canned"].queryset = texts.exclude(reason__in=set.intersection(*unfit))

    @classmethod
    def canned_texts(cls) -> QuerySet[CannedText]:
        return CannedText.objects.for_brokers(cls.used_by)
