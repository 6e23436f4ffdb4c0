"""Jobs of the room: learning at night and when asked, forgetting every night, telling other systems, fetching what they name."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.intake.access import system
from chuangwen.intake.forgetting import forget
from chuangwen.intake.learning.actions import train
from chuangwen.intake.open311.actions import FETCH, fetch_media
from chuangwen.intake.webhooks.queueing import SEND
from chuangwen.intake.webhooks.sending import queue_all, send_waiting
from chuangwen.kernel import access, jobs
from chuangwen.kernel.errors import Refusal
from chuangwen.people.actors import actor_by_id

TRAIN, FORGET, SWEEP = "intake.train", "intake.forget", "intake.webhooks"


@jobs.register(TRAIN, every=timedelta(days=1), label=gettext_lazy("Learning kinds of problems"))
def _train(run: jobs.Run) -> dict[str, Any]:
    asked = run.arguments.get("account")
    actor = actor_by_id(asked) if asked else access.SYSTEM
    run.progress(0, 0, _("Reading the closed cases"))
    try:
        row = train(actor, told=lambda done, total: run.progress(done, total + 1, _("Testing on cases that it has not seen")))
    except Refusal as refusal:
        if asked:
            raise
        return {"too_few": str(refusal)}  # a young office has nothing to learn from: no failure
    return {"samples": row.samples, "accuracy": round(row.facts["accuracy"], 4)}


@jobs.register(FORGET, every=timedelta(days=1), label=gettext_lazy("Deleting contacts whose time is over"))
def _forget(run: jobs.Run) -> dict[str, Any]:
    return dict(forget())


@jobs.register(SEND, label=gettext_lazy("Telling another system"))
def _send(run: jobs.Run) -> dict[str, Any]:
    return dict(send_waiting(run.arguments["hook"], told=run.progress))


@jobs.register(SWEEP, every=timedelta(minutes=10), label=gettext_lazy("Looking for messages to other systems that were left"))
def _sweep(run: jobs.Run) -> dict[str, Any]:
    return {"addresses": queue_all()}


@jobs.register(FETCH, label=gettext_lazy("Fetching a picture of another system"))
def _fetch(run: jobs.Run) -> dict[str, Any]:
    photo = fetch_media(system(_("another system")), report_id=run.arguments["report"], url=run.arguments["url"])
    return {"photo": photo}
