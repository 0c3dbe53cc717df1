"""Members and comments: a case with 200 comments, 5,000 pending, and a million on other cases.

`python benchmarks/discuss.py members FILE` writes those who ask for pages signed in, and to the
file how they do; `python benchmarks/discuss.py comments 1000000` writes comments on cases that are
not measured. Both fill the database of the settings, after benchmarks/fill.py.
"""

import json
import secrets
import sys
import time
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

if __name__ == "__main__":
    import django

    django.setup()

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.urls import reverse
from django.utils.http import urlencode

from benchmarks.pages import MEASURED
from benchmarks.tables import without_foreign_keys, without_indexes, without_triggers
from community.accounts import roles as accounts_roles
from community.accounts.second_factor import record_authentication
from community.accounts.spam_protection import stamp_for
from community.discussion.subjects import content_type
from community.models import Comment, Standing, User
from repository.models import CaseStudy

# Each member may send ten comments an hour.
POSTERS = 400
DISCUSSED, WAITING = 200, 5_000
BODY = (
    "We tried the same in our port, with forms that farmers fill in on a telephone. It took a year "
    "until the railway and the customs house read the same list of parcels."
)
# Spread over five years, by members in turn, each in answer to none.
WRITE = """
INSERT INTO community_comment
    (content_type_id, object_id, author_id, standing, created_at, body, rendered, language)
SELECT %(type)s, (%(subjects)s::bigint[])[1 + n %% cardinality(%(subjects)s)],
    (%(authors)s::bigint[])[1 + n %% cardinality(%(authors)s)], %(standing)s,
    now() - (%(days)s::float8 / %(number)s * n) * interval '1 day', %(body)s || ' ' || n,
    jsonb_build_object('body', '<p>' || %(body)s || ' ' || n || '</p>'), 'en'
FROM generate_series(1, %(number)s) AS n
"""


def fill_members() -> dict:
    """Create members, and return the data for requests in their sessions."""
    members = User.objects.bulk_create(
        User(email=f"member-{n}@example.org", handle=f"member-{n}", display_name=f"Member {n}")
        for n in range(POSTERS)
    )
    cases = list(CaseStudy.objects.order_by("pk").values_list("pk", "slug")[:1000])
    discussed, slug = cases[-1]
    others = [pk for pk, _slug in cases[MEASURED:-1]]
    authors = [user.pk for user in members]
    newcomers = [user.pk for user in members[: POSTERS // 2]]
    with transaction.atomic(), without_triggers("community_comment"):
        write(DISCUSSED, [discussed], authors)
        # Members who have contributed before are not newcomers.
        write(POSTERS, others, authors)
        write(WAITING, others, newcomers, standing=Standing.PENDING, days=7)
    token = secrets.token_hex(16)
    cookie = f"{settings.CSRF_COOKIE_NAME}={token}"
    return {
        "discussed": f"/cases/{slug}/",
        "reader": session(members[-1]),
        "moderator": session(staff(accounts_roles.MODERATORS, "moderator"), second_factor=True),
        "broker": session(staff(accounts_roles.BROKERS, "broker"), second_factor=True),
        "posters": [
            {
                "path": reverse("community:comment_new", args=["case", others[n % len(others)]]),
                "cookie": f"{session(user)}; {cookie}",
                "form": urlencode(
                    {"csrfmiddlewaretoken": token, "website": "", "stamp": stamp_for(user, at=1)}
                ),
            }
            for n, user in enumerate(members)
        ],
    }


def staff(role: str, name: str) -> User:
    user = User.objects.create(
        email=f"{name}@example.org", handle=name, display_name=name.capitalize(), is_staff=True
    )
    user.groups.add(Group.objects.get(name=role))
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    return user


def session(user: User, *, second_factor: bool = False) -> str:
    """Return the cookie of a new session of the user."""
    made = import_module(settings.SESSION_ENGINE).SessionStore()
    made[SESSION_KEY] = str(user.pk)
    made[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    made[HASH_SESSION_KEY] = user.get_session_auth_hash()
    if second_factor:
        record_authentication(SimpleNamespace(session=made), user, method="mfa")
    made.create()
    made.save()
    return f"{settings.SESSION_COOKIE_NAME}={made.session_key}"


def fill_comments(number: int) -> None:
    """Write this many comments by the same members on cases that are not measured."""
    cases = list(CaseStudy.objects.order_by("pk").values_list("pk", flat=True)[1000:])
    authors = list(User.objects.filter(handle__startswith="member-").values_list("pk", flat=True))
    triggers = without_triggers("community_comment")
    with transaction.atomic(), without_indexes(Comment), without_foreign_keys(Comment), triggers:
        write(number, cases, authors)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) community_comment")


def write(number: int, subjects, authors, *, standing=Standing.PUBLISHED, days: int = 1800):
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE,
            {
                "type": content_type("case").pk,
                "subjects": subjects,
                "authors": authors,
                "standing": standing,
                "days": days,
                "number": number,
                "body": BODY,
            },
        )


def main() -> None:
    what, value = sys.argv[1:]
    began = time.monotonic()
    if what == "members":
        Path(value).write_text(json.dumps(fill_members()))
        print(f"members written in {time.monotonic() - began:.0f} seconds", flush=True)
    else:
        fill_comments(int(value))
        print(f"{int(value):,} comments written in {time.monotonic() - began:.0f} seconds")


if __name__ == "__main__":
    main()
