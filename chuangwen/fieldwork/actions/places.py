"""The places of a round: added and left out by hand with a reason, shared between rounds, done, skipped."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from chuangwen.fieldwork import blind, framing, loading
from chuangwen.fieldwork.actions.planning import plannable
from chuangwen.fieldwork.models import Round, RoundSite, RoundTeam
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.places.models import Site

DRAWN, ADDED, RERATE = RoundSite.Purpose.DRAWN, RoundSite.Purpose.ADDED, RoundSite.Purpose.RERATE


def add_place(actor: Actor, *, round_id: int, site: Site, reason: str, team: RoundTeam | None = None) -> RoundSite:
    """Add a site to a round by hand. Raises Refusal (no reason, in it already, beyond its inspection cap, the
    community has no room for another check that week), Conflict (closed)."""
    reason = _reason(reason)
    with transaction.atomic():
        round = plannable(actor, round_id)
        access.fetch(actor, "fieldwork.observe", Site, pk=site.pk)
        if round.site_links.filter(site=site).exists():
            raise _wrong(_("The site is in this round already."), "places.twice", "site")
        settings = framing.settings()
        if framing.visits_within([site.pk], round, settings.cap_days).get(site.pk, 0) >= settings.cap_visits:
            text = _("The site has reached its inspection cap: %(visits)d visits in %(days)d days.") % {
                "visits": settings.cap_visits,
                "days": settings.cap_days,
            }
            raise _wrong(text, "places.cap", "site")
        loading.ask(round, [site.division])
        place = RoundSite.objects.create(round=round, site=site, purpose=ADDED, reason=reason, team=team)
        merge_places(actor, round_id=round.pk, only=[site.pk])
        audit.record(actor, "fieldwork.edit_round", round, after={"added": site.code}, note=reason)
    place.refresh_from_db()
    return place


def leave_out(actor: Actor, *, place_id: int, reason: str) -> RoundSite | None:
    """Take a place out of a round by hand. One that was added goes; a drawn one stays on the list as left out, with the reason, so that
    nobody's draw changes unseen. Raises Refusal (no reason), Conflict (visited, closed)."""
    reason = _reason(reason)
    with transaction.atomic():
        place = _place(actor, place_id)
        if place.done_at:
            raise Conflict(_("The place was visited."), "places.done")
        place.merged.update(merged_with=None)
        if place.purpose == ADDED:
            place.delete()
        else:
            place.skipped_at, place.skipped_reason, place.merged_with = clock.now(), reason, None
            place.save(update_fields=["skipped_at", "skipped_reason", "merged_with"])
        audit.record(actor, "fieldwork.edit_round", place.round, after={"left_out": place.site.code}, note=reason)
    return place if place.purpose != ADDED else None


def put_back(actor: Actor, *, place_id: int) -> RoundSite:
    """Let a place that was skipped or left out be visited after all."""
    with transaction.atomic():
        place = _place(actor, place_id)
        place.skipped_at, place.skipped_reason = None, ""
        place.save(update_fields=["skipped_at", "skipped_reason"])
        audit.record(actor, "fieldwork.edit_round", place.round, after={"put_back": place.site.code})
    return place


def skip_place(actor: Actor, *, place_id: int, reason: str, at: datetime | None = None) -> RoundSite:
    """Say on the spot that a place cannot be visited, and why; places that share the visit are skipped with it. Raises Refusal (no reason),
    Conflict (visited, closed)."""
    reason = _reason(reason)
    with transaction.atomic():
        place = _place(actor, place_id, "fieldwork.observe")
        if place.done_at:
            raise Conflict(_("The place was visited."), "places.done")
        serving(place).filter(done_at__isnull=True).update(skipped_at=at or clock.now(), skipped_reason=reason)
        audit.record(actor, "fieldwork.observe", place.round, after={"skipped": place.site.code}, note=reason)
    place.refresh_from_db()
    return place


def finish_place(actor: Actor, *, place_id: int, at: datetime | None = None) -> RoundSite:
    """A place was visited; so were the places of other rounds that share the visit. Again changes nothing. Raises Conflict (closed)."""
    with transaction.atomic():
        place = _place(actor, place_id, "fieldwork.observe")
        if place.done_at is None:
            serving(place).filter(done_at__isnull=True).update(done_at=at or clock.now(), skipped_at=None, skipped_reason="")
            audit.record(actor, "fieldwork.observe", place.round, after={"done": place.site.code})
    place.refresh_from_db()
    return place


