"""What is entered on a phone about rounds. Between the entry and its arrival days may pass: what no longer holds is told, never guessed.

``fieldwork.visit``::

    {"round_sites": [id, …],            the places of the stop; or, in a round without places: none
     "site": id, "rounds": [id, …],     what they were: with these a visit is kept even if a place was taken off its round
     "checklists": [etag, …],           of the lists that the visit was made with (section standards.checklists)
     "all_conform": bool,               everything on those lists is in order, but for the items below
     "items": [{"item": id | null, "criterion": id, "grade" | "conform" | "defects" | "loss", "severity", "note", "photos": [uid]}],
     "lat", "lon", "accuracy",          where it was finished (WGS-84 degrees, metres), or null: asked once, never watched
     "note": text, "finished": bool}

-> ``{"visits": [id], "observations": n, "wanting": n, "finished": bool}``

What may come in between (``code``: choices besides dropping it):

* ``visits.taken_off``: a place was taken off its round or skipped: ``keep_place``
* ``visits.round_closed``: ``late`` (made on a day of the round), ``open_only`` (for the rounds still under way)
* ``visits.list_changed``: the checklist was changed since the package: ``keep_list`` as recorded, ``anew`` (refused, to be changed)
* ``visits.done``: somebody has been there: ``keep_both``

Where several hold they are asked one after the other; the code of a choice holds those made before (``keep_place+keep_both``).

``fieldwork.skip``: ``{"round_sites": [id, …], "reason": text}``: the places cannot be visited -> ``{"skipped": [id]}``
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.evidence.models import Photo
from chuangwen.fieldwork import blind
from chuangwen.fieldwork.actions import places as place_actions
from chuangwen.fieldwork.actions.visits import Finding, record_visit
from chuangwen.fieldwork.models import Observation, Round, RoundSite, TeamMember, Visit
from chuangwen.fieldwork.results import nothing_wanting
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.kernel.geography import Point, distance
from chuangwen.phone import checklists
from chuangwen.phone.checklists import Checklist
from chuangwen.phone.entries import Clash, Incoming
from chuangwen.places.models import Site
from chuangwen.standards.models import Criterion

KEEP_PLACE, LATE, OPEN_ONLY, KEEP_LIST, ANEW, KEEP_BOTH = "keep_place", "late", "open_only", "keep_list", "anew", "keep_both"
LABELS = {
    KEEP_PLACE: gettext_lazy("Keep the visit all the same"),
    LATE: gettext_lazy("Record it as a late visit"),
    OPEN_ONLY: gettext_lazy("Record it for the rounds still under way"),
    KEEP_LIST: gettext_lazy("Keep it as recorded"),
    ANEW: gettext_lazy("Take it back and record anew"),
    KEEP_BOTH: gettext_lazy("Keep both"),
}
MOST_PLACES, MOST_ITEMS, MOST_PHOTOS, LONGEST_NOTE = 20, 3_000, 20, 500
FAR = 1_000
"""Metres from the site from which on it is mentioned."""


# -- what the phone wrote ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One finding as the phone wrote it."""

    item: int | None
    criterion: int
    grade: str
    conform: bool | None
    defects: int | None
    loss: Decimal | None
    severity: int | None
    note: str
    photos: tuple[UUID, ...]


@dataclass(frozen=True)
class Written:
    """A visit as the phone wrote it, checked for its shape."""

    places: tuple[int, ...]
    site: int | None
    rounds: tuple[int, ...]
    checklists: tuple[str, ...]
    all_conform: bool
    lines: tuple[Line, ...]
    lat: float | None
    lon: float | None
    accuracy: float | None
    note: str
    finished: bool


def read(data: dict[str, Any]) -> Written:
    """Check the shape of a visit. Raises Refusal naming the part."""
    single = [data["round"]] if data.get("round") is not None else []
    written = Written(
        places=_keys(data, "round_sites"),
        site=_key(data, "site"),
        rounds=_keys(data, "rounds") or _keys({"round": single}, "round"),
        checklists=tuple(str(_text(etag, "checklists", 64)) for etag in _list(data, "checklists", MOST_PLACES)),
        all_conform=_flag(data, "all_conform"),
        lines=tuple(_line(line) for line in _list(data, "items", MOST_ITEMS)),
        lat=_degrees(data, "lat", 90),
        lon=_degrees(data, "lon", 180),
        accuracy=_degrees(data, "accuracy", 10_000_000),
        note=_text(data.get("note"), "note", LONGEST_NOTE),
        finished=_flag(data, "finished"),
    )
    if not written.places and (written.site is None or not written.rounds):
        raise _wrong("round_sites")
    return written


