"""Import the admin classes of all packages, so that autodiscovery registers them."""

import partnerships.agreements.admin
import partnerships.clusters.admin
import partnerships.invitations.admin
import partnerships.listings.admin
import partnerships.ranking.admin
import partnerships.representation.admin
import partnerships.requests.admin
import partnerships.rounds.admin
import partnerships.suggestions.admin  # noqa: F401
