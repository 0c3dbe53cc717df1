"""The groups of staff and their permissions.

Missing groups are created after `migrate`. Administrators may change them: existing groups are
left alone.
"""

from collections import defaultdict

from django.apps import apps as installed_apps
from django.db.models import Q

MODERATORS = "Moderators"
BROKERS = "Brokers"
ADMINISTRATORS = "Administrators"

# The models that editors may change. Goals and countries come from the United Nations: view only.
EDITED = [
    "casestudy",
    "city",
    "evidence",
    "externalfigure",
    "interfacereview",
    "landscapesection",
    "appearance",
    "organization",
    "practice",
    "reference",
    "recommendation",
    "glossaryterm",
    "series",
    "sitepage",
    "webinar",
    "speaker",
    "tag",
    "taggeditem",
    "theme",
]
VIEWED = ["country", "goal"]
# The models that moderators use: contributions, canned texts, registrations and surveys.
MODERATES = [
    "moderate",
    *(f"{verb}_pagefeedback" for verb in ("delete", "view")),
    "view_registration",
    "view_survey",
    "export_survey",
    "view_surveyanswer",
    *(f"{verb}_surveyquestion" for verb in ("add", "change", "view")),
    *(f"{verb}_cannedtext" for verb in ("add", "change", "delete", "view")),
]
# Permissions that higher apps add to a role: {role: conditions on `Permission`}.
added: defaultdict[str, list[Q]] = defaultdict(list)


def role_permissions(role: str) -> Q:
    """The permissions of a role as a condition on `Permission`."""
    found = own_permissions(role)
    for condition in added[role]:
        found |= condition
    return found


def own_permissions(role: str) -> Q:
    repository = Q(content_type__app_label="repository")
    view = repository & Q(codename__startswith="view_")
    if role == MODERATORS:
        acts = [f"{verb}_{noun}" for noun in EDITED for verb in ("add", "change", "delete")]
        moderate = Q(content_type__app_label="community") & Q(codename__in=MODERATES)
        return (
            view
            | repository & Q(codename__in=[*acts, "publish_casestudy", "exchange_translation"])
            | moderate
        )
    if role == BROKERS:
        acts = [f"{verb}_{noun}" for noun in ("city", "organization") for verb in ("add", "change")]
        return view | repository & Q(codename__in=acts)
    return (
        repository
        | Q(content_type__app_label="community")
        | Q(content_type__app_label="auth", content_type__model="group")
    )


def create_groups(*, apps=installed_apps, **kwargs) -> None:
    """Create the missing groups. Runs after `migrate`, when all permissions exist."""
    try:
        group, permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    except LookupError:  # a first migration that stops before the tables of `auth`
        return
    for role in (MODERATORS, BROKERS, ADMINISTRATORS):
        made, is_new = group.objects.get_or_create(name=role)
        if is_new:
            made.permissions.set(permission.objects.filter(role_permissions(role)))
