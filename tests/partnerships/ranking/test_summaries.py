"""What a page says of a candidate in a few words."""

import pytest

from partnerships.ranking.explanations import Labels, Reader
from partnerships.ranking.facts import Constraint, Knowledge, Need, Source, about
from partnerships.ranking.headlines import SHOWN, covered
from partnerships.ranking.matching import rank
from partnerships.ranking.proofs import Proof
from partnerships.ranking.reasons import Reason, reasons_for
from partnerships.ranking.strengths import LIKE
from partnerships.ranking.summaries import AGAINST, summary
from repository.models import Evidence
from tests.partnerships.cast import PARCELS, RAIL, lusaka, seek, zhengzhou

NAMES = Labels(
    {1: "Lusaka", 2: "Zhengzhou"},
    {"rail-corridor": "Rail", "parcel-consolidation": "Parcels"},
    {"logistics": "Logistics"},
)
BOTH = frozenset(["rail-corridor", "parcel-consolidation"])
CASE = Proof(Source.CASE, RAIL, "/cases/rail/", "By rail", "en", 5)
OFFER = Proof(Source.OFFER, PARCELS, "/offers/1/", "Parcels for all", "en")


def summarized(ask, place, proofs=(), **reader):
    ranking = rank(ask, [place])
    [candidate] = [*ranking.candidates, *ranking.related]
    return of_reasons(
        {each.factor: each.reasons for each in candidate.factors},
        candidate.notes,
        proofs,
        **reader,
    )


def of_reasons(factors, notes=(), proofs=(), *, is_asked=False, **more):
    you, other = (2, 1) if is_asked else (1, 2)
    reader = Reader(you=you, other=other, is_asked=is_asked, **more)
    return summary(factors, notes, proofs, NAMES, reader)


def texts(found) -> list[str]:
    return [strength.text for strength in found.strengths]


@pytest.mark.parametrize(
    ("sources", "theirs"),
    [
        (["case", "offer"], "Zhengzhou has adopted “Rail”"),
        (["completed"], "Zhengzhou has completed a partnership on “Rail”"),
        (["adopted", "piloting"], "Zhengzhou has adopted “Rail”"),
        (["adapted"], "Zhengzhou has adapted “Rail” to its conditions"),
        (["running"], "Zhengzhou is working on “Rail” with a partner"),
        (["piloting", "offer"], "Zhengzhou is piloting “Rail”"),
        (["offer", "planned"], "Zhengzhou offers to share “Rail”"),
        (["planned", "abandoned"], "Zhengzhou plans “Rail”"),
        (["abandoned"], "Zhengzhou has tried and abandoned “Rail”"),
    ],
)
def test_the_verb_follows_the_strongest_evidence(sources, theirs):
    place = zhengzhou(*(Knowledge(Source(source), RAIL) for source in sources))
    assert summarized(seek(), place).headline == theirs


def test_an_abandoned_practice_is_named_as_such():
    theme = about(themes=["logistics"])
    place = zhengzhou(Knowledge(Source.ABANDONED, RAIL), Knowledge(Source.CASE, theme))
    fit = [*reasons_for(seek(), place, {})["fit"]]
    found = of_reasons({"fit": fit})
    assert found.headline == "Zhengzhou has tried and abandoned “Rail”"


@pytest.mark.parametrize(
    ("knowledge", "asked", "theirs"),
    [
        (
            [Knowledge(Source.CASE, RAIL), Knowledge(Source.OFFER, PARCELS)],
            BOTH,
            "Zhengzhou has adopted “Rail”",
        ),
        (
            [Knowledge(Source.PILOTING, RAIL)],
            BOTH,
            "Zhengzhou is piloting “Rail”",
        ),
        (
            [Knowledge(Source.CASE, RAIL | PARCELS, has_results=True)],
            BOTH,
            "Zhengzhou has adopted “Parcels” and “Rail”, with results",
        ),
        ([Knowledge(Source.CASE, RAIL)], (), "Zhengzhou has experience related to your request"),
    ],
)
def test_the_headline_names_practices_with_the_strongest_verb(knowledge, asked, theirs):
    ask = seek(practices=frozenset(asked), themes=frozenset(["logistics"]))
    assert summarized(ask, zhengzhou(*knowledge)).headline == theirs


