"""Fields shared by the models of the collection."""

from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.forms.fields import InvalidJSONInput

from repository.text import markdown
from repository.text.parsing import NOT_STORED, AnyTextDecoder

# Each says for itself that it is out of range; a constraint speaks of the pair.
LATITUDE = [MinValueValidator(-90), MaxValueValidator(90)]
LONGITUDE = [MinValueValidator(-180), MaxValueValidator(180)]


def is_text(value) -> bool:
    """Whether a value of JSON is a text that says something and can be stored."""
    return isinstance(value, str) and bool(value.strip()) and not NOT_STORED.search(value)


class ShapedFormField(forms.JSONField):
    """The JSON of a shaped field, which is held against its shape before the object has it: what
    tells the name of an object reads it. A mistake brings back what was typed."""

    def __init__(self, *, shaped, **kwargs):
        super().__init__(**kwargs | {"decoder": AnyTextDecoder})
        self.shaped = shaped

    def to_python(self, value):
        try:
            return self.shaped(super().to_python(value))
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def bound_data(self, data, initial):
        if self.disabled or data is None:
            return super().bound_data(data, initial)
        return InvalidJSONInput(data)


class ShapedField(models.JSONField):
    """JSON that people write, of the shape that its validators ask for.

    Where nothing is written it is its default. Django's own asks no validator about what is empty,
    also where it is empty in another shape.
    """

    empty_values = ()

    def clean(self, value, model_instance):
        value = self.get_default() if value is None else value
        self.run_validators(value)
        return value

    def formfield(self, **kwargs):
        shaped = partial(self.clean, model_instance=None)
        return super().formfield(**{"form_class": ShapedFormField, "shaped": shaped, **kwargs})


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
