"""Every address of the site, by name: who gets what there.

A pattern that is new and not named here fails the suite, so that nobody forgets to decide it.
"""

from dataclasses import dataclass, field
from uuid import UUID

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.test import Client, RequestFactory
from django.urls import URLResolver, get_resolver, resolve, reverse

from community.models import User
from partnerships.models import Suggestion
from repository.models import (
    CaseStudy,
    City,
    Practice,
    Recommendation,
    Series,
    Speaker,
    Tag,
    Webinar,
)
from tests.collection import signed_in, twin
from tests.conftest import draw_nothing

pytestmark = pytest.mark.slow(15)

ROLES = ["visitor", "member", "moderator", "administrator"]
LOGIN = "login"  # sent to the login page, and from there back


@dataclass
class Row:
    """What each gets at an address: a status, or the place they are sent on to."""

    visitor: int | str
    post: int | str  # of a visitor
    member: int | str
    moderator: int | str | None = None  # None: as the member
    administrator: int | str | None = None  # None: as the moderator
    arguments: dict = field(default_factory=dict)

    def of(self, role: str) -> int | str:
        if role == "administrator" and self.administrator is None:
            role = "moderator"
        if role == "moderator" and self.moderator is None:
            role = "member"
        return getattr(self, role)


def public(**arguments) -> Row:
    """Everyone reads it and nobody writes to it."""
    return Row(200, 405, 200, arguments=arguments)


def own(member=200, moderator=None, **arguments) -> Row:
    """Pages about one's own account."""
    return Row(LOGIN, LOGIN, member, moderator, arguments=arguments)


def desk(moderator, administrator=None, **arguments) -> Row:
    """Pages of the desk: behind its door."""
    return Row(LOGIN, LOGIN, 403, moderator, administrator, arguments=arguments)