def test_the_city_that_is_asked_reads_what_it_is_asked_for():
    place = zhengzhou(Knowledge(Source.CASE, RAIL), Knowledge(Source.OFFER, PARCELS))
    found = summarized(seek(), place, is_asked=True)
    assert found.headline == "Lusaka asks for your help with “Rail”"
    found = summarized(seek(practices=BOTH), place, is_asked=True)
    assert found.headline == "Lusaka asks for your help with “Parcels” and “Rail”"
    plans = zhengzhou(Knowledge(Source.PLANNED, RAIL))
    found = summarized(seek(), plans, is_asked=True)
    assert found.headline == "Lusaka and you work on the same themes"


def test_headline_of_a_request_that_offers():
    ask = seek(direction="offer")
    place = zhengzhou(needs=(Need(RAIL),))
    assert summarized(ask, place).headline == "Zhengzhou looks for “Rail”, which you offer"
    found = summarized(ask, place, is_asked=True)
    assert found.headline == "Lusaka offers what you’re looking for: “Rail”"
    assert texts(found)[0] == "Lusaka offers to help with what you look for: “Rail”."


def test_a_city_that_plans_what_is_offered_has_sentences_of_its_own():
    ask = seek(direction="offer")
    plans = zhengzhou(Knowledge(Source.PLANNED, RAIL))
    found = summarized(ask, plans)
    assert found.headline == "Zhengzhou plans “Rail”, which you offer"
    assert texts(found)[0] == "Zhengzhou plans “Rail”."
    assert (found.has, found.asked, found.against) == (1, 1, [])
    found = summarized(ask, plans, is_asked=True)
    assert found.headline == "Lusaka offers what you plan: “Rail”"
    assert texts(found)[0] == "Lusaka offers to help with what you plan: “Rail”."


def test_no_city_that_is_offered_something_is_said_to_have_done_it():
    """What a city has done is no reason to help it, and no word of it is said."""
    ask = seek(direction="offer")
    done = zhengzhou(Knowledge(Source.ADOPTED, RAIL), needs=(Need(RAIL),))
    found = summarized(ask, done)
    assert found.headline == "Zhengzhou looks for “Rail”, which you offer"
    assert "adopted" not in " ".join([found.headline, *texts(found)])
    only_done = zhengzhou(Knowledge(Source.ADOPTED, RAIL))
    assert rank(ask, [only_done]).candidates == ()


def test_fit_counts_what_is_asked_and_shown():
    ask = seek(practices=BOTH, themes=frozenset(["logistics"]))
    found = summarized(ask, zhengzhou(Knowledge(Source.CASE, RAIL)))
    assert (found.has, found.asked) == (1, 2)
    only_theme = summarized(
        seek(practices=frozenset(), themes=frozenset(["logistics"])),
        zhengzhou(Knowledge(Source.CASE, RAIL)),
    )
    assert (only_theme.has, only_theme.asked) == (0, 0)


@pytest.mark.parametrize("source", ["planned", "abandoned"])
def test_a_plan_or_a_failure_is_not_shown_as_done(source):
    reasons = [Reason(f"fit.{source}", 2, {"about": "practice:rail-corridor", "count": 1})]
    assert covered(reasons) == ([], ["practice:rail-corridor"])


def test_strengths_link_to_what_shows_them():
    figure = Evidence(label="of the time", numerator=1, denominator=6, display="⅙")
    figures = {"practice:rail-corridor": figure}
    case = Proof(Source.CASE, RAIL, "/cases/rail/", "By rail", "en", 5, figures)
    place = zhengzhou(Knowledge(Source.CASE, RAIL), Knowledge(Source.OFFER, PARCELS))
    found = summarized(seek(practices=BOTH), place, [OFFER, case])
    assert [(each.text, each.kind, each.title, each.url) for each in found.strengths] == [
        ("Zhengzhou has done this: “Rail”.", "Case:", "By rail", "/cases/rail/"),
        ("Zhengzhou offers to share this: “Parcels”.", "Offer:", "Parcels for all", "/offers/1/"),
    ]
    assert found.strengths[0].figure.figure == "⅙"
    figure.figure_number = 2
    found = summarized(seek(practices=BOTH), place, [OFFER, case])
    strength = found.strengths[0]
    assert (strength.kind, strength.url) == ("Case, figure 2:", "/cases/rail/#figure-2")


