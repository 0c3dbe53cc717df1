"""Model fields shared by several packages."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from repository.text import markdown
from repository.text.parsing import NOT_STORED, BoundedDecoder

# These give errors for each field; the database constraint covers both together.
LATITUDE = [MinValueValidator(-90), MaxValueValidator(90)]
LONGITUDE = [MinValueValidator(-180), MaxValueValidator(180)]


def is_text(value) -> bool:
    """Is a JSON value a non-blank string that can be stored?"""
    return isinstance(value, str) and bool(value.strip()) and not NOT_STORED.search(value)


class ShapedField(models.JSONField):
    """JSON that staff type. Blank stands for the default, and other empty values are validated."""

    # A list is no mapping, even if it is empty.
    empty_values = ()

    def clean(self, value, model_instance):
        return super().clean(self.get_default() if value is None else value, model_instance)

    def formfield(self, **kwargs):
        # Validate in the form too, before `__str__` of the instance reads the value.
        return super().formfield(
            **{"decoder": BoundedDecoder, "validators": self.validators, **kwargs}
        )


class RenderedField(models.JSONField):
    """HTML of Markdown fields of the same row: `{field name: html}`, rendered on save.

    Rendering on save instead of on each view keeps pages fast. A save with `update_fields` that
    changes one of the sources must include this field.
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