# A callable among the arguments is asked when the database is there.
TABLE = {
    "repository:home": public(),
    "repository:case_list": public(),
    "repository:case_detail": public(slug=lambda: CaseStudy.objects.published()[0].slug),
    "repository:practice_list": public(),
    "repository:practice_detail": public(slug=lambda: Practice.objects.all()[0].slug),
    "repository:city_list": public(),
    "repository:city_detail": public(slug=lambda: City.objects.all()[0].slug),
    "repository:country_detail": public(iso2="cn"),
    "repository:webinar_list": public(),
    "repository:webinar_detail": public(slug=lambda: Webinar.objects.all()[0].slug),
    "repository:series_detail": public(slug=lambda: Series.objects.public()[0].slug),
    "repository:series_csv": public(slug=lambda: Series.objects.public()[0].slug, key="overview"),
    # Examples are in tests/repository/counts/test_views.py.
    "repository:recording": Row(404, 405, 404, arguments={"slug": "none"}),
    "repository:recording_part": Row(404, 405, 404, arguments={"slug": "none", "pk": 1}),
    "repository:slides": Row(404, 405, 404, arguments={"slug": "none"}),
    # Examples are in tests/repository/recordings/test_views.py.
    "repository:webinar_slides": Row(404, 405, 404, arguments={"slug": "none", "pk": 1}),
    "repository:webinar_transcript": Row(404, 405, 404, arguments={"slug": "none"}),
    "repository:webinar_subtitles": Row(404, 405, 404, arguments={"slug": "none"}),
    "repository:speaker_photo": Row(404, 405, 404, arguments={"slug": "none"}),
    "repository:speaker_list": public(),
    "repository:speaker_detail": public(slug=lambda: Speaker.objects.all()[0].slug),
    "repository:recommendation_list": public(),
    "repository:recommendation_detail": public(slug=lambda: Recommendation.objects.all()[0].slug),
    "repository:reference_list": public(),
    "repository:landscape": public(),
    "repository:about": public(),
    "repository:glossary": public(),
    "repository:search": public(),
    "repository:tag_detail": public(slug=lambda: Tag.objects.all()[0].slug),
    "repository:case_feed": public(),
    # For programs.
    "api:docs": public(),
    "api:openapi": public(),
    "api:cases": public(),
    "api:case": public(slug=lambda: CaseStudy.objects.published()[0].slug),
    "api:cities": public(),
    "api:city": public(slug=lambda: City.objects.all()[0].slug),
    "api:practices": public(),
    "api:practice": public(slug=lambda: Practice.objects.all()[0].slug),
    "api:landscape": public(),
    "api:webinars": public(),
    "api:webinar": public(slug=lambda: Webinar.objects.all()[0].slug),
    "api:figures": public(),
    "api:figure": public(key="path"),
    "repository:sitemap": public(),
    "repository:sitemap_section": public(section="cases"),
    # Who speaks for a city. Examples are in tests/partnerships/representation/test_views.py.
    "partnerships:representation_list": Row(LOGIN, 405, 200),
    "partnerships:representation_ask": own(),
    "partnerships:representation_withdraw": Row(405, LOGIN, 405, arguments={"pk": 1}),
    "partnerships:representation_lay_down": Row(405, LOGIN, 405, arguments={"pk": 1}),
    "partnerships:representation_letter": Row(LOGIN, 405, 404, arguments={"pk": 1}),
    "partnerships:to_answer": Row(LOGIN, 405, 200),
    "partnerships:cluster_list": public(),
    "partnerships:cluster_detail": Row(404, 405, 404, arguments={"slug": "none"}),
    "partnerships:cluster_news_new": own(404, slug="none"),
    "partnerships:cluster_news_take_down": own(404, pk=1),
    "partnerships:city_profile_edit": own(403, slug=lambda: City.objects.all()[0].slug),
    # Requests. Examples are in tests/partnerships/requests/test_views.py.
    "partnerships:request_new": own(),
    "partnerships:request_detail": Row(404, 405, 404, arguments={"pk": 1}),
    "partnerships:request_edit": own(404, pk=1),
    "partnerships:request_submit": own(404, pk=1),
    "partnerships:request_close": own(404, pk=1),
    "partnerships:request_discard": own(404, pk=1),
    "partnerships:request_withdraw": Row(405, LOGIN, 405, arguments={"pk": 1}),
    "partnerships:request_renew": Row(405, LOGIN, 405, arguments={"pk": 1}),
    "partnerships:request_letter": Row(LOGIN, 405, 404, arguments={"pk": 1}),
    "partnerships:request_letter_add": Row(405, LOGIN, 405, arguments={"pk": 1}),
    "partnerships:request_letter_remove": Row(405, LOGIN, 405, arguments={"pk": 1}),
    "partnerships:request_renew_signed": Row(404, 404, 404, arguments={"token": "wrong"}),
    # Registrations. Examples are in tests/community/webinars/registrations/test_views.py.
    "community:registration_new": Row(
        200, 200, 200, arguments={"slug": lambda: Webinar.objects.public()[0].slug}
    ),
    "community:registration": Row(404, 404, 404, arguments={"token": "wrong"}),
    "community:registration_calendar": Row(404, 405, 404, arguments={"token": "wrong"}),
    "community:webinar_calendar": Row(
        404, 405, 404, arguments={"slug": lambda: Webinar.objects.public()[0].slug}
    ),
    "community:webinar_feed": public(),
    # Speakers. Examples are in tests/community/webinars/speakers/test_views.py.
    "community:speaking": Row(404, 404, 404, arguments={"token": "wrong"}),
    "community:speaking_file": Row(404, 405, 404, arguments={"token": "wrong", "key": "photo"}),
    # Surveys. Examples are in tests/community/webinars/surveys/test_views.py.
    "community:survey": Row(404, 404, 404, arguments={"token": "wrong"}),
    "community:survey_results": Row(404, 405, 404, arguments={"slug": "none"}),
    "community:survey_csv": Row(404, 405, 404, arguments={"slug": "none"}),
    # Discussion. Examples of comments are in tests/community/discussion/test_views.py.
    "community:comment": Row(404, 405, 404, arguments={"pk": 1}),
    "community:comment_edit": own(404, pk=1),
    "community:comment_helpful": Row(405, LOGIN, 405, arguments={"pk": 1}),
    "community:comment_history": Row(404, 405, 404, arguments={"pk": 1}),
    "community:comment_new": Row(
        403,
        403,
        200,
        arguments={"word": "case", "pk": lambda: CaseStudy.objects.published()[0].pk},
    ),
    "community:comment_reply": Row(404, 404, 404, arguments={"pk": 1}),
    "community:comment_withdraw": own(404, pk=1),
    "community:mentions": Row(LOGIN, 405, 200),
    # Notices.
    "community:notices": Row(LOGIN, 405, 200),
    "community:notice_read": Row(405, LOGIN, 405),
    "community:notice_settings": own(),
    "community:notice_stop": Row(404, 404, 404, arguments={"token": "1:reply:wrong"}),
    "community:follows": Row(LOGIN, 405, 200),
    "community:follow": Row(
        405,
        LOGIN,
        405,
        arguments={"word": "city", "pk": lambda: City.objects.all()[0].pk},
    ),
    "community:experience_delete": own(404, pk=1),
    "community:experience_edit": own(404, pk=1),
    "community:experience_new": own(word="practice", pk=lambda: Practice.objects.all()[0].pk),
    "community:city_suggestions": Row(LOGIN, 405, 200),
    "community:tag_accept": Row(405, LOGIN, 405, arguments={"pk": 1}),
    "community:tag_decline": Row(405, LOGIN, 405, arguments={"pk": 1}),
    "community:tag_propose": own(word="webinar", pk=lambda: Webinar.objects.all()[0].pk),
    "community:tag_suggestions": Row(LOGIN, 405, 200),
    "community:language": Row("/", 405, "/", arguments={"code": "fr"}),
    # Matches. Examples are in tests/partnerships/matches/test_views.py and test_space.py.
    "partnerships:interest_new": own(404, pk=0),
    "partnerships:match_detail": Row(LOGIN, 405, 404, arguments={"pk": 0}),
    **{
        f"partnerships:{name}": Row(405, LOGIN, 405, arguments={"pk": 0, **more})
        for name, more in {
            "match_answer": {},
            "match_withdraw": {},
            "match_question": {},
            "match_reply": {"question": 0},
            "space_say": {},
            "space_file_add": {},
            "space_file_remove": {"file": 0},
            "space_meeting_add": {},
            "space_meeting_remove": {"meeting": 0},
            "space_plan": {},
            "space_agree": {},
        }.items()
    },
    "partnerships:space_file": Row(LOGIN, 405, 404, arguments={"pk": 0, "file": 0}),
    "partnerships:space_calendar": Row(LOGIN, 405, 404, arguments={"pk": 0, "meeting": 0}),
    "admin:match": desk(403, 404, pk=0),
    "admin:candidates": desk(403, 404, pk=0),
    "admin:broker_take": desk(403, 405, word="request", pk=0),
    "admin:broker_undo": desk(403, 405, pk=0),
    "admin:broker_appeal": desk(403, 404, pk=0),
    "admin:partnerships_round_result": desk(403, 404, pk=0),
    # Partnerships. Examples of offers and needs are in tests/partnerships/listings/test_views.py.
    "partnerships:board": public(),
    "partnerships:offer_new": own(403),
    "partnerships:offer_detail": Row(404, 405, 404, arguments={"pk": 0}),
    "partnerships:offer_edit": own(404, pk=0),
    "partnerships:offer_close": own(404, pk=0),
    "partnerships:need_new": own(403),
    "partnerships:need_detail": Row(404, 405, 404, arguments={"pk": 0}),
    "partnerships:need_edit": own(404, pk=0),
    "partnerships:need_close": own(404, pk=0),
    "partnerships:suggestion_list": public(),
    "partnerships:suggestion_detail": public(pk=lambda: Suggestion.objects.open()[0].pk),
    "partnerships:suggestion_adopt": own(404, pk=0),
    "partnerships:suggestion_decline": own(404, pk=0),
    "partnerships:monitoring": public(),
    "partnerships:monitoring_csv": public(key="path"),
    # Partnerships. Examples are in tests/partnerships/agreements/test_views.py.
    "partnerships:partnership_new": own(404, match=0),
    "partnerships:partnership_detail": Row(404, 405, 404, arguments={"pk": 0}),
    "partnerships:partnership_edit": own(404, pk=0),
    "partnerships:partnership_agreement": Row(LOGIN, 405, 404, arguments={"pk": 0}),
    "partnerships:partnership_publicity": own(405, pk=0),
    "partnerships:partnership_case": own(405, pk=0),
    "partnerships:partnership_step": own(405, pk=0, verb="start"),
    "partnerships:facilitator_add": own(405, pk=0),
    "partnerships:facilitator_remove": own(405, pk=0, party=0),
    "partnerships:milestone_add": own(405, pk=0),
    "partnerships:milestone_mark": own(405, pk=0, milestone=0),
    "partnerships:milestone_remove": own(405, pk=0, milestone=0),
    "partnerships:report": own(404, pk=0, report=0),
    "partnerships:report_signed": Row(410, 410, 410, arguments={"token": "wrong"}),
    "healthz": public(),
    "readyz": public(),
    "robots": public(),
    "security_txt": public(),
    # Accounts. Signed in, the doors lead on.
    "account_login": Row(200, 200, "/"),
    "account_signup": Row(200, 200, "/"),
    "account_logout": Row("/", "/", 200),
    "account_inactive": public(),
    "account_email_verification_sent": public(),
    "account_confirm_email": Row(200, 200, 200, arguments={"key": "wrong"}),
    "account_confirm_login_code": Row("/accounts/login/", "/accounts/login/", "/"),
    "account_reset_password": Row(200, 200, 200),
    "account_reset_password_done": public(),
    "account_reset_password_from_key": Row(
        200, 200, 200, arguments={"uidb36": "1", "key": "wrong-key"}
    ),
    "account_reset_password_from_key_done": public(),
    "account_email": own(),
    "account_change_password": own(),
    "account_set_password": own("/accounts/password/change/"),
    "account_reauthenticate": own(),
    "community:profile": own(),
    "community:desk": Row(LOGIN, 405, 200),
    # Writing a case.
    "community:case_new": own(),
    "community:case_autosave": Row(405, 401, 405),
    "community:case_preview": Row(LOGIN, LOGIN, 405),
    "community:case_edit": own(slug=lambda: CaseStudy.objects.published()[0].slug),
    "community:case_history": public(slug=lambda: CaseStudy.objects.published()[0].slug),
    "community:case_submit": own(403, slug=lambda: CaseStudy.objects.published()[0].slug),
    "community:case_confirm": own(405, slug="any"),
    "community:case_withdraw": own(405, slug="any"),
    "community:case_invite": own(405, slug="any"),
    "community:case_leave": own(405, slug="any"),
    "community:attachment_add": own(405, slug="any"),
    "community:attachment_remove": own(405, slug="any", pk=1),
    "community:attachment": Row(404, 405, 404, arguments={"slug": "any", "pk": 1}),
    "community:case_history_hide": Row(405, LOGIN, 405, arguments={"slug": "any"}),
    "community:revision": Row(LOGIN, 405, 404, arguments={"pk": 1}),
    "community:revision_accept": Row(405, LOGIN, 405, arguments={"pk": 1}),
    "community:revision_decline": Row(405, LOGIN, 405, arguments={"pk": 1}),
    "community:revision_edit": own(404, pk=1),
    "community:revision_withdraw": Row(405, LOGIN, 405, arguments={"pk": 1}),
    "community:invitation": own(404, pk=1),
    "community:invitation_answer": own(405, pk=1, verb="accept"),
    "community:personal_data": Row(LOGIN, 405, 200),
    "community:account_export": Row(405, LOGIN, 405),
    "community:account_delete": own(),
    "community:verification_ask": own(405),
    "community:verification_take_back": own(405),
    "community:member": public(handle="member"),
    "community:flag_new": own(word="case", pk=lambda: CaseStudy.objects.published()[0].pk),
    "community:appeal_new": own(404, pk=1),
    "usersessions_list": own(),
    "mfa_index": own(),
    "mfa_authenticate": Row("/accounts/login/", "/accounts/login/", "/"),
    "mfa_login_webauthn": Row("/accounts/login/", "/accounts/login/", "/"),
    # These ask for a factor, which the member of the tests has not set up.
    "mfa_reauthenticate": own("/accounts/reauthenticate/", 200),
    "mfa_reauthenticate_webauthn": own("/accounts/reauthenticate/"),
    "mfa_activate_totp": own(200, "/accounts/2fa/totp/deactivate/"),
    "mfa_deactivate_totp": own(404, 200),
    "mfa_view_recovery_codes": own(404),
    "mfa_generate_recovery_codes": own(),
    "mfa_download_recovery_codes": own(404),
    "mfa_list_webauthn": own(),
    "mfa_add_webauthn": own(),
    "mfa_edit_webauthn": own(404, pk=1),
    "mfa_remove_webauthn": own(404, pk=1),
    # The desk. Pages of its models follow from what is registered, see `model_pages`.
    "admin:index": desk(200),
    "admin:login": Row(LOGIN, LOGIN, "/admin/"),
    "admin:logout": desk(405),
    "admin:password_change": desk("/accounts/password/change/"),
    "admin:password_change_done": desk("/accounts/password/change/"),
    "admin:autocomplete": desk(403),
    "admin:jsi18n": desk(200),
    "admin:view_on_site": desk(
        "http://testserver/cities/zhengzhou/",
        content_type_id=lambda: ContentType.objects.get_for_model(City).pk,
        object_id=lambda: City.objects.get(slug="zhengzhou").pk,
    ),
    "admin:app_list": desk(200, app_label="repository"),
    "admin:review": desk(200, word="case", pk=lambda: CaseStudy.objects.published()[0].pk),
    "admin:review_take": desk(405, word="case", pk=1),
    "admin:decisions": desk(200),
    "admin:decision_undo": desk(405, pk=1),
    "admin:record": desk(403, 200),
    "admin:survey_figures": desk(404, pk=0),
    "admin:survey_export": desk(404, pk=0),
    "admin:record_export": desk(403, 200),
    "admin:repository_casestudy_step": desk(404, verb="publish"),  # without a case
    "admin:repository_tag_step": desk(404, verb="merge"),  # without tags
    "admin:repository_speaker_links": desk(404),  # without a speaker
    "admin:repository_webinar_step": desk(404, verb="announce"),  # without a webinar
    "admin:repository_city_gazetteer": desk(200),
    "admin:partnerships_offer_review": desk(403, 404, pk=0),
    "admin:partnerships_need_review": desk(403, 404, pk=0),
    "admin:community_user_erase": desk(403, 404, pk=0),
    "admin:community_membership_verify": desk(404, pk=0),
    "admin:django_tasks_database_dbtaskresult_retry": desk(405, pk=UUID(int=0)),
    "admin:community_membership_withdraw": desk(404, pk=0),
    "admin:partnerships_partnershiprequest_review": desk(403, 404, pk=0),
    "admin:partnerships_partnershiprequest_note": desk(405, pk=0),
    "admin:partnerships_representation_review": desk(403, 404, pk=0),
}
# What has no name is known by its route.
UNNAMED = {"admin/(?P<url>.*)$": ("/admin/nothing/here/", desk(404))}