def test_a_figure_proves_only_the_practice_that_it_measures():
    """A poverty rate is no proof of logistics: only what measures a practice stands beside it."""
    figure = Evidence(label="of the time", numerator=1, denominator=6, display="⅙")
    both = RAIL | PARCELS
    case = Proof(
        Source.CASE, both, "/cases/", "Both", "en", 5, {"practice:parcel-consolidation": figure}
    )
    place = zhengzhou(Knowledge(Source.CASE, both))
    [rail] = summarized(seek(), place, [case]).strengths
    assert (rail.text, rail.figure) == ("Zhengzhou has done this: “Rail”.", None)
    parcels = seek(practices=frozenset(["parcel-consolidation"]))
    assert summarized(parcels, place, [case]).strengths[0].figure == figure


def test_a_second_record_of_the_same_is_not_a_second_strength():
    again = Proof(Source.CASE, RAIL, "/cases/again/", "Again", "en", 6)
    found = summarized(seek(), zhengzhou(Knowledge(Source.CASE, RAIL)), [CASE, again])
    assert [each.url for each in found.strengths] == ["/cases/rail/"]


def test_the_case_from_which_a_request_began_comes_first():
    both = Proof(Source.CASE, RAIL | PARCELS, "/cases/both/", "Both", "en", 9)
    place = zhengzhou(Knowledge(Source.CASE, RAIL | PARCELS))
    found = summarized(seek(practices=BOTH), place, [both, CASE], began_from=5)
    assert texts(found) == [
        "Your request was inspired by a case from Zhengzhou: “Rail”.",
        "Zhengzhou has done this: “Parcels” and “Rail”.",
    ]
    yours = summarized(seek(practices=BOTH), place, [CASE], began_from=5, is_asked=True)
    assert texts(yours) == ["The request from Lusaka was inspired by your case."]


def test_show_at_most_three_strengths_of_several_kinds():
    proofs = [
        CASE,
        OFFER,
        Proof(Source.ADOPTED, about(themes=["logistics"]), "/practices/a/", "A", "en"),
    ]
    place = zhengzhou(
        Knowledge(Source.CASE, RAIL),
        Knowledge(Source.OFFER, PARCELS),
        needs=(Need(about(practices=["cold"])),),
        languages=frozenset(["en"]),
        setting="rural",
        population=400_000,
    )
    ask = seek(
        requester=lusaka(languages=frozenset(["en"]), setting="rural", population=500_000),
        practices=BOTH,
        offers=about(practices=["cold"]),
    )
    assert texts(summarized(ask, place, proofs)) == [
        "Zhengzhou has done this: “Rail”.",
        "Zhengzhou offers to share this: “Parcels”.",
        "Zhengzhou asks for help in return with “cold”.",
    ]
    # What it gains comes first for the city that is asked.
    assert texts(summarized(ask, place, proofs, is_asked=True)) == [
        "Lusaka can help you in return with “cold”.",
        "You’ve done this: “Rail”.",
        "You offer to share this: “Parcels”.",
    ]
    assert texts(summarized(ask, place)) == [
        "Zhengzhou asks for help in return with “cold”.",
        "You both work in these languages: English.",
        "Zhengzhou is mostly rural, like your city. Zhengzhou and your city are of similar size: "
        "400,000 and 500,000 people.",
    ]


def test_each_question_is_asked_once_and_never_against_a_city():
    found = summarized(
        seek(offers=about(practices=["cold"])),
        zhengzhou(is_represented=False),
        is_broker=True,
    )
    assert found.questions == [
        "No one represents Zhengzhou here yet. Who could answer for it?",
        "What would Zhengzhou like to learn in return?",
        (
            "How many people live in Zhengzhou? Does Zhengzhou have a sea port? Is "
            "Zhengzhou urban or rural? Which trade corridors is Zhengzhou on?"
        ),
        "Does Zhengzhou have capacity for a partner this year?",
    ]
    assert found.own_questions == ["Which languages do you work in?"]
    assert found.against == []
    assert "Who could answer" not in " ".join(summarized(seek(), zhengzhou()).questions)


