from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from repository.models import CaseStudy, Photograph, PhotographKind
from repository.pages.files import alone, file_response
from repository.photographs.models import WIDTHS


@require_safe
@alone
def show(request: HttpRequest, slug: str, pk: int, width: int, kind: str) -> HttpResponse:
    """Serve the photograph of a case, in one width and format, to everyone who may see the case."""
    case = get_object_or_404(CaseStudy.objects.visible_to(request.user), slug=slug)
    if case.is_archived:
        raise Http404
    photograph = get_object_or_404(Photograph, pk=pk, case=case)
    if kind not in PhotographKind.values or width not in WIDTHS:
        raise Http404
    file = photograph.file(kind, width)
    response = file_response(request, file, content_type=f"image/{kind}")
    if not case.is_published:
        response.headers["Cache-Control"] = "private, no-store"
    return response
