import json

import pytest
from django.core.management import CommandError, call_command

from partnerships.models import PartnershipRequest
from partnerships.ranking.request_files import read_request
from repository.models import City
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    PracticeFactory,
    ThemeFactory,
)
from tests.factories.partnerships import (
    CityProfileFactory,
    NeedFactory,
    OfferFactory,
    PartnershipRequestFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_for_rail():
    """Zhengzhou and Qingdao offer what Lusaka asks; Tianjin takes nobody; Harbin offers nothing."""
    rail = PracticeFactory(slug="rail", name="Rail corridor")
    for name in ("Zhengzhou", "Qingdao", "Tianjin"):
        city = CityFactory(name=name)
        OfferFactory(city=city, practices=[rail])
        if name == "Tianjin":
            CityProfileFactory(city=city, partners_a_year=0)
    CityFactory(name="Harbin")
    return PartnershipRequestFactory(opened=True, city__name="Lusaka", practices=[rail])


def printed(capsys, partnership_request, *words) -> str:
    call_command("rank_matches", str(partnership_request.pk), *words)
    return capsys.readouterr().out


def test_rank_matches_prints_data(capsys, request_for_rail):
    data = json.loads(printed(capsys, request_for_rail, "--format", "json"))
    assert (data["request"], data["count"], data["silent"]) == (request_for_rail.pk, 2, 1)
    names = [data["cities"][str(each["city"])] for each in data["candidates"]]
    assert names == ["Zhengzhou", "Qingdao"]
    first = data["candidates"][0]
    assert sum(round(10 * factor["points"]) for factor in first["factors"]) == 10 * first["total"]
    [left] = data["exclusions"]
    assert data["cities"][str(left["city"])] == "Tianjin"
    assert [reason["code"] for reason in left["reasons"]] == ["out.closed"]


def test_rank_matches_prints_sentences(capsys, request_for_rail):
    lines = printed(capsys, request_for_rail, "--most", "1").splitlines()
    assert lines[0] == "Candidates: 2"
    assert lines[2].startswith("1. Zhengzhou: ")
    assert "     Zhengzhou offers to share its experience with “Rail corridor”." in lines
    assert lines[-4:] == [
        "Not eligible: 1",
        "   Not eligible: Tianjin has stated that it takes no partners this year.",
        "",
        "Cities without anything the request needs: 1",
    ]
    assert not any("Qingdao" in line for line in lines)


def test_rank_matches_prints_that_no_city_has_it(capsys, request_for_rail):
    theme = ThemeFactory()
    request_for_rail.practices.set([PracticeFactory()])
    request_for_rail.themes.set([theme])
    OfferFactory(city=CityFactory(name="Nairobi"), practices=[PracticeFactory(themes=[theme])])
    lines = printed(capsys, request_for_rail).splitlines()
    assert lines[:2] == ["Candidates: 0", "No city here has this yet."]
    assert lines[3].startswith("Related experience: Nairobi: ")
    assert lines[-1] == "Cities without anything the request needs: 4"


def test_rank_matches_prints_what_each_requirement_leaves_out(capsys, request_for_rail):
    request_for_rail.musts = ["landlocked"]
    request_for_rail.save()
    City.objects.update(has_sea_port=True)
    assert "   Without landlocked: +2" in printed(capsys, request_for_rail).splitlines()


def test_rank_matches_needs_a_request(db):
    with pytest.raises(CommandError, match=r"^There is no partnership request 404\.$"):
        call_command("rank_matches", str(404))
    assert not PartnershipRequest.objects.exists()


# Requests in files


@pytest.fixture
def series(db):
    """Zhengzhou offers rail, Belarus has a case of common rules."""
    rail = PracticeFactory(
        slug="rail", name="Rail corridor", themes=[ThemeFactory(slug="logistics")]
    )
    rules = PracticeFactory(
        slug="rules", name="Common rules", themes=[ThemeFactory(slug="customs")]
    )
    for iso2, name, region in (
        ("CN", "China", "Asia"),
        ("ZM", "Zambia", "Africa"),
        ("KE", "Kenya", "Africa"),
    ):
        CountryFactory(iso2=iso2, name=name, region=region)
    zhengzhou = CityFactory(name="Zhengzhou", country_id="CN", working_languages=["zh"])
    OfferFactory(city=zhengzhou, practices=[rail], modalities=[])
    belarus = CountryFactory(iso2="BY", name="Belarus", region="Europe")
    CaseStudyFactory(published=True, countries=[belarus], practices=[rules], title="Five countries")
    return rail, rules


def file_of(tmp_path, data):
    path = tmp_path / "request.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return path


def ranked_file(capsys, tmp_path, data, *words) -> dict:
    call_command("rank_matches", "--file", str(file_of(tmp_path, data)), "--format", "json", *words)
    return json.loads(capsys.readouterr().out)


def errors_of(tmp_path, data) -> list[str]:
    path = file_of(tmp_path, data)
    with pytest.raises(CommandError) as caught:
        call_command("rank_matches", "--file", str(path))
    first, *errors = str(caught.value).splitlines()
    assert first == f"{path}:"
    return errors


def test_a_file_is_ranked_as_the_same_request_that_is_stored(capsys, tmp_path, series):
    rail, rules = series
    lusaka = CityFactory(name="Lusaka", country_id="ZM", working_languages=["en"])
    NeedFactory(city=lusaka, practices=[rail])
    OfferFactory(city=lusaka, practices=[rules])
    NeedFactory(city=CityFactory(name="Qingdao", country_id="CN"), practices=[rules])
    stored = PartnershipRequestFactory(
        opened=True,
        city=lusaka,
        direction="both",
        practices=[rail],
        themes=rail.themes.all(),
        goals=[9],
        offered_practices=[rules],
        modalities=["training"],
        languages=["fr"],
        musts=["region:Asia", "other-country"],
    )
    data = {
        "city": "lusaka",
        "direction": "both",
        "challenge": "Lorries are dear.",
        "practices": ["rail"],
        "themes": ["logistics"],
        "goals": [9],
        "brings": ["rules"],
        "modalities": ["training"],
        "languages": ["fr"],
        "must_region": "Asia",
        "must_be": ["other-country"],
    }
    call_command("rank_matches", str(stored.pk), "--format", "json")
    expected = json.loads(capsys.readouterr().out)
    found = ranked_file(capsys, tmp_path, data)
    assert [each["name"] for each in found["candidates"]] == ["Zhengzhou"]
    assert (expected.pop("request"), found.pop("request")) == (stored.pk, None)
    assert (
        json.loads(json.dumps(expected).replace(f'"request": {stored.pk}', '"request": 0')) == found
    )
    assert PartnershipRequest.objects.count() == 1


def test_a_request_without_languages_takes_those_of_its_city(capsys, series):
    rail, _rules = series
    lusaka = CityFactory(name="Lusaka", country_id="ZM", working_languages=["zh"])
    asked = PartnershipRequestFactory(opened=True, city=lusaka, practices=[rail], languages=[])
    call_command("rank_matches", str(asked.pk), "--format", "json")
    found = json.loads(capsys.readouterr().out)
    assert (found["languages"], found["languages_of_city"]) == (["zh"], True)
    [candidate] = found["candidates"]
    assert "Both cities work in these languages: Chinese." in candidate["sentences"]
    call_command("rank_matches", str(asked.pk))
    assert "Languages: zh (from the city’s profile)" in capsys.readouterr().out.splitlines()


def test_a_file_gives_kinds_points_reasons_and_exclusions(capsys, tmp_path, series):
    data = {"city": "Lusaka", "country": "ZM", "practices": ["rail", "rules"], "must_speak": ["fr"]}
    cities = City.objects.count()
    found = ranked_file(capsys, tmp_path, data)
    assert found["from"] == {"city": "Lusaka", "country": "ZM"}
    [left] = found["exclusions"]
    assert (left["name"], left["country"], left["kind"]) == ("Zhengzhou", "CN", "city")
    assert [reason["code"] for reason in left["reasons"]] == ["must.speaks"]
    assert left["sentences"] == [
        "Not eligible: Zhengzhou has not recorded this working language: French."
    ]
    [point] = found["starting_points"]
    assert (point["name"], point["country"], point["kind"], point["points"]) == (
        "Belarus",
        "BY",
        "country",
        10.0,
    )
    assert [(each["record"], each["title"]) for each in point["evidence"]] == [
        ("case", "Five countries")
    ]
    del data["must_speak"]
    [candidate] = ranked_file(capsys, tmp_path, data)["candidates"]
    assert (candidate["name"], candidate["country"], candidate["kind"]) == (
        "Zhengzhou",
        "CN",
        "city",
    )
    assert candidate["points"] == candidate["total"] > 0
    assert (
        "Zhengzhou offers to share its experience with “Rail corridor”." in candidate["sentences"]
    )
    assert any("Lusaka" in sentence for sentence in candidate["sentences"])
    assert not any("#0" in sentence for sentence in candidate["sentences"])
    # A city of the gazetteer is not added to the collection.
    assert City.objects.count() == cities


def test_a_file_is_printed_as_text(capsys, tmp_path, series):
    path = file_of(tmp_path, {"city": "Lusaka", "practices": ["rail", "rules"]})
    call_command("rank_matches", "--file", str(path))
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].startswith("1. Zhengzhou: ")
    assert lines[2].endswith(" (city, China)")
    start = lines.index("Countries and organisations: 1")
    assert lines[start + 1 : start + 4] == [
        "   Belarus (country): 10.0 / 40",
        "     Common rules",
        "     case: Five countries",
    ]
    assert lines[-1] == "Cities without anything the request needs: 0"


