from django.contrib import admin

from community.moderation.reviews import case_steps
from repository.cases.admin import CaseStudyAdmin as CollectionCaseStudyAdmin
from repository.models import CaseStudy

admin.site.unregister(CaseStudy)


@admin.register(CaseStudy)
class CaseStudyAdmin(CollectionCaseStudyAdmin):
    """Cases at the desk; authors and followers are notified of what editors do there."""

    acts = CollectionCaseStudyAdmin.acts | {
        "publish": case_steps.publish,
        "archive": case_steps.archive,
        "restore": case_steps.restore,
    }
