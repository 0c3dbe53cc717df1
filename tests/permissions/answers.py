"""Examples of each address, and how a table says who gets which answer there."""

import re
from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from django.urls import URLResolver, get_resolver
from django_tasks_db.models import DBTaskResult

from community.models import Membership, User, WorkingCopy
from community.notices import digests
from community.webinars import links as webinars_links
from partnerships.invitations import links as invitations_links
from partnerships.representation.addresses import LINK
from partnerships.requests import renewals
from tests.desk_models import desk_models
from tests.permissions import agreements
from tests.permissions.world import ROLES, World

LOGIN = "login"  # sent to the login page, and from there back

Answer = int | str
Answers = dict[str, Answer]


def patterns(resolver=None, namespaces=(), route="") -> Iterator[tuple[str, str]]:
    """Name and route of each pattern; the route stands for a name that is missing."""
    for pattern in (resolver or get_resolver()).url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inside = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from patterns(pattern, inside, here)
        else:
            yield ":".join([*namespaces, pattern.name]) if pattern.name else here, here


def to(anonymous: Answer, member: Answer, **others: Answer) -> Answers:
    """Who gets what: co-authors as authors, administrators as moderators, others as members."""
    given = {"anonymous": anonymous, "member": member, **others}
    for role in ROLES:
        given.setdefault(role, given[LIKE.get(role, "member")])
    return given


LIKE = {"coauthor": "author", "administrator": "moderator"}


def spread(answers: Answers | Answer) -> Answers:
    """One answer stands for all."""
    return answers if isinstance(answers, dict) else dict.fromkeys(ROLES, answers)


def labels(key: str) -> list[str]:
    """The examples that a key of the table names: "case draft|submitted, practice"."""
    found = []
    for part in key.split(", "):
        word, _, names = part.rpartition(" ")
        found += [f"{word} {name}".strip() for name in names.split("|")]
    return found


def examples(route: str, world: World) -> dict[str, dict]:
    """Arguments by the label of the example; one with no label where nothing differs."""
    for start, found in (OF_ROUTES | OF_OTHERS).items():
        if route.startswith(start):
            return found(world)
    return {"": {}} if "<" not in route else {}


def cases(world: World) -> dict[str, dict]:
    return {name: {"slug": case.slug} for name, case in world.cases.items()}


def files(world: World) -> dict[str, dict]:
    return {name: {"slug": name, "pk": row.pk} for name, row in world.files.items()}


def photographs(world: World) -> dict[str, dict]:
    return {
        name: {"slug": name, "pk": case.photograph.pk, "width": 400, "kind": "avif"}
        for name, case in world.cases.items()
    }


def token_of(path: str) -> str:
    """The token at the end of a signed path."""
    return path.rstrip("/").rpartition("/")[2]


def rows(kind: str):
    return lambda world: {name: {"pk": row.pk} for name, row in getattr(world, kind).items()}


def of_matches(kind: str, word: str):
    """What belongs to each match, by the word that stands for it in addresses."""
    return lambda world: {
        name: {"pk": row.match_id, word: row.pk} for name, row in getattr(world, kind).items()
    }


def planned_calls(world: World) -> dict[str, dict]:
    call = world.call
    return {"planned": {"pk": call.timetable.round_id, "call": call.pk}}


def answers_to_invitations(world: World) -> dict[str, dict]:
    return {
        f"{verb} {name}": {"verb": verb, "pk": row.pk}
        for verb in ("accept", "decline", "withdraw", "burn")
        for name, row in world.invitations.items()
    }


def words(*kinds: str):
    """Everything that the cast has of these kinds, and something of a kind that is not meant."""

    def found(world: World) -> dict[str, dict]:
        kept = {
            "case": world.cases,
            "comment": {name: row for name, row in world.comments.items() if name != "edited"},
            # The rest as comments, which are looked at in the same places.
            "experience": {
                name: world.experiences[name] for name in ("published", "hidden", "of-archived")
            },
            "appeal": world.appeals,
            "revision": world.revisions,
            "member": {name: world.people[name] for name in ("author", "closed")},
            "tag": {name: world.tags[name] for name in ("published", "draft", "blocked")},
        }
        given = {"unknown": {"word": "unknown", "pk": 1}}
        for kind in kinds:
            if kind in kept:
                given |= {
                    f"{kind} {name}": {"word": kind, "pk": row.pk}
                    for name, row in kept[kind].items()
                }
            else:
                given[kind] = {"word": kind, "pk": world.things[kind].pk}
        return given

    return found