def photos_of(data: dict[str, Any]) -> Iterable[Any]:
    """The uids that a visit names."""
    lines = data.get("items")
    for line in lines if isinstance(lines, list) else ():
        photos = line.get("photos") if isinstance(line, dict) else None
        yield from photos if isinstance(photos, list) else ()


def _line(line: Any) -> Line:
    if not isinstance(line, dict):
        raise _wrong("items")
    criterion = _key(line, "criterion")
    if criterion is None:
        raise _wrong("criterion")
    photos = _list(line, "photos", MOST_PHOTOS)
    conform = line.get("conform")
    if conform is not None and not isinstance(conform, bool):
        raise _wrong("conform")
    return Line(
        item=_key(line, "item"),
        criterion=criterion,
        grade=_text(line.get("grade"), "grade", 1),
        conform=conform,
        defects=_key(line, "defects"),
        loss=_loss(line.get("loss")),
        severity=_key(line, "severity"),
        note=_text(line.get("note"), "note", LONGEST_NOTE),
        photos=tuple(UUID(str(uid)) for uid in photos),
    )


def _wrong(part: str) -> Refusal:
    return Refusal(_("The entry is not understood: “%(part)s” does not fit.") % {"part": part}, "phone.bad_entry", field=part)


def _list(data: dict[str, Any], part: str, most: int) -> list[Any]:
    found = data.get(part)
    if found is None:
        return []
    if not isinstance(found, list) or len(found) > most:
        raise _wrong(part)
    return found


def _key(data: dict[str, Any], part: str) -> int | None:
    found = data.get(part)
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found < 2**31:
        raise _wrong(part)
    return found


def _keys(data: dict[str, Any], part: str) -> tuple[int, ...]:
    found = [_key({part: one}, part) for one in _list(data, part, MOST_PLACES)]
    if None in found:
        raise _wrong(part)
    return tuple(dict.fromkeys(key for key in found if key is not None))


def _flag(data: dict[str, Any], part: str) -> bool:
    found = data.get(part, False)
    if not isinstance(found, bool):
        raise _wrong(part)
    return found


def _text(found: Any, part: str, most: int) -> str:
    if found is None:
        return ""
    if not isinstance(found, str) or len(found) > most:
        raise _wrong(part)
    return found


def _degrees(data: dict[str, Any], part: str, most: int) -> float | None:
    """Degrees, or metres, of at most this size."""
    found = data.get(part)
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float) or abs(found) > most:
        raise _wrong(part)
    return float(found)


def _loss(found: Any) -> Decimal | None:
    """A share with at most four decimals, as a number or a text."""
    if found is None:
        return None
    try:
        if isinstance(found, bool) or not isinstance(found, int | float | str) or len(str(found)) > 12:
            raise _wrong("loss")
        loss = Decimal(str(found))
    except InvalidOperation as problem:
        raise _wrong("loss") from problem
    if not loss.is_finite() or loss != loss.quantize(Decimal("0.0001")):
        raise _wrong("loss")
    return loss


# -- what was chosen --------------------------------------------------------------------------------------------------


class Choices:
    """What the person has chosen so far, and how the next question is put."""

    def __init__(self, entry: Incoming):
        self.made = [code for code in entry.choice.split("+") if code]
        if set(self.made) - set(LABELS):
            raise _wrong("choice")

    def __contains__(self, code: str) -> bool:
        return code in self.made

    def ask(self, message: str, code: str, *offered: str) -> Clash:
        """The question; each choice carries those made before. ``anew`` needs none of them."""
        codes = [one if one == ANEW else "+".join([*self.made, one]) for one in offered]
        return Clash(message, code, [(full, LABELS[one]) for full, one in zip(codes, offered, strict=True)])


# -- a visit ----------------------------------------------------------------------------------------------------------


