"""Every sentence about two cities is true of both.

Each is read again as a reader would, and checked against what is recorded of the two cities.
"""

import re
from dataclasses import fields

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from partnerships.cases_for_cities.ranking import IN_COMMON
from partnerships.cases_for_cities.sentences import in_common
from partnerships.ranking.explanations import Reader, sentences
from partnerships.ranking.facts import Place
from partnerships.ranking.questions import about_languages
from partnerships.ranking.reasons import Reason, reasons_for
from partnerships.ranking.strengths import in_common as strengths_in_common
from repository.places.setting import Facts, comparisons
from tests.partnerships.cast import NAMES, seek
from tests.repository.places.test_setting import FACTS

LANGUAGES = {"en": "English", "fr": "French", "zh": "Chinese"}
CORRIDORS = {"northern": "Northern Corridor", "central": "Central Corridor"}


@st.composite
def places(draw, pk):
    facts = draw(FACTS)
    languages = draw(st.frozensets(st.sampled_from(sorted(LANGUAGES))))
    known = {field.name: getattr(facts, field.name) for field in fields(Facts)}
    return Place(pk=pk, languages=languages, **known)


REQUESTS = st.builds(
    lambda requester, languages: seek(requester=requester, languages=languages),
    places(1),
    st.frozensets(st.sampled_from(sorted(LANGUAGES))),
)


