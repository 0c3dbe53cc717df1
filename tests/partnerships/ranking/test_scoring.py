"""Tables of examples for each factor."""

from datetime import date

import pytest

from partnerships.ranking.explanations import sentences
from partnerships.ranking.factors import EVIDENCE, WITH_RESULTS
from partnerships.ranking.facts import Knowledge, Need, Source, about, without_abandoned
from partnerships.ranking.headlines import HEADLINES
from partnerships.ranking.matching import rank
from tests.partnerships.cast import (
    NAMES,
    PARCELS,
    RAIL,
    factor_of,
    lusaka,
    points_of,
    seek,
    zhengzhou,
)


@pytest.mark.parametrize(
    ("sources", "points"),
    [
        ([Source.OFFER], 10.0),
        ([Source.CASE], 20.0),
        ([Source.ADOPTED], 20.0),
        ([Source.ADAPTED], 20.0),
        ([Source.PILOTING], 14.0),
        ([Source.PLANNED], 4.0),
        ([Source.ABANDONED], 2.0),
        ([Source.COMPLETED], 20.0),
        ([Source.RUNNING], 14.0),
        ([Source.ADAPTED, Source.CASE], 30.0),  # 1 − 0.5 × 0.5 = 0.75
        ([Source.OFFER, Source.CASE], 25.0),
        ([Source.OFFER, Source.CASE, Source.COMPLETED], 32.5),
        ([Source.OFFER, Source.OFFER], 17.5),
        ([Source.OFFER, Source.ABANDONED], 11.5),
        ([Source.OFFER] * 60, 38.7),
    ],
)
def test_fit_by_evidence(sources, points):
    place = zhengzhou(*(Knowledge(source, RAIL) for source in sources))
    codes = [f"fit.{source.value}" for source in dict.fromkeys(sources)]
    found, is_known, told = points_of("fit", seek(), place)
    assert (found, is_known, sorted(told)) == (points, True, sorted(codes))


def test_what_was_done_with_results_counts_most():
    place = zhengzhou(Knowledge(Source.ADAPTED, RAIL, has_results=True))
    assert float(factor_of("fit", seek(), place).points) == 24.0
    assert max(EVIDENCE.values()) < WITH_RESULTS


def test_the_order_of_the_evidence_is_that_of_the_verbs():
    assert list(EVIDENCE.values()) == sorted(EVIDENCE.values(), reverse=True)
    assert [verb for verb in HEADLINES if verb in EVIDENCE] == list(EVIDENCE)


def test_what_was_abandoned_is_told_but_not_met():
    [candidate] = rank(seek(), [zhengzhou(Knowledge(Source.ABANDONED, RAIL, year=2024))]).candidates
    assert (candidate.met, candidate.of) == (0, 1)
    assert candidate.factors[0].reasons[0].params["year"] == 2024


@pytest.mark.parametrize(
    ("items", "left"),
    [
        # An abandonment counts instead of what was stated before, in the same year as well.
        ([(Source.OFFER, 2023, 1), (Source.ABANDONED, 2024, 1)], ["abandoned"]),
        ([(Source.ADOPTED, 2024, 1), (Source.ABANDONED, 2024, 9)], ["abandoned"]),
        ([(Source.CASE, None, None), (Source.ABANDONED, 2010, 1)], ["abandoned"]),
        # Not of what was stated later.
        ([(Source.OFFER, 2024, 9), (Source.ABANDONED, 2024, 1)], ["offer", "abandoned"]),
        ([(Source.ADOPTED, 2025, 1), (Source.ABANDONED, 2024, 1)], ["adopted", "abandoned"]),
        # A partnership is confirmed by another city.
        ([(Source.COMPLETED, None, None), (Source.ABANDONED, 2024, 1)], ["completed", "abandoned"]),
    ],
)
def test_an_abandonment_counts_instead_of_what_is_older(items, left):
    known = [
        Knowledge(source, RAIL, year=year, stated_on=month and date(year, month, 1))
        for source, year, month in items
    ]
    assert [each.source for each in without_abandoned(known) if each] == left


def test_an_abandonment_is_of_its_practice_alone():
    offer = Knowledge(Source.OFFER, RAIL | PARCELS, year=2020)
    left, _abandoned = without_abandoned([offer, Knowledge(Source.ABANDONED, RAIL, year=2021)])
    assert left.practices == {"practice:parcel-consolidation"}


