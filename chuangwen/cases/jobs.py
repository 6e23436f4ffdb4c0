"""What the room does by itself."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from chuangwen.cases import notices
from chuangwen.cases.actions.many import cases_from_round
from chuangwen.cases.actions.objecting import run_objections
from chuangwen.cases.actions.reckoning import reckon_anew
from chuangwen.cases.actions.ticking import run_clocks
from chuangwen.cases.escalation import climbing
from chuangwen.cases.rechecks import drawing
from chuangwen.fieldwork.models import Round
from chuangwen.kernel import jobs
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Account


@jobs.register("cases.clock", every=timedelta(minutes=5))
def clock_job(run: jobs.Run) -> dict[str, Any]:
    """Find what reached half of its time, is overdue, goes to supervision or was deferred until now; and objections nobody answered."""
    return {"moved": run_clocks(after_batch=lambda done: run.progress(done, done + 1)), "objections": run_objections()}


@jobs.register("cases.ladder", every=timedelta(minutes=5))
def ladder_job(run: jobs.Run) -> dict[str, Any]:
    """Bring the ladder of escalation up to date: propose what the rules say, find what was kept and what was not."""
    return climbing.climb()


@jobs.register("cases.tell", every=timedelta(minutes=1))
def tell_job(run: jobs.Run) -> dict[str, Any]:
    """Tell people what happened to their cases since it was told last."""
    return {"told": notices.tell_events()}


RECKON = "cases.reckon_anew"


@jobs.register(RECKON, label=_("Deadlines by the edited calendar"))
def reckon_job(run: jobs.Run) -> dict[str, Any]:
    """Reckon the deadlines that run anew after days or hours of the calendar were edited."""
    first, last = (date.fromisoformat(run.arguments[name]) if run.arguments.get(name) else None for name in ("first", "last"))
    return reckon_anew(first, last, after_batch=lambda done: run.progress(done, done + 1))


@jobs.register("cases.draw_rechecks", every=timedelta(days=7), label=_("Draw of silent re-checks"))
def recheck_job(run: jobs.Run) -> dict[str, Any]:
    """Draw the week's closed cases for a second look. Says how many, never which."""
    return {"drawn": drawing.weekly()}


FROM_ROUND = "cases.from_round"


@jobs.register(FROM_ROUND, label=_("Losses of a round into cases"))
def from_round_job(run: jobs.Run) -> dict[str, Any]:
    """Turn the losses of a round into cases as the person who asked for it. Done again after a crash it makes only what is new."""
    account = Account.objects.get(pk=run.arguments["account"])
    outcome = cases_from_round(
        actor_of(account, channel="job"), round=Round.objects.get(pk=run.arguments["round"]), dispatch=run.arguments["dispatch"]
    )
    lines = {
        name: [[told.case_id, told.number, told.unit, told.reason] for told in getattr(outcome, name)]
        for name in ("dispatched", "ownerless", "refused")
    }
    return lines | {"already": outcome.already, "created": outcome.created}
