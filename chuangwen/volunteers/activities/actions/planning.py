"""Activities are planned by hand, out of a sheet, or from last year's; their shifts; the theme of a month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import override

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.lives import needed, one_of
from chuangwen.kernel.models import Counter
from chuangwen.places.models import Division, Site
from chuangwen.volunteers.activities import rules
from chuangwen.volunteers.activities.access import APPROVE, PLAN
from chuangwen.volunteers.activities.actions.base import (
    CHANGED,
    FIRST,
    LAST,
    LIFE,
    account_of,
    measure_times,
    message,
    moment,
    refuse,
    tell_all,
)
from chuangwen.volunteers.activities.actions.signing import fill
from chuangwen.volunteers.activities.festivals import FESTIVALS
from chuangwen.volunteers.activities.models import MOST_PLACES, Activity, ActivityEvent, Shift, SignUp, Theme
from chuangwen.volunteers.activities.states import CALLED_OFF, COMING, DRAFT, Step
from chuangwen.volunteers.corps.models import Skill, Team, Volunteer

LONGEST = timedelta(hours=16)
MOST_COPIES = 300


@dataclass(frozen=True)
class ShiftPlan:
    """A shift to be made."""

    starts_at: datetime
    ends_at: datetime
    places: int


def make_activity(
    actor: Actor,
    *,
    team: Team,
    title: str,
    kind: str = Activity.Kind.OTHER,
    festival: str = "",
    about: str = "",
    division: Division | None = None,
    site: Site | None = None,
    place: str = "",
    lat: float | None = None,
    lon: float | None = None,
    skills: Iterable[Skill] = (),
    leader: Volunteer | None = None,
    shifts: Sequence[ShiftPlan] = (),
    copied_from: Activity | None = None,
    generated: bool = False,
) -> Activity:
    """Draft an activity of a team that the actor plans for. Without a leader it is the team's, without a place the site's or the team's.

    Raises Denied, Missing, Refusal.
    """
    with transaction.atomic():
        own = access.fetch(actor, PLAN, Team.objects.select_related("division", "leader"), pk=team.pk)
        if own.state != Team.State.ACTIVE:
            raise refuse(_("“%(team)s” is not active now.") % {"team": own}, "team", "team")
        where = division or (site.division if site is not None and site.division else own.division)
        facts = _facts(own, title, kind, festival, about, where, site, place, lat, lon, leader or own.leader)
        for one in shifts:
            _sound(one)
        times = {
            "first_at": min((one.starts_at for one in shifts), default=None), "last_at": max((one.ends_at for one in shifts), default=None),
        }  # fmt: skip
        activity = Activity.objects.create(
            **facts, **times, number=f"A{Counter.take('volunteers/activity'):07d}", team=own, theme=_theme(where, times["first_at"]),
            copied_from=copied_from, made_at=clock.now(), made_by_id=actor.account_id, generated=generated,
        )  # fmt: skip
        activity.skills.set(skills)
        Shift.objects.bulk_create(
            Shift(activity=activity, starts_at=one.starts_at, ends_at=one.ends_at, places=one.places, changed_at=clock.now()) for one in shifts
        )
        with override(settings.LANGUAGE_CODE):
            words = _("Drafted from “%(activity)s” of %(year)d") % {
                "activity": copied_from, "year": copied_from.first_at.astimezone(clock.LOCAL).year if copied_from.first_at else 0,
            } if copied_from else _("Drafted")  # fmt: skip
            ActivityEvent.objects.create(activity=activity, step=Step.PLAN.value, at=clock.now(), account_id=actor.account_id, words=words[:300])
        audit.record(actor, PLAN, activity, after={"number": activity.number, "team": own.pk, "title": activity.title})
    return activity


def _facts(
    team: Team, title: str, kind: str, festival: str, about: str, division: Division, site: Site | None, place: str, lat: float | None,
    lon: float | None, leader: Volunteer | None,
) -> dict[str, Any]:  # fmt: skip
    if festival and festival not in FESTIVALS:
        raise refuse(_("Choose one of the list."), "festival", "festival")
    if (lat is None) != (lon is None):
        raise refuse(_("A point has a latitude and a longitude."), "point", "lat")
    if lat is not None and lon is not None and not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise refuse(_("This is no point on earth."), "point", "lat")
    if site is not None and site.division is not None and not site.division.path.startswith(division.path):
        raise refuse(_("The site lies in another place."), "site", "site")
    if leader is not None and leader.state != Volunteer.State.ACTIVE:
        raise refuse(_("%(name)s is not registered as a volunteer now.") % {"name": leader}, "leader", "leader")
    if lat is None:
        lat, lon = (site.lat, site.lon) if site is not None else (team.lat, team.lon)
    return {
        "title": needed(title, "title", _("An activity has a name."), limit=80), "kind": one_of(kind, Activity.Kind, "kind"),
        "festival": festival, "about": about.strip()[:1000], "division": division, "site": site, "place": place.strip()[:120], "lat": lat,
        "lon": lon, "leader": leader,
    }  # fmt: skip


def _theme(division: Division, at: datetime | None) -> Theme | None:
    """The theme of the month at the place, of the nearest division above that has one. One query."""
    if at is None:
        return None
    rows = Theme.objects.filter(month=at.astimezone(clock.LOCAL).date().replace(day=1), division__path__in=division.ancestor_paths)
    return rows.order_by("-division__depth").first()


def _sound(plan: ShiftPlan) -> None:
    if not FIRST <= plan.starts_at.astimezone(clock.LOCAL).date() <= LAST:
        raise refuse(_("The day lies too far away."), "shift_time", "starts_at")
    if plan.ends_at <= plan.starts_at:
        raise refuse(_("A shift ends after it begins."), "shift_time", "ends_at")
    if plan.ends_at - plan.starts_at > LONGEST:
        raise refuse(_("A shift lasts sixteen hours at most; several days are several shifts."), "shift_time", "ends_at")
    if not 1 <= plan.places <= MOST_PLACES:
        raise refuse(_("A shift has 1 to %(count)d places.") % {"count": MOST_PLACES}, "shift_places", "places")


def edit_activity(
    actor: Actor,
    *,
    activity_id: int,
    title: str,
    kind: str,
    festival: str = "",
    about: str = "",
    site: Site | None = None,
    place: str = "",
    lat: float | None = None,
    lon: float | None = None,
    skills: Iterable[Skill] | None = None,
    leader: Volunteer | None = None,
    expected: int | None = None,
) -> Activity:
    """Change what an activity is. Who signed up is told when its place changes. Raises Denied, Missing, NotNow, Conflict, Refusal."""
    with transaction.atomic():
        activity: Activity = LIFE.take(actor, Step.EDIT, activity_id, expected=expected)
        changes = _facts(activity.team, title, kind, festival, about, activity.division, site, place, lat, lon, leader or activity.leader)
        moved = changes["site"] != activity.site or changes["place"] != activity.place
        changes["theme"] = _theme(activity.division, activity.first_at)
        if skills is not None:
            activity.skills.set(skills)
        known = {"title": activity.title, "place": activity.where}
        LIFE.write(actor, Step.EDIT, activity, None, changes, known=known, told={"title": changes["title"], "place": activity.where}, quiet=True)
        if moved:
            Shift.objects.filter(activity=activity).update(sequence=F("sequence") + 1, changed_at=clock.now())
            _tell_signed(activity, None, f"place:{activity.revision}", lambda: _("“%(activity)s” is now at: %(place)s") % {
                "activity": activity, "place": activity.where,
            })  # fmt: skip
    return activity


def save_shift(
    actor: Actor, *, activity_id: int, starts_at: datetime, ends_at: datetime, places: int, activity_shift_id: int | None = None,
    expected: int | None = None,
) -> Shift:  # fmt: skip
    """Add a shift, or change one: who signed up is told of another time, and more places let the next ones in, in their order.

    Raises Denied, Missing, NotNow, Conflict, Refusal (fewer places than are given, a time that has passed for people who signed up).
    """
    with transaction.atomic():
        activity: Activity = LIFE.take(actor, Step.SHIFT, activity_id, expected=expected)
        _sound(ShiftPlan(starts_at, ends_at, places))
        if activity.state in COMING and ends_at <= clock.now():
            raise refuse(_("This time has passed."), "shift_time", "starts_at")
        if activity_shift_id is None:
            shift = Shift.objects.create(activity=activity, starts_at=starts_at, ends_at=ends_at, places=places, changed_at=clock.now())
        else:
            shift = _of(activity, activity_shift_id)
            if places < shift.taken:
                raise refuse(_("%(count)d places are given already.") % {"count": shift.taken}, "shift_places", "places")
            moved = (shift.starts_at, shift.ends_at) != (starts_at, ends_at)
            if moved and shift.starts_at <= clock.now() and shift.taken:
                raise refuse(_("This shift has begun: its time stays."), "shift_begun", "starts_at")
            shift.starts_at, shift.ends_at, shift.places = starts_at, ends_at, places
            shift.sequence, shift.changed_at = shift.sequence + 1, clock.now()
            shift.save(update_fields=["starts_at", "ends_at", "places", "sequence", "changed_at"])
            fill(shift, activity)
            if moved:
                SignUp.objects.filter(shift=shift, state__in=SignUp.OPEN).update(reminded_at=None)
                _tell_signed(activity, shift, f"time:{shift.sequence}", lambda: _("“%(activity)s” is now at: %(time)s") % {
                    "activity": activity, "time": moment(starts_at),
                })  # fmt: skip
        changes = measure_times(activity)
        activity.first_at = changes["first_at"]
        told = {"shift": shift.pk, "starts_at": starts_at, "ends_at": ends_at, "places": places}
        LIFE.write(
            actor, Step.SHIFT, activity, lambda: _("Shift %(time)s with %(count)d places") % {"time": moment(starts_at), "count": places},
            changes | {"theme": _theme(activity.division, activity.first_at)}, told=told,
        )  # fmt: skip
    return shift


def _of(activity: Activity, key: int) -> Shift:
    found = Shift.objects.select_for_update().filter(activity=activity, pk=key).first()
    if found is None:
        raise Missing(_("There is no such record, or it is not in your area."))
    return found


def remove_shift(actor: Actor, *, activity_id: int, activity_shift_id: int) -> None:
    """Take out a shift for which nobody ever signed up. Raises Denied, Missing, NotNow, Refusal."""
    with transaction.atomic():
        activity: Activity = LIFE.take(actor, Step.SHIFT, activity_id)
        shift = _of(activity, activity_shift_id)
        if shift.sign_ups.exists() or shift.attendances.exists():
            raise refuse(_("Somebody has signed up for this shift: move it, or call the activity off."), "shift_used")
        if activity.state != DRAFT and activity.shifts.count() == 1:
            raise refuse(_("An activity that is not a draft keeps at least one shift."), "last_shift")
        words, key = moment(shift.starts_at), shift.pk
        shift.delete()
        LIFE.write(
            actor, Step.SHIFT, activity, lambda: _("Shift %(time)s taken out") % {"time": words}, measure_times(activity), told={"shift": key}
        )


def _tell_signed(activity: Activity, shift: Shift | None, mark: str, said: Any) -> None:
    rows = SignUp.objects.filter(state__in=SignUp.OPEN, shift__activity=activity, shift__ends_at__gt=clock.now())
    if shift is not None:
        rows = rows.filter(shift=shift)
    people = {account_of(row.volunteer) for row in rows.select_related("volunteer__person__account")}
    with override(settings.LANGUAGE_CODE):
        tell_all([message(f"volunteers.changed:{activity.pk}:{shift.pk if shift else 0}:{mark}", CHANGED, said(), people, activity=activity)])


def draft_again(actor: Actor, *, month: date, division: Division | None = None) -> list[Activity]:
    """Draft the activities of a month from those of the same festivals and weeks a year before, at once: those that are to lie in ``month`` and
    were not drafted from yet. Days go with the festival of the year, weekly ones keep their weekday. Only teams that the actor plans for and
    that are active; with at most MOST_COPIES at once. Raises Denied, Refusal (nothing to draft)."""
    access.require(actor, PLAN, division=division)
    first, last = rules.month_span(month)
    if not FIRST <= first <= LAST:
        raise refuse(_("The day lies too far away."), "month", "month")
    begin, end = _around(first - timedelta(days=400)), _around(last - timedelta(days=330))
    with transaction.atomic():
        rows = access.scoped(actor, PLAN, Activity).filter(first_at__gte=begin, first_at__lt=end, team__state=Team.State.ACTIVE)
        rows = rows.exclude(state=CALLED_OFF)
        if division is not None:
            rows = rows.filter(division__path__startswith=division.path)
        # Whoever drafts the same again at the same moment waits here.
        list(Team.objects.select_for_update().filter(pk__in=rows.order_by().values("team")).order_by("pk").values_list("pk", flat=True))
        done = set(Activity.objects.filter(copied_from__in=rows.order_by().values("pk")).exclude(state=CALLED_OFF).values_list(
            "copied_from", flat=True))  # fmt: skip
        made: list[Activity] = []
        related = ("team", "division", "site__division", "leader__person")
        for old in rows.select_related(*related).prefetch_related("shifts", "skills").order_by("first_at", "pk"):
            if old.pk in done or old.first_at is None or len(made) >= MOST_COPIES:
                continue
            day = old.first_at.astimezone(clock.LOCAL).date()
            new = rules.day_this_year(day, old.festival, day.year + 1)
            if not first <= new <= last:
                continue
            move = new - day
            plans = [ShiftPlan(one.starts_at + move, one.ends_at + move, one.places) for one in old.shifts.all()]
            leader = old.leader if old.leader is not None and old.leader.state == Volunteer.State.ACTIVE else None
            made.append(
                make_activity(
                    actor, team=old.team, title=old.title.replace(str(day.year), str(new.year)), kind=old.kind, festival=old.festival,
                    about=old.about, division=old.division, site=old.site, place=old.place, lat=old.lat, lon=old.lon, skills=old.skills.all(),
                    leader=leader, shifts=plans, copied_from=old, generated=old.generated,
                )
            )  # fmt: skip
        if not made:
            raise refuse(_("There is nothing of a year before that could be drafted for this month, or it is drafted already."), "no_drafts")
    return made


def _around(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), clock.LOCAL)


def save_theme(actor: Actor, *, division: Division, month: date, name: str, about: str = "") -> Theme:
    """Set the theme of a month at a place; its activities there bear it. Raises Denied, Refusal."""
    access.require(actor, APPROVE, division=division)
    first, last = rules.month_span(month)
    if not FIRST <= first <= LAST:
        raise refuse(_("The day lies too far away."), "month", "month")
    with transaction.atomic():
        words = needed(name, "name", _("A theme has a name."), limit=60)
        theme, _made = Theme.objects.select_for_update().update_or_create(
            division=division, month=first, defaults={"name": words, "about": about.strip()[:500]}
        )
        inside = Activity.objects.filter(
            division__path__startswith=division.path, first_at__gte=_around(first), first_at__lt=_around(last + timedelta(days=1))
        )
        nearer = Theme.objects.filter(month=first, division__path__startswith=division.path, division__depth__gt=division.depth)
        inside.exclude(theme__in=nearer).update(theme=theme)
        audit.record(actor, APPROVE, theme, after={"month": first, "name": words})
    return theme


def bring_activities(actor: Actor, *, rows: Sequence[dict[str, Any]]) -> int:
    """What a sheet was planned to do (``sheets``), inside the transaction of the import. How many activities were drafted."""
    access.require(actor, PLAN)
    with transaction.atomic():
        for row in rows:
            make_activity(actor, **row)
    return len(rows)
