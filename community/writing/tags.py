"""Template tags for authors, attachments and links to the form on the pages of cases."""

from dataclasses import replace
from urllib.parse import urljoin

from django import template

from community import permissions
from community.additions import additions
from community.models import User, Verb
from community.moderation.decisions.rules import latest_decision
from community.writing.confirmation import is_due
from community.writing.drafts.actions import can_write_now
from repository.cases.citations import Citation
from repository.cases.models import EDIT
from repository.models import CaseStatus, CaseStudy

register = template.Library()
SENT_BACK = (CaseStatus.CHANGES_REQUESTED, CaseStatus.DECLINED)
ASKED = (Verb.REQUEST_CHANGES, Verb.DECLINE, Verb.UPHOLD)


def authors_of(case: CaseStudy) -> list[User]:
    """The authors in the order of joining; empty if the collection is the author."""
    known = case.__dict__.get("_authors")
    if known is None:
        links = CaseStudy.authors.through.objects.filter(casestudy=case)
        links = links.select_related("user__membership__city")
        found = links.order_by("pk") if additions(case).has_authors else []
        known = case.__dict__["_authors"] = [link.user for link in found]
    return known


@register.inclusion_tag("community/writing/_case_authors.html")
def case_authors(case) -> dict:
    """The authors of a case, for its facts at a glance."""
    return {"authors": authors_of(case)}


@register.simple_tag
def citation_by_authors(citation, case) -> Citation:
    """The citation of a case, with its authors."""
    names = tuple(map(str, authors_of(case)))
    return replace(citation, authors=names) if names else citation


@register.simple_tag
def schema_by_authors(schema, case) -> dict:
    """The structured data of a case, with its authors."""
    people = [
        {"@type": "Person", "name": str(by), "url": urljoin(schema["url"], by.get_absolute_url())}
        for by in authors_of(case)
    ]
    return schema | {"author": people} if people else schema


@register.inclusion_tag("community/writing/_attached.html")
def attachments(case) -> dict:
    """The pictures and documents of a case."""
    files = list(case.attachments.all()) if additions(case).has_attachments else []
    return {
        "case": case,
        "files": files,
        "pictures": [file for file in files if file.is_picture],
        "documents": [file for file in files if not file.is_picture],
    }


@register.inclusion_tag("community/writing/_writing_links.html", takes_context=True)
def writing_links(context, case) -> dict:
    """On the preview of a case that is not public: links to its form and to submitting it."""
    user = context["user"]
    may = permissions.can_write(user, case)
    return {"case": case, "may_write": may and can_write_now(case, user)}


@register.inclusion_tag("community/writing/_cover_link.html", takes_context=True)
def cover_link(context, case) -> dict:
    """A link to the page where authors and editors choose the cover."""
    user = context["user"]
    may = user.is_authenticated and (case.is_mine or user.has_perm(EDIT))
    return {"case": case} if may else {}


@register.inclusion_tag("community/moderation/_moderator_words.html", takes_context=True)
def moderator_words(context, case) -> dict:
    """For authors of a case that was sent back or declined: the reason, and a link to the
    decision.
    """
    if not case or case.status not in SENT_BACK or not permissions.is_author(context["user"], case):
        return {}
    latest = latest_decision(case)
    return {"decision": latest if latest is not None and latest.verb in ASKED else None}


@register.inclusion_tag("community/writing/_still_true.html", takes_context=True)
def still_true(context, case) -> dict:
    """Ask an author whether a case that was not checked for a year is still true."""
    return {"case": case} if getattr(case, "is_mine", False) and is_due(case) else {}
