"""Planning a meeting, inviting its units, its agenda, calling it off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.duties.meetings import proposing, states
from chuangwen.duties.meetings.actions.base import PLAN, ask_for_room, needed, reachable, refuse, take, write
from chuangwen.duties.meetings.models import AgendaItem, Meeting, MeetingUnit
from chuangwen.duties.meetings.states import Step
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.messaging import recipients
from chuangwen.messaging.actions import Message, tell_many
from chuangwen.messaging.kinds import register
from chuangwen.people.models import Post, Unit
from chuangwen.places.models import Division, Site
from chuangwen.web import formatting

CALLED = register("duties.meeting", gettext_lazy("a meeting: your unit is invited, or it was moved or called off"))
MOST_UNITS, MOST_ITEMS = 300, 40
LONGEST_AHEAD = timedelta(days=400)


def plan_meeting(
    actor: Actor,
    *,
    title: str,
    kind: str,
    division: Division,
    convener: Unit,
    place: str,
    starts_at: datetime,
    minutes: int = 60,
    units: Sequence[Unit] = (),
    chair: Post | None = None,
    site: Site | None = None,
    purpose: str = "",
    follows: Meeting | None = None,
    generated: bool = False,
) -> Meeting:
    """Plan a meeting; its agenda is proposed at once from what is late. Raises Denied, and Refusal: a week without room for one of the units is
    refused by the load meter with the weeks that have room."""
    access.require(actor, PLAN, division=division)
    now = clock.now()
    with transaction.atomic():
        meeting = Meeting(division=division, changed_at=now, made_at=now, made_by_id=actor.account_id, generated=generated)
        facts = _facts(actor, meeting, title, kind, convener, place, starts_at, minutes, chair, site, purpose, follows)
        for name, value in facts.items():
            setattr(meeting, name, value)
        invited = _units(units, meeting)
        ask_for_room(meeting, [unit.pk for unit in invited])
        meeting.save(force_insert=True)
        MeetingUnit.objects.bulk_create(MeetingUnit(meeting=meeting, unit=unit) for unit in invited)
        _propose(meeting, invited)
        write(actor, Step.EDIT, meeting, {}, lambda: _("Planned."), told={"units": [unit.pk for unit in invited]})
    return meeting


def _units(units: Sequence[Unit], meeting: Meeting) -> list[Unit]:
    if len(units) > MOST_UNITS:
        raise refuse(_("At most %(most)d units.") % {"most": MOST_UNITS}, "meeting_units", "units")
    return reachable(units, meeting.division, "units")


def _facts(
    actor: Actor, meeting: Meeting, title: str, kind: str, convener: Unit, place: str, starts_at: datetime, minutes: int, chair: Post | None,
    site: Site | None, purpose: str, follows: Meeting | None,
) -> dict[str, Any]:  # fmt: skip
    """The columns of a meeting as somebody wrote them. Raises Refusal."""
    if kind not in Meeting.Kind.values:
        raise refuse(_("There is no such kind of meeting."), "meeting_kind", "kind")
    if not 5 <= minutes <= 1440:
        raise refuse(_("A meeting lasts from five minutes to a day."), "meeting_minutes", "minutes")
    now = clock.now()
    if not now - timedelta(hours=1) <= starts_at <= now + LONGEST_AHEAD:
        raise refuse(_("A meeting is planned for a time to come, at most a year ahead."), "meeting_time", "starts_at")
    convener = reachable([convener], meeting.division, "convener")[0]
    if site is not None and not (site.division or meeting.division).path.startswith(meeting.division.path):
        raise refuse(_("This site lies in another area."), "meeting_site", "site")
    return {
        "title": needed(title, 100, _("Give the meeting a title."), "meeting_title", "title"), "kind": kind, "convener": convener,
        "place": needed(place, 120, _("Say where it is held."), "meeting_place", "place"), "site": site, "starts_at": starts_at,
        "minutes": minutes, "purpose": purpose.replace("\x00", "").strip()[:300], "chair": chair, "chair_words": _chair(meeting, chair),
        **_before(actor, meeting, follows, starts_at),
    }  # fmt: skip


def _chair(meeting: Meeting, chair: Post | None) -> str:
    """What the post is called, without the name of who holds it."""
    if chair is None:
        return ""
    reachable([chair.unit], meeting.division, "chair")
    return f"{chair.unit} {chair.title or chair.get_kind_display()}"[:120]


def _before(actor: Actor, meeting: Meeting, follows: Meeting | None, starts_at: datetime) -> dict[str, Any]:
    """The meeting before in the series, and the first of it. Raises Refusal."""
    if follows is None:
        return {"follows": None, "root": None}
    follows = access.fetch(actor, PLAN, Meeting, pk=follows.pk)
    if follows.division_id != meeting.division_id or follows.pk == meeting.pk or follows.starts_at >= starts_at:
        raise refuse(_("The meeting before has to be an earlier one of the same area."), "meeting_before", "follows")
    if follows.state == states.CANCELLED:
        raise refuse(_("The meeting before was called off: choose one that took place."), "meeting_before", "follows")
    if Meeting.objects.filter(follows=follows).exclude(pk=meeting.pk).exists():
        raise refuse(_("Another meeting follows this one already."), "meeting_before", "follows")
    return {"follows": follows, "root_id": follows.root_id or follows.pk}


def edit_meeting(
    actor: Actor,
    *,
    meeting_id: int,
    title: str,
    kind: str,
    convener: Unit,
    place: str,
    starts_at: datetime,
    minutes: int,
    units: Sequence[Unit],
    chair: Post | None = None,
    site: Site | None = None,
    purpose: str = "",
    expected: int | None = None,
) -> Meeting:
    """Change a meeting before it is held. Units that are invited already are told of a new time or place. Raises as ``plan_meeting`` does."""
    with transaction.atomic():
        meeting = take(actor, Step.EDIT, meeting_id, expected=expected)
        stood = (meeting.starts_at, meeting.place)
        facts = _facts(actor, meeting, title, kind, convener, place, starts_at, minutes, chair, site, purpose, None)
        del facts["follows"], facts["root"]
        for name, value in facts.items():
            setattr(meeting, name, value)
        invited = _units(units, meeting)
        ask_for_room(meeting, [unit.pk for unit in invited])
        known = set(meeting.invited.values_list("unit", flat=True))
        MeetingUnit.objects.filter(meeting=meeting).exclude(unit__in=[unit.pk for unit in invited]).delete()
        MeetingUnit.objects.bulk_create(MeetingUnit(meeting=meeting, unit=unit) for unit in invited if unit.pk not in known)
        write(actor, Step.EDIT, meeting, facts, lambda: _("Changed."), told={"units": [unit.pk for unit in invited]})
        if meeting.state == states.INVITED and (stood != (meeting.starts_at, meeting.place) or {unit.pk for unit in invited} - known):
            _tell(meeting, invited, _("%(title)s: time, place or units changed"))
    return meeting


def propose_agenda(actor: Actor, *, meeting_id: int) -> int:
    """Put on the agenda what is late and not on it yet. How many items came to it."""
    with transaction.atomic():
        meeting = take(actor, Step.AGENDA, meeting_id)
        if meeting.state == states.HELD:
            raise refuse(_("The agenda is drawn from what is late before the meeting begins; now items are added by hand."), "meeting_agenda")
        added = _propose(meeting, [row.unit for row in meeting.invited.select_related("unit")])
        write(actor, Step.AGENDA, meeting, {}, lambda: _("Agenda proposed: %(n)d items.") % {"n": added}, told={"added": added})
    return added


def _propose(meeting: Meeting, units: Sequence[Unit]) -> int:
    """Items for sources that have something and are not on the agenda; what was resolved before comes first."""
    there = set(meeting.agenda.exclude(source="").values_list("source", flat=True))
    last = meeting.agenda.count()
    fresh = []
    with translation.override(settings.LANGUAGE_CODE):
        for source, _rows, _total in proposing.everything(proposing.asked(meeting, units)):
            if source.key not in there:
                fresh.append(AgendaItem(meeting=meeting, position=last + len(fresh) + 1, source=source.key, title=str(source.label)))
    AgendaItem.objects.bulk_create(fresh)
    return len(fresh)


def save_item(actor: Actor, *, meeting_id: int, title: str, words: str = "", item_id: int | None = None) -> AgendaItem:
    """Add an item by hand, or change the title and the words of one. Raises Refusal for more than forty."""
    with transaction.atomic():
        meeting = take(actor, Step.AGENDA, meeting_id)
        name = needed(title, 100, _("Give the item a title."), "agenda_title", "title")
        text = words.replace("\x00", "").strip()[:500]
        if item_id is None:
            count = meeting.agenda.count()
            if count >= MOST_ITEMS:
                raise refuse(_("At most %(most)d items.") % {"most": MOST_ITEMS}, "agenda_full", "title")
            item = AgendaItem.objects.create(meeting=meeting, position=count + 1, title=name, words=text)
        else:
            item = access.fetch(actor, PLAN, meeting.agenda.all(), pk=item_id)
            item.title, item.words = name, text
            item.save(update_fields=["title", "words"])
        write(actor, Step.AGENDA, meeting, {}, lambda: _("Agenda: %(item)s") % {"item": item}, told={"item": item.pk})
    return item


def move_item(actor: Actor, *, meeting_id: int, item_id: int, up: bool) -> Meeting:
    """Let an item change places with the one before it, or after it."""
    with transaction.atomic():
        meeting = take(actor, Step.AGENDA, meeting_id)
        items = list(meeting.agenda.order_by("position", "pk"))
        at = next((n for n, item in enumerate(items) if item.pk == item_id), None)
        if at is None:
            access.fetch(actor, PLAN, meeting.agenda.all(), pk=item_id)
            raise AssertionError("an item of the meeting is among its items")
        to = at - 1 if up else at + 1
        if 0 <= to < len(items):
            items[at], items[to] = items[to], items[at]
        for position, item in enumerate(items, 1):
            item.position = position
        AgendaItem.objects.bulk_update(items, ["position"])
        write(actor, Step.AGENDA, meeting, {}, lambda: _("Agenda in another order."), told={"item": item_id}, quiet=True)
    return meeting


def remove_item(actor: Actor, *, meeting_id: int, item_id: int) -> Meeting:
    """Take an item off the agenda. Raises Refusal for one about which something was written or resolved."""
    with transaction.atomic():
        meeting = take(actor, Step.AGENDA, meeting_id)
        item = access.fetch(actor, PLAN, meeting.agenda.all(), pk=item_id)
        if item.minutes or item.resolutions.exists():
            raise refuse(_("Something was written or resolved about this item: it stays."), "agenda_used")
        item.delete()
        write(actor, Step.AGENDA, meeting, {}, lambda: _("Off the agenda: %(item)s") % {"item": item}, told={"item": item_id})
    return meeting


def invite(actor: Actor, *, meeting_id: int) -> Meeting:
    """Tell the units. Raises Refusal without units or without an agenda."""
    with transaction.atomic():
        meeting = take(actor, Step.INVITE, meeting_id)
        units = [row.unit for row in meeting.invited.select_related("unit")]
        if not units:
            raise refuse(_("Choose the units that are to come first."), "meeting_units")
        if not meeting.agenda.exists():
            raise refuse(_("Put something on the agenda first: who is invited wants to know what for."), "meeting_agenda")
        write(actor, Step.INVITE, meeting, {"invited_at": clock.now()}, lambda: _("Units invited: %(n)d.") % {"n": len(units)})
        _tell(meeting, units, _("You are invited: %(title)s"))
    return meeting


def cancel_meeting(actor: Actor, *, meeting_id: int, reason: str) -> Meeting:
    """Call a meeting off before it is held; invited units are told, and it stands in their calendars as cancelled."""
    with transaction.atomic():
        meeting = take(actor, Step.CANCEL, meeting_id)
        words = needed(reason, 300, _("Say why it is called off."), "meeting_reason", "reason")
        told = meeting.state == states.INVITED
        changes = {"cancelled_at": clock.now(), "cancelled_reason": words}
        write(actor, Step.CANCEL, meeting, changes, lambda: _("Called off: %(reason)s") % {"reason": words})
        if told:
            _tell(meeting, [row.unit for row in meeting.invited.select_related("unit")], _("Called off: %(title)s"), words)
    return meeting


def close_meeting(actor: Actor, *, meeting_id: int) -> Meeting:
    """Put a meeting away. Raises Refusal while something that it resolved is open and no later meeting of the series has taken it up."""
    with transaction.atomic():
        meeting = take(actor, Step.CLOSE, meeting_id)
        now = clock.now()
        rows = list(meeting.resolutions.select_related("case"))
        waiting = [row for row in rows if row.standing(now) not in states.ENDED]
        if waiting and not carried_on(meeting):
            raise refuse(
                _("%(n)d resolutions are not done, and no later meeting of the series has taken them up yet.") % {"n": len(waiting)},
                "meeting_open",
            )  # fmt: skip
        write(actor, Step.CLOSE, meeting, {"closed_at": now}, lambda: _("The meeting is closed."), told={"carried_on": len(waiting)})
    return meeting


def carried_on(meeting: Meeting) -> bool:
    """Whether a later meeting of its series was held: what is open here was on its agenda. One query."""
    root = meeting.root_id or meeting.pk
    return Meeting.objects.filter(root=root, starts_at__gt=meeting.starts_at, state__in=states.TOOK_PLACE).exists()


def _tell(meeting: Meeting, units: Sequence[Unit], title: str, reason: str = "") -> None:
    """Tell liaisons and first responsible persons of the units, each unit once for each state and time of the meeting."""
    accounts = recipients.of_units([unit.pk for unit in units], recipients.RESPONSIBLE)
    with translation.override(settings.LANGUAGE_CODE):
        text = "；".join(filter(None, [formatting.moment(meeting.starts_at), meeting.place, meeting.purpose, reason]))
        headline = title % {"title": meeting.title}
    tell_many(
        [
            Message(
                key=f"duties.meeting:{meeting.pk}:{meeting.state}:{meeting.sequence}:{unit.pk}", kind=CALLED, title=headline, text=text,
                link=meeting.get_absolute_url(), accounts=frozenset(accounts.get(unit.pk, ())), about=f"duties.meeting:{meeting.pk}",
                units=frozenset({unit.pk}),
            )
            for unit in units
        ]
    )  # fmt: skip


