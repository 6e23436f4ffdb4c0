"""The rules of the ladder, its settings, and the offices whose numbers its papers bear."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.cases.actions.base import text
from chuangwen.cases.errors import Incomplete
from chuangwen.cases.models import COUNTED, EscalationRule, EscalationSettings, Level, LimitUnit, SupervisingOffice, Trigger
from chuangwen.kernel import access, audit
from chuangwen.kernel.access import Actor
from chuangwen.places.models import Division
from chuangwen.standards.models import Family

RULE = ("level", "trigger", "count", "family", "severity", "climb", "answer_amount", "answer_unit", "asks", "active")
SETTINGS = ("by_rule", "appeal_amount", "appeal_unit", "promise_days", "public_promises")
OFFICE = ("division", "organ", "code", "order_word", "listed_word", "talk_word", "hand_over_word")


def save_rule(
    actor: Actor,
    *,
    level: int,
    trigger: str,
    rule_id: int | None = None,
    count: int = 0,
    family: Family | None = None,
    severity: int = 1,
    climb: int = 0,
    answer_amount: int = 1,
    answer_unit: str = LimitUnit.WORKING_DAYS,
    asks: str = "",
    active: bool = True,
) -> EscalationRule:
    """Add a rule, or change the one with ``rule_id``. Steps that were proposed already stay. Raises Incomplete for what cannot be so."""
    access.require(actor, "cases.edit_ladder")
    if level == Level.HAND_OVER:
        raise Incomplete(_("A hand-over is proposed by a person, never by a rule."), "cases.rule_level", field="level")
    if (level == Level.REMINDER) != (trigger == Trigger.HALF):
        raise Incomplete(
            _("A reminder is what comes when half of the time is used; the other steps wait for more."), "cases.rule_trigger", field="trigger"
        )
    if trigger in COUNTED and count < 1:
        raise Incomplete(_("Say how many times."), "cases.rule_count", field="count")
    with transaction.atomic():
        row: EscalationRule = (
            access.fetch(actor, "cases.edit_ladder", EscalationRule, lock=True, pk=rule_id)
            if rule_id is not None
            else EscalationRule()
        )
        before = _facts(row, RULE) if row.pk else None
        row.level, row.trigger, row.count, row.family, row.severity = level, trigger, count if trigger in COUNTED else 0, family, severity
        row.climb, row.answer_amount, row.answer_unit, row.asks, row.active = climb, answer_amount, answer_unit, text(asks, "asks"), active
        _clean(row, "asks")
        row.save()
        audit.record(actor, "cases.edit_ladder", row, before=before, after=_facts(row, RULE))
    return row


def remove_rule(actor: Actor, *, rule_id: int) -> None:
    """Take a rule away. Steps that it proposed stay."""
    with transaction.atomic():
        row: EscalationRule = access.fetch(actor, "cases.edit_ladder", EscalationRule, lock=True, pk=rule_id)
        before, title = _facts(row, RULE), str(row)
        row.delete()
        audit.record(actor, "cases.edit_ladder", title=title, before=before)


def save_settings(actor: Actor, *, changes: dict[str, Any]) -> EscalationSettings:
    """Set any of SETTINGS. Raises Incomplete for a figure that cannot be."""
    access.require(actor, "cases.edit_ladder")
    unknown = set(changes) - set(SETTINGS)
    if unknown:
        raise Incomplete(_("This cannot be changed: %(names)s.") % {"names": "、".join(sorted(unknown))}, "cases.not_editable")
    with transaction.atomic():
        row = EscalationSettings.objects.select_for_update().get_or_create(pk=1)[0]
        before = {name: getattr(row, name) for name in changes}
        for name, value in changes.items():
            setattr(row, name, value)
        _clean(row, "appeal_amount")
        row.save()
        audit.record(actor, "cases.edit_ladder", row, before=before, after=changes, title=str(_("Settings of the ladder")))
    return row


def save_office(
    actor: Actor, *, organ: str, code: str, office_id: int | None = None, division: Division | None = None, **words: str
) -> SupervisingOffice:
    """Add the office whose numbers an area's steps bear, or change it. Numbers that were given stay. ``words``: the characters of each level."""
    access.require(actor, "cases.edit_supervising_office", division=division)
    with transaction.atomic():
        row: SupervisingOffice = (
            access.fetch(actor, "cases.edit_supervising_office", SupervisingOffice, lock=True, pk=office_id)
            if office_id is not None
            else SupervisingOffice()
        )
        before = _facts(row, OFFICE) if row.pk else None
        row.division = division
        row.organ = text(organ, "organ", limit=100, required=_("Name the office."))
        row.code = text(code, "code", limit=20, required=_("Give the characters of its numbers."))
        for name, value in words.items():
            assert name in OFFICE, f"no such word {name}"
            setattr(row, name, text(value, name, limit=10, required=_("Give the characters of its numbers.")))
        given = [row.order_word, row.listed_word, row.talk_word, row.hand_over_word]
        if len(set(given)) < len(given):
            raise Incomplete(_("Each kind of step has characters of its own."), "cases.office_words", field="order_word")
        if division is None and all(grant.scope != access.ALL for grant in actor.scopes("cases.edit_supervising_office")):
            raise Incomplete(_("Choose the place whose steps bear these numbers."), "cases.office_place", field="division")
        _clean(row, "code")
        row.save()
        audit.record(actor, "cases.edit_supervising_office", row, before=before, after=_facts(row, OFFICE))
    return row


def _clean(row: Any, field: str) -> None:
    """What the columns themselves refuse, as a sentence beside the field."""
    try:
        row.full_clean()
    except ValidationError as problem:
        name = next(iter(problem.message_dict))
        raise Incomplete(
            "、".join(problem.messages), "cases.ladder", field=name if hasattr(row, name) and name != "__all__" else field
        ) from problem


def _facts(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value.pk if hasattr(value := getattr(row, name), "pk") else value for name in names}
