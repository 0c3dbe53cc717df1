import re
from functools import wraps
from itertools import islice
from typing import Any

from allauth.account import views as account
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.views.main import SEARCH_VAR
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes import views as contenttypes
from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django.views.generic import RedirectView

from community.models import PageFeedback
from community.moderation.audit_log import views as audit_log_views
from community.moderation.decisions import views as decisions_views
from community.moderation.queue import views as queue_views
from community.moderation.reviews import views as reviews_views
from community.permissions import can_moderate, can_retry_tasks, can_review_translations
from community.tasks import views as tasks_views
from community.webinars.surveys import desk_views as surveys_desk_views
from config import problems
from config.middleware import METHODS
from partnerships.desk import city_views
from partnerships.desk import queue as brokers_queue
from partnerships.figures import views as figures_views
from partnerships.invitations import desk_views as invitations_desk_views
from partnerships.matches import bulk_views, candidate_views
from partnerships.matches import desk_views as matches_desk_views
from partnerships.permissions import can_broker
from partnerships.pipeline import views as pipeline_views
from partnerships.timeline import views as timeline_views
from repository.desk.base import delete_selected
from repository.pages.http import path_of_site
from repository.text.parsing import whole_number
from repository.translations import views as translations_views

# The groups of the admin index, in order: title, key and contents.
DESK = [
    (
        pgettext_lazy("cases, practices and recommendations", "Collection"),
        "collection",
        [
            "repository.casestudy",
            "repository.practice",
            "repository.evidence",
            "repository.recommendation",
            "repository.landscapesection",
            "repository.reference",
        ],
    ),
    (
        _("Places"),
        "places",
        ["repository.city", "repository.country", "repository.organization"],
    ),
    (
        _("Webinars"),
        "webinars",
        [
            "repository.series",
            "repository.webinar",
            "community.registration",
            "community.survey",
            "community.surveyanswer",
            "community.surveyquestion",
            "repository.speaker",
            "repository.externalfigure",
            "repository.dailycount",
        ],
    ),
    (
        _("Partnerships"),
        "partnerships",
        [
            "partnerships.representation",
            "partnerships.partnershiprequest",
            "partnerships.cityinvitation",
            "partnerships.offer",
            "partnerships.need",
            "partnerships.suggestion",
            "partnerships.partnership",
            "partnerships.cluster",
            "partnerships.clusterapplication",
            "partnerships.round",
            "partnerships.brokering",
        ],
    ),
    (
        _("People"),
        "people",
        ["community.user", "auth.group", "community.languagereviewer", "community.bounce"],
    ),
    (_("Moderation"), "moderation", ["community.membership", "community.cannedtext"]),
    (
        _("Vocabulary"),
        "vocabulary",
        ["repository.theme", "repository.goal", "repository.tag", "repository.glossaryterm"],
    ),
    (
        _("About the site"),
        "site",
        [
            "repository.sitepage",
            "repository.interfacereview",
            "community.pagefeedback",
        ],
    ),
]


REPORTED_TRANSLATIONS = "/admin/community/pagefeedback/?kind__exact=translation"

# Limits for admin searches: each word is searched in every column, and 5,000 words take seconds.
MAX_WORDS = 12
MAX_CHARACTERS = 200
SHOWN_OF_REST = 60


def shortened(text: str) -> tuple[str, str]:
    """Split a search text into the part to search for and the part left out."""
    words = list(islice(re.finditer(r"\S+", text[: MAX_CHARACTERS + 1]), MAX_WORDS + 1))
    end = words[MAX_WORDS - 1].end() if len(words) > MAX_WORDS else MAX_CHARACTERS
    return text[:end], text[end:].strip()


def shorten_search(request: HttpRequest) -> None:
    """Shorten search terms of change lists and autocompletes, and tell the user."""
    for name in (SEARCH_VAR, "term"):
        kept, rest = shortened(request.GET.get(name, ""))
        if not rest:
            continue
        request.GET = request.GET.copy()
        request.GET[name] = kept
        if name == SEARCH_VAR:
            if len(rest) > SHOWN_OF_REST:
                rest = f"{rest[:SHOWN_OF_REST]}…"
            messages.warning(
                request,
                _(
                    "Your search was shortened to %(words)d words and %(characters)d "
                    "characters. Left out: “%(rest)s”"
                )
                % {"words": MAX_WORDS, "characters": MAX_CHARACTERS, "rest": rest},
            )


def drop_empty_field(request: HttpRequest) -> None:
    """Remove an empty `_to_field` parameter, which fails with 500 in Django."""
    if request.GET.get(TO_FIELD_VAR) == "":
        request.GET = request.GET.copy()
        del request.GET[TO_FIELD_VAR]
    if request.POST.get(TO_FIELD_VAR) == "":
        request.POST = request.POST.copy()
        del request.POST[TO_FIELD_VAR]


