from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from community.models import AppealOutcome, CannedText, Decision, Reason, Verb
from community.moderation.canned_texts.translated import in_language
from repository.models import Practice
from repository.text.languages import lang_attribute

MAX_LENGTH = Decision._meta.get_field("message").max_length
# Texts with a higher maximum length get more than two lines.
LINES = 300
# The other reasons concern who represents a city, and cities that do not answer.
OF_BROKERS = ("", Reason.UNCONFIRMED, Reason.NO_ANSWER)
REASONS = [
    ("", _("Choose a reason")),
    *(choice for choice in Reason.choices if choice[0] not in OF_BROKERS),
]


class TextSelect(forms.RadioSelect):
    """Radio buttons for canned responses, with the reason of each for scripts."""

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        if text := getattr(value, "instance", None):
            option["attrs"]["data-reason"] = text.reason
        return option


class TextIterator(forms.models.ModelChoiceIterator):
    """The choices of `CannedTexts`, in the language of the member who gets the response."""

    def __iter__(self):
        yield "", self.field.empty_label
        yield from map(self.choice, in_language(self.queryset, self.field.language))


class CannedTexts(forms.ModelChoiceField):
    """A field for a canned response; each is shown in full, as the member gets it in `language`."""

    iterator = TextIterator
    language = settings.LANGUAGE_CODE

    def label_from_instance(self, text: CannedText) -> str:
        label = format_html(
            "{} · {}: <bdi{}>{}</bdi>",
            text.get_reason_display(),
            text.shown_title,
            lang_attribute(text.language),
            text.text,
        )
        if hasattr(text, "reading") and text.reading.changed:
            label = format_html("{} <em>{}</em>", label, _("The original has changed since"))
        return label

    def clean(self, value: Any) -> CannedText | None:
        text = super().clean(value)
        if text is None:
            return None
        if not (found := in_language([text], self.language)):
            raise forms.ValidationError(self.error_messages["invalid_choice"], "invalid_choice")
        return found[0]


# The name of the button that shows the canned texts for the chosen reason, for browsers without
# scripts.
SHOW_TEXTS = "show_texts"


class DecisionForm(forms.Form):
    """The verb, the reason and the message: a canned text, own words after it, or both.

    Submitted with the button SHOW_TEXTS it decides nothing: it is not valid, has no errors, keeps
    what was entered, and offers the texts for the chosen reason.
    """

    verb = forms.ChoiceField(choices=Verb, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = forms.ChoiceField(label=_("Reason"), choices=REASONS, required=False)
    canned = CannedTexts(
        CannedText.objects.none(),
        label=_("Canned response"),
        required=False,
        widget=TextSelect,
        # Without an empty choice, a selected text could not be deselected.
        blank=True,
        empty_label=_("None"),
    )
    message = forms.CharField(
        label=_("Message"),
        required=False,
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "The member concerned will read this after the canned response, if you choose one."
        ),
    )

    def __init__(self, data=None, *args, language: str, texts: dict | None = None, **kwargs):
        """`texts` can be corrected by the moderator: `{name: (label, text, max_length)}`."""
        shown_reason = ""
        if data is not None and SHOW_TEXTS in data:
            kwargs["initial"] = (kwargs.get("initial") or {}) | dict(data.items())
            data, shown_reason = None, data.get("reason", "")
        super().__init__(data, *args, **kwargs)
        offered = self.canned_texts()
        self.fields["canned"].queryset = (
            offered.filter(reason=shown_reason) if shown_reason in Reason.values[1:] else offered
        )
        self.fields["canned"].language = language
        self.texts = texts or {}
        for name, (label, text, longest) in self.texts.items():
            self.fields[f"edit_{name}"] = forms.CharField(
                label=label,
                required=False,
                initial=text,
                max_length=longest,
                strip=False,
                # Two lines for a name, more for a comment.
                widget=forms.Textarea(attrs={"rows": 6 if (longest or LINES) >= LINES else 2}),
            )

    @classmethod
    def canned_texts(cls) -> QuerySet[CannedText]:
        """The canned responses to offer."""
        return CannedText.objects.for_moderators()

    @property
    def edits(self):
        """The bound fields of the texts that can be corrected."""
        return [self[f"edit_{name}"] for name in self.texts]

    def clean(self):
        cleaned = super().clean()
        canned = cleaned.get("canned")
        if canned:
            cleaned["reason"] = cleaned.get("reason") or canned.reason
            both = [canned.text, cleaned.get("message", "").strip()]
            cleaned["message"] = "\n\n".join(filter(None, both))
            if len(cleaned["message"]) > MAX_LENGTH:
                self.add_error(
                    "message",
                    _(
                        "The canned response and your message are too long together. Shorten "
                        "your message."
                    ),
                )
        return cleaned

    def changes(self) -> dict[str, str]:
        """The texts as submitted, by field name, with normalized line breaks."""
        return {
            name: self.cleaned_data[f"edit_{name}"].replace("\r\n", "\n").strip()
            for name in self.texts
        }


class PracticeDecisionForm(DecisionForm):
    """A decision about a proposed practice, which may duplicate an existing one."""

    practice = forms.ModelChoiceField(
        Practice.objects.all(),
        label=_("Existing practice"),
        required=False,
        empty_label=_("None of these"),
    )


class AppealAnswerForm(forms.Form):
    """The answer to an appeal, by another moderator."""

    outcome = forms.ChoiceField(choices=AppealOutcome, widget=forms.HiddenInput)
    answer = forms.CharField(
        label=_("Your answer"),
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The member who appealed will read this."),
    )