def test_nobody_has_what_a_file_asks(capsys, tmp_path, series):
    PracticeFactory(slug="other")
    CityFactory(name="Harbin")
    found = ranked_file(capsys, tmp_path, {"city": "Lusaka", "practices": ["other"]})
    assert (found["candidates"], found["starting_points"], found["silent"]) == ([], [], 2)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({"city": "zhengzhou"}, {"city": "Zhengzhou", "country": "CN"}),
        ({"city": "ZHENGZHOU", "country": "CN"}, {"city": "Zhengzhou", "country": "CN"}),
        # By its name in another language.
        ({"city": "郑州"}, {"city": "Zhengzhou", "country": "CN"}),
        ({"city": "mombasa", "country": "ke"}, {"city": "Mombasa", "country": "KE"}),
        ({"country": "KE"}, {"city": "", "country": "KE"}),
    ],
)
def test_city_of_a_file(capsys, tmp_path, series, place, expected):
    found = ranked_file(capsys, tmp_path, place | {"practices": ["rules"]})
    assert found["from"] == expected


def test_facts_of_a_city_of_the_gazetteer(tmp_path, series):
    read = read_request(json.dumps({"city": "Lusaka", "practices": ["rail"]}))
    requester = read.ask.requester
    assert (requester.country, requester.region) == ("ZM", "Africa")
    assert requester.population > 1_000_000
    assert requester.languages == frozenset()