def visit(actor: Actor, entry: Incoming) -> dict[str, Any]:
    """``fieldwork.visit``: what was found at a site. See the head of this file."""
    written, choices = read(entry.data), Choices(entry)
    if ANEW in choices:
        raise Refusal(
            _("The checklist was changed since. Take the visit back, go through what changed, and send it again."), "visits.anew"
        )
    site, served = _served(actor, written, choices)
    served, late = _under_way(entry, served, choices)
    _not_done(actor, served, choices)
    lists = _lists(site, served, written, choices)
    criteria = _criteria(written, lists)
    recorded = _recorded(actor, site, served)
    _not_recorded(actor, recorded, written, choices)

    def findings(round: Round) -> Sequence[Finding]:
        done = {criterion for round_id, criterion, _account in recorded if round_id == round.pk}
        return _findings(entry, written, lists[round.edition_id], criteria, done)

    recorded_now = record_visit(
        actor,
        site=site,
        served=served,
        findings=findings,
        at=entry.at,
        uid=entry.uid,
        note=written.note,
        finished=written.finished,
        late=late,
        where=(written.lat, written.lon) if written.lat is not None and written.lon is not None else None,
        accuracy_m=written.accuracy,
    )
    _tell_where(entry, site, written)
    return {
        "visits": [one.pk for one in recorded_now.visits],
        "observations": len(recorded_now.observations),
        "wanting": recorded_now.wanting,
        "finished": written.finished,
    }


Served = list[tuple[Round, RoundSite | None]]


def _served(actor: Actor, written: Written, choices: Choices) -> tuple[Site, Served]:
    """The site, and the rounds that the visit serves with the place in each. Raises Clash where a place is not there any more."""
    here = access.scoped(actor, "fieldwork.observe", RoundSite).select_related("round", "site__type", "site__division")
    places = list(here.select_for_update(of=("self",)).filter(pk__in=written.places).order_by("pk"))
    gone = set(written.places) - {place.pk for place in places}
    skipped = [place for place in places if place.skipped_at is not None]
    if len({place.site_id for place in places}) > 1 or (places and written.site not in (None, places[0].site_id)):
        raise _wrong("round_sites")
    if (gone or skipped) and KEEP_PLACE not in choices:
        can_stay = not gone or (written.site is not None and bool(written.rounds))
        said = next((place.skipped_reason for place in skipped if place.skipped_reason), "")
        words = (
            _("The site was taken off the round.")
            if gone
            else _("The site was skipped or left out of the round: %(why)s") % {"why": said}
        )
        raise choices.ask(words, "visits.taken_off", *([KEEP_PLACE] if can_stay else []))
    served: Served = [(place.round, place) for place in places]
    rest = [key for key in written.rounds if key not in {place.round_id for place in places}]
    site = places[0].site if places else None
    if rest:
        site = site or access.fetch(actor, "fieldwork.observe", Site.objects.select_related("type", "division"), pk=written.site)
        served += [(round, None) for round in _rounds(actor, rest)]
    if site is None or not served:
        raise choices.ask(_("The site was taken off the round."), "visits.taken_off")
    for _round, place in served:
        if place is None or place.purpose != RoundSite.Purpose.RERATE or place.round.state == Round.State.CLOSED:
            continue
        if blind.place_of(actor, place.round, site) is None:
            raise Refusal(_("This site is to be rated again by another team."), "visits.other_team", status=403)
    return site, sorted(served, key=lambda pair: pair[0].pk)


def _rounds(actor: Actor, keys: list[int]) -> list[Round]:
    """Rounds that the actor sees or goes out in. Raises Missing as a conflict to be dropped."""
    member = TeamMember.objects.filter(team__round=OuterRef("pk"), account=actor.account_id)
    seen = access.scoped(actor, "fieldwork.see_rounds", Round).order_by().values("pk")
    found = list(Round.objects.filter(Q(pk__in=seen) | Exists(member), pk__in=keys).order_by("pk"))
    if len(found) < len(keys):
        raise Conflict(_("The round is not there any more, or it is not in your area."), "visits.no_round")
    return found


