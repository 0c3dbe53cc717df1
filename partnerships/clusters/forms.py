from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from community.experiences.forms import PlainText
from community.moderation.reviews.forms import MAX_LENGTH, REASONS
from partnerships.clusters.actions import Words
from partnerships.models import ClusterApplication, ClusterNews
from repository.models import City

MAX_TITLE_LENGTH = ClusterNews._meta.get_field("title").max_length
MAX_BODY_LENGTH = ClusterNews._meta.get_field("body").max_length


class CityField(forms.ModelChoiceField):
    """A choice of few cities, named in the language of the page."""

    def label_from_instance(self, city: City) -> str:
        return city.localized_name


class NewsForm(forms.Form):
    """News on behalf of one of the member's cities."""

    city = CityField(City.objects.none(), label=_("Posting as"), empty_label=None)
    title = forms.CharField(label=_("Title"), max_length=MAX_TITLE_LENGTH)
    body = PlainText(
        label=_("Text"),
        max_length=MAX_BODY_LENGTH,
        help_text=_("Everyone can read this. You can use **bold**, lists and links."),
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=lambda: settings.LANGUAGES,
        initial=get_language,
    )

    def __init__(self, *args, cities, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["city"].queryset = cities

    def clean_title(self):
        return " ".join(self.cleaned_data["title"].split())

    def clean_body(self):
        return self.cleaned_data["body"].strip()


class JoinForm(forms.Form):
    """A city that asks to join a cluster, with a note to the brokers."""

    city = CityField(City.objects.none(), label=_("City"), empty_label=None)
    note = forms.CharField(
        label=_("Note to brokers (optional)"),
        max_length=ClusterApplication._meta.get_field("note").max_length,
        required=False,
        help_text=_(
            "Why your city would like to join. Only brokers and your colleagues can see this."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, *args, cities, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["city"].queryset = cities
        if len(cities) == 1:
            self.fields["city"].initial = cities[0]
            self.fields["city"].widget = forms.HiddenInput()


class RemoveNewsForm(forms.Form):
    """Asks why a broker removes news of another author."""

    reason = forms.ChoiceField(label=_("Reason"), choices=REASONS)
    message = forms.CharField(
        label=_("Message"),
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_("The member concerned will read this message."),
    )

    def words(self) -> Words:
        return Words(self.cleaned_data["reason"], self.cleaned_data["message"])
