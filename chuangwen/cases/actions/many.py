"""The same for many cases at once: bulk dispatch, and the losses of a round turned into cases.

A number of rows costs a number of queries that does not grow with it; each case has its events, the trail has one entry for the whole.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from chuangwen.cases import rules
from chuangwen.cases.actions.assigning import Choice, book_for, check_units, problem_of, resolved
from chuangwen.cases.actions.base import WITH, check, event_of, word
from chuangwen.cases.actions.coming_back import link_many
from chuangwen.cases.actions.dispatching import dispatched, parties_of
from chuangwen.cases.errors import Incomplete
from chuangwen.cases.events import CaseMoved
from chuangwen.cases.models import Case, CaseEvent, CaseParty, CasePhoto, Source, State, Verb
from chuangwen.fieldwork.models import Observation, ObservationPhoto, Round
from chuangwen.kernel import access, audit, clock, events
from chuangwen.kernel.access import DIVISION, Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.people.models import Unit
from chuangwen.places.models import Division

BATCH = 500
LARGEST = 5_000
SENT = (
    "lead_unit", "handling_unit", "assigned_reason", "dispatched_at", "filed_at", "signed_at", "submitted_at", "submitted_by",
    "extension_asked", "extension_reason", "deferred_until", "deferred_reason", "deferred_plan", "limit_amount", "limit_unit", "clock_at",
    "pauses", "paused_at", "extension_days", "half_at", "due_at", "supervise_at", "urgency", "next_at", "state", "version",
)  # fmt: skip


@dataclass
class Told:
    """A line of the answer: which case, to whom, why."""

    case_id: int
    number: str
    unit: str
    reason: str


@dataclass
class Outcome:
    """What became of many: sent to their units; without an owner (screened now, to be chosen by hand); refused, with the sentence why;
    already there before."""

    dispatched: list[Told] = field(default_factory=list)
    ownerless: list[Told] = field(default_factory=list)
    refused: list[Told] = field(default_factory=list)
    already: int = 0
    created: int = 0


def bulk_dispatch(actor: Actor, *, ids: Iterable[int], note: str = "") -> Outcome:
    """Send each case to the unit that answers for it by the rules, with its reason. What nobody answers for is reported back and stands
    among the ownerless; what cannot be dispatched now is reported with the sentence why. Nothing else is disturbed by either. At most 5,000
    at once."""
    access.require(actor, word(Verb.DISPATCH))
    keys = list(dict.fromkeys(ids))
    if len(keys) > LARGEST:
        raise Incomplete(_("At most %(count)d cases at once.") % {"count": LARGEST}, "cases.too_many")
    outcome = Outcome()
    with transaction.atomic():
        for start in range(0, len(keys), BATCH):
            _dispatch_batch(actor, keys[start : start + BATCH], note, outcome)
        if outcome.dispatched or outcome.ownerless:
            audit.record(
                actor,
                word(Verb.DISPATCH),
                title=_("%(count)d cases") % {"count": len(outcome.dispatched) + len(outcome.ownerless)},
                after={
                    "dispatched": [told.number for told in outcome.dispatched],
                    "ownerless": [told.number for told in outcome.ownerless],
                },
                note=note,
            )
    return outcome


def _dispatch_batch(actor: Actor, keys: Sequence[int], note: str, outcome: Outcome) -> None:
    found = access.scoped(actor, word(Verb.DISPATCH), Case.objects.select_related(*WITH, "site")).filter(pk__in=keys)
    cases = list(found.select_for_update(of=("self",)).order_by("pk"))
    known = {case.pk for case in cases}
    missing = str(_("There is no such record, or it is not in your area."))
    outcome.refused += [Told(key, "", "", missing) for key in keys if key not in known]
    ready = []
    for case in cases:
        try:
            check(actor, Verb.DISPATCH, case)
            ready.append(case)
        except Refusal as refusal:
            outcome.refused.append(Told(case.pk, case.number or "", "", str(refusal)))
    if ready:
        book = book_for(ready)
        send_many(actor, ready, resolved({case.pk: book.answer(problem_of(case)) for case in ready}), outcome, note=note)


def send_many(actor: Actor, cases: Sequence[Case], choices: dict[int, Choice], outcome: Outcome, *, note: str = "") -> None:
    """Dispatch locked cases, each by its choice; those without a lead are screened. A handful of queries for any number."""
    now = clock.now()
    sent: list[tuple[Case, str]] = []
    parties: list[CaseParty] = []
    told: list[CaseEvent] = []
    for case in cases:
        choice, before = choices[case.pk], case.state
        if choice.lead is not None:
            try:
                choice.assists = check_units(actor, word(Verb.DISPATCH), case, choice.lead, choice.assists)
            except Refusal as refusal:
                choice = Choice(None, [], str(refusal))
        if choice.lead is None:
            verb, case.state = Verb.SCREEN, State.SCREENED
            case.lead_unit, case.assigned_reason = None, choice.reason[:200]
            outcome.ownerless.append(Told(case.pk, case.number or "", "", choice.reason))
        else:
            verb = Verb.DISPATCH
            for name, value in dispatched(case, choice, None, now).items():
                setattr(case, name, value)
            case.state = State.DISPATCHED
            parties += parties_of(case, choice)
            outcome.dispatched.append(Told(case.pk, case.number or "", str(choice.lead), choice.reason))
        case.version += 1
        due = {"due_at": case.due_at.isoformat()} if case.due_at else {}
        if before != State.SCREENED or verb is Verb.DISPATCH:
            told.append(event_of(actor, verb, case, before, note=note, data=choice.data() | due, now=now))
        sent.append((case, before))
    Case.objects.bulk_update(cases, SENT, batch_size=100)
    CaseParty.objects.filter(case__in=[case.pk for case in cases]).delete()
    CaseParty.objects.bulk_create(parties, batch_size=BATCH)
    CaseEvent.objects.bulk_create(told, batch_size=BATCH)
    for case, before in sent:
        events.say(
            CaseMoved(case.pk, Verb.DISPATCH.value if case.state == State.DISPATCHED else Verb.SCREEN.value, before, case.state)
        )


SOURCES = {Round.Kind.UNANNOUNCED: Source.UNANNOUNCED, Round.Kind.MOCK: Source.MOCK}


def losses_of(round: Round):
    """The observations of a round that say that something is wrong, with what a case needs of them."""
    wrong = Q(loss__gt=0) | Q(grade__in=("B", "C", "D")) | Q(conform=False) | Q(defects__gt=0)
    return Observation.objects.filter(wrong, round=round)


def cases_from_round(actor: Actor, *, round: Round, dispatch: bool = True) -> Outcome:
    """Turn every loss of a round into a case, each for the right department: the departments that the observation names (the first leads,
    the rest assist), else the rules of responsibility; what nobody answers for is screened and stands among the ownerless.

    With ``dispatch`` the clocks begin at once, else the cases stand screened with their unit noted. Done again, it makes only what is new.
    """
    access.require(actor, "cases.from_round", division=round.division)
    if dispatch:
        access.require(actor, word(Verb.DISPATCH), division=round.division)
    outcome = Outcome()
    with transaction.atomic():
        Round.objects.select_for_update().get(pk=round.pk)
        wrong = losses_of(round).order_by("pk")
        outcome.already = wrong.filter(case__isnull=False).count()
        fresh = wrong.filter(case__isnull=True).select_related("site", "site__division", "criterion", "area")
        home = _home(actor, round)
        keys = list(fresh.values_list("pk", flat=True))
        for start in range(0, len(keys), BATCH):
            _make_batch(actor, round, list(fresh.filter(pk__in=keys[start : start + BATCH])), home, dispatch, outcome)
        if outcome.created:
            audit.record(actor, "cases.from_round", round, after={
                "created": outcome.created, "dispatched": len(outcome.dispatched), "ownerless": [told.number for told in outcome.ownerless],
            })  # fmt: skip
    return outcome


def _home(actor: Actor, round: Round) -> Division | None:
    """The place of a loss that names none: the round's, else the area of whoever makes the cases."""
    if round.division is not None:
        return round.division
    paths = sorted({grant.division_path for grant in actor.scopes("cases.from_round") if grant.scope == DIVISION}, key=len)
    return Division.objects.filter(path=paths[0]).first() if paths else None