def _under_way(entry: Incoming, served: Served, choices: Choices) -> tuple[Served, bool]:
    """The rounds that take the visit, and whether it is late. Raises Clash for a closed round."""
    closed = [round for round, _place in served if round.state == Round.State.CLOSED]
    if not closed:
        return served, False
    still = [pair for pair in served if pair[0].state != Round.State.CLOSED]
    day = entry.at.astimezone(clock.LOCAL).date()
    may_be_late = all(round.starts_on <= day <= round.ends_on for round in closed)
    if OPEN_ONLY in choices and still:
        return still, False
    if LATE in choices and may_be_late:
        return served, True
    names = _(", ").join(round.name for round in closed)
    words = _("The round “%(name)s” was closed meanwhile.") % {"name": names}
    if not may_be_late:
        words += " " + _("The visit was not made on a day of the round, so it cannot be added.")
    raise choices.ask(words, "visits.round_closed", *([LATE] if may_be_late else []), *([OPEN_ONLY] if still else []))


def _not_done(actor: Actor, served: Served, choices: Choices) -> None:
    """Raises Clash where the place was finished before."""
    done = [place for _round, place in served if place is not None and place.done_at is not None]
    if not done or KEEP_BOTH in choices:
        return
    last = Visit.objects.filter(round_site__in=done).select_related("account__person").order_by("-at", "-pk").first()
    if last is not None and last.account_id == actor.account_id:
        words = _("You have finished this site before, at %(when)s.")
    elif last is not None and last.account is not None:
        words = _("%(who)s has finished this site, at %(when)s.")
    else:
        words = _("This site was finished at %(when)s.")
    when = done[0].done_at.astimezone(clock.LOCAL) if done[0].done_at else clock.now()
    facts = {"when": f"{when:%m-%d %H:%M}", "who": str(last.account) if last is not None and last.account else ""}
    raise choices.ask(words % facts, "visits.done", KEEP_BOTH)


def _recorded(actor: Actor, site: Site, served: Served) -> set[tuple[int, int | None, int | None]]:
    """(round, criterion, account) of what stands there already, of the same rating: the first team's, or the second's."""
    again = {round.pk: place is not None and place.purpose == RoundSite.Purpose.RERATE for round, place in served}
    rows = Observation.every.filter(site=site, round__in=again)
    found = rows.values_list("round_id", "criterion_id", "account_id", "rerating")
    return {(round_id, criterion, account) for round_id, criterion, account, rerating in found if rerating == again[round_id]}


def _not_recorded(actor: Actor, recorded: set, written: Written, choices: Choices) -> None:
    """Raises Clash where somebody else has recorded one of the same criteria."""
    theirs = {criterion for _round, criterion, account in recorded if account != actor.account_id}
    count = sum(1 for line in written.lines if line.criterion in theirs)
    if count and KEEP_BOTH not in choices:
        words = _("%(count)d of these criteria were recorded here by somebody else meanwhile.") % {"count": count}
        raise choices.ask(words, "visits.done", KEEP_BOTH)


# -- the checklist ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What was asked of one criterion, by the list that counts for this visit."""

    item: int | None
    criterion: int
    grading: str
    severity: int


def _lists(site: Site, served: Served, written: Written, choices: Choices) -> dict[int, list[Asked]]:
    """Edition -> what was asked, by the list as it was when the phone took it along. Raises Clash where it was changed since."""
    editions = {round.edition_id for round, _place in served}
    now = {one.edition: one for one in checklists.read({(site.type_id, edition) for edition in editions})}
    found: dict[int, list[Asked]] = {}
    for edition in sorted(editions):
        current = now.get(edition, Checklist(site.type_id, edition, ()))
        before = None if current.etag in written.checklists else checklists.given(written.checklists, edition, site.type_id)
        if before is None:
            if written.all_conform and current.etag not in written.checklists:
                raise choices.ask(
                    _("The checklist was changed so that it is not known what “all in order” meant."), "visits.list_changed", ANEW
                )
            found[edition] = [Asked(one.item, one.criterion, one.grading, one.severity) for one in current.items]
            continue
        if KEEP_LIST not in choices and _matters(before.items, current, written):
            raise choices.ask(_("The checklist was changed since you took it along."), "visits.list_changed", KEEP_LIST, ANEW)
        found[edition] = [Asked(one["item"], one["criterion"], one["grading"], one["severity"]) for one in before.items]
    return found


def _matters(before: list[dict[str, Any]], current: Checklist, written: Written) -> bool:
    """Whether the change touches what was recorded: anything when all was said to be in order, else the items named."""
    old = {(one["item"], one["criterion"]): one["mark"] for one in before}
    new = {(one.item, one.criterion): one.mark for one in current.items}
    if written.all_conform:
        return old != new
    named = {(line.item, line.criterion) for line in written.lines}
    return any(old.get(key) != new.get(key) for key in named)