def test_all_errors_of_a_file_are_reported_at_once(tmp_path, series):
    assert errors_of(
        tmp_path,
        {
            "city": "Nowhereville",
            "country": "KE",
            "direction": "sideways",
            "challenge": 5,
            "practices": ["rial", "rail"],
            "themes": "logistics",
            "goals": [9, 18],
            "modalities": ["teaching"],
            "languages": ["xx"],
            "must_speak": [1],
            "must_be": ["rich"],
            "must_region": "Atlantis",
            "brings": ["rules", "nothing"],
            "practises": [],
        },
    ) == [
        "practises: no such key. Did you mean “practices”? Keys are city, country, direction, "
        "challenge, result, practices, themes, goals, modalities, languages, must_speak, must_be, "
        "must_region, brings.",
        "city: we know no city called “Nowhereville” in Kenya.",
        "direction: there is no “sideways”. Choices are seek, offer, both.",
        "challenge: write a text.",
        "practices: there is no “rial”. Did you mean “rail”?",
        "themes: write a list of texts.",
        "goals: there is no “18”.",
        "modalities: there is no “teaching”. Did you mean “training”?",
        "languages: there is no “xx”. Did you mean “zxx”?",
        "must_speak: write a list of texts.",
        "must_be: there is no “rich”.",
        "must_region: there is no “Atlantis”. Choices are Africa, Americas, Asia, Europe, Oceania.",
        "brings: there is no “nothing”.",
    ]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ("{", "This is no JSON: "),
        ("[]", "A request is a JSON object: {…}."),
        ({"practices": ["rail"]}, "city: name the city that asks, or its country."),
        ({"city": "Lusaka"}, "practices: name at least one practice, theme or Goal."),
        ({"city": "Lusaka", "brings": ["rail"]}, "practices: name at least one practice, theme"),
        (
            {"country": "XX", "practices": ["rail"]},
            "country: “XX” is not the ISO code of a country, such as KE.",
        ),
        ({"city": 3, "practices": ["rail"]}, "city: write the name of the city"),
        ({"city": "\0", "practices": ["rail"]}, "city: we know no city called"),
        ({"city": "x", "country": "\0", "practices": ["rail"]}, "country: “\0” is not the ISO"),
        (
            {"city": "Lusaka", "challenge": "x" * 3001, "practices": ["rail"]},
            "challenge: write at most 3,000 characters.",
        ),
    ],
)
def test_a_wrong_file_is_refused(tmp_path, series, data, error):
    [found] = errors_of(tmp_path, data)
    assert found.startswith(error)