# The pages of each model at the desk, and the permission each asks for.
MODEL_PAGES = {
    "changelist": "view",
    "add": "add",
    "change": "view",
    "history": "view",
    "delete": "delete",
}
IMPORT_PAGES = {"import": "import", "process_import": "import", "export": "export"}


def registered() -> dict[str, admin.ModelAdmin]:
    return {
        f"{model._meta.app_label}_{model._meta.model_name}": model_admin
        for model, model_admin in admin.site._registry.items()
    }


def model_pages() -> dict[str, tuple[admin.ModelAdmin, str, str]]:
    """Patterns that come with a registered model: by whom, which page, under which permission."""
    pages = {}
    for label, model_admin in registered().items():
        kinds = dict(MODEL_PAGES)
        for kind in IMPORT_PAGES:
            if hasattr(model_admin, f"{IMPORT_PAGES[kind]}_action"):
                kinds[kind] = IMPORT_PAGES[kind]
        for kind, permission in kinds.items():
            pages[f"admin:{label}_{kind}"] = (model_admin, kind, permission)
    return pages


def old_addresses() -> dict[str, str]:
    """Routes without a name, which send `…/<id>/` on to `…/<id>/change/`; with an example."""
    prefixes = [
        f"admin/{model._meta.app_label}/{model._meta.model_name}/" for model in admin.site._registry
    ]
    return {f"{prefix}<path:object_id>/": f"/{prefix}1/" for prefix in prefixes}