@pytest.mark.parametrize(
    ("asked", "points"),
    [
        ({"practices": frozenset(["rail-corridor"])}, 10.0),
        ({"practices": frozenset(["rail-corridor", "single-window"])}, 5.0),
        # (6 × 0 + 3 × 0.25) / 9
        ({"practices": frozenset(["pilot-zone"]), "themes": frozenset(["logistics"])}, 3.3),
        ({"practices": frozenset(), "themes": frozenset(["logistics"])}, 10.0),
        ({"practices": frozenset(), "goals": frozenset([9])}, 10.0),
        # (6 × 0.25 + 1 × 0) / 7
        ({"goals": frozenset([1])}, 8.6),
    ],
)
def test_fit_by_what_is_asked(asked, points):
    place = zhengzhou(Knowledge(Source.OFFER, RAIL | about(goals=[9])))
    assert float(factor_of("fit", seek(**asked), place).points) == points


@pytest.mark.parametrize(
    ("offered", "asked", "points", "code"),
    [
        (["training"], ["training", "study-visit"], 10.0, "fit.modality"),
        ([], ["training"], 7.5, "fit.modality.unknown"),
        (["investment"], ["training"], 5.0, "fit.modality.other"),
    ],
)
def test_fit_by_kind_of_cooperation(offered, asked, points, code):
    place = zhengzhou(Knowledge(Source.OFFER, RAIL, frozenset(offered)))
    found, _is_known, told = points_of("fit", seek(modalities=frozenset(asked)), place)
    assert (found, told) == (points, ["fit.offer", code])


def test_fit_gives_each_reason_once_but_under_every_practice():
    asked = frozenset(["rail-corridor", "parcel-consolidation"])
    ask = seek(practices=asked, themes=frozenset(["logistics", "finance"]), goals=frozenset([2, 9]))
    both = Knowledge(Source.CASE, RAIL | PARCELS | about(goals=[9]))
    loans = Knowledge(Source.OFFER, about(practices=["loans"], themes=["finance", "logistics"]))
    factor = factor_of("fit", ask, zhengzhou(both, loans))
    assert [(reason.code, reason.params["about"]) for reason in factor.reasons] == [
        ("fit.case", "practice:parcel-consolidation"),
        ("fit.case", "practice:rail-corridor"),
        ("fit.offer", "theme:finance"),
    ]


def test_fit_gives_reasons_for_what_is_missing():
    ask = seek(practices=frozenset(["rail-corridor", "loans"]), themes=frozenset(["finance"]))
    factor = factor_of("fit", ask, zhengzhou())
    assert [(reason.code, reason.params["about"]) for reason in factor.reasons] == [
        ("fit.nothing", "practice:loans"),
        ("fit.offer", "practice:rail-corridor"),
        ("fit.nothing", "theme:finance"),
    ]


@pytest.mark.parametrize(
    ("direction", "needs", "points", "codes"),
    [
        ("offer", [Need(RAIL)], 32.0, ["fit.wanted"]),
        ("both", [], 10.0, ["fit.offer"]),
        ("both", [Need(PARCELS)], 10.0, ["fit.offer"]),
    ],
)
def test_fit_by_direction(direction, needs, points, codes):
    gives = {"offer": frozenset(), "both": about(practices=["parcel-consolidation"])}[direction]
    ask = seek(direction=direction, offers=gives)
    assert points_of("fit", ask, zhengzhou(needs=tuple(needs))) == (points, True, codes)


@pytest.mark.parametrize(
    ("offers", "needs", "found"),
    [
        (about(), [Need(PARCELS)], (0.0, True, ["reciprocity.nothing"])),
        (PARCELS, [], (2.5, False, ["reciprocity.unknown"])),
        (PARCELS, [Need(PARCELS)], (10.0, True, ["reciprocity.met"])),
        (PARCELS, [Need(about(themes=["logistics"]))], (6.0, True, ["reciprocity.met"])),
        (PARCELS, [Need(about(themes=["finance"]))], (0.0, True, ["reciprocity.unmet"])),
        (about(goals=[9]), [Need(about(goals=[9]))], (0.0, True, ["reciprocity.unmet"])),
    ],
)
def test_reciprocity(offers, needs, found):
    assert points_of("reciprocity", seek(offers=offers), zhengzhou(needs=tuple(needs))) == found


def test_reciprocity_counts_offers_of_the_city_that_asks():
    ask = seek(requester=lusaka(knowledge=(Knowledge(Source.OFFER, PARCELS),)))
    place = zhengzhou(needs=(Need(PARCELS),))
    assert points_of("reciprocity", ask, place) == (10.0, True, ["reciprocity.met"])