def reviewed(world: World) -> dict[str, dict]:
    """At the desk it depends on the person alone, so one of each kind says it, and some more."""
    asked = [
        "case draft",
        "case published",
        "case foreign-draft",
        "comment pending",
        "comment removed",
        "experience hidden",
        "appeal waiting",
        "member author",
        "member closed",
        "revision waiting",
        "revision own",
        "practice waiting",
        "tag waiting",
        "words waiting",
        "translation submitted",
        "theme",
        "unknown",
    ]
    found = words("case", "comment", "experience", "appeal", "member", "revision", "theme")(world)
    # By these words the desk means what members propose.
    found["practice waiting"] = {"word": "practice", "pk": world.practices["draft"].pk}
    found["tag waiting"] = {"word": "tag", "pk": world.proposals["waiting"].pk}
    found["translation submitted"] = {
        "word": "translation",
        "pk": world.translations["submitted"].pk,
    }
    found["words waiting"] = {"word": "words", "pk": world.things["words"].pk}
    return {label: found[label] for label in asked} | reviewed_by_brokers(world)


def reviewed_by_brokers(world: World) -> dict[str, dict]:
    kept = {
        "request": world.requests,
        "representation": world.representations,
        "offer": world.offers,
        "need": world.needs,
        "cluster-application": world.applications,
        "match": {"interest": world.matches["interest"]},
        "appeal": {"of-brokers": world.pleas["waiting"]},
    }
    return {
        f"{word} {name}": {"word": word, "pk": row.pk}
        for word, found in kept.items()
        for name, row in found.items()
    }


def decided(world: World) -> dict[str, dict]:
    """Decisions of moderators, and of brokers."""
    of_brokers = {f"{name}-of-brokers": row for name, row in world.rulings.items()}
    return {name: {"pk": row.pk} for name, row in (world.decisions | of_brokers).items()}


# Beginnings of routes, the longer first, and what there is of the nouns that they name. A new
# address of a case has to say who gets what for a case in each state.
OF_ROUTES = {
    "cases/<slug:slug>/files/<int:pk>/": files,
    "cases/<slug:slug>/photograph/": photographs,
    "cases/<slug:slug>/": cases,
    "revisions/<int:pk>/": rows("revisions"),
    "translations/proposals/<int:pk>/": rows("translations"),
    "translations/reports/<int:pk>/": rows("reports"),
    "translations/<slug:kind>/<int:pk>/<slug:language>/": lambda world: {
        name: {"kind": kind, "pk": world.cases[case].pk, "language": language}
        for name, kind, case, language in (
            ("published", "case", "published", "ru"),
            ("english", "case", "published", "en"),
            ("draft", "case", "draft", "es"),
            ("archived", "case", "archived", "es"),
            ("unknown", "nothing", "published", "es"),
        )
    },
    "translations/<slug:kind>/<int:pk>/": lambda world: {
        "published": {"kind": "case", "pk": world.cases["published"].pk},
        "draft": {"kind": "case", "pk": world.cases["draft"].pk},
        "archived": {"kind": "case", "pk": world.cases["archived"].pk},
        "unknown": {"kind": "nothing", "pk": 1},
    },
    "partnerships/clusters/news/<int:pk>/": rows("news"),
    "partnerships/clusters/applications/<int:pk>/": rows("applications"),
    "admin/partnerships/clusterapplication/<int:pk>/review/": rows("applications"),
    "partnerships/clusters/<slug:slug>/": lambda world: {
        name: {"slug": cluster.slug} for name, cluster in world.clusters.items()
    },
    "partnerships/cities/<int:pk>/": rows("representations"),
    "admin/partnerships/representation/<int:pk>/": rows("representations"),
    "partnerships/invitations/": lambda world: {
        "right": {"token": token_of(invitations_links.path(world.city_invitations["written"]))},
        "ended": {"token": token_of(invitations_links.path(world.city_invitations["ended"]))},
        "wrong": {"token": "wrong"},
    },
    "partnerships/addresses/": lambda world: (
        {name: {"token": LINK.sign(check.pk)} for name, check in world.address_checks.items()}
        | {"wrong": {"token": "wrong"}}
    ),
    "admin/partnerships/invitations/<int:pk>/": rows("city_invitations"),
    "partnerships/requests/renew/": lambda world: {
        "right": {
            "token": renewals.token_for(world.requests["open"], world.people["focal_point"].pk)
        },
        "wrong": {"token": "wrong"},
    },
    "partnerships/requests/<int:pk>/interest/": rows("wanted"),
    "partnerships/requests/<int:pk>/": rows("requests"),
    "admin/partnerships/partnershiprequest/<int:pk>/": rows("requests"),
    "admin/partnerships/appeals/<int:pk>/": rows("pleas"),
    "comments/<int:pk>/": rows("comments"),
    "experiences/<int:pk>/": rows("experiences"),
    "tag-proposals/<int:pk>/": rows("proposals"),
    "appeals/new/<int:pk>/": rows("decisions"),
    "admin/decisions/<int:pk>/": decided,
    "invitations/<int:pk>/<slug:verb>/": answers_to_invitations,
    "invitations/<int:pk>/": rows("invitations"),
    "comments/<slug:word>/": words("case", "practice", "webinar", "city", "theme"),
    "experiences/<slug:word>/": words("case", "practice", "webinar"),
    "tag-proposals/<slug:word>/": words("case", "practice", "webinar"),
    "flags/<slug:word>/": words("case", "comment", "experience", "practice"),
    "collections/items/<int:pk>/": rows("saved_items"),
    "collections/<int:pk>/": rows("collections"),
    "collections/save/<slug:word>/": words("case", "practice", "webinar", "city", "theme"),
    "follows/<slug:word>/": words("case", "practice", "city", "theme", "tag", "member", "webinar"),
    "admin/review/<slug:word>/": reviewed,
    "members/<slug:handle>/": lambda world: {
        name: {"handle": name} for name in ("author", "closed", "nobody")
    },
    "partnerships/matches/<int:pk>/questions/<int:question>/": of_matches("questions", "question"),
    "partnerships/matches/<int:pk>/dates/<int:meeting>/": of_matches("meetings", "meeting"),
    "partnerships/matches/<int:pk>/files/<int:file>/": of_matches("shared_files", "file"),
    "partnerships/matches/<int:pk>/": rows("matches"),
    "admin/partnerships/matches/<int:pk>/": rows("matches"),
    "admin/partnerships/requests/<int:pk>/": rows("requests"),
    "admin/partnerships/round/<int:pk>/timetable/<int:call>/": planned_calls,
    "admin/partnerships/round/<int:pk>/": rows("rounds"),
    "admin/partnerships/pipeline/views/<int:pk>/": rows("saved_views"),
    "admin/partnerships/follow-ups/<int:pk>/": rows("timeline_entries"),
    "partnerships/offers/<int:pk>/": rows("offers"),
    "partnerships/needs/<int:pk>/": rows("needs"),
    "partnerships/suggestions/<int:pk>/": rows("suggestions"),
    "admin/partnerships/offer/<int:pk>/": rows("offers"),
    "admin/partnerships/need/<int:pk>/": rows("needs"),
    **agreements.EXAMPLES,
    "tags/<slug:slug>/": lambda world: {
        name: {"slug": tag.slug} for name, tag in world.tags.items()
    },
}


