"""What a text shares with the source report, whose hashes `report_text` reads."""

import re

from tests.repository.content import report_text
from tests.repository.content.report_text import run_digest, sentence_digest

# Sayings quoted in a case, and names and titles that are as long as a run or a sentence.
QUOTED = (
    "cross-border e-commerce is not just an alternative sales form, it’s a completely new business "
    "model, because it is data-driven by consumers",
    "Guangzhou E-commerce Live Streaming Development Action Plan",
    "e-commerce became the only place where you could buy anything",
    "China Association of Trade in Services",
    "China International Center for Economic and Technical Exchanges",
    # The disclaimer that the About page passes on.
    "authors and do not necessarily represent those of the United Nations",
    "the legal status of any country, territory, city or area",
    "Cooperation among cities and local governments",
    "Number of views per webinar (2020)",
    "Number of sales and loans between 2018 and 2020",
    "Cross-border E-commerce and Digital Innovation for Sustainable Development",
    "Product Selection and Brand Marketing in Cross-border E-commerce",
    "World Customs Organization's Framework of Standards on Cross-border E-commerce",
    "second High-level United Nations Conference on South-South Cooperation",
    "InovAtiva Brasil, StartOut Brasil and the National Committee for Startup Support Initiatives",
    "4G broadband penetration in 2019 (based on unique users)",
)


def without_quotations(text):
    """The words of a text in stretches, cut where a named quotation stands."""
    joined = f" {' '.join(report_text.words(text))} "
    for quotation in QUOTED:
        joined = joined.replace(f" {' '.join(report_text.words(quotation))} ", " | ")
    return [stretch.split() for stretch in joined.split("|")]


def report_runs():
    return report_text.read(report_text.RUNS)


def shared_runs(text, runs):
    """The runs and the sentences of a text that the report has too."""
    size = report_text.RUN
    found = [
        " ".join(stretch[at : at + size])
        for stretch in without_quotations(text)
        for at in range(len(stretch) - size + 1)
        if run_digest(stretch[at : at + size]) in runs
    ]
    for sentence in report_text.sentences(plain(text)):
        stretch, *others = without_quotations(sentence)
        is_whole = not others and len(stretch) >= report_text.SENTENCE
        if is_whole and sentence_digest(stretch) in runs:
            found.append(" ".join(stretch))
    return found


def plain(text):
    """A Markdown text without headings and marks of lists, and money without its country."""
    text = text.replace("**", "").replace("US dollars", "dollars")
    return re.sub(r"^(## .*$|[-*] +|\d+\. +)", "", text, flags=re.MULTILINE)