@pytest.mark.parametrize(
    ("needs", "found"),
    [
        ([], (0.0, True, ["reciprocity.no-need"])),
        ([Need(RAIL)], (10.0, True, ["reciprocity.knows"])),
        ([Need(about(themes=["finance"]))], (0.0, True, ["reciprocity.unknowing"])),
    ],
)
def test_reciprocity_of_an_offer(needs, found):
    ask = seek(direction="offer", requester=lusaka(needs=tuple(needs)))
    place = zhengzhou(Knowledge(Source.OFFER, RAIL), needs=(Need(RAIL),))
    assert points_of("reciprocity", ask, place) == found


# One fact of the setting at a time, all else unknown: 15 points are 15 parts, unknown parts count
# half, as the fit of a case does, and both are in no group of the United Nations: one whole part.
SETTINGS = [
    ({}, {}, 8.0, []),
    ({"has_sea_port": False}, {"has_sea_port": False}, 9.5, ["setting.landlocked"]),
    (
        {"is_country_landlocked": True},
        {"has_sea_port": False, "has_rail_hub": True},
        9.5,
        ["setting.landlocked"],
    ),
    (
        {"has_sea_port": False, "has_rail_hub": True},
        {"has_sea_port": False, "has_rail_hub": True},
        9.5,
        ["setting.landlocked", "setting.rail"],
    ),
    (
        {"has_sea_port": False, "has_dry_port": True},
        {"has_sea_port": False, "has_dry_port": True},
        9.5,
        ["setting.landlocked", "setting.dry-port"],
    ),
    ({"has_sea_port": True}, {"has_sea_port": True}, 9.5, ["setting.port"]),
    ({"has_sea_port": True}, {"has_sea_port": False}, 6.5, ["setting.coast.landlocked"]),
    ({"has_sea_port": False}, {"has_sea_port": True}, 6.5, ["setting.coast.port"]),
    ({"has_sea_port": True}, {"is_country_landlocked": False}, 8.0, []),
    ({}, {"has_sea_port": True}, 8.0, []),
    ({"setting": "rural"}, {"setting": "rural"}, 9.5, ["setting.rural"]),
    ({"setting": "urban"}, {"setting": "urban"}, 9.5, ["setting.urban"]),
    ({"setting": "mixed"}, {"setting": "mixed"}, 9.5, ["setting.mixed"]),
    ({"setting": "mixed"}, {"setting": "rural"}, 8.0, []),
    ({"setting": "urban"}, {"setting": "rural"}, 6.5, ["setting.surroundings.rural"]),
    ({"setting": "rural"}, {"setting": "urban"}, 6.5, ["setting.surroundings.urban"]),
    ({"population": 10**6}, {"population": 10**6}, 9.0, ["setting.size"]),
    ({"population": 10**6}, {"population": 10**7}, 8.0, ["setting.size.larger"]),
    ({"population": 10**7}, {"population": 10**5}, 7.0, ["setting.size.smaller"]),
    ({"population": 0}, {"population": 10**5}, 8.0, []),
    ({"income_group": "low"}, {"income_group": "low"}, 9.0, ["setting.income"]),
    ({"income_group": "low"}, {"income_group": "high"}, 7.0, []),
    ({"region": "Africa"}, {"region": "Asia"}, 7.0, []),
    ({"region": "Africa"}, {"region": "Africa"}, 8.0, ["setting.region"]),
    (
        {"region": "Africa", "subregion": "Eastern Africa"},
        {"region": "Africa", "subregion": "Eastern Africa"},
        9.0,
        ["setting.subregion"],
    ),
    (
        {"corridors": frozenset(["northern"])},
        {"corridors": frozenset(["northern", "central"])},
        9.0,
        ["setting.corridor"],
    ),
    ({"corridors": frozenset(["northern"])}, {"corridors": frozenset(["central"])}, 7.0, []),
    ({"is_ldc": True}, {"is_ldc": True}, 8.0, ["setting.ldc"]),
    ({"is_lldc": True}, {"is_lldc": True}, 8.0, ["setting.lldc"]),
    ({"is_sids": True}, {"is_sids": True}, 8.0, ["setting.sids"]),
    ({"is_ldc": True, "is_lldc": True, "is_sids": True}, {}, 7.0, []),
]


