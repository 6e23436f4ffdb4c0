"""What a round is made of before anybody goes out: quotas, teams, and the settings that hold for all rounds."""

from collections.abc import Collection, Mapping
from datetime import time
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chuangwen.fieldwork import drawing, loading
from chuangwen.fieldwork.models import FieldSettings, Round, RoundQuota, RoundTeam, TeamMember
from chuangwen.fieldwork.weighing import DEFAULT_POINTS
from chuangwen.kernel import access, audit
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.people.models import Account, Unit
from chuangwen.places.models import Division, SiteType

MOST_PER_QUOTA = 2000
MOST_MEMBERS = 30
MOST_POINTS = 100_000


def plannable(actor: Actor, round_id: int, verb: str = "fieldwork.edit_round") -> Round:
    """The round, locked. Raises Conflict where it is closed, Missing, Denied."""
    round = access.fetch(actor, verb, Round, lock=True, pk=round_id)
    if round.state == Round.State.CLOSED:
        raise Conflict(_("The round is closed; open it again to change it."), "rounds.closed")
    return round


def set_quotas(actor: Actor, *, round_id: int, quotas: Mapping[tuple[SiteType, Division], int]) -> Round:
    """Say how many sites of each type are drawn in each area; what is not named, or 0, is none.

    Raises Refusal where an area lies inside another one of the same type (a site would stand in two strata), outside the round's area, or a
    number is out of range, or a community named has no room for another check that week; Conflict in a closed round.
    """
    wanted = {key: count for key, count in quotas.items() if count}
    with transaction.atomic():
        round = plannable(actor, round_id)
        if any(not 0 < count <= MOST_PER_QUOTA for count in wanted.values()):
            raise Refusal(_("A quota is a number from 0 to %(most)d.") % {"most": MOST_PER_QUOTA}, "rounds.quota")
        outside = [area for _type, area in wanted if round.division and not area.path.startswith(round.division.path)]
        if outside:
            raise Refusal(_("“%(area)s” lies outside the area of the round.") % {"area": outside[0]}, "rounds.quota_outside")
        names = {area.path: area.name for _type, area in wanted}
        twice = drawn_inside(wanted)
        if twice:
            raise Refusal(
                _("“%(area)s” lies inside another area with a quota of the same type: each site may stand in one only.")
                % {"area": names[twice[0][1]]},
                "rounds.quota_twice",
            )
        loading.ask(round, {area for _type, area in wanted})
        before = {str(quota): quota.count for quota in round.quotas.select_related("site_type", "area")}
        round.quotas.all().delete()
        made = RoundQuota.objects.bulk_create(
            RoundQuota(round=round, site_type=type, area=area, count=count) for (type, area), count in wanted.items()
        )
        after = {str(quota): quota.count for quota in made}
        if after != before:
            audit.record(actor, "fieldwork.edit_round", round, before={"quotas": before}, after={"quotas": after})
    return round


def drawn_inside(quotas: Collection[tuple[SiteType, Division]]) -> list[tuple[int, str]]:
    """(type, path of the area) of quotas whose area lies inside that of another quota of the type."""
    return drawing.drawn_twice((type.pk, area.path) for type, area in quotas)


