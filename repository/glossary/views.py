from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from repository.models import GlossaryTerm
from repository.pages.http import public_page
from repository.text.sorting import sort_key


@public_page
def glossary(request: HttpRequest) -> HttpResponse:
    """Show all terms on one page, so that links from texts can refer to anchors."""
    letters: dict[str, list[GlossaryTerm]] = {}
    for term in sorted(GlossaryTerm.objects.all(), key=lambda term: sort_key(term.term)):
        first = term.term[0].upper()
        letters.setdefault(first if first.isalpha() else "0–9", []).append(term)
    return render(request, "repository/glossary/list.html", {"letters": letters})
