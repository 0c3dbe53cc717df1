from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.profiles.languages import names_of
from partnerships.models import EntryKind, Match, Side, TimelineEntry
from partnerships.timeline.emails import languages_of, text_for


class EntryForm(forms.ModelForm):
    """A call or a note, with a day to follow up."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[choice for choice in EntryKind.choices if choice[0] != EntryKind.EMAIL],
        widget=forms.RadioSelect,
        initial=EntryKind.CALL,
    )

    class Meta:
        model = TimelineEntry
        fields = ["kind", "words", "follow_up_on"]
        labels = {
            "words": gettext_lazy("What happened?"),
            "follow_up_on": gettext_lazy("Follow up on"),
        }
        help_texts = {"words": gettext_lazy("Only brokers can read this.")}
        widgets = {
            "words": forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
            "follow_up_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }


class EmailForm(forms.Form):
    """The texts of an email to both cities of a match, in the language of each."""

    def __init__(self, *args, match: Match, **kwargs):
        super().__init__(*args, **kwargs)
        languages = languages_of(match)
        longest = TimelineEntry._meta.get_field("words").max_length
        for side in Side:
            city = match.city_of(side).localized_name
            language = languages.get(side, settings.LANGUAGE_CODE)
            self.fields[side.value] = forms.CharField(
                label=_("To %(city)s (%(language)s)")
                % {"city": city, "language": names_of([language])},
                initial=text_for(match, side, language),
                max_length=longest,
                widget=forms.Textarea(attrs={"rows": 5, "lang": language, "dir": "auto"}),
            )
        self.is_possible = len(languages) == len(Side)
