"""From which similarity a text is near in meaning to a request, by labelled texts."""

from repository.embeddings.meaning import threshold
from tests.partnerships.ranking.near_texts import chosen, similarities


def test_the_threshold_is_that_of_the_labelled_texts():
    near, far = similarities(0)
    assert threshold("near") == chosen(far)
    # Silent rather than wrong: some texts that are near are not quoted.
    assert sum(each >= threshold("near") for each in near) == 5


def test_texts_that_did_not_choose_the_threshold_are_told_apart():
    near, far = similarities(1)
    assert max(far) < threshold("near")
    assert sum(each >= threshold("near") for each in near) == 7
