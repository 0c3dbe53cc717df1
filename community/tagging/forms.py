from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from community.accounts.spam_protection import GuardedForm
from repository.tags.form_fields import TagsField, TagsWidget


class SuggestedTags(TagsWidget):
    """An input for one or several tags; `suggest.js` suggests tags in use."""

    def __init__(self, *, several: bool = True):
        attrs = {
            "data-suggest": reverse_lazy("community:tag_suggestions"),
            "list": "tags",
            "autocomplete": "off",
        }
        super().__init__(attrs | ({"data-several": ""} if several else {}))


class TagProposalForm(GuardedForm):
    """Proposes one tag."""

    tag = TagsField(
        label=_("Tag"),
        most=1,
        widget=SuggestedTags(several=False),
        help_text=_("A word or short phrase that others would search for."),
    )