def numbers(text) -> list[int]:
    return [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", text)]


def named(text) -> set[str]:
    return {code for code, name in LANGUAGES.items() if name in text}


def both(is_true):
    return lambda own, place, ask, text: is_true(own) and is_true(place)


def neither_has_a_port(own, place, ask, text):
    return not any(
        city.has_sea_port or (city.has_sea_port is None and not city.is_country_landlocked)
        for city in (own, place)
    )


def sizes(own, place, text):
    """The populations that a text names are those of the candidate and of the city that asks."""
    return numbers(text) == [place.population, own.population]


def similar(own, place, ask, text):
    """The two populations, in any order: each reader has its own."""
    people = [own.population, place.population]
    return sorted(numbers(text)) == sorted(people) and max(people) <= 2 * min(people)


def no_common_language(own, place, ask, text):
    spoken = ask.languages or own.languages
    return (
        spoken
        and place.languages
        and spoken.union(own.languages).isdisjoint(place.languages)
        and named(text) == spoken | place.languages
    )


# What a text says, by a pattern for it, and when it is true.
TRUE_IF = {
    r"no sea port either|^Neither .* sea port|without a sea port": neither_has_a_port,
    r"also has a sea port|has a sea port, like|with a sea port": both(
        lambda city: city.has_sea_port and not city.is_country_landlocked
    ),
    r"has a sea port; Lusaka has none": lambda own, place, ask, text: (
        place.has_sea_port
        and not own.has_sea_port
        and (own.is_country_landlocked or own.has_sea_port is False)
    ),
    r"has no sea port; Lusaka has one": lambda own, place, ask, text: (
        own.has_sea_port
        and not place.has_sea_port
        and (place.is_country_landlocked or place.has_sea_port is False)
    ),
    r"rail": both(lambda city: city.has_rail_hub),
    r"dry port": both(lambda city: city.has_dry_port),
    r"mostly urban, while": lambda own, place, ask, text: (
        (own.setting, place.setting) == ("rural", "urban")
    ),
    r"mostly rural, while": lambda own, place, ask, text: (
        (own.setting, place.setting) == ("urban", "rural")
    ),
    r"both mostly urban|mostly urban, like|^mostly urban": both(
        lambda city: city.setting == "urban"
    ),
    r"both mostly rural|mostly rural, like|^mostly rural": both(
        lambda city: city.setting == "rural"
    ),
    r"towns and countryside": both(lambda city: city.setting == "mixed"),
    r"similar size": similar,
    r"much larger": lambda own, place, ask, text: (
        sizes(own, place, text) and place.population >= 10 * own.population
    ),
    r"much smaller": lambda own, place, ask, text: (
        sizes(own, place, text) and own.population >= 10 * place.population
    ),
    r"income": lambda own, place, ask, text: own.income_group == place.income_group != "",
    r"same region": lambda own, place, ask, text: (
        own.region == place.region != "" and (":" not in text or own.region in text)
    ),
    r"same part of": lambda own, place, ask, text: (
        own.region == place.region and own.subregion == place.subregion != ""
    ),
    r"trade corridor": lambda own, place, ask, text: own.corridors & place.corridors,
    r"landlocked developing": both(lambda city: city.is_lldc),
    r"least developed": both(lambda city: city.is_ldc),
    r"small island": both(lambda city: city.is_sids),
    r"No common language": no_common_language,
    r"^Both cities work in .* but the request": lambda own, place, ask, text: (
        named(text.partition(" but ")[0]) == own.languages & place.languages != set()
        and named(text.partition(" but ")[2]) == ask.languages
        and ask.languages.isdisjoint(place.languages)
    ),
    r"[Bb]oth work in these|^Both cities work in these": lambda own, place, ask, text: (
        named(text) == (ask.languages or own.languages) & place.languages != set()
    ),
    r"^Could both cities work in": lambda own, place, ask, text: (
        named(text) == own.languages & place.languages != set()
    ),
}
# Statements about one city, or that something is not known.
OF_ONE = re.compile(r"^Unknown about|has not recorded its working languages")


def check(text, ask, place):
    """Fail if a text says what is not recorded of both cities, or nothing that can be checked."""
    if OF_ONE.search(text):
        return
    is_true = next((check for said, check in TRUE_IF.items() if re.search(said, text)), None)
    assert is_true, f"Cannot be checked: {text}"
    assert is_true(ask.requester, place, ask, text), text


def said(ask, place):
    """Yield what brokers and both cities read about the two places."""
    reasons = reasons_for(ask, place, {})
    factors = {name: reasons[name] for name in ("setting", "languages")}
    for each in factors.values():
        yield from sentences(each, NAMES)
    for is_asked in (False, True):
        you, other = (2, 1) if is_asked else (1, 2)
        reader = Reader(you=you, other=other, is_asked=is_asked)
        for strength in strengths_in_common(factors, NAMES, reader):
            yield from re.split(r"(?<=\.) (?=[A-Z])", strength.text)
        yield from (
            text for each in factors["languages"] if (text := about_languages(each, NAMES, reader))
        )


@given(ask=REQUESTS, place=places(2))
def test_say_of_two_cities_only_what_is_recorded_of_both(ask, place):
    with override("en"):
        for text in said(ask, place):
            check(text, ask, place)


@given(ask=REQUESTS, place=places(2))
def test_say_of_the_place_of_a_case_only_what_is_recorded_of_both(ask, place):
    found = [each for each in comparisons(ask.requester, place) if each[0] in IN_COMMON]
    with override("en"):
        for one in found:
            [text] = in_common([one], is_same_country=False)
            check(text, ask, place)


def pair(own, place, languages=()):
    own_place = Place(pk=1, **own)
    return seek(requester=own_place, languages=frozenset(languages)), Place(pk=2, **place)


@pytest.mark.parametrize(
    ("text", "own", "place"),
    [
        # Said to a city without a railway.
        ("Zhengzhou is a rail hub, like your city.", {}, {"has_rail_hub": True}),
        ("Zhengzhou is a rail hub, like your city.", {"has_rail_hub": False}, {}),
        ("Zhengzhou has a dry port, like your city.", {"has_dry_port": True}, {}),
        ("Zhengzhou has no sea port either.", {"has_sea_port": False}, {}),
        (
            "Zhengzhou has a sea port, like your city.",
            {"has_sea_port": True, "is_country_landlocked": True},
            {"has_sea_port": True},
        ),
        ("Zhengzhou is mostly rural, like your city.", {"setting": "mixed"}, {"setting": "rural"}),
        (
            "Zhengzhou and your city are of similar size: 3,000,000 and 1,000,000 people.",
            {"population": 1_000_000},
            {"population": 3_000_000},
        ),
        (
            "Zhengzhou is much larger than Lusaka: 400,000 people, not 10,000.",
            {"population": 20_000},
            {"population": 400_000},
        ),
        (
            "Zhengzhou and your city are on the same trade corridor.",
            {"corridors": frozenset(["northern"])},
            {"corridors": frozenset(["central"])},
        ),
        (
            "Both cities work in these languages: French.",
            {"languages": frozenset(["fr"])},
            {"languages": frozenset(["en"])},
        ),
        (
            "No common language: Lusaka works in French, Zhengzhou in English.",
            {"languages": frozenset(["en", "fr"])},
            {"languages": frozenset(["en"])},
        ),
        ("Zhengzhou trades by river, like your city.", {}, {}),
    ],
)
def test_notice_what_is_not_true_of_both(text, own, place):
    with pytest.raises(AssertionError):
        check(text, *pair(own, place))


@pytest.mark.parametrize(
    ("chosen", "own", "theirs", "said_to_brokers", "asked_of_you"),
    [
        (
            ["fr"],
            ["fr"],
            ["zh"],
            "No common language: Lusaka works in French, Zhengzhou in Chinese.",
            "No common language: you work in French, they work in Chinese. Who could interpret?",
        ),
        (
            ["fr"],
            ["en", "fr"],
            ["en", "zh"],
            "Both cities work in English, but the request is in other languages: French.",
            "Could both cities work in English?",
        ),
    ],
)
def test_name_the_languages_of_both(chosen, own, theirs, said_to_brokers, asked_of_you):
    ask, place = pair({"languages": frozenset(own)}, {"languages": frozenset(theirs)}, chosen)
    [reason] = reasons_for(ask, place, {})["languages"]
    assert sentences([reason], NAMES) == [said_to_brokers]
    assert about_languages(reason, NAMES, Reader(you=1, other=2)) == asked_of_you


def test_each_city_reads_its_own_languages_first():
    ask, place = pair({"languages": frozenset(["fr"])}, {"languages": frozenset(["zh"])})
    [reason] = reasons_for(ask, place, {})["languages"]
    assert about_languages(reason, NAMES, Reader(you=2, other=1, is_asked=True)) == (
        "No common language: you work in Chinese, they work in French. Who could interpret?"
    )
    assert about_languages(reason, NAMES, Reader(you=1, other=2, is_broker=True)) == (
        "No common language: Lusaka works in French, Zhengzhou in Chinese. Who could interpret?"
    )


def test_what_was_stored_without_the_facts_of_both_is_still_read():
    size = Reason("setting.size", 2, {"requester": 1})
    languages = Reason("languages.none", 2, {"languages": ["fr"]})
    rail = Reason("setting.landlocked.rail", 2, {"requester": 1})
    assert sentences([size, languages, rail], NAMES) == [
        "Zhengzhou and Lusaka are of similar size.",
        "No common language: the request is in French, which Zhengzhou has not listed.",
        "Zhengzhou has no sea port either.",
    ]
    assert list(strengths_in_common({"setting": [size]}, NAMES, Reader(you=1, other=2))) == []
    assert about_languages(languages, NAMES, Reader(you=1, other=2)) == (
        "You have no common language with Zhengzhou. Who could interpret?"
    )
