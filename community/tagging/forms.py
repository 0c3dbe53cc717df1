from django.utils.translation import gettext_lazy as _

from community.accounts.spam_protection import GuardedForm
from community.tagging.fields import SuggestedTags
from repository.tags.form_fields import TagsField


class TagProposalForm(GuardedForm):
    """Proposes one tag."""

    tag = TagsField(
        label=_("Tag"),
        most=1,
        widget=SuggestedTags(several=False),
        help_text=_("A word or short phrase that others would search for."),
    )
