"""Which cases of the 2020 series describe which practices."""

import pytest

from tests.repository.content.test_series_words import case_paths, files, read_case

# Practices that a neighbouring case mentions, but does not describe: Hangzhou's Two Platforms and
# Six Systems are no public service platform, and the AfCFTA builds no infrastructure.
CASES = {
    "common-customs-rules": {"africa-afcfta", "belarus"},
    "public-service-platform": {"guangzhou"},
    "roads-and-networks-first": {"chengkou", "zhalantun"},
}


@pytest.fixture(scope="module")
def cases():
    return {path.stem: read_case(path)[0] for path in case_paths()}


def test_cases_list_the_practices_that_they_describe(cases):
    assert {
        practice: {slug for slug, case in cases.items() if practice in case["practices"]}
        for practice in CASES
    } == CASES


def test_webinars_and_suggestions_list_the_practices_of_their_cases(cases):
    content = dict(files())
    rows = [
        (
            row["slug"],
            row["practices"],
            [c for c in cases.values() if row["number"] in c["webinars"]],
        )
        for row in content["webinars.yaml"]
    ] + [
        (row["key"], row.get("practices", ()), [cases[slug] for slug in row["cases"]])
        for row in content["suggestions.yaml"]
    ]
    assert {
        name: found
        for name, practices, described in rows
        if (found := set(practices) - {slug for case in described for slug in case["practices"]})
    } == {}


def test_no_case_states_a_time_it_took(cases):
    """The report gives no time of implementation and no cost for any of them."""
    assert [slug for slug, case in cases.items() if "time" in case or "cost" in case] == []
