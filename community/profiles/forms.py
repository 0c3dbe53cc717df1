"""Forms for the profile and the audience of each field."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from community.accounts.names import RESERVED_HANDLES, impersonates, is_free_handle, validate_name
from community.models import Audience, MemberKind, Membership, User
from community.profiles import languages as profiles_languages
from community.profiles import places
from community.profiles.models import SHOWN_FIELDS
from repository.models import Theme

# Who can see a part of a profile, as members choose it: staff see all parts at their desk.
AUDIENCES = [
    *((each.value, each.label) for each in (Audience.PUBLIC, Audience.MEMBERS)),
    (Audience.NOBODY.value, _("Only me, moderators and administrators")),
]


def languages() -> list[tuple[str, str]]:
    """The languages of the site, each by its own name."""
    return [(code, name.capitalize()) for code, name in settings.LANGUAGES]


class ProfileForm(forms.ModelForm):
    """The display name, handle and language of a member."""

    class Meta:
        model = User
        fields = ["display_name", "handle", "language"]
        help_texts = {
            "display_name": _("Appears beside what you publish."),
            "handle": _("Part of your profile’s address. Lower-case letters, digits and hyphens."),
        }

    language = forms.ChoiceField(
        label=_("Site language"),
        required=False,
        choices=lambda: [("", _("Use my browser’s language")), *languages()],
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["handle"].required = True

    def clean_display_name(self):
        name = " ".join(self.cleaned_data["display_name"].split())
        if name != self.instance.display_name:
            validate_name(name)
        return name

    def clean_handle(self):
        handle = self.cleaned_data["handle"].lower()
        is_kept = handle in RESERVED_HANDLES or impersonates(handle)
        if is_kept and handle != self.instance.handle:
            raise forms.ValidationError(_("This handle is reserved. Choose another one."))
        if not is_free_handle(handle, member=self.instance.pk):
            raise forms.ValidationError(_("This handle is already taken. Choose another one."))
        return handle


class ThemesField(forms.ModelMultipleChoiceField):
    """Themes as checkboxes."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs):
        super().__init__(queryset=Theme.objects.all(), required=False, **kwargs)


class MembershipForm(forms.ModelForm):
    """The kind of member, their knowledge and interests. Places and languages are typed."""

    class Meta:
        model = Membership
        fields = ["kind", "organization", "bio"]
        labels = {"kind": _("Your role"), "bio": _("About you")}
        help_texts = {
            "organization": _("Where you work."),
            "bio": _(
                "Your experience and what you work on. You can use **bold**, lists and links."
            ),
        }
        widgets = {"bio": forms.Textarea(attrs={"rows": 6})}

    where = forms.CharField(
        label=_("City, country or area"),
        max_length=160,
        required=False,
        help_text=_("For example “Kisumu, Kenya” or “Benin”."),
    )
    spoken = forms.CharField(
        label=_("Languages"),
        max_length=300,
        required=False,
        help_text=_("The languages you can work in, separated by commas."),
    )
    knows = ThemesField(label=_("Themes you know"))
    wants = ThemesField(label=_("Themes you want to learn about"))

    # The fields in the order of the page, each with the field of the profile it belongs to.
    ROWS = {
        "kind": "kind",
        "organization": "organization",
        "where": "place",
        "spoken": "languages",
        "knows": "knows",
        "wants": "wants",
        "bio": "bio",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        themes = list(Theme.objects.all())
        for name in ("knows", "wants"):
            self.fields[name].choices = [(theme.pk, str(theme)) for theme in themes]
            if self.instance.pk:
                self.initial[name] = list(getattr(self.instance, name).values_list("pk", flat=True))
        self.initial["where"] = self.instance.where
        self.initial["spoken"] = profiles_languages.names_of(self.instance.languages)
        for name in SHOWN_FIELDS:
            self.fields[f"{name}_shown"] = forms.ChoiceField(
                label=_("Who can see this"),
                choices=AUDIENCES,
                required=False,
                initial=getattr(self.instance, f"{name}_shown"),
            )

    def rows(self):
        """Each field with the field for its audience."""
        for name, part in self.ROWS.items():
            yield self[name], self[f"{part}_shown"]

    def clean_organization(self):
        return " ".join(self.cleaned_data["organization"].split())

    def clean_where(self):
        return places.where_of(self.cleaned_data["where"], self.instance)

    def clean_spoken(self):
        return profiles_languages.resolve(self.cleaned_data["spoken"])

    def clean(self):
        cleaned = super().clean()
        for name in SHOWN_FIELDS:
            # A missing audience stays as it was: nothing becomes public by omission.
            field = f"{name}_shown"
            cleaned[field] = cleaned.get(field) or getattr(self.instance, field)
        if {"kind", "organization"} & set(self.changed_data):
            # The verification ends with what it was based on, before the constraints are checked.
            self.instance.verified_at = self.instance.asked_at = None
        return cleaned

    def about(self) -> dict:
        """The values of the profile for `change_profile`."""
        cleaned = dict(self.cleaned_data)
        where = cleaned.pop("where")
        return cleaned | {
            "city": where.city,
            "place": where.place,
            "country": where.country,
            "languages": cleaned.pop("spoken"),
        }


class WelcomeForm(forms.Form):
    """Who a new member is: the first lines of the profile."""

    display_name = forms.CharField(
        label=_("Your name"),
        max_length=80,
        help_text=_("Appears beside what you publish."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    kind = forms.ChoiceField(
        label=_("Your role"),
        required=False,
        choices=[("", _("Choose a role")), *MemberKind.choices],
    )
    organization = forms.CharField(
        label=_("Organisation"),
        max_length=160,
        required=False,
        help_text=_("Where you work."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    where = forms.CharField(
        label=_("City, country or area"),
        max_length=160,
        required=False,
        help_text=_("For example “Kisumu, Kenya” or “Benin”."),
    )

    def __init__(self, *args, membership: Membership, **kwargs):
        super().__init__(*args, **kwargs)
        self.membership = membership
        self.initial = {
            "display_name": membership.member.display_name,
            "kind": membership.kind,
            "organization": membership.organization,
            "where": membership.where,
        }

    def clean_display_name(self):
        name = " ".join(self.cleaned_data["display_name"].split())
        if name != self.membership.member.display_name:
            validate_name(name)
        return name

    def clean_organization(self):
        return " ".join(self.cleaned_data["organization"].split())

    def clean_where(self):
        return places.where_of(self.cleaned_data["where"], self.membership)

    def about(self) -> dict:
        """The values of the profile for `change_profile`."""
        where = self.cleaned_data["where"]
        return {
            "kind": self.cleaned_data["kind"],
            "organization": self.cleaned_data["organization"],
            "city": where.city,
            "place": where.place,
            "country": where.country,
        }


class VerificationForm(forms.Form):
    """Asks for verification as a policymaker."""

    proof = forms.CharField(
        label=_("How can we verify this?"),
        max_length=500,
        help_text=_(
            "For example, a link to the page of your organisation that names you. Only moderators "
            "and administrators can read this."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_proof(self):
        return " ".join(self.cleaned_data["proof"].split())
