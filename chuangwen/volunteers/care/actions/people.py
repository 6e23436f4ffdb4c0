"""Cared people are written down with their consent, changed, away for a while, and no longer looked after; their rhythm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.duties.rhythm import recurring
from chuangwen.duties.rhythm import rules as rhythm
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.lives import needed, one_of
from chuangwen.people.models import Unit
from chuangwen.places.models import Division
from chuangwen.volunteers.care import laying, rules
from chuangwen.volunteers.care.access import MANAGE
from chuangwen.volunteers.care.actions.base import LEADING, LIFE, plain_words, refuse, take
from chuangwen.volunteers.care.models import CaredPerson, CareDue, CareEvent, CareHelper, CarePlan, CareRhythm, Contact
from chuangwen.volunteers.care.states import Step
from chuangwen.volunteers.corps.models import Team

FACTS = (
    "name", "phone", "kind", "division", "unit", "address", "lat", "lon", "birth_month", "birth_day", "birth_year", "family_name",
    "family_relation", "family_phone", "family_consented_on", "notes", "consented_on", "consent",
)  # fmt: skip
USUAL = (
    (Contact.CALL, rhythm.DAYS, "FREQ=DAILY", 1, rhythm.STAY),
    (Contact.VISIT, rhythm.PERIODS, "FREQ=WEEKLY;BYDAY=MO", 1, rhythm.STAY),
    (Contact.EVENT, rhythm.PERIODS, "FREQ=MONTHLY;BYMONTHDAY=1", 1, rhythm.STAY),
)
"""A call a day, a visit a week, an event a month; the birthday comes from the person. DOMAIN.md R32."""


def sound(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a person as they are stored. Raises Refusal with the field."""
    today = clock.today()
    given = {"lat": None, "lon": None, "birth_month": None, "birth_day": None, "birth_year": None, "family_consented_on": None} | dict(facts)
    found = {name: given.get(name, "") for name in FACTS}
    found["name"] = needed(found["name"], "name", _("Give the name."), limit=40)
    found["phone"] = needed(found["phone"], "phone", _("Give a telephone number: it is what the care begins with."), limit=20)
    found["kind"] = one_of(found["kind"] or CaredPerson.Kind.ALONE, CaredPerson.Kind, "kind")
    found["consent"] = one_of(found["consent"], CaredPerson.Consent, "consent")
    for name, limit in (("address", 120), ("notes", 200), ("family_relation", 20), ("family_name", 40), ("family_phone", 20)):
        found[name] = plain_words(found[name] or "", name, limit)
    if not found["consented_on"] or found["consented_on"] > today:
        raise refuse(_("Say on which day the person agreed to be looked after; without that nothing is kept."), "consent", "consented_on")
    if not rules.sound_birthday(found["birth_month"], found["birth_day"], found["birth_year"], today):
        raise refuse(_("A birthday is a month and a day, such as 3 and 5; the year may be left out."), "birthday", "birth_day")
    if (found["family_name"] or found["family_phone"]) and not found["family_consented_on"]:
        raise refuse(_("A relative is kept only when they agreed themselves: give the day."), "family_consent", "family_consented_on")
    if found["family_consented_on"] and found["family_consented_on"] > today:
        raise refuse(_("This day lies in the future."), "family_consent", "family_consented_on")
    if (found["lat"] is None) != (found["lon"] is None) or (found["lat"] is not None and not (
            -90 <= found["lat"] <= 90 and -180 <= found["lon"] <= 180)):  # fmt: skip
        raise refuse(_("This is no place on the globe."), "place", "lat")
    return found


def make_cared_person(
    actor: Actor, *, name: str, phone: str, division: Division, unit: Unit, consented_on: date, consent: str, team: Team | None = None,
    starts_on: date | None = None, generated: bool = False, **facts: Any,
) -> CaredPerson:  # fmt: skip
    """Write somebody down who agreed to it, with the usual rhythm. ``facts``: the rest of FACTS. Raises Denied, Refusal."""
    access.require(actor, MANAGE, division=division, unit=unit)
    found = sound({
        "name": name, "phone": phone, "division": division, "unit": unit, "consented_on": consented_on, "consent": consent, **facts,
    })  # fmt: skip
    with transaction.atomic():
        person = _made(actor, found, team, starts_on or clock.today(), generated)
        plan = CarePlan.objects.select_for_update(of=("self",)).select_related("person__division").get(person=person)
        laying.lay_out([plan])
        audit.record(actor, MANAGE, person, after={"division": division.code, "kind": person.kind, "consent": person.consent, "plan": plan.pk})
    return person


