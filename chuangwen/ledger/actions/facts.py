"""Entering facts, correcting them by new ones, adding evidence. Nothing is edited and nothing deleted."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from chuangwen.evidence.models import Photo
from chuangwen.kernel import access, audit, clock, events
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Denied, Refusal
from chuangwen.kernel.identifiers import new_uid, number_in
from chuangwen.ledger import queries, rules
from chuangwen.ledger.errors import Doubles
from chuangwen.ledger.events import FactsEntered
from chuangwen.ledger.models import Fact, FactPhoto, Metric
from chuangwen.ledger.queries import Said
from chuangwen.people.models import Unit
from chuangwen.places.models import Division, Grid, Site

FIRST_DAY = date(2000, 1, 1)
LONGEST = 3700
"""Days that one fact may tell of: ten years."""
MOST_AT_ONCE = 1000
ADD, LEAVE = "add", "leave"
SHOWN = 20


@dataclass(frozen=True)
class NewFact:
    """A fact to be entered. Without ``starts_on`` it is of one day. The same ``uid`` again is the same fact."""

    metric: Metric
    quantity: Decimal
    ends_on: date
    unit: Unit
    division: Division
    starts_on: date | None = None
    out_of: Decimal | None = None
    grid: Grid | None = None
    site: Site | None = None
    operation: str = ""
    source: str = Fact.Source.ENTERED
    source_words: str = ""
    source_url: str = ""
    note: str = ""
    photos: Sequence[int] = ()
    generated: bool = False
    uid: uuid.UUID = field(default_factory=new_uid)

    def said(self) -> Said:
        """What tells whether it is there already."""
        return Said(
            self.metric.pk, rules.amount_of(self.quantity), self.starts_on or self.ends_on, self.ends_on, self.division, self.unit.pk,
            operation_of(self.operation), self.grid.pk if self.grid else None, self.site.pk if self.site else None,
        )  # fmt: skip


def operation_of(text: str) -> str:
    """The name of an operation as it is kept; a dash is none."""
    name = text.strip()[:60]
    return "" if name in ("-", "—", "/", "无") else name


def enter_facts(actor: Actor, *, entries: Sequence[NewFact], decided: Mapping[int, str] | None = None) -> list[Fact]:
    """Enter several facts, all or none; those that are in the ledger already under the same ``uid`` are returned as they are.

    ``decided``: for entries that may be doubles, by their index, what a person said: "add", "leave", or "correct:12" for the fact with that
    key. Raises Doubles where one is undecided, Denied, Refusal (``fields`` name ``quantity``, ``day`` …).
    """
    access.require(actor, "ledger.enter")
    if len(entries) > MOST_AT_ONCE:
        raise Refusal(_("At most %(count)d facts at once.") % {"count": MOST_AT_ONCE}, "ledger.too_many")
    for unit, division in {(one.unit.pk, one.division.pk): (one.unit, one.division) for one in entries}.values():
        check_place(actor, "ledger.enter", unit, division)
    for entry in entries:
        check_entry(entry)
    with transaction.atomic():
        # Whoever enters the same metric waits here, so that of two at once the second sees the first.
        list(Metric.objects.select_for_update().filter(pk__in={one.metric.pk for one in entries}).order_by("pk"))
        there = {fact.uid: fact for fact in Fact.objects.filter(uid__in=[one.uid for one in entries])}
        fresh = [(index, one) for index, one in enumerate(entries) if one.uid not in there]
        decisions = _decisions(actor, [one for _index, one in fresh], [index for index, _one in fresh], decided or {})
        made = _store(actor, [one for index, one in fresh if decisions.get(index, ADD) == ADD])
        for index, one in fresh:
            word = decisions.get(index, ADD)
            if word.startswith("correct:"):
                old = access.fetch(actor, "ledger.correct", Fact, lock=True, pk=_number(word), counts=True)
                made.append(_correct(actor, old, one.quantity, one.out_of, _("entered anew"), photos=one.photos, uid=one.uid))
        if made:
            events.say(FactsEntered(tuple(fact.pk for fact in made)))
            audit.record(
                actor,
                "ledger.enter",
                made[0] if len(made) == 1 else None,
                title=str(made[0]) if len(made) == 1 else _("%(count)d facts") % {"count": len(made)},
                after={"count": len(made), "facts": [told(fact) for fact in made[:SHOWN]], "ids": [fact.pk for fact in made]},
            )
    return [there[one.uid] for one in entries if one.uid in there] + made


def import_facts(actor: Actor, *, new: Sequence[NewFact], right: Sequence[tuple[Fact, NewFact]] = ()) -> dict[str, int]:
    """What a sheet was planned to do (``reading``), inside the transaction of the import, which also writes the trail. Raises Conflict where a
    fact was corrected meanwhile."""
    access.require(actor, "ledger.import")
    with transaction.atomic():
        made = _store(actor, new)
        for old, entry in right:
            locked = Fact.objects.select_for_update(of=("self",)).select_related("metric").get(pk=old.pk)
            made.append(
                _correct(
                    actor,
                    locked,
                    entry.quantity,
                    entry.out_of,
                    _("corrected by a sheet: %(words)s") % {"words": entry.source_words},
                )
            )
        if made:
            events.say(FactsEntered(tuple(fact.pk for fact in made)))
    return {"entered": len(new), "corrected": len(right)}


def _number(word: str) -> int:
    return number_in(word.partition(":")[2]) or 0


def _decisions(actor: Actor, entries: Sequence[NewFact], indexes: Sequence[int], decided: Mapping[int, str]) -> dict[int, str]:
    """What is to be done with each entry about which somebody was or has to be asked. Raises Doubles, Refusal."""
    found = queries.doubles([one.said() for one in entries])
    open_ones: dict[int, list[Fact]] = {}
    made: dict[int, str] = {}
    for position, index in enumerate(indexes):
        known, word = found.get(position, []), decided.get(index, "")
        if word in (ADD, LEAVE) or word in {f"correct:{fact.pk}" for fact in known}:
            made[index] = word
        elif word:
            raise Refusal(_("This decision does not fit what is in the ledger now. Look again."), "ledger.decision")
        elif known:
            open_ones[index] = known
    if open_ones:
        keys = [fact.pk for facts in open_ones.values() for fact in facts]
        mine = set(access.scoped(actor, "ledger.correct", Fact).filter(pk__in=keys).values_list("pk", flat=True))
        for facts in open_ones.values():
            for fact in facts:
                fact.is_mine = fact.pk in mine  # type: ignore[attr-defined]  # carried by the row for the page
        raise Doubles(open_ones)
    return made


def check_place(actor: Actor, verb: str, unit: Unit, division: Division) -> None:
    """Whether the actor may record of this unit at this place. Raises Denied, Refusal."""
    access.require(actor, verb, division=unit.division, unit=unit)
    scopes = {grant.scope for grant in actor.scopes(verb)}
    if scopes == {access.OWN} and unit.pk not in actor.unit_ids:
        raise Denied(_("Your post records for its own unit alone."))
    if unit.division is not None and not division.path.startswith(unit.division.path):
        raise Refusal(
            _("“%(place)s” lies outside the area of “%(unit)s”.") % {"place": division, "unit": unit},
            "ledger.place",
            field="division",
        )


def check_entry(entry: NewFact, *, today: date | None = None) -> None:
    """Whether days, quantity and place are such as can be. Raises Refusal."""
    first, last, today = entry.starts_on or entry.ends_on, entry.ends_on, today or clock.today()
    if first > last:
        raise Refusal(_("The first day lies after the last."), "ledger.days", field="starts_on")
    if last > today:
        raise Refusal(_("The day lies in the future."), "ledger.future", field="day")
    if first < FIRST_DAY or (last - first).days > LONGEST:
        raise Refusal(_("The days lie too far back or too far apart."), "ledger.days", field="day")
    check_quantity(entry.metric, entry.quantity, entry.out_of)
    if not entry.metric.active:
        raise Refusal(_("“%(metric)s” is no longer in use.") % {"metric": entry.metric}, "ledger.metric", field="metric")
    if entry.site is not None and entry.site.division_id is not None and entry.site.division_id != entry.division.pk:
        inside = Division.objects.filter(pk=entry.site.division_id, path__startswith=entry.division.path)
        if not inside.exists():
            raise Refusal(_("The site lies in another place."), "ledger.place", field="site")


def check_quantity(metric: Metric, quantity: Decimal, out_of: Decimal | None) -> None:
    """Raises Refusal with the sentence that belongs to the field."""
    words = {
        "not_a_number": _("This is no number."),
        "negative": _("A quantity is not negative. To take back what is wrong, correct it."),
        "too_large": _("The quantity is too large."),
        "too_fine": _("At most four places after the point are kept."),
    }
    for name, value in (("quantity", quantity), ("out_of", out_of)):
        if value is None:
            continue
        try:
            rules.amount_of(value)
        except rules.NoQuantity as problem:
            raise Refusal(words[problem.code], "ledger.quantity", field=name) from problem
    if metric.is_share:
        if out_of is None or out_of == 0:
            raise Refusal(_("A share needs the whole: of how many."), "ledger.out_of", field="out_of")
        if quantity > out_of:
            raise Refusal(_("The part is larger than the whole."), "ledger.out_of", field="quantity")
    elif out_of is not None:
        raise Refusal(_("Only shares have a whole."), "ledger.out_of", field="out_of")


def _row(actor: Actor, entry: NewFact) -> Fact:
    return Fact(
        uid=entry.uid,
        metric=entry.metric,
        amount=rules.amount_of(entry.quantity),
        base=rules.amount_of(entry.out_of) if entry.out_of is not None else None,
        starts_on=entry.starts_on or entry.ends_on,
        ends_on=entry.ends_on,
        division=entry.division,
        grid=entry.grid,
        site=entry.site,
        unit=entry.unit,
        operation=operation_of(entry.operation),
        source=entry.source,
        source_words=entry.source_words.strip()[:200],
        source_url=entry.source_url.strip()[:300],
        note=entry.note.strip()[:300],
        generated=entry.generated,
        entered_at=clock.now(),
        entered_by_id=actor.account_id,
    )


def _store(actor: Actor, entries: Sequence[NewFact]) -> list[Fact]:
    made = Fact.objects.bulk_create([_row(actor, one) for one in entries], batch_size=500)
    links = [(fact, pk) for fact, one in zip(made, entries, strict=True) for pk in dict.fromkeys(one.photos)]
    _attach(actor, links)
    return made


def _attach(actor: Actor, links: Sequence[tuple[Fact, int]]) -> None:
    """Link photos as evidence: the actor's own, or such as are evidence in the ledger already. Raises Refusal."""
    if not links:
        return
    keys = {pk for _fact, pk in links}
    usable = set(Photo.objects.filter(pk__in=keys).filter(_usable(actor)).values_list("pk", flat=True))
    if usable != keys:
        raise Refusal(_("One of the photos is not there, or somebody else brought it."), "ledger.photo", field="photos")
    FactPhoto.objects.bulk_create([FactPhoto(fact=fact, photo_id=pk) for fact, pk in links], ignore_conflicts=True)


