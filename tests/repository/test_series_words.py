"""The words of the 2020 series are ours: no ten-word run of its prose stands in the source report.

The report is all rights reserved, so it is not here. `report_shingles.bin` holds six bytes of the
BLAKE2b hash of each of its ten-word runs, sorted, which proves a match and gives nothing back.
Names, titles and quotations carry over; only prose is read, and quotations are named one by one.
"""

import re
from hashlib import blake2b
from pathlib import Path

import yaml

SERIES = Path(__file__).parents[2] / "repository" / "content" / "series-2020"
SHINGLES = Path(__file__).with_name("report_shingles.bin")
RUN = 10
SIZE = 6
PROSE_KEYS = {
    "body",
    "cost",
    "definition",
    "description",
    "label",
    "needs",
    "note",
    "setting",
    "summary",
    "time",
}
# Sayings quoted in a case, and names that are themselves as long as a run.
QUOTED = (
    "cross-border e-commerce is not just an alternative sales form, it’s a completely new business "
    "model, because it is data-driven by consumers",
    "Guangzhou E-commerce Live Streaming Development Action Plan",
    "e-commerce became the only place where you could buy anything",
)


def words(text):
    return re.findall(r"[^\W_]+", text.lower())


def digest(run):
    return blake2b(" ".join(run).encode(), digest_size=SIZE).digest()


def report_runs():
    data = SHINGLES.read_bytes()
    return {data[at : at + SIZE] for at in range(0, len(data), SIZE)}


def without_quotations(text):
    """The words of a text in stretches, cut where a named quotation stands."""
    joined = f" {' '.join(words(text))} "
    for quotation in QUOTED:
        joined = joined.replace(f" {' '.join(words(quotation))} ", " | ")
    return [stretch.split() for stretch in joined.split("|")]


def shared_runs(text, runs):
    return [
        " ".join(stretch[at : at + RUN])
        for stretch in without_quotations(text)
        for at in range(len(stretch) - RUN + 1)
        if digest(stretch[at : at + RUN]) in runs
    ]


def prose(value, where):
    """Every prose string below a value read from YAML, with the path to it."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            name = item.get("slug") or item.get("key") if isinstance(item, dict) else None
            yield from prose(item, f"{where}[{name or number}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in PROSE_KEYS and isinstance(item, str):
                yield f"{where}.{key}", item
            else:
                yield from prose(item, f"{where}.{key}")


def read_case(path):
    """Front matter and sections of a case file."""
    _, front, sections = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(front), sections


def case_paths():
    return sorted((SERIES / "cases").glob("*.md"))


def series_prose():
    for path in sorted(SERIES.glob("*.yaml")):
        yield from prose(yaml.safe_load(path.read_text(encoding="utf-8")), path.name)
    for path in case_paths():
        front, sections = read_case(path)
        yield from prose(front, path.name)
        yield path.name, sections


def test_shingles_are_whole_sorted_and_many():
    data = SHINGLES.read_bytes()
    rows = [data[at : at + SIZE] for at in range(0, len(data), SIZE)]
    assert len(data) % SIZE == 0
    assert rows == sorted(set(rows))
    # The report has some 20,000 words; a truncated file would prove nothing.
    assert len(rows) > 15_000


def test_shingles_recognise_a_sentence_of_the_report():
    # The disclaimer, which every publication of its kind carries.
    text = (
        "The designations employed and the presentation of materials on maps do not imply the "
        "expression of any opinion whatsoever"
    )
    assert len(shared_runs(text, report_runs())) == len(words(text)) - RUN + 1


def test_shared_runs_skips_a_named_quotation_only():
    assert shared_runs(QUOTED[0], report_runs()) == []
    assert shared_runs(QUOTED[0].replace("completely", ""), report_runs()) != []


def test_series_has_its_thirteen_cases():
    assert [path.stem for path in case_paths()] == [
        "africa-afcfta",
        "belarus",
        "benin",
        "brazil",
        "chengkou",
        "china-itc",
        "guangzhou",
        "hangzhou",
        "kolkata",
        "qingdao",
        "tianjin",
        "zhalantun",
        "zhengzhou",
    ]


def test_series_shares_no_ten_word_run_with_the_report():
    runs = report_runs()
    found = {where: shared for where, text in series_prose() if (shared := shared_runs(text, runs))}
    assert found == {}


def test_each_case_has_500_to_900_words():
    counts = {path.stem: len(read_case(path)[1].split()) for path in case_paths()}
    assert {stem: count for stem, count in counts.items() if not 500 <= count <= 900} == {}
