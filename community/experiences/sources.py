"""Public experiences as texts that are compared in meaning."""

from django.db import models
from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf

from community.discussion.subjects import content_type
from community.experiences.reports import public
from community.models import Experience
from repository.embeddings.sources import Source, described, sources
from repository.models import CaseStudy, Practice

# An experience may not say its language; then it is probably one of its city.
LANGUAGE = Coalesce(NullIf(F("language"), Value("")), F("city__working_languages__0"), Value("en"))


def experience_rows() -> QuerySet:
    """Public experiences under the name of the practice or case that they are about."""
    of_subject = {"pk": OuterRef("object_id")}
    practice = Practice.objects.filter(**of_subject).values("name")
    case = CaseStudy.objects.filter(**of_subject).values("title")
    rows = public(Experience.objects.all()).alias(
        subject_name=models.Case(
            models.When(content_type=content_type("practice"), then=Subquery(practice)),
            default=Subquery(case),
        )
    )
    return described(
        rows,
        "experience",
        title="subject_name",
        body=["worked", "failed"],
        language=LANGUAGE,
    )


def declare() -> None:
    sources.append(Source(("experience",), experience_rows))
