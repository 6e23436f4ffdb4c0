"""Tasks given to centres: reported with what was done and the evidence, accepted or sent back, and counted in the ledger once accepted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from chuangwen.evidence.models import Photo
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.lives import Life, needed, own_photos
from chuangwen.messaging import recipients
from chuangwen.messaging.actions import Message, tell_many
from chuangwen.messaging.kinds import register
from chuangwen.volunteers.centres import rules
from chuangwen.volunteers.centres.access import KEEP, PLAN
from chuangwen.volunteers.centres.actions.base import checked_link, count_facts, day_between, refuse
from chuangwen.volunteers.centres.models import Centre, CentreTask
from chuangwen.volunteers.centres.rules import TaskStep

POLICY = {TaskStep.REPORT: KEEP, TaskStep.ACCEPT: PLAN, TaskStep.SEND_BACK: PLAN, TaskStep.CALL_OFF: PLAN}
LIFE = Life(CentreTask, None, "", rules.after, POLICY, ("centre__unit__division", "centre__division", "centre__site"))
MOST_CENTRES, LONGEST = 600, 366
GIVEN = register("volunteers.centre_task_given", gettext_lazy("a task for a practice centre of your unit"))
RETURNED = register("volunteers.centre_task_returned", gettext_lazy("a centre's task that was sent back or taken back"))
IN_TIME, LATE = "practice-tasks-in-time", "practice-tasks-late"


def give_tasks(
    actor: Actor, *, centre_ids: Sequence[int], title: str, due_on: date, content: str = "", generated: bool = False
) -> list[CentreTask]:
    """Give each of these centres the task. Raises Denied, Refusal (none, not the actor's, a day that has passed)."""
    access.require(actor, PLAN)
    words = needed(title, "title", _("Say what is to be done."), limit=100)
    today = clock.today()
    if not today <= due_on <= today + timedelta(days=LONGEST):
        raise refuse(_("The day lies from today to a year ahead."), "due", "due_on")
    keys = list(dict.fromkeys(centre_ids))
    if not keys or len(keys) > MOST_CENTRES:
        raise refuse(_("Choose from 1 to %(count)d centres.") % {"count": MOST_CENTRES}, "centres", "centres")
    with transaction.atomic():
        rows = access.scoped(actor, PLAN, Centre).exclude(state=Centre.State.CLOSED).filter(pk__in=keys)
        found = list(rows.select_for_update(of=("self",)).order_by("pk"))
        if len(found) != len(keys):
            raise refuse(_("One of the centres is not in your area or was given up."), "centres", "centres")
        made = CentreTask.objects.bulk_create(
            CentreTask(
                centre=centre, title=words, content=content.strip()[:500], given_on=today, given_by_id=actor.account_id, due_on=due_on,
                generated=generated,
            )
            for centre in found
        )
        audit.record(actor, PLAN, title=words, after={"task": words, "due_on": due_on, "centres": [one.pk for one in found]})
        if not generated:
            _tell(GIVEN, made, lambda: _("Task for a practice centre: %(task)s") % {"task": words}, "given")
    return made


def report_task(
    actor: Actor, *, task_id: int, result: str, done_on: date, link: str = "", photos: Sequence[int] = ()
) -> CentreTask:
    """The centre says what was done, when, and shows it: a photo or an address. Raises Denied, Missing, NotNow, Refusal."""
    with transaction.atomic():
        task: CentreTask = LIFE.take(actor, TaskStep.REPORT, task_id)
        words = needed(result, "result", _("Say what the centre did."), limit=500)
        day_between(done_on, "done_on", first=task.given_on)
        address, keys = checked_link(link), own_photos(actor, photos, Photo)
        if not address and not keys and not task.photos.exists():
            raise refuse(_("Nothing counts without evidence: add a photo or an address."), "evidence", "photos")
        task.photos.add(*keys)
        changes = {
            "result": words, "done_on": done_on, "link": address, "reported_by_id": actor.account_id, "reason": "",
        }  # fmt: skip
        _write(actor, TaskStep.REPORT, task, changes, {"done_on": done_on, "photos": keys})
    return task


def accept_task(actor: Actor, *, task_id: int) -> CentreTask:
    """It was done: in time or late, it counts in the ledger for the centre's unit. Raises Denied, Missing, NotNow."""
    with transaction.atomic():
        task: CentreTask = LIFE.take(actor, TaskStep.ACCEPT, task_id)
        _write(actor, TaskStep.ACCEPT, task, {"decided_on": clock.today(), "decided_by_id": actor.account_id}, {"in_time": task.in_time})
        assert task.done_on is not None
        with override(settings.LANGUAGE_CODE):
            words = _("Task of %(centre)s: %(task)s") % {"centre": task.centre, "task": task}
        said = (IN_TIME if task.in_time else LATE, f"task/{task.pk}", task.done_on, words[:200], task.get_absolute_url())
        count_facts(actor, task.centre, [said], generated=task.generated)
    return task


def send_back_task(actor: Actor, *, task_id: int, reason: str) -> CentreTask:
    """What was reported is not enough, and why. Raises Denied, Missing, NotNow, Refusal."""
    with transaction.atomic():
        task: CentreTask = LIFE.take(actor, TaskStep.SEND_BACK, task_id)
        words = needed(reason, "reason", _("Say why."), limit=300)
        _write(actor, TaskStep.SEND_BACK, task, {"reason": words, "returns": task.returns + 1}, {"reason": words})
        _tell(RETURNED, [task], lambda: _("Sent back: %(task)s") % {"task": task.title}, f"back/{task.returns}")
    return task


def call_off_task(actor: Actor, *, task_id: int, reason: str) -> CentreTask:
    """The task is taken back: it counts neither for nor against the centre. Raises Denied, Missing, NotNow, Refusal."""
    with transaction.atomic():
        task: CentreTask = LIFE.take(actor, TaskStep.CALL_OFF, task_id)
        words = needed(reason, "reason", _("Say why."), limit=300)
        changes = {"reason": words, "decided_on": clock.today(), "decided_by_id": actor.account_id}
        _write(actor, TaskStep.CALL_OFF, task, changes, {"reason": words})
        _tell(RETURNED, [task], lambda: _("Taken back: %(task)s") % {"task": task.title}, "off")
    return task


def _tell(kind: str, tasks: Sequence[CentreTask], said: Callable[[], str], what: str) -> None:
    """Each unit whose centres are meant hears once, however many of its centres they are. A handful of queries."""
    of: dict[int, list[CentreTask]] = {}
    for task in tasks:
        of.setdefault(task.centre.unit_id, []).append(task)
    accounts = recipients.of_units(of, recipients.RESPONSIBLE)
    with override(settings.LANGUAGE_CODE):
        tell_many([
            Message(
                key=f"volunteers.centre_task:{mine[0].pk}:{what}", kind=kind, title=said(), accounts=frozenset(accounts.get(unit, ())),
                text=mine[0].reason or _("%(centres)s · until %(day)s") % {
                    "centres": "、".join(task.centre.name for task in mine[:3]) + ("……" if len(mine) > 3 else ""), "day": mine[0].due_on,
                },
                link=mine[0].get_absolute_url() if len(mine) == 1 else reverse("volunteers:centre-tasks"), units=frozenset({unit}),
                about=f"volunteers.centretask:{mine[0].pk}",
            )
            for unit, mine in of.items()
        ])  # fmt: skip


def _write(actor: Actor, step: TaskStep, task: CentreTask, changes: dict[str, Any], told: dict[str, Any]) -> None:
    LIFE.write(actor, step, task, None, changes, told=told)
