from django.urls import path

from community.accounts.provider import views

# One address in all languages: it is registered with the provider.
callback_urls = [
    path("accounts/provider/callback/", views.callback, name="provider_callback"),
]
start_urls = [
    path("accounts/provider/", views.start, name="provider_start"),
]