def _made(actor: Actor, facts: dict[str, Any], team: Team | None, starts_on: date, generated: bool) -> CaredPerson:
    division = facts["division"]
    list(Division.objects.select_for_update().filter(pk=division.pk))
    if CaredPerson.objects.filter(division=division, name=facts["name"], phone=facts["phone"], ended_on__isnull=True).exists():
        raise refuse(_("This person is looked after already."), "cared_twice", "name")
    person = CaredPerson.objects.create(**facts, made_at=clock.now(), consent_taken_by_id=actor.account_id, generated=generated)
    plan = CarePlan.objects.create(person=person, team=team, starts_on=starts_on)
    rhythms = [CareRhythm(plan=plan, kind=k, span=s, rule=r, times=t, on_day_off=o) for k, s, r, t, o in USUAL]
    if person.birth_month and person.birth_day:
        rhythms.append(_birthday(plan, person))
    CareRhythm.objects.bulk_create(rhythms)
    CareEvent.objects.create(plan=plan, step=Step.MAKE.value, at=clock.now(), account_id=actor.account_id, words=str(person.get_kind_display()))
    return person


def _birthday(plan: CarePlan, person: CaredPerson) -> CareRhythm:
    assert person.birth_month is not None and person.birth_day is not None
    return CareRhythm(plan=plan, kind=Contact.BIRTHDAY, span=rhythm.DAYS, rule=rules.birthday_rule(person.birth_month, person.birth_day))


def edit_cared_person(actor: Actor, *, person_id: int, expected: int | None = None, team: Team | None = None, **facts: Any) -> CaredPerson:
    """Change what is kept of somebody. What is not given stays. Raises Denied, Missing, NotNow, Conflict, Refusal."""
    with transaction.atomic():
        plan, _verb = take(actor, Step.EDIT, person_id, expected=expected)
        person = plan.person
        found = sound({name: getattr(person, name) for name in FACTS} | facts)
        access.require(actor, MANAGE, division=found["division"], unit=found["unit"])
        changed = [name for name in FACTS if getattr(person, name) != found[name]]
        alike = CaredPerson.objects.filter(division=found["division"], name=found["name"], phone=found["phone"], ended_on__isnull=True)
        if alike.exclude(pk=person.pk).exists():
            raise refuse(_("This person is looked after already."), "cared_twice", "name")
        for name in changed:
            setattr(person, name, found[name])
        person.save(update_fields=changed or None)
        if {"birth_month", "birth_day"} & set(changed):
            plan.rhythms.filter(kind=Contact.BIRTHDAY).delete()
            if person.birth_month:
                _birthday(plan, person).save()
            laying.lay_out([plan])
        LIFE.write(actor, Step.EDIT, plan, lambda: _("What is kept was changed"), {"team": team or plan.team}, told={"changed": changed})
    return person


def save_care_rhythm(
    actor: Actor, *, person_id: int, rhythms: Sequence[Mapping[str, Any]], calls_count: bool | None = None, expected: int | None = None
) -> CarePlan:
    """How often somebody is called and visited: rows of kind, span, rule, times, on_day_off; a kind that is not there is not owed. What has
    begun stays as it was owed. The birthday comes from the person. Raises Denied, Missing, NotNow, Conflict, Refusal."""
    with transaction.atomic():
        plan, _verb = take(actor, Step.RHYTHM, person_id, expected=expected)
        rows = [_rhythm(plan, given) for given in rhythms]
        if len({row.kind for row in rows}) != len(rows):
            raise refuse(_("Each kind has one rhythm."), "rhythm", "rhythms")
        plan.rhythms.exclude(kind=Contact.BIRTHDAY).delete()
        CareRhythm.objects.bulk_create(rows)
        if calls_count is not None:
            plan.calls_count = calls_count
        laying.lay_out([plan])
        told = [str(row) for row in rows]
        LIFE.write(
            actor, Step.RHYTHM, plan, lambda: _("Rhythm: %(words)s") % {
                "words": "；".join(f"{row.get_kind_display()} {row}" for row in rows) or "—"},
            {"calls_count": plan.calls_count}, told={"rhythms": told},
        )  # fmt: skip
    return plan


