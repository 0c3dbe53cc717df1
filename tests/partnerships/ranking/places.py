"""Cities and requests made up by Hypothesis, from few values so that they often meet."""

from hypothesis import strategies as st

from partnerships.ranking.facts import Ask, Constraint, Knowledge, Must, Need, Place, Source, about

PRACTICES = {
    "rail-corridor": ["logistics", "ports-zones"],
    "parcel-consolidation": ["logistics", "rural"],
    "customs-data-loans": ["finance", "customs"],
    "single-window": ["customs", "ports-zones"],
}
THEMES = sorted({theme for themes in PRACTICES.values() for theme in themes})
MODALITIES = ["training", "study-visit", "investment"]
LANGUAGES = ["en", "fr", "zh"]
REGIONS = {"Africa": ["Western Africa", "Eastern Africa"], "Asia": ["Eastern Asia"]}
CORRIDORS = ["northern", "central"]

tristate = st.sampled_from([None, True, False])


def subsets(values, **kwargs):
    return st.frozensets(st.sampled_from(values), **kwargs)


def of_practice(slug):
    return about(practices=[slug], themes=PRACTICES[slug])


# What an offer or a need is about: a practice with its themes, or themes alone.
matters = st.one_of(
    st.sampled_from(sorted(PRACTICES)).map(of_practice),
    subsets(THEMES, min_size=1, max_size=2).map(lambda themes: about(themes=themes)),
)
knowledge = st.builds(
    Knowledge, st.sampled_from(Source), matters, modalities=subsets(MODALITIES, max_size=2)
)
needs = st.builds(Need, matters)
records = st.integers(0, 5).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))
constraints = st.one_of(
    st.sampled_from([f"speaks:{code}" for code in LANGUAGES]),
    st.sampled_from([f"region:{region}" for region in REGIONS]),
    st.sampled_from(
        ["subregion:Eastern Asia", "country:CN", "income:low", "setting:rural", "corridor:central"]
    ),
    st.sampled_from([Must.LANDLOCKED, Must.SEA_PORT, Must.DRY_PORT, Must.RAIL_HUB, Must.AIR_HUB]),
    st.sampled_from([Must.SOUTH, Must.LDC, Must.LLDC, Must.SIDS, Must.OTHER_COUNTRY]),
).map(Constraint.read)


@st.composite
def places(draw, pk=None):
    """A city, whose facts are known or not."""
    region = draw(st.sampled_from(["", *REGIONS]))
    answered, asked = draw(records)
    completed, ended = draw(records)
    return Place(
        pk=draw(st.integers(1, 10**6)) if pk is None else pk,
        country=draw(st.sampled_from(["", "CN", "KE", "BJ"])),
        region=region,
        subregion=draw(st.sampled_from(["", *REGIONS.get(region, [])])),
        income_group=draw(st.sampled_from(["", "low", "lower-middle", "upper-middle", "high"])),
        is_southern=draw(tristate),
        is_ldc=draw(st.booleans()),
        is_lldc=draw(st.booleans()),
        is_sids=draw(st.booleans()),
        is_country_landlocked=draw(tristate),
        has_sea_port=draw(tristate),
        has_dry_port=draw(tristate),
        has_rail_hub=draw(tristate),
        has_air_hub=draw(tristate),
        population=draw(st.none() | st.integers(0, 30_000_000)),
        setting=draw(st.sampled_from(["", "urban", "mixed", "rural"])),
        languages=draw(subsets(LANGUAGES, max_size=2)),
        corridors=draw(subsets(CORRIDORS, max_size=2)),
        knowledge=tuple(draw(st.lists(knowledge, max_size=5))),
        needs=tuple(draw(st.lists(needs, max_size=3))),
        capacity=draw(st.none() | st.integers(0, 4)),
        partners=draw(st.integers(0, 4)),
        answered=answered,
        asked=asked,
        completed=completed,
        ended=ended,
        is_represented=draw(st.booleans()),
    )


@st.composite
def asks(draw, pk=None, is_constrained=True):
    """A request, which may name nothing at all."""
    return Ask(
        pk=draw(st.integers(1, 10**6)) if pk is None else pk,
        requester=draw(places(pk=draw(st.integers(0, 3)))),
        direction=draw(st.sampled_from(["seek", "offer", "both"])),
        practices=draw(subsets(sorted(PRACTICES), max_size=2)),
        themes=draw(subsets(THEMES, max_size=2)),
        goals=draw(st.frozensets(st.integers(1, 17), max_size=1)),
        offers=draw(st.just(frozenset()) | matters),
        modalities=draw(subsets(MODALITIES, max_size=2)),
        languages=draw(subsets(LANGUAGES, max_size=2)),
        constraints=tuple(draw(st.lists(constraints, max_size=2))) if is_constrained else (),
        declined=draw(st.frozensets(st.integers(1, 3), max_size=1)) if is_constrained else (),
    )


def several(of, **kwargs):
    """A list of cities or of requests, with a primary key of their own each."""
    return st.lists(of, unique_by=lambda item: item.pk, **kwargs)


weights = st.fixed_dictionaries(
    {"fit": st.floats(0.01, 1000)},
    optional=dict.fromkeys(
        ["reciprocity", "setting", "languages", "reliability", "load", "reach"],
        st.floats(0, 1000),
    ),
)
served = st.dictionaries(
    st.sampled_from(["Western Africa", "Eastern Africa", "Eastern Asia"]), st.integers(0, 9)
)
