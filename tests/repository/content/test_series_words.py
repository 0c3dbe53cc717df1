"""The words of the 2020 series are the editors', and its facts are the report's.

No sentence of the report and no run of 10 of its words stands in the collection, except names,
titles and marked quotations. Every number and every name of a case, a practice, a recommendation,
a suggestion or a page of the landscape occurs in the part of the report it is drawn from, or is
listed under `editors:` with the source the editors have it from.
"""

import re
from decimal import Decimal
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
import yaml

from tests.repository.content import report_text
from tests.repository.content.report_text import digest, names, numbers
from tests.repository.content.shared_text import QUOTED, plain, shared_runs

SERIES = Path(__file__).parents[3] / "repository" / "content" / "series-2020"
# Lists of works, people and bodies.
LISTS = {"references.yaml", "organizations.yaml", "speakers.yaml"}
# Definitions are the editors', summaries of cities also use the gazetteer, and questions
# are those of readers, who may live anywhere.
NOT_DRAWN = LISTS | {"glossary.yaml", "cities.yaml", "questions.yaml"}
# Keys that name other objects, hold codes and addresses, or cite the report.
NOT_PROSE = {
    "appearances",
    "aliases",
    "cases",
    "cities",
    "countries",
    "country",
    "currency",
    "editors",
    "gazetteer",
    "key",
    "kind",
    "language",
    "languages",
    "modalities",
    "names",
    "organizations",
    "organizers",
    "period",
    "place",
    "population_source",
    "practices",
    "province",
    "qualifier",
    "recording",
    "reference",
    "references",
    "report",
    "slides",
    "slug",
    "source",
    "speakers",
    "themes",
    "url",
}
# Words that begin a sentence of ours and stand nowhere else.
ORDINARY = {
    "apart",
    "attitudes",
    "begin",
    "characteristics",
    "consent",
    "consistent",
    "define",
    "editors",
    "factories",
    "inform",
    "investors",
    "predictability",
    "seaports",
    "select",
    "simplification",
    "spending",
    "unless",
    "worship",
}
# What a text of several cases may also draw on.
COMMON = {"front", "introduction", "chapter-1", "chapter-3"}
# Where names stand that any text may use: acronyms, countries, the Sustainable Development Goals.
GENERAL = {"front", "introduction"}
CITED = {
    "introduction": r"\bintroduction\b",
    "chapter-1": r"\bChapter I\b",
    "chapter-3": r"\bChapter III\b",
    "references": r"\b(list of )?references\b",
    "speakers": r"\blist of speakers\b",
}

