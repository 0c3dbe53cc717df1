"""Fields shared by the models of the collection."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from repository import markdown

# Each says for itself that it is out of range; a constraint speaks of the pair.
LATITUDE = [MinValueValidator(-90), MaxValueValidator(90)]
LONGITUDE = [MinValueValidator(-180), MaxValueValidator(180)]


class RenderedField(models.JSONField):
    """HTML of Markdown fields of the same row: `{field name: html}`, made when the row is saved.

    Rendering once at each save instead of at each reading keeps a page cheap. A save with
    `update_fields` that changes one of the sources has to name this field too.
    """

    def __init__(self, *, sources: list[str], **kwargs):
        self.sources = sources
        kwargs |= {"editable": False, "default": dict}
        super().__init__(**kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for key in ("editable", "default"):
            kwargs.pop(key, None)
        return name, path, args, kwargs | {"sources": self.sources}

    def pre_save(self, model_instance, add):
        html = {name: markdown.render(getattr(model_instance, name)) for name in self.sources}
        setattr(model_instance, self.attname, html)
        return html
