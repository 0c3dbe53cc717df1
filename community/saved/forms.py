from django import forms
from django.utils.translation import gettext_lazy as _

from community.models import Collection, User
from community.saved.models import NAME_LENGTH, NOTE_LENGTH

NAME_TOO_LONG = _("Name must be %(limit_value)d characters or fewer")


class NameField(forms.CharField):
    """The name of a collection, with single spaces."""

    def __init__(self, **options):
        errors = {"required": _("Enter a name for the collection"), "max_length": NAME_TOO_LONG}
        super().__init__(max_length=NAME_LENGTH, error_messages=errors, **options)

    def to_python(self, value) -> str:
        return " ".join(super().to_python(value).split())


class CollectionForm(forms.Form):
    """The name of a collection."""

    name = NameField(label=_("Name"), help_text=_("For example “Port project”."))


class SavedItemForm(forms.Form):
    """The note on a saved page, and its collection: an existing or a new one."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_("Only you can read it."),
        error_messages={"max_length": _("Note must be %(limit_value)d characters or fewer")},
    )
    collection = forms.ModelChoiceField(
        label=_("Collection"),
        queryset=Collection.objects.none(),
        required=False,
        empty_label=_("Saved"),
        error_messages={"invalid_choice": _("Choose a collection")},
    )
    new_collection = NameField(
        label=_("Or a new collection"),
        required=False,
        help_text=_("For example “Port project”."),
    )

    def __init__(self, *args, member: User, **options):
        super().__init__(*args, **options)
        self.fields["collection"].queryset = Collection.objects.visible_to(member)
