"""Run an action in a view and show its outcome."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest

from repository.workflow import ActionRefused


@dataclass
class Outcome:
    succeeded: bool = False
    # The reason of a refusal, for pages that show another form with it.
    refusal: str = ""


@contextmanager
def attempt(
    request: HttpRequest, form: BaseForm | None = None, *, success: str = "", field: str = ""
) -> Iterator[Outcome]:
    """Run an action in this block and show a refusal in the form, or as a message without a form.

    `success` is the message shown if the action was not refused. With a `field`, a
    `ValidationError` is shown at that field of the form, or as a message without a form.
    """
    outcome = Outcome()
    try:
        yield outcome
    except ActionRefused as refusal:
        outcome.refusal = str(refusal)
        if form is None:
            messages.error(request, outcome.refusal)
        else:
            form.add_error(None, outcome.refusal)
    except ValidationError as error:
        if not field:
            raise
        if form is None:
            messages.error(request, " ".join(error.messages))
        else:
            form.add_error(field, error)
    else:
        outcome.succeeded = True
        if success:
            messages.success(request, success)
