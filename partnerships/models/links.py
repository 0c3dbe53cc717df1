"""Links of the partnership desk are recorded when they are added and removed."""

from repository.models.links import TRACKED_LINKS, tracked

from .cluster import Cluster
from .listing import Need, Offer
from .partnership import Partnership
from .partnership_request import PartnershipRequest
from .round import Round
from .suggestion import Suggestion

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