def finish_site(actor: Actor, *, round: Round, site: Site) -> RoundSite | None:
    """All that is asked of a site was recorded at the desk: its place in the round, where it has one, counts as visited. Who rates it again
    finishes that place."""
    again = blind.place_of(actor, round, site)
    first = None if again else round.site_links.filter(site=site).exclude(purpose=RERATE).first()
    place = again or first
    return finish_place(actor, place_id=place.pk) if place is not None and place.done_at is None else place


def give_to_team(actor: Actor, *, place_id: int, team: RoundTeam | None) -> RoundSite:
    """Give a place to a team of its round by hand, and keep it there when routes are planned again; None frees it.

    Raises Refusal where the team was at the place before and may not rate it again.
    """
    with transaction.atomic():
        place = _place(actor, place_id)
        if team is not None and team.round_id != place.round_id:
            raise _wrong(_("The team belongs to another round."), "places.team", "team")
        if team is not None and place.rerate_of is not None and team.pk not in blind.may_rate_again(place.rerate_of, [team.pk]):
            raise _wrong(
                _("Somebody of this team was there the first time: it cannot rate the site blind."), "places.not_blind", "team"
            )
        place.team, place.pinned = team, team is not None
        place.day = place.position = place.arrive_at = None
        place.save(update_fields=["team", "pinned", "day", "position", "arrive_at"])
        audit.record(
            actor, "fieldwork.edit_round", place.round, after={"site": place.site.code, "team": team.name if team else None}
        )
    return place


def merge_places(actor: Actor, *, round_id: int, only: list[int] | None = None) -> int:
    """Let one visit serve a site that stands in several rounds of the same days: the places of this round point to that of the round that
    began first. ``only``: these sites. How many were joined. Four queries, and one for each place that is joined."""
    with transaction.atomic():
        round = plannable(actor, round_id)
        own = framing.open_places().filter(round=round, merged_with__isnull=True, merged__isnull=True).exclude(purpose=RERATE)
        if only is not None:
            own = own.filter(site__in=only)
        others = framing.open_places().filter(
            round__starts_on__lte=round.ends_on,
            round__ends_on__gte=round.starts_on,
            merged_with__isnull=True,
            site__in=own.values("site"),
        )
        others = others.exclude(purpose=RERATE).exclude(round=round).order_by("-round__starts_on", "-round")
        if round.division is not None:
            others = others.filter(site__division__path__startswith=round.division.path)
        first = {place.site_id: place.pk for place in others}
        joined = 0
        for place in own:
            if place.site_id in first:
                joined += RoundSite.objects.filter(pk=place.pk).update(merged_with=first[place.site_id])
        if joined:
            audit.record(actor, "fieldwork.edit_round", round, after={"joined": joined})
    return joined


def unmerge_place(actor: Actor, *, place_id: int) -> RoundSite:
    """Let a place have a visit of its own again."""
    with transaction.atomic():
        place = _place(actor, place_id)
        if place.done_at:
            raise Conflict(_("The place was visited."), "places.done")
        if place.merged_with_id is not None:
            place.merged_with = None
            place.save(update_fields=["merged_with"])
            audit.record(actor, "fieldwork.edit_round", place.round, after={"separated": place.site.code})
    return place


def serving(place: RoundSite) -> QuerySet[RoundSite]:
    """The places that one visit serves: this one, the one it is joined to, and all that are joined to that one."""
    head = place.merged_with_id or place.pk
    return RoundSite.objects.filter(Q(pk=head) | Q(merged_with=head)).exclude(round__state=Round.State.CLOSED)


def _place(actor: Actor, place_id: int, verb: str = "fieldwork.edit_round") -> RoundSite:
    place = access.fetch(actor, verb, RoundSite.objects.select_related("round", "site", "rerate_of"), lock=True, pk=place_id)
    if place.round.state == Round.State.CLOSED:
        raise Conflict(_("The round is closed; open it again to change it."), "rounds.closed")
    return place


def _reason(text: str) -> str:
    if not text.strip():
        raise _wrong(_("Say why."), "places.no_reason", "reason")
    return text.strip()[:300]


def _wrong(text: str, code: str, field: str) -> Refusal:
    return Refusal(text, code, fields={field: text})
