"""What people write is shown as text, also where it looks like markup, and never out of date."""

from datetime import date
from decimal import Decimal

import pytest

from tests.factories import (
    CaseStudyFactory,
    EvidenceFactory,
    PracticeFactory,
    ReferenceFactory,
    TagFactory,
    ThemeFactory,
    WebinarFactory,
)
from tests.page import page_of

HOSTILE = "<b>\"'&"


def found(page) -> list[str]:
    """The lines that show the hostile text; as markup it must not be there."""
    assert HOSTILE not in page.html
    return [line for line in page.main.lines if HOSTILE in line]


@pytest.mark.django_db
def test_escape_texts_of_a_case(read):
    texts = dict.fromkeys(("title", "summary", "setting", "cost", "time", "source"), HOSTILE)
    case = CaseStudyFactory(
        published=True,
        themes=[ThemeFactory(name=HOSTILE)],
        practices=[PracticeFactory(name=HOSTILE, needs=HOSTILE)],
        webinars=[WebinarFactory(title=HOSTILE, number=1)],
        tags=[TagFactory(name=HOSTILE)],
        challenge=HOSTILE,
        **texts,
    )
    assert len(found(read(case.get_absolute_url()))) == 15
    assert len(found(read("/cases/"))) == 3


@pytest.mark.django_db
def test_escape_texts_of_figures(read):
    case = CaseStudyFactory(published=True)
    shown = dict.fromkeys(("label", "display", "period", "stated", "place"), HOSTILE)
    per_cent = {"value": Decimal(5), "unit": "%"}
    EvidenceFactory(case=case, is_headline=True, **shown)
    for _ in range(2):
        EvidenceFactory(case=case, group="Table", **shown)
        EvidenceFactory(case=case, group=f"Bars {HOSTILE}", **per_cent, **shown)
    assert "".join(found(read(case.get_absolute_url()))).count(HOSTILE) == 37


@pytest.mark.django_db
def test_escape_texts_of_a_work(read):
    doi = "10.1000/'&"
    work = ReferenceFactory(
        authors=[{"literal": HOSTILE}],
        accessed=date(2026, 1, 2),
        url=f"https://example.org/{HOSTILE}",
        doi=doi,
        **dict.fromkeys(("title", "publisher", "note"), HOSTILE),
    )
    page = read("/references/")
    [line] = found(page)
    assert line == (
        f"{HOSTILE} ({work.year}). {HOSTILE}. {HOSTILE}. doi:{doi}. "
        f"Accessed 2 January 2026. {HOSTILE}"
    )
    assert [address for _text, address in page.main.links if "'&" in address] == [
        f"https://example.org/{HOSTILE}",
        f"https://doi.org/{doi}",
    ]


@pytest.mark.django_db(transaction=True)
def test_page_shows_changes_at_once(client):
    """What stands on the page of a case of other objects is never that of an older edition."""
    work, practice = ReferenceFactory(), PracticeFactory()
    theme, webinar = ThemeFactory(), WebinarFactory()
    case = CaseStudyFactory(
        published=True,
        references=[work],
        practices=[practice],
        themes=[theme],
        webinars=[webinar],
    )
    other = CaseStudyFactory(published=True, practices=[practice])
    # What all cases share does not relate them.
    CaseStudyFactory(published=True)

    def page():
        return page_of(client.get(case.get_absolute_url()))

    page()
    for row, name in [
        (work, "title"),
        (practice, "name"),
        (practice, "needs"),
        (theme, "name"),
        (webinar, "title"),
        (other, "title"),
        (case, "summary"),
    ]:
        setattr(row, name, "Told otherwise")
        row.save()
        assert "Told otherwise" in page().main.text
        setattr(row, name, f"As before, {name}")
        row.save()
        assert "Told otherwise" not in page().html
    theme.names = {"fr": "Douane"}
    theme.save()
    french = page_of(client.get(f"/fr{case.get_absolute_url()}"))
    assert french.main.link("Douane") == f"/fr/cases/?theme={theme.slug}"