def test_a_name_in_several_countries_needs_one(tmp_path, series):
    CountryFactory(iso2="GB")
    CountryFactory(iso2="CA")
    [error] = errors_of(tmp_path, {"city": "London", "practices": ["rail"]})
    assert error == "city: “London” is in several countries. Add one of them: CA, GB."


def test_an_offer_in_a_file_may_name_only_what_it_brings(capsys, tmp_path, series):
    need = NeedFactory(city__name="Mongu", practices=[series[0]])
    data = {"city": "Lusaka", "direction": "offer", "brings": ["rail"]}
    [candidate] = ranked_file(capsys, tmp_path, data)["candidates"]
    assert candidate["city"] == need.city.pk


def test_a_file_that_cannot_be_read(tmp_path, db):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("rank_matches", "--file", str(tmp_path / "missing.json"))
    (tmp_path / "request.json").write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("rank_matches", "--file", str(tmp_path / "request.json"))


def test_practices_from_the_words_of_a_file(capsys, tmp_path, series):
    data = {
        "city": "Lusaka",
        "challenge": "Lorries are dear.",
        "result": "Our goods go by rail, on a corridor to the coast.",
    }
    found = ranked_file(capsys, tmp_path, data, "--suggest")
    assert found["practices"] == ["rail"]
    assert [each["name"] for each in found["candidates"]] == ["Zhengzhou"]
    # Those that the file names are kept.
    data["practices"] = ["rules"]
    assert ranked_file(capsys, tmp_path, data, "--suggest")["practices"] == ["rail", "rules"]
    path = file_of(tmp_path, data)
    call_command("rank_matches", "--file", str(path), "--suggest")
    assert capsys.readouterr().out.splitlines()[:2] == ["Practices: rules, rail", "Candidates: 1"]
    assert ranked_file(capsys, tmp_path, data)["practices"] == ["rules"]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"city": "Lusaka"}, "challenge: give a challenge or a result to suggest practices from."),
        (
            {"city": "Lusaka", "challenge": "Bananas."},
            "practices: name at least one practice, theme or Goal.",
        ),
    ],
)
def test_words_that_suggest_nothing(tmp_path, series, data, error):
    path = file_of(tmp_path, data)
    with pytest.raises(CommandError) as caught:
        call_command("rank_matches", "--file", str(path), "--suggest")
    assert str(caught.value).splitlines() == [f"{path}:", error]


def test_only_words_of_a_file_suggest_practices(db):
    with pytest.raises(CommandError, match="Add --file"):
        call_command("rank_matches", "1", "--suggest")
