from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.models import Answer, Interest, Match, Question, RefusalReason, Side
from repository.models import City

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
