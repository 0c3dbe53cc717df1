"""The field in which members type tags."""

from django.urls import reverse_lazy

from repository.tags.form_fields import TagsWidget


class SuggestedTags(TagsWidget):
    """Tags that are in use are suggested while somebody types, by `suggest.js`; one, or several."""

    def __init__(self, *, several: bool = True):
        attrs = {
            "data-suggest": reverse_lazy("community:tag_suggestions"),
            "list": "tags",
            "autocomplete": "off",
        }
        super().__init__(attrs | ({"data-several": ""} if several else {}))
