import pytest
from django.db import IntegrityError, transaction

from repository.models import Photograph
from tests.factories import CaseStudyFactory, PhotographFactory

pytestmark = pytest.mark.django_db


def test_allow_one_photograph_for_a_case(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    case = CaseStudyFactory()
    PhotographFactory(case=case)
    with pytest.raises(IntegrityError), transaction.atomic():
        PhotographFactory(case=case)
    assert Photograph.objects.count() == 1