def one(**arguments):
    return lambda world: {"": arguments}


def slug_of(kind: str):
    return lambda world: {"": {"slug": world.things[kind].slug}}


def steps(world: World, *verbs: str) -> dict[str, dict]:
    return {verb: {"verb": verb} for verb in verbs}


def memberships(world: World) -> dict[str, dict]:
    return {"": {"pk": Membership.objects.get(member=world.people["author"]).pk}}


def on_site(world: World) -> dict[str, dict]:
    """A case and a city by kind and key, and a kind that has no page."""

    def arguments(row) -> dict:
        kind = ContentType.objects.get_for_model(type(row)).pk
        return {"content_type_id": kind, "object_id": row.pk}

    return {
        "case draft": arguments(world.cases["draft"]),
        "city": arguments(world.things["city"]),
        "member": arguments(world.people["author"]),
        "copy": arguments(WorkingCopy.objects.all()[0]),
    }


def webinars_by_consent(world) -> dict[str, dict]:
    return {"agreed": {"slug": "told"}, "refused": {"slug": "untold"}}


def webinars(world: World) -> dict[str, dict]:
    states = {"held": "webinar", "announced": "planned", "draft": "unseen"}
    return {state: {"slug": slug} for state, slug in states.items()}


OF_OTHERS = {
    "api/v1/cases/<": cases,
    "api/v1/practices/<": slug_of("practice"),
    "admin/partnerships/cities/<int:pk>/": lambda world: {"": {"pk": world.things["city"].pk}},
    "api/v1/cities/<": slug_of("city"),
    "api/v1/webinars/<": webinars,
    "admin/partnerships/figures/<": lambda world: {
        key: {"key": key} for key in ("path", "unmatched", "nothing")
    },
    "api/v1/figures/<": lambda world: {key: {"key": key} for key in ("path", "nothing", "waiting")},
    "practices/<": slug_of("practice"),
    "partnerships/cities/<slug:slug>/": slug_of("city"),
    "cities/<": slug_of("city"),
    "countries/<": one(iso2="ke"),
    "webinars/<slug:slug>/recording/<": lambda world: {
        state: {"slug": slug, "pk": world.things[slug].recordings.get().pk}
        for state, slug in (("agreed", "told"), ("refused", "untold"))
    },
    "webinars/<slug:slug>/slides/<": lambda world: {
        "agreed": {"slug": "told", "pk": world.things["told"].appearances.get().pk},
        "refused": {"slug": "untold", "pk": world.things["untold"].appearances.get().pk},
    },
    "webinars/<slug:slug>/transcript": webinars_by_consent,
    "webinars/<slug:slug>/": webinars,
    "series/<slug:slug>/<slug:key>": lambda world: {
        "overview": {"slug": "series", "key": "overview"},
        "nothing": {"slug": "series", "key": "nothing"},
        "of-drafts": {"slug": "unseen-series", "key": "overview"},
    },
    "series/<": lambda world: {
        "public": {"slug": "series"},
        "of-drafts": {"slug": "unseen-series"},
    },
    "registrations/<": lambda world: {
        "right": {"token": webinars_links.registration_token(world.things["registration"])},
        "wrong": {"token": "wrong"},
    },
    "speaking/<str:token>/files/": lambda world: {
        "right": {"token": webinars_links.speaker_token(world.things["teller"]), "key": "photo"},
        "none": {"token": webinars_links.speaker_token(world.things["teller"]), "key": "slides-0"},
        "wrong": {"token": "wrong", "key": "photo"},
    },
    "speaking/<": lambda world: {
        "right": {"token": webinars_links.speaker_token(world.things["teller"])},
        "wrong": {"token": "wrong"},
    },
    "speakers/<slug:slug>/photo/": lambda world: {
        "shown": {"slug": "teller"},
        "kept": {"slug": "silent"},
    },
    "surveys/<": lambda world: {
        "right": {"token": webinars_links.survey_token(world.things["asked"])},
        "wrong": {"token": webinars_links.registration_token(world.things["asked"])},
    },
    "admin/surveys/<": lambda world: {"": {"pk": world.things["series"].pk}},
    "speakers/<": slug_of("speaker"),
    "recommendations/<": one(slug="recommendation-draft"),
    "sitemap-<": lambda world: {"cases": {"section": "cases"}, "none": {"section": "none"}},
    "language/<": one(code="fr"),
    "notifications/stop/<": lambda world: {
        "right": {
            "token": digests.unsubscribe_path(world.people["member"], "reply").split("/")[-2]
        },
        "wrong": {"token": "1:reply:wrong"},
    },
    "accounts/^confirm-email/": one(key="wrong"),
    "accounts/^password/reset/key/": one(uidb36="1", key="wrong-key"),
    "accounts/2fa/webauthn/keys/": one(pk=1),
    "admin/r/<": on_site,
    "admin/community/reportedtext/<": lambda world: {"": {"rest": "1/change/"}},
    "admin/^(?P<app_label>": lambda world: {
        label: {"app_label": label} for label in ("repository", "community", "auth")
    },
    "admin/repository/casestudy/step/": lambda world: steps(
        world, "publish", "archive", "restore", "mark_verified", "burn"
    ),
    "admin/repository/tag/step/": lambda world: steps(
        world, "merge", "rename", "block", "unblock", "burn"
    ),
    "admin/repository/webinar/step/": lambda world: steps(
        world, "announce", "go_live", "hold", "cancel", "burn"
    ),
    "admin/community/membership/<int:pk>/": memberships,
    "admin/django_tasks_database/dbtaskresult/<uuid:pk>/": lambda world: {
        "": {"pk": DBTaskResult.objects.get(task_path__endswith="send_at_once").pk}
    },
    "admin/community/user/<int:pk>/": lambda world: {
        role: {"pk": world.people[role].pk} for role in ("stranger", "administrator")
    },
}


# Pages of a model at the desk.


def registered() -> dict[str, type]:
    return {model._meta.label_lower.replace(".", "_"): model for model in desk_models()}


def model_page(name: str) -> tuple[str, str] | None:
    """The label of the model and the kind of page, of a page that comes with a registered model."""
    for label in registered():
        kind = name.removeprefix(f"admin:{label}_")
        if kind != name and kind in KINDS:
            return label, kind
    return None


KINDS = ("changelist", "add", "change", "delete", "history", "import", "process_import", "export")


def first(model: type):
    """Something that each page of a model can be opened for."""
    if model is User:
        return User.objects.get(handle="stranger")
    return model._default_manager.order_by("pk").first()


def old_address(route: str) -> re.Match | None:
    """Routes without a name, which send `…/<id>/` on to `…/<id>/change/`."""
    return re.fullmatch(r"admin/(\w+)/(\w+)/<path:object_id>/", route)
