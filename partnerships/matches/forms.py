from collections.abc import Iterable

from django import forms
from django.forms.models import ModelChoiceIteratorValue
from django.utils.translation import gettext_lazy as _

from community.models import CannedText, Reason, UsedBy
from community.moderation.reviews.forms import CannedTexts
from partnerships.desk.forms import BrokerDecisionForm
from partnerships.models import Answer, Interest, Match, Question, RefusalReason, Side
from repository.dates.days import check_day
from repository.models import City, Organization

REFUSALS = [("", _("Choose a reason")), *RefusalReason.choices]


def longest(model: type, name: str) -> int:
    return model._meta.get_field(name).max_length


def area(rows: int, most: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "maxlength": most, "dir": "auto"})


class Words(forms.CharField):
    """Multi-line text with normalized line breaks."""

    def __init__(self, *, model: type, name: str, rows: int = 4, **kwargs):
        most = longest(model, name)
        super().__init__(max_length=most, widget=area(rows, most), **kwargs)

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")


class SideForm(forms.Form):
    """A statement on behalf of one of the two cities."""

    side = forms.ChoiceField(choices=Side, widget=forms.HiddenInput)


class AcceptForm(SideForm):
    """A yes with an optional message."""

    answer = forms.ChoiceField(
        choices=[(Answer.YES, "")], widget=forms.HiddenInput, initial=Answer.YES
    )
    words = Words(
        model=Match,
        name="requester_words",
        rows=3,
        required=False,
        label=_("Message with your acceptance"),
        help_text=_("The other city can read it once both cities have accepted."),
    )


class DeclineForm(SideForm):
    """A no with a reason."""

    answer = forms.ChoiceField(
        choices=[(Answer.NO, "")], widget=forms.HiddenInput, initial=Answer.NO
    )
    refusal = forms.ChoiceField(
        label=_("Why are you declining?"),
        choices=REFUSALS,
        help_text=_("Only brokers can read this. It helps them find another city."),
        error_messages={"required": _("Choose a reason. It helps the broker find another city.")},
    )
    words = Words(
        model=Match,
        name="requester_words",
        rows=3,
        required=False,
        label=_("Note to brokers"),
    )


class QuestionForm(SideForm):
    """A question to the other city."""

    words = Words(
        model=Question,
        name="words",
        rows=3,
        label=_("Your question"),
        help_text=_(
            "A broker forwards it and may reword it. Don’t include names: you learn "
            "them when you’re introduced."
        ),
        error_messages={"required": _("Enter your question.")},
    )


class ReplyForm(forms.Form):
    """The answer to a question of the other city."""

    words = Words(
        model=Question,
        name="answer",
        rows=3,
        label=_("Your answer"),
        help_text=_("A broker forwards it and may reword it."),
        error_messages={"required": _("Enter your answer.")},
    )


class InterestForm(forms.Form):
    """A city's interest in becoming the partner for an open request, in three questions."""

    city = forms.ModelChoiceField(City.objects.none(), label=_("City"), empty_label=None)
    cooperation = Words(
        model=Interest,
        name="cooperation",
        label=_("What kind of cooperation do you have in mind?"),
        help_text=_(
            "What your city could show, teach, host or do together with the other city, "
            "and what you hope to gain."
        ),
    )
    unclear = Words(
        model=Interest,
        name="unclear",
        required=False,
        rows=3,
        label=_("What would you like to know first?"),
        help_text=_("A broker will ask the other city."),
    )
    about = Words(
        model=Interest,
        name="about",
        label=_("Who are you?"),
        help_text=_("Your city and the office that would do the work, in a few sentences."),
    )

    def __init__(self, *args, cities, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["city"].queryset = cities
        self.fields["city"].label_from_instance = lambda city: city.localized_name
        if len(cities) == 1:
            self.fields["city"].initial = cities[0]
            self.fields["city"].widget = forms.HiddenInput()


# The forms of brokers about one match

DAY = {"type": "date"}


class ProposeForm(forms.Form):
    """Proposes a match to both cities, with a deadline and a message."""

    # The other reasons are for refusals.
    reasons = (Reason.OTHER,)
    used_by = UsedBy.PROPOSALS

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
        texts = CannedText.objects.for_brokers(self.used_by).filter(reason__in=self.reasons)
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

    used_by = UsedBy.ENDS
    reasons = (
        Reason.NO_ANSWER,
        Reason.FIT,
        Reason.CAPACITY,
        Reason.OUTDATED,
        Reason.DUPLICATE,
        Reason.MISTAKE,
        Reason.OTHER,
    )

    def __init__(self, *args, language: str, is_read: bool = True, **kwargs):
        super().__init__(*args, language=language, **kwargs)
        if not is_read:
            self.fields["message"].help_text = ""
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
            if text.reason in form.reasons and text.used_by in (UsedBy.BROKERS, form.used_by)
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


class ForwardQuestionForm(forms.Form):
    """A question in the words in which the other city will read it."""

    words = Words(
        model=Question,
        name="passed_words",
        rows=3,
        label=_("Question for the other city"),
        help_text=_("The other city knows who is asking. Remove people’s names and addresses."),
    )


class ForwardAnswerForm(forms.Form):
    """An answer in the words in which the city that asked will read it."""

    words = Words(
        model=Question,
        name="passed_answer",
        rows=3,
        label=_("Answer for the city that asked"),
        help_text=_("The other city knows who is answering. Remove people’s names and addresses."),
    )
