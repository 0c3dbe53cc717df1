"""The worked examples, points, ties and weights, and the requests that a city could answer."""

import json
from dataclasses import replace

import pytest

from partnerships.ranking import factors
from partnerships.ranking.explanations import sentences
from partnerships.ranking.facts import Constraint, Knowledge, Must, Need, Source, about
from partnerships.ranking.matching import MOST_RELATED, Weights, answerable, rank
from tests.partnerships.cast import PARCELS, RAIL, lusaka, seek, zhengzhou
from tests.partnerships.ranking.examples import EXAMPLES, card_of, cities, labels, request_of

LOANS = about(practices=["customs-data-loans"], themes=["finance"])


@pytest.mark.parametrize("name", EXAMPLES)
def test_rank_as_in_the_worked_examples(name):
    example = EXAMPLES[name]
    slugs = {entry["pk"]: slug for slug, entry in cities().items()}
    ranking = rank(*request_of(example))

    found = [slugs[candidate.place] for candidate in ranking.candidates]
    first = example.get("first", [])
    assert found[: len(first)] == first
    if example.get("only"):
        assert found == first
    assert ranking.is_unanswered == example.get("unanswered", False)
    related = [slugs[candidate.place] for candidate in ranking.related]
    assert related[: len(example.get("related", []))] == example.get("related", [])
    assert example.get("without", {}).items() <= ranking.without.items()
    noted = {
        slugs[candidate.place]: [
            note.code for note in candidate.notes if note.code.startswith("confirm.")
        ]
        for candidate in ranking.candidates
    }
    assert {slug: codes for slug, codes in noted.items() if codes} == example.get("confirm", {})
    out = {slugs[left.place]: left.reasons[0].code for left in ranking.exclusions}
    assert out.items() >= example.get("out", {}).items()
    assert bool(out) == ("out" in example)

    said = [
        words
        for candidate in ranking.candidates[:1]
        for factor in candidate.factors
        for words in sentences(factor.reasons, labels())
    ]
    assert [words for words in example.get("says", []) if words not in said] == []
    left_out = [words for left in ranking.exclusions for words in sentences(left.reasons, labels())]
    assert [words for words in example.get("left_out_says", []) if words not in left_out] == []

    cards = {slugs[each.place]: card_of(each, example) for each in ranking.candidates}
    for slug, texts in example.get("must_say", {}).items():
        assert [text for text in texts if text not in cards[slug]] == [], cards[slug]
    for slug, texts in example.get("must_not", {}).items():
        assert [text for text in texts if text in cards[slug]] == [], cards[slug]


def test_the_worked_examples_are_enough():
    with_words = [each for each in EXAMPLES.values() if "must_say" in each or "must_not" in each]
    on_samples = [each for each in EXAMPLES.values() if each["from"].startswith("~")]
    assert len(EXAMPLES) >= 48
    assert len(with_words) >= 20
    assert len(on_samples) >= 12


def test_ties_are_broken_by_fit_and_then_by_key():
    # 0.6 × 80 + 0.6 × 20, as the languages are not known, and 0.5 × 80 + 20.
    weights = Weights(fit=4, languages=1, reciprocity=0, setting=0, reliability=0, load=0, reach=0)
    ask = seek(languages=frozenset(["fr"]))
    knows = [Knowledge(Source.ADOPTED, RAIL, has_results=True)]
    speaks = [Knowledge(Source.ADOPTED, RAIL)]
    cities = [
        zhengzhou(*knows, pk=5),
        zhengzhou(*knows, pk=3),
        zhengzhou(*speaks, pk=2, languages=frozenset(["fr"])),
    ]
    ranking = rank(ask, cities, weights)
    assert [(each.place, float(each.total)) for each in ranking.candidates] == [
        (3, 60.0),
        (5, 60.0),
        (2, 60.0),
    ]


def test_rank_gives_only_as_many_as_asked_for():
    cities = [zhengzhou(pk=pk) for pk in range(2, 12)]
    ranking = rank(seek(), cities, most=3)
    assert [candidate.place for candidate in ranking.candidates] == [2, 3, 4]
    assert ranking.count == 10


