"""Statements that once said more or less than the report, in what they say now.

Each names where the report says it. `test_translations` compares the translations with them.
"""

import re
from pathlib import Path

import pytest
from django.conf import settings

CONTENT = Path(settings.BASE_DIR) / "repository" / "content"
SERIES = "series-2020"
CASES = f"{SERIES}/cases"

# File, what it says, and what it said.
CORRECTED = [
    # Chapter II, Qingdao: "are shared", without saying by whom, and nothing on collateral.
    (
        f"{SERIES}/suggestions.yaml",
        "Customs data are shared with Qingdao Rural Commercial Bank; the report does not say by "
        "whom",
        "zone shares",
    ),
    (f"{SERIES}/cities.yaml", "Customs data are shared with a local bank", "zone shares"),
    (
        f"{SERIES}/practices.yaml",
        "The report does not say whether the bank also asks for collateral",
        "instead of property",
    ),
    (f"{CASES}/qingdao.md", "whether the bank also asks for collateral", "other than property"),
    # Hangzhou: the judgement is the report's.
    (
        f"{CASES}/hangzhou.md",
        "In the report's view, a strategy for developing talent from other countries",
        "key to the future",
    ),
    # Tianjin: years of figures are no time of implementation; causes are stated.
    (
        f"{CASES}/tianjin.md",
        "the reforms, the latest technology and better infrastructure have made the port more "
        "efficient",
        "side by side",
    ),
    (f"{CASES}/tianjin.md", "have made it the most important port of North China", "\ntime:"),
    # Chengkou: one town and one shop; roads first is the pattern for China.
    (f"{SERIES}/cities.yaml", "tells of one of its towns", "developed tourism first"),
    (f"{CASES}/chengkou.md", "Across the country, roads are built", "Roads connect villages"),
    (
        f"{SERIES}/practices.yaml",
        "Of China in general it says that roads are built",
        "Chengkou County is its example",
    ),
    (f"{SERIES}/suggestions.yaml", "The report sees similar steps", "came first"),
    # Bonded imports: the taxes are described for Zhengzhou only.
    (
        f"{SERIES}/practices.yaml",
        "It describes the taxes for Zhengzhou only",
        "Bonded import with taxes paid on sale",
    ),
    # Belarus; the free trade area is no customs union.
    (
        f"{SERIES}/practices.yaml",
        "Common customs rules for e-commerce",
        "Common customs rules in a customs union",
    ),
    (f"{CASES}/belarus.md", "Customs unions should in general be promoted", None),
    # Benin, and UNECA perspectives.
    (f"{CASES}/benin.md", "from which local people can benefit", None),
    (f"{SERIES}/suggestions.yaml", "can benefit local people", "It also speaks of investment"),
    (
        f"{CASES}/africa-afcfta.md",
        "On Jumia Pay, 34 per cent more transactions than in the previous year raised the total "
        "volume of payments by 74 per cent",
        None,
    ),
    # Introduction; Chapter III, summary; acknowledgments.
    (f"{SERIES}/series.yaml", "sped up the creation of an e-commerce city cluster", None),
    ("site/en/about.md", "found opportunities for collaboration with potential pilot cities", None),
    ("site/en/about.md", "UNOSSC commissioned the report", "not its wording"),
    ("site/en/about.md", "Caihong Wang of UNOSSC for coordination and review", None),
    # Executive summary; Chapter I, sections 1 to 4; foreword; Chapter III, summary.
    (f"{SERIES}/landscape.yaml", "technology giants dominate e-commerce", None),
    (f"{SERIES}/landscape.yaml", "smaller volumes of trade", None),
    (f"{SERIES}/landscape.yaml", "falling commodity prices", None),
    (
        f"{SERIES}/landscape.yaml",
        "international private investment in sectors relevant to the SDGs",
        "reduce private investment",
    ),
    (
        f"{SERIES}/landscape.yaml",
        "in the report, a good example of e-commerce that flourished",
        "**Africa** is the report's example",
    ),
    (
        f"{SERIES}/landscape.yaml",
        "its own goal, cooperation among cities in e-commerce and digital innovation, needs",
        "closing the gaps takes",
    ),
    # Drawings: figures of one group are compared, and pairs are drawn as flows only if chosen.
    (
        f"{CASES}/chengkou.md",
        'unit: "%", period: 2014/2015, headline: true',
        'group: "Qinba Mountains region"',
    ),
    (f"{CASES}/china-itc.md", "Growth of trade between China and ASEAN", "drawn_as: flows"),
    (
        f"{CASES}/zhalantun.md",
        "group: Villages considered poor in 2014",
        'group: "Villages and their service stations"',
    ),
    (f"{CASES}/zhengzhou.md", "display: a few days", "usually a few days, years ago"),
    # What French texts said otherwise.
    (f"{SERIES}/fr/case.po", "font que tous n’en profitent pas", "limitent le nombre de ceux"),
    (f"{SERIES}/fr/case.po", "a dispensé des formations à", "a formé des"),
]


@pytest.mark.parametrize(("path", "now", "before"), CORRECTED)
def test_keep_statements_as_the_report_has_them(path, now, before):
    text = (CONTENT / path).read_text(encoding="utf-8")
    assert now in re.sub(r"\s+", " ", text)
    assert before is None or before not in text
