from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunityConfig(AppConfig):
    name = "community"
    verbose_name = _("Community")

    def ready(self):
        from anymail.signals import tracking
        from django.tasks.signals import task_finished, task_started

        from community.bounces import providers as bounces_providers
        from community.discussion.reviewable import CommentReview
        from community.experiences import reports as experiences_reports
        from community.experiences import sources as experiences_sources
        from community.experiences.reviewable import ExperienceReview
        from community.moderation.appeals.reviewable import AppealReview
        from community.moderation.canned_texts import translated as canned_texts
        from community.moderation.reviewable import register
        from community.profiles.reviewable import MemberReview
        from community.tagging.reviewable import TagProposalReview
        from community.tasks import queue as tasks_queue
        from community.translating import models as translating_models
        from community.translating.edits import edited_at_desk
        from community.translating.notices import notify_translators
        from community.translating.reviewable import TranslationReview
        from community.webinars import attendance_figures
        from community.webinars.registrations import actions as registrations_actions
        from community.webinars.surveys import actions as surveys_actions
        from community.webinars.surveys import translated as surveys_translated
        from community.webinars.surveys.reviewable import SurveyCommentReview
        from community.writing import sources as writing_sources
        from community.writing.drafts.reviewable import CaseReview
        from community.writing.proposed_practices.reviewable import ProposedPracticeReview
        from community.writing.revisions.reviewable import RevisionReview
        from repository.desk.base import around_changes
        from repository.series import figures as of_series
        from repository.sql.install import install_after_migrate
        from repository.tags import folding
        from repository.translations import loading as translations_loading
        from repository.translations.overview import work
        from repository.webinars import actions as webinars_actions
        from repository.webinars.models import beside

        install_after_migrate(self)
        experiences_sources.declare()
        writing_sources.declare()
        canned_texts.declare()
        register(
            CaseReview(),
            RevisionReview(),
            CommentReview(),
            ExperienceReview(),
            TagProposalReview(),
            ProposedPracticeReview(),
            SurveyCommentReview(),
            TranslationReview(),
            AppealReview(),
            MemberReview(),
        )
        folding.carriers["community.Experience"] = experiences_reports.public
        folding.after_merge.append(experiences_reports.move_follows)
        beside.append("survey")
        around_changes.append(edited_at_desk)
        translations_loading.became_stale.append(notify_translators.enqueue)
        surveys_translated.declare()
        work.rows = translating_models.work_in_progress
        work.reviewed_languages = translating_models.reviewed_languages
        webinars_actions.changed += [
            registrations_actions.after_change,
            surveys_actions.after_change,
        ]
        of_series.parts += [attendance_figures.people, attendance_figures.answers]
        tracking.connect(bounces_providers.receive)
        # Leases and attempts of background tasks.
        task_started.connect(tasks_queue.begin)
        task_finished.connect(tasks_queue.finish)
