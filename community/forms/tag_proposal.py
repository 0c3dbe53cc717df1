from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from repository.tags_field import TagsField

from .guarded import GuardedForm


class TagProposalForm(GuardedForm):
    """One tag that a member misses."""

    tag = TagsField(
        label=_("Tag"),
        most=1,
        help_text=_("What others would look for. Spelling and capitals do not matter."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tag"].widget.attrs |= {
            "data-suggest": reverse_lazy("community:tag_suggestions"),
            "list": "tags",
            "autocomplete": "off",
        }
