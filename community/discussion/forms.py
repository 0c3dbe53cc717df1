import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from community.accounts.spam_protection import GuardedForm
from community.discussion.models import MAX_LENGTH
from repository.text import markdown


class BodyField(forms.CharField):
    """The text of a comment; rejects Markdown that renders to no text."""

    def __init__(self, **kwargs):
        super().__init__(
            label=_("Add a comment"),
            max_length=MAX_LENGTH,
            help_text=_(
                "Use Markdown for *italics*, **bold**, lists, quotes and links. Mention a "
                "member with @handle."
            ),
            widget=forms.Textarea(attrs={"rows": 5, "dir": "auto", "data-mentions": ""}),
            **kwargs,
        )

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value):
        super().validate(value)
        if len(value) > MAX_LENGTH:
            # Already invalid, and a megabyte of stars and brackets takes long to parse.
            return
        words = strip_tags(markdown.render(value))
        if all(unicodedata.category(letter)[0] in "CZM" for letter in words):
            raise ValidationError(_("Enter some text."))


class CommentForm(GuardedForm):
    """A new comment."""

    body = BodyField()


class CommentEditForm(forms.Form):
    """A new text for a comment."""

    body = BodyField()
