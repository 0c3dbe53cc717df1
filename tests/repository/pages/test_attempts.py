import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.middleware import MessageMiddleware
from django.core.exceptions import ValidationError
from django.http import HttpResponse

from repository.pages.attempts import attempt
from repository.workflow import ActionRefused


class UploadForm(forms.Form):
    file = forms.CharField()


@pytest.fixture
def request_(rf):
    request = rf.post("/")
    request.session = {}
    MessageMiddleware(lambda request: HttpResponse()).process_request(request)
    return request


def messages_of(request) -> list[tuple[str, str]]:
    return [(message.level_tag, message.message) for message in get_messages(request)]


def test_attempt_shows_success(request_):
    with attempt(request_, success="Saved.") as outcome:
        pass
    assert (outcome.succeeded, outcome.refusal) == (True, "")
    assert messages_of(request_) == [("success", "Saved.")]


def test_attempt_shows_a_refusal_as_a_message(request_):
    with attempt(request_, success="Saved.") as outcome:
        raise ActionRefused("Too late.")
    assert (outcome.succeeded, outcome.refusal) == (False, "Too late.")
    assert messages_of(request_) == [("error", "Too late.")]


def test_attempt_shows_a_refusal_in_the_form(request_):
    form = UploadForm({"file": "x"})
    with attempt(request_, form, success="Saved.") as outcome:
        raise ActionRefused("Too late.")
    assert (outcome.succeeded, form.errors) == (False, {"__all__": ["Too late."]})
    assert messages_of(request_) == []


def test_attempt_shows_what_is_invalid_at_its_field(request_):
    form = UploadForm({"file": "x"})
    with attempt(request_, form, field="file") as outcome:
        raise ValidationError("No PDF.")
    assert (outcome.succeeded, form.errors) == (False, {"file": ["No PDF."]})
    with attempt(request_, field="file"):
        raise ValidationError(["No PDF.", "Too large."])
    assert messages_of(request_) == [("error", "No PDF. Too large.")]


def test_attempt_hides_no_other_error(request_):
    form = UploadForm({"file": "x"})
    with pytest.raises(ValidationError), attempt(request_, form):
        raise ValidationError("No PDF.")
    with pytest.raises(ZeroDivisionError), attempt(request_, form, field="file"):
        raise ZeroDivisionError
    assert form.errors == {}
