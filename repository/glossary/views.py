from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from repository.models import GlossaryTerm
from repository.pages.http import public_page
from repository.text.sorting import sort_key
from repository.translations.reading import languages_of, translate


@public_page
def glossary(request: HttpRequest) -> HttpResponse:
    """Show all terms on one page, so that links from texts can refer to anchors."""
    letters: dict[str, list[GlossaryTerm]] = {}
    found = list(GlossaryTerm.objects.all())
    languages = ["en", *languages_of("term")]
    translate(("term", found))
    for term in sorted(found, key=lambda term: sort_key(term.term)):
        first = term.term[0].upper()
        letters.setdefault(first if first.isalpha() else "0–9", []).append(term)
    context = {"letters": letters, "languages": languages}
    return render(request, "repository/glossary/list.html", context)