# The amounts, counts, shares, periods and names of the thirteen stories of the report, as a case
# writes them.
KEPT = {
    "africa-afcfta": (
        "Juliet Annamah|Jumia Nigeria|Jumia Pay|electronics and fashion|23 per cent|6.7 million|"
        "9 per cent|19.8 million|34 per cent|74 per cent|176 million|first nine months of 2020|"
        "all 54 countries|75 per cent|56 per cent|Africa Business Survey of July 2020|52 per "
        "cent|42 per cent|39 per cent|38 per cent|30 per cent|31 of the 50 lowest|World Business "
        "Index|In 2019|39.3 per cent|first quarter of 2020|Some 30 countries|January 2021|"
        "African Continental Free Trade Area|AfCFTA|digital signatures|Belt and Road"
    ),
    "belarus": (
        "January 2010|Belarus, Kazakhstan and Russia|In 2015 Armenia and Kyrgyzstan|five "
        "countries|Eurasian Customs Union|EACU|World Customs Organization|Belgium|ministries of "
        "finance and of foreign affairs"
    ),
    "benin": ("2020|Twiga Foods|Jumia|Kenyan|West Africa|SARS|2021|in person"),
    "brazil": (
        "Coface|second quarter|44 per cent|62 per cent|50 per cent of national value added|60 "
        "per cent|80 per cent|16.7 billion US dollars|over one third|From 2019 to 2023|2 per "
        "cent a year|20 per cent|BRICS|Brazil with India and Brazil with China|InovAtiva Brasil|"
        "StartOut Brasil|National Committee for Startup Support Initiatives|New Development Bank|"
        "Brasilia"
    ),
    "chengkou": (
        "Qinba Mountains|7.1 per cent|67 per cent|nearly 400 kilometres|Chongqing|expressway|"
        "Dong'an|Fan Zhongfu|trunk project|honey, potatoes, chestnuts, walnuts, bacon and "
        "Chinese herbs|WeChat|108,360 US dollars|232,200 US dollars|619,200 US dollars|thousands"
    ),
    "china-itc": (
        "0.9 per cent|one third of retail sales|8.5 per cent|3.4 per cent|first half of 2020|"
        "ASEAN|11 November|74 billion US dollars|583,000 orders per second|30,000 foreign brands|"
        "80 billion|80 per cent|105 comprehensive pilot zones|Internet of Things|5G"
    ),
    "guangzhou": (
        "Guangdong|Canton Fair|2.25 trillion yuan|0.35 trillion US dollars|15.38 per cent|2.15 "
        "trillion yuan|0.33 trillion US dollars|10 per cent|2017|2013|263.69 billion yuan|40.64 "
        "billion US dollars|Chongqing|2019|five million events a month|24 hours a day|11 "
        "November 2020|Double 11|Taobao|JD.com|Black Friday|Cyber Monday|eight industrial zones|"
        "55 overseas warehouses|660,000 square metres|Guangzhou E-commerce Live Streaming "
        "Development Action Plan|2020 to 2022|Silk Road E-commerce"
    ),
    "hangzhou": (
        "Alibaba|60 million users|22 billion US dollars|Hundred Cities and Thousand Schools|101 "
        "Youth Program|New Youth Program|E Youth Program|Zhejiang|two million private|Yiwu|Two "
        "Platforms and Six Systems|Eskimo|774,000 US dollars|first half of 2020|GreatStar|78 per "
        "cent|nearly tripled|Wu Changhong|35 countries and regions|95 warehouses|AliExpress|"
        "6,000 people|1,500 teams|last mile"
    ),
    "kolkata": ("Durga Puja|ten days|West Bengal|pandals|2020|One in five|Bangladesh"),
    "qingdao": (
        "Shandong|Yellow Sea|Qingdao Rural Commercial Bank|30 September 2020|230 loans|90 "
        "million yuan|13.78 million|400,000 yuan|61,840"
    ),
    "tianjin": (
        "4,000 trading enterprises|Tianjin Model|Beijing and Shanghai|World Bank's Doing "
        "Business|97 in 2017|56 in 2019|one sixth|State Council|pet food|T-Mall, Suning and "
        "Shunfeng|13 million orders in 2019"
    ),
    "zhalantun": (
        "Hulunbuir|Inner Mongolia|16,900 square kilometres|430,000|23 ethnic groups|260,000|130 "
        "administrative villages|170 kilometres|In 2014, 70|12,783 families|33,785 persons|more "
        "than an hour|50,000 yuan|7,730|130 stations|fourth-party logistics|2018 to 2020|12,064 "
        "tons|8,766 items"
    ),
    "zhengzhou": (
        "Henan|100 million people|Belt and Road|50 per cent of the time|one eighth to one sixth|"
        "Central Asia, Russia, Eastern Europe, Germany and Belgium|1210 Model|20 and 100 days|"
        "one day|65 per cent|50 per cent|34 per cent|1,200 registered|40,000 service|77 "
        "countries|covers 200|Henan Bonded Logistics Centre"
    ),
}


@pytest.fixture(scope="session")
def runs():
    return report_text.read(report_text.RUNS)


@pytest.fixture(scope="session")
def facts():
    return report_text.read(report_text.FACTS)


