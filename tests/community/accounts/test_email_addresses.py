"""Every form and model that takes an e-mail address refuses letters that only look like ASCII."""

import pytest
from django import forms
from django.apps import apps
from django.contrib.admin import site
from django.core.exceptions import ValidationError
from django.db import models
from django.test import Client

from community.accounts import spam_protection
from community.models import User
from repository.email_addresses import validate_email_address
from tests.community.conftest import PASSWORD, run_queue, sign_up_form
from tests.community.webinars.registrations.registrations import (
    announced_webinar,
    registration_form,
)

UNUSUAL = ["İstanbul@example.org", "ıstanbul@example.org", "maſter@example.org", "a@İst.example"]
OURS = ("repository", "community", "partnerships")


@pytest.fixture
def webinar(db):
    return announced_webinar()


@pytest.mark.parametrize("address", [*UNUSUAL, "\u212aelvin@example.org", "a@\uff45.example"])
def test_refuse_letters_taken_for_ascii(address):
    with pytest.raises(ValidationError, match="without the letter"):
        validate_email_address(address)


@pytest.mark.parametrize("address", ["a.b+c@example.org", "A@Example.org", "a@münchen.example"])
def test_accept_ordinary_addresses(address):
    validate_email_address(address)


def test_every_field_for_an_address_is_validated():
    found = [
        field
        for model in apps.get_models()
        if model._meta.app_label in OURS and model._meta.managed
        for field in model._meta.get_fields()
        if isinstance(field, models.EmailField) and not model.__name__.endswith("Event")
    ]
    assert len(found) >= 4
    assert [str(field) for field in found if validate_email_address not in field.validators] == []
    forms_found = [
        (form.__name__, name, field)
        for form in subclasses(forms.BaseForm)
        if form.__module__.startswith(OURS)
        for name, field in getattr(form, "base_fields", {}).items()
        # Forms of models and those of allauth add theirs when they are made.
        if isinstance(field, forms.EmailField) and not issubclass(form, forms.BaseModelForm)
        if form.__module__ != "community.accounts.forms"
    ]
    assert len(forms_found) >= 2
    assert [
        (form, name)
        for form, name, field in forms_found
        if validate_email_address not in field.validators
    ] == []
    assert site.is_registered(User)


def subclasses(kind):
    for each in kind.__subclasses__():
        yield each
        yield from subclasses(each)


def errors(response) -> dict:
    return response.context["form"].errors


@pytest.mark.parametrize("address", [*UNUSUAL, "ünïcode@example.org"])
def test_refuse_at_each_form(address, account, webinar, benin, monkeypatch):
    monkeypatch.setattr(spam_protection, "MIN_SECONDS", 0)
    client = Client()
    before = User.objects.count()
    sent = [
        ("/accounts/signup/", sign_up_form(address)),
        ("/accounts/password/reset/", {"email": address}),
        ("/webinars/parcels/register/", registration_form(client, email=address)),
    ]
    for path, fields in sent:
        assert list(errors(client.post(path, fields))) == ["email"], path
    wrong = errors(client.post("/accounts/login/", {"login": address, "password": PASSWORD}))
    assert list(wrong) == ["login"]
    client.post("/accounts/login/", {"login": account.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    response = client.post("/accounts/email/", {"email": address, "action_add": ""})
    assert list(errors(response)) == ["email"]
    assert (User.objects.count(), run_queue()) == (before, [])


@pytest.mark.parametrize("address", UNUSUAL)
def test_refuse_when_a_command_makes_an_account(address, db):
    with pytest.raises(ValidationError):
        User.objects.create_user(address, PASSWORD)
    assert not User.objects.exists()
