from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy

from community.moderation.reviews.forms import REASONS
from community.translating.panes import Pane
from repository.text.languages import direction_of, html_language

MAX_LENGTH = 20_000


class TranslationForm(forms.Form):
    """The paragraphs of a translation, each in a field of its own."""

    use_required_attribute = False
    # No paragraph is required, so none is called optional.
    leaves_gaps = True

    def __init__(self, data=None, *, panes: Iterable[Pane], language: str):
        super().__init__(data)
        self.panes = {pane.name: pane for pane in panes}
        for name, pane in self.panes.items():
            self.fields[name] = forms.CharField(
                label=gettext_lazy("Translation"),
                required=False,
                initial=pane.text,
                max_length=MAX_LENGTH,
                widget=forms.Textarea(
                    attrs={
                        "rows": 6 if pane.is_long else 2,
                        "lang": html_language(language),
                        "dir": direction_of(language),
                        "aria-describedby": f"original-{name}",
                    }
                ),
            )

    def texts(self) -> dict[str, str]:
        """The submitted texts by the keys of their units, without what the member left as it was.

        Saving must not mark a paragraph that is out of date as still right.
        """
        found = {}
        for name, pane in self.panes.items():
            text = self.cleaned_data.get(name, "").replace("\r\n", "\n").strip()
            if name in self.data and text != (pane.text if not pane.draft else None):
                found[pane.key] = text
        return found

    def rows(self) -> list[tuple[Pane, forms.BoundField]]:
        return [(pane, self[name]) for name, pane in self.panes.items()]


class DeclineForm(forms.Form):
    """Why a reviewer declines a translation."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=REASONS)
    message = forms.CharField(
        label=gettext_lazy("Message"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The member will read this message."),
    )
