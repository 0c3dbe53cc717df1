"""The mark of samples in the lists of the desk: the same component as on the pages."""

from typing import Any

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _


@admin.display(description=_("Sample"))
def sample_mark(row: Any) -> SafeString:
    """A column that marks samples; empty for real content."""
    return render_to_string("components/_sample.html", {"of": row})


@admin.display(description=_("Sample"), ordering="member__is_sample")
def sample_mark_of_member(row: Any) -> SafeString:
    return sample_mark(row.member)
