"""Questions that an object answers: editors write them for the search."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Characters of a question, and of all questions of an object.
MAX_LENGTH, MAX_TOGETHER = 200, 12_000


def check_questions(text: str) -> None:
    """Raise ValidationError if a line is too long to be a question."""
    longest = max(text.splitlines(), key=len, default="")
    if len(longest) > MAX_LENGTH:
        raise ValidationError(
            _("Write one question per line, each of at most %(limit)d characters: “%(line)s…”"),
            params={"limit": MAX_LENGTH, "line": longest[:60]},
        )


class AnswersQuestions(models.Model):
    """What readers might ask or describe, in their own words, and this object answers.

    Texts are written in the words of their authors, questions are asked in those of readers. The
    search compares a reader's question with these too: docs/search.md has what it gains.
    """

    questions = models.TextField(
        gettext_lazy("questions that it answers"),
        max_length=MAX_TOGETHER,
        blank=True,
        validators=[check_questions],
        help_text=gettext_lazy(
            "What readers might ask or describe, in everyday words: one question or situation per "
            "line, in any language. They help readers find this page."
        ),
    )

    class Meta:
        abstract = True