def test_weights_by_default():
    assert Weights().most == {
        "fit": 400,
        "reciprocity": 100,
        "setting": 150,
        "languages": 100,
        "reliability": 100,
        "load": 100,
        "reach": 50,
    }


@pytest.mark.parametrize(
    ("data", "most"),
    [
        # 1,000 × 80 / 140 = 571 and 3/7, 71 and 3/7, 107 and 1/7, 35 and 5/7: three are left.
        ({"fit": 80}, {"fit": 572, "reciprocity": 72, "setting": 107, "load": 71, "reach": 36}),
        ({"fit": 1e308, "setting": 1e308}, {"fit": 500, "setting": 500, "reach": 0}),
        ({"fit": 400, "reciprocity": 0, "setting": 0, "languages": 0, "load": 0}, {"fit": 964}),
    ],
)
def test_weights_are_scaled_to_a_hundred_points(data, most):
    found = Weights.read(data).most
    assert sum(found.values()) == 1000
    assert {name: found[name] for name in most} == most
    assert Weights.read(Weights.read(data).as_data()) == Weights.read(data)


@pytest.mark.parametrize(
    "data",
    [
        {"beauty": 3},
        {"fit": -1},
        {"fit": float("nan")},
        {"fit": float("inf")},
        {"fit": "40"},
        {"fit": True},
        {"fit": None},
        dict.fromkeys(factors.FACTORS, 0),
    ],
)
def test_weights_refuse_invalid_values(data):
    with pytest.raises(ValueError, match=r"factor|Weights"):
        Weights.read(data)


def test_answerable_gives_requests_with_reasons():
    other = seek(pk=8, practices=frozenset(["single-window"]))
    own = seek(pk=9, requester=zhengzhou())
    better = seek(pk=10, languages=frozenset(["zh"]))
    closed = seek(pk=11, constraints=(Constraint(Must.SEA_PORT),))
    place = zhengzhou(languages=frozenset(["zh"]), has_sea_port=False)
    found = answerable(place, [own, other, closed, better, seek()])
    assert [(each.ask, each.place) for each in found.candidates] == [(10, 2), (7, 2)]
    assert [(left.ask, left.reasons[0].code) for left in found.exclusions] == [
        (11, "must.sea-port")
    ]
    assert found.candidates[1:] == rank(seek(), [place]).candidates


def test_answerable_gives_only_as_many_as_asked_for():
    requests = [seek(pk=pk) for pk in range(1, 9)]
    found = answerable(zhengzhou(), requests, most=3)
    assert [candidate.ask for candidate in found.candidates] == [1, 2, 3]
    assert found.count == 8


def test_answerable_refuses_a_request_given_twice():
    with pytest.raises(ValueError, match="twice"):
        answerable(zhengzhou(), [seek(), seek()])


def test_a_ranking_as_data_holds_all_that_was_found():
    ask = seek(declined=frozenset([3]))
    ranking = rank(ask, [zhengzhou(), zhengzhou(pk=3)])
    assert json.loads(json.dumps(ranking.as_data())) == {
        "count": 1,
        "candidates": [ranking.candidates[0].as_data()],
        "exclusions": [
            {"request": 7, "city": 3, "reasons": [{"code": "out.declined", "place": 3}]}
        ],
        "related": [],
        "without": {},
    }


def test_a_city_with_another_practice_of_a_theme_is_related():
    ask = seek(themes=frozenset(["logistics"]), goals=frozenset([9]))
    knows, parcels = zhengzhou(), zhengzhou(Knowledge(Source.CASE, PARCELS), pk=3)
    goal = zhengzhou(Knowledge(Source.CASE, about(goals=[9])), pk=4)
    needs = zhengzhou(Knowledge(Source.CASE, LOANS), pk=5, needs=(Need(RAIL),))
    full = zhengzhou(Knowledge(Source.CASE, PARCELS), pk=6, capacity=0)
    ranking = rank(ask, [goal, parcels, knows, needs, full])
    assert [each.place for each in ranking.candidates] == [2]
    assert [each.place for each in ranking.related] == [3]
    assert (ranking.count, ranking.exclusions, ranking.is_unanswered) == (1, (), False)
    assert json.loads(json.dumps(ranking.as_data()))["related"] == [ranking.related[0].as_data()]
    # A request that names no practice has related experience only.
    ranking = rank(replace(ask, practices=frozenset()), [goal, parcels, knows, needs])
    assert (ranking.candidates, [each.place for each in ranking.related]) == ((), [3, 2])
    assert [(each.met, each.of) for each in ranking.related] == [(0, 0), (0, 0)]


