"""The data that figures count: real ones, or those of the sample data set, never both."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db.models import Exists, OuterRef, Q

from partnerships.models import Party

# Whether samples are counted, in this thread and while a report is computed.
_samples: ContextVar[bool] = ContextVar("samples", default=False)


@contextmanager
def dataset(*, samples: bool) -> Iterator[None]:
    """Let all figures count one of the two data sets."""
    token = _samples.set(samples)
    try:
        yield
    finally:
        _samples.reset(token)


def counts_samples() -> bool:
    """Whether figures count the sample data set now."""
    return _samples.get()


def of_city(path: str = "") -> Q:
    """Return the condition for rows of a city of the data set; `path` leads to the row."""
    return Q(**{f"{path}city__is_sample": counts_samples()})


def of_partnership(path: str = "") -> Q:
    """Return the condition for partnerships of the data set; `path` leads to the partnership."""
    samples = Party.objects.filter(partnership=OuterRef(f"{path}pk"), city__is_sample=True)
    return Q(Exists(samples)) if counts_samples() else ~Q(Exists(samples))
