import json
from decimal import Decimal

import pytest
from django.utils.translation import override

from community.models import Adoption
from partnerships import models
from partnerships.ranking.explanations import COUNTED, FACTS, SENTENCES, Labels, sentence, sentences
from partnerships.ranking.facts import Must, Source
from partnerships.ranking.filters import FACT_OF
from partnerships.ranking.matching import rank
from partnerships.ranking.reasons import FACTS as KNOWABLE
from partnerships.ranking.reasons import SETTLED, Reason
from partnerships.ranking.strengths import LIKE
from repository.models import IncomeGroup
from repository.places import setting
from tests.partnerships.cast import NAMES, seek, zhengzhou


def test_sparse_profiles_have_a_note():
    [bare] = rank(seek(), [zhengzhou(is_represented=False)]).candidates
    assert bare.is_sparse
    assert sentences(bare.notes, NAMES) == [
        (
            "We know little about Zhengzhou. Unknown: population, access to the sea, "
            "urban or rural, trade corridors, working languages, needs, "
            "partners per year and past partnerships."
        ),
        "No one represents Zhengzhou here yet. A broker must contact the city first.",
    ]
    known = {"population": 10**7, "has_sea_port": False, "setting": "urban", "capacity": 3}
    [candidate] = rank(seek(), [zhengzhou(**known)]).candidates
    assert not candidate.is_sparse
    assert candidate.notes == ()


def test_every_code_has_one_sentence():
    assert SENTENCES.keys().isdisjoint(COUNTED)
    wanted = {f"fit.{source.value}" for source in Source}
    wanted |= {f"{kind}.{must.value}" for kind in ("must", "unknown") for must in Must}
    wanted |= {f"confirm.{FACT_OF.get(must, must.value)}" for must in Must}
    assert wanted <= SENTENCES.keys() | COUNTED.keys()


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "Zhengzhou has capacity for one more partner this year."),
        (3, "Zhengzhou has capacity for 3 more partners this year."),
    ],
)
def test_sentence_counts(count, words):
    assert sentence(Reason("load.free", 2, {"count": count}), NAMES) == words


def test_sentence_in_the_language_of_the_reader():
    reason = Reason("languages.shared", 2, {"languages": ["en", "fr"]})
    with override("fr"):
        words = sentence(reason, NAMES)
    assert "anglais" in words
    assert sentence(reason, NAMES) == "Both cities work in these languages: English and French."


def test_sentence_with_names_that_are_absent():
    reason = Reason("fit.offer", 9, {"about": "practice:rail-corridor", "count": 1})
    assert sentence(reason, Labels()) == "#9 offers to share its experience with “rail-corridor”."
    goal = Reason("fit.nothing", 2, {"about": "goal:9"})
    assert sentence(goal, NAMES) == (
        "Zhengzhou has not recorded any experience with “9. Industry, innovation and "
        "infrastructure”."
    )


def test_sentence_keeps_special_characters_in_names():
    hostile = Labels({2: "100 %(count)s <b>"}, {"rail-corridor": "50 % off %s"})
    reason = Reason("fit.offer", 2, {"about": "practice:rail-corridor", "count": 1})
    assert sentence(reason, hostile) == (
        "100 %(count)s <b> offers to share its experience with “50 % off %s”."
    )


def test_sentence_refuses_an_unknown_code():
    with pytest.raises(KeyError):
        sentence(Reason("fit.magic", 2), NAMES)


def test_sentences_skip_a_former_code():
    reasons = [Reason("fit.magic", 2), Reason("setting.port", 2, {"requester": 1})]
    assert sentences(reasons, NAMES) == ["Zhengzhou also has a sea port."]


def test_a_candidate_is_stored_and_read_again():
    [candidate] = rank(seek(), [zhengzhou()]).candidates
    data = json.loads(json.dumps(candidate.as_data()))
    assert (data["request"], data["city"], data["total"]) == (
        7,
        2,
        10.0 + 4.5 + 2.5 + 5 + 2.5 + 2.5,
    )
    assert Decimal(str(data["total"])) == candidate.total
    [stored] = data["factors"][0]["reasons"]
    assert Reason.read(stored) == candidate.factors[0].reasons[0]


def test_the_words_are_those_of_the_models():
    assert {source.value for source in Source} >= set(Adoption.values)
    assert set(setting.SURROUNDINGS) == set(models.Setting.values)
    assert list(setting.INCOMES) == IncomeGroup.values
    assert set(models.Direction.values) == {"seek", "offer", "both"}
    assert FACTS.keys() == set(KNOWABLE)
    assert set(SETTLED) <= set(KNOWABLE)


@pytest.mark.parametrize("group", ["ldc", "lldc", "sids"])
def test_say_in_russian_that_cities_are_in_countries(group):
    """A city is no country: “Лусака и Чжэнчжоу: наименее развитые страны” is wrong."""
    with override("ru"):
        both, yours = (str(texts[f"setting.{group}"]) for texts in (SENTENCES, LIKE))
    assert both.startswith("%(place)s и %(requester)s находятся в ")
    assert yours.startswith("%(place)s и ваш город находятся в ")
