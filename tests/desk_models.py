"""Models registered in the admin."""

from django.apps import apps
from django.contrib import admin


def desk_models() -> list[type]:
    return [model for model in apps.get_models() if admin.site.is_registered(model)]


def desks() -> dict[type, admin.ModelAdmin]:
    """Return the admin class of each registered model."""
    return {model: admin.site.get_model_admin(model) for model in desk_models()}
