"""How a page shows what became of an action."""

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
    # Why not, for pages that show another form with it.
    refusal: str = ""


@contextmanager
def attempt(
    request: HttpRequest, form: BaseForm | None = None, *, success: str = "", field: str = ""
) -> Iterator[Outcome]:
    """Take an action in this block: a refusal is shown in the form, or without one as a message.

    `success` is the message if the block was not refused. With a `field` of the form, what is
    invalid about it (`ValidationError`) is shown there, or without a form as a message.
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
