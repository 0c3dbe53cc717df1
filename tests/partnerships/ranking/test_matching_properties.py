"""Properties of the ranking of any cities and requests."""

from dataclasses import replace

from django.utils.translation import override
from hypothesis import assume, given
from hypothesis import strategies as st

from partnerships.matches.assignment import assign, level
from partnerships.ranking.explanations import FACTORS as NAMES
from partnerships.ranking.explanations import Labels, sentence
from partnerships.ranking.factors import FACTORS
from partnerships.ranking.facts import Knowledge, Need, Source, about, subject
from partnerships.ranking.filters import meets
from partnerships.ranking.matching import Weights, answerable, rank
from tests.partnerships.ranking.places import (
    MODALITIES,
    PRACTICES,
    asks,
    matters,
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
@given(asks(), several(places(), max_size=6), weights, served, st.data())
def test_rank_whatever_the_order_of_the_input(ask, cities, weights, served, data):
    ranking = rank(ask, cities, weights, served=served)
    assert rank(ask, data.draw(st.permutations(cities)), weights, served=served) == ranking
    shuffled = [
        replace(
            city,
            knowledge=tuple(data.draw(st.permutations(city.knowledge))),
            needs=tuple(data.draw(st.permutations(city.needs))),
        )
        for city in cities
    ]
    assert rank(ask, shuffled, weights, served=served) == ranking


@examples(0.3)
@given(asks(), several(places(), max_size=6), weights, served)
def test_points_add_up_to_the_total(ask, cities, weights, served):
    candidates = rank(ask, cities, weights, served=served).candidates
    assert list(candidates) == sorted(
        candidates,
        key=lambda each: (-each.met, -each.total, -each.factors[0].points, each.place),
    )
    for candidate in candidates:
        assert candidate.total == sum(factor.points for factor in candidate.factors)
        assert 0 <= candidate.total <= 100
        assert [factor.factor for factor in candidate.factors] == list(FACTORS)
        assert all(0 <= factor.tenths <= factor.most for factor in candidate.factors)
        assert sum(factor.most for factor in candidate.factors) == 1000


@examples(0.3)
@given(weights)
def test_weights_make_a_hundred_points(weights):
    assert sum(weights.most.values()) == 1000
    assert min(weights.most.values()) >= 0


@examples(0.3)
@given(asks(), several(places(), max_size=6), served)
def test_rank_never_breaks_a_hard_constraint(ask, cities, served):
    cities_by_key = {city.pk: city for city in cities}
    ranking = rank(ask, cities, served=served)
    for candidate in ranking.candidates:
        key, city = candidate.place, cities_by_key[candidate.place]
        held = {meets(constraint, city, ask.requester) for constraint in ask.constraints}
        assert False not in held
        noted = [note.code for note in candidate.notes if note.code.startswith("confirm.")]
        assert bool(noted) == (None in held)
        assert len(noted) == len(set(noted))
        assert key not in ask.declined
        assert key != ask.requester.pk
        assert ask.direction == "offer" or city.room != 0
    for candidate in ranking.related:
        city = cities_by_key[candidate.place]
        held = [meets(constraint, city, ask.requester) for constraint in ask.constraints]
        assert False not in held
    for exclusion in ranking.exclusions:
        assert exclusion.reasons
        assert exclusion.place not in order(ranking)


@examples(0.3)
@given(
    asks(),
    several(places(), min_size=1, max_size=6),
    weights,
    st.sampled_from([Source.OFFER, Source.CASE, Source.ADOPTED]),
    subsets(MODALITIES, max_size=2),
    st.data(),
)
def test_a_relevant_offer_never_lowers_a_rank(ask, cities, weights, source, modalities, data):
    assume(ask.direction != "offer")
    assume(ask.practices)
    at = data.draw(st.integers(0, len(cities) - 1))
    offered = data.draw(st.sampled_from(sorted(ask.practices)))
    more = Knowledge(source, of_practice(offered), modalities)
    city = cities[at]
    richer = replace(city, knowledge=(*city.knowledge, more))

    before = rank(ask, cities, weights)
    after = rank(ask, [*cities[:at], richer, *cities[at + 1 :]], weights)

    if city.pk in order(before):
        assert order(after).index(city.pk) <= order(before).index(city.pk)
    others = [key for key in order(before) if key != city.pk]
    assert [key for key in order(after) if key != city.pk] == others
    if city.pk in order(after):
        of_city = {candidate.place: candidate for candidate in after.candidates}[city.pk]
        told = {(reason.code, reason.params.get("about")) for reason in of_city.factors[0].reasons}
        assert (f"fit.{source.value}", subject("practice", offered)) in told


@examples(0.3)
@given(asks(), several(places(), max_size=6), served)
def test_candidates_have_something_of_what_is_asked(ask, cities, served):
    ranking = rank(ask, cities, served=served)
    by_key = {city.pk: city for city in cities}
    named = [about(practices=ask.practices), about(themes=ask.themes), about(goals=ask.goals)]
    practices, themes, goals = named
    if ask.direction == "offer":
        practices |= {each for each in ask.offers if each.startswith("practice:")}
        themes |= ask.offers - practices

    def has_any(key, subjects):
        city = by_key[key]
        items = city.knowledge
        if ask.direction == "offer":
            # Who plans a practice could use it.
            planned = [item for item in city.knowledge if item.source == Source.PLANNED]
            items = (*city.needs, *planned)
        return any(not item.about.isdisjoint(subjects) for item in items)

    assert all(has_any(key, practices) for key in order(ranking))
    for candidate in ranking.related:
        assert has_any(candidate.place, themes if practices else themes or goals)
        assert not has_any(candidate.place, practices)
        assert (candidate.met, candidate.of) == (0, len(practices))
        assert candidate.place not in order(ranking)
    assert ranking.is_unanswered == (not ranking.candidates and not ranking.exclusions)


@examples(0.3)
@given(asks(), several(places(), max_size=6), weights, served, matters)
def test_an_offer_in_return_leaves_what_is_sought_first(ask, cities, weights, served, offered):
    plain = replace(ask, direction="seek", offers=about())
    both = replace(ask, direction="both", offers=offered)
    before = rank(plain, cities, weights, served=served)
    after = rank(both, cities, weights, served=served)

    # No city becomes a candidate by what is offered to it, and none has less of what is sought.
    assert {each.place: each.factors[0] for each in after.candidates} == {
        each.place: each.factors[0] for each in before.candidates
    }
    sought = about(practices=ask.practices, themes=ask.themes, goals=ask.goals)
    by_key = {city.pk: city for city in cities}
    for key in order(after):
        assert any(not item.about.isdisjoint(sought) for item in by_key[key].knowledge)


UNKNOWN = {
    "languages": frozenset(),
    "corridors": frozenset(),
    "setting": "",
    "capacity": None,
    "needs": (),
    "population": None,
    **dict.fromkeys(["has_sea_port", "has_dry_port", "has_rail_hub", "has_air_hub"]),
}


def good_statements(ask, city):
    """What a city that has stated nothing may state that is good for a request."""
    own = ask.requester
    met = {about for about in ask.returns if about.startswith("theme:")}
    found = [
        {"capacity": city.partners + 1},
        {"capacity": 3 * city.partners + 1},
        {"languages": ask.working_languages},
        {"needs": (Need(ask.returns),) if ask.returns else ()},
        {"needs": (Need(frozenset(met)),) if met else ()},
        {"setting": own.setting},
        {"corridors": own.corridors},
        {"population": own.population},
    ]
    if own.is_landlocked is not None:
        found.append({"has_sea_port": not own.is_landlocked})
    return [facts for facts in found if None not in facts.values() and facts not in NOTHING]


NOTHING = [{name: value} for name, value in UNKNOWN.items()]


@examples(0.3)
@given(
    asks(is_constrained=False),
    several(places(), min_size=1, max_size=6),
    weights,
    st.sampled_from(sorted(PRACTICES)),
    st.data(),
)
def test_stating_something_good_never_lowers_a_rank(ask, cities, weights, practice, data):
    direction = data.draw(st.sampled_from(["seek", "both"]))
    ask = replace(ask, direction=direction, practices=ask.practices | {practice})
    at = data.draw(st.integers(0, len(cities) - 1))
    assume(cities[at].pk != ask.requester.pk)
    offer = Knowledge(Source.OFFER, of_practice(practice))
    city = replace(
        cities[at],
        **UNKNOWN,
        is_country_landlocked=None,
        knowledge=(*cities[at].knowledge, offer),
    )
    stated = data.draw(st.sampled_from(good_statements(ask, city)))
    before = rank(ask, [*cities[:at], city, *cities[at + 1 :]], weights)
    after = rank(ask, [*cities[:at], replace(city, **stated), *cities[at + 1 :]], weights)
    assert order(after).index(city.pk) <= order(before).index(city.pk)
    totals = [
        {each.place: each.total for each in ranking.candidates}[city.pk]
        for ranking in (before, after)
    ]
    assert totals == sorted(totals)
    others = [key for key in order(before) if key != city.pk]
    assert [key for key in order(after) if key != city.pk] == others


@examples(0.3)
@given(asks(), several(places(), min_size=1, max_size=6), weights, st.data())
def test_what_is_not_known_excludes_no_city(ask, cities, weights, data):
    assume(ask.direction != "offer")
    at = data.draw(st.integers(0, len(cities) - 1))
    city = cities[at]
    before = order(rank(ask, cities, weights))
    forgotten = replace(city, **UNKNOWN)
    after = rank(ask, [*cities[:at], forgotten, *cities[at + 1 :]], weights)
    assert set(before) <= set(order(after))
    # Texts count in the fit alone.
    ask = replace(ask, texts={})
    after = rank(ask, [*cities[:at], forgotten, *cities[at + 1 :]], weights)
    for candidate in after.candidates:
        if candidate.place == city.pk:
            fit, _reciprocity, _setting, languages, _reliability, load, _reach = candidate.factors
            for factor in (languages, load):
                assert not factor.is_known
            # The same share as of the fit, up to rounding.
            assert abs(languages.tenths * fit.most - fit.tenths * languages.most) <= (
                fit.most + languages.most
            )


@examples(0.3)
@given(asks(), several(places(), max_size=6), weights, served, st.data())
def test_a_partial_match_never_overtakes_a_fuller_one(ask, cities, weights, served, data):
    ranking = rank(ask, cities, weights, served=served)
    met = {candidate.place: candidate.met for candidate in ranking.candidates}
    assert list(met.values()) == sorted(met.values(), reverse=True)

    practices = {subject("practice", slug) for slug in ask.practices}
    if practices and ask.direction != "offer":
        weak = {Source.PLANNED, Source.ABANDONED}
        for city in cities:
            strong = [item.about for item in city.knowledge if item.source not in weak]
            if city.pk in met:
                assert met[city.pk] == len(practices & about().union(*strong))

    # Whatever else a city states, the others that have more stay ahead of it.
    assume(met)
    at = data.draw(st.integers(0, len(cities) - 1))
    others = data.draw(places(pk=cities[at].pk))
    stated = replace(others, knowledge=cities[at].knowledge, needs=cities[at].needs)
    after = order(rank(ask, [*cities[:at], stated, *cities[at + 1 :]], weights, served=served))
    for key in met:
        if stated.pk in met and stated.pk in after and met[key] > met[stated.pk]:
            assert after.index(key) < after.index(stated.pk)


@examples(0.3)
@given(several(asks(), max_size=5), places(), weights, served)
def test_a_city_reads_the_same_points_as_the_broker(requests, city, weights, served):
    own = answerable(city, requests, weights, served=served)
    rankings = {ask.pk: rank(ask, [city], weights, served=served) for ask in requests}
    assert {candidate.ask: (candidate,) for candidate in own.candidates} == {
        key: ranking.candidates for key, ranking in rankings.items() if ranking.candidates
    }
    assert {left.ask: (left,) for left in own.exclusions} == {
        key: ranking.exclusions for key, ranking in rankings.items() if ranking.exclusions
    }
    shares = [(each.met / each.of, each.total) for each in own.candidates]
    assert shares == sorted(shares, reverse=True)


@examples(0.3)
@given(asks(), several(places(), max_size=4), served)
def test_each_factor_has_a_sentence_in_each_language(ask, cities, served):
    ranking = rank(ask, cities, served=served)
    reasons = [
        reason
        for candidate in ranking.candidates
        for factor in candidate.factors
        for reason in factor.reasons
    ]
    assert all(factor.reasons for candidate in ranking.candidates for factor in candidate.factors)
    reasons += [note for candidate in ranking.candidates for note in candidate.notes]
    reasons += [reason for exclusion in ranking.exclusions for reason in exclusion.reasons]
    for language in ("en", "fr"):
        with override(language):
            for reason in reasons:
                words = sentence(reason, Labels())
                assert words.endswith((".", "?"))
                assert "%(" not in words
                assert "None" not in words


def test_each_factor_has_a_name():
    assert list(NAMES) == list(FACTORS)


def greedy(requests, cities, capacities, weights):
    """Each request in turn takes the best city that is left: levels, and tenths of a point."""
    left = dict(capacities)
    levels = total = 0
    for ask in sorted(requests, key=lambda ask: ask.pk):
        for candidate in rank(ask, cities, weights).candidates:
            if candidate.met and left[candidate.place] > 0:
                left[candidate.place] -= 1
                levels += level(candidate.met, candidate.of)
                total += candidate.tenths
                break
    return levels, total


@examples(0.3)
@given(several(asks(), max_size=5), several(places(), max_size=4), weights, st.data())
def test_a_round_gives_no_less_than_taking_turns(requests, cities, weights, data):
    capacities = {city.pk: data.draw(st.integers(0, 3)) for city in cities}
    takes = {
        city.pk: capacities[city.pk] if city.room is None else min(capacities[city.pk], city.room)
        for city in cities
    }
    result = assign(requests, cities, capacities, weights)

    by_key = {ask.pk: ask for ask in requests}
    levels = 0
    for assignment in result.assignments:
        candidates = rank(by_key[assignment.ask], cities, weights).candidates
        of_city = {candidate.place: candidate for candidate in candidates}[assignment.place]
        levels += level(of_city.met, of_city.of)
    assert (levels, result.tenths) >= greedy(requests, cities, takes, weights)
    taken = [assignment.place for assignment in result.assignments]
    assert all(taken.count(key) <= takes[key] for key in takes)
    served = [assignment.ask for assignment in result.assignments]
    assert sorted([*served, *(left.ask for left in result.unassigned)]) == sorted(
        ask.pk for ask in requests
    )


@examples(0.3)
@given(several(asks(), max_size=4), several(places(), max_size=4), weights, served, st.data())
def test_a_round_gives_the_points_of_the_ranking(requests, cities, weights, served, data):
    # Who seeks nothing takes no place of a city, but in a round it does: give all of them room.
    cities = [replace(city, capacity=None) for city in cities]
    capacities = {city.pk: 4 for city in cities}
    result = assign(requests, cities, capacities, weights, served=served)
    for assignment in result.assignments:
        ask = {ask.pk: ask for ask in requests}[assignment.ask]
        ranking = rank(ask, cities, weights, served=served)
        of_city = {candidate.place: candidate for candidate in ranking.candidates}
        # With room for all, each request gets its best city.
        assert assignment.tenths == of_city[assignment.place].tenths
        assert assignment.best_tenths == ranking.candidates[0].tenths
        assert assignment.cost == 0
    for left in result.unassigned:
        ask = {ask.pk: ask for ask in requests}[left.ask]
        # Who only plans it, or has abandoned it, has no place in a round.
        assert not any(each.met for each in rank(ask, cities, weights, served=served).candidates)

    again = assign(
        data.draw(st.permutations(requests)),
        data.draw(st.permutations(cities)),
        capacities,
        weights,
        served=served,
    )
    assert again == result
