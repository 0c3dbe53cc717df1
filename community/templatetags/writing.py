"""What the pages of the collection show of writing: files of a case, and the ways to the form."""

from django import template
from django.template.loader import render_to_string

from community import permissions
from community.actions.case_study import can_write_now
from community.additions import additions
from community.still_true import is_due

register = template.Library()


@register.simple_tag
def attachments(case) -> str:
    """The pictures and documents of a case."""
    files = list(case.attachments.all()) if additions(case).has_attachments else []
    if not files:
        return ""
    shown = {
        "case": case,
        "pictures": [file for file in files if file.is_picture],
        "documents": [file for file in files if not file.is_picture],
    }
    return render_to_string("community/_attached.html", shown)


@register.inclusion_tag("community/_writing_links.html", takes_context=True)
def writing_links(context, case) -> dict:
    """On the preview of a case that is not public: to its form, and to submitting it."""
    user = context["user"]
    may = permissions.can_write(user, case)
    return {"case": case, "may_write": may and can_write_now(case, user)}


@register.simple_tag(takes_context=True)
def still_true(context, case) -> str:
    """For an author of a case that nobody has checked for a year: whether it is still true."""
    if not getattr(case, "is_mine", False) or not is_due(case):
        return ""
    shown = {"case": case, "csrf_token": context.get("csrf_token")}
    return render_to_string("community/_still_true.html", shown)
