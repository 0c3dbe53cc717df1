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

# The amounts, counts, shares, periods and names of the thirteen stories of the report, as a case
# writes them.
KEPT = {
    "africa-afcfta": (
        "Juliet Annamah|Jumia Nigeria|Jumia Pay|electronics and fashion|23 per cent|6.7 million|"
        "9 per cent|19.8 million|34 per cent|74 per cent|176 million|first nine months of 2020|"
        "all 54 countries|75 per cent|56 per cent|survey of July 2020|52 per cent|42 per cent|"
        "39 per cent|38 per cent|30 per cent|31 of the 50 lowest|World Business Index|In 2019|"
        "39.3 per cent|first quarter of 2020|Some 30 countries|January 2021|"
        "African Continental Free Trade Area|AfCFTA|digital signatures|Belt and Road"
    ),
    "belarus": (
        "January 2010|Belarus, Kazakhstan and Russia|In 2015 Armenia and Kyrgyzstan|five countries|"
        "Eurasian Customs Union|EACU|World Customs Organization|Belgium|ministries of finance and "
        "of foreign affairs"
    ),
    "benin": "2020|Twiga Foods|Jumia|Kenyan|West Africa|SARS|2021|face-to-face",
    "brazil": (
        "Coface|second quarter|44 percent|62 percent|half of national value added|60 percent|"
        "80 percent|$16.7 billion|over a third|from 2019 to 2023|two percent|20 percent|BRICS|"
        "Brazil with India and Brazil with China|InovAtiva Brasil|StartOut Brasil|"
        "National Committee for Startup Support Initiatives|New Development Bank|Brasília"
    ),
    "chengkou": (
        "Qinba Mountains|7.1 percent|67 percent|nearly 400 kilometres|Chongqing|expressway|Dong'an|"
        "Fan Zhongfu|trunk project|honey, potatoes, chestnuts, walnuts, bacon and Chinese herbs|"
        "WeChat|$108,360|$232,200|$619,200|thousands"
    ),
    "china-itc": (
        "0.9 percent|a third of retail sales|8.5 percent|3.4 percent|first half of 2020|ASEAN|"
        "11 November|$74 billion|583,000 orders a second|30,000 foreign brands|80 billion|"
        "80 percent|105 comprehensive pilot zones|Internet of Things|5G"
    ),
    "guangzhou": (
        "Guangdong|Canton Fair|2.25 trillion yuan|$0.35 trillion|15.38 percent|2.15 trillion yuan|"
        "$0.33 trillion|10 percent|2017|2013|263.69 billion yuan|$40.64 billion|Chongqing|2019|"
        "five million events a month|day and night|11 November 2020|Double 11|Taobao|JD.com|"
        "Black Friday|Cyber Monday|eight industrial zones|55 warehouses|660,000 square metres|"
        "Guangzhou E-commerce Live Streaming Development Action Plan|2020 to 2022|"
        "Silk Road E-commerce"
    ),
    "hangzhou": (
        "Alibaba|60 million users|$22 billion|Hundred Cities and Thousand Schools|"
        "101 Youth Program|New Youth Program|E Youth Program|Zhejiang|two million private|Yiwu|"
        "Two Platforms and Six Systems|Eskimo|$774,000|first half of 2020|GreatStar|78 percent|"
        "nearly tripled|Wu Changhong|35 countries and regions|95 warehouses|AliExpress|"
        "6,000 people|1,500 teams|last mile"
    ),
    "kolkata": "Durga Puja|ten days|West Bengal|pandals|2020|One in five|Bangladesh",
    "qingdao": (
        "Shandong|Yellow Sea|Qingdao Rural Commercial Bank|30 September 2020|230 loans|"
        "90 million yuan|13.78 million|400,000 yuan|61,840"
    ),
    "tianjin": (
        "4,000 trading enterprises|Tianjin Model|Beijing and Shanghai|World Bank's Doing Business|"
        "97 in 2017|56 in 2019|one sixth|State Council|pet food|T-Mall, Suning and Shunfeng|"
        "13 million orders in 2019"
    ),
    "zhalantun": (
        "Hulunbuir|Inner Mongolia|16,900 square kilometres|430,000|23 ethnic groups|260,000|"
        "130 administrative villages|170 kilometres|In 2014, 70|12,783 families|33,785 persons|"
        "more than an hour|50,000 yuan|7,730|130 stand|fourth-party logistics|2018 to 2020|"
        "12,064 tons|8,766 items"
    ),
    "zhengzhou": (
        "Henan|100 million people|Belt and Road|half as long as a ship|an eighth to a sixth|"
        "Central Asia, Russia, Eastern Europe, Germany and Belgium|1210 model|20 and 100 days|"
        "single day|65 per cent|50 per cent|34 per cent|1,200 registered|40,000 service|"
        "77 countries|Exports go to 200|Henan Bonded Logistics Centre"
    ),
}


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


def test_each_case_keeps_the_figures_and_names_of_its_story():
    texts = {path.stem: " ".join(read_case(path)[1].split()) for path in case_paths()}
    missing = {
        stem: [
            part
            for part in kept.split("|")
            # "9 per cent" does not stand in "39 per cent".
            if not re.search(rf"(?<![\d,.]){re.escape(part)}", texts[stem].replace("**", ""))
        ]
        for stem, kept in KEPT.items()
    }
    assert {stem: parts for stem, parts in missing.items() if parts} == {}
    assert KEPT.keys() == texts.keys()


def test_each_case_has_500_to_900_words():
    counts = {path.stem: len(read_case(path)[1].split()) for path in case_paths()}
    assert {stem: count for stem, count in counts.items() if not 500 <= count <= 900} == {}