def strings(value, where):
    """Every text below a value read from YAML, with the path to it."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            name = item.get("slug") or item.get("key") if isinstance(item, dict) else None
            yield from strings(item, f"{where}[{name or number}]")
    elif isinstance(value, dict):
        # The titles of the series and of its webinars are those of the report.
        left_out = NOT_PROSE | ({"title"} if where.startswith(("series.", "webinars.")) else set())
        for key, item in value.items():
            if key not in left_out:
                yield from strings(item, f"{where}.{key}")
    elif isinstance(value, str):
        yield where, value


def read_case(path):
    """Front matter and sections of a case file."""
    _, front, sections = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(front), sections


def case_paths():
    return sorted((SERIES / "cases").glob("*.md"))


def files():
    """Each YAML file with texts of ours, as it is read."""
    for path in sorted(SERIES.glob("*.yaml")):
        yield path.name, yaml.safe_load(path.read_text(encoding="utf-8"))


def series_prose():
    for name, content in files():
        if name not in LISTS:
            yield from strings(content, name)
    for path in case_paths():
        front, sections = read_case(path)
        yield from strings(front, path.name)
        yield path.name, sections


def cited(text):
    """The parts of the report that a text names."""
    return {part for part, words in CITED.items() if re.search(words, text)}


def statements():
    """Each object of the series: its name, itself, its texts, the parts of the report behind it."""
    practised = {}
    for path in case_paths():
        front, sections = read_case(path)
        for practice in front.get("practices", ()):
            practised.setdefault(practice, set()).add(path.stem)
        # Tags put a case beside others, and may be named as in their stories.
        yield f"{path.name} tags", {}, front.pop("tags"), set(report_text.SECTIONS)
        texts = [text for _where, text in strings(front, path.name)] + [sections]
        places = [row.get("place", "") for row in front["evidence"]]
        yield path.name, front, texts, {path.stem} | cited(" ".join([*places, *texts]))
    for name, content in files():
        if name in NOT_DRAWN:
            continue
        for item in content if isinstance(content, list) else [content]:
            where = f"{name}[{item.get('slug') or item.get('key')}]"
            texts = [text for _where, text in strings(item, name)]
            drawn = practised.get(item.get("slug"), set()) if name == "practices.yaml" else set()
            drawn = drawn | set(item.get("cases", ()))
            parts = drawn | COMMON if drawn else set(report_text.SECTIONS)
            yield where, item, texts, parts


def evidence_numbers(row):
    """The numbers of a figure as the report writes them: "⅙" rather than 1 and 6."""
    if row.get("display"):
        yield from numbers(row["display"])
    elif row.get("numerator") == 1:
        yield f"1/{row['denominator']}"
    else:
        for key in ("value", "value_to", "numerator", "denominator"):
            if key in row and row[key] != 1:
                yield report_text.plain(Decimal(str(row[key])))
    yield from re.findall(r"\d{4}", str(row.get("period", "")))


@cache
def ordinary_words():
    """What the collection writes small somewhere, and so is no name where it begins a sentence."""
    texts = [text for _where, text in series_prose()]
    return {word for text in texts for word in report_text.tokens(text) if word.islower()}


def stems(word):
    """A word and what it may be an inflection of."""
    yield word
    for ending in ("s", "es", "ed", "d", "er", "ers", "or", "ors", "ing", "less"):
        if word.endswith(ending):
            yield word.removesuffix(ending)
            yield word.removesuffix(ending) + "e"


def unknown_facts(texts, item, parts, facts):
    """Numbers and names that neither the report nor the list of the editors' facts holds."""
    by_editors = plain(" ".join(row["fact"] for row in item.get("editors", ())))
    own = set(numbers(by_editors)) | set(names(by_editors, lambda word: False))

    def is_known(kind, value, among):
        return value in own or any(digest(part, kind, value) in facts for part in among)

    def is_ordinary(word):
        return any(
            stem in ORDINARY | ordinary_words() or is_known("word", stem, report_text.SECTIONS)
            for stem in stems(word)
        )

    texts = [plain(text) for text in texts]
    found = set(chain.from_iterable(map(numbers, texts)))
    found.update(chain.from_iterable(map(evidence_numbers, item.get("evidence", ()))))
    unknown = {number for number in found if not is_known("number", number, parts)}
    for text in texts:
        for name in names(text, is_ordinary):
            # "Government" is the report's "government", and "Kenya" its "Kenyan"; a pair of words
            # has to be a name there.
            variants = (name, f"{name}n", name.removesuffix("n"))
            known = any(
                is_known(kind, variant, parts | GENERAL)
                for variant in variants
                for kind in ("name", "word")
            )
            if not known:
                unknown.add(name)
    return sorted(unknown)


def test_hashes_are_whole_sorted_and_many():
    for path, least in ((report_text.RUNS, 21_000), (report_text.FACTS, 10_000)):
        data = path.read_bytes()
        size = report_text.SIZE
        rows = [data[at : at + size] for at in range(0, len(data), size)]
        assert len(data) % size == 0
        assert rows == sorted(set(rows))
        # A truncated file would prove nothing.
        assert len(rows) > least


def test_series_has_its_thirteen_cases():
    assert [path.stem for path in case_paths()] == sorted(report_text.STORIES)


def test_series_shares_no_sentence_or_long_run_with_the_report(runs):
    found = {where: shared for where, text in series_prose() if (shared := shared_runs(text, runs))}
    assert found == {}


