"""Many-to-many links of the partnership desk whose changes are recorded in the history."""

from partnerships.agreements.models import Partnership
from partnerships.clusters.models import Cluster
from partnerships.listings.models import Need, Offer
from partnerships.requests.models import PartnershipRequest
from partnerships.rounds.models import Round
from partnerships.suggestions.models import Suggestion
from repository.history.links import TRACKED_LINKS, tracked

LINKS = {
    Offer: ["practices", "themes", "cases", "experiences"],
    Need: ["practices", "themes", "cases", "experiences"],
    PartnershipRequest: ["practices", "offered_practices", "themes", "goals", "cases"],
    Partnership: ["practices", "themes"],
    Cluster: ["themes", "cities"],
    Round: ["requests"],
    Suggestion: ["practices", "themes", "cases"],
}

for _model, _names in LINKS.items():
    TRACKED_LINKS[_model] = {name: tracked(_model, name, module=__name__) for name in _names}
