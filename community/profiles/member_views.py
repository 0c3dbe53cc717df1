from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, OuterRef, QuerySet, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, JSONObject, Left, NullIf
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import conditional_page, require_safe

from community.models import Audience, Comment, Experience, Membership, OldHandle, User
from community.profiles import languages
from community.profiles.models import SHOWN_FIELDS
from repository.models import CaseStudy
from repository.pages.cache import has_cookies
from repository.search.excerpts import HTML_FOR_TEXT, beginning
from repository.text.parsing import whole_number
from repository.translations.reading import CARD, translate, translate_all

PAGE_SIZE = 20
MAX_CASES = 12
EXCERPT = 240


# Not `public_page`: the page also depends on changes that do not renew the edition.
@require_safe
@conditional_page
def detail(request: HttpRequest, handle: str) -> HttpResponse:
    """One member: the fields visible to the reader, their cases and contributions."""
    member = members().filter(handle=handle.lower()).first()
    if member is None:
        # Recently renamed: redirect the former handle for a while.
        old = OldHandle.objects.redirecting().filter(handle=handle.lower())
        member = get_object_or_404(members(), pk__in=old.values("member"))
    if handle != member.handle:
        response = redirect(member, permanent=True)
        # Another member may take the handle later: caches must revalidate.
        patch_cache_control(response, max_age=0, must_revalidate=True)
        return response
    membership = getattr(member, "membership", None) or Membership(member=member)
    page = page_number(request)
    written = contributions(member, page)
    cases = CaseStudy.objects.published().filter(authors=member).newest().for_cards()
    shown_cases = list(cases[:MAX_CASES]) if page == 1 else []
    translate(("case", shown_cases), only=CARD)
    translate_all(row["subject"] for row in written if row["subject"])
    context = {
        "member": member,
        "membership": membership,
        "shown": shown(membership, member, request.user),
        "is_indexed": bool(membership.bio) and membership.bio_shown == Audience.PUBLIC,
        "is_own": request.user.is_authenticated and request.user.pk == member.pk,
        "cases": shown_cases,
        "contributions": written[:PAGE_SIZE],
        "newer": page - 1,
        "older": page + 1 if len(written) > PAGE_SIZE else 0,
    }
    response = render(request, "community/profiles/member_detail.html", context)
    shared = {"private": True} if has_cookies(request) else {"public": True}
    patch_cache_control(response, max_age=0, must_revalidate=True, **shared)
    return response


def members() -> QuerySet[User]:
    """Members with a page, with their profiles, in one query."""
    return (
        User.objects.filter(is_active=True)
        .exclude(handle="")
        .select_related("membership__city", "membership__country")
        .annotate(knows=themes("knows"), wants=themes("wants"))
    )


def themes(name: str) -> ArraySubquery:
    rows = getattr(Membership, name).through.objects.filter(membership__member=OuterRef("pk"))
    row = JSONObject(slug="theme__slug", name="theme__name", names="theme__names")
    return ArraySubquery(rows.order_by("theme__name").values(row=row))


def shown(membership: Membership, member: User, reader) -> dict:
    """The parts of a profile that the reader may see, as text; the only way to output them."""
    language = get_language() or ""
    values = {
        "kind": membership.get_kind_display(),
        "organization": membership.organization,
        "place": membership.where,
        "languages": languages.names_of(membership.languages),
        "bio": membership.rendered.get("bio", ""),
    }
    for name in ("knows", "wants"):
        values[name] = [
            {"slug": theme["slug"], "name": theme["names"].get(language, theme["name"])}
            for theme in getattr(member, name)
        ]
    return {name: values[name] for name in SHOWN_FIELDS if membership.shows(name, reader)}


def page_number(request: HttpRequest) -> int:
    number = whole_number(request.GET.get("page", "1"), least=1, most=999_999)
    if number is None:
        raise Http404
    return number


def contributions(member: User, page: int) -> list[dict]:
    """Public contributions of a member, newest first: one page and one more.

    Each row has `label`, `subject`, `url`, `text` and `created_at`. Contributions to subjects that
    are not public are left out.
    """
    start = (page - 1) * PAGE_SIZE
    comments = Comment.objects.published().filter(author=member)
    experiences = Experience.objects.published().filter(author=member)
    worked, failed = KT("rendered__worked"), KT("rendered__failed")
    words = Coalesce(NullIf(worked, Value("")), failed, output_field=CharField())
    rows = list(
        published(comments, "comment", KT("rendered__body"))
        .union(published(experiences, "experience", words), all=True)
        .order_by("-created_at", "-id")[start : start + PAGE_SIZE + 1]
    )
    subjects = public_subjects({(row["content_type_id"], row["object_id"]) for row in rows})
    return [
        row
        | {
            "label": LABELS[row["kind"]],
            "text": beginning(row["text"], EXCERPT),
            "subject": subject,
            "url": address(subject, row) if subject else "",
        }
        for row in rows
        for subject in [subjects.get((row["content_type_id"], row["object_id"]))]
    ]


def address(subject, row: dict) -> str:
    page = subject.get_absolute_url().partition("#")[0]
    return f"{page}#{row['kind']}-{row['id']}"


LABELS = {"comment": _("Comment"), "experience": _("Experience")}


def published(rows: QuerySet, kind: str, words) -> QuerySet:
    return (
        rows.order_by()
        .annotate(
            kind=Value(kind, output_field=CharField()),
            text=Left(words, EXCERPT * HTML_FOR_TEXT, output_field=CharField()),
        )
        .values("id", "kind", "text", "created_at", "content_type_id", "object_id")
    )


def public_subjects(wanted: set[tuple[int, int]]) -> dict[tuple[int, int], object]:
    """The public objects by content type and primary key: one query for each type."""
    keys: dict[int, list[int]] = {}
    for kind, pk in wanted:
        keys.setdefault(kind, []).append(pk)
    found: dict[tuple[int, int], object] = {}
    for kind, pks in keys.items():
        model = ContentType.objects.get_for_id(kind).model_class()
        # The discussion of an archived case is hidden too, although its page still gives the
        # reason.
        published = CaseStudy.objects.published()
        rows = published if model is CaseStudy else model._default_manager.all()
        rows = rows.filter(pk__in=pks)
        found |= {(kind, each.pk): each for each in rows}
    return found
