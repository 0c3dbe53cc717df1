"""Every row of the collection, to compare before and after."""

from django.apps import apps

from repository.models import (
    Edition,
    Original,
    SearchEntry,
    SearchTranslation,
    SearchWord,
)


def tables():
    return [
        model
        for model in apps.get_app_config("repository").get_models(include_auto_created=True)
        if not model._meta.proxy
    ]


def snapshot():
    """Every row of the collection, links and rows of history included."""
    written_by_triggers = (Edition, Original, SearchEntry, SearchTranslation, SearchWord)
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for model in tables()
        if model not in written_by_triggers
    }
