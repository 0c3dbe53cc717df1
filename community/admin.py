"""Import the admin classes of all packages, so that autodiscovery registers them."""

from django.contrib import admin

import community.accounts.admin
import community.bounces.admin
import community.feedback.admin
import community.moderation.canned_texts.admin
import community.profiles.admin
import community.tasks.admin
import community.translating.admin
import community.webinars.admin  # noqa: F401
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
