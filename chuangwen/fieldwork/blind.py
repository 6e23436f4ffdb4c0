"""Blind re-rating: who may not see what until the round is closed.

The second team of a site sees nothing of what the first one found there, and the first nothing of the second's. What stands here is asked by
``access`` whenever rows of the named models are read, on pages, in the API, in sheets and on phones alike; rooms to the right register their own
tables with the same conditions.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from chuangwen.fieldwork.models import Round, RoundSite, RoundTeam, TeamMember, Visit
from chuangwen.kernel.access import Actor
from chuangwen.places.models import Site

RERATE = RoundSite.Purpose.RERATE


def _mine(actor: Actor) -> QuerySet[RoundSite]:
    """The places in rounds not closed to which the actor goes as the second team."""
    return (
        RoundSite.objects.filter(purpose=RERATE, team__members__account=actor.account_id)
        .exclude(round__state=Round.State.CLOSED)
        .order_by()
    )


def _rated_again(actor: Actor) -> QuerySet[RoundSite]:
    """The places in rounds not closed to which the actor went first and another team goes again."""
    return (
        RoundSite.objects.filter(purpose=RERATE, rerate_of__team__members__account=actor.account_id)
        .exclude(round__state=Round.State.CLOSED)
        .order_by()
    )


def goes_out(actor: Actor) -> bool:
    """Whether the actor could be in a team at all: nobody else has anything hidden."""
    return actor.account_id is not None and not actor.is_system and actor.may("fieldwork.observe")


def second_rated(actor: Actor, *, round: str = "round", site: str = "site") -> Q | None:
    """The condition of what tells something of a site that the actor is to rate again; ``round`` and ``site`` name the columns. No query of its
    own."""
    if not goes_out(actor):
        return None
    places = _mine(actor)
    return Q(**{f"{site}__in": places.values("site"), f"{round}__in": places.values("round")})


def second_rounds(actor: Actor, *, round: str = "round") -> Q | None:
    """The condition of what tells something of a whole round in which the actor is to rate a site again."""
    return Q(**{f"{round}__in": _mine(actor).values("round")}) if goes_out(actor) else None


def hidden_observations(actor: Actor) -> Q | None:
    """What the first team found, from the second; what the second found, from the first."""
    first = second_rated(actor)
    if first is None:
        return None
    again = _rated_again(actor)
    return (Q(rerating=False) & first) | Q(rerating=True, site__in=again.values("site"), round__in=again.values("round"))


def hidden_visits(actor: Actor) -> Q | None:
    """The visits of the first team to a site that the actor is to rate again."""
    first = second_rated(actor)
    return None if first is None else first & (Q(round_site__isnull=True) | Q(round_site__purpose__in=["drawn", "added"]))


def place_of(actor: Actor, round: Round, site: Site) -> RoundSite | None:
    """The place that the actor rates again at this site in this round; None: what the actor records there is a first rating. One query."""
    if not goes_out(actor):
        return None
    return _mine(actor).filter(round=round, site=site).first()


def may_rate_again(first: RoundSite, team_ids: QuerySet | list[int]) -> list[int]:
    """Of these teams those that may rate a site again: not the team that was there, none of whose members was in it or recorded there."""
    were_there = TeamMember.objects.filter(team=OuterRef("pk")).filter(
        Q(account__team_places__team=first.team_id)
        | Q(account__in=Visit.objects.filter(round=first.round_id, site=first.site_id, account__isnull=False).values("account"))
    )
    teams = RoundTeam.objects.filter(pk__in=team_ids, round=first.round_id).exclude(pk=first.team_id)
    return list(teams.filter(~Exists(were_there)).order_by("pk").values_list("pk", flat=True))