def _usable(actor: Actor) -> Q:
    return Q() if actor.is_system else Q(uploaded_by=actor.account_id)


def correct_fact(
    actor: Actor,
    *,
    fact_id: int,
    quantity: Decimal,
    reason: str,
    out_of: Decimal | None = None,
    note: str | None = None,
    photos: Iterable[int] = (),
    uid: uuid.UUID | None = None,
    operation: str | None = None,
) -> Fact:
    """Put a quantity right, or say to which ``operation`` it belongs (None: as it was): a new fact that names the old one, which counts no
    longer. Raises Conflict where it was corrected meanwhile."""
    with transaction.atomic():
        old = access.fetch(actor, "ledger.correct", Fact.objects.select_related("metric"), lock=True, pk=fact_id)
        if uid is not None and (there := Fact.objects.filter(uid=uid, corrects=old).first()) is not None:
            return there
        made = _correct(actor, old, quantity, out_of, reason, note=note, photos=tuple(photos), uid=uid, operation=operation)
        events.say(FactsEntered((made.pk,)))
        audit.record(actor, "ledger.correct", made, before=told(old), after=told(made), note=made.reason)
    return made


def withdraw_fact(actor: Actor, *, fact_id: int, reason: str) -> Fact:
    """Take a fact back: a correction that counts nothing; the chain shows both. Raises Conflict."""
    with transaction.atomic():
        old = access.fetch(actor, "ledger.correct", Fact.objects.select_related("metric"), lock=True, pk=fact_id)
        made = _correct(actor, old, old.quantity, old.out_of, reason, void=True)
        events.say(FactsEntered((made.pk,)))
        audit.record(actor, "ledger.correct", made, before=told(old), after={"taken_back": True}, note=made.reason)
    return made


