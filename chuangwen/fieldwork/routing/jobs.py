"""Routes of a large round take up to half a minute: a job with progress plans them."""

from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.fieldwork.models import Round
from chuangwen.fieldwork.routing import actions
from chuangwen.kernel import importing, jobs
from chuangwen.kernel.access import Actor
from chuangwen.kernel.models import Job

KIND = "fieldwork.plan_routes"
STEPS = 100


@jobs.register(KIND, label=gettext_lazy("Plan routes"))
def plan(run: jobs.Run) -> dict[str, Any]:
    """Plan the routes as the person who asked for it. Done again after a crash it plans again: only the last plan is written."""
    facts = run.arguments

    def tell(share: float) -> None:
        run.progress(min(STEPS - 1, round(share * STEPS)), STEPS, _("Looking for shorter routes"))

    return actions.plan_routes(
        importing.carried(facts["actor"]),
        round_id=facts["round"],
        detour=Decimal(facts["detour"]),
        even=facts["even"],
        seed=facts["seed"],
        seconds=facts["seconds"],
        iterations=facts.get("iterations"),
        tell=tell,
    )


def start(actor: Actor, round: Round, *, detour: Decimal, even: bool, seconds: float, seed: int = 0) -> Job:
    """Queue the planning of a round's routes."""
    arguments = {
        "round": round.pk,
        "detour": str(detour),
        "even": even,
        "seconds": seconds,
        "seed": seed,
        "actor": importing.carry(actor),
    }
    title = _("Routes of %(round)s") % {"round": round.name}
    return jobs.start(actor, KIND, arguments, title=title[:200], result_url=reverse("fieldwork:routes", args=[round.pk]))


def last(round: Round) -> Job | None:
    """The latest planning of a round's routes."""
    return Job.objects.filter(kind=KIND, arguments__round=round.pk).order_by("-pk").first()
