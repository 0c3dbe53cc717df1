"""The forms of brokers about one match."""

from collections.abc import Iterable

from django import forms
from django.forms.models import ModelChoiceIteratorValue
from django.utils.translation import gettext_lazy as _

from community.models import CannedText, Reason
from community.moderation.reviews.forms import CannedTexts
from partnerships.desk.forms import BrokerDecisionForm
from partnerships.matches.forms import Words
from partnerships.models import Match, Question
from repository.dates.days import check_day
from repository.models import Organization

DAY = {"type": "date"}


class ProposeForm(forms.Form):
    """Proposes a match to both cities, with a deadline and a message."""

    # The other reasons are for refusals.
    reasons = (Reason.OTHER,)

    reply_by = forms.DateField(
        label=_("Deadline for both cities"),
        widget=forms.DateInput(DAY, format="%Y-%m-%d"),
        validators=[check_day],
    )
    canned = CannedTexts(
        CannedText.objects.none(),
        label=_("Canned response"),
        required=False,
        widget=forms.RadioSelect,
        # Lets brokers clear a text that they selected.
        blank=True,
        empty_label=_("No canned response"),
    )
    message = Words(
        model=Match,
        name="message",
        required=False,
        label=_("Message to both cities"),
        help_text=_("Both cities will read it and see each other’s name. Don’t name anyone yet."),
    )
    facilitator = forms.ModelChoiceField(
        Organization.objects.order_by("name"),
        label=_("Facilitator"),
        required=False,
        empty_label=_("None"),
        help_text=_("An organisation that helps both cities, as in triangular cooperation."),
    )

    def __init__(self, *args, language: str, is_helper_welcome: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_helper_welcome:
            del self.fields["facilitator"]
        texts = CannedText.objects.for_brokers().filter(reason__in=self.reasons)
        self.fields["canned"].queryset = texts
        self.fields["canned"].language = language

    def clean(self):
        cleaned = super().clean()
        if canned := cleaned.get("canned"):
            both = [canned.text, cleaned.get("message", "").strip()]
            cleaned["message"] = "\n\n".join(filter(None, both))
        return cleaned


class EndForm(BrokerDecisionForm):
    """Withdraws a match or ends an introduction, with a reason and a message."""

    reasons = (
        Reason.FIT,
        Reason.CAPACITY,
        Reason.OUTDATED,
        Reason.DUPLICATE,
        Reason.MISTAKE,
        Reason.OTHER,
    )

    def __init__(self, *args, language: str, **kwargs):
        super().__init__(*args, language=language, **kwargs)
        texts = self.fields["canned"].queryset
        self.fields["canned"].queryset = texts.filter(reason__in=self.reasons)
        self.fields["reason"].choices = [
            ("", _("Choose a reason")),
            *((reason.value, reason.label) for reason in self.reasons),
        ]


def offer(form: ProposeForm | EndForm, texts: Iterable[CannedText]) -> None:
    """Offer the canned texts that apply to the form, without a query for each form."""
    field = form.fields["canned"]
    field.choices = [
        ("", field.empty_label),
        *(
            (ModelChoiceIteratorValue(text.pk, text), field.label_from_instance(text))
            for text in texts
            if text.reason in form.reasons
        ),
    ]


class ExtendForm(forms.Form):
    """Extends the deadline for both cities."""

    reply_by = forms.DateField(
        label=_("Deadline for both cities"),
        widget=forms.DateInput(DAY, format="%Y-%m-%d"),
        validators=[check_day],
    )


class NoteForm(forms.Form):
    """A note among brokers."""

    words = Words(
        model=Match,
        name="broker_note",
        required=False,
        label=_("Note"),
        help_text=_("Only brokers can read this."),
    )


class PassForm(forms.Form):
    """A question in the words in which the other city will read it."""

    words = Words(
        model=Question,
        name="passed_words",
        rows=3,
        label=_("Question for the other city"),
        help_text=_("The other city knows who is asking. Remove people’s names and addresses."),
    )


class GiveBackForm(forms.Form):
    """An answer in the words in which the city that asked will read it."""

    words = Words(
        model=Question,
        name="passed_answer",
        rows=3,
        label=_("Answer for the city that asked"),
        help_text=_("The other city knows who is answering. Remove people’s names and addresses."),
    )
