import pghistory
import pytest
from pghistory.models import Context

from repository.models import Theme
from repository.workflow import acting, action
from tests.factories import ThemeFactory, UserFactory

pytestmark = pytest.mark.django_db


@action
def rename(*, theme: Theme, name: str, by=None) -> Theme:
    theme.name = name
    theme.save()
    if name == "Refused":
        raise ValueError(name)
    return theme


def context_of_last_event(theme: Theme) -> dict | None:
    context = theme.events.order_by("pgh_id").last().pgh_context
    return context and context.metadata


def test_action_names_who_acts_in_the_history():
    theme, by = ThemeFactory(), UserFactory()
    assert rename(theme=theme, name="Ports", by=by) == theme
    assert context_of_last_event(theme) == {"user": by.pk}


def test_action_without_user_keeps_the_context_of_its_caller():
    theme, by = ThemeFactory(), UserFactory()
    rename(theme=theme, name="Ports")
    assert context_of_last_event(theme) is None
    with acting(by, url="/here/"):
        rename(theme=theme, name="Rails")
    assert context_of_last_event(theme) == {"user": by.pk, "url": "/here/"}


def test_acting_replaces_what_the_request_has_set():
    theme, by = ThemeFactory(), UserFactory()
    with pghistory.context(user=by.pk, url="/secret/"), acting(user=None, url="", link="survey"):
        rename(theme=theme, name="Ports")
    assert context_of_last_event(theme) == {"user": None, "url": "", "link": "survey"}


def test_action_that_fails_stores_nothing():
    theme = ThemeFactory(name="Ports")
    with pytest.raises(ValueError, match="Refused"):
        rename(theme=theme, name="Refused", by=UserFactory())
    theme.refresh_from_db()
    assert theme.name == "Ports"
    assert not Context.objects.exists()


def test_action_takes_keyword_arguments_only():
    def positional(theme, *, by):
        pass

    with pytest.raises(TypeError, match="“theme” must be keyword-only"):
        action(positional)
