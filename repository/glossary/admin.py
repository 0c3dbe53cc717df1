from django.contrib import admin

from repository.desk.base import CollectionAdmin
from repository.models import GlossaryTerm


@admin.register(GlossaryTerm)
class GlossaryTermAdmin(CollectionAdmin):
    list_display = ["term", "abbreviation", "definition"]
    search_fields = ["term", "abbreviation", "definition"]
    prepopulated_fields = {"slug": ["term"]}
    fields = [("term", "abbreviation"), "slug", "aliases", "definition", "questions"]
