import pytest

from partnerships.ranking.explanations import sentences
from partnerships.ranking.facts import Constraint, Knowledge, Must, Place, Source, about
from partnerships.ranking.filters import FACT_OF, exclusions, meets
from partnerships.ranking.matching import rank
from tests.partnerships.cast import NAMES, lusaka, seek, zhengzhou

MUSTS = [
    ("speaks:fr", {"languages": frozenset(["fr"])}, {"languages": frozenset(["en"])}),
    ("region:Africa", {"region": "Africa"}, {"region": "Asia"}),
    ("subregion:Eastern Asia", {"subregion": "Eastern Asia"}, {"subregion": "Southern Asia"}),
    ("country:CN", {"country": "CN"}, {"country": "IN"}),
    ("income:low", {"income_group": "low"}, {"income_group": "high"}),
    ("setting:rural", {"setting": "rural"}, {"setting": "mixed"}),
    (
        "corridor:northern",
        {"corridors": frozenset(["northern"])},
        {"corridors": frozenset(["central"])},
    ),
    ("landlocked", {"is_country_landlocked": True}, {"has_sea_port": True}),
    ("landlocked", {"has_sea_port": False}, {"has_sea_port": True}),
    # That the country is landlocked is certain, whatever the city has stated.
    ("sea-port", {"has_sea_port": True}, {"has_sea_port": True, "is_country_landlocked": True}),
    ("dry-port", {"has_dry_port": True}, {"has_dry_port": False}),
    ("rail-hub", {"has_rail_hub": True}, {"has_rail_hub": False}),
    ("air-hub", {"has_air_hub": True}, {"has_air_hub": False}),
    ("south", {"is_southern": True}, {"is_southern": False}),
    ("ldc", {"country": "BJ", "is_ldc": True}, {"country": "BJ"}),
    ("lldc", {"country": "ZM", "is_lldc": True}, {"country": "BJ"}),
    ("sids", {"country": "FJ", "is_sids": True}, {"country": "BJ"}),
    ("other-country", {"country": "CN"}, {"country": "ZM"}),
]


@pytest.mark.parametrize(("text", "good", "bad"), MUSTS)
def test_a_constraint_holds_or_not_or_is_not_known(text, good, bad):
    constraint = Constraint.read(text)
    ask = seek(requester=lusaka(country="ZM"), constraints=(constraint,))
    assert str(constraint) == text
    assert meets(constraint, zhengzhou(**good), ask.requester) is True
    assert meets(constraint, zhengzhou(**bad), ask.requester) is False
    assert meets(constraint, zhengzhou(), ask.requester) is None

    ranking = rank(ask, [zhengzhou(**good), zhengzhou(pk=3, **bad), zhengzhou(pk=4)])
    # What is not known does not exclude a city, but has to be confirmed.
    noted = {
        candidate.place: [note.code for note in candidate.notes if note.code != "note.sparse"]
        for candidate in ranking.candidates
    }
    fact = FACT_OF.get(constraint.must, constraint.must.value)
    assert noted == {2: [], 4: [f"confirm.{fact}"]}
    assert {
        left.place: [reason.code for reason in left.reasons] for left in ranking.exclusions
    } == {3: [f"must.{constraint.must.value}"]}


def test_every_constraint_is_tested():
    assert {Constraint.read(text).must for text, _good, _bad in MUSTS} == set(Must)


@pytest.mark.parametrize(
    "text", ["", "speaks", "speaks:", "landlocked:yes", "friendly", "SPEAKS:fr"]
)
def test_read_refuses_invalid_constraints(text):
    with pytest.raises(ValueError, match="is not"):
        Constraint.read(text)


@pytest.mark.parametrize(
    ("facts", "fields", "codes"),
    [
        ({"capacity": 3, "partners": 3}, {}, ["out.full"]),
        ({"capacity": 3, "partners": 5}, {}, ["out.full"]),
        ({"capacity": 0}, {}, ["out.closed"]),
        ({"capacity": 3, "partners": 2}, {}, []),
        ({"partners": 50}, {}, []),
        ({}, {"declined": frozenset([2])}, ["out.declined"]),
        ({}, {"matched": frozenset([2])}, ["out.matched"]),
        ({}, {"refused": frozenset([2])}, ["out.refused"]),
        (
            {"capacity": 0, "has_sea_port": True},
            {"constraints": (Constraint(Must.LANDLOCKED), Constraint(Must.SPEAKS, "fr"))},
            ["out.closed", "must.landlocked"],
        ),
    ],
)
def test_exclusions_give_every_reason(facts, fields, codes):
    assert [reason.code for reason in exclusions(seek(**fields), zhengzhou(**facts))] == codes


def test_each_unknown_fact_is_confirmed_once():
    wanted = ["speaks:fr", "landlocked", "speaks:en", "sea-port", "ldc", "other-country"]
    ask = seek(requester=lusaka(country="ZM"), constraints=tuple(map(Constraint.read, wanted)))
    [candidate] = rank(ask, [zhengzhou()]).candidates
    assert sentences(candidate.notes, NAMES) == [
        "To be confirmed: does Zhengzhou work in English and French?",
        "To be confirmed: does Zhengzhou have a sea port?",
        "To be confirmed: which country or area is Zhengzhou in?",
        (
            "We know little about Zhengzhou. Unknown: population, urban or rural, trade"
            " corridors, needs, partners per year and past partnerships."
        ),
    ]
    assert candidate.is_sparse


def test_rank_leaves_out_the_requester_and_irrelevant_cities():
    other = zhengzhou(Knowledge(Source.OFFER, about(practices=["single-window"])), pk=3)
    itself = zhengzhou(pk=1)
    ranking = rank(seek(), [itself, other, Place(pk=4)])
    assert (ranking.candidates, ranking.exclusions, ranking.count) == ((), (), 0)


def test_rank_a_request_that_names_nothing():
    assert rank(seek(practices=frozenset()), [zhengzhou()]).candidates == ()


def test_rank_refuses_a_city_given_twice():
    with pytest.raises(ValueError, match="twice"):
        rank(seek(), [zhengzhou(), zhengzhou()])
