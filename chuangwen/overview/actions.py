"""What can be done in the room: a target is set, a link for a big screen is given and withdrawn."""

import hashlib
import secrets
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.overview.access import MANAGE_DISPLAYS, SET_TARGET
from chuangwen.overview.models import DisplayLink, Target
from chuangwen.places.models import Division


def hash_of(token: str) -> str:
    """What is kept of a link's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def set_target(actor: Actor, *, division: Division, name: str, rate: Decimal, due_on: date) -> Target:
    """What the area wants to reach: ``rate`` as a share of one. The one before is replaced. Raises Refusal outside 0 to 1."""
    access.require(actor, SET_TARGET, division=division)
    if not 0 < rate <= 1:
        raise Refusal(_("A target lies above 0 and at most at 100 %."), "overview.target_range", field="rate")
    with transaction.atomic():
        before = Target.objects.select_for_update().filter(division=division).first()
        known = {"name": before.name, "rate": before.rate, "due_on": before.due_on} if before else {}
        facts = {"name": name, "rate": rate, "due_on": due_on}
        target, _made = Target.objects.update_or_create(division=division, defaults=facts | {"set_at": clock.now()})
        audit.record(actor, SET_TARGET, target, before=known, after=facts)
    return target


def give_display(actor: Actor, *, name: str, division: Division) -> tuple[DisplayLink, str]:
    """A link for a screen that shows this area; the secret is told this once and not kept."""
    access.require(actor, MANAGE_DISPLAYS, division=division)
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        link = DisplayLink.objects.create(
            name=name, division=division, token_hash=hash_of(token), created_at=clock.now(), created_by_id=actor.account_id
        )
        audit.record(actor, MANAGE_DISPLAYS, link, after={"name": name, "division": division.pk})
    return link, token


def withdraw_display(actor: Actor, *, link_id: int) -> DisplayLink:
    """From now on the link shows nothing. Doing it twice changes nothing."""
    with transaction.atomic():
        link = access.fetch(actor, MANAGE_DISPLAYS, DisplayLink, lock=True, pk=link_id)
        if link.withdrawn_at is None:
            link.withdrawn_at = clock.now()
            link.save(update_fields=["withdrawn_at"])
            audit.record(actor, MANAGE_DISPLAYS, link, after={"withdrawn": True})
    return link
