from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = _("Partnerships")

    def ready(self):
        from community.accounts.roles import create_groups
        from community.moderation.reviewable import register
        from partnerships.board import lines
        from partnerships.board import sitemaps as board_sitemaps
        from partnerships.board import sources as board_sources
        from partnerships.board import translated as board_translated
        from partnerships.clusters.reviewable import ClusterApplicationReview
        from partnerships.desk import dashboard as desk_dashboard
        from partnerships.desk import holdings as desk_holdings
        from partnerships.desk import notices
        from partnerships.desk import roles as desk_roles
        from partnerships.figures.agreements import declare_for_series
        from partnerships.listings.reviewable import NeedReview, OfferReview
        from partnerships.matches.reviewable import MatchReview
        from partnerships.representation.reviewable import RepresentationReview
        from partnerships.requests.reviewable import RequestReview
        from partnerships.suggestions import loading as suggestions_loading
        from repository.sql.install import install_after_migrate

        install_after_migrate(self)
        desk_holdings.declare()
        notices.declare()
        desk_dashboard.declare()
        suggestions_loading.declare()
        lines.declare()
        board_sitemaps.declare()
        board_sources.declare()
        board_translated.declare()
        declare_for_series()
        desk_roles.add_to_roles()
        register(
            RepresentationReview(),
            OfferReview(),
            NeedReview(),
            RequestReview(),
            ClusterApplicationReview(),
            MatchReview(),
        )
        # Connected by the last app, when the permissions of all apps exist.
        post_migrate.connect(create_groups, sender=self)
