from threading import Thread

import pytest
from django.db import connection

from repository.loading.writing import load_series
from repository.models import CaseStudy, Edition
from tests.factories import CountryFactory
from tests.repository.loading.conftest import Folder


@pytest.mark.django_db(transaction=True)
def test_load_twice_at_the_same_time(tmp_path):
    CountryFactory(iso2="CN")
    CountryFactory(iso2="BR")
    folder = Folder(tmp_path)
    before = Edition.objects.get().number
    outcomes = []

    def load():
        try:
            outcomes.append(load_series(folder.path))
        finally:
            connection.close()

    threads = [Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert sorted(
        (outcome.created, outcome.changed, outcome.unchanged) for outcome in outcomes
    ) == [(0, 0, 16), (16, 0, 0)]
    assert CaseStudy.objects.get().evidence.count() == 2
    assert Edition.objects.get().number == before + 1