class Autocomplete(AutocompleteJsonView):
    def process_request(self, request: HttpRequest):
        term, *rest = super().process_request(request)
        # PostgreSQL keeps no text with a NUL, and refuses to look for one.
        return term.replace("\0", ""), *rest


class ExchangeAdminSite(AdminSite):
    """The admin site. Login, logout and password changes use the accounts pages, which have rate
    limits and two-factor authentication."""

    site_header = _("South-South City Exchange: staff desk")
    site_title = _("Staff desk")
    index_title = _("Overview")
    index_template = "admin/desk.html"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_action(delete_selected)

    def admin_view(self, view, cacheable=False):
        @wraps(view)
        def bounded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            shorten_search(request)
            drop_empty_field(request)
            response = view(request, *args, **kwargs)
            # Django's views take any other method like GET. What needs POST has refused it.
            if request.method not in METHODS and response.status_code < 400:
                return HttpResponseNotAllowed(METHODS)
            return response

        return super().admin_view(bounded, cacheable)

    def index(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """Show the queue of moderators above the list of models; lead brokers to the requests."""
        brokers_alone = can_broker(request.user) and not can_moderate(request.user)
        if brokers_alone and "records" not in request.GET:
            return redirect("admin:pipeline")
        waiting = {"queue": queue_views.context(request)} if can_moderate(request.user) else {}
        if can_broker(request.user):
            waiting["due_for_brokers"] = brokers_queue.due()
        if can_review_translations(request.user):
            opened = PageFeedback.objects.reports().open()
            waiting["reported_translations"] = opened.newest_of_each_text().count()
        if can_retry_tasks(request.user):
            waiting["failed_tasks"] = tasks_views.context()
            waiting["problems"] = problems.shown()
        return super().index(request, {**waiting, **(extra_context or {})})

    @method_decorator([require_http_methods(METHODS), never_cache])
    def login(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        target = path_of_site(request, request.GET.get("next", "")) or reverse("admin:index")
        return redirect(target) if request.user.is_authenticated else redirect_to_login(target)

    @method_decorator(require_POST)
    def logout(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        return account.logout(request)

    def password_change(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        return redirect("account_change_password")

    def get_urls(self):
        page = path(
            "r/<path:content_type_id>/<path:object_id>/",
            self.admin_view(self.page_of_object),
            name="view_on_site",
        )
        guard = self.admin_view
        moderation = [
            path("review/<slug:word>/<int:pk>/", guard(reviews_views.detail), name="review"),
            path(
                "review/<slug:word>/<int:pk>/take/", guard(reviews_views.claim), name="review_claim"
            ),
            path("decisions/", guard(decisions_views.overview), name="decisions"),
            path("decisions/<int:pk>/undo/", guard(reviews_views.undo), name="decision_undo"),
            path("record/", guard(audit_log_views.overview), name="record"),
            path("record/export/", guard(audit_log_views.export), name="record_export"),
        ]
        surveys = [
            path("surveys/<int:pk>/", guard(surveys_desk_views.figures), name="survey_figures"),
            path(
                "surveys/<int:pk>/export/", guard(surveys_desk_views.export), name="survey_export"
            ),
        ]
        brokering = [
            path("partnerships/matches/<int:pk>/", guard(matches_desk_views.detail), name="match"),
            *(
                path(
                    f"partnerships/{model}/<int:pk>/review/",
                    guard(reviews_views.moved),
                    {"word": word},
                    name=f"{word}_review",
                )
                for word, model in (
                    ("representation", "representation"),
                    ("offer", "offer"),
                    ("need", "need"),
                    ("request", "partnershiprequest"),
                    ("cluster-application", "clusterapplication"),
                )
            ),
            path(
                "partnerships/appeals/<int:pk>/",
                guard(reviews_views.moved),
                {"word": "appeal"},
                name="broker_appeal",
            ),
            path(
                "partnerships/requests/<int:pk>/candidates/",
                guard(candidate_views.detail),
                name="candidates",
            ),
            path(
                "partnerships/requests/<int:pk>/propose/",
                guard(bulk_views.propose),
                name="propose",
            ),
            path(
                "partnerships/propose/",
                guard(bulk_views.propose_in_bulk),
                name="propose_in_bulk",
            ),
            path("partnerships/requests/<int:pk>/", guard(timeline_views.detail), name="request"),
            path("partnerships/cities/<int:pk>/", guard(city_views.detail), name="city_record"),
            path(
                "partnerships/follow-ups/<int:pk>/",
                guard(timeline_views.follow_up),
                name="follow_up",
            ),
            path(
                "partnerships/requests/<int:pk>/invite/",
                guard(invitations_desk_views.new),
                name="invitation_new",
            ),
            path(
                "partnerships/invitations/<int:pk>/",
                guard(invitations_desk_views.detail),
                name="invitation",
            ),
        ]
        pipeline = [
            path("partnerships/pipeline/", guard(pipeline_views.pipeline), name="pipeline"),
            path("partnerships/figures/", guard(figures_views.desk), name="figures"),
            path(
                "partnerships/figures/<slug:key>.csv",
                guard(figures_views.desk_csv),
                name="figures_csv",
            ),
            path(
                "partnerships/pipeline/views/",
                guard(pipeline_views.save_view),
                name="pipeline_view_save",
            ),
            path(
                "partnerships/pipeline/views/<int:pk>/",
                guard(pipeline_views.saved_view),
                name="pipeline_view",
            ),
            path(
                "partnerships/pipeline/views/<int:pk>/rename/",
                guard(pipeline_views.rename_view),
                name="pipeline_view_rename",
            ),
            path(
                "partnerships/pipeline/views/<int:pk>/delete/",
                guard(pipeline_views.delete_view),
                name="pipeline_view_delete",
            ),
            path(
                "partnerships/pipeline/requests.csv",
                guard(pipeline_views.export),
                {"extension": "csv"},
                name="pipeline_csv",
            ),
            path(
                "partnerships/pipeline/requests.xlsx",
                guard(pipeline_views.export),
                {"extension": "xlsx"},
                name="pipeline_xlsx",
            ),
            path(
                "partnerships/requests/<int:pk>/candidates.csv",
                guard(pipeline_views.export_candidates),
                {"extension": "csv"},
                name="candidates_csv",
            ),
            path(
                "partnerships/requests/<int:pk>/candidates.xlsx",
                guard(pipeline_views.export_candidates),
                {"extension": "xlsx"},
                name="candidates_xlsx",
            ),
        ]
        translations = [
            path("translations/", guard(translations_views.overview), name="translations"),
            path(
                "translations/csv/", guard(translations_views.export_csv), name="translations_csv"
            ),
            path(
                "translations/export/", guard(translations_views.export), name="translations_export"
            ),
            path(
                "translations/import/", guard(translations_views.upload), name="translations_import"
            ),
            path(
                "translations/import/confirm/",
                guard(translations_views.confirm),
                name="translations_import_confirm",
            ),
            path(
                "translations/drafts/",
                guard(translations_views.make_drafts),
                name="translations_drafts",
            ),
        ]
        # Reports of translations had a list of their own.
        reports = guard(RedirectView.as_view(url=REPORTED_TRANSLATIONS))
        old = [
            path("community/reportedtext/", reports, name="reported_translations"),
            path("community/reportedtext/<path:rest>", reports, name="reported_text"),
        ]
        # Before Django's URLs, whose view queries the table of any model, even if it has none.
        return [
            page,
            *moderation,
            *surveys,
            *brokering,
            *pipeline,
            *translations,
            *old,
            *super().get_urls(),
        ]

    def page_of_object(
        self, request: HttpRequest, content_type_id: str, object_id: str
    ) -> HttpResponse:
        """Redirect to the public page of an object, given its content type and primary key."""
        # PostgreSQL keeps no text with a NUL, and refuses to look for one.
        key = whole_number(content_type_id)
        is_key = key is not None and "\0" not in object_id
        kinds = ContentType.objects.filter(pk=key) if is_key else []
        if not any(self.may_see(request, kind, object_id) for kind in kinds):
            raise Http404
        return contenttypes.shortcut(request, content_type_id, object_id)

    def may_see(self, request: HttpRequest, kind: ContentType, key: str) -> bool:
        """Does the object have a page, and may this user know its URL?

        The URL of a case contains its title, which is confidential in a draft.
        """
        model = kind.model_class()
        if not hasattr(model, "get_absolute_url"):
            return False
        if hasattr(model._default_manager, "visible_to"):
            rows = model._default_manager.visible_to(request.user)
        elif self.is_registered(model):
            rows = self.get_model_admin(model).get_queryset(request)
        else:
            return False
        try:
            return rows.filter(pk=key).exists()
        except ValueError:  # not a key of this model
            return False

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return Autocomplete.as_view(admin_site=self)(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict]:
        """Return the models that the user may see, grouped; ungrouped models come last."""
        if app_label is not None:
            return super().get_app_list(request, app_label)
        # The start page needs the list twice: for its content and for the navigation.
        if not hasattr(request, "desk_groups"):
            request.desk_groups = self.grouped(super().get_app_list(request))
        return request.desk_groups

    def grouped(self, apps: list[dict]) -> list[dict]:
        rows = {row["model"]._meta.label_lower: row for app in apps for row in app["models"]}
        groups = [
            (name, key, [rows.pop(label) for label in labels if label in rows])
            for name, key, labels in DESK
        ]
        groups.append((_("System"), "system", list(rows.values())))
        return [
            {
                "name": name,
                "app_label": key,
                "app_url": f"{reverse('admin:index')}#{key}",
                "has_module_perms": True,
                "models": models,
            }
            for name, key, models in groups
            if models
        ]
