from django.utils.translation import gettext_lazy as _

from repository.tags_field import TagsField

from .guarded import GuardedForm
from .tags import SuggestedTags


class TagProposalForm(GuardedForm):
    """One tag that a member misses."""

    tag = TagsField(
        label=_("Tag"),
        most=1,
        widget=SuggestedTags(several=False),
        help_text=_("What others would look for. Spelling and capitals do not matter."),
    )
