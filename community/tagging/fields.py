"""The form field for tags."""

from django.urls import reverse_lazy

from repository.tags.form_fields import TagsWidget


class SuggestedTags(TagsWidget):
    """An input for one or several tags; `suggest.js` suggests tags in use."""

    def __init__(self, *, several: bool = True):
        attrs = {
            "data-suggest": reverse_lazy("community:tag_suggestions"),
            "list": "tags",
            "autocomplete": "off",
        }
        super().__init__(attrs | ({"data-several": ""} if several else {}))