def _make_batch(
    actor: Actor, round: Round, observations: Sequence[Observation], home: Division | None, dispatch: bool, outcome: Outcome
) -> None:
    now = clock.now()
    named: dict[int, list[Unit]] = {}
    links = (
        Observation.departments.through.objects.filter(observation__in=observations)
        .select_related("unit__division")
        .order_by("pk")
    )
    for link in links:
        named.setdefault(link.observation_id, []).append(link.unit)
    cases = [_case_of(actor, round, observation, home, now) for observation in observations]
    came_back = link_many(cases, now)
    Case.objects.bulk_create(cases, batch_size=BATCH)
    for case in cases:
        case.number = rules.case_number(now.astimezone(clock.LOCAL).date(), case.pk)
    Case.objects.bulk_update(cases, ["number"], batch_size=BATCH)
    outcome.created += len(cases)

    book = book_for(cases)
    by_rule = resolved({case.pk: book.answer(problem_of(case)) for case in cases if case.observation_id not in named})
    choices = {
        case.pk: by_rule.get(case.pk) or by_departments(named[case.observation_id])
        for case in cases
        if case.observation_id is not None
    }
    made = [
        event_of(
            actor, Verb.REPORT, case, "", now=now,
            data={"round": round.name, "observation": case.observation_id}
            | ({"rebound_of": came_back[place].number} if place in came_back else {}),
        )
        for place, case in enumerate(cases)
    ]  # fmt: skip
    for event in made:
        event.after = State.REPORTED
    CaseEvent.objects.bulk_create(made, batch_size=BATCH)
    _photos(cases, made)
    for case in cases:
        events.say(CaseMoved(case.pk, Verb.REPORT.value, "", State.REPORTED))
    if dispatch:
        send_many(actor, cases, choices, outcome)
    else:
        _note_owners(actor, cases, choices, outcome)