def test_what_a_city_offers_in_return_makes_no_candidate():
    ask = seek(direction="both", practices=frozenset(["single-window"]), offers=RAIL)
    ranking = rank(ask, [zhengzhou(needs=(Need(RAIL),))])
    assert (ranking.candidates, ranking.related, ranking.is_unanswered) == ((), (), True)


def test_a_city_with_both_practices_stays_before_one_with_more_points():
    ask, cities_given = request_of(EXAMPLES["one of two practices and an excellent record"])
    ranking = rank(ask, cities_given)
    both, one, *_rest = ranking.candidates
    assert [(each.met, each.of) for each in (both, one)] == [(2, 2), (1, 2)]
    assert both.total < one.total
    assert both.as_data()["met"] == 2
    # A plan is evidence, but not of having done it.
    planned = zhengzhou(Knowledge(Source.PLANNED, RAIL | PARCELS), pk=3)
    practices = frozenset(["rail-corridor", "parcel-consolidation"])
    found = rank(seek(practices=practices), [planned, zhengzhou()]).candidates
    assert [(each.place, each.met) for each in found] == [(2, 1), (3, 0)]


def test_answerable_begins_with_what_a_city_fully_answers():
    half = seek(
        pk=1,
        practices=frozenset(["rail-corridor", "single-window"]),
        languages=frozenset(["zh"]),
    )
    full = seek(pk=2, languages=frozenset(["fr"]))
    found = answerable(zhengzhou(languages=frozenset(["zh"])), [half, full])
    assert [(each.ask, each.met, each.of) for each in found.candidates] == [(2, 1, 1), (1, 1, 2)]


def test_an_offer_is_for_those_that_look_for_its_practice():
    ask = seek(direction="offer", themes=frozenset(["logistics"]))
    exact = zhengzhou(needs=(Need(RAIL),))
    theme = zhengzhou(pk=3, needs=(Need(about(themes=["logistics"])),))
    ranking = rank(ask, [theme, exact])
    assert [each.place for each in ranking.candidates] == [2]
    assert [each.place for each in ranking.related] == [3]


def test_related_cities_are_few():
    cities = [zhengzhou(Knowledge(Source.CASE, PARCELS), pk=pk) for pk in range(2, 20)]
    ranking = rank(seek(themes=frozenset(["logistics"])), cities)
    assert [each.place for each in ranking.related] == [*range(2, 2 + MOST_RELATED)]
    assert answerable(cities[0], [seek(themes=frozenset(["logistics"]))]).count == 0


def test_each_constraint_counts_the_cities_that_it_alone_excludes():
    wanted = ("speaks:fr", "sea-port", "other-country")
    ask = seek(requester=lusaka(country="ZM"), constraints=tuple(map(Constraint.read, wanted)))
    speaks = {"languages": frozenset(["fr"])}
    port, away = {"has_sea_port": True}, {"country": "CN"}
    cities = [
        zhengzhou(pk=2, **speaks, **port, **away),
        zhengzhou(pk=3, languages=frozenset(["en"]), **port, **away),
        zhengzhou(pk=4, languages=frozenset(["zh"]), **port, **away),
        zhengzhou(pk=5, languages=frozenset(["en"]), has_sea_port=False, **away),
        zhengzhou(pk=6, **speaks, has_sea_port=False, **away),
        zhengzhou(pk=7, languages=frozenset(["en"]), capacity=0, **port, **away),
        zhengzhou(pk=8, capacity=0, **speaks, **port, **away),
    ]
    ranking = rank(ask, cities)
    assert ranking.without == {"speaks:fr": 2, "sea-port": 1, "other-country": 0}
    for text, more in ranking.without.items():
        left = tuple(each for each in ask.constraints if str(each) != text)
        assert rank(replace(ask, constraints=left), cities).count == ranking.count + more
