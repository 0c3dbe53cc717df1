"""Members and comments: a case with 200 comments, 5,000 pending, and a million on other cases.

`python benchmarks/comments.py members FILE` creates the members who request pages, and writes their
cookies and form data to the file. `python benchmarks/comments.py comments 1000000` creates comments
on cases that are not measured. Both use the database in the settings, after benchmarks/fill.py.
"""

import json
import secrets
import sys
import time
from importlib import import_module
from itertools import cycle
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

from benchmarks.bulk_writes import without_foreign_keys, without_indexes, without_triggers
from benchmarks.pages import MEASURED_CASES
from community.accounts import roles as accounts_roles
from community.accounts.second_factor import record_authentication
from community.accounts.spam_protection import stamp_for
from community.discussion.subjects import content_type
from community.models import Comment, Standing, User
from repository.models import CaseStudy

# Enough for all rounds: a member may post ten comments per hour.
POSTERS = 400
COMMENTS_ON_CASE, PENDING_COMMENTS = 200, 5_000
BODY = (
    "We tried the same in our port, with forms that farmers fill in on a telephone. It took a year "
    "until the railway and the customs house read the same list of parcels."
)
# Comments by members in turn, evenly distributed over a period; none is a reply.
INSERT_COMMENTS = """
INSERT INTO community_comment
    (content_type_id, object_id, author_id, standing, created_at, body, rendered, language)
SELECT %(type)s, (%(cases)s::bigint[])[1 + n %% cardinality(%(cases)s)],
    (%(authors)s::bigint[])[1 + n %% cardinality(%(authors)s)], %(standing)s,
    now() - (%(days)s::float8 / %(number)s * n) * interval '1 day', %(body)s || ' ' || n,
    jsonb_build_object('body', '<p>' || %(body)s || ' ' || n || '</p>'), 'en'
FROM generate_series(1, %(number)s) AS n
"""


def fill_members() -> dict:
    """Create members, and return cookies, paths and form data for their requests."""
    members = User.objects.bulk_create(
        User(email=f"member-{n}@example.org", handle=f"member-{n}", display_name=f"Member {n}")
        for n in range(POSTERS)
    )
    cases = list(CaseStudy.objects.order_by("pk").values_list("pk", "slug")[:1000])
    commented_case, slug = cases[-1]
    other_cases = [pk for pk, _slug in cases[MEASURED_CASES:-1]]
    authors = [user.pk for user in members]
    pending_authors = [user.pk for user in members[: POSTERS // 2]]
    with transaction.atomic(), without_triggers("community_comment"):
        write_comments(COMMENTS_ON_CASE, [commented_case], authors)
        # With an earlier comment, members are not newcomers, whose comments are moderated.
        write_comments(POSTERS, other_cases, authors)
        write_comments(
            PENDING_COMMENTS, other_cases, pending_authors, standing=Standing.PENDING, days=7
        )
    token = secrets.token_hex(16)
    csrf_cookie = f"{settings.CSRF_COOKIE_NAME}={token}"
    return {
        "commented_case": f"/cases/{slug}/",
        "reader": session_cookie(members[-1]),
        "moderator": session_cookie(
            create_staff(accounts_roles.MODERATORS, "moderator"), second_factor=True
        ),
        "broker": session_cookie(
            create_staff(accounts_roles.BROKERS, "broker"), second_factor=True
        ),
        "posters": [
            {
                "path": reverse("community:comment_new", args=["case", pk]),
                "cookie": f"{session_cookie(user)}; {csrf_cookie}",
                "form": urlencode(
                    {"csrfmiddlewaretoken": token, "website": "", "stamp": stamp_for(user, at=1)}
                ),
            }
            for user, pk in zip(members, cycle(other_cases), strict=False)
        ],
    }


def create_staff(role: str, name: str) -> User:
    user = User.objects.create(
        email=f"{name}@example.org", handle=name, display_name=name.capitalize(), is_staff=True
    )
    user.groups.add(Group.objects.get(name=role))
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    return user


def session_cookie(user: User, *, second_factor: bool = False) -> str:
    """Sign the user in and return the session cookie."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    if second_factor:
        record_authentication(SimpleNamespace(session=session), user, method="mfa")
    session.create()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def fill_comments(number: int) -> None:
    """Create comments by the same members on cases that are not measured."""
    cases = list(CaseStudy.objects.order_by("pk").values_list("pk", flat=True)[1000:])
    authors = list(User.objects.filter(handle__startswith="member-").values_list("pk", flat=True))
    triggers = without_triggers("community_comment")
    with transaction.atomic(), without_indexes(Comment), without_foreign_keys(Comment), triggers:
        write_comments(number, cases, authors)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) community_comment")


def write_comments(
    number: int, cases, authors, *, standing=Standing.PUBLISHED, days: int = 1800
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT_COMMENTS,
            {
                "type": content_type("case").pk,
                "cases": cases,
                "authors": authors,
                "standing": standing,
                "days": days,
                "number": number,
                "body": BODY,
            },
        )


def main() -> None:
    command, value = sys.argv[1:]
    began = time.monotonic()
    if command == "members":
        Path(value).write_text(json.dumps(fill_members()))
        print(f"members created in {time.monotonic() - began:.0f} seconds", flush=True)
    else:
        fill_comments(int(value))
        print(f"{int(value):,} comments created in {time.monotonic() - began:.0f} seconds")


if __name__ == "__main__":
    main()