def test_what_is_not_known_of_the_reader_is_apart():
    ask = seek(requester=lusaka(population=1000))
    place = zhengzhou(population=1000, setting="urban", corridors=frozenset(["x"]))
    assert summarized(ask, place).own_questions == [
        "What could you show in return?",
        "Is your city urban or rural? Which trade corridors is your city on?",
        "Which languages do you work in?",
    ]
    asked = summarized(ask, place, is_asked=True)
    assert asked.questions[:2] == [
        "What could Lusaka offer in return?",
        "Is Lusaka urban or rural? Which trade corridors is Lusaka on?",
    ]
    assert asked.own_questions == ["Does your city have a sea port?"]


def test_what_a_requirement_depends_on_is_asked_first_and_once():
    musts = ("speaks:en", "landlocked", "sea-port")
    ask = seek(
        constraints=tuple(map(Constraint.read, musts)), languages=frozenset(["en"]), offers=RAIL
    )
    assert summarized(ask, zhengzhou(is_represented=False), is_broker=True).questions == [
        "To be confirmed: does Zhengzhou work in English?",
        "To be confirmed: does Zhengzhou have a sea port?",
        "No one represents Zhengzhou here yet. Who could answer for it?",
        "What would Zhengzhou like to learn in return?",
        (
            "How many people live in Zhengzhou? Is Zhengzhou urban or rural? Which "
            "trade corridors is Zhengzhou on?"
        ),
        "Does Zhengzhou have capacity for a partner this year?",
    ]


def test_what_speaks_against_a_city_is_apart():
    ask = seek(practices=BOTH, languages=frozenset(["fr"]))
    found = summarized(
        ask, zhengzhou(Knowledge(Source.CASE, RAIL), languages=frozenset(["zh"])), [CASE]
    )
    assert found.against == [
        "No common language: Lusaka works in French, Zhengzhou in Chinese.",
    ]
    assert found.missing == ["Zhengzhou has not recorded any experience with “Parcels”."]
    assert found.questions[0] == (
        "No common language: you work in French, they work in Chinese. Who could interpret?"
    )
    assert texts(found) == ["Zhengzhou has done this: “Rail”."]


def test_no_reason_is_both_for_and_against():
    assert AGAINST.isdisjoint(SHOWN | LIKE.keys())


def test_the_other_city_is_named_as_it_is_written():
    names = Labels({1: "Lusaka", 2: "100 %(count)s <b>"}, {"rail-corridor": "50 % off %s"})
    reasons = {"fit": [Reason("fit.case", 2, {"about": "practice:rail-corridor", "count": 1})]}
    found = summary(reasons, [], [CASE], names, Reader(you=1, other=2))
    assert found.headline == "100 %(count)s <b> has adopted “50 % off %s”"
    assert texts(found) == ["100 %(count)s <b> has done this: “50 % off %s”."]


def test_what_was_abandoned_is_never_folded_away():
    place = zhengzhou(
        Knowledge(Source.ADOPTED, RAIL, year=2025), Knowledge(Source.ABANDONED, RAIL, year=2023)
    )
    proof = Proof(
        Source.ABANDONED,
        RAIL,
        "/rail/#experience-1",
        "Rail",
        year=2023,
        why="Late.",
        why_language="fr",
    )
    found = summarized(seek(), place, [proof])
    assert found.headline == "Zhengzhou has adopted “Rail”"
    [told] = found.abandoned
    assert told.text == "Zhengzhou tried “Rail” and abandoned it (2023)."
    assert (told.quote, told.quote_language, told.url) == ("Late.", "fr", "/rail/#experience-1")
    assert found.against == []
    # A ranking that was stored before years were.
    stored = {"fit": [Reason("fit.abandoned", 2, {"about": "practice:rail-corridor", "count": 1})]}
    [told] = of_reasons(stored).abandoned
    assert told.text == "Zhengzhou tried “Rail” and abandoned it."
