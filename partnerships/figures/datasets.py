"""The data that figures count: real ones, or those of the sample data set, never both."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db.models import Q

from partnerships.models import Partnership
from repository.models import City
from repository.samples import SampleQuerySet

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


def of_dataset(rows: SampleQuerySet) -> SampleQuerySet:
    """Return those of the rows that are of the data set."""
    return rows.samples() if counts_samples() else rows.real()


def of_city(path: str = "") -> Q:
    """Return the condition for rows of a city of the data set; `path` leads to the row."""
    return Q(**{f"{path}city__in": of_dataset(City.objects.all())})


def of_partnership(path: str = "") -> Q:
    """Return the condition for partnerships of the data set; `path` leads to the partnership."""
    return Q(**{f"{path}pk__in": of_dataset(Partnership.objects.all())})
