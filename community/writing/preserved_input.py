"""Preserve form input when the login expires or a co-author saves concurrently.

A form carries a signed token with its owner and the version of the object with which it was
opened. Text that cannot be saved is stored under the token; texts with a common base are merged
field by field.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from community.models import User
from repository.text.differences import word_pieces
from repository.text.parsing import plain

# For how many seconds a form may stay open.
LASTS = 30 * 24 * 3600


class EditConflict(Exception):
    """The object has been saved by someone else since the form was opened.

    `base` is the version that the form was opened with, if known, and `now` the stored one.
    """

    def __init__(self, base: Any, now: Any):
        self.base, self.now = base, now


@dataclass(frozen=True)
class FormToken:
    """An opened form: its member and its object; `subject` is 0 for a new object."""

    member: int
    token: str
    subject: int
    salt: str

    def __str__(self) -> str:
        """The signed token that a form carries."""
        return signing.dumps([self.member, self.token, self.subject], salt=self.salt)


@dataclass(frozen=True)
class FormTokens:
    """The tokens of one kind of form. The salt is a literal: open forms hold tokens signed with
    it.
    """

    salt: str

    def new(self, *, member: int, subject: int = 0) -> FormToken:
        return FormToken(member, secrets.token_hex(12), subject, self.salt)

    def read(self, text: str) -> FormToken | None:
        """The token, if its signature is valid and not older than a month."""
        try:
            member, token, subject = signing.loads(text, salt=self.salt, max_age=LASTS)
        except (signing.BadSignature, TypeError, ValueError):
            return None
        return FormToken(member, token, subject, self.salt)

    def sent(self, request: HttpRequest) -> FormToken | None:
        """The token of the submitted form."""
        return self.read(request.POST.get("ticket", "")) if request.method == "POST" else None

    def of_form(self, request: HttpRequest, subject: int = 0) -> FormToken:
        """The token of the form submitted for an object; a new one if there is none."""
        found = self.sent(request)
        if found is None or found.subject != subject:
            return self.new(member=request.user.pk or 0, subject=subject)
        return found


def sent_by_another(
    request: HttpRequest,
    tokens: FormTokens,
    keep: Callable[[FormToken, User], HttpResponse | None],
) -> HttpResponse | None:
    """Preserve the text of a form submitted without its owner's login, and ask to sign in.

    The login may have expired, or someone else may have signed in since. `keep` returns a response
    if it refuses the text.
    """
    form_token = tokens.sent(request)
    if form_token is None or form_token.member == request.user.pk:
        return None
    owner = User.objects.filter(pk=form_token.member, is_active=True).first()
    if owner is None:
        return None
    if refusal := keep(form_token, owner):
        return refusal
    if request.user.is_authenticated:
        messages.warning(
            request,
            _(
                "This text belongs to another account and is saved there. Sign in to that "
                "account to continue."
            ),
        )
        return redirect("account_logout")
    messages.warning(request, _("You were signed out. Your text is saved. Sign in to continue."))
    return redirect_to_login(f"{request.path}?{urlencode({'copy': form_token.token})}")


def sent_mark(sent: QueryDict, name: str) -> str:
    """A signed token or digest from the form; not necessarily a genuine one."""
    return plain(sent.get(name, ""))[:32]


def keep_mine(name: str, base: Any, theirs: Any, mine: Any) -> Any:
    return mine


def merge(
    base: Mapping[str, Any] | None,
    theirs: Mapping[str, Any],
    mine: Mapping[str, Any],
    *,
    fields: Iterable[str],
    join: Callable[[str, Any, Any, Any], Any] = keep_mine,
) -> tuple[dict[str, Any], list[str]]:
    """Three-way merge of two texts with a common `base`; return it and the conflicting fields.

    A field changed by one side is taken from there. For a conflict, `join` returns the merged
    value for its name, base, theirs and mine; without it, mine wins. Without a base every
    difference is a conflict.
    """
    merged, both = {}, []
    for name in fields:
        if mine[name] == theirs[name] or (base is not None and mine[name] == base[name]):
            merged[name] = theirs[name]
        elif base is not None and theirs[name] == base[name]:
            merged[name] = mine[name]
        else:
            both.append(name)
            before = base[name] if base is not None else None
            merged[name] = join(name, before, theirs[name], mine[name])
    return merged, both


def changes_between(
    fields: Iterable[str],
    *,
    label: Callable[[str], Any],
    theirs: Callable[[str], str],
    mine: Callable[[str], str],
    both: Iterable[str],
) -> list[dict[str, Any]]:
    """The changes that a form shows for each field that differs, from the texts of both sides."""
    return [
        {
            "key": name,
            "label": label(name),
            "pieces": word_pieces(theirs(name), mine(name)),
            "theirs": theirs(name),
            "both": name in both,
        }
        for name in fields
    ]
