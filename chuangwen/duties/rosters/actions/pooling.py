"""People of a unit's pool, what they say of days, private links."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from chuangwen.duties.rhythm.actions import hash_of
from chuangwen.duties.rosters.actions.base import refuse
from chuangwen.duties.rosters.models import PoolDay, PoolPerson, RosterLink
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.people.models import Account, Unit

POOL, OWN = "duties.keep_pool", "duties.own_turns"
AHEAD = timedelta(days=92)


def save_pool_person(
    actor: Actor, *, unit: Unit, name: str, pool_id: int | None = None, account: Account | None = None, qualifications: Sequence[str] = (),
    leads: bool = False, most_per_week: int | None = None, active: bool = True, generated: bool = False,
) -> PoolPerson:  # fmt: skip
    """Write somebody of a unit's pool. ``name``: as the unit calls them. Raises Refusal, Missing, Denied."""
    access.require(actor, POOL, unit=unit, division=unit.division)
    if not name.strip():
        raise refuse(_("Write how the unit calls them."), "pool_name", "name")
    if most_per_week is not None and not 0 <= most_per_week <= 7:
        raise refuse(_("0 to 7 turns a week."), "pool_week", "most_per_week")
    if account is not None and not account.person or (account is not None and not _belongs(account, unit)):
        raise refuse(_("This account belongs to nobody of this unit."), "pool_account", "account")
    try:
        with transaction.atomic():
            person = PoolPerson(generated=generated) if pool_id is None else access.fetch(actor, POOL, PoolPerson, lock=True, pk=pool_id)
            before = None if pool_id is None else {"name": person.name, "unit": person.unit_id, "active": person.active}
            person.unit, person.name, person.account, person.leads = unit, name.strip()[:40], account, leads
            person.qualifications = clean_qualifications(qualifications)
            person.most_per_week, person.active = most_per_week, active
            person.save()
            audit.record(actor, POOL, person, before=before, after={"name": person.name, "unit": unit.pk, "active": active})
    except IntegrityError as taken:
        raise refuse(_("This unit's pool has that name or account already."), "pool_taken", "name") from taken
    return person


def _belongs(account: Account, unit: Unit) -> bool:
    assert account.person is not None
    today = clock.today()
    posts = account.person.posts.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), unit__path__startswith=unit.path)
    return posts.exists()


def clean_qualifications(words: Sequence[str]) -> list[str]:
    """Each once, without spaces around, at most ten."""
    return list(dict.fromkeys(word.strip()[:40] for word in words if word.strip()))[:10]


def say_day(actor: Actor, *, pool_id: int, day: date, word: str) -> None:
    """Say of a day: cannot, rather not, gladly, or (an empty word) can. One's own days, or those of a unit's people for whoever keeps the pool.

    Raises Refusal (a day that is over or too far away), Missing, Denied.
    """
    with transaction.atomic():
        verb = _verb(actor, pool_id)
        person = access.fetch(actor, verb, PoolPerson, lock=True, pk=pool_id, active=True)
        before = _say(person, day, word)
        audit.record(actor, verb, person, before={"day": day, "word": before}, after={"day": day, "word": word})


def _verb(actor: Actor, pool_id: int) -> str:
    """What allows it: that it is one's own, or that one keeps the pool."""
    own = not actor.may(POOL) or access.scoped(actor, OWN, PoolPerson).filter(pk=pool_id).exists()
    return OWN if own else POOL


def say_day_by_link(token: str, *, day: date, word: str) -> bool:
    """The same by a private link; False where the link gives nothing."""
    with transaction.atomic():
        link = link_of(token)
        if link is None or link.person is None:
            return False
        person = PoolPerson.objects.select_for_update(of=("self",)).get(pk=link.person_id)
        before = _say(person, day, word)
        actor = Actor(name=_("private link of %(person)s") % {"person": person.name})
        audit.record(actor, OWN, person, before={"day": day, "word": before}, after={"day": day, "word": word})
    return True


def _say(person: PoolPerson, day: date, word: str) -> str:
    if word and word not in PoolDay.Word.values:
        raise refuse(_("Choose one of the list."), "day_word", "word")
    if not clock.today() < day <= clock.today() + AHEAD:
        raise refuse(_("Say it of a day from tomorrow on, at most three months ahead."), "day_when", "day")
    known = PoolDay.objects.filter(person=person, day=day).first()
    before = known.word if known is not None else ""
    if not word:
        PoolDay.objects.filter(person=person, day=day).delete()
    else:
        PoolDay.objects.update_or_create(person=person, day=day, defaults={"word": word})
    person.answered_at = clock.now()
    person.save(update_fields=["answered_at"])
    return before


def give_link(actor: Actor, *, pool_id: int | None = None, unit: Unit | None = None) -> tuple[RosterLink, str]:
    """A private link of a person (an earlier one gives nothing any more), or the calendar of a unit. The secret is told this once."""
    with transaction.atomic():
        if pool_id is not None:
            verb = _verb(actor, pool_id)
            person: PoolPerson | None = access.fetch(actor, verb, PoolPerson.objects.select_related("unit"), lock=True, pk=pool_id)
            assert person is not None
            of = person.unit
            RosterLink.objects.filter(person=person, withdrawn_at__isnull=True).update(withdrawn_at=clock.now())
        else:
            access.require(actor, POOL)
            if unit is None:
                raise refuse(_("Choose a unit."), "link_of", "unit")
            access.require(actor, POOL, unit=unit, division=unit.division)
            verb, person, of = POOL, None, unit
        token = secrets.token_urlsafe(24)
        link = RosterLink.objects.create(
            person=person, unit=of, token_hash=hash_of(token), created_at=clock.now(), created_by_id=actor.account_id
        )
        audit.record(actor, verb, link, after={"unit": of.pk, "person": person.pk if person is not None else None})
    return link, token


def withdraw_link(actor: Actor, *, roster_link_id: int) -> RosterLink:
    """From now on the address gives nothing. Doing it twice changes nothing."""
    with transaction.atomic():
        link = access.fetch(actor, POOL, RosterLink.objects.select_related("unit", "person"), lock=True, pk=roster_link_id)
        if link.withdrawn_at is None:
            link.withdrawn_at = clock.now()
            link.save(update_fields=["withdrawn_at"])
            audit.record(actor, POOL, link, after={"withdrawn": True})
    return link


def link_of(token: str) -> RosterLink | None:
    """The link behind a secret, while it gives something: withdrawn ones, and those of people who left the pool, give nothing."""
    rows = RosterLink.objects.select_related("person__unit", "unit").filter(token_hash=hash_of(token), withdrawn_at__isnull=True)
    return rows.filter(Q(person__isnull=True) | Q(person__active=True)).first()
