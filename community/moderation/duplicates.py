"""What is close in meaning to something under review, in any language: possible duplicates."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from community.models import ProposedPractice, User
from repository.embeddings.meaning import close_texts, threshold
from repository.embeddings.nearest import Near
from repository.embeddings.passages import with_title
from repository.models import CaseStatus, CaseStudy, Practice

MOST = 5


@dataclass(frozen=True)
class Duplicate:
    """A text that is close in meaning, with its nearest sentence.

    `note` says what it is; `is_almost_the_same` if it may say the same, and is not only about the
    same subject.
    """

    title: str
    url: str
    language: str
    note: str
    quote: str
    quote_language: str
    is_almost_the_same: bool


def duplicate(near: Near, *, title: str, url: str, language: str, note: str = "") -> Duplicate:
    least = threshold("duplicate")
    return Duplicate(
        title=title,
        url=url,
        language=language,
        note=note,
        quote=near.text if near.text != title else "",
        quote_language=near.language,
        is_almost_the_same=least is not None and near.similarity >= least,
    )


def find(
    title: str,
    text: str,
    among: Mapping[str, QuerySet],
    described: Mapping[str, Callable[[Any, Near], Duplicate]],
) -> list[Duplicate]:
    """Return what is close in meaning to a title with a text, closest first; often nothing.

    `among` are the rows that the reader may see, without the one under review, and `described`
    makes results of them, both by kind.
    """
    found = close_texts(
        with_title(title, text or title), kinds=among, closeness="similar", among=among, most=MOST
    )
    rows = {
        kind: each.in_bulk([int(near.object_id) for near in found if near.kind == kind])
        for kind, each in among.items()
    }
    return [
        described[near.kind](rows[near.kind][int(near.object_id)], near)
        for near in found
        if int(near.object_id) in rows[near.kind]
    ]


def of_case(case: CaseStudy, title: str, summary: str, *, user: User) -> list[Duplicate]:
    """Published and submitted cases close to the title and summary of another case."""
    others = CaseStudy.objects.visible_to(user).exclude(pk=case.pk)
    among = {
        "case": others.published(),
        "submitted_case": others.filter(status=CaseStatus.SUBMITTED),
    }
    return find(title, summary, among, dict.fromkeys(among, describe_case))


def describe_case(case: CaseStudy, near: Near) -> Duplicate:
    is_published = case.is_published
    url = (
        case.get_absolute_url() if is_published else reverse("admin:review", args=["case", case.pk])
    )
    return duplicate(
        near,
        title=case.title,
        url=url,
        language=case.language,
        note=str(case.get_status_display()),
    )


def of_practice(proposed: ProposedPractice) -> list[Duplicate]:
    """Practices, and other proposals, close to a proposed practice."""
    among = {
        "practice": Practice.objects.all(),
        "proposed_practice": ProposedPractice.objects.waiting()
        .exclude(pk=proposed.pk)
        .select_related("case"),
    }
    described = {"practice": describe_practice, "proposed_practice": describe_proposed}
    return find(proposed.name, proposed.summary, among, described)


def describe_practice(practice: Practice, near: Near) -> Duplicate:
    # Practices are in English.
    return duplicate(
        near, title=practice.name, url=practice.get_absolute_url(), language=near.language
    )


def describe_proposed(proposed: ProposedPractice, near: Near) -> Duplicate:
    return duplicate(
        near,
        title=proposed.name,
        url=reverse("admin:review", args=["practice", proposed.pk]),
        language=proposed.case.language,
        note=str(ProposedPractice._meta.verbose_name),
    )
