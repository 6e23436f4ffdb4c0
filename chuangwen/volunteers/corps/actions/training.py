"""Trainings that were held and policies of insurance: recorded by the desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.lives import needed
from chuangwen.people.models import Unit
from chuangwen.places.models import Division
from chuangwen.volunteers.corps import rules
from chuangwen.volunteers.corps.access import SEE_VOLUNTEERS, SKILLS, TRAIN
from chuangwen.volunteers.corps.actions.base import past_day, refuse, told
from chuangwen.volunteers.corps.models import Insurance, Insured, Membership, Skill, Team, Trained, Training, Volunteer

MOST_AT_ONCE = 2_000
LONGEST_POLICY = 366 * 5
"""Days."""


def _people(actor: Actor, keys: Sequence[int], teams: Sequence[int] = ()) -> list[Volunteer]:
    """The volunteers named, and the members of the teams named, whom the actor sees and who have not signed off. Raises Refusal."""
    wanted = set(keys)
    if teams:
        wanted |= set(Membership.objects.filter(team__in=teams, state__in=Membership.IN).values_list("volunteer", flat=True))
    if len(wanted) > MOST_AT_ONCE:
        raise refuse(_("At most %(count)d volunteers at once.") % {"count": MOST_AT_ONCE}, "too_many", "volunteers")
    seen = access.scoped(actor, SEE_VOLUNTEERS, Volunteer).filter(pk__in=wanted)
    found = list(seen.exclude(state__in=("left", "applied")).order_by("pk"))
    if set(keys) - {one.pk for one in found}:
        raise refuse(_("One of the volunteers is not registered, or not in your area."), "volunteers", "volunteers")
    return found


def record_training(
    actor: Actor, *, title: str, day: date, minutes: int, division: Division, unit: Unit, topic: str = "", by: str = "",
    team_id: int | None = None, skill_id: int | None = None, months: int = 0, volunteers: Sequence[int] = (), teams: Sequence[int] = (),
    generated: bool = False,
) -> Training:  # fmt: skip
    """A course that was held, with who took part; for a skill it qualifies them for ``months`` from that day (0: without end). Training is no
    service: it brings no hours. Raises Denied, Refusal."""
    access.require(actor, TRAIN)
    access.require(actor, TRAIN, division=division, unit=unit)
    with transaction.atomic():
        if not 1 <= minutes <= 6000:
            raise refuse(_("From a minute to a hundred hours."), "minutes", "minutes")
        if not 0 <= months <= 120:
            raise refuse(_("From 0 to 120 months."), "months", "months")
        skill = None
        if skill_id is not None:
            skill = Skill.objects.filter(pk=skill_id, active=True).first()
            if skill is None:
                raise refuse(_("One of the skills is not on the list."), "skill", "skill")
        team = Team.objects.filter(pk=team_id).first() if team_id is not None else None
        people = _people(actor, volunteers, teams)
        training = Training.objects.create(
            title=needed(title, "title", _("Give the course a title."), limit=80), topic=topic.strip()[:40], day=past_day(day, "day"),
            minutes=minutes, unit=unit, division=division, team=team, skill=skill, months=months, by=by.strip()[:60], made_at=clock.now(),
            made_by_id=actor.account_id, generated=generated,
        )  # fmt: skip
        count = _attend(training, people)
        audit.record(actor, TRAIN, training, after={"day": day, "minutes": minutes, "skill": skill_id, "people": count})
    return training


def _attend(training: Training, people: Sequence[Volunteer]) -> int:
    """How many of these were not there before."""
    until = rules.months_later(training.day, training.months) if training.months else None
    known = set(Trained.objects.filter(training=training).values_list("volunteer", flat=True))
    fresh = [Trained(training=training, volunteer=one, until=until) for one in people if one.pk not in known]
    Trained.objects.bulk_create(fresh)
    if training.skill_id is not None and fresh:
        through = Volunteer.skills.through
        through.objects.bulk_create([through(volunteer_id=row.volunteer_id, skill_id=training.skill_id) for row in fresh], ignore_conflicts=True)
    return len(fresh)


def add_trained(actor: Actor, *, training_id: int, volunteers: Sequence[int] = (), teams: Sequence[int] = ()) -> int:
    """More who took part; how many were not there yet. Raises Denied, Missing, Refusal."""
    with transaction.atomic():
        training = access.fetch(actor, TRAIN, Training, lock=True, pk=training_id)
        count = _attend(training, _people(actor, volunteers, teams))
        audit.record(actor, TRAIN, training, after={"people": count}, note=told(lambda: _("Took part")))
    return count


def strike_trained(actor: Actor, *, training_id: int, volunteer_id: int) -> None:
    """Somebody was not there after all. Raises Denied, Missing, Refusal."""
    with transaction.atomic():
        training = access.fetch(actor, TRAIN, Training, lock=True, pk=training_id)
        if not Trained.objects.filter(training=training, volunteer=volunteer_id).delete()[0]:
            raise refuse(_("This volunteer is not on the list."), "not_listed")
        audit.record(actor, TRAIN, training, before={"volunteer": volunteer_id}, note=told(lambda: _("Was not there")))


def record_insurance(
    actor: Actor, *, insurer: str, policy_number: str, starts_on: date, ends_on: date, division: Division, unit: Unit, covers: str = "",
    volunteers: Sequence[int] = (), teams: Sequence[int] = (), generated: bool = False,
) -> Insurance:  # fmt: skip
    """A policy with whom it covers. Raises Denied, Refusal (days, a number that is there already)."""
    access.require(actor, TRAIN)
    access.require(actor, TRAIN, division=division, unit=unit)
    with transaction.atomic():
        if not 0 <= (ends_on - starts_on).days <= LONGEST_POLICY:
            raise refuse(_("The last day lies at or after the first, and at most five years later."), "days", "ends_on")
        number = needed(policy_number, "policy_number", _("Give the number of the policy."), limit=40)
        if Insurance.objects.filter(policy_number=number).exists():
            raise refuse(_("This policy is recorded already."), "policy", "policy_number")
        insurance = Insurance.objects.create(
            insurer=needed(insurer, "insurer", _("Name the insurer."), limit=60), policy_number=number, covers=covers.strip()[:200],
            starts_on=starts_on, ends_on=ends_on, unit=unit, division=division, made_at=clock.now(), made_by_id=actor.account_id,
            generated=generated,
        )  # fmt: skip
        count = _cover(insurance, _people(actor, volunteers, teams))
        audit.record(actor, TRAIN, insurance, after={"starts_on": starts_on, "ends_on": ends_on, "people": count})
    return insurance


def _cover(insurance: Insurance, people: Sequence[Volunteer]) -> int:
    known = set(Insured.objects.filter(insurance=insurance).values_list("volunteer", flat=True))
    return len(Insured.objects.bulk_create(Insured(insurance=insurance, volunteer=one) for one in people if one.pk not in known))


def insure(actor: Actor, *, insurance_id: int, volunteers: Sequence[int] = (), teams: Sequence[int] = ()) -> int:
    """More whom a policy covers; how many were not covered by it yet. Raises Denied, Missing, Refusal."""
    with transaction.atomic():
        insurance = access.fetch(actor, TRAIN, Insurance, lock=True, pk=insurance_id)
        count = _cover(insurance, _people(actor, volunteers, teams))
        audit.record(actor, TRAIN, insurance, after={"people": count}, note=told(lambda: _("Insured")))
    return count


def save_skill(
    actor: Actor, *, name: str, group: str = "", active: bool = True, qualified: bool = False, skill_id: int | None = None
) -> Skill:
    """A skill of the list; one that is given up is offered no more and stays where it is used. Raises Denied, Missing, Refusal."""
    access.require(actor, SKILLS)
    with transaction.atomic():
        clean = needed(name, "name", _("Give the skill a name."), limit=40)
        if skill_id is None:
            last = Skill.objects.order_by("-order").values_list("order", flat=True).first() or 0
            skill = Skill(code=f"own-{Skill.objects.order_by('-pk').values_list('pk', flat=True).first() or 0}", order=min(last + 1, 32_000))
        else:
            skill = access.fetch(actor, SKILLS, Skill, lock=True, pk=skill_id)
        if Skill.objects.filter(name=clean).exclude(pk=skill.pk).exists():
            raise refuse(_("This skill is on the list already."), "skill", "name")
        before = {"name": skill.name, "group": skill.group, "active": skill.active, "qualified": skill.qualified}
        skill.name, skill.group, skill.active, skill.qualified = clean, group.strip()[:40], active, qualified
        skill.save()
        after = {"name": skill.name, "group": skill.group, "active": active, "qualified": qualified}
        audit.record(actor, SKILLS, skill, before=before if skill_id else None, after=after)
    return skill