def patterns(resolver=None, namespaces=(), route=""):
    """The name of each pattern with its namespaces; the route of what has no name."""
    for pattern in (resolver or get_resolver()).url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inside = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from patterns(pattern, inside, here)
        else:
            yield ":".join([*namespaces, pattern.name]) if pattern.name else here


def named() -> set[str]:
    return {*TABLE, *UNNAMED, *model_pages(), *old_addresses()}


def test_name_every_pattern():
    assert set(patterns()) - named() == set()


def test_name_only_patterns_that_exist():
    assert named() - set(patterns()) == set()


@pytest.fixture(scope="module")
def clients(collection):
    """A browser for each role."""
    users = {user.handle: user for user in User.objects.filter(handle__in=ROLES)}
    return {role: signed_in(users[role]) if role in users else Client() for role in ROLES}


@pytest.fixture
def as_role(db, clients):
    """A browser in which one of the roles is signed in."""
    return lambda role: twin(clients[role])


def path_of(name: str, arguments: dict) -> str:
    arguments = {key: value() if callable(value) else value for key, value in arguments.items()}
    return reverse(name, kwargs=arguments)


def outcome(response) -> int | str:
    """The status, or the place that somebody is sent on to."""
    if not response.headers.get("Location"):
        return response.status_code
    place, _, query = response.headers["Location"].partition("?")
    if place == "/accounts/login/" and query.startswith("next="):
        return LOGIN
    return place