def by_departments(units: list[Unit]) -> Choice:
    names = "、".join(str(unit) for unit in units)
    return Choice(units[0], units[1:], f"测评记录中的责任单位：{names}")


def _case_of(actor: Actor, round: Round, observation: Observation, home: Division | None, now) -> Case:
    site, criterion = observation.site, observation.criterion
    note = rules.loss_note(
        note=observation.note,
        criterion=criterion.text if criterion else "",
        grade=observation.grade,
        defects=observation.defects,
        loss=observation.loss,
    )
    case = Case(
        source=SOURCES.get(Round.Kind(round.kind), Source.ROUND), description=note, site=site, criterion=criterion, round=round,
        observation=observation, division=(site.division if site else None) or observation.area or home, grid_id=site.grid_id if site else
        None, address=site.address if site else "", severity=observation.severity, reported_by_id=actor.account_id, reported_at=now,
        kind_id=criterion.kind_id if criterion else None, family_id=criterion.family_id if criterion else None, generated=round.generated,
    )  # fmt: skip
    if site is not None:
        case.given_lat, case.given_lon, case.datum, case.lat, case.lon = (
            site.given_lat,
            site.given_lon,
            site.datum,
            site.lat,
            site.lon,
        )
    return case


def _photos(cases: Sequence[Case], made: Sequence[CaseEvent]) -> None:
    """The photos of an observation show its case before."""
    by_observation = {case.observation_id: (case, event) for case, event in zip(cases, made, strict=True)}
    links = ObservationPhoto.objects.filter(observation__in=list(by_observation)).values_list("observation_id", "photo_id")
    CasePhoto.objects.bulk_create(
        [CasePhoto(case=by_observation[observation][0], event=by_observation[observation][1], photo_id=photo, stage=CasePhoto.Stage.BEFORE)
         for observation, photo in links],
        batch_size=BATCH,
    )  # fmt: skip


def _note_owners(actor: Actor, cases: Sequence[Case], choices: dict[int, Choice], outcome: Outcome) -> None:
    """Screened with the unit noted, not sent yet."""
    now, told = clock.now(), []
    for case in cases:
        choice = choices[case.pk]
        case.state, case.lead_unit, case.assigned_reason = State.SCREENED, choice.lead, choice.reason[:200]
        case.version += 1
        told.append(event_of(actor, Verb.SCREEN, case, State.REPORTED, data=choice.data(), now=now))
        line = Told(case.pk, case.number or "", str(choice.lead or ""), choice.reason)
        (outcome.dispatched if choice.lead else outcome.ownerless).append(line)
        events.say(CaseMoved(case.pk, Verb.SCREEN.value, State.REPORTED, State.SCREENED))
    Case.objects.bulk_update(cases, ["state", "lead_unit", "assigned_reason", "version"], batch_size=BATCH)
    CaseEvent.objects.bulk_create(told, batch_size=BATCH)