def _rhythm(plan: CarePlan, given: Mapping[str, Any]) -> CareRhythm:
    kind = one_of(given.get("kind", ""), Contact, "rhythms")
    if kind == Contact.BIRTHDAY:
        raise refuse(_("The birthday comes from the person."), "rhythm", "rhythms")
    try:
        rule = recurring.read(given.get("rule", ""))
    except recurring.WrongRule as wrong:
        raise refuse(_("This rule cannot be read: %(part)s") % {"part": wrong.part}, "rhythm", "rhythms") from None
    span, times, off = given.get("span", rhythm.DAYS), given.get("times", 1), given.get("on_day_off", rhythm.STAY)
    if span not in (rhythm.DAYS, rhythm.PERIODS) or off not in (rhythm.STAY, rhythm.SKIP, rhythm.BEFORE, rhythm.AFTER) or not 1 <= times <= 7:
        raise refuse(_("From 1 to 7 times."), "rhythm", "rhythms")
    return CareRhythm(plan=plan, kind=kind, span=span, rule=rule.text, times=times, on_day_off=off)


def go_away(actor: Actor, *, person_id: int, reason: str, until: date | None = None) -> CarePlan:
    """Nothing is owed while somebody is away; what lies in these days is excused with the reason. Raises Denied, Missing, NotNow, Refusal."""
    with transaction.atomic():
        plan, verb = take(actor, Step.GO_AWAY, person_id, LEADING)
        today = clock.today()
        if until is not None and until < today:
            raise refuse(_("This day has passed."), "away", "until")
        words = plain_words(needed(reason, "reason", _("Say why."), limit=200), "reason")
        plan.away_until, plan.reason = until, words
        rows = plan.dues.select_for_update().filter(last__gte=today, state=CareDue.State.OPEN)
        if until is not None:
            rows = rows.filter(first__lte=until)
        rows.update(excused=words, state=CareDue.State.EXCUSED)
        laying.close_silence(actor, plan, words)
        LIFE.write(
            actor, Step.GO_AWAY, plan, lambda: _("Away: %(reason)s") % {"reason": words}, {"away_until": until, "reason": words},
            told={"until": until}, verb=verb,
        )  # fmt: skip
    return plan


def come_back(actor: Actor, *, person_id: int) -> CarePlan:
    """Somebody is back: what lies ahead is owed again from today. Raises Denied, Missing, NotNow."""
    with transaction.atomic():
        plan, verb = take(actor, Step.COME_BACK, person_id, LEADING)
        return _back(actor, plan, verb)


def _back(actor: Actor, plan: CarePlan, verb: str = MANAGE) -> CarePlan:
    rows = plan.dues.select_for_update().filter(last__gte=clock.today(), state=CareDue.State.EXCUSED, excused=plan.reason)
    rows.update(excused="", state=CareDue.State.OPEN)
    LIFE.write(actor, Step.COME_BACK, plan, lambda: _("Back again"), {"away_until": None, "reason": ""}, verb=verb)
    return plan


def bring_back(actor: Actor, today: date) -> int:
    """Those whose time away has ended are looked after again. How many. The clock's own work."""
    keys = list(CarePlan.objects.filter(state=CarePlan.State.AWAY, away_until__lt=today).order_by("pk").values_list("person", flat=True))
    for key in keys:
        with transaction.atomic():
            plan, _verb = take(actor, Step.COME_BACK, key)
            _back(actor, plan)
    return len(keys)


def end_care(actor: Actor, *, person_id: int, reason: str) -> CarePlan:
    """Somebody is no longer looked after (moved, withdrew the consent, died). Nobody sees the person through a pair any more, nothing is
    owed, and what was kept is deleted after the days that the area set. Raises Denied, Missing, NotNow, Refusal."""
    with transaction.atomic():
        plan, verb = take(actor, Step.END, person_id)
        words = plain_words(needed(reason, "reason", _("Say why."), limit=200), "reason")
        today = clock.today()
        CareHelper.objects.filter(person=plan.person).delete()
        plan.dues.filter(last__gte=today, state=CareDue.State.OPEN).delete()
        CaredPerson.objects.filter(pk=plan.person_id).update(ended_on=today)
        laying.close_silence(actor, plan, words)
        changes = {"reason": words, "away_until": None}
        LIFE.write(actor, Step.END, plan, lambda: _("Ended: %(reason)s") % {"reason": words}, changes, verb=verb)
    return plan


def bring_cared_people(actor: Actor, *, rows: Sequence[Mapping[str, Any]]) -> int:
    """Write down or change what a sheet says: ``person`` (None: new) and ``facts``. How many. Raises Denied, Refusal (nothing is kept then)."""
    access.require(actor, MANAGE)
    with transaction.atomic():
        for row in rows:
            person, facts = row["person"], dict(row["facts"])
            if person is None:
                make_cared_person(actor, **facts)
            else:
                edit_cared_person(actor, person_id=person.pk, **facts)
    return len(rows)
