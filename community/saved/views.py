"""A member's collections of saved pages."""

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.discussion.subjects import SAVED, find
from community.models import Collection, SavedItem
from community.saved import actions
from community.saved.forms import CollectionForm, SavedItemForm
from community.saved.items import pages_of, table_rows
from repository.pages.attempts import attempt
from repository.pages.http import require_form
from repository.pages.lists import page_of
from repository.pages.tables import Table, csv_of

PAGE_SIZE = 30


def own_collection(request: HttpRequest, pk: int | None) -> Collection | None:
    """The collection; None for the list "Saved", which has no number."""
    if pk is None:
        return None
    return get_object_or_404(Collection.objects.visible_to(request.user), pk=pk)


def own_item(request: HttpRequest, pk: int) -> SavedItem:
    rows = SavedItem.objects.visible_to(request.user).select_related("collection")
    return get_object_or_404(rows, pk=pk)


def address_of(collection: Collection | None) -> str:
    return collection.get_absolute_url() if collection else reverse("community:saved")


@never_cache
@require_form
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """The collections of a member, and the form for a new one."""
    form = CollectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form, success=_("Collection created.")) as outcome:
            made = actions.create(name=form.cleaned_data["name"], by=request.user)
        if outcome.succeeded:
            return redirect(made)
    counted = {"count": Count("items"), "newest": Max("items__created_at")}
    saved = SavedItem.objects.visible_to(request.user).within(None)
    context = {
        "form": form,
        "saved": saved.aggregate(count=Count("pk"), newest=Max("created_at")),
        "collections": Collection.objects.visible_to(request.user).annotate(**counted),
    }
    return render(request, "community/saved/collection_list.html", context)


@never_cache
@require_safe
@login_required
def detail(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The saved pages of a collection, newest first."""
    collection = own_collection(request, pk)
    items = SavedItem.objects.visible_to(request.user).within(collection)
    page = page_of(items, request, size=PAGE_SIZE)
    file, print_page = "community:saved_csv", "community:saved_print"
    if collection:
        file, print_page = "community:collection_csv", "community:collection_print"
    numbers = [collection.pk] if collection else []
    context = {
        "collection": collection,
        "page": page,
        "rows": pages_of(page.object_list),
        "csv_url": reverse(file, args=numbers),
        "print_url": reverse(print_page, args=numbers),
    }
    return render(request, "community/saved/collection_detail.html", context)


@never_cache
@require_safe
@login_required
def print_view(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """All pages of a collection with their notes, to print."""
    collection = own_collection(request, pk)
    items = SavedItem.objects.visible_to(request.user).within(collection)
    context = {
        "collection": collection,
        "back": address_of(collection),
        "rows": pages_of(items),
        "site": request.build_absolute_uri("/").rstrip("/"),
        "today": timezone.localdate(),
    }
    return render(request, "community/saved/collection_print.html", context)


@never_cache
@require_safe
@login_required
def download(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """All pages of a collection with their notes, as CSV."""
    collection = own_collection(request, pk)
    pages = pages_of(SavedItem.objects.visible_to(request.user).within(collection))
    site = request.build_absolute_uri("/").rstrip("/")
    title = collection.name if collection else _("Saved")
    table = Table(
        key="collection",
        title=title,
        counted="",
        columns=(
            *(_("Type"), _("Title"), _("Place"), _("Summary")),
            *(_("URL"), _("Note"), _("Saved on")),
        ),
        rows=tuple(table_rows(pages, site, _("No longer available"))),
    )
    return csv_of(table, on=timezone.localdate(), name=slugify(title) or "collection")


@never_cache
@require_form
@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a collection."""
    collection = own_collection(request, pk)
    data = request.POST if request.method == "POST" else None
    form = CollectionForm(data, initial={"name": collection.name})
    if request.method == "POST" and form.is_valid():
        with attempt(request, form, success=_("Collection renamed.")) as outcome:
            actions.rename(collection=collection, name=form.cleaned_data["name"], by=request.user)
        if outcome.succeeded:
            return redirect(collection)
    context = {"collection": collection, "form": form}
    return render(request, "community/saved/collection_edit.html", context)


@never_cache
@require_form
@login_required
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then delete a collection with the saved pages in it."""
    collection = own_collection(request, pk)
    if request.method == "POST":
        words = _("Collection “%(name)s” deleted.") % {"name": collection.name}
        with attempt(request, success=words):
            actions.delete(collection=collection, by=request.user)
        return redirect("community:collections")
    context = {"collection": collection, "count": collection.items.count()}
    return render(request, "community/saved/collection_delete.html", context)


@require_POST
@login_required
def save(request: HttpRequest, word: str, pk: int) -> HttpResponse:
    """Save a page, and return to it."""
    subject = find(word, pk, user=request.user, among=SAVED)
    with attempt(request):
        actions.save(subject=subject, by=request.user)
    return redirect(subject)


@never_cache
@require_form
@login_required
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """The note on a saved page, and its collection."""
    saved = own_item(request, pk)
    form = SavedItemForm(
        request.POST if request.method == "POST" else None,
        member=request.user,
        initial={"note": saved.note, "collection": saved.collection},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with attempt(request, form, success=_("Changes saved.")) as outcome:
            saved = actions.edit(
                item=saved,
                note=data["note"],
                collection=data["collection"],
                new_name=data["new_collection"],
                by=request.user,
            )
        if outcome.succeeded:
            return redirect(address_of(saved.collection))
    [row] = pages_of([saved])
    context = {"item": saved, "row": row, "form": form, "back": address_of(saved.collection)}
    return render(request, "community/saved/item.html", context)


@require_POST
@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a saved page. A second click finds none, and leads to the collections."""
    saved = SavedItem.objects.visible_to(request.user).filter(pk=pk).first()
    if saved is None:
        return redirect("community:collections")
    with attempt(request, success=_("Page removed from your collections.")):
        actions.remove(item=saved, by=request.user)
    return redirect(address_of(saved.collection))
