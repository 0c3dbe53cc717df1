import sys

import pytest
from django.db import IntegrityError, transaction

from config.log import DiscreetFormatter
from tests.factories import UserFactory


@pytest.mark.django_db
def test_log_error_without_the_values_of_the_row():
    user = UserFactory()
    try:
        with transaction.atomic():
            type(user)(email=user.email).save()
    except IntegrityError:
        text = DiscreetFormatter().formatException(sys.exc_info())
    assert user.email not in text
    assert text.splitlines()[-1].startswith("django.db.utils.IntegrityError: duplicate key")
