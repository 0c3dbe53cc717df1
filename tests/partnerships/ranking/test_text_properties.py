"""Properties of what a text adds to the fit, for any cities and requests."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from partnerships.ranking.factors import KINDS, TEXT, Weights
from partnerships.ranking.facts import CloseText, Knowledge, Need, Source, subject
from partnerships.ranking.matching import compare, rank
from partnerships.ranking.scoring import text_limit
from tests.partnerships.ranking.places import (
    MODALITIES,
    PRACTICES,
    asks,
    of_practice,
    places,
    served,
    several,
    subsets,
)
from tests.partnerships.ranking.places import weights as weights_by_factor
from tests.sampling import examples

weights = weights_by_factor.map(Weights.read)


def order(ranking):
    return [candidate.place for candidate in ranking.candidates]


@examples(0.3)
@given(asks(), several(places(), max_size=6), weights, served)
def test_a_text_counts_in_the_fit_alone(ask, cities, weights, served):
    """It makes no city a candidate, changes no tier, and adds at most its limit."""
    before = rank(replace(ask, texts={}), cities, weights, served=served)
    after = rank(ask, cities, weights, served=served)
    assert set(order(after)) == set(order(before))
    assert {each.place for each in after.related} == {each.place for each in before.related}
    assert by_place(after.exclusions) == by_place(before.exclusions)
    assert after.without == before.without

    plain = by_place([*before.candidates, *before.related])
    for each in (*after.candidates, *after.related):
        was = plain[each.place]
        assert (each.met, each.of, each.notes) == (was.met, was.of, was.notes)
        assert each.factors[1:] == was.factors[1:]
        fit, fit_before = each.factors[0], was.factors[0]
        # Each of the two is rounded to a tenth.
        assert 0 <= fit.tenths - fit_before.tenths <= text_limit(ask) * fit.most + 1
        told = [reason for reason in fit.reasons if reason.code.startswith("fit.text.")]
        assert [reason for reason in fit.reasons if reason not in told] == list(fit_before.reasons)
        text = ask.texts.get(each.place)
        is_told = text is not None and text.closeness > 0 and is_evidence(was)
        assert [reason.params for reason in told] == (
            [{text.record: text.pk, "closeness": text.closeness, "passage": "", "asked": ""}]
            if is_told
            else []
        )
        if not is_told:
            assert fit.tenths == fit_before.tenths


def by_place(items):
    return {each.place: each for each in items}


def is_evidence(candidate):
    codes = {reason.code for reason in candidate.factors[0].reasons}
    return not codes <= {"fit.nothing", "fit.unwanted", *MODALITY_CODES}


MODALITY_CODES = ("fit.modality", "fit.modality.other", "fit.modality.unknown")


@examples(0.3)
@given(asks(), several(places(), max_size=6), weights, served)
def test_no_text_overtakes_a_city_with_one_more_practice(ask, cities, weights, served):
    """Whatever else is known of both, and whatever was written."""
    before = rank(replace(ask, texts={}), cities, weights, served=served)
    after = order(rank(ask, cities, weights, served=served))
    for more in before.candidates:
        for fewer in before.candidates:
            if more.met > fewer.met:
                assert after.index(more.place) < after.index(fewer.place)


@examples(0.3)
@given(
    asks(is_constrained=False),
    places(pk=8),
    weights,
    st.sampled_from(sorted(PRACTICES)),
    st.sampled_from([source for source in Source if source != Source.ABANDONED]),
    subsets(MODALITIES, max_size=2),
    st.sampled_from([7, 9]),
)
def test_a_text_never_gives_more_points_than_a_practice(
    ask, city, weights, practice, source, modalities, pk
):
    """Of two cities that are alike, one has a text that says the same as the request, the other one
    more of its practices, even if only planned."""
    named = ask.practices | {practice}
    ask = replace(
        ask,
        direction="seek" if ask.direction == "offer" else ask.direction,
        practices=named,
        texts={city.pk: CloseText("offer", 1, 1.0)},
    )
    knowledge = tuple(
        item for item in city.knowledge if subject("practice", practice) not in item.about
    )
    city = replace(city, knowledge=knowledge)
    has_more = replace(
        city,
        pk=pk,
        knowledge=(*knowledge, Knowledge(source, of_practice(practice), modalities)),
    )
    by_key = by_place(compare(ask, [city, has_more], weights))
    if city.pk in by_key:
        assert by_key[pk].total >= by_key[city.pk].total
        assert by_key[pk].factors[0].tenths >= by_key[city.pk].factors[0].tenths
    # With more than a plan it comes first, whatever the points.
    if source != Source.PLANNED:
        assert next(iter(by_key)) == pk
        assert by_key[pk].met == 1 + (by_key[city.pk].met if city.pk in by_key else 0)


@examples(0.3)
@given(asks(is_constrained=False), places(pk=8), weights, st.sampled_from(sorted(PRACTICES)))
def test_a_text_never_gives_more_points_than_a_need_for_a_practice(ask, city, weights, practice):
    ask = replace(
        ask,
        direction="offer",
        practices=ask.practices | {practice},
        texts={city.pk: CloseText("need", 1, 1.0)},
    )
    needs = tuple(need for need in city.needs if subject("practice", practice) not in need.about)
    city = replace(city, needs=needs)
    wants_more = replace(city, pk=9, needs=(*needs, Need(of_practice(practice))))
    found = compare(ask, [city, wants_more], weights)
    assert found[0].place == 9
    assert found[0].total >= found[-1].total


@examples(0.3)
@given(
    asks(is_constrained=False),
    several(places(), min_size=1, max_size=6),
    weights,
    st.floats(0, 1),
    st.data(),
)
def test_a_closer_text_never_lowers_a_rank(ask, cities, weights, more, data):
    city = data.draw(st.sampled_from(cities))
    closeness = ask.texts[city.pk].closeness if city.pk in ask.texts else 0.0
    assume(more >= closeness)
    closer = dict(ask.texts) | {city.pk: CloseText("offer", 1, more)}
    before = order(rank(ask, cities, weights))
    after = order(rank(replace(ask, texts=closer), cities, weights))
    if city.pk in before:
        assert after.index(city.pk) <= before.index(city.pk)
    assert [key for key in after if key != city.pk] == [key for key in before if key != city.pk]


@examples(0.3)
@given(asks(), several(places(), max_size=6), st.data())
def test_the_order_of_the_texts_does_not_matter(ask, cities, data):
    shuffled = dict(data.draw(st.permutations(list(ask.texts.items()))))
    assert rank(replace(ask, texts=shuffled), cities) == rank(ask, cities)


@examples(0.3)
@given(asks())
def test_the_limit_is_a_plan_for_one_of_the_central_subjects(ask):
    kinds = {wish.kind for wish in ask.wishes}
    subjects = ask.central or ask.relevant
    central = {about.partition(":")[0] for about in subjects}
    if not kinds:
        assert text_limit(ask) == 0
        return
    [kind] = central
    share = KINDS[kind] / sum(KINDS[each] for each in kinds) / len(subjects)
    assert text_limit(ask) == pytest.approx(TEXT * share)