def outcomes(as_role, path: str) -> dict:
    """What each gets. Pages are drawn for moderators: `tests/test_hostile.py` and
    `tests/browser/test_scripts.py` read them all as the others."""
    drawn = {"moderator": outcome(as_role("moderator").get(path))}
    with pytest.MonkeyPatch.context() as patch:
        draw_nothing(patch)
        others = {role: outcome(as_role(role).get(path)) for role in ROLES if role not in drawn}
        return drawn | others | {"post": outcome(as_role("visitor").post(path))}


def expected(row: Row) -> dict:
    return {role: row.of(role) for role in ROLES} | {"post": row.post}


@pytest.mark.parametrize("name", TABLE)
def test_answer_each_role(name, as_role):
    row = TABLE[name]
    assert outcomes(as_role, path_of(name, row.arguments)) == expected(row)


@pytest.mark.parametrize("route", UNNAMED)
def test_answer_each_role_at_unnamed(route, as_role):
    path, row = UNNAMED[route]
    assert outcomes(as_role, path) == expected(row)


@pytest.mark.parametrize("route", old_addresses())
def test_send_old_addresses_on(route, as_role):
    path = old_addresses()[route]
    assert outcomes(as_role, path) == expected(desk(f"{path}change/"))


@pytest.mark.parametrize("name", model_pages())
def test_answer_by_permission_at_desk(name, as_role):
    model_admin, kind, permission = model_pages()[name]
    example = model_admin.model._default_manager.first()
    arguments, about = {}, ()
    if kind in {"change", "history", "delete"}:
        arguments = {"object_id": example.pk if example else 0}
        about = (example,)
    path = reverse(name, kwargs=arguments)

    def allowed(role: str) -> int | str:
        if about == (None,) and kind == "history":
            return "/admin/"  # there is no such object, which the page looks at first
        request = RequestFactory().get(path)
        request.user = User.objects.get(handle=role)
        if not getattr(model_admin, f"has_{permission}_permission")(request, *about):
            return 403
        if about == (None,):
            return "/admin/"
        return 405 if kind == "process_import" else 200

    row = desk(allowed("moderator"), allowed("administrator"))
    assert outcomes(as_role, path) == expected(row)


# A mail program has no token: a signature in the address is the proof.
WITHOUT_TOKEN = {"community:notice_stop"}


def test_refuse_post_without_token(db, clients):
    client = Client(enforce_csrf_checks=True)
    client.cookies = clients["administrator"].cookies.copy()
    answers, due = {}, {}
    for name in {*TABLE, *model_pages()} - WITHOUT_TOKEN:
        if name in TABLE:
            path = path_of(name, TABLE[name].arguments)
        else:
            kind = model_pages()[name][1]
            path = reverse(name, args=[1] if kind in {"change", "history", "delete"} else [])
        answers[name] = client.post(path).status_code
        # What asks for no token takes no POST at all.
        due[name] = 405 if getattr(resolve(path).func, "csrf_exempt", False) else 403
    assert {name: status for name, status in answers.items() if status != due[name]} == {}
    assert len(answers) > 400
