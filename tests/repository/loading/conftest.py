"""A small series folder, whole and right, for tests to load and to break.

Its cities are described by hand: reading the gazetteer takes longer than all the rest.
"""

import pytest

from tests.factories import CountryFactory

FILES = {
    "series.yaml": """\
slug: pilot
title: The pilot series
summary: Cities tell each other what worked.
start: 2020-08-14
end: 2020-12-04
published: 2021-03-01
organizers: [unossc]
report: {title: The report, reference: report-2021}
evidence:
  - {label: views, value: 4874930, reference: report-2021, place: Introduction}
  - {label: knew more, numerator: 1352, denominator: 1500, stated: "91 %", headline: true}
""",
    "themes.yaml": """\
- {slug: logistics, name: Logistics, names: {fr: Logistique}}
- {slug: customs, name: Customs, description: Duties and borders.}
""",
    "references.yaml": """\
- key: report-2021
  kind: report
  authors: [{literal: UNOSSC}, {family: Li, given: C.}]
  year: 2021
  title: The report
  url: https://example.org/report
  accessed: 2021-02-01
""",
    "cities.yaml": """\
- slug: zhengzhou
  name: Zhengzhou
  by_hand: true
  latitude: 34.75
  longitude: 113.63
  country: CN
  kind: prefecture
  rail_hub: true
  spelling_languages: [zh]
  names: {zh: 郑州}
- slug: chengkou
  name: Chengkou
  by_hand: true
  country: CN
  kind: county
  latitude: 31.95
  longitude: 108.66
""",
    "organizations.yaml": """\
- {slug: unossc, name: Office for South-South Cooperation, acronym: UNOSSC, kind: un}
- {slug: bureau, name: Bureau of Commerce, kind: government, city: zhengzhou, country: CN}
""",
    "speakers.yaml": """\
- {slug: li-wei, name: Li Wei, aliases: [Wei Li], organization: bureau}
- {slug: ana-sol, name: Ana Sol, country: BR}
""",
    "practices.yaml": """\
- slug: rail
  name: Rail corridor
  summary: Goods go by rail.
  description: By **train**.
  themes: [logistics]
""",
    "webinars.yaml": """\
- number: 1
  slug: by-rail
  title: By rail
  date: 2020-08-14
  recording: https://example.org/film
  views: 120
  countries: [CN]
  cities: [zhengzhou]
  practices: [rail]
  tags: [rail freight]
  appearances:
    - {speaker: li-wei, honorific: Mr, title: Director}
    - {speaker: ana-sol, title: Adviser}
""",
    "recommendations.yaml": """\
- slug: one-window
  kind: policy
  number: 1
  title: One window
  body: One **form**.
  cases: [zhengzhou]
""",
    "glossary.yaml": """\
- slug: bonded-area
  term: Bonded area
  abbreviation: BA
  definition: Under customs control.
  aliases: [1210]
""",
    "cases/zhengzhou.md": """\
---
title: A landlocked city trades by rail
summary: Zhengzhou has no harbour, so it sells speed.
language: en
cities: [zhengzhou]
countries: [CN]
organizations: [bureau]
themes: [logistics, customs]
goals: [9, 8]
practices: [rail]
tags: [Belt and Road, rail freight]
webinars: [1]
speakers: [li-wei]
references: [report-2021]
source: The report, chapter II
evidence:
  - {label: of the time of ocean shipping, value: 50, unit: "%", headline: true, webinar: 1}
  - {label: from order to door, value: 20, value_to: 100, unit: days, reference: report-2021}
---
## Challenge

No **harbour**.

## Solution

Trains.

## Results

## Lessons

## What did not work

## Preconditions

## Advice for replication
""",
}


class Folder:
    """A series folder on disk. `change` replaces a text that stands in a file exactly once."""

    def __init__(self, path):
        self.path = path
        (path / "cases").mkdir()
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name: str, text: str | bytes) -> None:
        data = text if isinstance(text, bytes) else text.encode()
        (self.path / name).write_bytes(data)

    def change(self, name: str, old: str, new: str) -> None:
        text = (self.path / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))

    def add(self, name: str, text: str) -> None:
        with (self.path / name).open("a", encoding="utf-8") as file:
            file.write(text)


@pytest.fixture
def folder(tmp_path, db):
    """The small series; the two countries it names are there."""
    CountryFactory(iso2="CN")
    CountryFactory(iso2="BR")
    return Folder(tmp_path)