def _correct(
    actor: Actor,
    old: Fact,
    quantity: Decimal,
    out_of: Decimal | None,
    reason: str,
    *,
    note: str | None = None,
    photos: Sequence[int] = (),
    uid: uuid.UUID | None = None,
    void: bool = False,
    operation: str | None = None,
) -> Fact:
    if not old.counts:
        raise Conflict(_("This fact was corrected meanwhile. Open the newest of its chain."), "ledger.corrected")
    if not reason.strip():
        raise Refusal(_("Say why it is corrected."), "ledger.reason", field="reason")
    check_quantity(old.metric, quantity, out_of)
    made = Fact(
        uid=uid or new_uid(), metric=old.metric, amount=rules.amount_of(quantity),
        base=rules.amount_of(out_of) if out_of is not None else None, starts_on=old.starts_on, ends_on=old.ends_on,
        division_id=old.division_id, grid_id=old.grid_id, site_id=old.site_id, unit_id=old.unit_id,
        operation=old.operation if operation is None else operation_of(operation), source=old.source, source_words=old.source_words,
        source_url=old.source_url, note=old.note if note is None else note.strip()[:300],
        corrects=old, origin_id=old.origin_id or old.pk, reason=reason.strip()[:200], void=void, counts=not void, generated=old.generated,
        entered_at=clock.now(), entered_by_id=actor.account_id,
    )  # fmt: skip
    # The one mark that moves on along a chain; what the old fact says stays as it was written.
    Fact.objects.filter(pk=old.pk).update(counts=False)
    old.counts = False
    made.save()
    # What showed the work shows it still; only the number was wrong.
    kept = () if void else FactPhoto.objects.filter(fact=old).order_by("pk").values_list("photo_id", flat=True)
    FactPhoto.objects.bulk_create([FactPhoto(fact=made, photo_id=pk) for pk in kept])
    _attach(actor, [(made, pk) for pk in dict.fromkeys(photos)])
    return made


def add_photos(actor: Actor, *, fact_id: int, photos: Sequence[int]) -> Fact:
    """Add evidence to a fact; what it says stays."""
    with transaction.atomic():
        fact = access.fetch(actor, "ledger.enter", Fact.objects.select_related("metric"), lock=True, pk=fact_id)
        if not photos:
            raise Refusal(_("Choose at least one photo."), "ledger.photo", field="photos")
        _attach(actor, [(fact, pk) for pk in photos])
        audit.record(actor, "ledger.enter", fact, after={"photos": sorted(photos)})
    return fact


def told(fact: Fact) -> dict[str, Any]:
    """A fact for the trail."""
    days = f"{fact.starts_on}" if fact.starts_on == fact.ends_on else f"{fact.starts_on}..{fact.ends_on}"
    return {"metric": fact.metric.code, "quantity": fact.told, "days": days, "division": fact.division_id, "unit": fact.unit_id}
