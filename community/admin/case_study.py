from django.contrib import admin

from community.actions import case_desk
from repository.admin.case_study import CaseStudyAdmin as CollectionCaseStudyAdmin
from repository.models import CaseStudy

admin.site.unregister(CaseStudy)


@admin.register(CaseStudy)
class CaseStudyAdmin(CollectionCaseStudyAdmin):
    """Cases at the desk: their authors, and who follows them, hear of what is done there."""

    acts = CollectionCaseStudyAdmin.acts | {
        "publish": case_desk.publish,
        "archive": case_desk.archive,
        "restore": case_desk.restore,
    }
