from django.urls import reverse, set_script_prefix
from django.urls.base import clear_script_prefix

from repository.pages.addresses import address_of


def test_address_of_page_equals_reverse():
    assert address_of("repository:glossary") == reverse("repository:glossary")
    for _twice in range(2):
        assert address_of("repository:tag_detail", "rail") == "/tags/rail/"


def test_address_follows_prefix_of_the_site():
    assert address_of("repository:tag_detail", "rail") == "/tags/rail/"
    set_script_prefix("/exchange/")
    try:
        assert address_of("repository:tag_detail", "rail") == "/exchange/tags/rail/"
    finally:
        clear_script_prefix()
    assert address_of("repository:tag_detail", "rail") == "/tags/rail/"