def _criteria(written: Written, lists: dict[int, list[Asked]]) -> dict[int, Criterion]:
    """The criteria that are written of, by key. Raises Refusal for one that no list of this site asks for."""
    asked = {one.criterion for items in lists.values() for one in items}
    if any(line.criterion not in asked for line in written.lines):
        raise Refusal(_("The checklist of this site has no such criterion."), "visits.not_asked")
    wanted = asked if written.all_conform else {line.criterion for line in written.lines}
    return Criterion.objects.in_bulk(wanted)


def _findings(
    entry: Incoming, written: Written, asked: list[Asked], criteria: dict[int, Criterion], done: set[int | None]
) -> list[Finding]:
    """What was found of the criteria of one list: the lines as written, then all the others in order where that was said."""
    by_item = {(one.item, one.criterion): one for one in asked}
    by_criterion = {one.criterion: one for one in asked}
    found = []
    for line in written.lines:
        one = by_item.get((line.item, line.criterion)) or by_criterion.get(line.criterion)
        if one is not None and one.criterion in criteria:
            found.append(_finding(entry, line, one, criteria[one.criterion]))
    if written.all_conform:
        named = {line.criterion for line in written.lines}
        rest = dict.fromkeys(one for one in asked if one.criterion not in named and one.criterion not in done)
        seen: set[int] = set()
        for one in rest:
            if one.criterion in criteria and one.criterion not in seen:
                seen.add(one.criterion)
                found.append(Finding(criteria[one.criterion], severity=one.severity, **nothing_wanting(one.grading)))
    return found


GRADED = {"graded": ("grade", "defects"), "pass_fail": ("conform",), "loss": ("loss",)}


def _finding(entry: Incoming, line: Line, asked: Asked, criterion: Criterion) -> Finding:
    """Raises Refusal for a result of another grading than the list asks for."""
    result: dict[str, Any] = {"grade": line.grade, "conform": line.conform, "defects": line.defects, "loss": line.loss}
    fitting = GRADED[asked.grading]
    if not any(result[name] not in (None, "") for name in fitting) or any(
        value not in (None, "") for name, value in result.items() if name not in fitting
    ):
        raise Refusal(
            _("“%(criterion)s” is graded otherwise: open it again and rate it.") % {"criterion": criterion.text[:40]},
            "visits.grading",
        )
    photos: tuple[Photo, ...] = tuple(entry.photos[uid] for uid in line.photos)
    return Finding(criterion, severity=line.severity or asked.severity, note=line.note, photos=photos, **result)


def _tell_where(entry: Incoming, site: Site, written: Written) -> None:
    """A visit that was finished far from its site is mentioned; it counts all the same."""
    if written.lat is None or written.lon is None or site.lat is None or site.lon is None:
        return
    metres = distance(Point(written.lat, written.lon), Point(site.lat, site.lon))
    if metres > FAR:
        entry.notes.append(_("It was finished %(km).1f km from the site.") % {"km": metres / 1000})


# -- a place that cannot be visited -----------------------------------------------------------------------------------


def skip(actor: Actor, entry: Incoming) -> dict[str, Any]:
    """``fieldwork.skip``: the places of a stop cannot be visited, and why."""
    keys, reason = _keys(entry.data, "round_sites"), _text(entry.data.get("reason"), "reason", LONGEST_NOTE)
    if not keys:
        raise _wrong("round_sites")
    there = list(access.scoped(actor, "fieldwork.observe", RoundSite).filter(pk__in=keys).select_related("round").order_by("pk"))
    live = [place for place in there if place.skipped_at is None and place.round.state != Round.State.CLOSED]
    if len(live) < len(keys):
        entry.notes.append(_("The site was taken off a round, or the round is closed: there was nothing to skip in it."))
    skipped = []
    for place in live:
        place.refresh_from_db(fields=["skipped_at"])
        if place.skipped_at is None:  # not skipped together with the one before
            place_actions.skip_place(actor, place_id=place.pk, reason=reason, at=entry.at)
        skipped.append(place.pk)
    return {"skipped": skipped}
