from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from repository.models import CaseStudy, Tag, TaggedItem, Webinar
from repository.pages.http import public_page
from repository.pages.lists import page_of
from repository.translations.reading import CARD, translate


@public_page(parameters=["page"])
def tag_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show all public objects with a tag."""
    tag = Tag.objects.public().filter(slug=slug).first()
    if tag is None:
        # Redirect permanently from a renamed or merged tag.
        tag = get_object_or_404(Tag.objects.public(), redirects__slug=slug)
        return redirect(tag, permanent=True)
    cases = CaseStudy.objects.published().filter(pk__in=tagged(tag, CaseStudy))
    page = page_of(cases.newest().for_cards(), request, size=24)
    page.object_list = list(page.object_list)
    webinars = Webinar.objects.public().filter(pk__in=tagged(tag, Webinar))
    webinars = list(webinars.select_related("series")[:60])
    translate(("case", page.object_list), ("webinar", webinars), only=CARD)
    context = {"tag": tag, "page": page, "webinars": webinars}
    return render(request, "repository/tags/detail.html", context)


def tagged(tag: Tag, model):
    """Return primary keys of the objects of one model with this tag."""
    kind = ContentType.objects.get_for_model(model)
    return TaggedItem.objects.filter(tag=tag, content_type=kind).values("object_id")
