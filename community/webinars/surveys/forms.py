"""The survey form, filled in by the holder of the signed link."""

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.models import (
    Attendance,
    Brokered,
    Gender,
    Growth,
    QuestionKind,
    Registration,
    SurveyAnswer,
    SurveyQuestion,
    Will,
    Words,
)
from repository.models import Country, Series
from repository.places.country_names import country_name
from repository.text.sorting import choices_by_name


class SurveyForm(forms.Form):
    """The questions of every survey, and those of the series."""

    attended = forms.ChoiceField(
        label=_("Did you attend the webinar?"), choices=Attendance, widget=forms.RadioSelect
    )
    knowledge = forms.ChoiceField(
        label=_("Did you learn something new?"), choices=Growth, widget=forms.RadioSelect
    )
    collaborate = forms.ChoiceField(
        label=_("Will you work with others on this topic?"),
        choices=Will,
        widget=forms.RadioSelect,
    )
    brokered = forms.ChoiceField(
        label=_("Did it lead to a partnership?"), choices=Brokered, widget=forms.RadioSelect
    )
    partner = forms.CharField(
        label=_("If so, with whom?"),
        max_length=200,
        required=False,
        help_text=_(
            "A city, like “Kisumu, Kenya”, or an organisation. Only moderators and administrators "
            "can see your answer."
        ),
        # A datalist, for members and with scripts.
        widget=forms.TextInput(
            attrs={
                "list": "cities",
                "data-suggest": reverse_lazy("community:city_suggestions"),
                "autocomplete": "off",
            }
        ),
    )
    comment = forms.CharField(
        label=_("Any other comments?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    may_show = forms.BooleanField(
        label=_("Show this comment on the site, without my name."),
        required=False,
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(
        self,
        data=None,
        *,
        questions: list[SurveyQuestion],
        seen: str,
        answer: SurveyAnswer | None = None,
    ):
        super().__init__(data)
        self.questions = questions
        for question in questions:
            self.fields[question.key] = field_for(question)
        self.initial["seen"] = seen
        if answer:
            for name in ("attended", "knowledge", "collaborate", "brokered", "partner", "comment"):
                self.initial[name] = getattr(answer, name)
            self.initial["may_show"] = answer.words != Words.UNSHOWN
            self.initial |= answer.extra

    def refuse(self, why: str, *, seen: str) -> None:
        """Show the form again with its input and the current questions."""
        self.data = self.data.copy()
        self.data["seen"] = seen
        self.add_error(None, why)

    @property
    def first(self) -> list[forms.BoundField]:
        return [self[name] for name in ("attended", "knowledge", "collaborate", "brokered")]

    @property
    def own(self) -> list[forms.BoundField]:
        return [self[question.key] for question in self.questions]

    @property
    def extra(self) -> dict[str, str]:
        """The answers to the questions of the series, from a valid form."""
        return {question.key: self.cleaned_data[question.key] for question in self.questions}


def field_for(question: SurveyQuestion) -> forms.Field:
    """A form field for a question of a series; always optional."""
    if question.kind == QuestionKind.TEXT:
        return forms.CharField(
            label=question.text,
            max_length=500,
            required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
    choices = [(str(number), words) for number, words in question.numbered_choices]
    help_text = ""
    if question.kind == QuestionKind.SCALE:
        help_text = gettext("From 1 (not at all) to 5 (very much).")
    return forms.ChoiceField(
        label=question.text,
        choices=choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=help_text,
    )


class FiguresForm(forms.Form):
    """The filters of the figures for staff."""

    webinar = forms.TypedChoiceField(
        label=_("Webinar"), required=False, coerce=int, empty_value=None
    )
    country = forms.ChoiceField(label=_("Country or area"), required=False)
    gender = forms.ChoiceField(
        label=_("Gender"),
        required=False,
        choices=[("", _("All")), *Gender.choices, ("none", _("Not known"))],
    )
    kind = forms.ChoiceField(
        label=_("Type of participant"),
        required=False,
        choices=[("", _("All")), ("member", _("Member")), ("guest", _("Guest"))],
    )

    def __init__(self, *args, series: Series, **kwargs):
        super().__init__(*args, **kwargs)
        webinars = series.webinars.filter(survey__isnull=False).order_by("number")
        self.fields["webinar"].choices = [
            ("", _("All")),
            *((webinar.pk, str(webinar)) for webinar in webinars),
        ]
        known = Registration.objects.seated().filter(webinar__series=series)
        codes = Country.objects.filter(pk__in=known.values("country")).values_list("pk", flat=True)
        self.fields["country"].choices = [
            ("", _("All")),
            *choices_by_name((iso2, country_name(iso2)) for iso2 in codes),
            ("none", _("Not known")),
        ]