def save_team(
    actor: Actor,
    *,
    round_id: int,
    team_id: int | None = None,
    name: str,
    members: Collection[Account],
    starts_at: time,
    ends_at: time,
    unit: Unit | None = None,
    transport: str = RoundTeam.Transport.BICYCLE,
    speed_kmh: Decimal = Decimal("12"),
    start_lat: float | None = None,
    start_lon: float | None = None,
) -> RoundTeam:
    """Make a team of a round, or change one. Hours are of the day in China; the start point is WGS-84.

    Raises Refusal where the name is taken, the hours run backwards, or a member is in another team of the round; Conflict in a closed round.
    """
    if ends_at <= starts_at:
        text = _("The end of the working hours lies before their start.")
        raise Refusal(text, "teams.hours", fields={"ends_at": text})
    if (start_lat is None) != (start_lon is None):
        text = _("A point has a longitude and a latitude: give both or neither.")
        raise Refusal(text, "teams.point", fields={"start_lat": text})
    if len(members) > MOST_MEMBERS:
        raise Refusal(_("A team has at most %(most)d members.") % {"most": MOST_MEMBERS}, "teams.members")
    facts: dict[str, Any] = {
        "name": name.strip()[:60],
        "unit": unit,
        "transport": transport,
        "speed_kmh": speed_kmh,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "start_lat": start_lat,
        "start_lon": start_lon,
    }
    try:
        with transaction.atomic():
            round = plannable(actor, round_id)
            team = (
                access.fetch(actor, "fieldwork.edit_round", round.teams.all(), pk=team_id) if team_id else RoundTeam(round=round)
            )
            elsewhere = TeamMember.objects.filter(team__round=round, account__in=members).exclude(team=team_id)
            busy = elsewhere.select_related("account", "team").first()
            if busy is not None:
                text = _("%(who)s is already in “%(team)s”.") % {"who": busy.account, "team": busy.team}
                raise Refusal(text, "teams.member_twice", fields={"members": text})
            for key, value in facts.items():
                setattr(team, key, value)
            team.save()
            team.members.exclude(account__in=members).delete()
            TeamMember.objects.bulk_create([TeamMember(team=team, account=one) for one in members], ignore_conflicts=True)
            audit.record(
                actor,
                "fieldwork.edit_round",
                round,
                after={"team": team.name, "unit": unit.pk if unit else None, "members": sorted(one.pk for one in members)},
            )
    except IntegrityError as taken:
        text = _("The round already has a team of this name.")
        raise Refusal(text, "teams.name_taken", fields={"name": text}) from taken
    return team


def remove_team(actor: Actor, *, round_id: int, team_id: int) -> Round:
    """Take a team out of a round; its places are free again. Raises Conflict where it has visited a place."""
    with transaction.atomic():
        round = plannable(actor, round_id)
        team = access.fetch(actor, "fieldwork.edit_round", round.teams.all(), pk=team_id)
        if team.sites.filter(done_at__isnull=False).exists() or team.visits.exists():
            raise Conflict(_("The team has visited places of this round; it stays in it."), "teams.visited")
        name = team.name
        team.delete()
        audit.record(actor, "fieldwork.edit_round", round, before={"team": name}, after={"team": None})
    return round


def save_settings(
    actor: Actor, *, cap_visits: int, cap_days: int, rerate_share: Decimal, points: Mapping[str, int]
) -> FieldSettings:
    """Change the inspection cap, the share that is rated again and the points of the risk weights. Rounds that were drawn keep theirs."""
    access.require(actor, "fieldwork.edit_settings")
    if not (1 <= cap_visits <= 1000 and 1 <= cap_days <= 3660):
        text = _("The cap is at least one visit in at least one day.")
        raise Refusal(text, "field_settings.cap", fields={"cap_visits": text})
    if not 0 <= rerate_share <= 1:
        text = _("A share lies between 0 and 1.")
        raise Refusal(text, "field_settings.share", fields={"rerate_share": text})
    if (
        set(points) != set(DEFAULT_POINTS)
        or not all(0 <= value <= MOST_POINTS for value in points.values())
        or points["base"] < 1
    ):
        raise Refusal(
            _("Points are whole numbers from 0 to %(most)d; the base is at least 1.") % {"most": MOST_POINTS},
            "field_settings.points",
        )
    with transaction.atomic():
        row = FieldSettings.objects.select_for_update().get_or_create(pk=1)[0]
        before = {
            "cap_visits": row.cap_visits,
            "cap_days": row.cap_days,
            "rerate_share": str(row.rerate_share),
            "points": row.points,
        }
        row.cap_visits, row.cap_days, row.rerate_share, row.points = cap_visits, cap_days, rerate_share, dict(points)
        row.save()
        after = {"cap_visits": cap_visits, "cap_days": cap_days, "rerate_share": str(rerate_share), "points": dict(points)}
        if after != before:
            audit.record(actor, "fieldwork.edit_settings", row, before=before, after=after)
    return row
