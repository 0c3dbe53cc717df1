"""Pieces of pages put together in Python: escaped, in the language of the page, never stale."""

from datetime import date

import pytest
from django.template import Context, Template
from django.utils import translation

from repository.evidence import markup as evidence_markup
from repository.evidence.arrangement import evidence_group
from repository.models import Evidence, Reference
from repository.pages import markup as pages_markup
from tests.factories import (
    CaseStudyFactory,
    EvidenceFactory,
    PracticeFactory,
    ReferenceFactory,
    TagFactory,
    ThemeFactory,
    WebinarFactory,
)

HOSTILE = "<b>\"'&"
ESCAPED = "&lt;b&gt;&quot;&#x27;&amp;"


def test_sentence_escapes_values_alone():
    assert pages_markup.sentence("<q>%(what)s</q>", what=HOSTILE) == f"<q>{ESCAPED}</q>"


def test_escape_what_members_write_about_figures():
    rows = [
        Evidence(label=HOSTILE, display=HOSTILE, period=HOSTILE, stated=HOSTILE, place=HOSTILE)
        for _ in range(2)
    ]
    shown = [
        evidence_markup.figures(rows),
        evidence_markup.evidence([evidence_group(HOSTILE, rows)]),
        evidence_markup.evidence([evidence_group(HOSTILE, rows) | {"bars": True}]),
    ]
    assert [HOSTILE in html for html in shown] == [False] * 3
    assert [html.count(ESCAPED) for html in shown] == [8, 10, 6]


def test_escape_what_members_write_about_a_work():
    names = ("title", "publisher", "url", "doi", "note", "language", "key")
    work = Reference(
        authors=[{"literal": HOSTILE}], accessed=date(2026, 1, 2), **dict.fromkeys(names, HOSTILE)
    )
    html = pages_markup.reference_item(work)
    assert (HOSTILE in html, html.count(ESCAPED)) == (False, len(names) + 2)


@pytest.mark.django_db
def test_escape_what_members_write_on_the_page_of_a_case(client):
    texts = dict.fromkeys(("title", "summary", "setting", "cost", "time", "source"), HOSTILE)
    case = CaseStudyFactory(
        published=True,
        themes=[ThemeFactory(name=HOSTILE)],
        practices=[PracticeFactory(name=HOSTILE, needs=HOSTILE)],
        webinars=[WebinarFactory(title=HOSTILE)],
        tags=[TagFactory(name=HOSTILE)],
        challenge=HOSTILE,
        **texts,
    )
    EvidenceFactory(case=case, label=HOSTILE, is_headline=True)
    assert HOSTILE not in client.get(case.get_absolute_url()).content.decode()


@pytest.mark.django_db(transaction=True)
def test_page_tells_at_once_what_has_changed(client):
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

    def page():
        return client.get(case.get_absolute_url()).content.decode()

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
        assert "Told otherwise" in page()
        setattr(row, name, f"As before, {name}")
        row.save()
        assert "Told otherwise" not in page()
    theme.names = {"fr": "Douane"}
    theme.save()
    client.cookies["django_language"] = "fr"
    assert ">Douane</a>" in page()


ONCE = Template("{% load exchange i18n %}{% once %}{% translate 'Cases' %} {{ who }}{% endonce %}")


def test_once_is_rendered_for_each_language_without_what_the_page_says():
    for language, name in [("en", "Cases"), ("fr", "Études de cas"), ("en", "Cases")]:
        with translation.override(language):
            assert ONCE.render(Context({"who": "a member"})) == f"{name} "