def test_every_number_and_name_is_the_reports_or_the_editors(facts):
    unknown = {
        where: found
        for where, item, texts, parts in statements()
        if (found := unknown_facts(texts, item, parts, facts))
    }
    assert unknown == {}


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("The zone lent 47 million yuan.", ["47000000"]),
        ("Lenders had 231 customers, and half of them paid.", ["231"]),
        ("In 2018 seventeen banks took part.", ["17", "2018"]),
        ("One in seven sellers had a loan.", ["1/7"]),
        ("Customers trust the Bank of Fantasia.", ["fantasia"]),
        ("Contoso lends to its customers.", ["contoso"]),
        ("A loan of the Qingdao Commercial Bank.", ["qingdao commercial"]),
        # What another case says is no fact of this one.
        ("Fan Zhongfu sold honey for 108,360 dollars.", ["108360", "fan zhongfu", "zhongfu"]),
    ],
)
def test_planted_number_or_name_is_found(facts, text, unknown):
    found = unknown_facts([text], {}, {"qingdao"}, facts)
    assert set(unknown) <= set(found)


@pytest.mark.parametrize(
    "text",
    [
        "By 30 September 2020 there were 230 loans worth 90 million yuan.",
        "Qingdao Rural Commercial Bank lent $13.78 million.",
        "**Loans** averaged under 400 thousand yuan (61,840 US dollars).",
    ],
)
def test_number_or_name_of_the_report_is_known_however_written(facts, text):
    assert unknown_facts([text], {}, {"qingdao"}, facts) == []


def test_marked_fact_of_the_editors_is_known(facts):
    text = "Contoso lends 47 million yuan."
    item = {"editors": [{"fact": "Contoso lends 47 million yuan", "source": "Contoso, 2020"}]}
    assert unknown_facts([text], item, {"qingdao"}, facts) == []
    assert unknown_facts([text.replace("47", "48")], item, {"qingdao"}, facts) == ["48000000"]


def test_wrong_figure_of_the_evidence_is_found(facts):
    rows = [{"value": 230, "period": "2020-09-30"}, {"numerator": 1, "denominator": 9}]
    rows += [{"value": Decimal("90000001"), "period": "2018/2020"}]
    found = unknown_facts([], {"evidence": rows}, {"qingdao"}, facts)
    assert found == ["1/9", "2018", "90000001"]


# The disclaimer, which every publication of its kind carries.
DISCLAIMER = (
    "The designations employed and the presentation of materials on maps do not imply the "
    "expression of any opinion whatsoever on the part of the Secretariat of the United Nations"
)


def test_planted_run_is_found(runs):
    words = DISCLAIMER.split()
    run = " ".join(words[: report_text.RUN])
    assert shared_runs(f"Please note: {run}.", runs) == [run.lower()]
    shorter = " ".join(words[: report_text.RUN - 1])
    assert shared_runs(f"Please note: {shorter}.", runs) == []


def test_planted_sentence_is_found(runs):
    # Eight words: too short for a run, and a sentence of the report.
    assert shared_runs("We say: In 2015, Armenia and Kyrgyzstan joined this union.", runs) == [
        "in 2015 armenia and kyrgyzstan joined this union"
    ]
    assert shared_runs("In 2015, both Armenia and Kyrgyzstan joined this union.", runs) == []


def test_marked_quotation_is_no_run(runs):
    assert shared_runs(f"She said, “{QUOTED[0]}”.", runs) == []
    assert shared_runs(QUOTED[0].replace("not just", "just"), runs) != []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1,352 of 1,500 persons", ["1352", "1500"]),
        ("$22 billion, 2.25 trillion yuan", ["22000000000", "2250000000000"]),
        ("three of fifteen, twenty-three, two million", ["3", "15", "23", "2000000"]),
        ("a third, one-eighth to one-sixth, one in five, ⅛", ["1/3", "1/8", "1/6", "1/5"]),
        ("from 2018–2020, in COVID-19 times, on 5G, one day", ["2018", "2020"]),
        ("39.3 per cent by 30 September", ["39.3", "30"]),
    ],
)
def test_numbers_are_read_in_one_notation(text, found):
    assert set(numbers(text)) == set(found)


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


# Cases of which the report says little say what it leaves out, and are shorter.
THIN = {"belarus", "benin", "brazil", "china-itc"}


def test_each_case_has_500_to_900_words():
    counts = {path.stem: len(read_case(path)[1].split()) for path in case_paths()}
    least = {stem: 350 if stem in THIN else 500 for stem in counts}
    assert {stem: n for stem, n in counts.items() if not least[stem] <= n <= 900} == {}
