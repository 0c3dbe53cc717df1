"""Lusaka, which asks, and Zhengzhou, which answers, with no more facts than a test gives them."""

from partnerships.ranking.explanations import Labels
from partnerships.ranking.facts import Ask, Knowledge, Place, Source, about
from partnerships.ranking.matching import rank

RAIL = about(practices=["rail-corridor"], themes=["logistics"])
PARCELS = about(practices=["parcel-consolidation"], themes=["logistics"])
NAMES = Labels({1: "Lusaka", 2: "Zhengzhou"}, {"rail-corridor": "Rail"}, {"logistics": "Logistics"})


def lusaka(**facts):
    return Place(pk=1, **facts)


def zhengzhou(*knowledge, pk=2, **facts):
    return Place(pk=pk, knowledge=knowledge or (Knowledge(Source.OFFER, RAIL),), **facts)


def seek(**fields):
    """A request of Lusaka for a rail corridor."""
    fields = {"pk": 7, "requester": lusaka(), "practices": frozenset(["rail-corridor"])} | fields
    return Ask(**fields)


def factor_of(name, ask, place, served=None):
    ranking = rank(ask, [place], served=served)
    [candidate] = [*ranking.candidates, *ranking.related]
    return next(factor for factor in candidate.factors if factor.factor == name)


def points_of(name, ask, place, served=None):
    """Points, whether they rest on facts, and the codes of the reasons."""
    factor = factor_of(name, ask, place, served)
    return float(factor.points), factor.is_known, [reason.code for reason in factor.reasons]