@pytest.mark.parametrize(("own", "theirs", "points", "codes"), SETTINGS)
def test_setting(own, theirs, points, codes):
    place = zhengzhou(Knowledge(Source.CASE, RAIL), **theirs)
    found, _is_known, told = points_of("setting", seek(requester=lusaka(**own)), place)
    assert (found, [code for code in told if code != "setting.unknown"]) == (points, codes)


def test_setting_gives_unknown_facts():
    known = {"has_sea_port": True, "population": 10**6, "corridors": frozenset(["northern"])}
    factor = factor_of("setting", seek(requester=lusaka(**known)), zhengzhou(has_sea_port=True))
    assert not factor.is_known  # Coast and groups: 4 parts of 15.
    assert sentences(factor.reasons[1:], NAMES) == [
        "Unknown about Zhengzhou: population, urban or rural and trade corridors.",
    ]


def test_setting_gives_unknown_facts_of_the_requester():
    known = {"population": 10**6, "corridors": frozenset(["northern"]), "setting": "urban"}
    factor = factor_of("setting", seek(), zhengzhou(has_sea_port=True, **known))
    assert sentences(factor.reasons, NAMES) == [
        (
            "Unknown about Lusaka: population, access to the sea, urban or rural "
            "and trade corridors."
        ),
    ]


@pytest.mark.parametrize(
    ("asked", "own", "theirs", "found"),
    [
        (["fr"], [], ["fr", "ar"], (10.0, True, ["languages.shared"])),
        (["fr"], ["en"], ["en"], (0.0, True, ["languages.other"])),
        (["fr"], ["fr"], ["en"], (0.0, True, ["languages.none"])),
        ([], ["en"], ["en"], (10.0, True, ["languages.shared"])),
        (["fr"], [], [], (2.5, False, ["languages.unknown"])),
        ([], [], ["fr"], (2.5, False, ["languages.unknown"])),
    ],
)
def test_languages(asked, own, theirs, found):
    ask = seek(languages=frozenset(asked), requester=lusaka(languages=frozenset(own)))
    assert points_of("languages", ask, zhengzhou(languages=frozenset(theirs))) == found


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({}, (5.0, False, ["reliability.new"])),
        ({"asked": 1, "answered": 1}, (6.0, True, ["reliability.answers"])),
        ({"asked": 1, "answered": 0}, (4.0, True, ["reliability.answers"])),
        ({"asked": 16, "answered": 16}, (9.0, True, ["reliability.answers"])),
        ({"ended": 4, "completed": 1}, (3.8, True, ["reliability.completed"])),
        (
            {"asked": 4, "answered": 4, "ended": 2, "completed": 2},
            (8.0, True, ["reliability.answers", "reliability.completed"]),
        ),
    ],
)
def test_reliability_starts_in_the_middle(facts, found):
    assert points_of("reliability", seek(), zhengzhou(**facts)) == found


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({}, (2.5, False, ["load.unknown"])),
        ({"partners": 1}, (1.3, False, ["load.unknown.partners"])),
        ({"partners": 4}, (0.5, False, ["load.unknown.partners"])),
        ({"capacity": 4}, (10.0, True, ["load.free"])),
        ({"capacity": 4, "partners": 3}, (2.5, True, ["load.free"])),
    ],
)
def test_load(facts, found):
    assert points_of("load", seek(), zhengzhou(**facts)) == found


def test_load_of_a_full_city_that_looks_for_something():
    ask = seek(direction="offer")
    place = zhengzhou(needs=(Need(RAIL),), capacity=2, partners=2)
    assert points_of("load", ask, place) == (0.0, True, ["load.full"])


@pytest.mark.parametrize(
    ("subregion", "served", "found"),
    [
        ("Eastern Asia", {}, (2.5, False, ["reach.start"])),
        ("Eastern Asia", {"Eastern Asia": 0}, (2.5, False, ["reach.start"])),
        ("", {"Eastern Asia": 4}, (2.5, False, ["reach.unknown"])),
        ("Eastern Asia", {"Eastern Asia": 4}, (0.0, True, ["reach.most"])),
        ("Western Africa", {"Eastern Asia": 4}, (5.0, True, ["reach.none"])),
        ("Western Africa", {"Eastern Asia": 4, "Western Africa": 1}, (3.8, True, ["reach.some"])),
    ],
)
def test_reach(subregion, served, found):
    assert points_of("reach", seek(), zhengzhou(subregion=subregion), served) == found
